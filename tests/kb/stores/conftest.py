"""The homes that all contract tests run on, and a Chroma server on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.settings import Settings
from kb.stores.base import KeywordStore, VectorStore
from kb.stores.homes import Home, open_home


@dataclass
class Opener:
    """Opens the stores of one home, as often as a test likes, and closes them all."""

    settings: Settings
    namespace: str

    def __post_init__(self) -> None:
        self.opened: list[VectorStore | KeywordStore] = []

    def home(self, model: str = "model", namespace: str | None = None) -> Home:
        return open_home(self.settings, model, namespace or self.namespace)

    def vectors(
        self, model: str = "model", replace: bool = False, namespace: str | None = None
    ) -> VectorStore:
        store = self.home(model, namespace).open_vectors(replace)
        self.opened.append(store)
        return store

    def words(self, replace: bool = False) -> KeywordStore:
        store = self.home().open_words(replace)
        self.opened.append(store)
        return store

    def close(self) -> None:
        for store in self.opened:
            store.close()


def start_chroma(folder: Path, port: int) -> subprocess.Popen[bytes]:
    chroma = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [chroma, "run", "--host", "127.0.0.1", "--port", str(port), "--path", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server
        except OSError:
            time.sleep(0.05)
    server.kill()
    raise RuntimeError("chroma run did not start")


@pytest.fixture
def free_port() -> int:
    return _free_port()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def run_chroma() -> Callable[[Path, int], subprocess.Popen[bytes]]:
    return start_chroma


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where ``chroma run`` listens."""
    port = _free_port()
    server = start_chroma(tmp_path_factory.mktemp("chroma-server"), port)
    yield f"chroma://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=20)


@pytest.fixture(scope="session")
def milvus_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"milvus:{tmp_path_factory.mktemp('milvus')}/lite.db"


@pytest.fixture
def make_opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Opener]]:
    """Makes a home of its own for a test: ``local``, ``chroma server`` or ``milvus``."""
    made: list[Opener] = []

    def make(kind: str) -> Opener:
        stores = {"chroma server": "chroma_server", "milvus": "milvus_file"}
        store = request.getfixturevalue(stores[kind]) if kind in stores else "local"
        made.append(
            Opener(
                Settings(home=tmp_path / f"home{len(made)}", store=store, _env_file=None), uuid.uuid4().hex
            )
        )
        return made[-1]

    yield make
    for opener in made:
        opener.close()


@pytest.fixture(params=["local", "chroma server", "milvus"])
def opener(request: pytest.FixtureRequest, make_opener: Callable[[str], Opener]) -> Opener:
    return make_opener(request.param)
