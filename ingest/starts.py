"""Where a clause could start: every number in the shape of a marker, with the evidence of the place it stands at.

A number at the start of a paragraph, after the end of a sentence or after a heading may start a clause; one that is named
in a sentence (依照第十二条第二款, 按本意见第（三）项, “…第九条…”) never does. Which of the candidates are clauses is decided by
their sequence (``ingest.sequence``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from ingest.mapped import Mapped
from ingest.numbering import HAN, Marker, Style, find_markers, is_named_after


class Boundary(IntEnum):
    """What stands before a number, from the weakest evidence of a start to the strongest."""

    COMMA = 0  # 支持研发，（二）支持转化
    GLUED = 1  # 支持研发（二）支持转化
    BLANK = 2  # 支持研发 （二）支持转化
    HEADING = 3  # 一、总体要求（一）指导思想
    SENTENCE = 4  # 支持研发。（二）支持转化
    LINE = 5  # at the start of a paragraph


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may start a clause.

    Attributes:
        paragraph: index of its paragraph.
        at: offset in the paragraph.
        marker: the number.
        boundary: what stands before it.
        is_heading: whether it and a short phrase are a whole paragraph.
    """

    paragraph: int
    at: int
    marker: Marker
    boundary: Boundary
    is_heading: bool = False


_NEAR = 16  # characters before a number that tell a reference
_MAX_HEADING = 40  # characters of a heading that another number follows without punctuation
_WIDE_GAP = 2  # blanks: more than one between two characters are a lost line break
_SENTENCE_END = frozenset("。！？!?；;：:…")
_COMMAS = frozenset("，,、")
_CLOSING = frozenset("）〕】］)]")
_LISTED = (Style.CHINESE, Style.ARABIC)  # 一、 and 1. are seldom named
_CLOSING_QUOTE = frozenset("”’》」』")
_PUNCTUATION = re.compile(r"[，。；：！？,;:!?]")
_PAIRS = {"）": "（", "》": "《", "”": "“", "’": "‘", "〕": "〔", "】": "【", "」": "「", "』": "『"}
_BRACKET = re.compile("[（）《》“”‘’〔〕【】「」『』]")
_LONGEST = {"《": 120, "〔": 400, "（": 600, "【": 60, "‘": 400}  # characters; longer ones are misprints
_LONGEST_QUOTE = 3000  # an amendment quotes whole articles
_NAMED_BEFORE = re.compile(
    rf"""
      (?: 依照|按照|遵照|参照|根据|依据|违反|适用|符合|执行|上述|前述|前款|前条|所列|属于|达到|详?见|不受    # 依照第三条
        | (?<![基成资])[本该](?:办法|规定|细则|条例|规则|规程|章程|意见|方案|措施|通知|公告|决定|标准|法|编|章|节|条|款)
        | 第[{HAN}\d]+[条款项]                                                               # 第二款（一）
        | 第 | [》”]
      )$
    """,
    re.VERBOSE,
)
_JOINED_BEFORE = re.compile(r"(?:[及和与或至到按依除即]|[—\-–－~～/])$")  # （一）和（三）
_NOT_ALONE = re.compile(r"[第统之唯专万单同逐划均归不期周初合如五六零每甲乙某其]$")  # 统一、规范   星期一、三
_NUMBERED_THING = re.compile(
    r"(?:[图表]|公式|附注|附件|附录|附表|样式|编号|步骤|No|[%％‰＋+×=＝<>≤≥*#＃])$"  # 表1、 申报情况
)
_SENTENCE = re.compile(r"[，。；：！？,;:!?]|《|“")
_MAX_TITLE = 100


def find_candidates(paragraphs: Sequence[Mapped]) -> list[Candidate]:
    """Candidates of paragraphs in document order.

    >>> text = "一、总体要求（一）指导思想。依照第三条，按本意见第（三）项执行。（二）目标"
    >>> [(c.at, c.boundary.name) for c in find_candidates([Mapped(text, tuple(range(len(text))))])]
    [(0, 'LINE'), (6, 'HEADING'), (32, 'SENTENCE')]
    """
    return [
        candidate
        for index, paragraph in enumerate(paragraphs)
        if "\t" not in paragraph.text  # a row of a table
        for candidate in _in_paragraph(index, paragraph)
    ]


def _in_paragraph(index: int, paragraph: Mapped) -> Iterator[Candidate]:
    text = paragraph.text
    quoted = _Quoted(text)
    before: tuple[int, Marker] | None = None
    for at, marker in find_markers(text):
        if at == 0:
            boundary = None if _is_named_after(paragraph, at, marker) else Boundary.LINE
        elif quoted.holds(at):
            boundary = None
        else:
            boundary = _boundary(paragraph, at, marker, before)
        before = (at, marker)
        if boundary is not None:
            is_heading = (
                at == 0 and len(text) <= _MAX_HEADING and not _PUNCTUATION.search(text, marker.length)
            )
            yield Candidate(index, at, marker, boundary, is_heading)


