"""Numbers of technical rules (GB/T 1.1-2020 §7): 1 总则, 1.1, 1.2, 2 要求, 2.1.

A figure with a point is mostly an amount. These numbers are clauses only where they run without a gap from 1.1 on, a blank
stands after each, and every chapter has its heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.mapped import Mapped
from ingest.numbering import Marker, Style
from ingest.starts import Boundary, Candidate

_POINT = re.compile(r"(?<![\d.．A-Za-z])(\d{1,2})[.．](\d{1,2})(?=[一-鿿“《])")
_MIN_POINTS = 3
_NEAR = 45  # characters of the heading of a chapter
_SENTENCE_END = "。！？；：）"
_HEADING = re.compile(r"[^，。；：！？\d]{2,40}")

Place = tuple[int, int]  # paragraph and offset


def find_points(paragraphs: Sequence[Mapped]) -> list[Candidate]:
    """Chapters and points of a technical rule in document order; none where the numbers do not run as they should.

    >>> lines = ["1 总则", "1.1 为了规范", "1.2 适用于温室", "2 要求", "2.1 采光"]
    >>> texts = [Mapped(line.replace(" ", ""), tuple(n for n, c in enumerate(line) if c != " ")) for line in lines]
    >>> [c.marker.label for c in find_points(texts)], find_points(texts[1:])
    (['1', '1.1', '1.2', '2', '2.1'], [])
    """
    found: list[Candidate] = []
    chapter = point = points = 0
    for place, a, b in _dotted(paragraphs):
        if (a, b) == (chapter + 1, 1):
            head = _head(paragraphs, place, a)
            if head is None:
                continue
            found.append(_candidate(head, Style.DIVISION, a, str(a)))
        elif (a, b) != (chapter, point + 1):
            continue
        chapter, point, points = a, b, points + 1
        found.append(_candidate(place, Style.POINT, b, f"{a}.{b}"))
    if points < _MIN_POINTS:
        return []
    if last := _last_head(paragraphs, (found[-1].paragraph, found[-1].at), chapter + 1):
        found.append(_candidate(last, Style.DIVISION, chapter + 1, str(chapter + 1)))
    return found


def _candidate(place: Place, style: Style, number: int, label: str) -> Candidate:
    return Candidate(*place, Marker(style, number, label, len(label)), Boundary.LINE)


def _dotted(paragraphs: Sequence[Mapped]) -> Iterator[tuple[Place, int, int]]:
    """Figures with a point that stand apart: a blank after them, and a sentence end or a blank before."""
    for index, paragraph in enumerate(paragraphs):
        if "\t" in paragraph.text:
            continue
        for found in _POINT.finditer(paragraph.text):
            if _stands_apart(paragraph, found.start(), found.end()):
                yield (index, found.start()), int(found[1]), int(found[2])


def _stands_apart(paragraph: Mapped, start: int, end: int) -> bool:
    origin = paragraph.origin
    has_blank_after = end < len(origin) and origin[end] - origin[end - 1] > 1
    has_blank_before = start == 0 or origin[start] - origin[start - 1] > 1
    return has_blank_after and (has_blank_before or paragraph.text[start - 1] in _SENTENCE_END)


def _head(paragraphs: Sequence[Mapped], place: Place, number: int) -> Place | None:
    """Where the chapter of a first point begins: right before it, or in the paragraph above."""
    index, end = (place[0], place[1]) if place[1] else (place[0] - 1, -1)
    if index < 0:
        return None
    paragraph = paragraphs[index]
    end = len(paragraph.text) if end < 0 else end
    label = str(number)
    start = paragraph.text.rfind(label, max(0, end - _NEAR), end)
    if start < 0 or not _HEADING.fullmatch(paragraph.text, start + len(label), end):
        return None
    return (index, start) if _stands_apart(paragraph, start, start + len(label)) else None


def _last_head(paragraphs: Sequence[Mapped], after: Place, number: int) -> Place | None:
    """Where a last chapter without points begins."""
    label = str(number)
    for index in range(after[0], len(paragraphs)):
        paragraph = paragraphs[index]
        at = paragraph.text.find(label, after[1] + 1 if index == after[0] else 0)
        while at >= 0:
            is_ended = at == 0 or paragraph.text[at - 1] in _SENTENCE_END
            if (
                is_ended
                and _stands_apart(paragraph, at, at + len(label))
                and _HEADING.match(paragraph.text, at + len(label))
            ):
                return index, at
            at = paragraph.text.find(label, at + 1)
    return None
