"""Question to clauses: rankings by words and by vectors within a selection, and one score out of both.

Nothing here grows with the number of clauses: the catalog selects, the stores rank, and only what they name is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus import Clause, Span, UsageError
from kb.catalog import Catalog
from kb.embedding import FloatArray
from kb.facets import Selection
from kb.hits import Hit, Mode
from kb.lifecycle import DocumentRecord
from kb.names import name_key, squash
from kb.ranking import Signals, found_shares, ranking_model
from kb.rows import clause_of
from kb.stores.base import ChunkFilter
from kb.stores.ranking import cosines_of
from kb.terms import Terms

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

    from kb.view import Means

DEPTH = 30  # chunks each ranking contributes
_SMALL = 3000  # chunks of a selection that stores are given by id
_RERANKED = 30  # clauses a reranker reads
_SPARE = 4  # times the depth where what is found has yet to be checked against the selection


@dataclass(frozen=True, slots=True)
class _Found:
    """The best chunk of a clause and what speaks for it."""

    chunk_id: str
    score: float
    cosine: float | None
    keyword: float | None
    signals: Signals | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What a question's words find.

    Attributes:
        terms: of the question.
        keywords: the best chunks with their BM25.
        vectors: theirs.
        shares: theirs, see ``found_shares``.
    """

    terms: Terms
    keywords: dict[str, float]
    vectors: Mapping[str, FloatArray]
    shares: dict[str, tuple[float, float]]


