"""Starting the process that opens a file: with limits on its memory and time, and ended with this one.

Whatever a file does to its reader, this process is told one line of JSON, or that nothing came.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from corpus import NotFound, UnreadableFile

log = logging.getLogger(__name__)

READ_SECONDS = 1800.0
READ_MEMORY = 4 * 2**30  # address space, a third of which the engine for scans takes
PAGE_SECONDS = 30.0
PAGE_MEMORY = 2 * 2**30
_ANSWER = 2**20  # bytes
_ROOT = Path(__file__).parents[2]


def run_child(
    job: Mapping[str, Any],
    *,
    seconds: float,
    memory: int,
    started: Callable[[subprocess.Popen[bytes]], None] = lambda child: None,
) -> dict[str, Any]:
    """What ``kb.staging.child`` answers to a job.

    Args:
        job: see there.
        seconds: after which it is ended.
        memory: bytes of address space it may take.
        started: given the process, so that it can be ended earlier.

    Raises:
        NotFound: it has no such page.
        UnreadableFile: the file was refused, took too long or too much, or brought the process down.
    """
    name = Path(str(job["file"])).name
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    child = subprocess.Popen(
        [sys.executable, "-m", "kb.staging.child", json.dumps({**job, "memory": memory, "seconds": seconds})],
        stdin=subprocess.PIPE,  # at whose end the child ends: with us, however we end
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    late = threading.Event()

    def stop() -> None:
        late.set()
        end(child)

    clock = threading.Timer(seconds, stop)
    clock.daemon = True
    clock.start()
    try:
        started(child)
        said = child.stdout.read(_ANSWER)
    finally:
        clock.cancel()
        end(child)
        child.wait()
        child.stdin.close()
        child.stdout.close()
    if late.is_set():
        raise UnreadableFile(f"{name}：读了 {_spoken(seconds)}还没有读完，已停止；请拆分文件后重试。")
    return _understood(said, name)


def end(child: subprocess.Popen[bytes]) -> None:
    """End a child and what it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _understood(said: bytes, name: str) -> dict[str, Any]:
    try:
        told = json.loads(said)
    except ValueError:
        told = {}
    if "answer" in told:
        return dict(told["answer"])
    if "missing" in told:
        raise NotFound(str(told["missing"]))
    if "refused" in told:
        raise UnreadableFile(str(told["refused"]))
    if "memory" in told:
        raise UnreadableFile(f"{name}：读取时需要的内存超过上限，已停止；请拆分文件，或另存一份后重试。")
    log.error("reading %s ended badly: %s", name, told.get("bug", "no answer"))
    raise UnreadableFile(f"{name}：读取时出现意外，没有读出；请另存一份或换一种格式后重试。")


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} 分钟" if seconds >= 60 else f"{seconds:g} 秒"
