"""Vectors of chunks in Chroma, in a folder of this machine or behind a server."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from corpus import KnowledgeBaseError
from kb.embedding import FloatArray
from kb.stores.base import ChunkEntry, ChunkFilter, DamagedStore
from kb.stores.chroma_places import Folder, Place, Server, unusable
from kb.stores.ranking import DIGITS, SPARE, WIDEST, cosines_of, floor, is_sure, ranked

log = logging.getLogger(__name__)
_T = TypeVar("_T")

_BATCH = 1000  # records per call; Chroma's own limit is 5461
_TRIES = 3  # to write what the graph lost
_FEW = 5000  # chunks that are named to Chroma one by one
_ONE_BY_ONE = 200  # chunks whose vectors are fetched; 0.1 ms each
_SETTLE_WHILE_WRITING, _SETTLE_AT_END = 10_000, 1000  # records in the log: 3 s and 0.3 s at the next opening
_SETTLED_SHARE = 4  # a log as long as this part of all records is settled, too
_DAMAGE = re.compile(
    r"malformed|not a database|no such (table|column)|File exists|migration|hnsw|which is not there", re.I
)


def chroma_where(where: ChunkFilter | None) -> dict[str, Any] | None:
    """The conditions on documents and units in Chroma's words; None where there is none.

    >>> chroma_where(ChunkFilter(documents=frozenset({"甲"})))
    {'document': {'$in': ['甲']}}
    >>> chroma_where(ChunkFilter(documents=frozenset({"甲"}), units=frozenset({"省科技厅", "省财政厅"})))
    {'$and': [{'document': {'$in': ['甲']}},
    {'$or': [{'units': {'$contains': '省科技厅'}}, {'units': {'$contains': '省财政厅'}}]}]}
    >>> chroma_where(ChunkFilter(chunks=frozenset({"甲 一#0@1"}))) is None
    True
    """
    terms: list[dict[str, Any]] = []
    if where is not None and where.documents is not None:
        terms.append({"document": {"$in": sorted(where.documents)}})
    if where is not None and where.units is not None:
        units = [{"units": {"$contains": name}} for name in sorted(where.units)]
        terms.append(units[0] if len(units) == 1 else {"$or": units})
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else {"$and": terms}


class ChromaVectors:
    """The vectors of one knowledge base: a collection for it and its embedding model; see ``VectorStore``."""

    def __init__(
        self, place: Place, model: str, namespace: str, writing: bool = False, replace: bool = False
    ) -> None:
        """Open.

        Args:
            place: the database.
            model: name of the embedding model.
            namespace: tells the knowledge base from others in this database.
            writing: whether the caller has the right to write: then what is missing is made, and what is damaged
                is moved aside. Else a database that is not there is an empty store.
            replace: drop all vectors of this knowledge base, also those of other models; only when writing.

        Raises:
            KnowledgeBaseError: the vectors there were made by another model, or the database cannot be used.
            DamagedStore: it must be opened for writing first.
        """
        self._place = place
        self._model = model
        self._prefix = f"policykb-{_digest(namespace)}-"
        self._name = self._prefix + _digest(model)
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        try:
            self._open(writing, replace)
        except _troubles() as error:
            self._repair(error, writing, replace)

    def upsert(self, entries: Sequence[ChunkEntry], vectors: FloatArray) -> None:
        """Add or replace; ``vectors`` has shape (n, d).

        Raises:
            KnowledgeBaseError: d differs from that of the vectors already there, or nothing can be written.
        """
        last = {entry.chunk_id: at for at, entry in enumerate(entries)}  # Chroma refuses an id given twice
        rows = sorted(last.values())

        def run() -> None:
            collection = self._collection_for(vectors.shape[1])
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                self._forget([entries[at].chunk_id for at in batch])
                for _ in range(_TRIES):
                    collection.upsert(
                        ids=[entries[at].chunk_id for at in batch],
                        embeddings=vectors[batch],
                        metadatas=[_metadata(entries[at]) for at in batch],
                    )
                    batch = self._lost(entries, vectors, batch)
                    if not batch:
                        break
                written = rows[start : start + _BATCH]
                self._keep([entries[at].chunk_id for at in written], vectors[written])

        if rows:
            self._write(run)
            # a share of all, so that copying them costs no more than writing them, however many there are
            self._settle(max(_SETTLE_WHILE_WRITING, self.count() // _SETTLED_SHARE))

    def delete(self, chunk_ids: Iterable[str]) -> None:
        """Remove; unknown ids are ignored."""
        doomed = sorted(set(chunk_ids))

        def run() -> None:
            for start in range(0, len(doomed) if self._found() is not None else 0, _BATCH):
                self._forget(doomed[start : start + _BATCH])
                self._collection.delete(ids=doomed[start : start + _BATCH])

        if doomed:
            self._write(run)

    def query(self, vector: FloatArray, k: int, where: ChunkFilter | None = None) -> list[tuple[str, float]]:
        """At most ``k`` chunk ids with their cosine, best first, those alike by id; ``vector`` has shape (d,).

        Raises:
            KnowledgeBaseError: d differs from that of the stored vectors.
        """
        if k <= 0 or (where is not None and where.is_empty):
            return []

        def run() -> list[tuple[str, float]]:
            if self._found() is None:
                return []
            self._check_dimension(vector.shape[0])
            if where is not None and where.chunks is not None:
                return self._best_of(vector, k, self._passing(where.chunks, where))
            return self._fitting(vector, k, where) if chroma_where(where) else self._nearest(vector, k)

        return ranked(self._read(run))[:k]

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, FloatArray]:
        """Vector of each of these chunks that is stored, shape (d,)."""
        asked = set(chunk_ids)
        rows = self._place.rows
        there = rows.read(self._identity, asked) if rows and self._identity else {}
        rest = [chunk for chunk in asked if chunk not in there]
        return {**there, **self._read(lambda: self._stored(rest))} if rest else there

    def ids(self, document_id: str | None = None) -> set[str]:
        """Ids of all chunks, or of those of one document."""
        where = None if document_id is None else {"document": document_id}

        def run() -> set[str]:
            return (
                set() if self._found() is None else set(self._collection.get(where=where, include=[])["ids"])
            )

        return self._read(run)

    def count(self) -> int:
        """Number of vectors."""
        return self._read(lambda: 0 if self._found() is None else int(self._collection.count()))

    def settle(self) -> None:
        """Save the graph if many records are not in it, and make rows complete; only for whoever has the right to write."""
        self._settle(_SETTLE_AT_END)
        self._complete_rows()

    def refresh(self) -> None:
        """Reopen, to see what other processes wrote; a server's clients see it anyway."""
        with self._lock:
            if self._place.is_shared and self._client is not None:
                self._collection = None  # another process may have made it anew
                return
            try:
                self.close()
                self._open()
            except _troubles() as error:
                raise unusable(self._place, "打开", error) from error

    def close(self) -> None:
        """Release files and connections."""
        with self._lock:
            client, self._client, self._collection = self._client, None, None
            if client is not None:
                client.close()
            if self._place.rows is not None:
                self._place.rows.close()

    def _open(self, create: bool = False, replace: bool = False) -> None:
        self._client = self._place.connect(create)
        if self._client is None:
            return
        there = {c.name: c for c in self._client.list_collections() if c.name.startswith(self._prefix)}
        if replace:
            for name in there:
                self._client.delete_collection(name)
        elif self._name in there:
            self._find()
            self._collection.count()  # reads rows and graph: damage shows here
            if not self._place.is_current():  # its files were removed meanwhile: the graph may have holes
                self.close()
                self._open(create, replace)
        elif there:
            self.close()
            metadata = next(iter(there.values())).metadata or {}
            raise KnowledgeBaseError(_wrong_model(str(metadata.get("model", "未知")), self._model))

    def _repair(self, error: BaseException, writing: bool, replace: bool) -> None:
        """Open once more after moving a damaged database aside, or say what is wrong."""
        with contextlib.suppress(*_troubles()):
            self.close()
        if not _DAMAGE.search(
            str(error)
        ):  # locked, read-only, full, not reachable: not cured by a new folder
            raise unusable(self._place, "打开", error) from error
        if not writing:
            raise DamagedStore(str(unusable(self._place, "打开", error))) from error
        try:
            if (aside := self._place.set_aside()) is None:
                raise unusable(self._place, "读取", error) from error
            log.warning(
                "向量库 %s 已损坏（%s），移至 %s，将按目录库重建向量。", self._place.name, error, aside
            )
            self._open(writing, replace)
        except _troubles() as second:
            raise unusable(self._place, "重建", second) from second

    def _found(self) -> Any:
        """The collection; None where there is none. Behind a server another process may just have made it."""
        if self._collection is None and self._client is not None and self._place.is_shared:
            from chromadb.errors import NotFoundError

            with contextlib.suppress(NotFoundError):
                self._find()
        return self._collection

    def _find(self) -> None:
        self._collection = self._client.get_collection(self._name, embedding_function=None)

    def _collection_for(self, dimension: int) -> Any:
        """The collection, made on first use, when the dimension is known."""
        if self._found() is None:
            if self._client is None:
                self._client = self._place.connect(create=True)
            self._collection = self._client.get_or_create_collection(
                self._name,
                embedding_function=None,  # vectors are passed in; the default would download a model
                metadata={"model": self._model, "dimension": dimension},
                configuration={
                    "hnsw": {
                        "space": "cosine",
                        "ef_search": 100,
                        "max_neighbors": 32,  # of 11,200 places, 35 were wrong; 110 with Chroma's own 16
                        "sync_threshold": self._place.sync_threshold,
                    }
                },
            )
        self._check_dimension(dimension)
        return self._collection

    def _check_dimension(self, dimension: int) -> None:
        stored = int(self._collection.metadata["dimension"])
        if stored != dimension:
            raise KnowledgeBaseError(_wrong_model(f"{self._model}（{stored} 维）", f"{dimension} 维"))

    def _lost(self, entries: Sequence[ChunkEntry], vectors: FloatArray, rows: Sequence[int]) -> list[int]:
        """Those of the rows just written that no search finds, docs/decisions/010-stores.md.

        One among more texts alike than are looked at here may be taken for lost: writing it again changes nothing.
        """
        found = self._collection.query(query_embeddings=vectors[list(rows)], n_results=1, include=[])["ids"]
        unseen = [
            row for row, ids in zip(rows, found, strict=True) if entries[row].chunk_id not in ids
        ]  # not first: lost, or beside one alike
        return [
            row for row in unseen if entries[row].chunk_id not in dict(self._ask(vectors[row], WIDEST // 10))
        ]

    def _nearest(self, vector: FloatArray, k: int) -> list[tuple[str, float]]:
        """The ``k`` nearest, and all that share the last place as far as can be seen."""
        wanted = k + SPARE
        while True:
            found = self._ask(vector, wanted)
            if is_sure(found, k, floor(found, wanted)) or wanted >= WIDEST:
                return found
            wanted *= 4

    def _fitting(self, vector: FloatArray, k: int, where: ChunkFilter | None) -> list[tuple[str, float]]:
        """The nearest that pass a filter.

        Chroma collects all chunks that pass before it searches: slow where many do. So the nearest of all are
        looked through first, more each time, and only where few of them pass the filter comes first.
        """
        wanted = 4 * (k + SPARE)
        while wanted <= WIDEST:
            asked = self._collection.query(
                query_embeddings=[vector], n_results=wanted, include=["distances", "metadatas"]
            )
            found, kept = _cosines(asked), []
            for each, metadata in zip(found, asked["metadatas"][0], strict=True):
                if _passes(metadata, where):
                    kept.append(each)
            if is_sure(kept, k, floor(found, wanted)):
                return kept
            if 4 * len(kept) < k:  # nor would four times as many be enough
                break
            wanted *= 4
        conditions = chroma_where(where)
        few = self._collection.get(where=conditions, limit=_FEW + 1, include=[])["ids"]
        if len(few) <= _FEW:
            return self._best_of(vector, k, few)
        return self._ask(vector, k + SPARE, where=conditions)

    def _best_of(self, vector: FloatArray, k: int, chunk_ids: Sequence[str]) -> list[tuple[str, float]]:
        """The best of these chunks: a few are compared one by one, among many the graph is searched."""
        if len(chunk_ids) <= _ONE_BY_ONE:
            return list(cosines_of(vector, self._stored(chunk_ids)).items())
        return self._ask(vector, k + SPARE, ids=list(chunk_ids))

    def _ask(self, vector: FloatArray, k: int, **conditions: Any) -> list[tuple[str, float]]:
        return _cosines(
            self._collection.query(
                query_embeddings=[vector], n_results=k, include=["distances"], **conditions
            )
        )

    def _passing(self, chunk_ids: Iterable[str], where: ChunkFilter) -> list[str]:
        """Those of these chunks that also pass the other conditions."""
        asked = sorted(chunk_ids)
        if chroma_where(where) is None:
            return asked
        passed = []
        for start in range(0, len(asked), _BATCH):
            found = self._collection.get(ids=asked[start : start + _BATCH], include=["metadatas"])
            for chunk, metadata in zip(found["ids"], found["metadatas"], strict=True):
                if _passes(metadata, where):
                    passed.append(chunk)
        return passed

    def _stored(self, chunk_ids: Sequence[str]) -> dict[str, FloatArray]:
        """Vectors of those of these chunks that are there."""
        asked = sorted(set(chunk_ids))
        stored: dict[str, FloatArray] = {}
        for start in range(0, len(asked) if self._found() is not None else 0, _BATCH):
            found = self._collection.get(ids=asked[start : start + _BATCH], include=["embeddings"])
            stored |= zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True)
        return stored

    @property
    def _identity(self) -> str:
        """Of the collection, "" where there is none: made anew, it has another."""
        collection = self._collection
        return "" if collection is None else str(collection.id)

    def _forget(self, chunk_ids: Sequence[str]) -> None:
        if self._place.rows is not None:
            self._place.rows.forget(self._identity, chunk_ids)

    def _keep(self, chunk_ids: Sequence[str], vectors: FloatArray) -> None:
        if self._place.rows is not None:
            self._place.rows.keep(self._identity, chunk_ids, vectors)

    def _complete_rows(self) -> None:
        """Put in the rows that are not there: an earlier version kept none, a write may have been broken off."""
        rows = self._place.rows
        if rows is None or not self._identity or rows.count(self._identity) == self.count():
            return
        missing = sorted(self.ids() - rows.ids(self._identity))

        def run() -> None:
            for start in range(0, len(missing), _BATCH):
                if stored := self._stored(missing[start : start + _BATCH]):
                    self._keep(list(stored), np.stack(list(stored.values())))

        self._write(run)

    def _read(self, run: Callable[[], _T]) -> _T:
        """Read; once more after reopening, for rows and graph disagree while another process writes."""
        with contextlib.nullcontext() if self._place.is_shared else self._lock:
            try:
                return run()
            except _troubles() as error:
                log.debug("reopening Chroma: %s", error)
            self.refresh()
            try:
                return run()
            except _troubles() as error:
                failed = unusable(self._place, "读取", error)
                raise KnowledgeBaseError(f"{failed}若仍不行，请运行 policykb ingest --rebuild。") from error

    def _write(self, run: Callable[[], None]) -> None:
        with self._lock:
            try:
                run()
            except _troubles() as error:
                raise unusable(self._place, "写入", error) from error

    def _settle(self, limit: int) -> None:
        with self._lock:
            if self._collection is None or self._place.unsettled() < limit:
                return
            names = [c.name for c in self._client.list_collections() if c.name.startswith(self._prefix)]
            self.close()
            try:
                self._place.settle(names)
            except _troubles() as error:  # nothing is lost: the next opening is slow
                log.warning("向量库 %s 的索引未能存盘（%s），下次打开会较慢。", self._place.name, error)
            self.refresh()


def open_folder(folder: Path, model: str, writing: bool = False, replace: bool = False) -> ChromaVectors:
    """The vectors in a folder that belongs to one knowledge base; see ``ChromaVectors``."""
    return ChromaVectors(Folder(folder), model, "", writing, replace)


def open_server(
    server: Server, model: str, namespace: str, writing: bool = False, replace: bool = False
) -> ChromaVectors:
    """The vectors of one knowledge base behind ``chroma run``; see ``ChromaVectors``."""
    return ChromaVectors(server, model, namespace, writing, replace)


def _troubles() -> tuple[type[Exception], ...]:
    """What Chroma, its files and its connection can raise."""
    import httpx
    from chromadb.errors import ChromaError

    # Chroma raises ValueError where no server answers
    return (ChromaError, httpx.HTTPError, sqlite3.Error, OSError, ValueError)


def _cosines(found: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Ids with cosines of Chroma's answer to one question."""
    cosines = (round(1.0 - distance, DIGITS) for distance in found["distances"][0])
    return list(zip(found["ids"][0], cosines, strict=True))


def _passes(metadata: Mapping[str, Any], where: ChunkFilter | None) -> bool:
    """Whether a chunk's document and units fit a filter.

    >>> where = ChunkFilter(documents=frozenset("甲"), units=frozenset({"省科技厅"}))
    >>> _passes({"document": "甲", "units": ["省科技厅"]}, where), _passes({"document": "甲"}, where)
    (True, False)
    """
    if where is None:
        return True
    if where.documents is not None and metadata["document"] not in where.documents:
        return False
    return where.units is None or not where.units.isdisjoint(metadata.get("units") or ())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _wrong_model(stored: str, current: str) -> str:
    """The message for vectors of another model."""
    return (
        f"知识库的向量由模型 {stored} 生成，与当前模型 {current} 不同。请运行 policykb ingest --rebuild 重建向量，"
        "或将 POLICYKB_EMBEDDING_MODEL 改回原来的模型。"
    )


def _metadata(entry: ChunkEntry) -> dict[str, Any]:
    """Chroma metadata of an entry; Chroma refuses empty lists and keeps the keys that are not given anew."""
    return {"document": entry.document_id, "units": list(entry.units) or None}
