"""The two policies we ship, parsed from their text alone, and the covering rule as a function."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import corpus
from corpus import Clause, NodeKind, PolicyDocument
from corpus.register import Register
from ingest import parse_file

POLICIES = Path(corpus.__file__).parent / "policies"
UNIFIED = {"(": "（", ")": "）", "﹙": "（", "﹚": "）", "﹝": "〔", "﹞": "〕"}
IN_DOCUMENT_NUMBER = dict.fromkeys("[（【(", "〔") | dict.fromkeys("]）】)", "〕")
INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


def _seed(number: str) -> PolicyDocument:
    path = next(path for path in POLICIES.glob("*.txt") if path.name.startswith(number))
    return parse_file(path, Register())


@pytest.fixture(scope="session")
def plan() -> PolicyDocument:
    return _seed("鲁科字〔2024〕137号")


@pytest.fixture(scope="session")
def measures() -> PolicyDocument:
    return _seed("鲁发改高技〔2025〕687号")


@pytest.fixture(scope="session")
def left_out() -> Callable[[PolicyDocument], list[int]]:
    return _left_out


@pytest.fixture(scope="session")
def tree() -> Callable[[PolicyDocument], dict[str, str]]:
    """Paths of the numbered clauses with their headings."""

    def of(document: PolicyDocument) -> dict[str, str]:
        return {"/".join(c.path): c.heading for c in document.clauses if c.kind is NodeKind.CLAUSE}

    return of


def _left_out(document: PolicyDocument) -> list[int]:
    """Check the covering rule; return the offsets of printed characters that no clause text shows."""
    source, end = document.source, 0
    shown: set[int] = set()
    for clause in document.clauses:
        assert not source[end : clause.span.start].strip(), f"not covered before {clause.id}"
        assert end <= clause.span.start < clause.span.end, clause.id
        end = clause.span.end
        _check_origin(clause, source)
        shown.update(clause.origin)
    assert not source[end:].strip(), "not covered at the end"
    ids = [clause.id for clause in document.clauses]
    assert len(set(ids)) == len(ids)
    return [
        at
        for at, char in enumerate(source)
        if at not in shown and not char.isspace() and char not in INVISIBLE
    ]


def _check_origin(clause: Clause, source: str) -> None:
    assert len(clause.origin) == len(clause.text)
    assert list(clause.origin) == sorted(set(clause.origin)), f"out of order in {clause.id}"
    assert clause.span.start <= clause.origin[0] and clause.origin[-1] < clause.span.end
    for char, at in zip(clause.text, clause.origin, strict=True):
        printed = source[at]
        same = char in (printed, UNIFIED.get(printed), IN_DOCUMENT_NUMBER.get(printed))
        assert same or char in " \n", f"{clause.id}: {char!r} is not {printed!r} at {at}"
