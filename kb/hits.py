"""What a search and an ingest give back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from corpus import Clause, Span
from kb.ranking import Signals


class Mode(StrEnum):
    """How to search."""

    HYBRID = "hybrid"  # both rankings, fused
    KEYWORD = "keyword"  # BM25
    SEMANTIC = "semantic"  # embedding vectors
    EXACT = "exact"  # the words themselves, or a clause's id or label


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found.

    The raw scores are kept beside the fused one: a rank says which clause is best, only a score says whether it
    is any good.

    Attributes:
        clause: the whole clause, found by the best of its chunks.
        document_id: the document it is in.
        document_name: that document's name for citations.
        score: what hits are sorted by: how likely the clause answers (0 to 1), BM25, cosine, or 1.0 for exact matches.
        passage: where the piece that matched stands in the source text.
        dense_rank: place among the clauses by cosine, from 1; None if not ranked so.
        dense_score: highest cosine of the question and one of its chunks, -1 to 1; None if no vectors were used.
        keyword_rank: place among the clauses by BM25, from 1; None if not ranked so.
        keyword_score: highest BM25 of one of its chunks, from 0, no upper bound; None if no keywords were used.
        signals: what the score of a hybrid search was made of.
    """

    clause: Clause
    document_id: str
    document_name: str
    score: float
    passage: Span
    dense_rank: int | None = None
    dense_score: float | None = None
    keyword_rank: int | None = None
    keyword_score: float | None = None
    signals: Signals | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON form, as ``policykb search --json`` prints it; ``start`` and ``end`` are those of the clause."""
        return {
            "id": self.clause.id,
            "label": self.clause.label,
            "document": self.document_name,
            "text": self.clause.text,
            "score": round(self.score, 6),
            "start": self.clause.span.start,
            "end": self.clause.span.end,
        }


class FileStatus(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"  # of a document that was there in another version
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"  # the document is there, from another file
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file.

    Attributes:
        path: the file as it was named.
        status: what became of it.
        document_id: the document in it, "" if it failed.
        message: one Chinese line, "" where there is nothing to say.
        title: title of that document.
        clauses: number of its numbered clauses.
        warnings: what was doubtful when it was read; none where it was not read again.
    """

    path: Path
    status: FileStatus
    document_id: str = ""
    message: str = ""
    title: str = ""
    clauses: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of each file of a batch, in order; ``skipped`` are files in folders of a kind we do not read."""

    outcomes: tuple[FileOutcome, ...]
    skipped: tuple[Path, ...] = ()

    def count(self, status: FileStatus) -> int:
        """How many files ended so."""
        return sum(outcome.status is status for outcome in self.outcomes)

    @property
    def failed(self) -> tuple[FileOutcome, ...]:
        """The files that are not in the knowledge base now."""
        return tuple(outcome for outcome in self.outcomes if outcome.status is FileStatus.FAILED)


@dataclass(frozen=True, slots=True)
class IngestState:
    """How far an ingest is.

    Attributes:
        done: files whose outcome is settled.
        total: files in all.
        name: the file being read, "" when all are.
        clauses: numbered clauses whose vectors are made.
    """

    done: int
    total: int
    name: str
    clauses: int


Progress = Callable[[IngestState], None]
"""Told of each step of an ingest, from one thread at a time."""
