"""One revision of a knowledge base as searches see it: its documents by name, its terms, its retriever."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from corpus import Clause, UsageError
from kb.catalog import Catalog
from kb.embedding import Embedder
from kb.facets import Selection
from kb.filters import Filters, conditions_of
from kb.finding import EVERY_CONDITION, Found, selection_of
from kb.hits import Hit, Mode
from kb.lexicon import Lexicon
from kb.lifecycle import DocumentRecord
from kb.names import matching_documents, matching_units, name_key
from kb.query.conditions import Understood, UnitRole, Units
from kb.query.known import Known
from kb.query.spelling import simplified
from kb.query.understand import understand
from kb.ranking import ranking_model
from kb.reranker import Reranker
from kb.retriever import Retriever
from kb.stores.base import KeywordStore, VectorStore
from kb.terms import Terms, read_terms
from kb.tokens import tokenize
from kb.vocabulary import Phrases


@dataclass(frozen=True, slots=True)
class Means:
    """What searches are done with, whatever the revision.

    Attributes:
        words: gives the keyword store, opened when first needed.
        vectors: gives the vector store, likewise.
        embedder: the model the vectors were made by.
        lexicon: gives the everyday words, read when first needed.
        beside: runs what can be done while a store searches.
        reranker: gives the best of a hybrid search their final order, None if none is set.
    """

    words: Callable[[], KeywordStore]
    vectors: Callable[[], VectorStore]
    embedder: Embedder
    lexicon: Callable[[], Lexicon]
    beside: Executor
    reranker: Reranker | None = None


class View:
    """Searches of one revision; the next revision needs a new one."""

    def __init__(self, catalog: Catalog, means: Means) -> None:
        """Read the list of documents; the rest when it is first asked for."""
        self.revision = catalog.revision()
        self.records: Mapping[str, DocumentRecord] = {record.id: record for record in catalog.records()}
        self._catalog = catalog
        self._means = means
        self._retriever = Retriever(catalog, means, self.records, self._terms)

    def search(self, query: str, top: int, mode: Mode | str, given: Selection) -> list[Hit]:
        """The best clauses of a selection, best first; see ``Retriever.search``."""
        how = known_mode(mode)
        meant = query if how is Mode.EXACT else simplified(query)
        return self._retriever.search(meant, top, how, given)

    def find(
        self,
        query: str,
        top: int,
        mode: Mode | str,
        given: Selection,
        *,
        day: date,
        without: Collection[str],
        filters: Filters,
    ) -> Found:
        """The best clauses for what a user typed; see ``KnowledgeBase.find``."""
        how = known_mode(mode)
        query = query if how is Mode.EXACT else simplified(query)
        understood = Understood(query, query)
        if how is not Mode.EXACT and not self._catalog.by_name(name_key(query), 1):
            understood = understand(query, self._known, day, self._clauses_of)
        removed = tuple(c for c in understood.conditions if EVERY_CONDITION in without or c.key in without)
        understood = understood.without({condition.key for condition in removed})
        units = self._catalog.unit_names() if filters.unit else ()
        chosen = conditions_of(filters, self.records, units)
        given = selection_of(Understood("", "", chosen), self.records, given)
        selection = selection_of(understood, self.records, given)
        if (understood.conditions or chosen) and not understood.rest:
            hits = self._retriever.listed(selection, top)
        else:
            hits = self._retriever.search(query, top, how, selection)  # names of documents rank too
        return Found(tuple(hits), understood, removed, chosen)

    def selection(
        self,
        doc: str | None = None,
        unit: str | None = None,
        as_of: date | None = None,
        among: Iterable[str] | None = None,
    ) -> Selection:
        """What filters leave to search; see ``KnowledgeBase.search``.

        Raises:
            NotFound: no document fits ``doc``.
        """
        documents = None if among is None else frozenset(among)
        if doc is not None:
            documents = _both(documents, matching_documents(self.records.values(), doc))
        if as_of is not None:
            standing = frozenset(key for key, record in self.records.items() if record.in_force(as_of))
            documents = documents if len(standing) == len(self.records) else _both(documents, standing)
        if unit is None:
            return Selection(documents=documents)
        names = matching_units(self._catalog.unit_names(), unit)
        return Selection(documents=documents, units=(Units(tuple(sorted(names)), UnitRole.ANY),))

    @cached_property
    def _known(self) -> Known:
        return Known.of(self.records.values(), self._catalog.unit_names())

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases(self._catalog.vocabulary().terms)

    def _clauses_of(self, document_id: str) -> Sequence[Clause]:
        return self._catalog.document(document_id).clauses

    def _terms(self, query: str) -> Terms:
        words = self._means.words()
        share = ranking_model().expansion
        added = {term: weight * share for term, weight in self._means.lexicon().expansions(query).items()}
        return read_terms(
            query,
            tokenize,
            expansions=added,
            phrases=self._phrases.found(query),
            frequencies=words.frequencies,
            chunks=words.count(),
        )


def known_mode(mode: Mode | str) -> Mode:
    """A mode by its name.

    Raises:
        UsageError: there is none of this name.
    """
    if mode not in set(Mode):
        raise UsageError(f"检索方式 {mode} 不可用，可选：{'、'.join(Mode)}。")
    return Mode(mode)


def _both(one: frozenset[str] | None, other: frozenset[str]) -> frozenset[str]:
    return other if one is None else one & other
