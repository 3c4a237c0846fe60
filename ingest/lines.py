"""Lines to paragraphs: undo the line breaks that a page put into a sentence.

Two layouts are told apart. Where lines are wrapped at a page width, a full line goes on and a short one ends its
paragraph. Where each paragraph is one line, only a page end breaks it: then a line of prose without an end goes on.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.kinds import is_title
from ingest.mapped import Mapped, concat
from ingest.numbering import Style, match_marker
from ingest.organs import is_organ_line
from ingest.words import undoubled_is_likelier

_OPEN, _CLOSE = "（《“〔【「『", "）》”〕】」』"
_MIN_WRAPPED = 20  # columns; nothing printed is wrapped narrower, table cells are
_FULL = 0.9  # share of the page width that a wrapped line fills at least: blanks put in by the page are gone
_LOOK = 200  # characters at each end of a paragraph that decide whether it goes on
_FINAL = tuple("。！？；：!?;:…")
_COMMA = tuple("，、,")
_PROSE = re.compile(r"[，。；、,]")
_CLAUSE_END = re.compile(r"[，。；,;]")
_REFERS = re.compile(r"(?:依照|按照|根据|依据|违反|适用|符合|参照|本[一-鿿]{2,4}|》|和|与|或|或者|及|至|到)$")
_UNITS = re.compile(r"^（[^（）]{2,200}?(?:牵头|负责|配合|(?:牵头|责任|参与)(?:单位|部门)[：:])")
_ADDRESS = re.compile(r"(?:://|www\.|@)[!-~]+$")
_STANDS_ALONE = re.compile(
    r"""
      ^（?(?:19|20)\d\d年\d{1,2}月\d{1,2}日(?:印发)?）?$  # 2025年9月19日
    | ^附\s*件\s*[\d一二三四五六七八九十]*\s*(?:[：:].*)?$    # 附件1：申报表
    | 〔(?:19|20)\d\d〕\d+号$                             # 鲁科字〔2024〕137号
    | ^（此件.*）$
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the text is laid out: the page width in columns (None: not wrapped), and the titles it names."""

    width: int | None
    quoted_titles: tuple[str, ...]


class _Paragraph:
    """A paragraph under construction; keeps what decides about the next line, so that joining stays linear."""

    def __init__(self, line: Mapped) -> None:
        self._pieces = [line]
        self.head = line.text[:_LOOK]
        self.tail = line.text[-_LOOK:]
        self.length = len(line.text)
        self.last_width = _width(line.text)
        marker = match_marker(line.text)
        self.numbered = marker is not None
        self._body_at = marker.length if marker else 0
        self.has_clause_end = bool(_CLAUSE_END.search(line.text, self._body_at))
        self.has_prose = bool(_PROSE.search(line.text, self._body_at))

    def is_heading(self) -> bool:
        """Whether it is a number and a phrase so far."""
        return self.numbered and not self.has_clause_end and self.length <= _LOOK

    def stands_alone(self) -> bool:
        """Whether it is of a kind that never goes on: a date, a document number, 附件."""
        return self.length <= 60 and bool(_STANDS_ALONE.search(self.head))

    def weld(self, line: Mapped) -> None:
        """Append a line; a character doubled by the page break is kept once where that reads likelier."""
        self.last_width = _width(line.text)
        doubled = next((n for n in (2, 1) if self._is_doubled(line.text, n)), 0)
        rest = line.cut(doubled)
        if not rest.text:
            return
        if (
            self.tail[-1].isascii()
            and self.tail[-1].isalnum()
            and rest.text[0].isascii()
            and rest.text[0].isalpha()
        ):
            self._pieces.append(self._pieces[-1].blank(" "))
        self._pieces.append(rest)
        self.tail = (self.tail + rest.text)[-_LOOK:]
        self.head = (self.head + rest.text)[:_LOOK]
        self.length += len(rest.text)
        self.has_clause_end = self.has_clause_end or bool(_CLAUSE_END.search(rest.text))
        self.has_prose = self.has_prose or bool(_PROSE.search(rest.text))

    def _is_doubled(self, after: str, size: int) -> bool:
        return self.tail[-size:] == after[:size] and undoubled_is_likelier(self.tail, after, size)

    def done(self) -> Mapped:
        """The paragraph as one text."""
        return concat(self._pieces)


def join_lines(lines: list[Mapped]) -> list[Mapped]:
    """Paragraphs from cleaned, non-empty lines.

    >>> lines = [Mapped("支持企业牵头，开展应用基", tuple(range(12))), Mapped("基础研究。", tuple(range(13, 18)))]
    >>> [p.text for p in join_lines(lines)]
    ['支持企业牵头，开展应用基础研究。']
    """
    layout = _Layout(_page_width([line.text for line in lines]), _quoted_titles(lines))
    paragraphs: list[_Paragraph] = []
    for line in lines:
        if paragraphs and _continues(paragraphs[-1], line.text, layout):
            paragraphs[-1].weld(line)
        else:
            paragraphs.append(_Paragraph(line))
    return [paragraph.done() for paragraph in paragraphs]


def _width(text: str) -> float:
    """Columns a line takes on the page: ASCII is half as wide as Chinese."""
    return len(text) - sum(map(str.isascii, text)) / 2


def _page_width(lines: list[str]) -> int | None:
    """Width lines are wrapped at, None where they are not: then unfinished lines are of no common length.

    >>> _page_width(["全链条支持细胞与基因治疗药品研发、生产、上市和应"] * 3 + ["用。"])
    24
    >>> _page_width(["一、目标", "到2027年，产业规模达到4000亿元以上。"]) is None
    True
    """
    unfinished = [w for line in lines if not line.endswith(_FINAL) and (w := _width(line)) >= _MIN_WRAPPED]
    if len(unfinished) < 3:
        return None
    common = Counter(map(round, unfinished)).most_common(1)[0][0]
    near = sum(abs(width - common) <= 1.5 for width in unfinished)
    return common if near >= max(3, 0.4 * len(unfinished)) else None


def _quoted_titles(lines: list[Mapped]) -> tuple[str, ...]:
    """Titles named in 《》 in the first lines: a title broken over two lines is recognised by them."""
    head = "".join(line.text[:_LOOK] for line in lines[:60])
    return tuple(re.findall(r"《([^《》]{6,80})》", head))


def _continues(before: _Paragraph, after: str, layout: _Layout) -> bool:
    """Whether a line goes on with the paragraph before it."""
    marker = match_marker(after)
    if marker:
        is_reference = marker.style <= Style.ARTICLE and _REFERS.search(before.tail) is not None
        return is_reference and not before.is_heading()
    if before.numbered and _UNITS.match(after):
        return True  # （牵头单位：…） on a line of its own belongs to its clause
    if before.stands_alone() or _STANDS_ALONE.search(after):
        return False
    if _is_open(before.tail):
        return True
    if before.tail.endswith(_FINAL):
        return False
    if before.tail.endswith(_COMMA):
        return True
    if before.length <= 80 and any(before.head + after in title for title in layout.quoted_titles):
        return True
    if is_title(after) and "关于" in before.head and not before.has_prose and not is_title(before.head):
        return len(after) < 40
    if layout.width is not None:
        return before.last_width >= layout.width * _FULL
    return _is_broken_prose(before, after)


def _is_broken_prose(before: _Paragraph, after: str) -> bool:
    """Whether a page end cut a sentence in two, in a text that is not wrapped."""
    if before.is_heading() or not before.has_prose or before.length < 12 or is_organ_line(after):
        return False
    if _ADDRESS.search(before.tail):
        return False
    if before.tail.endswith(("）", "”", "》")) and after[0] not in "，。；、）":
        return False
    return bool(_PROSE.search(after)) or after.endswith(_FINAL)


def _is_open(tail: str) -> bool:
    """Whether the last bracket opened is still open.

    >>> _is_open("《行动计"), _is_open("（省科技厅牵头）。力")
    (True, False)
    """
    depth = 0
    for char in reversed(tail):
        if char in _CLOSE:
            depth += 1
        elif char in _OPEN:
            if depth == 0:
                return True
            depth -= 1
    return False
