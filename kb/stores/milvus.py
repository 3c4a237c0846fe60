"""Vectors and words of chunks in Milvus, the engine that is spread over several machines.

Two collections, for they live apart: vectors are dropped when the embedding model changes, words when the tokens do.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from corpus import KnowledgeBaseError
from kb.embedding import FloatArray
from kb.stores.base import ChunkEntry, ChunkFilter, ChunkWords
from kb.stores.milvus_place import (
    BYTES,
    Collection,
    MilvusPlace,
    batches,
    common_fields,
    description,
    drop,
    expression,
    quoted,
)
from kb.stores.ranking import DIGITS, SPARE, WIDEST, cosines_of, floor, is_sure, ranked

_SCHEMA = 1  # raise it when the fields change
_BM25_DIGITS = 4  # sums of the same terms in another order differ below
_K1, _B = 1.2, 0.75
_STEPS = 20  # weights of terms are told in so many steps


class MilvusVectors(Collection):
    """The vectors of one knowledge base, made by one model; see ``VectorStore``."""

    def __init__(self, place: MilvusPlace, model: str, namespace: str, replace: bool = False) -> None:
        """Open; the collection is made when first written to.

        Args:
            place: the server; closed with the store.
            model: name of the embedding model.
            namespace: tells the knowledge base from others there.
            replace: drop all vectors of this knowledge base, also those of other models.

        Raises:
            KnowledgeBaseError: the vectors there were made by another model, or Milvus cannot be used.
        """
        prefix = f"policykb_{_digest(namespace)}_vectors_"
        super().__init__(place, prefix + _digest(model))
        self._model = model
        self._stored_dimension: int | None = None
        with place.translated("打开"):
            others = [n for n in self._client.list_collections() if n.startswith(prefix) and n != self._name]
            stored = description(place, others[0]) if others else ""
        if replace:
            drop(place, prefix)
        elif others and not self._is_there():
            raise KnowledgeBaseError(_wrong_model(stored, model))

    def upsert(self, entries: Sequence[ChunkEntry], vectors: FloatArray) -> None:
        """Add or replace; ``vectors`` has shape (n, d).

        Raises:
            KnowledgeBaseError: d differs from that of the vectors already there, or nothing can be written.
        """
        if not entries:
            return
        with self._place.translated("写入"):
            self._made(vectors.shape[1])
            self._check_dimension(vectors.shape[1])
            rows = zip(entries, vectors, strict=True)
            self._upsert([{**common_fields(entry), "vector": vector} for entry, vector in rows])

    def query(self, vector: FloatArray, k: int, where: ChunkFilter | None = None) -> list[tuple[str, float]]:
        """At most ``k`` chunk ids with their cosine, best first, those alike by id; ``vector`` has shape (d,).

        Raises:
            KnowledgeBaseError: d differs from that of the stored vectors.
        """
        if k <= 0 or (where is not None and where.is_empty):
            return []
        with self._place.translated("读取"):
            if not self._is_there():
                return []
            self._check_dimension(vector.shape[0])
            if where is not None and where.chunks is not None:  # few: computed one by one
                rest = expression(ChunkFilter(documents=where.documents, units=where.units))
                found = list(cosines_of(vector, self._stored(where.chunks, rest)).items())
            else:
                found = self._nearest(vector, k, expression(where))
        return ranked(found)[:k]

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, FloatArray]:
        """Vector of each of these chunks that is stored, shape (d,)."""
        with self._place.translated("读取"):
            return self._stored(chunk_ids) if self._is_there() else {}

    def settle(self) -> None:
        """Nothing to do: Milvus builds its indexes by itself."""

    def refresh(self) -> None:
        """Look anew what is there."""
        super().refresh()
        self._stored_dimension = None

    def _make(self, dimension: int) -> None:
        from pymilvus import DataType

        schema = self._schema(self._model)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        indexes = self._client.prepare_index_params()
        if self._place.is_lite:  # small: every vector is compared
            indexes.add_index("vector", index_type="FLAT", metric_type="COSINE")
        else:
            graph = {"M": 16, "efConstruction": 200}
            indexes.add_index("vector", index_type="HNSW", metric_type="COSINE", params=graph)
        self._create(schema, indexes)

    def _check_dimension(self, dimension: int) -> None:
        if self._stored_dimension is None:
            fields = self._client.describe_collection(self._name)["fields"]
            self._stored_dimension = next(int(f["params"]["dim"]) for f in fields if f["name"] == "vector")
        stored = self._stored_dimension
        if stored != dimension:
            raise KnowledgeBaseError(_wrong_model(f"{self._model}（{stored} 维）", f"{dimension} 维"))

    def _nearest(self, vector: FloatArray, k: int, where: str) -> list[tuple[str, float]]:
        wanted = k + SPARE
        while True:
            params = {"metric_type": "COSINE", "params": {"ef": max(200, 2 * wanted)}}
            found = self._search("vector", vector.tolist(), wanted, where, params)
            found = [(chunk, round(cosine, DIGITS)) for chunk, cosine in found]
            if is_sure(found, k, floor(found, wanted)) or wanted >= WIDEST:
                return found
            wanted *= 4

    def _stored(self, chunk_ids: Iterable[str], rest: str = "") -> dict[str, FloatArray]:
        """Vectors of those of these chunks that are there and fit."""
        return {
            row["chunk"]: np.asarray(row["vector"], dtype=np.float32)
            for batch in batches(sorted(set(chunk_ids)))
            for row in self._matching(batch, rest, ["chunk", "vector"])
        }


class MilvusWords(Collection):
    """The words of one knowledge base; see ``KeywordStore``.

    Milvus counts our tokens, written as words that its own analyzer leaves whole. It ranks text and titles each on its
    own; the best of both are put together here.
    """

    def __init__(self, place: MilvusPlace, namespace: str, version: int = 1, replace: bool = False) -> None:
        """Open; the collection is made when first written to.

        Args:
            place: the server; closed with the store.
            namespace: tells the knowledge base from others there.
            version: of the tokens.
            replace: drop all words of this knowledge base.

        Raises:
            KnowledgeBaseError: Milvus cannot be used.
        """
        self._prefix = f"policykb_{_digest(namespace)}_words_"
        super().__init__(place, f"{self._prefix}{_SCHEMA}_{version}")
        self._frequencies: dict[str, int] = {}
        if replace:
            drop(place, self._prefix)

    def upsert(self, chunks: Sequence[ChunkWords]) -> None:
        """Add or replace."""
        if not chunks:
            return
        self._frequencies.clear()
        with self._place.translated("写入"):
            self._made()
            self._upsert(
                [
                    {
                        **common_fields(chunk.entry),
                        "text": written(chunk.text),
                        "titles": written(chunk.titles),
                    }
                    for chunk in chunks
                ]
            )

    def delete(self, chunk_ids: Iterable[str]) -> None:
        """Remove; unknown ids are ignored."""
        self._frequencies.clear()
        super().delete(chunk_ids)

    def query(
        self, terms: Mapping[str, float], k: int, where: ChunkFilter | None = None, titles: float = 0.0
    ) -> list[tuple[str, float]]:
        """The best chunks that share a term; see ``KeywordStore.query``."""
        if k <= 0 or not terms or (where is not None and where.is_empty):
            return []
        conditions = expression(where)
        wanted = k + SPARE
        with self._place.translated("读取"):
            while self._is_there():
                found, below = self._best(terms, wanted, conditions, titles)
                if is_sure(found, k, below) or wanted >= WIDEST:
                    return ranked(found)[:k]
                wanted *= 4
        return []

    def scores(
        self, terms: Mapping[str, float], chunk_ids: Sequence[str], titles: float = 0.0
    ) -> dict[str, float]:
        """The same score of each of these chunks; those that share no term are left out."""
        with self._place.translated("读取"):
            if not terms or not self._is_there():
                return {}
            parts = [self._field_scores("text", terms, chunk_ids)]
            if titles:
                parts.append(self._field_scores("titles", terms, chunk_ids))
        return _sums(parts, (1.0, titles)[: len(parts)])

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each term stands in the text; remembered until something is written."""
        with self._place.translated("读取"):
            if not self._is_there():
                return {}
            asked = list(terms)
            for term in asked:
                if term not in self._frequencies:
                    self._frequencies[term] = self._frequency(term)
        return {term: self._frequencies[term] for term in asked}

    def refresh(self) -> None:
        """Look anew what is there."""
        super().refresh()
        self._frequencies.clear()

    def _make(self, dimension: int) -> None:
        from pymilvus import DataType, Function, FunctionType

        drop(self._place, self._prefix)  # of earlier versions
        schema, indexes = self._schema("policykb"), self._client.prepare_index_params()
        analyzer = {"tokenizer": "standard" if self._place.is_lite else "whitespace"}
        for field in ("text", "titles"):
            schema.add_field(
                field,
                DataType.VARCHAR,
                max_length=BYTES,
                enable_analyzer=True,
                enable_match=field == "text",
                analyzer_params=analyzer,
            )
            schema.add_field(f"{field}_bm25", DataType.SPARSE_FLOAT_VECTOR)
            schema.add_function(
                Function(
                    name=f"{field}_bm25_of",
                    function_type=FunctionType.BM25,
                    input_field_names=[field],
                    output_field_names=[f"{field}_bm25"],
                )
            )
            indexes.add_index(
                f"{field}_bm25",
                index_type="SPARSE_INVERTED_INDEX",
                metric_type="BM25",
                params={"bm25_k1": _K1, "bm25_b": _B},
            )
        self._create(schema, indexes)

    def _best(
        self, terms: Mapping[str, float], wanted: int, where: str, titles: float
    ) -> tuple[list[tuple[str, float]], float]:
        """The best by text and the best by titles with the sum of both, and what no other chunk exceeds."""
        fields = {"text": 1.0, "titles": titles} if titles else {"text": 1.0}
        parts = {field: self._by_field(field, terms, wanted, where) for field in fields}
        seen = {chunk for found in parts.values() for chunk, _ in found}
        full = []
        for field, found in parts.items():
            known = dict(found)
            if len(found) >= wanted:  # there may be more of it
                known |= self._field_scores(field, terms, seen - known.keys())
            full.append(known)
        floors = [max(0.0, floor(found, wanted)) * fields[field] for field, found in parts.items()]
        ended = all(len(found) < wanted for found in parts.values())
        below = floor([], 1) if ended else round(sum(floors), _BM25_DIGITS)
        return list(_sums(full, tuple(fields.values())).items()), below

    def _by_field(
        self, field: str, terms: Mapping[str, float], wanted: int, where: str
    ) -> list[tuple[str, float]]:
        """The best by one field with their BM25, above 0."""
        repeats, unit = repeated(terms)
        query = written([term for term, times in repeats.items() for _ in range(times)])
        found = self._search(f"{field}_bm25", query, wanted, where, {"metric_type": "BM25", "params": {}})
        # milvus-lite tells BM25 as a distance, below 0
        return [(chunk, abs(score) * unit) for chunk, score in found if score]

    def _field_scores(
        self, field: str, terms: Mapping[str, float], chunk_ids: Iterable[str]
    ) -> dict[str, float]:
        found: dict[str, float] = {}
        for batch in batches(sorted(set(chunk_ids))):
            where = expression(ChunkFilter(chunks=frozenset(batch)))
            found |= self._by_field(field, terms, len(batch), where)
        return found

    def _frequency(self, term: str) -> int:
        found = self._client.query(
            self._name, filter=f"text_match(text, {quoted(written([term]))})", output_fields=["count(*)"]
        )
        return int(found[0]["count(*)"])


