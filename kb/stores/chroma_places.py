"""Where a Chroma database can be: in a folder, opened by this process, or behind a server.

Chroma keeps the vectors of a collection in an HNSW graph (Malkov & Yashunin 2018) and what was written since the graph
was last saved in a log in SQLite. It saves the graph in place, file by file, whenever ``sync_threshold`` records are
in the log: a process that is killed meanwhile leaves files that do not belong together, and the vectors are lost,
for the log has been emptied. A graph that is never saved is safe, but built again at every start.

``Folder`` therefore never saves a graph where it is in use. The database is in a folder of its own, a generation. To
settle it, the generation is copied, the graph is saved in the copy, and one small file is replaced that says which
generation is the current one. A kill at any moment leaves either the old one or the new one, each complete.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from corpus import KnowledgeBaseError
from kb.stores.vector_rows import VectorRows

log = logging.getLogger(__name__)

NEVER = 2**31 - 1  # records until Chroma saves a graph by itself
_DATABASE = "chroma.sqlite3"
_ROWS = "vectors.sqlite"  # SQLite keeps files of like names beside it
_CURRENT = "current"  # file with the name of the current generation
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 60.0


class Place(Protocol):
    """A Chroma database."""

    name: str  # for messages
    advice: str  # what to look at when it cannot be used
    sync_threshold: int  # for new collections
    is_shared: bool  # whether a server keeps all its clients up to date
    rows: VectorRows | None  # the vectors once more, where the files are ours

    def connect(self, create: bool) -> Any:
        """A client; None where there is no database and none is to be made."""

    def is_current(self) -> bool:
        """Whether the last client is of the database as it is now: another process may have replaced its files."""

    def unsettled(self) -> int:
        """Records that a process that opens the database has to put into the graph first."""

    def settle(self, collections: Sequence[str]) -> None:
        """Save the graphs of these collections; no client of this process may be open."""

    def set_aside(self) -> Path | None:
        """Move a damaged database out of the way; None where that cannot be done."""


class Folder:
    """A database in a folder, used by this process and by others; one writes at a time, any number read."""

    sync_threshold = NEVER
    is_shared = False
    advice = "请检查磁盘空间和权限"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connected: Path | None = None
        self.name = str(folder)
        self.rows: VectorRows | None = VectorRows(folder / _ROWS)

    def connect(self, create: bool) -> Any:
        """A client of the current generation; None where there is none and none is to be made.

        Raises:
            chromadb.errors.ChromaError: Chroma cannot read the files.
            OSError: the folder cannot be made or read.
        """
        while True:
            current = self._current()
            if current is None:
                return self._first() if create else None
            client = _client(current)
            self._connected = current
            if self.is_current():
                return client
            client.close()  # another process settled between the two looks

    def is_current(self) -> bool:
        """Whether the last client is of the current generation."""
        return self._current() == self._connected

    def unsettled(self) -> int:
        """Records in Chroma's log; 0 where it cannot be read."""
        current = self._current()
        if current is None:
            return 0
        try:
            with closing(_read_only(current / _DATABASE)) as database:
                return int(database.execute("SELECT COUNT(*) FROM embeddings_queue").fetchone()[0])
        except sqlite3.Error as error:
            log.debug("cannot read the log of %s: %s", current, error)
            return 0

    def settle(self, collections: Sequence[str]) -> None:
        """Save the graphs in a copy and make it the current generation.

        Raises:
            chromadb.errors.ChromaError, sqlite3.Error, OSError: nothing has changed.
        """
        current = self._current()
        if current is None:
            return
        new = self._folder / f"{int(current.name) + 1:06d}"
        try:
            _copy(current, new)
            _save_graphs(new, collections)
            _to_disk(new)
            self._point_to(new)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        self._sweep()

    def set_aside(self) -> Path | None:
        """Rename the folder."""
        aside = self._folder.with_name(f"{self._folder.name}.damaged-{datetime.now():%Y%m%d-%H%M%S-%f}")
        self._folder.rename(aside)
        return aside

    def _current(self) -> Path | None:
        try:
            name = (self._folder / _CURRENT).read_text("ascii").strip()
        except FileNotFoundError:
            return None
        if not name.isdigit() or not (self._folder / name / _DATABASE).is_file():
            raise OSError(f"{_CURRENT} names {name!r}, which is not there")
        return self._folder / name

    def _first(self) -> Any:
        first = self._folder / f"{1:06d}"
        shutil.rmtree(first, ignore_errors=True)
        first.mkdir(parents=True)
        client = _client(first)
        self._connected = first
        self._point_to(first)
        self._sweep()
        return client

    def _point_to(self, generation: Path) -> None:
        draft = self._folder / f"{_CURRENT}.new"
        with draft.open("w", encoding="ascii") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / _CURRENT)
        _sync(self._folder)

    def _sweep(self) -> None:
        """Remove what is not of the current generation: earlier ones, half-made ones, files of earlier versions."""
        current = self._current()
        for path in self._folder.iterdir():
            if path.name == _CURRENT or path.name.startswith(_ROWS) or path == current:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)  # a reader may still have it open; then next time
            else:
                with contextlib.suppress(OSError):
                    path.unlink()


