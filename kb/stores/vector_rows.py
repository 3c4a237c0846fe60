"""The vectors of a Chroma collection once more, a row each, to read a few by their ids: thirty take Chroma 2.7 ms, SQLite 0.3.

Chroma is the truth, and what is not here is read there. A row is taken away before Chroma changes its vector and put in
again after: whatever is killed in between, no row is out of date.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from kb.embedding import FloatArray
from kb.rows import to_json

log = logging.getLogger(__name__)
_BUSY_SECONDS = 60
_PAGE = 16_384  # bytes: ten vectors; of SQLite's own 4,096 a fourth would stay empty
_TABLES = "CREATE TABLE rows (id TEXT PRIMARY KEY, vector BLOB NOT NULL); CREATE TABLE state (collection TEXT NOT NULL)"


class VectorRows:
    """The rows of one file, all of one collection; safe to use from several threads, one process writes at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._reader: sqlite3.Connection | None = None

    def read(self, collection: str, chunk_ids: Iterable[str]) -> dict[str, FloatArray]:
        """Vectors, of shape (d,), of those that are here; none where the file cannot be read."""
        found = self._query(
            "SELECT id, vector FROM rows WHERE id IN (SELECT value FROM json_each(?))"
            " AND (SELECT collection FROM state) = ?",
            to_json(list(chunk_ids)),
            collection,
        )
        return {chunk: np.frombuffer(vector, dtype=np.float32) for chunk, vector in found}

    def count(self, collection: str) -> int:
        """How many there are of a collection."""
        found = self._query("SELECT count(*) FROM rows WHERE (SELECT collection FROM state) = ?", collection)
        return int(found[0][0]) if found else 0

    def ids(self, collection: str) -> set[str]:
        """Which there are of a collection."""
        found = self._query("SELECT id FROM rows WHERE (SELECT collection FROM state) = ?", collection)
        return {str(row[0]) for row in found}

    def forget(self, collection: str, chunk_ids: Iterable[str]) -> None:
        """Take rows away; a file that is damaged goes as a whole.

        Raises:
            sqlite3.Error, OSError: the file cannot be written.
        """
        try:
            with self._writing(collection) as db:
                db.executemany("DELETE FROM rows WHERE id = ?", ((chunk,) for chunk in chunk_ids))
        except sqlite3.OperationalError:  # locked, full, write-protected
            raise
        except sqlite3.DatabaseError as error:
            log.warning("%s 已损坏（%s），将重新生成。", self._path, error)
            self.close()
            for path in self._path.parent.glob(f"{self._path.name}*"):
                path.unlink()

    def keep(self, collection: str, chunk_ids: Sequence[str], vectors: FloatArray) -> None:
        """Put rows in; ``vectors`` has shape (n, d).

        Raises:
            sqlite3.Error: the file cannot be written.
        """
        blobs = (row.tobytes() for row in np.ascontiguousarray(vectors, dtype=np.float32))
        with self._writing(collection) as db:
            db.executemany("REPLACE INTO rows VALUES (?, ?)", zip(chunk_ids, blobs, strict=True))

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            reader, self._reader = self._reader, None
            if reader is not None:
                reader.close()

    def _query(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                if self._reader is None and self._path.is_file():
                    self._reader = sqlite3.connect(
                        f"{self._path.absolute().as_uri()}?mode=ro",
                        _BUSY_SECONDS,
                        uri=True,
                        check_same_thread=False,
                    )
                return self._reader.execute(sql, values).fetchall() if self._reader else []
        except sqlite3.Error as error:  # Chroma has them all
            log.debug("cannot read %s: %s", self._path, error)
            self.close()
            return []

    @contextmanager
    def _writing(self, collection: str) -> Iterator[sqlite3.Connection]:
        """One commit; rows of another collection are dropped first."""
        with closing(sqlite3.connect(self._path, _BUSY_SECONDS)) as db:
            db.execute(f"PRAGMA page_size = {_PAGE}")  # of a new file; of another nothing changes
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            with db:
                if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                    for statement in _TABLES.split(";"):
                        db.execute(statement)
                if db.execute("SELECT collection FROM state").fetchone() != (collection,):
                    db.execute("DELETE FROM rows")
                    db.execute("DELETE FROM state")
                    db.execute("INSERT INTO state VALUES (?)", (collection,))
                yield db