def written(tokens: Sequence[str]) -> str:
    """Tokens as one text for Milvus: what its analyzers would cut or change is told by number; cut at its limit.

    >>> written(["cart", "40%", "0.5", "研发", "Ⅱ"])
    'cart 40_25_ 0_2e_5 研发 _2161_'
    """
    text = " ".join(_word(token) for token in tokens)
    if len(text.encode()) <= BYTES:
        return text
    return text.encode()[: BYTES + 1].decode(errors="ignore").rpartition(" ")[0]


def repeated(terms: Mapping[str, float]) -> tuple[dict[str, int], float]:
    """Weights as whole numbers, the fewest that tell them to a hundredth, and what one of them stands for.

    Milvus has no weights of terms, but counts a term that is given twice twice.

    >>> repeated({"研发": 1.0, "投入": 0.5, "经费": 0.25})
    ({'研发': 4, '投入': 2, '经费': 1}, 0.25)
    >>> repeated({"研发": 0.7})
    ({'研发': 1}, 0.7)
    >>> repeated({})
    Traceback (most recent call last):
    ...
    ValueError: max() arg is an empty sequence
    """
    top = max(terms.values())
    for steps in range(1, _STEPS + 1):
        unit = top / steps
        repeats = {term: max(1, round(weight / unit)) for term, weight in terms.items()}
        if all(abs(times * unit - terms[term]) <= 0.01 * terms[term] for term, times in repeats.items()):
            break
    return repeats, unit


def _word(token: str) -> str:
    """One word: letters and digits stay, the rest and what has a small form is told by number."""
    return "".join(c if c.isalnum() and c.lower() == c else f"_{ord(c):x}_" for c in token)


def _sums(parts: Sequence[Mapping[str, float]], shares: Sequence[float]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for part, share in zip(parts, shares, strict=True):
        for chunk, score in part.items():
            total[chunk] += score * share
    return {chunk: round(score, _BM25_DIGITS) for chunk, score in total.items()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _wrong_model(stored: str, current: str) -> str:
    """The message for vectors of another model."""
    return (
        f"知识库的向量由模型 {stored} 生成，与当前模型 {current} 不同。请运行 policykb ingest --rebuild 重建向量，"
        "或将 POLICYKB_EMBEDDING_MODEL 改回原来的模型。"
    )
