"""Escaping: text of a question or a document as HTML, with links at its marks and tags around its ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from chat.answer import Citation
from corpus import Clause, Span

_MARK = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag around a half-open range of a text."""

    start: int
    end: int
    tag: str


def lines(text: str) -> str:
    """Escaped text with its line breaks."""
    return escape(text).replace("\n", "<br>")


def target(citation: Citation) -> str:
    """The attributes of what opens a citation when it is clicked."""
    return (
        f'data-clause="{escape(citation.id)}" data-start="{citation.start}" data-end="{citation.end}"'
        f' title="{escape(citation.label)}"'
    )


def marked_paragraphs(text: str, citations: Sequence[Citation]) -> str:
    """Answer text as paragraphs, each ``[n]`` that has a citation as a link to it."""
    known: Mapping[str, Citation] = {str(c.n): c for c in citations}

    def link(match: re.Match[str]) -> str:
        citation = known.get(match[1])
        if citation is None:
            return match[0]
        return f'<a href="#pk-panel" class="pk-mark" {target(citation)} aria-label="查看依据{match[1]}">[{match[1]}]</a>'

    return "".join(
        f"<p>{_MARK.sub(link, lines(block.strip()))}</p>" for block in text.split("\n") if block.strip()
    )


def styled_paragraphs(text: str, styles: Sequence[Tagged]) -> str:
    """Escaped text, a ``<p>`` a line, with tags around the ranges; overlapping ranges nest piece by piece."""
    result, at = "", 0
    for line in text.split("\n"):
        result += f"<p>{_styled(line, at, styles)}</p>"
        at += len(line) + 1
    return result


def _styled(line: str, offset: int, styles: Sequence[Tagged]) -> str:
    clip: Callable[[int], int] = lambda at: min(max(at - offset, 0), len(line))  # noqa: E731
    cuts = sorted({0, len(line), *(clip(s.start) for s in styles), *(clip(s.end) for s in styles)})
    pieces = []
    for start, end in pairwise(cuts):
        piece = escape(line[start:end])
        for tag in [s.tag for s in styles if clip(s.start) <= start and end <= clip(s.end)]:
            piece = f"<{tag}>{piece}</{tag}>"
        pieces.append(piece)
    return "".join(pieces)


def inside(clause: Clause, span: Span) -> tuple[int, int]:
    """Offsets in the clause text of the source span; empty where it lies outside."""
    found = [n for n, at in enumerate(clause.origin) if span.start <= at < span.end]
    return (found[0], found[-1] + 1) if found else (0, 0)
