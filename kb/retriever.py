"""Question to clauses: filters, keyword and vector rankings, and their fusion."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from corpus import Clause, NodeKind, NotFound, Span, UsageError
from kb.catalog import Catalog
from kb.embedding import Embedder, FloatArray
from kb.hits import Hit, Mode
from kb.keywords import KeywordIndex
from kb.lexicon import default_lexicon
from kb.lifecycle import DocumentRecord
from kb.rows import IndexRow
from kb.vectors import VectorFilter, VectorStore

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

SEARCHED_KINDS = frozenset({NodeKind.CLAUSE, NodeKind.BODY})
RRF_K = 10  # chosen with the weight on lookup questions, docs/decisions/005-retrieval.md
KEYWORD_WEIGHT = 2.0
_DEPTH = 100  # chunks the vector ranking contributes at least
_BRACKETS = str.maketrans("〔〕[]【】", "()()()")
_LABEL_MARKS = re.compile(r"[、，,./．]")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search; the default is all clauses and unnumbered paragraphs.

    Attributes:
        doc: 文号 or part of the title of the documents to search.
        unit: full or short name of a leading or participating unit.
        as_of: a day on which the document must be in force, neither expired nor repealed.
        kinds: kinds of nodes to find.
        among: ids of the documents to search, all where not given.
    """

    doc: str | None = None
    unit: str | None = None
    as_of: date | None = None
    kinds: frozenset[NodeKind] = SEARCHED_KINDS
    among: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Match:
    """The best chunk of a clause in one ranking; ``rank`` is the clause's, from 1, None if it was not ranked."""

    chunk_id: str
    score: float
    rank: int | None


