"""Answers written by hand over the policies we ship and two of invented cities: true ones and false ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chat.answer import Answer, Calculation, Citation, Status, Step
from corpus import Clause, PolicyDocument
from ingest.parse import parse_file, parse_text

_CASES = Path(__file__).parents[2] / "cases"
_POLICIES = Path(__file__).parents[3] / "corpus" / "policies"
DAY = date(2026, 6, 1)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((_CASES / "checked_policies.yaml").read_text("utf-8"))
    return data


@cache
def documents() -> dict[str, PolicyDocument]:
    """The policies by id."""
    shipped = [parse_file(path) for path in sorted(_POLICIES.glob("*.txt"))]
    invented = [parse_text(text, f"{n}.txt") for n, text in enumerate(_data()["policies"])]
    return {document.id: document for document in [*shipped, *invented]}


@cache
def clauses() -> dict[str, Clause]:
    """All clauses by id."""
    return {clause.id: clause for document in documents().values() for clause in document.clauses}


def look_up(clause_id: str) -> Clause | None:
    """A clause by id, None if there is none."""
    return clauses().get(clause_id)


def cite(n: int, key: str) -> Citation:
    """A citation of the quote that goes by this name."""
    where, quote = _data()["quotes"][key]
    short, _, path = where.partition(" ")
    document = documents()[_data()["documents"][short]]
    clause = clauses()[f"{document.id} {path}"]
    span = clause.locate(quote)
    return Citation(n, clause.id, clause.label, document.name, quote, span.start, span.end)


def _calculation(key: str | None, clause_id: str) -> Calculation | None:
    if key is None:
        return None
    made = _data()["calculations"][key]
    amount = None if made["amount"] is None else Decimal(made["amount"])
    steps = tuple(Step(text, value) for text, value in made["steps"])
    return Calculation(key, amount, True, made["inputs"], steps, (clause_id,), tuple(made["assumptions"]))


def read(name: str) -> list[tuple[Answer, str]]:
    """The answers of a file, each with what is wrong with it ("" where nothing is)."""
    found = []
    for case in yaml.safe_load((_CASES / name).read_text("utf-8")):
        citations = tuple(cite(n, key) for n, key in enumerate(case["cites"], 1))
        calculation = _calculation(case.get("calc"), citations[0].id)
        answer = Answer(
            case["ask"], DAY, Status.ANSWERED, case["says"], citations, calculation, engine="llm:test"
        )
        found.append((answer, case.get("why", "")))
    return found