class Retriever:
    """Searches one revision of a knowledge base; the next revision needs a new one."""

    def __init__(
        self,
        catalog: Catalog,
        means: Means,
        records: Mapping[str, DocumentRecord],
        terms: Callable[[str], Terms],
    ) -> None:
        """Take what a search needs.

        Args:
            catalog: the documents.
            means: stores and models.
            records: documents by id.
            terms: what a question asks the keyword store for.
        """
        self._catalog = catalog
        self._words, self._vectors = means.words, means.vectors
        self._embedder, self._reranker, self._beside = means.embedder, means.reranker, means.beside
        self._records = records
        self._terms = terms

    def search(
        self, query: str, top: int = 10, mode: Mode = Mode.HYBRID, selection: Selection | None = None
    ) -> list[Hit]:
        """The best clauses for a question, best first; those it calls by name before all others.

        Args:
            query: a question or keywords; for ``Mode.EXACT`` words of the text, or a clause's name.
            top: at most so many.
            mode: how to search.
            selection: where to search.

        Raises:
            UsageError: an empty query, or ``top`` below 1.
            KnowledgeBaseError: the model or a store cannot be used.
        """
        if not query.strip():
            raise UsageError("检索内容为空，请输入要查的问题或关键词。")
        _check(top)
        selection = selection or Selection()
        named = self._named(query, top, selection) if mode in (Mode.HYBRID, Mode.EXACT) else []
        if len(named) == top:
            return named
        if mode is Mode.EXACT:
            containing = replace(selection, phrases=(*selection.phrases, query))
            others = self.listed(containing, top, squash(query))
        elif mode is Mode.HYBRID and self._reranker is not None:
            others = self._reranked(query, self._ranked(query, max(top, _RERANKED), mode, selection))
        else:
            others = self._ranked(query, top, mode, selection)
        before = {hit.clause.id for hit in named}
        return [*named, *(hit for hit in others if hit.clause.id not in before)][:top]

    def listed(self, selection: Selection, top: int, needle: str = "") -> list[Hit]:
        """The first clauses of a selection in document order, each with where it says ``needle``.

        Raises:
            UsageError: ``top`` below 1.
        """
        _check(top)
        return self._plain_hits(self._catalog.select_clauses(selection, top), needle)

    def _named(self, query: str, top: int, selection: Selection) -> list[Hit]:
        """Clauses whose id, label or heading the whole query is."""
        ids = self._catalog.by_name(name_key(query), max(top, 100))
        if ids and not selection.is_everything:
            fitting = self._catalog.keep(selection, ids)
            ids = [clause_id for clause_id in ids if clause_id in fitting]
        return self._plain_hits(ids[:top], "")

    def _plain_hits(self, clause_ids: Sequence[str], needle: str) -> list[Hit]:
        there = self._catalog.clauses(clause_ids)
        hits = []
        for clause_id in clause_ids:
            if clause_id in there:
                document_id, clause = there[clause_id]
                where = _where_it_says(clause, needle) if needle else clause.span
                hits.append(Hit(clause, document_id, self._records[document_id].name, 1.0, where))
        return hits

    def _reranked(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        assert self._reranker is not None
        scores = self._reranker.scores(query, [f"{hit.document_name}\n{hit.clause.text}" for hit in hits])
        scored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)

    def _ranked(self, query: str, top: int, mode: Mode, selection: Selection) -> list[Hit]:
        where, check = self._restricted(selection)
        if where is not None and where.is_empty:
            return []
        depth = max(DEPTH, 3 * top) * (1 if check is None else _SPARE)
        if mode is Mode.HYBRID:
            found = self._by_both(query, depth, where)
        elif mode is Mode.KEYWORD:
            ranking = self._by_words(self._terms(query), depth, where)
            found = [_Found(chunk, score, None, score) for chunk, score in ranking]
        else:
            ranking = self._vectors().query(self._embedder.embed_query(query), depth, where)
            found = [_Found(chunk, score, score, None) for chunk, score in ranking]
        return self._hits(_by_clause(found), top, check)

    def _by_words(self, terms: Terms, depth: int, where: ChunkFilter | None) -> list[tuple[str, float]]:
        return self._words().query(terms.weights, depth, where, ranking_model().titles)

    def _by_both(self, query: str, depth: int, where: ChunkFilter | None) -> list[_Found]:
        """All that either ranking found, both scores known of each.

        The words are looked up while the question is embedded, on the core that this leaves free, and all that is
        asked of what they find is fetched then, too.
        """
        looking = self._beside.submit(self._told_by_words, query, depth, where)
        vector = self._embedder.embed_query(query)
        cosines = dict(self._vectors().query(vector, depth, where))
        told = looking.result()
        model, terms = ranking_model(), told.terms
        others = [chunk for chunk in cosines if chunk not in told.keywords]
        scoring = self._beside.submit(self._words().scores, terms.weights, others, model.titles)
        shares = told.shares | self._shares(terms, others)
        cosines = cosines_of(vector, told.vectors) | cosines
        keywords = told.keywords | scoring.result()
        found = []
        for chunk, both in shares.items():
            if chunk not in cosines:  # its words are stored, its vector not yet: an ingest is at work
                continue
            signals = Signals(cosines[chunk], keywords.get(chunk, 0.0), terms.best, *both)
            found.append(_Found(chunk, model.relevance(signals), signals.cosine, signals.keyword, signals))
        return found

    def _told_by_words(self, query: str, depth: int, where: ChunkFilter | None) -> _Told:
        """What can be known before the question is embedded."""
        terms = self._terms(query)
        keywords = dict(self._by_words(terms, depth, where))
        return _Told(terms, keywords, self._vectors().vectors(list(keywords)), self._shares(terms, keywords))

    def _shares(self, terms: Terms, chunks: Iterable[str]) -> dict[str, tuple[float, float]]:
        forms = self._catalog.forms(chunks)
        return {chunk: found_shares(terms.values, *form) for chunk, form in forms.items()}

    def _restricted(self, selection: Selection) -> tuple[ChunkFilter | None, Selection | None]:
        """What the stores filter by, and what is left to be checked on what they find."""
        if selection.is_everything:
            return None, None
        chunks = self._catalog.select(selection, _SMALL + 1)
        if len(chunks) <= _SMALL:
            return ChunkFilter(chunks=frozenset(chunks)), None
        units = frozenset(selection.units[0].names) if selection.units else None
        where = ChunkFilter(documents=selection.documents, units=units)
        return None if where == ChunkFilter() else where, None if selection.is_by_store else selection

    def _hits(self, found: Sequence[_Found], top: int, check: Selection | None) -> list[Hit]:
        """The first of these that are in the catalog and in the selection."""
        clauses = [clause_of(each.chunk_id) for each in found]
        if check is not None:
            fitting = self._catalog.keep(check, clauses)
            found = [each for each in found if clause_of(each.chunk_id) in fitting]
        dense, words = _places(found, _cosine), _places(found, _keyword)
        hits: list[Hit] = []
        for at in range(0, len(found), top):  # usually once: what an unfinished ingest left behind is rare
            some = found[at : at + top]
            texts = self._catalog.chunk_texts([each.chunk_id for each in some])
            there = self._catalog.clauses([clause_of(chunk) for chunk in texts])
            for each in some:
                document_id, clause = there.get(clause_of(each.chunk_id), ("", None))
                if clause is None or each.chunk_id not in texts or document_id not in self._records:
                    continue
                hits.append(
                    Hit(
                        clause=clause,
                        document_id=document_id,
                        document_name=self._records[document_id].name,
                        score=each.score,
                        passage=clause.locate(texts[each.chunk_id]),
                        dense_rank=dense.get(each.chunk_id),
                        dense_score=each.cosine,
                        keyword_rank=words.get(each.chunk_id),
                        keyword_score=each.keyword,
                        signals=each.signals,
                    )
                )
                if len(hits) == top:
                    return hits
        return hits


