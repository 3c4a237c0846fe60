"""A staged file into the knowledge base, wholly or not at all.

The file is kept in ``<home>/files/<hash>/``, where it can be read again; what an admin states of it goes to `kb.corrections`.
Both come before the document is stored, and where storing fails they become what they were. A process killed between leaves
what no document names, and the staged file, which can be accepted again.
"""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from corpus import DocumentError, KnowledgeBaseError, NotFound
from corpus.register import RegisterEntry
from kb.audit import acting
from kb.corrections import Corrections
from kb.hits import FileOutcome, FileStatus
from kb.knowledge_base import KnowledgeBase
from kb.lock import lock_file
from kb.staging.foresee import foresee
from kb.staging.shelf import Staged, Staging

FOLDER = "files"
_HASH = 32  # characters of it: as many as tell files apart
_ONE = threading.Lock()  # two of one file would stand in each other's way


def accept(kb: KnowledgeBase, staging: Staging, token: str, stated: RegisterEntry | None) -> FileOutcome:
    """Store a staged file; what became of it.

    Args:
        kb: where to.
        staging: where from.
        token: names the file, which was taken (``Staging.take``).
        stated: what an admin knows better of the document, None if nothing.

    Raises:
        DocumentError: it cannot become a document beside those that are there; nothing has changed.
        KnowledgeBaseError: a folder, the model or a store cannot be used.
    """
    staged = staging.file(token)
    document = staging.document(token)
    with _ONE, _kept(kb, staging.path(token), staged) as file, _corrected(kb, staged.file_hash, stated):
        document = replace(document, source_name=file.name)
        outcome = kb.ingest([file], read=lambda *_: document).outcomes[0]
        if outcome.status is FileStatus.FAILED:
            raise DocumentError(outcome.message)
        return outcome


@contextmanager
def _kept(kb: KnowledgeBase, upload: Path, staged: Staged) -> Iterator[Path]:
    """The file where it stays; not there where it was not before and the document is not stored."""
    folder = kb.settings.home / FOLDER / staged.file_hash[:_HASH]
    was_there = folder.is_dir()
    try:
        if not was_there:
            _copy(folder, upload, staged)
        file = next(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise KnowledgeBaseError(
            f"文件无法存到 {folder}（{error.strerror}），请检查磁盘空间和权限后重试。"
        ) from error
    try:
        yield file
    except BaseException:
        if not was_there and not any(mark.path == str(file.resolve()) for mark in kb.files()):
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _copy(folder: Path, upload: Path, staged: Staged) -> None:
    """All of it under another name first: what is there is whole."""
    beside = folder.with_name(f".{staged.token}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    shutil.copyfile(upload, beside / staged.name)
    beside.rename(folder)


@contextmanager
def _corrected(kb: KnowledgeBase, file_hash: str, stated: RegisterEntry | None) -> Iterator[None]:
    """What is stated is kept; what was kept before is kept again if the body fails."""
    if stated is None:
        yield
        return
    home = kb.settings.home
    corrections = Corrections(home)
    with lock_file(home):
        before = corrections.read().get(file_hash)
        corrections.keep([file_hash], stated)
    try:
        yield
    except BaseException:
        with lock_file(home):
            corrections.put(file_hash, before)
        raise


class Accepting:
    """One after the other, in a thread of its own: whoever accepts need not wait for it.

    Args:
        staging: where from.
        opened: gives the open knowledge base.
        says: one Chinese line for an exception.
    """

    def __init__(
        self, staging: Staging, opened: Callable[[], KnowledgeBase], says: Callable[[Exception], str]
    ) -> None:
        self._staging = staging
        self._opened = opened
        self._says = says
        self._queue: queue.SimpleQueue[tuple[str, RegisterEntry | None, str, bool]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def submit(self, token: str, stated: RegisterEntry | None, who: str, *, only_new: bool = False) -> Staged:
        """Have a file accepted; what becomes of it is told by its state.

        Args:
            token: names it.
            stated: as of ``accept``.
            who: for the record of changes.
            only_new: leave it staged, with the reason, if it is not new or has warnings when its turn comes.

        Raises:
            NotFound: there is no such file.
            UsageError: it is not ready, or is being accepted already.
        """
        taken = self._staging.take(token)
        self._queue.put((token, stated, who, only_new))
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="accept", daemon=True)
                self._thread.start()
        return taken

    def _work(self) -> None:
        while True:
            token, stated, who, only_new = self._queue.get()
            try:
                if only_new and (reason := foresee(self._opened(), self._staging, token).waits):
                    self._staging.give_back(token, reason)
                    continue
                with acting(who):
                    outcome = accept(self._opened(), self._staging, token, stated)
                self._staging.accepted(token, outcome.document_id, outcome.title, _said(outcome))
            except Exception as error:
                with suppress(NotFound):
                    self._staging.give_back(token, self._says(error))


def _said(outcome: FileOutcome) -> str:
    """What became of a file, for the page."""
    if outcome.status is FileStatus.ADDED:
        return outcome.message or f"已收入知识库，{outcome.clauses} 条。"
    if outcome.status is FileStatus.REPLACED:
        return outcome.message or f"已替换库中的旧版，现有 {outcome.clauses} 条。"
    return "知识库中已有内容相同的文件，没有重复收入。"
