"""What searches select clauses by: names, words as they stand, units and figures; made from the clauses."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus import Clause
from kb.names import name_key, squash
from kb.query.conditions import Limit, UnitRole, Units
from kb.query.figures import read_figures

VERSION = (
    1  # raise it when any facet of any clause changes: all are then made anew when a knowledge base is opened
)


_COMPARATORS = frozenset({">=", ">", "<=", "<", "="})
_ROLES = {UnitRole.ANY: "", UnitRole.LEAD: " AND leads", UnitRole.PARTICIPANT: " AND NOT leads"}
VERSION = (
    1  # raise it when any facet of any clause changes: all are then made anew when a knowledge base is opened
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which clauses to search; None and empty tuples mean no condition, an empty set that nothing fits.

    Attributes:
        documents: document ids.
        clauses: clause ids.
        units: of each, one name must have its role.
        phrases: words that must stand in the clause, up to blanks, case and width.
        figures: all of them must be met.
    """

    documents: frozenset[str] | None = None
    clauses: frozenset[str] | None = None
    units: tuple[Units, ...] = ()
    phrases: tuple[str, ...] = ()
    figures: tuple[Limit, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether there is no condition."""
        return self == Selection()

    @property
    def is_by_store(self) -> bool:
        """Whether the conditions are such as stores can filter by themselves."""
        by_any_role = all(each.role is UnitRole.ANY for each in self.units) and len(self.units) <= 1
        return by_any_role and self.clauses is None and not (self.phrases or self.figures)

    def sql(self) -> tuple[str, list[object]]:
        """The condition on a row ``n`` of nodes, and its values."""
        terms, values = ["true"], list[object]()
        for column, names in (("n.document_id", self.documents), ("n.id", self.clauses)):
            if names is not None:
                terms.append(f"{column} IN (SELECT value FROM json_each(?))")
                values.append(_listed(names))
        for unit in self.units:
            terms.append(
                "n.id IN (SELECT clause_id FROM units WHERE name IN"
                f" (SELECT value FROM json_each(?)){_ROLES[unit.role]})"
            )
            values.append(_listed(unit.names))
        for phrase in self.phrases:
            terms.append("n.id IN (SELECT clause_id FROM forms WHERE instr(text, ?))")
            values.append(squash(phrase))
        for figure in self.figures:
            term, own = _figure_sql(figure)
            terms.append(term)
            values += own
        return " AND ".join(terms), values


def _figure_sql(limit: Limit) -> tuple[str, list[object]]:
    if limit.comparator not in _COMPARATORS:
        raise ValueError(f"no comparator: {limit.comparator}")
    term = (
        f"n.id IN (SELECT clause_id FROM figures WHERE kind = ? AND value {limit.comparator} ?"
        " AND role IN (SELECT value FROM json_each(?)))"
    )
    return term, [limit.kind, float(limit.value), _listed(limit.roles)]


def _listed(names: Iterable[str]) -> str:
    return json.dumps(sorted(names), ensure_ascii=False)


def write_facets(db: sqlite3.Connection, document_id: str, clauses: Iterable[Clause]) -> None:
    """Store the facets of clauses of a document that have none yet."""
    for clause in clauses:
        db.execute("INSERT INTO forms VALUES (?, ?)", (clause.id, squash(clause.text)))
        names = clause_names(document_id, clause)
        db.executemany("INSERT INTO names VALUES (?, ?)", ((name, clause.id) for name in names))
        db.executemany("INSERT INTO units VALUES (?, ?, ?)", set(_unit_rows(clause)))
        figures = {(clause.id, f.kind, f.role.value, float(f.value)) for f in read_figures(clause.text)}
        db.executemany("INSERT INTO figures VALUES (?, ?, ?, ?)", sorted(figures))


def clause_names(document_id: str, clause: Clause) -> set[str]:
    """What a clause may be called, as ``kb.names.name_key`` writes it: its id, label and heading, with and without document."""
    path = clause.id.removeprefix(document_id).strip()
    names = {clause.id, clause.label, path, clause.label.removeprefix(document_id), clause.heading}
    if path.rpartition("/")[2].isdigit():
        names.add(f"第{path.rpartition('/')[2]}条")
    return {key for key in map(name_key, names) if key}


def _unit_rows(clause: Clause) -> Iterator[tuple[str, str, int]]:
    for leads, names in ((1, clause.lead), (0, clause.participants)):
        for name in names:
            yield name, clause.id, leads


def clear_facets(db: sqlite3.Connection) -> None:
    """Remove all facets, before they are made anew."""
    for table in ("forms", "names", "units", "figures", "terms"):
        db.execute(f"DELETE FROM {table}")
