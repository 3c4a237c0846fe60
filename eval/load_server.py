"""A real server to be driven: ``policykb serve`` in a process of its own, its address, its memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus import PolicyKBError

_OPENING = 300.0  # seconds
COMMAND = Path(sys.executable).with_name("policykb")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready.

    Attributes:
        address: ``http://127.0.0.1:PORT``.
        pid: of its process.
        home: its knowledge base.
    """

    address: str
    pid: int
    home: Path

    @property
    def memory_mb(self) -> float | None:
        """What it holds in memory; None where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        except OSError:
            return None
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        return int(found[1]) / 1024 if found else None


@contextmanager
def serving(home: Path | None = None) -> Iterator[Server]:
    """A server without a rate limit, ready when given; one of the policies we ship where no home is named.

    Raises:
        PolicyKBError: it does not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        where = home or Path(folder) / "home"
        log = Path(folder) / "log"
        env = {**os.environ, "POLICYKB_HOME": str(where.absolute()), "POLICYKB_API_RATE": "0"}
        with log.open("w", encoding="utf-8") as err:
            process = subprocess.Popen(
                [COMMAND, "serve", "--port", "0"],
                stdout=subprocess.PIPE,
                stderr=err,
                env=env,
                encoding="utf-8",
            )
            try:
                assert process.stdout is not None
                address = process.stdout.readline().partition("：")[2].partition("/（")[0]
                _wait(address, log)
                yield Server(address, process.pid, where)
            finally:
                process.terminate()
                try:
                    process.wait(timeout=30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _wait(address: str, log: Path) -> None:
    import httpx

    until = time.monotonic() + _OPENING
    while address and time.monotonic() < until:
        try:
            state = httpx.get(f"{address}/api/health", timeout=_OPENING, trust_env=False).json()["state"]
        except (httpx.HTTPError, ValueError):
            break
        if state == "ready":
            return
        if state == "failed":
            break
        time.sleep(0.3)
    lines = log.read_text("utf-8").splitlines() or ["没有输出"]
    raise PolicyKBError(f"服务没有启动：{lines[-1]}")
