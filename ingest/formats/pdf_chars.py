"""PDF page to pieces of text and ruling lines: everything that talks to PDFium's text and path functions.

The functions here are not thread-safe, as PDFium is not; ``ingest.formats.pdf`` holds the lock.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.formats.page_pieces import WIDE_GAP, Piece, Rule

_ASCENT, _DESCENT = 0.88, 0.12  # of the em box of Chinese fonts, about the baseline
_SPACED_GAP = 3.2  # ems: blanks that were typed are spacing, not the next cell, up to here (文　　号：)
_DOUBLED = 0.15  # ems between two impressions of a character that is printed twice to look bold
_THIN = 3.0  # points: a filled rectangle up to this wide is a line
_MAX_PATHS = 5000  # a page with more is a drawing
_RADICALS = dict(  # CJK radicals without a compatibility mapping, which fonts give for the character itself
    zip(
        "⺁⺌⺗⺟⺠⺮⻁⻄⻅⻆⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂小心母民竹虎西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class _Char:
    """A visible character, in the coordinates of the upright page."""

    text: str
    left: float
    right: float
    base: float
    size: float
    spaced: bool  # a blank was printed before it


@dataclass(frozen=True, slots=True)
class PageText:
    """What the text layer of a page holds.

    Attributes:
        pieces: in the order in which they were drawn.
        width, height: of the page turned so that most of its text is upright.
        characters: how many visible ones.
        unreadable: how many of them have no known meaning (no or a private Unicode value).
        hidden: whether the text is invisible, as a scanner's recognition leaves it under the picture.
        turns: quarter turns from the page's own coordinates, for its ruling lines.
    """

    pieces: tuple[Piece, ...]
    width: float
    height: float
    characters: int
    unreadable: int
    hidden: bool
    turns: int


def is_unreadable(char: str) -> bool:
    """Whether a character says nothing: private use, unassigned, control; Wingdings bullets are none of them.

    >>> is_unreadable("\\ue5e5"), is_unreadable("\\ufffd"), is_unreadable("\\uf0b7"), is_unreadable("条")
    (True, True, False, False)
    """
    if "\uf020" <= char <= "\uf0ff":
        return False
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc", "Cs")


def _is_private(char: str) -> bool:
    """Whether a character stands for a picture (icon fonts of web pages, bullets) or for nothing known."""
    return unicodedata.category(char) == "Co" or is_unreadable(char)


def normalised(char: str) -> str:
    """A character as it was meant: fonts that draw a radical and a character alike give back the radical.

    >>> normalised("\\u2f00"), normalised("\\u2ed3"), normalised("\\uf9e4"), normalised("（")
    ('一', '长', '理', '（')
    """
    if "\u2f00" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff" or "\ufb00" <= char <= "\ufb06":
        return unicodedata.normalize("NFKC", char)
    return _RADICALS.get(char, char)


def page_text(page: Any, rules: Sequence[Rule]) -> PageText:
    """The text of a PDFium page."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    try:
        left, bottom, right, top = page.get_cropbox()
        by_turn: dict[int, list[_Char]] = {}
        unreadable = 0
        for turns, char, mapped in _chars(textpage, pdfium, (left, bottom, right, top)):
            by_turn.setdefault(turns, []).append(char)
            unreadable += not mapped
        main = max(by_turn, key=lambda turn: len(by_turn[turn]), default=0)
        hidden = _is_hidden(textpage, pdfium)
    finally:
        textpage.close()
    width, height = (right - left, top - bottom) if main % 2 == 0 else (top - bottom, right - left)
    pieces: list[Piece] = []
    for turn in sorted(by_turn, key=lambda turn: turn != main):
        upright = [turned(rule, right - left, top - bottom, turn) for rule in rules]
        walls = [rule for rule in upright if not rule.horizontal]
        pieces.extend(
            piece
            for piece in _pieces(by_turn[turn], walls)
            if not all(map(_is_private, piece.text.replace(" ", "")))
        )
    total = sum(map(len, by_turn.values()))
    return PageText(tuple(pieces), width, height, total, unreadable, hidden, main)


