"""One knowledge base in one home folder: opening, ingest, search.

The catalog is the source of truth; the stores of vectors and words follow it, see ``kb.indexes``. What no row of the
catalog names is ignored by searches. See ``kb.ingestion`` for the order of writing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from corpus import Clause, DocumentError, KnowledgeBaseError, NotFound, PolicyDocument, UsageError
from corpus.register import RegisterEntry
from ingest.restate import restate
from kb import nearby
from kb.audit import AuditLog, acting
from kb.catalog import Catalog
from kb.correcting import Correcting, changed
from kb.embedding import Embedder, SentenceTransformerEmbedder
from kb.files import find_files
from kb.filters import Filters
from kb.finding import Found
from kb.hits import FileOutcome, FileStatus, Hit, IngestReport, Mode, Progress
from kb.indexes import Indexes, Side
from kb.ingestion import Ingestion, embed_missing, entry_of, words_of
from kb.lexicon import load_lexicon
from kb.lifecycle import DocumentRecord
from kb.lock import lock_file
from kb.names import matching_documents
from kb.plan import Reader
from kb.reranker import CrossEncoderReranker
from kb.retriever import as_langchain
from kb.rows import FileMark
from kb.settings import Settings
from kb.stores.base import KeywordStore, Store, VectorStore
from kb.stores.homes import Home, open_home
from kb.stores.move import Moved, copy_vectors, copy_words
from kb.stores.move import Progress as MoveProgress
from kb.view import Means, View
from kb.vocabulary import to_userdict

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

log = logging.getLogger(__name__)
_S = TypeVar("_S", bound=Store)
_INDEXED_TOGETHER = 5000  # chunks
FIRST_USE = "首次使用"  # who ingests the policies we ship, in the audit log
_BESIDE = 8  # searches at once, in each of which the two stores work beside each other


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
        self.audit = AuditLog(settings.home)
        self._means = Means(
            words=self._words,
            vectors=self._vectors,
            embedder=self.embedder,
            lexicon=cache(lambda: load_lexicon(settings.lexicon)),
            beside=ThreadPoolExecutor(_BESIDE, "search"),  # starts no thread before it is used
            reranker=CrossEncoderReranker(settings.reranker) if settings.reranker else None,
        )
        self._opened: Catalog | None = None
        self._indexes: Indexes | None = None
        self._view: View | None = None
        self._writing_lock = threading.Lock()  # and within it the lock file, against other processes
        self._refreshing_lock = threading.Lock()  # self._view

    def open(self, progress: Progress | None = None) -> Self:
        """Open; on first use make the home folder and ingest the policies of the settings.

        Neither the model nor Chroma is loaded before something needs it.

        Raises:
            KnowledgeBaseError: the home folder or the policies cannot be used.
        """
        if self._opened is None:
            self._opened = Catalog(self.settings.home)
            self._indexes = self._make_indexes(self._opened)
        if not self._opened.seeded:
            with self._writing() as stores:
                if not self._opened.seeded:  # another process may have done it while we waited
                    self._seed(stores, progress)
        return self

    def close(self) -> None:
        """Release all files."""
        with self._refreshing_lock:
            if self._indexes is not None:
                self._indexes.close()
            if self._opened is not None:
                self._opened.close()
            self._indexes = self._opened = self._view = None

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

    def records_by_id(self) -> Mapping[str, DocumentRecord]:
        """As ``records``, read once for each revision."""
        return self._current().records

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

    def document_of(self, clause_id: str) -> PolicyDocument:
        """The document a clause is in.

        Raises:
            NotFound: there is no such clause.
        """
        there = self._catalog.clauses([clause_id])
        if clause_id not in there:
            raise NotFound(f"知识库中没有条款“{clause_id}”，请核对条款编号，或检索后再打开。")
        return self._catalog.document(there[clause_id][0])

    def files(self) -> list[FileMark]:
        """The files that are remembered, each with the document in it, by path."""
        return self._catalog.files()

    def unit_names(self) -> list[str]:
        """Names of all units that lead a clause or participate, sorted."""
        return self._catalog.unit_names()

    def search(
        self,
        query: str,
        top: int = 10,
        *,
        mode: Mode | str = Mode.HYBRID,
        doc: str | None = None,
        unit: str | None = None,
        as_of: date | None = None,
        among: Iterable[str] | None = None,
    ) -> list[Hit]:
        """The best clauses for a question, best first; see ``Retriever.search``.

        Args:
            query: a question or keywords; for ``Mode.EXACT`` words of the text, or a clause's name.
            top: at most so many.
            mode: how to search.
            doc: 文号 or part of the title of the documents to search.
            unit: full or short name of a leading or participating unit.
            as_of: a day on which the document must be in force, neither expired nor repealed.
            among: ids of the documents to search, all where not given.

        Raises:
            UsageError: an empty query, an unknown mode, or ``top`` below 1.
            NotFound: no document fits ``doc``.
            KnowledgeBaseError: the model or the stores cannot be used.
        """
        view = self._current()
        return view.search(query, top, mode, view.selection(doc, unit, as_of, among))

    def find(
        self,
        query: str,
        top: int = 10,
        *,
        mode: Mode | str = Mode.HYBRID,
        doc: str | None = None,
        unit: str | None = None,
        as_of: date | None = None,
        without: Collection[str] = (),
        filters: Filters | None = None,
        among: Iterable[str] | None = None,
    ) -> Found:
        """The best clauses for what a user typed, whose conditions are understood and told.

        Args:
            query: as typed: an address, a question, keywords; words to be found as they stand for ``Mode.EXACT``.
            top: at most so many.
            mode: how to rank what the conditions leave.
            doc: as of ``search``.
            unit: as of ``search``.
            as_of: as of ``search``.
            without: keys of conditions not to be applied, or ``EVERY_CONDITION``.
            filters: conditions set beside the query, which may be empty where there are some.
            among: as of ``search``.

        Raises:
            UsageError: an empty query, an unknown mode, ``top`` below 1, or a filter that cannot be read.
            NotFound: no document fits ``doc``, or nothing fits a filter.
            KnowledgeBaseError: the model or the stores cannot be used.
        """
        view = self._current()
        day = as_of or date.today()
        given = view.selection(doc, unit, as_of, among)
        return view.find(query, top, mode, given, day=day, without=without, filters=filters or Filters())

    def as_langchain(self, top: int = 10, mode: Mode | str = Mode.HYBRID) -> BaseRetriever:
        """A LangChain retriever over this knowledge base."""
        return as_langchain(lambda query: self.search(query, top, mode=mode))

    def ingest(
        self, paths: Iterable[Path], progress: Progress | None = None, read: Reader | None = None
    ) -> IngestReport:
        """Add or update documents; a file that fails never stops the others.

        Args:
            paths: files, and folders to walk for files of a format that can be read.
            progress: told about each step.
            read: reads a file, in place of ``parse_file``: one that was read elsewhere need not be read again.

        Raises:
            KnowledgeBaseError: the home folder, the model or the vectors cannot be used.
        """
        with self._writing() as stores:
            return self._ingest(stores, list(paths), progress, read)

    def remove(self, doc: str) -> str:
        """Remove the document of this id, 文号 or title; returns its id.

        Raises:
            NotFound: there is none, or several have this title.
        """
        with self._writing() as (vectors, words):
            document_id = _only(matching_documents(self.records(), doc, partial=False), doc)
            record = next(each for each in self.records() if each.id == document_id)
            self._catalog.remove(document_id)
            doomed = vectors.ids(document_id)
            vectors.delete(doomed)
            words.delete(doomed)
            self.audit.note("删除", document_id, f"《{record.title}》，{record.clause_count} 条")
        return document_id

    def correct(self, doc: str, entry: RegisterEntry, version: str = "") -> PolicyDocument:
        """Give a document other metadata; kept for the next ingest of the same file. Returns what it is now.

        Args:
            doc: id of the document.
            entry: what is known better.
            version: content hash of the document that was looked at, "" for whichever there is.

        Raises:
            NotFound: there is no such document.
            DocumentError: it has changed since it was looked at, or another one has the 文号 or title it would have.
        """
        with self._writing() as stores:
            before = self._catalog.document(doc)
            record = next(each for each in self.records() if each.id == doc)
            if version not in ("", record.content_hash):
                raise DocumentError(f"“{doc}”在您打开之后被改动过，这次没有保存，请重新打开后再改。")
            after = restate(before, entry)
            if differences := changed(before, after):
                Correcting(self._catalog, *stores, self.embedder).put(before, after, entry, record.added_at)
                said = "；".join(f"{label}：{old or '空'} → {new or '空'}" for label, old, new in differences)
                self.audit.note("改信息", after.id, said)
        return after

    def rebuild(self) -> None:
        """Make all vectors and words anew from the catalog, for another model or after damage.

        Raises:
            KnowledgeBaseError: the model or the vectors cannot be used.
        """
        with self._writing(replace=True):
            self._catalog.touch()  # other processes look again
            self.audit.note("重建", "全部文件", f"重新生成 {self._catalog.chunk_count()} 个条目的向量和索引")

    def move(self, store: str, progress: MoveProgress | None = None) -> Moved:
        """Copy vectors and words to another home, as ``POLICYKB_STORE`` would name it; the present one stays as it is.

        Can be called again after it was broken off.

        Raises:
            UsageError: there is no such home, or it is the present one.
            KnowledgeBaseError: a store cannot be used.
        """
        if store == self.settings.store:
            raise UsageError(f"知识库现在就在 {store}，不用迁移。")
        home = self._home(self.settings.model_copy(update={"store": store}), self._catalog)
        with self._writing() as (vectors, _):
            rows, revision = self._catalog.chunks(), self._catalog.revision()
            moved = copy_vectors(vectors, home.open_vectors(False), [entry_of(row) for row in rows], progress)
            copy_words(home.open_words(False), map(words_of, rows), {row.chunk.id for row in rows})
            self._catalog.mark(_vectors_mark(home), revision)
            self._catalog.mark(_words_mark(home), revision)
            self.audit.note("迁移", store, f"共 {moved.chunks} 个条目，复制 {moved.copied} 个")
        return moved

    @property
    def _catalog(self) -> Catalog:
        if self._opened is None:
            raise RuntimeError("open the knowledge base first")
        return self._opened

    @contextmanager
    def _writing(self, replace: bool = False) -> Iterator[tuple[VectorStore, KeywordStore]]:
        """Hold the right to write, with stores that agree with the catalog."""
        assert self._indexes is not None
        with (
            self._writing_lock,
            lock_file(self.settings.home),
            self._indexes.writing(replace) as stores,
        ):
            self.audit.check()
            yield stores
            self._write_dictionary()

    def _write_dictionary(self) -> None:
        """Keep ``dictionary.txt`` up to date: the terms of the corpus, as jieba reads them."""
        path = self.settings.home / "dictionary.txt"
        made = to_userdict(self._catalog.vocabulary())
        if not path.is_file() or path.read_text("utf-8") != made:
            beside = path.with_suffix(".new")
            beside.write_text(made, "utf-8")
            beside.replace(path)

    def _home(self, settings: Settings, catalog: Catalog) -> Home:
        model = f"{self.embedder.name}，近旁 {nearby.VERSION}"  # all that decides how a vector comes out
        return open_home(settings, model, catalog.namespace)

    def _make_indexes(self, catalog: Catalog) -> Indexes:
        home = self._home(self.settings, catalog)

        def embed(store: VectorStore, chunks: Collection[str]) -> None:
            documents = {row.chunk.document_id for row in catalog.chunks(chunks)}
            log.warning("为 %d 份文件重新生成向量。", len(documents))
            embed_missing(store, self.embedder, catalog.chunks_of(documents), frozenset(chunks))

        def index(store: KeywordStore, chunks: Collection[str]) -> None:
            rows = catalog.chunks(chunks)
            for at in range(0, len(rows), _INDEXED_TOGETHER):
                store.upsert([words_of(row) for row in rows[at : at + _INDEXED_TOGETHER]])

        return Indexes(
            Side(
                _vectors_mark(home),
                catalog,
                open_store=home.open_vectors,
                look=home.read_vectors,
                fill=embed,
                settle=lambda store: store.settle(),
            ),
            Side(_words_mark(home), catalog, open_store=home.open_words, look=home.read_words, fill=index),
        )

    def _seed(self, stores: tuple[VectorStore, KeywordStore], progress: Progress | None) -> None:
        policies = self.settings.policies
        if not policies.exists():
            raise KnowledgeBaseError(f"找不到政策文件夹 {policies}，请检查 POLICYKB_POLICIES。")
        if find_files([policies]).files != (policies,) or policies.is_file():  # else to start empty is meant
            with acting(FIRST_USE):
                report = self._ingest(stores, [policies], progress)
            for outcome in report.failed:
                log.warning("%s", outcome.message)
        self._catalog.mark_seeded()

    def _ingest(
        self,
        stores: tuple[VectorStore, KeywordStore],
        paths: Sequence[Path],
        progress: Progress | None,
        read: Reader | None = None,
    ) -> IngestReport:
        found = find_files(paths)
        limit = self.settings.max_file_mb * 2**20
        outcomes = Ingestion(
            self._catalog,
            *stores,
            embedder=self.embedder,
            max_bytes=limit,
            progress=progress,
            read=read,
            stored=self._note_stored,
        ).run(found.files)
        return IngestReport(outcomes, found.skipped)

    def _note_stored(self, outcome: FileOutcome) -> None:
        action = "替换" if outcome.status is FileStatus.REPLACED else "入库"
        said = outcome.message or f"《{outcome.title}》，{outcome.clauses} 条，来自 {outcome.path.name}"
        self.audit.note(action, outcome.document_id, said)

    def _current(self) -> View:
        """The newest revision."""
        with self._refreshing_lock:
            if self._view is None or self._view.revision != self._catalog.revision():
                self._view = View(self._catalog, self._means)
            return self._view

    def _vectors(self) -> VectorStore:
        assert self._indexes is not None
        return self._reading(self._indexes.vectors)

    def _words(self) -> KeywordStore:
        assert self._indexes is not None
        return self._reading(self._indexes.words)

    def _reading(self, side: Side[_S]) -> _S:
        store = side.reading()
        if store is None:  # there is none, or it needs repair
            with self._writing_lock, lock_file(self.settings.home), side.writing() as mended:
                return mended
        return store


def _vectors_mark(home: Home) -> str:
    return f"vectors {home.vectors_name}"


def _words_mark(home: Home) -> str:
    return f"words {home.words_name}"


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
