"""Source text to paragraphs, without inventing: every kept character remembers where it stood.

What is undone is what layout did to the text: spaces put beside Chinese characters, half-width brackets, lines
broken in the middle of a sentence by the page width or a page end, and a character printed twice where a page
ended inside a word. Words are never changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.numbering import match_marker
from ingest.words import undoubled_is_likelier

_BRACKETS = str.maketrans({"(": "（", ")": "）", "﹙": "（", "﹚": "）", "﹝": "〔", "﹞": "〕"})
_OPEN, _CLOSE = "（《“〔【「『", "）》”〕】」』"
_WIDE = r"[⺀-鿿豈-﫿︰-﹏＀-￯“”‘’—…·]"
_GAP = re.compile(rf"(?<={_WIDE})\s+|\s+(?={_WIDE})|\s+|[\u200b\ufeff\u00ad]+")
_NUMBER_OF_DOCUMENT = re.compile(r"[\[（【〔]\s*((?:19|20)\d\d)\s*[\]）】〕](?=\s*(?:第\s*)?\d+\s*号)")
_LINE = re.compile(r"[^\n\r\f\v\x85\u2028\u2029]+")
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+|>\s+|[*+-]\s+(?=\S))|\*\*|__")
_FINAL = tuple("。！？；：!?;:…")
_PROSE = re.compile(r"[，。；、,]")
_CLAUSE_END = re.compile(r"[，。；,;]")
_KIND_OF_TEXT = (
    r"(?:通知|意见|办法|措施|方案|计划|规划|规定|细则|条例|公告|通告|决定|纲要|政策|指南|规则|办法）|函|批复)"
)
_TITLE_END = re.compile(rf"{_KIND_OF_TEXT}(?:（[^（）]*）)?$")
_STANDS_ALONE = re.compile(
    r"""
      ^(?:19|20)\d\d年\d{1,2}月\d{1,2}日(?:印发)?$      # 2025年9月19日
    | ^附\s*件?\s*\d*[：:]?                               # 附件1：
    | 〔(?:19|20)\d\d〕\d+号$                             # 鲁科字〔2024〕137号
    | ^（此件.*）$
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Cleaned text with the source offset of each of its characters (``len(text) == len(origin)``)."""

    text: str
    origin: tuple[int, ...]

    def __add__(self, other: Mapped) -> Mapped:
        return Mapped(self.text + other.text, self.origin + other.origin)

    def cut(self, start: int, end: int | None = None) -> Mapped:
        """The part from ``start`` to ``end`` (offsets into ``text``)."""
        return Mapped(self.text[start:end], self.origin[start:end])

    def without(self, pieces: list[tuple[int, int]]) -> Mapped:
        """The text with the given half-open ranges taken out; ranges are in order and apart."""
        if not pieces:
            return self
        text: list[str] = []
        origin: list[int] = []
        at = 0
        for start, end in pieces:
            text.append(self.text[at:start])
            origin.extend(self.origin[at:start])
            at = end
        return Mapped("".join(text) + self.text[at:], tuple(origin) + self.origin[at:])


def clean(source: str, *, markdown: bool = False) -> list[Mapped]:
    """Paragraphs of a source text, in order; blank lines are gone.

    >>> [p.text for p in clean("不少于 50 项(含)，\\n\\n应用基\\n\\n基础研究。\\n一、目标\\n新建 3家")]
    ['不少于50项（含），应用基础研究。', '一、目标', '新建3家']
    """
    lines = [line for line in (_clean_line(m, markdown) for m in _LINE.finditer(source)) if line.text]
    return _join_lines(lines)


def _clean_line(found: re.Match[str], markdown: bool) -> Mapped:
    line = Mapped(found.group(), tuple(range(found.start(), found.end())))
    if markdown:
        line = line.without([m.span() for m in _MARKDOWN.finditer(line.text)])
    drop = []
    for gap in _GAP.finditer(line.text):
        at_edge = gap.start() == 0 or gap.end() == len(line.text)
        beside_wide = _beside_wide(line.text, gap.start(), gap.end())
        if at_edge or beside_wide or not gap.group()[0].isspace():
            drop.append(gap.span())
        elif gap.end() - gap.start() > 1:
            drop.append((gap.start() + 1, gap.end()))
    line = line.without(drop)
    text = line.text.translate(_BRACKETS)
    text = _NUMBER_OF_DOCUMENT.sub(lambda m: f"〔{m.group()[1:-1]}〕", text)
    return Mapped(text, line.origin)


def _beside_wide(text: str, start: int, end: int) -> bool:
    wide = re.compile(_WIDE)
    return bool((start and wide.match(text[start - 1])) or (end < len(text) and wide.match(text[end])))


def _join_lines(lines: list[Mapped]) -> list[Mapped]:
    layout = _Layout(_quoted_titles(lines), _page_width(lines))
    paragraphs: list[Mapped] = []
    last_length = 0
    for line in lines:
        if paragraphs and _continues(paragraphs[-1].text, last_length, line.text, layout):
            paragraphs[-1] = _weld(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        last_length = len(line.text)
    return paragraphs


@dataclass(frozen=True, slots=True)
class _Layout:
    quoted_titles: tuple[str, ...]
    page_width: int


def _page_width(lines: list[Mapped]) -> int:
    """Characters a full line takes: where lines are wrapped, most long lines are about that long."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _quoted_titles(lines: list[Mapped]) -> tuple[str, ...]:
    """Titles named in 《》 in the first lines: a title broken over two lines is recognised by them."""
    head = "".join(line.text for line in lines[:60])
    return tuple(re.findall(r"《([^《》]{6,80})》", head))


def _continues(before: str, last_length: int, after: str, layout: _Layout) -> bool:
    """Whether ``after`` goes on with the unfinished paragraph ``before``, whose last line had ``last_length``."""
    if _is_open(before) and len(before) < 4000:
        return True
    if before.endswith(_FINAL) or _STANDS_ALONE.search(before) or _STANDS_ALONE.search(after):
        return False
    if match_marker(after):
        return False
    if any(before + after in title and len(before) > 1 for title in layout.quoted_titles):
        return True
    marker = match_marker(before)
    if marker and not _CLAUSE_END.search(before, marker.length):
        return last_length >= layout.page_width * 0.9  # a heading fills the line only where it was wrapped
    if _PROSE.search(before):
        return not before.endswith(("）", "”", "》")) or after[0] in "，。；、）"
    return (
        "关于" in before
        and not _TITLE_END.search(before)
        and bool(_TITLE_END.search(after))
        and len(after) < 40
    )


def _is_open(text: str) -> bool:
    """Whether the last bracket opened in the text is still open.

    >>> _is_open("《行动计"), _is_open("（省科技厅牵头）。力")
    (True, False)
    """
    tail = text[-200:]
    depth = 0
    for char in reversed(tail):
        if char in _CLOSE:
            depth += 1
        elif char in _OPEN:
            if depth == 0:
                return True
            depth -= 1
    return False


def _weld(before: Mapped, after: Mapped) -> Mapped:
    """Join two lines; a character doubled by the page break is kept once where that reads likelier."""
    for size in (2, 1):
        if before.text[-size:] == after.text[:size] and undoubled_is_likelier(before.text, after.text, size):
            return before + after.cut(size)
    if (
        before.text[-1].isascii()
        and after.text[0].isascii()
        and before.text[-1].isalnum()
        and after.text[0].isalpha()
    ):
        return before + Mapped(" ", (before.origin[-1],)) + after
    return before + after
