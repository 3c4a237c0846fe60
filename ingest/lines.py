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
from ingest.source import Layout
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
_TORN = 80  # characters; shorter paragraphs without an end are headings, entries and table cells
_TITLE_TAIL = re.compile(r"^的(?:通知|意见|公告|通告|决定|批复|函|办法|方案)$")
_ADDRESS = re.compile(r"(?:://|www\.|@)[!-~]+$")
_STANDS_ALONE = re.compile(
    r"""
      ^（?(?:19|20)\d\d年\d{1,2}月\d{1,2}日(?:印发)?）?$  # 2025年9月19日
    | ^附\s*件\s*[\d一二三四五六七八九十]*\s*(?:[：:].*)?$    # 附件1：申报表
    | 〔(?:19|20)\d\d〕\d+号$                             # 鲁科字〔2024〕137号
    | ^（此件.*）$
    | ^-?\s*[A-Za-z_]+:\s                                # - title: 关于…   in the front matter of a captured page
    | ^-{3,}$
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Page:
    """How the text is laid out: what its lines are, the page width in columns (None: not wrapped), the titles it names."""

    layout: Layout
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


def join_lines(lines: list[Mapped], layout: Layout = Layout.LINES) -> list[Mapped]:
    """Paragraphs from cleaned, non-empty lines.

    >>> lines = [Mapped("支持企业牵头，开展应用基", tuple(range(12))), Mapped("基础研究。", tuple(range(13, 18)))]
    >>> [p.text for p in join_lines(lines)]
    ['支持企业牵头，开展应用基础研究。']
    """
    page = _Page(layout, _page_width(lines, layout), _quoted_titles(lines))
    paragraphs: list[_Paragraph] = []
    for line in lines:
        if paragraphs and _continues(paragraphs[-1], line.text, page):
            paragraphs[-1].weld(line)
        else:
            paragraphs.append(_Paragraph(line))
    return [paragraph.done() for paragraph in paragraphs]


def _width(text: str) -> float:
    """Columns a line takes on the page: ASCII is half as wide as Chinese."""
    return len(text) - sum(map(str.isascii, text)) / 2


def _page_width(lines: list[Mapped], layout: Layout) -> int | None:
    """Width lines are wrapped at, None where they are not: then unfinished lines are of no common length.

    >>> wrapped = ["全链条支持细胞与基因治疗药品研发、生产、上市和应"] * 3 + ["用。"]
    >>> _page_width([Mapped(line, tuple(range(len(line)))) for line in wrapped], Layout.LINES)
    24
    """
    if layout is Layout.PARAGRAPHS:
        return None
    texts = (line.text for line in lines)
    unfinished = [w for text in texts if not text.endswith(_FINAL) and (w := _width(text)) >= _MIN_WRAPPED]
    if len(unfinished) < 3:
        return None
    common = Counter(map(round, unfinished)).most_common(1)[0][0]
    near = sum(abs(width - common) <= 1.5 for width in unfinished)
    return common if near >= max(3, 0.4 * len(unfinished)) else None


def _quoted_titles(lines: list[Mapped]) -> tuple[str, ...]:
    """Titles named in 《》 in the first lines: a title broken over two lines is recognised by them."""
    head = "".join(line.text[:_LOOK] for line in lines[:60])
    return tuple(re.findall(r"《([^《》]{6,80})》", head))


def _continues(before: _Paragraph, after: str, page: _Page) -> bool:
    """Whether a line goes on with the paragraph before it."""
    if before.stands_alone() or _STANDS_ALONE.search(after):
        return False
    if page.layout is Layout.PARAGRAPHS:
        return _is_rest_of_title(before, after, page) or _is_torn(before, after)
    marker = match_marker(after)
    if marker:
        is_reference = marker.style <= Style.ARTICLE and _REFERS.search(before.tail) is not None
        return is_reference and not before.is_heading()
    if before.numbered and _UNITS.match(after):
        return True  # （牵头单位：…） on a line of its own belongs to its clause
    if _is_open(before.tail):
        return True
    if before.tail.endswith(_FINAL):
        return False
    if before.tail.endswith(_COMMA) or _is_rest_of_title(before, after, page):
        return True
    if page.width is not None:
        return before.last_width >= page.width * _FULL
    return _is_broken_prose(before, after)


def _is_rest_of_title(before: _Paragraph, after: str, page: _Page) -> bool:
    """Whether two lines make one title: 国务院关于印发国家职业教育改革 / 实施方案的通知."""
    if match_marker(after) or before.tail.endswith(_FINAL):
        return False
    if before.length <= 80 and any(before.head + after in title for title in page.quoted_titles):
        return True
    if "关于" not in before.head or before.has_prose or is_title(before.head):
        return False
    return len(after) < 40 and (is_title(after) or _TITLE_TAIL.match(after) is not None)


def _is_torn(before: _Paragraph, after: str) -> bool:
    """Whether a page end tore a paragraph of prose in a text of whole paragraphs: it stops inside a sentence or a bracket."""
    if match_marker(after) or "\t" in after or "\t" in before.head or before.length < _TORN:
        return False
    if is_organ_line(after) or before.tail.endswith((*_FINAL, *_CLOSE)):
        return False
    return before.has_prose and len(after) > 1 and bool(_PROSE.search(after))


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
