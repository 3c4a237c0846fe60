"""The vector store: chunk vectors with the metadata that searches filter by, in Chroma."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from corpus import KnowledgeBaseError
from kb.embedding import FloatArray

log = logging.getLogger(__name__)
_T = TypeVar("_T")

_PREFIX = "clauses-"
_BATCH = 1000  # records per call; Chroma's own limit is 5461
_DIGITS = 6  # of a cosine; below, Chroma's graph and its brute force differ, and ties would fall either way
_DAMAGE = re.compile(r"malformed|not a database|no such (table|column)|File exists|migration", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VectorEntry:
    """A chunk's metadata in the vector store.

    Whether a document is in force is not among it: other documents decide that, also later ones.
    """

    chunk_id: str
    document_id: str
    doc_number: str
    path: str
    kind: str
    lead: tuple[str, ...]
    participants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VectorFilter:
    """Which chunks to search; None means no condition, an empty set means that nothing fits.

    Attributes:
        documents: document ids.
        kinds: node kinds.
        units: full unit names, one of which must lead or participate.
    """

    documents: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    units: frozenset[str] | None = None


class VectorStore(Protocol):
    """Vectors of chunks by chunk id; safe to use from several threads."""

    def upsert(self, entries: Sequence[VectorEntry], vectors: FloatArray) -> None:
        """Add or replace; ``vectors`` has shape (n, d), one row of length 1 per entry."""

    def delete(self, chunk_ids: Iterable[str]) -> None:
        """Remove; unknown ids are ignored."""

    def query(self, vector: FloatArray, k: int, where: VectorFilter | None = None) -> list[tuple[str, float]]:
        """At most ``k`` chunk ids with their cosine, best first; ``vector`` has shape (d,)."""

    def similarities(self, vector: FloatArray, chunk_ids: Sequence[str]) -> dict[str, float]:
        """Cosine of each of these chunks that is stored."""

    def ids(self, document_id: str | None = None) -> set[str]:
        """Ids of all chunks, or of those of one document."""

    def count(self) -> int:
        """Number of vectors."""

    def refresh(self) -> None:
        """See what other processes wrote."""

    def close(self) -> None:
        """Release files."""


def chroma_where(where: VectorFilter | None) -> dict[str, Any] | None:
    """A filter in Chroma's words; None where there is no condition.

    >>> chroma_where(VectorFilter(kinds=frozenset({"clause"})))
    {'kind': {'$in': ['clause']}}
    >>> chroma_where(VectorFilter(documents=frozenset({"甲"}), units=frozenset({"省科技厅"})))
    {'$and': [{'document': {'$in': ['甲']}},
    {'$or': [{'lead': {'$contains': '省科技厅'}}, {'participants': {'$contains': '省科技厅'}}]}]}
    """
    terms: list[dict[str, Any]] = []
    if where is None:
        return None
    if where.documents is not None:
        terms.append({"document": {"$in": sorted(where.documents)}})
    if where.kinds is not None:
        terms.append({"kind": {"$in": sorted(where.kinds)}})
    if where.units is not None:
        names = sorted(where.units)
        terms.append({"$or": [{key: {"$contains": n}} for n in names for key in ("lead", "participants")]})
    if not terms:
        return None
    return terms[0] if len(terms) == 1 else {"$and": terms}


class ChromaVectors:
    """Chroma's PersistentClient in one folder, one collection per embedding model.

    Chroma keeps an HNSW graph in memory per process. It is never synced to disk here (``sync_threshold``): the graph
    is rebuilt from SQLite when opened (0.8 s for 5,000 vectors), so that a killed writer, or a reader beside it,
    cannot leave a graph that disagrees with the rows. ``refresh`` reopens after another process has written.
    """

    def __init__(self, folder: Path, model: str, replace: bool = False) -> None:
        """Open or create.

        Args:
            folder: where Chroma keeps its files.
            model: name of the embedding model.
            replace: drop all vectors that are there, also those of other models.

        Raises:
            KnowledgeBaseError: the vectors there were made by another model.
            chromadb.errors.ChromaError: Chroma cannot read the folder.
        """
        self._folder = folder
        self._model = model
        self._name = _PREFIX + hashlib.sha256(model.encode()).hexdigest()[:16]
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        self._open(replace)

    def upsert(self, entries: Sequence[VectorEntry], vectors: FloatArray) -> None:
        """Add or replace; ``vectors`` has shape (n, d).

        Raises:
            KnowledgeBaseError: d differs from that of the vectors already there.
        """
        if not entries:
            return
        with self._lock, _writing(self._folder):
            collection = self._collection_for(vectors.shape[1])
            for at in range(0, len(entries), _BATCH):
                batch = entries[at : at + _BATCH]
                collection.upsert(
                    ids=[entry.chunk_id for entry in batch],
                    embeddings=vectors[at : at + _BATCH],
                    metadatas=[_metadata(entry) for entry in batch],
                )

    def delete(self, chunk_ids: Iterable[str]) -> None:
        """Remove; unknown ids are ignored."""
        doomed = sorted(chunk_ids)
        with self._lock, _writing(self._folder):
            for at in range(0, len(doomed) if self._collection is not None else 0, _BATCH):
                self._collection.delete(ids=doomed[at : at + _BATCH])

    def query(self, vector: FloatArray, k: int, where: VectorFilter | None = None) -> list[tuple[str, float]]:
        """At most ``k`` chunk ids with their cosine, best first; ``vector`` has shape (d,).

        Raises:
            KnowledgeBaseError: d differs from that of the stored vectors.
        """
        if k <= 0 or (where is not None and frozenset() in (where.documents, where.kinds, where.units)):
            return []

        def run() -> list[tuple[str, float]]:
            if self._collection is None:
                return []
            self._check_dimension(vector.shape[0])
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, where=chroma_where(where), include=["distances"]
            )
            cosines = (round(1.0 - distance, _DIGITS) for distance in found["distances"][0])
            return list(zip(found["ids"][0], cosines, strict=True))

        return sorted(self._again(run), key=lambda found: (-found[1], found[0]))

    def similarities(self, vector: FloatArray, chunk_ids: Sequence[str]) -> dict[str, float]:
        """Cosine of each of these chunks that is stored."""

        def run() -> dict[str, float]:
            if self._collection is None or not chunk_ids:
                return {}
            found = self._collection.get(ids=list(chunk_ids), include=["embeddings"])
            cosines = (
                np.asarray(found["embeddings"], dtype=np.float32).reshape(len(found["ids"]), -1) @ vector
            )
            rounded = (round(cosine, _DIGITS) for cosine in cosines.tolist())
            return dict(zip(found["ids"], rounded, strict=True))

        return self._again(run)

    def ids(self, document_id: str | None = None) -> set[str]:
        """Ids of all chunks, or of those of one document."""
        where = None if document_id is None else {"document": document_id}

        def run() -> set[str]:
            return (
                set()
                if self._collection is None
                else set(self._collection.get(where=where, include=[])["ids"])
            )

        return self._again(run)

    def count(self) -> int:
        """Number of vectors."""
        return self._again(lambda: 0 if self._collection is None else int(self._collection.count()))

    def refresh(self) -> None:
        """Reopen, to see what other processes wrote."""
        with self._lock:
            self.close()
            self._open()

    def close(self) -> None:
        """Release Chroma's files."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = None

    def _open(self, replace: bool = False) -> None:
        self._client = _client(self._folder)
        there = {c.name: c for c in self._client.list_collections() if c.name.startswith(_PREFIX)}
        if replace:
            for name in there:
                self._client.delete_collection(name)
        elif self._name in there:
            self._collection = self._client.get_collection(self._name, embedding_function=None)
            self._collection.count()  # reads the rows: a damaged file shows here
        elif there:
            self.close()
            metadata = next(iter(there.values())).metadata or {}
            raise KnowledgeBaseError(_wrong_model(str(metadata.get("model", "未知")), self._model))

    def _collection_for(self, dimension: int) -> Any:
        """The collection, made on first use, when the dimension is known."""
        if self._collection is None:
            self._collection = self._client.get_or_create_collection(
                self._name,
                embedding_function=None,  # vectors are passed in; the default would download a model
                metadata={"model": self._model, "dimension": dimension},
                configuration={"hnsw": {"space": "cosine", "ef_search": 200, "sync_threshold": 2**31 - 1}},
            )
        self._check_dimension(dimension)
        return self._collection

    def _check_dimension(self, dimension: int) -> None:
        stored = int(self._collection.metadata["dimension"])
        if stored != dimension:
            raise KnowledgeBaseError(_wrong_model(f"{self._model}（{stored} 维）", f"{dimension} 维"))

    def _again(self, run: Callable[[], _T]) -> _T:
        """Read; once more after reopening if rows and graph disagree because another process is writing."""
        from chromadb.errors import ChromaError

        with self._lock:
            try:
                return run()
            except ChromaError as error:
                log.debug("reopening Chroma: %s", error)
            try:
                self.refresh()
                return run()
            except ChromaError as error:
                raise KnowledgeBaseError(
                    f"向量库 {self._folder} 读取失败（{error}），请运行 policykb ingest --rebuild 重建向量。"
                ) from error


