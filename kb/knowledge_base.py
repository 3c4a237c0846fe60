"""One knowledge base in one home folder: opening, ingest, search.

The catalog is the source of truth; vectors and keyword index follow it. Vectors that no catalog row names are ignored
by searches and swept by the next writer; chunks without vectors are embedded again. See ``kb.ingestion`` for the
order of writing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from corpus import Clause, KnowledgeBaseError, NodeKind, NotFound, PolicyDocument, UsageError
from kb.catalog import Catalog
from kb.embedding import Embedder, SentenceTransformerEmbedder
from kb.files import find_files
from kb.hits import Hit, IngestReport, Mode, Progress
from kb.ingestion import Ingestion, embed_missing
from kb.keywords import open_index
from kb.lifecycle import DocumentRecord
from kb.lock import lock_file
from kb.retriever import SEARCHED_KINDS, HybridRetriever, Scope, as_langchain, matching_documents
from kb.settings import Settings
from kb.vectors import ChromaVectors, open_chroma, open_existing

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

log = logging.getLogger(__name__)


class KnowledgeBase:
    """The knowledge base of one home folder; safe to use from several threads, beside other processes.

    Making one does nothing yet; ``open`` it, or use it in a ``with`` statement, which does.
    """

    def __init__(self, settings: Settings, embedder: Embedder | None = None) -> None:
        """Remember where things are.

        Args:
            settings: home, policies to start with, model.
            embedder: used in place of the model the settings name.
        """
        self.settings = settings
        self.embedder = embedder or SentenceTransformerEmbedder(
            settings.embedding_model, settings.embedding_batch
        )
        self._chroma_folder = settings.home / "chroma"
        self._opened: Catalog | None = None
        self._vectors: ChromaVectors | None = None
        self._vectors_revision = -1  # catalog revision the open vectors are known to show
        self._retriever: tuple[int, HybridRetriever] | None = None  # with the catalog revision it is of
        # Taken in this order, and no later one while waiting for an earlier one:
        self._writing_lock = threading.Lock()  # and within it the lock file, against other processes
        self._opening_lock = threading.Lock()  # self._vectors
        self._refreshing_lock = threading.Lock()  # self._retriever

    def open(self, progress: Progress | None = None) -> Self:
        """Open; on first use make the home folder and ingest the policies of the settings.

        Neither the model nor Chroma is loaded before something needs it.

        Raises:
            KnowledgeBaseError: the home folder or the policies cannot be used.
        """
        if self._opened is None:
            self._opened = Catalog(self.settings.home)
        if not self._opened.seeded:
            with self._writing() as vectors:
                if not self._opened.seeded:  # another process may have done it while we waited
                    self._seed(vectors, progress)
        return self

    def close(self) -> None:
        """Release all files."""
        with self._opening_lock, self._refreshing_lock:
            if self._vectors is not None:
                self._vectors.close()
            if self._opened is not None:
                self._opened.close()
            self._vectors = self._opened = self._retriever = None

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def revision(self) -> int:
        """Changes whenever a document is added, replaced or removed, by any process."""
        return self._catalog.revision()

    def documents(self) -> list[PolicyDocument]:
        """All documents with their clauses, by id; ``records`` is enough for a list."""
        return [self._catalog.document(document_id) for document_id in self._catalog.document_ids()]

    def records(self) -> list[DocumentRecord]:
        """All documents without their text, by id, each with what repeals it."""
        return self._catalog.records()

    def document(self, doc: str) -> PolicyDocument:
        """The document of this id, 文号 or title, or the only one that contains it.

        Raises:
            NotFound: none fits, or several do.
        """
        if self._catalog.content_hash(doc) is not None:
            return self._catalog.document(doc)
        return self._catalog.document(_only(matching_documents(self.records(), doc), doc))

    def clause(self, clause_id: str) -> Clause:
        """A node of any document by its id.

        Raises:
            NotFound: there is none.
        """
        return self._catalog.clause(clause_id)

    def search(
        self,
        query: str,
        top: int = 10,
        *,
        mode: Mode | str = Mode.HYBRID,
        doc: str | None = None,
        unit: str | None = None,
        as_of: date | None = None,
        kinds: Iterable[NodeKind] = SEARCHED_KINDS,
        among: Iterable[str] | None = None,
    ) -> list[Hit]:
        """The best clauses for a question, best first; see ``HybridRetriever.search`` and ``Scope``.

        Raises:
            UsageError: an empty query, an unknown mode, or ``top`` below 1.
            NotFound: no document fits ``doc``.
            KnowledgeBaseError: the model or the vectors cannot be used.
        """
        if mode not in set(Mode):
            raise UsageError(f"检索方式 {mode} 不可用，可选：{'、'.join(Mode)}。")
        scope = Scope(doc, unit, as_of, frozenset(kinds), None if among is None else frozenset(among))
        revision, retriever = self._current()
        try:
            return retriever.search(query, top, Mode(mode), scope)
        except NotFound:
            if self._catalog.revision() == revision:
                raise
        return self._current()[1].search(query, top, Mode(mode), scope)  # a hit was removed meanwhile

    def as_langchain(self, top: int = 10, mode: Mode | str = Mode.HYBRID) -> BaseRetriever:
        """A LangChain retriever over this knowledge base."""
        return as_langchain(lambda query: self.search(query, top, mode=mode))

    def ingest(self, paths: Iterable[Path], progress: Progress | None = None) -> IngestReport:
        """Add or update documents; a file that fails never stops the others.

        Args:
            paths: files, and folders to walk for files of a format that can be read.
            progress: told about each step.

        Raises:
            KnowledgeBaseError: the home folder, the model or the vectors cannot be used.
        """
        with self._writing() as vectors:
            return self._ingest(vectors, list(paths), progress)

    def remove(self, doc: str) -> str:
        """Remove the document of this id, 文号 or title; returns its id.

        Raises:
            NotFound: there is none, or several have this title.
        """
        with self._writing() as vectors:
            document_id = _only(matching_documents(self.records(), doc, partial=False), doc)
            self._catalog.remove(document_id)
            vectors.delete(vectors.ids(document_id))
            self._written()
        return document_id

    def rebuild(self) -> None:
        """Make all vectors anew from the catalog, for another model or after damage.

        Raises:
            KnowledgeBaseError: the model or the vectors cannot be used.
        """
        with self._writing(replace=True):
            self._catalog.touch()  # other processes look again
            self._written()

    @property
    def _catalog(self) -> Catalog:
        if self._opened is None:
            raise RuntimeError("open the knowledge base first")
        return self._opened

    @contextmanager
    def _writing(self, replace: bool = False) -> Iterator[ChromaVectors]:
        """Hold the right to write, with vectors that agree with the catalog."""
        with self._writing_lock, lock_file(self.settings.home):
            with self._opening_lock:
                if self._vectors is not None and not replace:
                    self._vectors.refresh()
                else:
                    if self._vectors is not None:
                        self._vectors.close()
                    self._vectors = None
                    self._vectors = open_chroma(self._chroma_folder, self.embedder.name, replace)
                vectors = self._vectors
            self._reconcile(vectors)
            yield vectors
            self._vectors_revision = self._catalog.revision()

    def _reconcile(self, vectors: ChromaVectors) -> None:
        """Sweep vectors nobody names and embed chunks that have none."""
        stored = vectors.ids()
        rows = self._catalog.index_rows()
        if leftover := stored - {row.chunk_id for row in rows}:
            log.info("清理上次未完成入库留下的 %d 个向量。", len(leftover))
            vectors.delete(leftover)
        if missing := [row for row in rows if row.chunk_id not in stored]:
            log.warning("为 %d 份文件重新生成向量。", len({row.document_id for row in missing}))
            embed_missing(self._catalog, vectors, self.embedder, missing)

    def _seed(self, vectors: ChromaVectors, progress: Progress | None) -> None:
        policies = self.settings.policies
        if not policies.exists():
            raise KnowledgeBaseError(f"找不到政策文件夹 {policies}，请检查 POLICYKB_POLICIES。")
        if find_files([policies]).files != (policies,) or policies.is_file():  # else to start empty is meant
            for outcome in self._ingest(vectors, [policies], progress).failed:
                log.warning("%s", outcome.message)
        self._catalog.mark_seeded()

    def _ingest(
        self, vectors: ChromaVectors, paths: Sequence[Path], progress: Progress | None
    ) -> IngestReport:
        found = find_files(paths)
        limit = self.settings.max_file_mb * 2**20
        ingestion = Ingestion(self._catalog, vectors, self.embedder, limit, progress)
        outcomes = ingestion.run(found.files)
        self._written()
        return IngestReport(outcomes, found.skipped)

    def _written(self) -> None:
        """The open vectors show what was just written; save the keyword index for whoever opens next."""
        self._vectors_revision = self._catalog.revision()
        self._current()

    def _current(self) -> tuple[int, HybridRetriever]:
        """The retriever of the newest revision, and that revision."""
        with self._refreshing_lock:
            if self._retriever is not None and self._retriever[0] == self._catalog.revision():
                return self._retriever
            with self._catalog.snapshot():
                revision = self._catalog.revision()
                chunks = self._catalog.chunks()
                keywords = open_index(
                    self.settings.home / "keywords",
                    revision,
                    [chunk.id for chunk in chunks],
                    lambda: (chunk.indexed_text for chunk in chunks),
                )
                retriever = HybridRetriever(self._catalog, keywords, self._vectors_for_reading, self.embedder)
            if self._vectors is not None and self._vectors_revision != revision:
                self._vectors.refresh()
                self._vectors_revision = revision
            self._retriever = revision, retriever
            return self._retriever

    def _vectors_for_reading(self) -> ChromaVectors:
        with self._opening_lock:
            if self._vectors is None:
                self._vectors = self._open_complete()
            if self._vectors is not None:
                return self._vectors
        with self._writing() as vectors:  # there are none, or they need repair
            return vectors

    def _open_complete(self) -> ChromaVectors | None:
        """Open the vectors if every committed chunk has one."""
        vectors = open_existing(self._chroma_folder, self.embedder.name)
        if vectors is None:
            return None
        while True:
            revision = self._catalog.revision()
            if {row.chunk_id for row in self._catalog.index_rows()} <= vectors.ids():
                self._vectors_revision = revision
                return vectors
            if self._catalog.revision() == revision:
                vectors.close()
                return None
            vectors.refresh()  # another process replaced a document between the two looks


def _only(found: Iterable[str], doc: str) -> str:
    """The one document that fits a name.

    >>> _only(["甲", "乙"], "行动计划")
    Traceback (most recent call last):
    ...
    corpus.errors.NotFound: 与“行动计划”相符的文件有 2 份（乙、甲），请写出完整文号。

    Raises:
        NotFound: several do.
    """
    ids = sorted(found)
    if len(ids) > 1:
        raise NotFound(f"与“{doc}”相符的文件有 {len(ids)} 份（{'、'.join(ids)}），请写出完整文号。")
    return ids[0]