class HybridRetriever:
    """Searches one revision of a knowledge base; the next revision needs a new one."""

    def __init__(
        self,
        catalog: Catalog,
        keywords: KeywordIndex,
        vectors: Callable[[], VectorStore],
        embedder: Embedder,
    ) -> None:
        """Take a snapshot of what filters need.

        Args:
            catalog: the documents.
            keywords: index of the same revision.
            vectors: gives the vector store when a search first needs it.
            embedder: the model the vectors were made by.
        """
        self._catalog = catalog
        self._keywords = keywords
        self._vectors = vectors
        self._embedder = embedder
        self._rows = {row.chunk_id: row for row in catalog.index_rows()}
        self._records = {record.id: record for record in catalog.records()}

    def search(
        self, query: str, top: int = 10, mode: Mode = Mode.HYBRID, scope: Scope | None = None
    ) -> list[Hit]:
        """The best clauses for a question, best first.

        Args:
            query: a question or keywords; for ``Mode.EXACT`` words of the text, or a clause's id or label.
            top: at most so many.
            mode: how to search.
            scope: where to search.

        Raises:
            UsageError: an empty query, or ``top`` below 1.
            NotFound: no document fits ``scope.doc``.
            KnowledgeBaseError: the model or the vectors cannot be used.
        """
        if not query.strip():
            raise UsageError("检索内容为空，请输入要查的问题或关键词。")
        if top < 1:
            raise UsageError(f"返回条数 {top} 不可用，请给出不小于 1 的整数。")
        scope = scope or Scope()
        where = self._filter(scope)
        allowed = {row.chunk_id for row in self._rows.values() if _fits(row, where)}
        if mode is Mode.EXACT:
            return self._exact(query, top, allowed)
        return self._ranked(query, top, mode, where, allowed)

    def as_langchain(self, top: int = 10, mode: Mode = Mode.HYBRID) -> BaseRetriever:
        """The same search for LangChain."""
        return as_langchain(lambda query: self.search(query, top, mode))

    def _filter(self, scope: Scope) -> VectorFilter:
        units = {unit for row in self._rows.values() for unit in row.units}
        documents = None if scope.doc is None else matching_documents(self._records.values(), scope.doc)
        if scope.among is not None:
            documents = scope.among if documents is None else documents & scope.among
        if scope.as_of is not None:
            documents = self._in_force(scope.as_of, documents)
        return VectorFilter(
            documents=documents,
            kinds=frozenset(kind.value for kind in scope.kinds),
            units=None if scope.unit is None else matching_units(units, scope.unit),
        )

    def _in_force(self, day: date, among: frozenset[str] | None) -> frozenset[str] | None:
        """Of some documents, or of all, those in force on a day; None if that is all there are."""
        fitting = frozenset(key for key, record in self._records.items() if record.in_force(day))
        if among is not None:
            return fitting & among
        return None if len(fitting) == len(self._records) else fitting

    def _ranked(
        self, query: str, top: int, mode: Mode, where: VectorFilter, allowed: Collection[str]
    ) -> list[Hit]:
        vector = None if mode is Mode.KEYWORD or not allowed else self._embedder.embed_query(query)
        dense = {} if vector is None else self._dense(vector, max(_DEPTH, 5 * top), where, allowed)
        keyword: dict[str, _Match] = {}
        if mode is not Mode.SEMANTIC:
            keyword = self._by_clause(self._keywords.query(expand(query), len(self._rows), allowed))
        if mode is Mode.HYBRID:
            scores = fuse([list(dense), list(keyword)], weights=[1.0, KEYWORD_WEIGHT])
        else:
            scores = {clause: match.score for clause, match in (dense | keyword).items()}
        best = sorted(scores, key=lambda clause: -scores[clause])[:top]
        if vector is not None:
            dense |= self._unranked(vector, [keyword[clause] for clause in best if clause not in dense])
        return [
            self._hit(clause, scores[clause], dense.get(clause), keyword.get(clause), mode) for clause in best
        ]

    def _dense(
        self, vector: FloatArray, depth: int, where: VectorFilter, allowed: Collection[str]
    ) -> dict[str, _Match]:
        """Nearest clauses; vectors that an unfinished ingest left behind are asked for on top and dropped."""
        store = self._vectors()
        leftover = max(0, store.count() - len(self._rows))
        found = store.query(vector, depth + leftover, where)
        return self._by_clause([(chunk, score) for chunk, score in found if chunk in allowed])

    def _unranked(self, vector: FloatArray, matches: Sequence[_Match]) -> dict[str, _Match]:
        """Cosines of clauses that only the keyword ranking found."""
        cosines = self._vectors().similarities(vector, [match.chunk_id for match in matches])
        return {self._rows[chunk].clause_id: _Match(chunk, score, None) for chunk, score in cosines.items()}

    def _by_clause(self, ranking: Sequence[tuple[str, float]]) -> dict[str, _Match]:
        """Ranking of chunks to ranking of clauses, each at the place of its best chunk."""
        best: dict[str, _Match] = {}
        for chunk, score in ranking:
            clause = self._rows[chunk].clause_id
            best.setdefault(clause, _Match(chunk, score, len(best) + 1))
        return best

    def _hit(
        self, clause_id: str, score: float, dense: _Match | None, keyword: _Match | None, mode: Mode
    ) -> Hit:
        clause = self._catalog.clause(clause_id)
        ranked = [match for match in (dense, keyword) if match is not None and match.rank is not None]
        row = self._rows[min(ranked, key=lambda match: match.rank or 0).chunk_id]
        no_keyword = None if mode is Mode.SEMANTIC else 0.0  # all that share a token were ranked
        return Hit(
            clause=clause,
            document_id=row.document_id,
            document_name=self._records[row.document_id].name,
            score=score,
            passage=clause.locate(row.text),
            dense_rank=dense.rank if dense else None,
            dense_score=dense.score if dense else None,
            keyword_rank=keyword.rank if keyword else None,
            keyword_score=keyword.score if keyword else no_keyword,
        )

    def _exact(self, query: str, top: int, allowed: Collection[str]) -> list[Hit]:
        """Clauses of that id or label first, then those that contain the words, in document order."""
        documents = {row.clause_id: row.document_id for row in map(self._rows.__getitem__, allowed)}
        needle = squash(query)
        named, containing = [], []
        for clause_id, label, text in self._catalog.texts():
            document = documents.get(clause_id)
            if document is None:
                continue
            if is_label(query, document, clause_id, label):
                named.append(clause_id)
            elif needle in squash(text):
                containing.append(clause_id)
        found = [self._catalog.clause(clause_id) for clause_id in (named + containing)[:top]]
        return [
            Hit(c, documents[c.id], self._records[documents[c.id]].name, 1.0, _where_it_says(c, needle))
            for c in found
        ]


