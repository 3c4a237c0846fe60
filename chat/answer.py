"""The Answer, the receipt every door hands out (page, command, API), and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NEEDS_INPUT = "needs_input"
    NOT_ELIGIBLE = "not_eligible"
    NOT_FOUND = "not_found"
    INVALID_INPUT = "invalid_input"


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote of one clause.

    Attributes:
        n: the mark used in the answer text, from 1.
        id: clause id.
        label: clause label a person writes.
        document: document name.
        quote: verbatim substring of the clause text.
        start: source offset where the quote starts.
        end: source offset where the quote ends.
    """

    n: int
    id: str
    label: str
    document: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation a finance officer can follow: text ``6000万元 × 40%``, value ``2400万元``."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """A computed result with its provenance.

    Attributes:
        rule: rule id.
        amount_yuan: exact yuan; None where the result is not money (e.g. a number of beds).
        is_ceiling: the result is an upper limit (不超过 / 最高), not a promise.
        inputs: what was put in, as shown to the user (name -> text).
        steps: the computation, in order.
        clauses: ids of the clauses whose figures were used.
        assumptions: what was taken for granted, in Chinese.
    """

    rule: str
    amount_yuan: Decimal | None
    is_ceiling: bool
    inputs: Mapping[str, str]
    steps: tuple[Step, ...]
    clauses: tuple[str, ...]
    assumptions: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form; amounts are plain decimal strings in yuan."""
        amount = None if self.amount_yuan is None else format(self.amount_yuan.normalize(), "f")
        return {
            "rule": self.rule,
            "amount_yuan": amount,
            "is_ceiling": self.is_ceiling,
            "inputs": dict(self.inputs),
            "steps": [{"text": s.text, "value": s.value} for s in self.steps],
            "clauses": list(self.clauses),
            "assumptions": list(self.assumptions),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says to one question. ``not_found`` carries no citation and no figure.

    ``condensed`` is the question on its own feet where it leaned on earlier turns, "" where it did not.
    """

    question: str
    as_of: date
    status: Status
    answer: str
    citations: tuple[Citation, ...] = ()
    calculation: Calculation | None = None
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    engine: str = "extractive"
    condensed: str = ""
    retrieved: tuple[str, ...] = field(default=(), repr=False)  # clause ids in rank order, for evaluation

    def to_dict(self) -> dict[str, Any]:
        """The JSON form shared by page, command and API; ``condensed`` is there only where it says something."""
        return {
            "question": self.question,
            **({"condensed": self.condensed} if self.condensed else {}),
            "as_of": self.as_of.isoformat(),
            "status": self.status.value,
            "answer": self.answer,
            "citations": [
                {
                    "n": c.n,
                    "id": c.id,
                    "label": c.label,
                    "document": c.document,
                    "quote": c.quote,
                    "start": c.start,
                    "end": c.end,
                }
                for c in self.citations
            ],
            "calculation": self.calculation.to_dict() if self.calculation else None,
            "missing": list(self.missing),
            "warnings": list(self.warnings),
            "engine": self.engine,
        }
