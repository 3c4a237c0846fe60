"""A ranking, ours or another's, as it is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corpus import Span

CHUNK_SIZE = 400  # characters of a unit of the baselines, which no unit of ours may exceed by much


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of text that was found.

    Attributes:
        file: name of the file it is of.
        span: where it stands in the file's text.
        score: how sure the search is, 0 to 1; None where it does not say.
    """

    file: str
    span: Span
    score: float | None = None


Ranker = Callable[[str, int], list[Unit]]
"""The best units for a question, at most so many, best first."""


def shown_span(clause: Span, passage: Span) -> Span:
    """What of a clause that was found is judged: no more than a baseline's unit holds, around the matching passage.

    A search returns the whole clause, but a whole chapter without numbers would hold any evidence.

    >>> shown_span(Span(0, 300), Span(100, 180)), shown_span(Span(0, 3000), Span(100, 180))
    (Span(start=0, end=300), Span(start=0, end=400))
    >>> shown_span(Span(0, 3000), Span(1000, 1100)), shown_span(Span(0, 3000), Span(2950, 3000))
    (Span(start=850, end=1250), Span(start=2600, end=3000))
    """
    if clause.length <= CHUNK_SIZE:
        return clause
    around = max(0, CHUNK_SIZE - passage.length) // 2
    start = min(max(clause.start, passage.start - around), max(clause.start, clause.end - CHUNK_SIZE))
    return Span(start, min(clause.end, start + max(CHUNK_SIZE, passage.length)))
