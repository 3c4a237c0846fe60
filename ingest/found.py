"""Values with the places they were read from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from corpus import NodeKind, Span
from ingest.mapped import Mapped, concat
from ingest.organs import DATE, read_date
from ingest.tree import Node

T = TypeVar("T")

_FRONT_LINES = 120  # paragraphs before the first clause that can hold a header, a title and a notice
_FRONT_LINE = 3_000  # characters of one of them; a flattened text is a single paragraph


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, and the spans of the source text that say it."""

    value: T
    spans: tuple[Span, ...]


def span_of(text: Mapped, start: int, end: int) -> Span:
    """The source span of a non-empty part of a text.

    >>> span_of(Mapped("甲乙", (4, 9)), 0, 2)
    Span(start=4, end=10)
    >>> span_of(Mapped("甲", (4,)), 1, 1)
    Traceback (most recent call last):
    ...
    IndexError: tuple index out of range
    """
    return Span(text.origin[start], text.origin[end - 1] + 1)


def found_in(text: Mapped, start: int, end: int) -> Found[str]:
    """A part of a text as it stands there."""
    return Found(text.text[start:end], (span_of(text, start, end),))


def has_gap(text: Mapped, at: int) -> bool:
    """Whether blanks or a line break stood in the source before the character at ``at``.

    >>> has_gap(Mapped("甲乙", (4, 9)), 1), has_gap(Mapped("甲乙", (4, 5)), 1)
    (True, False)
    """
    return 0 < at < len(text.origin) and text.origin[at] - text.origin[at - 1] > 1


def front_lines(nodes: Sequence[Node]) -> list[Mapped]:
    """The paragraphs before the first clause, the longest cut short."""
    lines: list[Mapped] = []
    for node in nodes:
        if node.kind is NodeKind.CLAUSE or len(lines) >= _FRONT_LINES:
            break
        lines += [line.cut(0, _FRONT_LINE) for line in node.paragraphs if line.text]
    return lines[:_FRONT_LINES]


def join(lines: Iterable[Mapped], separator: str = "\n") -> Mapped:
    """Lines as one text; the separators stand right behind the lines they end.

    >>> join([Mapped("甲", (0,)), Mapped("乙", (7,))]).text
    '甲\\n乙'
    """
    pieces: list[Mapped] = []
    for line in lines:
        if pieces and separator:
            pieces.append(pieces[-1].blank(separator))
        pieces.append(line)
    return concat(pieces)


def day_in(text: Mapped) -> Found[date] | None:
    """The first date in a text, with where it stands."""
    for found in DATE.finditer(text.text):
        if day := read_date(found.group()):
            return Found(day, (span_of(text, *found.span()),))
    return None
