"""A typed query to a selection of clauses: what was understood of it, and what the knowledge base knows of dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.facets import Selection
from kb.hits import Hit
from kb.lifecycle import DocumentRecord
from kb.query.conditions import Condition, Days, Kind, Limit, Phrase, Understood, Units

EVERY_CONDITION = "*"
"""In place of the key of a condition: all of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a typed query found.

    Attributes:
        hits: best first.
        understood: the query with the conditions that were applied.
        removed: conditions that the user took away.
        given: conditions that the user set beside the query.
    """

    hits: tuple[Hit, ...]
    understood: Understood
    removed: tuple[Condition, ...] = ()
    given: tuple[Condition, ...] = ()


def selection_of(
    understood: Understood, records: Mapping[str, DocumentRecord], given: Selection
) -> Selection:
    """What a query and the filters given beside it leave to search.

    Args:
        understood: the query.
        records: documents by id.
        given: filters given beside it.
    """
    documents = _both(given.documents, understood.documents)
    for condition in understood.conditions:
        if isinstance(condition.value, Days):
            fitting = _on(condition.kind, condition.value, records)
            documents = _both(documents, fitting)
    values = [condition.value for condition in understood.conditions]
    return Selection(
        documents=documents,
        clauses=_both(given.clauses, understood.clauses),
        units=(*given.units, *(value for value in values if isinstance(value, Units))),
        phrases=(*given.phrases, *(value.words for value in values if isinstance(value, Phrase))),
        figures=(*given.figures, *(value for value in values if isinstance(value, Limit))),
    )


def _on(kind: Kind, days: Days, records: Mapping[str, DocumentRecord]) -> frozenset[str]:
    """Documents in force, or issued, on one of some days."""
    if kind is Kind.ISSUED:
        return frozenset(key for key, record in records.items() if days.includes(record.issued_on))
    return frozenset(key for key, record in records.items() if days.holds(record))


def _both(one: frozenset[str] | None, other: Iterable[str] | None) -> frozenset[str] | None:
    if other is None:
        return one
    return frozenset(other) if one is None else one & frozenset(other)