def _check(top: int) -> None:
    if top < 1:
        raise UsageError(f"返回条数 {top} 不可用，请给出不小于 1 的整数。")


def _by_clause(found: Iterable[_Found]) -> list[_Found]:
    """The best chunk of each clause, best first, with the highest cosine and BM25 of any of its chunks."""
    best: dict[str, _Found] = {}
    for each in sorted(found, key=lambda each: (-each.score, each.chunk_id)):
        clause = clause_of(each.chunk_id)
        first = best.setdefault(clause, each)
        cosine, keyword = _higher(first.cosine, each.cosine), _higher(first.keyword, each.keyword)
        best[clause] = replace(first, cosine=cosine, keyword=keyword)
    return list(best.values())


def _higher(one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else max(one, other)


def _cosine(found: _Found) -> float | None:
    return found.cosine


def _keyword(found: _Found) -> float | None:
    return found.keyword


def _places(found: Sequence[_Found], score: Callable[[_Found], float | None]) -> dict[str, int]:
    """Place of each in the order of one score, from 1; none for what has no score or shares no word."""
    scored = [(value, each.chunk_id) for each in found if (value := score(each))]
    return {chunk: n for n, (_, chunk) in enumerate(sorted(scored, key=lambda s: (-s[0], s[1])), 1)}


def _where_it_says(clause: Clause, needle: str) -> Span:
    """Source span of the first place that reads so after ``squash``; the whole clause where none does."""
    squashed, origin = "", []
    for char, at in zip(clause.text, clause.origin, strict=True):
        form = squash(char)
        squashed += form
        origin += [at] * len(form)
    start = squashed.find(needle)
    return clause.span if start < 0 else Span(origin[start], origin[start + len(needle) - 1] + 1)


def as_langchain(search: Callable[[str], Sequence[Hit]]) -> BaseRetriever:
    """A LangChain retriever; each document's text is the clause, its metadata where it stands and the scores."""
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class ClauseRetriever(BaseRetriever):
        """Searches the policy knowledge base."""

        def _get_relevant_documents(
            self, query: str, *, run_manager: CallbackManagerForRetrieverRun
        ) -> list[Document]:
            return [_document(hit) for hit in search(query)]

    def _document(hit: Hit) -> Document:
        metadata = {key: value for key, value in hit.to_dict().items() if key != "text"}
        metadata |= {"dense_score": hit.dense_score, "keyword_score": hit.keyword_score}
        return Document(id=hit.clause.id, page_content=hit.clause.text, metadata=metadata)

    return ClauseRetriever()
