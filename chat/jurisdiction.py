"""Which documents may answer a question about a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus import PolicyDocument
from kb.lifecycle import DocumentRecord
from kb.query.asked import Asked, Weight


@dataclass(frozen=True)
class Jurisdiction:
    """The documents of a knowledge base before the places a question asks about.

    Attributes:
        documents: all of them.
        records: their records by id, for the level.
        asked: the places asked about, None where a question names none or names a document.
    """

    documents: Sequence[PolicyDocument]
    records: Mapping[str, DocumentRecord]
    asked: Asked | None

    @cached_property
    def allowed(self) -> Sequence[PolicyDocument]:
        """Documents that may answer: of the places asked about, of what contains them, and national ones."""
        asked = self.asked
        if asked is None or (asked.weight is Weight.ASIDE and not self.has_place):
            return self.documents
        return [d for d in self.documents if _is_of(d, asked) or self.is_national(d)]

    @property
    def is_restricted(self) -> bool:
        """Whether some documents may not answer."""
        return len(self.allowed) < len(self.documents)

    @cached_property
    def has_place(self) -> bool:
        """Whether a document is of a place asked about, of a part of it, or of what contains it."""
        return self.asked is not None and any(_is_of(d, self.asked) for d in self.documents)

    @property
    def has_own(self) -> bool:
        """Whether a document is of a place asked about or a part of it, and not only of what contains it."""
        places = self.asked.places if self.asked else ()
        return any(place.covers(document.region) for place in places for document in self.documents)

    @property
    def has_national(self) -> bool:
        """Whether a document holds everywhere."""
        return any(map(self.is_national, self.documents))

    def is_national(self, document: PolicyDocument) -> bool:
        """Whether a document holds everywhere; one of an unknown region does not."""
        record = self.records.get(document.id)
        return not document.region and record is not None and record.level == "国家"


def _is_of(document: PolicyDocument, asked: Asked) -> bool:
    """By its region, or because its title or an issuer names the place."""
    named = "".join((document.title, document.notice_title, *document.issuers))
    return asked.holds(document.region) or any(place.name in named for place in asked.places)