def _fits(row: IndexRow, where: VectorFilter) -> bool:
    return (
        (where.kinds is None or row.kind.value in where.kinds)
        and (where.documents is None or row.document_id in where.documents)
        and (where.units is None or not where.units.isdisjoint(row.units))
    )


def expand(query: str) -> str:
    """A question with the policy terms for its everyday words behind it, for the keyword index.

    >>> expand("高企能拿什么")
    '高企能拿什么 高新技术企业'
    """
    return " ".join([query, *default_lexicon().terms_for(query)])


def fuse(
    rankings: Sequence[Sequence[str]], k: int = RRF_K, weights: Sequence[float] | None = None
) -> dict[str, float]:
    """Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009): weighted sum of 1 / (k + rank) over the rankings.

    >>> scores = fuse([["a", "b"], ["b", "c"]], k=60)
    >>> sorted(scores, key=scores.get, reverse=True), scores["a"] == 1 / 61
    (['b', 'a', 'c'], True)
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, 1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return scores


def squash(text: str) -> str:
    """Text without blanks, case, width and kinds of brackets, for literal comparison.

    >>> squash("鲁科字 [2024] １３７号") == squash("鲁科字〔2024〕137 号")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).lower().split())


def is_label(query: str, document_id: str, clause_id: str, label: str) -> bool:
    """Whether a query is the name of a clause, with or without the document's.

    >>> clause = ("鲁科字〔2024〕137号", "鲁科字〔2024〕137号 三/（一）", "鲁科字〔2024〕137号 三、（一）")
    >>> [is_label(q, *clause) for q in ("三、(一)", "鲁科字[2024]137号 三（一）", "（一）")]
    [True, True, False]
    >>> is_label("第8条", "甲", "甲 二/8", "甲 二、8")
    True
    """
    wanted = _LABEL_MARKS.sub("", squash(query))
    path = clause_id.removeprefix(document_id).strip()
    names = [clause_id, label, path, label.removeprefix(document_id)]
    if path.rpartition("/")[2].isdigit():
        names.append(f"第{path.rpartition('/')[2]}条")
    return wanted in {_LABEL_MARKS.sub("", squash(name)) for name in names}


def matching_documents(records: Iterable[DocumentRecord], doc: str, partial: bool = True) -> frozenset[str]:
    """Ids of the documents of this id, 文号 or title; if there are none and ``partial``, of those that contain it.

    Raises:
        NotFound: there are none either.
    """
    wanted = squash(doc).strip("《》")
    names = {r.id: [squash(name) for name in (r.id, r.doc_number, r.title)] for r in records}
    same = frozenset(key for key, forms in names.items() if wanted in forms)
    found = same
    if partial and not same:
        found = frozenset(key for key, forms in names.items() if any(wanted in form for form in forms))
    if not found or not wanted:
        raise NotFound(f"知识库中没有与“{doc}”相符的文件，可用 policykb docs 查看已入库的文件。")
    return found


def matching_units(units: Iterable[str], unit: str) -> frozenset[str]:
    """Unit names that contain the name or are contained in it; if there are none, those it abbreviates.

    >>> names = ["省科技厅", "山东省科学技术厅", "省财政厅"]
    >>> sorted(matching_units(names, "科技厅")), sorted(matching_units(names[1:], "省科技厅"))
    (['省科技厅'], ['山东省科学技术厅'])
    """
    wanted, names = squash(unit), list(units)
    found = [n for n in names if wanted and (wanted in squash(n) or squash(n) in wanted)]
    return frozenset(found or [n for n in names if _abbreviates(wanted, squash(n))])


def _abbreviates(short: str, name: str) -> bool:
    """Whether the characters of a short name stand in a name in this order.

    >>> _abbreviates("卫健委", "卫生健康委员会"), _abbreviates("省科技厅", "省工业和信息化厅")
    (True, False)
    """
    rest = iter(name)
    return len(short) > 1 and all(char in rest for char in short)


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