def turned(rule: Rule, width: float, height: float, turns: int) -> Rule:
    """A rule of the page (y downwards) on the page after quarter turns that set text of that angle upright.

    >>> turned(Rule(10, 20, 11, 90), 100, 200, 1)
    Rule(left=110, top=10, right=180, bottom=11)
    """
    x0, y0 = _turn(rule.left, height - rule.top, width, height, turns)
    x1, y1 = _turn(rule.right, height - rule.bottom, width, height, turns)
    return Rule(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _turn(x: float, y: float, width: float, height: float, turns: int) -> tuple[float, float]:
    """A point (y upwards, from the lower left corner) to the upright page (y downwards)."""
    match turns:
        case 1:  # the text runs upwards
            return y, x
        case 2:
            return width - x, y
        case 3:  # downwards
            return height - y, width - x
    return x, height - y


def _chars(
    textpage: Any, pdfium: Any, box: tuple[float, float, float, float]
) -> Iterator[tuple[int, _Char, bool]]:
    """Visible characters with their quarter turns and whether their meaning is known."""
    loose, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    width, height = box[2] - box[0], box[3] - box[1]
    seen: dict[tuple[str, int, int], tuple[float, float]] = {}
    spaced = False
    for index in range(textpage.count_chars()):
        if pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        # PDFium gives a hyphen at the end of a line as U+0002
        char = "-" if code == 2 else normalised(chr(code)) if 0 < code < 0x110000 else "\ufffd"
        if char.isspace() or char in "\u200b\ufeff\u00ad":
            spaced = True
            continue
        pdfium.FPDFText_GetMatrix(textpage, index, matrix)
        turn = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        if abs(turn - round(turn)) > 0.1:  # a watermark across the page
            continue
        size = pdfium.FPDFText_GetFontSize(textpage, index) * math.hypot(matrix.c, matrix.d)
        pdfium.FPDFText_GetLooseCharBox(textpage, index, loose)
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        if size <= 0 or not _inside(x.value, y.value, box):
            continue
        turns = round(turn) % 4
        corners = (
            _turn(loose.left - box[0], loose.bottom - box[1], width, height, turns),
            _turn(loose.right - box[0], loose.top - box[1], width, height, turns),
        )
        base = _turn(x.value - box[0], y.value - box[1], width, height, turns)
        if _is_doubled(seen, char, base, size):
            continue
        mapped = pdfium.FPDFText_HasUnicodeMapError(textpage, index) != 1 and not is_unreadable(char)
        edges = sorted((corners[0][0], corners[1][0]))
        yield turns, _Char(char, min(edges[0], base[0]), edges[1], base[1], size, spaced), mapped
        spaced = False


def _inside(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def _is_doubled(
    seen: dict[tuple[str, int, int], tuple[float, float]], char: str, base: tuple[float, float], size: float
) -> bool:
    """Whether the same character was already printed here; remembers it if not."""
    column, line = int(base[0] / size), int(base[1] / size)
    for near in ((char, column + dx, line + dy) for dx in (0, -1, 1) for dy in (0, -1, 1)):
        other = seen.get(near)
        if other is not None and math.dist(other, base) < _DOUBLED * size:
            return True
    seen[char, column, line] = base
    return False


def _is_hidden(textpage: Any, pdfium: Any) -> bool:
    """Whether most of a few sampled characters are drawn in no colour at all (text rendering mode 3)."""
    count = textpage.count_chars()
    modes = []
    for index in range(0, count, max(1, count // 20)):
        drawn = pdfium.FPDFText_GetTextObject(textpage, index)
        if drawn:
            modes.append(pdfium.FPDFTextObj_GetTextRenderMode(drawn))
    return bool(modes) and modes.count(pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) * 2 > len(modes)


def _pieces(chars: Sequence[_Char], walls: Sequence[Rule]) -> Iterator[Piece]:
    """Characters in drawing order to pieces; a gap, a new line or a ruling line between them ends one."""
    run: list[_Char] = []
    for char in chars:
        if run and not _follows(run[-1], char, walls):
            yield _piece(run)
            run = []
        run.append(char)
    if run:
        yield _piece(run)


def _follows(last: _Char, char: _Char, walls: Sequence[Rule]) -> bool:
    size = max(last.size, char.size)
    gap = char.left - last.right
    if abs(char.base - last.base) > 0.2 * size or abs(char.size - last.size) > 0.3 * size:
        return False
    if not -0.6 * size <= gap < (_SPACED_GAP if char.spaced else WIDE_GAP) * size:
        return False
    middle = (last.left + last.right) / 2, (char.left + char.right) / 2
    height = char.base - 0.4 * size
    return not any(
        middle[0] < (wall.left + wall.right) / 2 < middle[1] and wall.top <= height <= wall.bottom
        for wall in walls
    )


def _piece(run: Sequence[_Char]) -> Piece:
    size = sorted(char.size for char in run)[len(run) // 2]
    base = sorted(char.base for char in run)[len(run) // 2]
    text = run[0].text
    for last, char in pairwise(run):
        text += " " + char.text if _is_blank(last, char, size) else char.text
    return Piece(
        text,
        run[0].left,
        base - _ASCENT * size,
        max(char.right for char in run),
        base + _DESCENT * size,
        size,
    )


def _is_blank(last: _Char, char: _Char, size: float) -> bool:
    """Whether there is a blank between two characters, printed or left; justified Chinese text leaves less."""
    latin = last.text.isascii() and char.text.isascii()
    return char.spaced or char.left - last.right > (0.18 if latin else 0.6) * size


def drawn_objects(page: Any) -> Iterator[Any]:
    """The raw objects of a PDFium page, not those inside forms; a page may have one for each character."""
    import pypdfium2.raw as pdfium

    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield pdfium.FPDFPage_GetObject(page, index)


def page_rules(page: Any) -> list[Rule]:
    """The ruling lines of a PDFium page (not those inside forms), y downwards from the crop box's upper left."""
    import pypdfium2.raw as pdfium

    left, _, _, top = page.get_cropbox()
    paths = []
    for drawn in drawn_objects(page):
        if pdfium.FPDFPageObj_GetType(drawn) == pdfium.FPDF_PAGEOBJ_PATH:
            paths.append(drawn)
            if len(paths) > _MAX_PATHS:
                return []
    found: list[Rule] = []
    for path in paths:
        for x0, y0, x1, y1, stroked in _boxes(path, pdfium):
            found.extend(_lines(x0 - left, top - y1, x1 - left, top - y0, stroked))
    return found


def _boxes(path: Any, pdfium: Any) -> Iterator[tuple[float, float, float, float, bool]]:
    """Bounds of each straight sub-path, y upwards, and whether its outline is drawn."""
    fill, stroke = ctypes.c_int(), pdfium.FPDF_BOOL()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return
    at = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, at)
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    straight = True
    for index in range(min(pdfium.FPDFPath_CountSegments(path), _MAX_PATHS)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if straight and len(points) > 1:
                yield *_bounds(points), bool(stroke.value)
            points, straight = [], True
        straight &= kind != pdfium.FPDF_SEGMENT_BEZIERTO
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((at.a * x.value + at.c * y.value + at.e, at.b * x.value + at.d * y.value + at.f))
    if straight and len(points) > 1:
        yield *_bounds(points), bool(stroke.value)


def _bounds(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def _lines(x0: float, y0: float, x1: float, y1: float, stroked: bool) -> Iterator[Rule]:
    """A thin box is a line, the outline of a larger one four."""
    if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
        if max(x1 - x0, y1 - y0) > 2 * _THIN:
            yield Rule(x0, y0, x1, y1)
    elif stroked:
        yield from (Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1))
