"""Files into the knowledge base: planned one by one, embedded in groups, stored one by one.

Each document is stored in this order, so that a process killed anywhere leaves it as it was or as it will be:

    parse -> embed -> write vectors, tagged with the content hash -> commit the catalog -> delete the old vectors

A model is fastest on many texts of like length, and Chroma on many vectors a call, so the texts of several documents
are embedded and written together. While one group is embedded, the one before is stored and the next one read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import numpy as np

from corpus import DocumentError, PolicyDocument
from kb.catalog import Catalog
from kb.embedding import Embedder, FloatArray
from kb.hits import FileOutcome, FileStatus, IngestState, Progress
from kb.plan import Planner, Step
from kb.rows import IndexRow
from kb.vectors import ChromaVectors, VectorEntry

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
        vectors: ChromaVectors,
        embedder: Embedder,
        max_bytes: int,
        progress: Progress | None = None,
    ) -> None:
        """Take the stores, which must agree with each other.

        Args:
            catalog: the documents.
            vectors: their vectors.
            embedder: makes vectors.
            max_bytes: larger files are refused.
            progress: told about each step.
        """
        self._catalog = catalog
        self._vectors = vectors
        self._embedder = embedder
        self._planner = Planner(catalog, max_bytes)
        self._progress = progress
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
        texts = [chunk.text for step in steps for chunk in step.chunks]
        clauses = sum(step.outcome.clauses for step in steps)
        before = self._state.clauses

        def told(share: float) -> None:
            if self._stopped.is_set():
                raise RuntimeError("the ingest was stopped")
            self._tell(clauses=before + round(share * clauses))

        return embed_texts(self._embedder, texts, told)

    def _store(self, group: _Group, embedded: Future[FloatArray], outcomes: dict[int, FileOutcome]) -> None:
        """Write the vectors of a group, then commit its documents one by one."""
        rows = embedded.result()
        steps = [step for _, step in group]
        entries = [
            entry
            for step in steps
            if step.document is not None
            for entry in vector_entries(step.document, ((c.id, c.clause_id) for c in step.chunks))
        ]
        if entries:
            self._vectors.upsert(entries, rows)
        for n, step in group:
            outcomes[n] = self._put(step) if step.document else self._note(step)
            self._tell(done=self._state.done + 1)

    def _put(self, step: Step) -> FileOutcome:
        assert step.document is not None
        new = {chunk.id for chunk in step.chunks}
        try:
            self._catalog.put(step.document, step.chunks, step.content_hash, step.mark, step.instead_of)
        except DocumentError as error:
            self._vectors.delete(new)
            self._planner.failed(step)
            return FileOutcome(step.outcome.path, FileStatus.FAILED, message=str(error))
        self._planner.stored(step)
        if step.outcome.status is FileStatus.REPLACED:
            old = self._vectors.ids(step.document.id) - new
            self._vectors.delete(old | (self._vectors.ids(step.instead_of) if step.instead_of else set()))
        return step.outcome

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
    catalog: Catalog, vectors: ChromaVectors, embedder: Embedder, rows: Sequence[IndexRow]
) -> None:
    """Make and write the vectors of chunks that are in the catalog; ``rows`` are in document order."""
    for at in range(0, len(rows), _GROUP):
        group = rows[at : at + _GROUP]
        entries = []
        for document_id, own in groupby(group, key=lambda row: row.document_id):
            entries += vector_entries(
                catalog.document(document_id), ((row.chunk_id, row.clause_id) for row in own)
            )
        vectors.upsert(entries, embed_texts(embedder, [row.text for row in group], lambda share: None))


def vector_entries(document: PolicyDocument, chunks: Iterable[tuple[str, str]]) -> list[VectorEntry]:
    """What the vector store keeps beside the vectors of these chunks, given by their ids and their clauses'."""
    clauses = {clause.id: clause for clause in document.clauses}
    entries = []
    for chunk_id, clause_id in chunks:
        clause = clauses[clause_id]
        path = "/".join(clause.path)
        entries.append(
            VectorEntry(
                chunk_id,
                document.id,
                document.doc_number,
                path,
                clause.kind.value,
                clause.lead,
                clause.participants,
            )
        )
    return entries
