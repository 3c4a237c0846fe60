"""What a knowledge base knows that a query may name, made ready once for each of its revisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kb.query.bodies import Bodies
from kb.query.places import Place
from kb.query.titles import Titles


class NamedDocument(Protocol):
    """A document as far as queries name it; whole documents and their records are such."""

    @property
    def id(self) -> str:
        """文号, or the title."""

    @property
    def title(self) -> str:
        """Title of the policy."""

    @property
    def notice_title(self) -> str:
        """Title of the cover notice, "" if there is none."""

    @property
    def doc_number(self) -> str:
        """Normalised 文号, "" if there is none."""

    @property
    def issuers(self) -> tuple[str, ...]:
        """Who issued it, as printed."""

    @property
    def region(self) -> str:
        """Where it holds, "" if unknown or everywhere."""

    @property
    def level(self) -> str:
        """国家, 省, 市, 县 or ""."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The names of a knowledge base.

    Attributes:
        documents: by id, in the order of the knowledge base.
        titles: to find documents by number and title.
        units: to find leading and participating units by name.
        issuers: to find who issued documents.
        issued_by: ids of documents by the name of an issuer as printed.
        by_region: ids of documents by region, without those of no region.
        national: ids of documents that hold everywhere.
    """

    documents: Mapping[str, NamedDocument]
    titles: Titles
    units: Bodies
    issuers: Bodies
    issued_by: Mapping[str, frozenset[str]]
    by_region: Mapping[str, tuple[str, ...]]
    national: tuple[str, ...]

    @classmethod
    def of(cls, documents: Iterable[NamedDocument], units: Iterable[str] = ()) -> Known:
        """Make names ready: about 0.1 ms for each document.

        Args:
            documents: all of them.
            units: names of leading and participating units, as printed.
        """
        by_id = {document.id: document for document in documents}
        issued: dict[str, set[str]] = {}
        regions: dict[str, list[str]] = {}
        for document in by_id.values():
            if document.region:
                regions.setdefault(document.region, []).append(document.id)
            for issuer in document.issuers:
                issued.setdefault(issuer, set()).add(document.id)
        return cls(
            by_id,
            Titles.of(by_id.values()),
            Bodies.of(units),
            Bodies.of(issued),
            {name: frozenset(ids) for name, ids in issued.items()},
            {region: tuple(ids) for region, ids in regions.items()},
            tuple(each.id for each in by_id.values() if not each.region and each.level == "国家"),
        )

    @property
    def regions(self) -> Collection[str]:
        """Regions of the documents."""
        return self.by_region.keys()

    def of_place(self, place: Place) -> frozenset[str]:
        """Documents that hold at a place or at a part of it, and those whose title names it."""
        regions = [region for region in self.by_region if place.holds(region)]
        own = {each for region in regions for each in self.by_region[region]}
        return frozenset(own | self.titles.naming(place.name))

    def in_order(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Ids in the order of the knowledge base, each once."""
        return tuple(sorted(set(ids), key=self.titles.position.__getitem__))
