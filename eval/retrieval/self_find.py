"""Whether what a document is called finds it: every 文号, clause id and heading, typed alone, at rank 1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus import NodeKind, PolicyDocument
from eval.retrieval.ours import Search
from kb.names import squash

DOC_NUMBER, CLAUSE_ID, HEADING = "文号", "条款编号", "条款标题"
KINDS = (DOC_NUMBER, CLAUSE_ID, HEADING)


@dataclass(frozen=True, slots=True)
class Name:
    """A name and what it must find.

    Attributes:
        kind: one of ``KINDS``.
        text: as typed.
        clauses: ids of all that bear it; for a 文号 those of its document.
    """

    kind: str
    text: str
    clauses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """A name that was searched for.

    Attributes:
        name: the name.
        first: id of the first hit, "" if there was none.
        found: whether every hit before the last bearer is one; of a 文号, whether the first is of its document.
    """

    name: Name
    first: str
    found: bool


def names_of(documents: Iterable[PolicyDocument]) -> list[Name]:
    """All names in some documents; a heading that several clauses share, up to blanks and width, is one name."""
    made: list[Name] = []
    bearers: dict[str, list[str]] = defaultdict(list)
    written: dict[str, str] = {}
    for document in documents:
        if document.doc_number:
            made.append(Name(DOC_NUMBER, document.doc_number, frozenset(c.id for c in document.clauses)))
        for clause in document.clauses:
            if clause.kind is not NodeKind.CLAUSE:
                continue
            made.append(Name(CLAUSE_ID, clause.id, frozenset([clause.id])))
            if squash(clause.heading):
                bearers[squash(clause.heading)].append(clause.id)
                written.setdefault(squash(clause.heading), clause.heading)
    made += [Name(HEADING, written[key], frozenset(ids)) for key, ids in bearers.items()]
    return made


def try_names(names: Iterable[Name], search: Search, at_most: int = 100) -> Iterator[Tried]:
    """Search for each name; of very many bearers the first ``at_most`` hits are looked at."""
    for name in names:
        wanted = 1 if name.kind == DOC_NUMBER else min(len(name.clauses), at_most)
        hits = search(name.text, wanted)
        first = hits[0].clause.id if hits else ""
        good = len(hits) == wanted and all(hit.clause.id in name.clauses for hit in hits)
        yield Tried(name, first, good)