def _wrong_model(stored: str, current: str) -> str:
    """The message for vectors of another model."""
    return (
        f"知识库的向量由模型 {stored} 生成，与当前模型 {current} 不同。请运行 policykb ingest --rebuild 重建向量，"
        "或将 POLICYKB_EMBEDDING_MODEL 改回原来的模型。"
    )


def _client(folder: Path) -> Any:
    """A PersistentClient with a system of its own.

    ``chromadb.PersistentClient`` shares one system per path and process, also one that failed to start: a repaired
    folder could not be opened, and reopening would show nothing new while another client lives.
    """
    from chromadb.api import ServerAPI
    from chromadb.api.client import Client
    from chromadb.config import Settings, System

    system = System(
        Settings(
            _env_file=None, anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder)
        )
    )
    system.instance(ServerAPI)
    system.start()
    return Client.from_system(system)


def _metadata(entry: VectorEntry) -> dict[str, Any]:
    """Chroma metadata of an entry; Chroma refuses empty lists, so absent units have no key."""
    metadata: dict[str, Any] = {
        "document": entry.document_id,
        "doc_number": entry.doc_number,
        "path": entry.path,
        "kind": entry.kind,
    }
    for key, names in (("lead", entry.lead), ("participants", entry.participants)):
        if names:
            metadata[key] = list(names)
    return metadata


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise KnowledgeBaseError(f"向量库 {folder} 写入失败（{error}），请检查磁盘空间和权限。") from error


