"""Pages of files as pictures, drawn by the child process once and kept for a while."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from corpus import KnowledgeBaseError, NotFound
from kb.files import file_hash
from kb.knowledge_base import KnowledgeBase
from kb.staging.pictures import has_pictures
from kb.staging.reading import PAGE_MEMORY, PAGE_SECONDS, run_child

_KEPT = 500  # pictures, each some 200 kB
_AT_ONCE = 2


class PageImages:
    """Pictures of pages, kept in ``<home>/pages``; safe to use from several threads."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "pages"
        self._drawing = threading.BoundedSemaphore(_AT_ONCE)

    def png(self, file: Path, digest: str, number: int) -> bytes:
        """A page of a file.

        Args:
            file: a PDF or a picture.
            digest: SHA-256 of its bytes.
            number: of the page, from 1.

        Raises:
            NotFound: there is no such page.
            UnreadableFile: it cannot be drawn.
            KnowledgeBaseError: the folder cannot be written.
        """
        kept = self._folder / f"{digest[:32]}-{number}.png"
        with suppress(OSError):
            os.utime(kept)
            return kept.read_bytes()
        if not has_pictures(file):
            raise NotFound(f"{file.name} 没有页面图像。")
        with self._drawing:
            beside = kept.with_suffix(f".{threading.get_ident()}.new")
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                job = {"do": "page", "file": str(file), "number": number, "out": str(beside)}
                run_child(job, seconds=PAGE_SECONDS, memory=PAGE_MEMORY)
                made = beside.read_bytes()
                beside.replace(kept)
                self._make_room()
                return made
            except OSError as error:
                raise KnowledgeBaseError(
                    f"页面图像无法写入 {self._folder}（{error.strerror}），请检查磁盘空间和权限。"
                ) from error
            finally:
                beside.unlink(missing_ok=True)

    def forget(self, digest: str) -> None:
        """Drop the pictures of a file."""
        for kept in self._folder.glob(f"{digest[:32]}-*.png"):
            kept.unlink(missing_ok=True)

    def _make_room(self) -> None:
        kept = sorted(self._folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-_KEPT]:
            old.unlink(missing_ok=True)


def source_of(kb: KnowledgeBase, document_id: str) -> tuple[Path, str] | None:
    """The file a document was read from and its hash, if it is still there, unchanged, and has pages to show."""
    for mark in kb.files():
        path = Path(mark.path)
        if mark.document_id == document_id and mark.is_source and _hash(path) == mark.file_hash:
            return (path, mark.file_hash) if has_pictures(path) else None
    return None


def _hash(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return ""
    return _hash_of(path, found.st_size, found.st_mtime_ns)


@lru_cache(256)
def _hash_of(path: Path, size: int, _: int) -> str:
    return file_hash(path, size)
