"""Answers that readers made a link to: one SQLite file in the home folder, apart from the catalog.

An answer is stored as it was shown, and never changed. The file is bounded: where it is full, the oldest answers make room.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus import InputError
from kb.kept import KeptFile
from kb.rows import to_json

FILE_NAME = "answers.sqlite"
_APPLICATION_ID = 0x504B4131  # "PKA1": this file holds answers, in these columns
_MOST = 20_000  # answers
_LARGEST = 256 * 1024  # bytes of one
_ALL = 256 * 1024 * 1024  # bytes of all
_KEY = re.compile(r"[0-9a-f]{32}")
_TABLES = """
CREATE TABLE answers (n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, at TEXT NOT NULL, receipt TEXT NOT NULL,
    size INTEGER NOT NULL);
CREATE TRIGGER bounded AFTER INSERT ON answers BEGIN
    DELETE FROM answers WHERE n <= (SELECT coalesce(max(n), 0) FROM (
        SELECT n, row_number() OVER (ORDER BY n DESC) AS nth, sum(size) OVER (ORDER BY n DESC) AS total FROM answers
    ) WHERE nth > {most} OR total > {all});
END
"""


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """A stored answer: when its link was made, in UTC, and the answer in its JSON form."""

    at: datetime
    receipt: Mapping[str, Any]


class SharedAnswers:
    """The answers of one home folder that have a link; safe to use from several threads and processes."""

    def __init__(self, home: Path, most: int = _MOST) -> None:
        self.path = home / FILE_NAME
        self._file = KeptFile(self.path, _APPLICATION_ID, "保存的回答", "保存的回答")
        self._most = most

    def add(self, secret: str, receipt: Mapping[str, Any]) -> str:
        """Store an answer; gives its key, which cannot be guessed, and is the same for the same secret.

        Args:
            secret: names the answer for whoever was shown it; it cannot be found out from the key.
            receipt: the answer.

        Raises:
            InputError: the answer is too long to be stored.
            KnowledgeBaseError: it could not be written.
        """
        written = to_json(receipt)
        size = len(written.encode())
        if size > _LARGEST:
            raise InputError("这条回答太长，不能生成链接，请改用导出。")
        key = hashlib.sha256(f"answer:{secret}".encode()).hexdigest()[:32]
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._file.opened("rwc") as db:
            db.execute("BEGIN IMMEDIATE")
            if self._file.is_empty(db):
                self._create(db)
            db.execute(
                "INSERT INTO answers (key, at, receipt, size) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (key, now, written, size),
            )
            db.execute("COMMIT")
        return key

    def get(self, key: str) -> SharedAnswer | None:
        """The answer of a key, None where there is none, or none any more.

        Raises:
            KnowledgeBaseError: the file cannot be read.
        """
        if not _KEY.fullmatch(key) or not self.path.exists():
            return None
        with self._file.opened("rw") as db:
            if self._file.is_empty(db):
                return None
            row = db.execute("SELECT at, receipt FROM answers WHERE key = ?", (key,)).fetchone()
        return SharedAnswer(datetime.fromisoformat(row[0]), json.loads(row[1])) if row else None

    def _create(self, db: sqlite3.Connection) -> None:
        table, _, trigger = _TABLES.format(most=self._most, all=_ALL).partition(";")
        db.execute(table)
        db.execute(trigger)
        db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
