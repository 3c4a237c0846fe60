"""The staged files of one home: each in a folder of its own until an admin accepts or discards it.

    <home>/staging/<token>/about.json       its name, size, hash and state
                           file/<name>      itself
                           document.json   what was read

A folder appears under its token when the upload is whole, and what is on the disk is all there is to know: after a restart,
files that were waiting are read, and files that were being accepted are ready once more.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from corpus import KnowledgeBaseError, NotFound, PolicyDocument, PolicyKBError, UsageError
from kb.files import parser_version
from kb.staging.names import safe_name
from kb.staging.reading import READ_MEMORY, READ_SECONDS, end, run_child
from kb.staging.stored import dump_json, load_json

log = logging.getLogger(__name__)

KEPT_HOURS = 24
_DOCUMENT = "document.json"
_READERS = 2
_SWEEP_SECONDS = 600
_FILES = 1000
_TOTAL = 20  # files of the largest size


class State(StrEnum):
    """Where a staged file is on its way."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"
    ACCEPTING = "accepting"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged file.

    Attributes:
        token: names it; cannot be guessed.
        name: its safe name.
        size: its bytes.
        file_hash: SHA-256 of them.
        at: when it came, seconds since the epoch.
        state: where it is.
        message: one Chinese line, "" where there is nothing to say.
        title: title of the document in it, once read.
        document_id: id of that document, once read; where it is accepted, the id it is found by.
        doubts: number of warnings.
        pages: number of pages that can be shown as pictures.
        parser: version of the parser that read it.
    """

    token: str
    name: str
    size: int
    file_hash: str
    at: float
    state: State = State.WAITING
    message: str = ""
    title: str = ""
    document_id: str = ""
    doubts: int = 0
    pages: int = 0
    parser: str = ""


class Staging:
    """The staged files of a home; safe to use from several threads.

    Args:
        home: the home folder.
        max_bytes: of one file.
        seconds: after which reading a file is given up.
        memory: bytes that reading a file may take.
        clock: seconds since the epoch, for tests.
    """

    def __init__(
        self,
        home: Path,
        max_bytes: int,
        *,
        seconds: float = READ_SECONDS,
        memory: int = READ_MEMORY,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.home = home
        self.max_bytes = max_bytes
        self._limits: dict[str, Any] = {"seconds": seconds, "memory": memory}
        self._clock = clock
        self._root = home / "staging"
        self._files: dict[str, Staged] | None = None
        self._arriving: dict[str, int] = {}
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.RLock()
        self._to_read: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._readers: list[threading.Thread] = []
        self._swept = 0.0

    # coming --------------------------------------------------------------------------------------------------

    def begin(self, name: str) -> Arriving:
        """Take a file that is being uploaded.

        Raises:
            UsageError: too much is staged.
            KnowledgeBaseError: the home cannot be written.
        """
        with self._lock:
            self.files()
            if len(self._known()) + len(self._arriving) >= _FILES:
                raise UsageError(f"待确认的文件已有 {_FILES} 份，请先收入或放弃一些再上传。")
            token = secrets.token_urlsafe(16)
            self._arriving[token] = 0
        try:
            return Arriving(self, self._root / f".{token}", token, safe_name(name))
        except OSError as error:
            self._arriving.pop(token, None)
            raise _unwritable(self._root, error) from error

    def more(self, token: str, size: int) -> None:
        """Count the bytes of a file that is arriving.

        Raises:
            UsageError: it is too large, or all together are.
        """
        with self._lock:
            self._arriving[token] += size
            if self._arriving[token] > self.max_bytes:
                raise UsageError(too_large(self.max_bytes))
            total = sum(self._arriving.values()) + sum(file.size for file in self._known().values())
            if total > _TOTAL * self.max_bytes:
                most = _TOTAL * self.max_bytes // 2**20
                raise UsageError(f"待确认的文件合计超过 {most} MB，请先收入或放弃一些再上传。")

    def arrived(self, staged: Staged, folder: Path) -> Staged:
        """A file is whole: show it, and have it read."""
        _save(folder, staged)
        with self._lock:
            folder.rename(self._root / staged.token)
            self._arriving.pop(staged.token, None)
            self._known()[staged.token] = staged
        self._read_soon(staged.token)
        return staged

    def gone(self, token: str, folder: Path) -> None:
        """An upload was broken off."""
        shutil.rmtree(folder, ignore_errors=True)
        with self._lock:
            self._arriving.pop(token, None)

    # being there ---------------------------------------------------------------------------------------------

    def files(self) -> list[Staged]:
        """All staged files, in the order they came; old ones are thrown away."""
        with self._lock:
            known = self._known()
            if self._clock() - self._swept > _SWEEP_SECONDS:
                self._swept = self._clock()
                self._sweep()
            return sorted(known.values(), key=lambda file: (file.at, file.token))

    def file(self, token: str) -> Staged:
        """One of them.

        Raises:
            NotFound: there is none of this token.
        """
        with self._lock:
            try:
                return self._known()[token]
            except KeyError:
                raise NotFound("这份待确认的文件已不在，可能已被收入、放弃或过期，请重新上传。") from None

    def path(self, token: str) -> Path:
        """The file itself.

        Raises:
            NotFound: as of ``file``.
        """
        return self._root / token / "file" / self.file(token).name

    def document(self, token: str) -> PolicyDocument:
        """What was read.

        Raises:
            NotFound: as of ``file``, or it has not been read.
        """
        if self.file(token).state not in (State.READY, State.ACCEPTING):
            raise NotFound("这份文件还没有读好，请稍候再预览。")
        try:
            return load_json(PolicyDocument, self._root / token / _DOCUMENT)
        except (OSError, ValueError) as error:
            raise NotFound("这份文件的解析结果已不可用，请放弃后重新上传。") from error

    def discard(self, token: str) -> None:
        """Throw a file away, also while it is read.

        Raises:
            NotFound: as of ``file``.
            UsageError: it is being accepted.
        """
        with self._lock:
            if self.file(token).state is State.ACCEPTING:
                raise UsageError("这份文件正在收入知识库，不能放弃；收入后可以在文件列表中删除。")
            del self._known()[token]
            if (running := self._children.pop(token, None)) is not None:
                end(running)
        shutil.rmtree(self._root / token, ignore_errors=True)

    # being accepted ------------------------------------------------------------------------------------------

    def take(self, token: str) -> Staged:
        """Mark a file as being accepted; only one at a time may do so.

        Raises:
            NotFound: as of ``file``.
            UsageError: it is not ready, or taken.
        """
        with self._lock:
            staged = self.file(token)
            if staged.state is not State.READY:
                known = staged.state in (State.ACCEPTING, State.ACCEPTED)
                raise UsageError("这份文件已经在收入知识库。" if known else "这份文件还没有读好，请稍候。")
            return self._set(replace(staged, state=State.ACCEPTING, message=""))

    def give_back(self, token: str, message: str) -> None:
        """It could not be accepted, for this reason; it is ready again."""
        with self._lock:
            self._set(replace(self.file(token), state=State.READY, message=message))

    def accepted(self, token: str, document_id: str, title: str, message: str) -> None:
        """It is in the knowledge base; a line about it stays until it is discarded or old."""
        with self._lock:
            staged = replace(self.file(token), document_id=document_id, title=title, message=message)
            self._set(replace(staged, state=State.ACCEPTED, size=0), save=False)
        shutil.rmtree(self._root / token, ignore_errors=True)

    # within --------------------------------------------------------------------------------------------------

    def _known(self) -> dict[str, Staged]:
        if self._files is None:
            self._files = {}
            for folder in sorted(self._root.iterdir()) if self._root.is_dir() else ():
                staged = _load(folder)
                if staged is None:
                    shutil.rmtree(folder, ignore_errors=True)  # of an upload that was broken off
                    continue
                if staged.state not in (State.READY, State.FAILED) or staged.parser != parser_version():
                    staged = replace(staged, state=State.WAITING, message="")
                    self._read_soon(staged.token)
                self._files[staged.token] = staged
        return self._files

    def _sweep(self) -> None:
        """Throw away what nobody has looked after for a day."""
        oldest = self._clock() - KEPT_HOURS * 3600
        for staged in [file for file in self._known().values() if file.at < oldest]:
            if staged.state is not State.ACCEPTING:
                self.discard(staged.token)

    def _set(self, staged: Staged, *, save: bool = True) -> Staged:
        """Change what is known of a file that is still there; that it is being accepted is not for the disk."""
        self._known()[staged.token] = staged
        if save and staged.state is not State.ACCEPTING:
            _save(self._root / staged.token, staged)
        return staged

    def _read_soon(self, token: str) -> None:
        self._to_read.put(token)
        with self._lock:
            if len(self._readers) < _READERS:
                reader = threading.Thread(target=self._keep_reading, name="reader", daemon=True)
                self._readers.append(reader)
                reader.start()

    def _keep_reading(self) -> None:
        while True:
            token = self._to_read.get()
            try:
                self._read(token)
            except NotFound:
                continue  # discarded meanwhile
            except Exception as error:
                log.exception("reading a staged file failed")
                with suppress(NotFound):
                    self._failed(token, f"读取时出现意外（{type(error).__name__}），请放弃后重新上传。")

    def _read(self, token: str) -> None:
        with self._lock:
            self._set(replace(self.file(token), state=State.READING))

        def started(running: subprocess.Popen[bytes]) -> None:
            with self._lock:
                if token in self._known():
                    self._children[token] = running
                else:
                    end(running)

        job = {"do": "read", "file": str(self.path(token)), "max_bytes": self.max_bytes}
        try:
            facts = run_child(
                job | {"out": str(self._root / token / _DOCUMENT)}, **self._limits, started=started
            )
        except PolicyKBError as error:
            self._failed(token, str(error))
            return
        finally:
            self._children.pop(token, None)
        with self._lock:
            read = replace(self.file(token), state=State.READY, message="", parser=parser_version(), **facts)
            self._set(read)

    def _failed(self, token: str, message: str) -> None:
        with self._lock:
            staged = self.file(token)
            self._set(replace(staged, state=State.FAILED, message=message, parser=parser_version()))


class Arriving:
    """A file that is being uploaded: written to as it comes, then finished or broken off."""

    def __init__(self, staging: Staging, folder: Path, token: str, name: str) -> None:
        self._staging = staging
        self._folder = folder
        self._token = token
        self._name = name
        self._size = 0
        self._digest = hashlib.sha256()
        (folder / "file").mkdir(parents=True)
        self._out = (folder / "file" / name).open("xb")

    def write(self, data: bytes) -> None:
        """Add a piece.

        Raises:
            UsageError: as of ``Staging.more``.
            KnowledgeBaseError: it cannot be written.
        """
        self._staging.more(self._token, len(data))
        self._size += len(data)
        self._digest.update(data)
        try:
            self._out.write(data)
        except OSError as error:
            raise _unwritable(self._folder.parent, error) from error

    def finish(self) -> Staged:
        """It is whole.

        Raises:
            KnowledgeBaseError: it cannot be written.
        """
        try:
            self._out.close()
            now = self._staging._clock()
            staged = Staged(self._token, self._name, self._size, self._digest.hexdigest(), now)
            return self._staging.arrived(staged, self._folder)
        except OSError as error:
            raise _unwritable(self._folder.parent, error) from error

    def stop(self) -> None:
        """It was broken off, or refused: nothing of it stays."""
        with suppress(OSError):
            self._out.close()
        self._staging.gone(self._token, self._folder)


def too_large(max_bytes: int) -> str:
    """What to say of a file over the limit."""
    return f"文件超过上限 {max_bytes // 2**20} MB，没有上传；请拆分，或请管理员调大 POLICYKB_MAX_FILE_MB。"


def _unwritable(folder: Path, error: OSError) -> KnowledgeBaseError:
    return KnowledgeBaseError(
        f"上传的文件无法写入 {folder}（{error.strerror}），请检查磁盘空间和权限后重试。"
    )


def _save(folder: Path, staged: Staged) -> None:
    beside = folder / "about.new"
    beside.write_bytes(dump_json(staged))
    beside.replace(folder / "about.json")


def _load(folder: Path) -> Staged | None:
    try:
        staged = load_json(Staged, folder / "about.json")
    except (OSError, ValueError):
        return None
    return staged if staged.token == folder.name else None
