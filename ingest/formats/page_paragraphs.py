"""Which printed lines belong to one paragraph, told by where they stand.

A paragraph ends where its last line leaves room that the first word of the next line would have fitted into, and a
new one starts at an indent, at a change of size or at a wide gap (GB/T 9704-2012 §7.3.3 indents by two characters).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.formats.page_columns import Frame
from ingest.formats.page_pieces import Piece, ems
from ingest.numbering import match_marker

_GAP = 1.35  # times the usual distance
_OVER_BODY = 1.12  # times the em of running text, from which a line is a heading
_UNIT = r"""
      [“‘（《〈「『【〔\[(]*                                        # opening marks stay with what follows
      (?: [A-Za-z0-9×][!-'*-~×]* | . )                              # a Latin word or number, or one character
      [”’）》〉」』】〕\])，。、；：？！,.;:?!%％…—]*              # a line does not start with these
"""
_UNBREAKABLE = re.compile(
    rf"{_UNIT} (?: (?: (?<=[”’]) | (?=[“‘]) ) {_UNIT} )*", re.VERBOSE | re.DOTALL
)  # 心”“甲
_SENTENCE_END = re.compile(r"[。；：！？;:!?][”’）》)]*$")
_LEADER = re.compile(r"[.．…·⋯]{4,}\s*[\dIVXivx]+$")  # 一、总则……………3
_NUMBER_LINE = re.compile(r"[〔\[（(]\d{4}[〕\]）)]\s*第?\s*\d+\s*号$")  # 某政发〔2025〕3号
_NOTE_LINE = re.compile(r"^[（(].*(?:通过|公布|发布|修订|修正|施行|日)[）)]?$")  # （2025年1月1日…通过）
_DATE_LINE = re.compile(
    r"^[\d〇○零一二三四五六七八九十]+年[\d一二三四五六七八九十]+月[\d一二三四五六七八九十]+日$"
)
_HALF_BRACKETS = str.maketrans("()", "（）")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line with what is known of its surroundings.

    Attributes:
        piece: its text and box.
        page: number of its page.
        frame: of the running text around it.
        gap: distance from the line above in the same column, None at the top of one.
        recognised: whether it comes from OCR.
    """

    piece: Piece
    page: int
    frame: Frame
    gap: float | None = None
    recognised: bool = False

    @property
    def indent(self) -> float:
        """Ems from the left edge of the running text."""
        return (self.piece.left - self.frame.left) / self.frame.size

    @property
    def is_heading_size(self) -> bool:
        """Whether it is set larger than running text."""
        return self.piece.size > _OVER_BODY * self.frame.size

    @property
    def is_balanced(self) -> bool:
        """Whether it leaves as much white on the left as on the right."""
        off = (self.piece.left + self.piece.right - self.frame.left - self.frame.right) / 2
        return abs(off) < 0.75 * self.frame.size

    @property
    def is_centred(self) -> bool:
        """Whether it stands in the middle with white on both sides."""
        return self.indent > 1 and self.is_balanced


def continues(before: Line, after: Line, *, first: bool, indented: bool) -> bool:
    """Whether a line goes on with the paragraph of the line before it.

    Args:
        before: the line above, or the last of the page before.
        after: the line in question.
        first: whether ``before`` is the first line of its paragraph.
        indented: whether paragraphs of this document start with an indent.

    >>> frame = Frame(left=0, right=200, pitch=20, size=10, lines=9)
    >>> full = Line(Piece("支持企业建设重点实验室，" * 2, 20, 0, 198, 10, 10), 1, frame)
    >>> more = Line(Piece("给予补助。", 0, 20, 50, 30, 10), 1, frame, gap=20)
    >>> new = Line(Piece("给予补助。", 20, 20, 70, 30, 10), 1, frame, gap=20)
    >>> continues(full, more, first=True, indented=True), continues(full, new, first=True, indented=True)
    (True, False)
    >>> continues(more, full, first=False, indented=True)
    False
    """
    if _LEADER.search(before.piece.text) or _LEADER.search(after.piece.text):
        return False
    if _differ_in_size(before, after) or _is_apart(before, after):
        return False
    if (before.is_centred and after.is_centred) or (before.is_heading_size and after.is_balanced):
        return _titles_join(before, after)
    if not _is_full(before, after):
        return False
    marked = _is_marked(after.piece.text)
    if abs(after.indent) <= (0.9 if after.recognised else 0.7):
        ends = bool(_SENTENCE_END.search(before.piece.text))
        return before.indent < 8 and not (marked and ends and not indented)
    if marked or after.indent < 0:
        return False
    return _hangs(before, after, first=first, indented=indented)


def _differ_in_size(before: Line, after: Line) -> bool:
    sizes = before.piece.size, after.piece.size
    return max(sizes) - min(sizes) > (0.35 if after.recognised or before.recognised else 0.1) * max(sizes)


def _is_apart(before: Line, after: Line) -> bool:
    """Whether there is more white above a line than between lines of a paragraph of its size."""
    if after.gap is None or not after.frame.pitch:
        return False
    larger = max(1.0, before.piece.size / after.frame.size, after.piece.size / after.frame.size)
    return after.gap > _GAP * after.frame.pitch * larger


def _is_full(before: Line, after: Line) -> bool:
    """Whether the first word of the next line would not have fitted at the end of this one."""
    word = _UNBREAKABLE.match(after.piece.text)
    first_word = word.group() if word else after.piece.text[:1]
    advance = (after.piece.right - after.piece.left) / max(ems(after.piece.text), 1)
    advance = min(max(advance, 0.8 * after.piece.size), 1.3 * after.piece.size)
    slack = (1.2 if before.recognised else 0.6) * before.frame.size
    return before.frame.right - before.piece.right < ems(first_word) * advance + slack


def _is_marked(text: str) -> bool:
    """Whether a line starts with a clause number."""
    return match_marker(text.translate(_HALF_BRACKETS)) is not None


def _titles_join(before: Line, after: Line) -> bool:
    """Whether two lines in the middle are one title, not a number, date or note under it."""
    text, more = before.piece.text, after.piece.text
    if _is_marked(more) or any(_NUMBER_LINE.search(line) or _DATE_LINE.match(line) for line in (text, more)):
        return False
    if _SENTENCE_END.search(text) or _NOTE_LINE.match(more) or _NOTE_LINE.match(text):
        return False
    return text.count("《") > text.count("》") or (before.is_heading_size and after.is_heading_size)


def _hangs(before: Line, after: Line, *, first: bool, indented: bool) -> bool:
    """Whether an indented line goes on under a line of a list, or in a block that is set in as a whole."""
    deeper = after.indent - before.indent
    same = abs(deeper) < 0.4
    if first:
        usual = abs(after.indent - 2) < 0.5
        listed = _is_marked(before.piece.text) or bool(re.match(r"附\s*件?\s*[:：\d]", before.piece.text))
        return (same and not indented) or (listed and 0.8 < deeper < 8 and not usual)
    return same
