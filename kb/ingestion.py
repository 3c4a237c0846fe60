"""Files into the knowledge base: planned one by one, embedded in groups, stored one by one.

Each document is stored in this order, so that a process killed anywhere leaves it as it was or as it will be:

    parse -> embed -> write vectors and words, tagged with the content hash -> commit the catalog -> delete the old ones

A model is fastest on many texts of like length, and Chroma on many vectors a call, so the texts of several documents
are embedded and written together. While one group is embedded, the one before is stored and the next one read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np

from corpus import DocumentError, PolicyDocument
from kb.catalog import Catalog
from kb.embedding import Embedder, FloatArray
from kb.hits import FileOutcome, FileStatus, IngestState, Progress
from kb.nearby import lean
from kb.plan import Planner, Reader, Step
from kb.rows import IndexRow, StoredChunk
from kb.stores.base import ChunkEntry, ChunkWords, KeywordStore, VectorStore
from kb.tokens import tokenize

_GROUP = 1024  # chunks embedded together
_GROUP_SECONDS = (
    10.0  # of reading, after which a smaller group must do: recognised scans should not wait unsaved
)
_SLICE = 256  # texts a call of the model, a multiple of its batch, between two reports of progress

_Group = list[tuple[int, Step]]


class Ingestion:
    """One ingest of a list of files; whoever makes it holds the right to write."""

    def __init__(
        self,
        catalog: Catalog,
        vectors: VectorStore,
        words: KeywordStore,
        *,
        embedder: Embedder,
        max_bytes: int,
        progress: Progress | None = None,
        read: Reader | None = None,
        stored: Callable[[FileOutcome], None] = lambda outcome: None,
    ) -> None:
        """Take the stores, which must agree with each other.

        Args:
            catalog: the documents.
            vectors: their vectors.
            words: their words.
            embedder: makes vectors.
            max_bytes: larger files are refused.
            progress: told about each step.
            read: reads a file, in place of ``parse_file``.
            stored: told of each document that was added or replaced, once it is in the catalog.
        """
        self._catalog = catalog
        self._vectors = vectors
        self._words = words
        self._embedder = embedder
        self._planner = Planner(catalog, max_bytes, read)
        self._progress = progress
        self._stored = stored
        self._state = IngestState(0, 0, "", 0)
        self._telling = threading.Lock()
        self._stopped = threading.Event()

    def run(self, files: Sequence[Path]) -> tuple[FileOutcome, ...]:
        """Ingest; what became of each file, in order. A file that fails never stops the others.

        Raises:
            KnowledgeBaseError: the home folder, the model or the vectors cannot be used.
        """
        outcomes: dict[int, FileOutcome] = {}
        self._state = replace(self._state, total=len(files))
        with ThreadPoolExecutor(1, "embed") as embedding:
            try:
                before: tuple[_Group, Future[FloatArray]] | None = None
                for group in self._groups(files):
                    vectors = embedding.submit(self._embed, group)
                    if before is not None:
                        self._store(*before, outcomes)
                    before = group, vectors
                if before is not None:
                    self._store(*before, outcomes)
            except BaseException:
                self._stopped.set()
                raise
        self._tell(name="")
        return tuple(outcomes[n] for n in range(len(files)))

    def _groups(self, files: Sequence[Path]) -> Iterator[_Group]:
        """Steps with enough texts to be embedded together."""
        group: _Group = []
        size, start = 0, time.monotonic()
        for n, path in enumerate(files):
            self._tell(name=path.name)
            step = self._planner.plan(path)
            group.append((n, step))
            size += len(step.chunks)
            if size >= _GROUP or time.monotonic() - start > _GROUP_SECONDS:
                yield group
                group, size, start = [], 0, time.monotonic()
        yield group

    def _embed(self, group: _Group) -> FloatArray:
        """Vectors of all chunks of a group, in order."""
        steps = [step for _, step in group if step.document is not None]
        texts = [chunk.embedded_text for step in steps for chunk in step.chunks]
        clauses = sum(step.outcome.clauses for step in steps)
        before = self._state.clauses

        def told(share: float) -> None:
            if self._stopped.is_set():
                raise RuntimeError("the ingest was stopped")
            self._tell(clauses=before + round(share * clauses))

        made = embed_texts(self._embedder, texts, told)
        return lean(made, [len(step.chunks) for step in steps])

    def _store(self, group: _Group, embedded: Future[FloatArray], outcomes: dict[int, FileOutcome]) -> None:
        """Write the vectors and words of a group, then commit its documents one by one."""
        vectors = embedded.result()
        rows = [
            row
            for _, step in group
            if step.document is not None
            for row in index_rows(step.document, step.chunks)
        ]
        if rows:
            self._vectors.upsert([entry_of(row) for row in rows], vectors)
            self._words.upsert([words_of(row) for row in rows])
        for n, step in group:
            outcomes[n] = self._put(step) if step.document else self._note(step)
            self._tell(done=self._state.done + 1)

    def _put(self, step: Step) -> FileOutcome:
        assert step.document is not None
        new = {chunk.id for chunk in step.chunks}
        try:
            self._catalog.put(step.document, step.chunks, step.content_hash, step.mark, step.instead_of)
        except DocumentError as error:
            self._delete(new)
            self._planner.failed(step)
            return FileOutcome(step.outcome.path, FileStatus.FAILED, message=str(error))
        self._planner.stored(step)
        if step.outcome.status is FileStatus.REPLACED:
            old = self._vectors.ids(step.document.id) - new
            self._delete(old | (self._vectors.ids(step.instead_of) if step.instead_of else set()))
        self._stored(step.outcome)
        return step.outcome

    def _delete(self, chunk_ids: set[str]) -> None:
        self._vectors.delete(chunk_ids)
        self._words.delete(chunk_ids)

    def _note(self, step: Step) -> FileOutcome:
        if step.mark is None:
            return step.outcome
        if not self._planner.is_there(step):
            message = f"{step.outcome.path.name}：与它内容相同的另一文件未能入库，请先处理那个文件。"
            return FileOutcome(step.outcome.path, FileStatus.FAILED, message=message)
        self._catalog.remember(step.mark)
        return step.outcome

    def _tell(self, done: int | None = None, name: str | None = None, clauses: int | None = None) -> None:
        """Report; reading and embedding do so from two threads."""
        with self._telling:
            state = self._state
            self._state = IngestState(
                state.done if done is None else done,
                state.total,
                state.name if name is None else name,
                state.clauses if clauses is None else clauses,
            )
            if self._progress is not None:
                self._progress(self._state)


def embed_texts(embedder: Embedder, texts: Sequence[str], told: Callable[[float], None]) -> FloatArray:
    """Vectors of texts, shape (n, d): each text once, those of like length together.

    Args:
        embedder: makes them.
        texts: in any order.
        told: called with the share that is done, 0 to 1; may raise to stop.
    """
    distinct = sorted(set(texts), key=lambda text: (-len(text), text))
    parts = []
    for at in range(0, len(distinct), _SLICE):
        parts.append(embedder.embed_passages(distinct[at : at + _SLICE]))
        told(min(1.0, (at + _SLICE) / len(distinct)))
    if not parts:
        return np.zeros((0, 0), dtype=np.float32)
    place = {text: n for n, text in enumerate(distinct)}
    made: FloatArray = np.concatenate(parts)[[place[text] for text in texts]]
    return made


def embed_missing(
    vectors: VectorStore, embedder: Embedder, rows: Sequence[IndexRow], missing: Collection[str]
) -> None:
    """Make and write the vectors of missing chunks.

    Args:
        vectors: where to write.
        embedder: makes them.
        rows: all chunks of the documents they are of, in document order: a vector leans on those beside it.
        missing: ids of those to write.
    """
    group: list[list[IndexRow]] = []
    for _, document in groupby(rows, key=lambda row: row.chunk.document_id):
        group.append(list(document))
        if sum(map(len, group)) >= _GROUP:
            _embed_group(vectors, embedder, group, missing)
            group = []
    _embed_group(vectors, embedder, group, missing)


def _embed_group(
    vectors: VectorStore, embedder: Embedder, group: Sequence[Sequence[IndexRow]], missing: Collection[str]
) -> None:
    rows = [row for document in group for row in document]
    made = embed_texts(embedder, [row.chunk.embedded_text for row in rows], lambda share: None)
    leaning = lean(made, [len(document) for document in group])
    wanted = [n for n, row in enumerate(rows) if row.chunk.id in missing]
    if wanted:
        vectors.upsert([entry_of(rows[n]) for n in wanted], leaning[wanted])


def index_rows(document: PolicyDocument, chunks: Iterable[StoredChunk]) -> list[IndexRow]:
    """Chunks of a document as the catalog would give them."""
    units = {clause.id: (*clause.lead, *clause.participants) for clause in document.clauses}
    return [IndexRow(chunk, units[chunk.clause_id]) for chunk in chunks]


def entry_of(row: IndexRow) -> ChunkEntry:
    """What stores keep beside a chunk."""
    return ChunkEntry(row.chunk.id, row.chunk.document_id, row.units)


def words_of(row: IndexRow) -> ChunkWords:
    """A chunk as the keyword store is given it."""
    return ChunkWords(entry_of(row), tuple(tokenize(row.chunk.text)), tuple(tokenize(row.chunk.context)))
