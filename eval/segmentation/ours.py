"""Our own parser on one file, and what can be said of the result without any truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from time import perf_counter

from corpus import NodeKind, PolicyDocument, PolicyKBError, Span
from corpus.register import Register
from eval.segmentation.scores import Start


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file as our parser sees it.

    Attributes:
        source: the extracted text, "" if there is none.
        starts: the numbered clauses.
        nodes: number of nodes of the tree, unnumbered parts included.
        uncovered: non-blank characters of the source that are not in exactly one node.
        repeated: nodes whose id another node before it has.
        warnings: number of warnings.
        seconds: time it took, reading included.
        refused: our own error, as a user would read it; "" if there was none.
        crash: any other error; "" if there was none.
    """

    source: str = ""
    starts: tuple[Start, ...] = ()
    nodes: int = 0
    uncovered: int = 0
    repeated: int = 0
    warnings: int = 0
    seconds: float = 0.0
    refused: str = ""
    crash: str = ""


def parse(path: Path) -> Parsed:
    """Parse one file; whatever goes wrong is part of the result."""
    from ingest import parse_file

    begin = perf_counter()
    try:
        # An empty register: names and numbers of the shipped policies must not help with other files.
        document = parse_file(path, Register())
    except PolicyKBError as error:
        return Parsed(seconds=perf_counter() - begin, refused=str(error))
    except Exception as error:  # a crash is what this looks for
        return Parsed(seconds=perf_counter() - begin, crash=f"{type(error).__name__}: {error}")
    return measure(document, perf_counter() - begin)


def measure(document: PolicyDocument, seconds: float = 0.0) -> Parsed:
    """What a parsed document shows by itself."""
    spans = [clause.span for clause in document.clauses]
    ids = Counter(clause.id for clause in document.clauses)
    return Parsed(
        source=document.source,
        starts=tuple(
            Start(clause.span.start, clause.path)
            for clause in document.clauses
            if clause.kind is NodeKind.CLAUSE
        ),
        nodes=len(spans),
        uncovered=uncovered(document.source, spans),
        repeated=sum(ids.values()) - len(ids),
        warnings=len(document.warnings),
        seconds=seconds,
    )


def uncovered(source: str, spans: Sequence[Span]) -> int:
    """Number of non-blank characters that lie in no span, or in more than one.

    >>> uncovered("甲 乙丙", [Span(0, 1), Span(2, 4)]), uncovered("甲 乙丙", [Span(0, 3), Span(2, 3)])
    (0, 2)
    """
    steps = [0] * (len(source) + 1)
    for span in spans:
        steps[span.start] += 1
        steps[span.end] -= 1
    return sum(
        depth != 1 and not character.isspace()
        for depth, character in zip(accumulate(steps), source, strict=False)
    )
