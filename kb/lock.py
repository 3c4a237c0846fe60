"""One writer at a time, over all processes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus import KnowledgeBaseError

log = logging.getLogger(__name__)


@contextmanager
def lock_file(home: Path) -> Iterator[None]:
    """Keep other processes from writing; wait for one that is.

    Raises:
        KnowledgeBaseError: the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(home / "write.lock")
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.warning("另一个进程正在写入知识库 %s，等待它完成……", home)
            lock.acquire()
    except OSError as error:
        raise KnowledgeBaseError(
            f"知识库 {home} 无法写入（{error.strerror}），请检查权限，或用 --home 另选位置。"
        ) from error
    try:
        yield
    finally:
        lock.release()