def open_existing(folder: Path, model: str) -> ChromaVectors | None:
    """Open a store that is there and in order, for reading; None if ``open_chroma`` must see to it.

    Raises:
        KnowledgeBaseError: the vectors there were made by another model.
    """
    if not (folder / "chroma.sqlite3").is_file():
        return None
    from chromadb.errors import ChromaError

    try:
        return ChromaVectors(folder, model)
    except ChromaError as error:
        log.debug("cannot open %s: %s", folder, error)
        return None


def open_chroma(folder: Path, model: str, replace: bool = False) -> ChromaVectors:
    """Open the store; a damaged one is moved aside and an empty one opened in its place.

    To be called by one process at a time. Arguments as of ``ChromaVectors``.

    Raises:
        KnowledgeBaseError: the vectors there were made by another model, or the folder cannot be used.
    """
    from chromadb.errors import ChromaError

    try:
        return ChromaVectors(folder, model, replace)
    except ChromaError as error:
        if not _DAMAGE.search(str(error)):  # locked, read-only or full: not cured by a new folder
            raise KnowledgeBaseError(
                f"向量库 {folder} 无法打开（{error}），请检查磁盘空间和权限。"
            ) from error
        aside = folder.with_name(f"{folder.name}.damaged-{datetime.now():%Y%m%d-%H%M%S-%f}")
        log.warning("向量库 %s 已损坏（%s），移至 %s，将按目录库重建向量。", folder, error, aside)
    try:
        folder.rename(aside)
        return ChromaVectors(folder, model, replace)
    except (ChromaError, OSError) as error:
        raise KnowledgeBaseError(f"向量库 {folder} 无法重建（{error}），请检查磁盘空间和权限。") from error
