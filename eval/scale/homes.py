"""Where the knowledge bases of the benchmark keep vectors and words; a Chroma server is started for as long as needed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus import PolicyKBError
from eval.scale.measure import Memory, memory

KINDS = ("local", "chroma", "milvus")
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Home:
    """A folder for one knowledge base, and the kind of its store."""

    kind: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Serving:
    """A store that can be used: its setting, and the process of its server if it has one."""

    store: str
    process: int | None = None

    def memory(self) -> Memory | None:
        """Of the server; None where there is none."""
        return None if self.process is None else memory(Path(f"/proc/{self.process}/status"))


@contextmanager
def serving(home: Home) -> Iterator[Serving]:
    """The store of a home, ready.

    Raises:
        PolicyKBError: the Chroma server does not start.
    """
    home.folder.mkdir(parents=True, exist_ok=True)
    if home.kind == "local":
        yield Serving("local")
    elif home.kind == "milvus":
        yield Serving(f"milvus:{home.folder}/lite.db")
    else:
        port = _free_port()
        process = _start(home.folder / "server", port)
        try:
            yield Serving(f"chroma://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(timeout=_START_SECONDS)


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    command = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [command, "run", "--host", "127.0.0.1", "--port", str(port), "--path", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise PolicyKBError("chroma run 未能启动，请确认已安装 chromadb，并检查磁盘空间。")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
