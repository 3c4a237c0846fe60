"""SQLite files of a home that stand beside the catalog: nothing else can be made again from them, and they from nothing else.

A file is opened for each use and keeps no journal beside it, so that it can be read where it cannot be written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus import KnowledgeBaseError

_BUSY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One such file.

    Attributes:
        path: where it is, or will be.
        mark: its SQLite application id: what it holds, in which columns.
        name: what it is called in messages: ``评价记录``.
        foreign: what it is said not to be where the mark is another one.
    """

    path: Path
    mark: int
    name: str
    foreign: str

    def is_empty(self, db: sqlite3.Connection) -> bool:
        """Whether nothing was ever written.

        Raises:
            KnowledgeBaseError: the file is something else.
        """
        marker = db.execute("PRAGMA application_id").fetchone()[0]
        if marker == self.mark:
            return False
        if marker or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise KnowledgeBaseError(
                f"{self.path} 不是本程序{self.foreign}，或由其他版本创建，请移走该文件后重试。"
            )
        return True

    @contextmanager
    def opened(self, mode: str) -> Iterator[sqlite3.Connection]:
        """The file; what was begun and not committed is undone. SQLite opens what is write-protected for reading.

        Raises:
            KnowledgeBaseError: the file cannot be used.
        """
        try:
            uri = f"{self.path.absolute().as_uri()}?mode={mode}"
            with closing(sqlite3.connect(uri, _BUSY_SECONDS, isolation_level=None, uri=True)) as db:
                db.row_factory = sqlite3.Row
                yield db
        except sqlite3.Error as error:
            raise KnowledgeBaseError(
                f"{self.name} {self.path} 无法读写（{error}），请检查权限和磁盘空间。"
            ) from error