class Server:
    """A database behind ``chroma run``; any number of processes use it at once."""

    sync_threshold = 10_000  # the server is one process: rarely saved is rarely in danger, 3 s to start again
    is_shared = True
    rows: VectorRows | None = None

    def __init__(self, host: str, port: int, token: str = "") -> None:
        self._host, self._port, self._token = host, port, token
        self.name = f"chroma://{host}:{port}"
        self.advice = "请确认服务已启动（chroma run）、POLICYKB_STORE 的地址与令牌无误"

    def connect(self, create: bool) -> Any:
        """A client.

        Raises:
            OSError: nobody listens there, or not in time.
            chromadb.errors.ChromaError, httpx.HTTPError, ValueError: the answer is not a Chroma server's.
        """
        import httpx

        headers = (
            {"x-chroma-token": self._token, "Authorization": f"Bearer {self._token}"} if self._token else {}
        )
        limits = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        # Chroma's own client waits for ever, and asks several times while it is made
        host = f"[{self._host}]" if ":" in self._host else self._host
        answer = httpx.get(
            f"http://{host}:{self._port}/api/v2/heartbeat", headers=headers, timeout=CONNECT_SECONDS
        )
        answer.raise_for_status()
        import chromadb
        from chromadb.config import Settings

        client = chromadb.HttpClient(
            self._host,
            self._port,
            headers=headers,
            settings=Settings(_env_file=None, anonymized_telemetry=False),
        )
        client._server._session.timeout = limits
        return client

    def is_current(self) -> bool:
        """Always: the files are the server's."""
        return True

    def unsettled(self) -> int:
        """None that a client would have to care about."""
        return 0

    def settle(self, collections: Sequence[str]) -> None:
        """The server's own business."""

    def set_aside(self) -> Path | None:
        """Its files are not ours."""
        return None


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


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=ANSWER_SECONDS)


def _copy(current: Path, new: Path) -> None:
    """Copy a generation that nobody writes to; its database without the pages that are no longer used."""
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    with closing(_read_only(current / _DATABASE)) as database:
        database.execute("VACUUM INTO ?", (str(new / _DATABASE),))
    for path in current.iterdir():
        if path.is_dir():
            shutil.copytree(path, new / path.name)


def _save_graphs(folder: Path, collections: Sequence[str]) -> None:
    """Have Chroma put the log into the graphs and save them: it does so on opening, past ``sync_threshold``."""
    with _opened(folder) as client:
        for name in collections:
            collection = client.get_collection(name, embedding_function=None)
            collection.modify(configuration={"hnsw": {"sync_threshold": 2}})
    with _opened(folder) as client:
        for name in collections:
            collection = client.get_collection(name, embedding_function=None)
            collection.count()  # reads the log, which is now long enough
            collection.modify(configuration={"hnsw": {"sync_threshold": NEVER}})


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[Any]:
    client = _client(folder)
    try:
        yield client
    finally:
        client.close()


def _to_disk(folder: Path) -> None:
    """Files and names of a folder on disk, also should the power fail."""
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unusable(place: Place, doing: str, error: BaseException) -> KnowledgeBaseError:
    """The error for a database that cannot be used."""
    said = " ".join(str(error).split())[:200] or type(error).__name__
    return KnowledgeBaseError(f"向量库 {place.name} {doing}失败（{said}），{place.advice}。")