def _boundary(
    paragraph: Mapped, at: int, marker: Marker, before: tuple[int, Marker] | None
) -> Boundary | None:
    """What stands before a number inside a paragraph, None where the number is named in a sentence."""
    text = paragraph.text
    if _is_named_after(paragraph, at, marker):
        return None
    last = text[at - 1]
    gap = paragraph.origin[at] - paragraph.origin[at - 1] - 1
    if last in _SENTENCE_END or (last == "." and not text[at - 2 : at - 1].isascii()):
        return Boundary.SENTENCE
    near = text[max(0, at - _NEAR) : at]
    if marker.number == 1 and marker.style > Style.ARTICLE and _follows_heading(text, at, marker, before):
        return Boundary.HEADING  # 一、政策依据（一）…
    is_named = marker.style not in _LISTED and _NAMED_BEFORE.search(near) is not None
    if is_named or _is_part_of_word(near, marker.style):
        return None
    if gap >= _WIDE_GAP:
        return Boundary.SENTENCE
    if _follows_heading(text, at, marker, before):
        return Boundary.HEADING
    if last in _COMMAS:
        return Boundary.COMMA if marker.style > Style.ARTICLE else None
    if _JOINED_BEFORE.search(near):
        return None
    if last in _CLOSING:
        return _after_bracket(near, marker)
    if gap:
        return Boundary.BLANK
    if marker.style <= Style.ARTICLE:
        return _after_words_of_a_statute(paragraph, at, marker)
    return Boundary.GLUED


def _after_words_of_a_statute(paragraph: Mapped, at: int, marker: Marker) -> Boundary | None:
    """A number of a statute right after a word is a reference, but for the first one after the title."""
    if marker.number == 1 and at <= _MAX_TITLE and not _SENTENCE.search(paragraph.text, 0, at):
        return Boundary.HEADING
    return Boundary.GLUED if _has_blank_after(paragraph, at, marker) else None


def _has_blank_after(paragraph: Mapped, at: int, marker: Marker) -> bool:
    """Whether a blank was printed after a number: 第三条　经营者 is one, 第三条规定 is a reference."""
    end = at + len(marker.label)
    return end < len(paragraph.text) and paragraph.origin[end] - paragraph.origin[end - 1] > 1


def _is_named_after(paragraph: Mapped, at: int, marker: Marker) -> bool:
    """Whether what follows a number of a statute makes it a reference."""
    if marker.style > Style.ARTICLE or _has_blank_after(paragraph, at, marker):
        return False
    return is_named_after(paragraph.text, at + marker.length)


def _is_part_of_word(near: str, style: Style) -> bool:
    """Whether a numeral belongs to the word before it.

    >>> _is_part_of_word("做到统", Style.CHINESE), _is_part_of_word("见附表", Style.ARABIC), _is_part_of_word("企业", Style.ARABIC)
    (True, True, False)
    """
    if style is Style.CHINESE:
        return bool(_NOT_ALONE.search(near))
    return style >= Style.ARABIC and bool(_NUMBERED_THING.search(near))


def _follows_heading(text: str, at: int, marker: Marker, before: tuple[int, Marker] | None) -> bool:
    """Whether only a short heading stands between this number and an outer or equal one."""
    if before is None or before[1].style > marker.style:
        return False
    start = before[0] + before[1].length
    return 1 < at - start <= _MAX_HEADING and not _PUNCTUATION.search(text, start, at)


def _after_bracket(near: str, marker: Marker) -> Boundary | None:
    """After a closing bracket: （责任单位：…）二、 ends a clause, 《…》（国发〔2020〕3号）第二条 is a reference."""
    opened = near.rfind("（")
    if marker.style <= Style.ARTICLE and (opened < 0 or near[opened - 1 : opened] in _CLOSING_QUOTE):
        return None
    return Boundary.BLANK


class _Quoted:
    """Which places of a text stand inside brackets or quotes; asked in ascending order."""

    def __init__(self, text: str) -> None:
        self._spans = _outermost(text)
        self._next = 0

    def holds(self, at: int) -> bool:
        """Whether an offset is inside; the opening bracket itself is not."""
        while self._next < len(self._spans) and self._spans[self._next][1] < at:
            self._next += 1
        return self._next < len(self._spans) and self._spans[self._next][0] < at


def _outermost(text: str) -> list[tuple[int, int]]:
    """Offsets of matching brackets that are in no other; brackets without a partner and overlong ones do not count.

    >>> _outermost("《办法》（依“甲（一）”和《乙》）（缺")
    [(0, 3), (4, 16)]
    """
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for found in _BRACKET.finditer(text):
        char, at = found.group(), found.start()
        if char not in _PAIRS:
            stack.append((char, at))
            continue
        while stack and at - stack[-1][1] > _LONGEST.get(stack[-1][0], _LONGEST_QUOTE):
            stack.pop()
        depth = next((n for n in range(len(stack) - 1, -1, -1) if stack[n][0] == _PAIRS[char]), None)
        if depth is None:
            continue
        start = stack[depth][1]
        del stack[depth:]
        if at - start > _LONGEST.get(_PAIRS[char], _LONGEST_QUOTE):
            continue
        while spans and spans[-1][0] > start:
            spans.pop()
        spans.append((start, at))
    return spans
