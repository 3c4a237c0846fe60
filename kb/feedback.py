"""What readers thought of answers: one SQLite file in the home folder, apart from the catalog, to which rows are only added.

Nothing else in a home can be made again from it, and it from nothing else, so no rebuild or move touches it. Every press of
a button is a row; what holds is the last one of an answer. The file is opened for each use and keeps no journal beside it,
so that it can be read where it cannot be written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from kb.kept import KeptFile
from kb.rows import to_json

FILE_NAME = "feedback.sqlite"
_APPLICATION_ID = 0x504B4631  # "PKF1": this file holds feedback, in these columns
_TABLES = """
CREATE TABLE feedback (
    n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, at TEXT NOT NULL, rating TEXT NOT NULL,
    comment TEXT NOT NULL, history TEXT NOT NULL, receipt TEXT NOT NULL
);
CREATE INDEX feedback_key ON feedback(key, n)
"""
_LATEST = "SELECT * FROM feedback WHERE n IN (SELECT max(n) FROM feedback GROUP BY key) ORDER BY n"


class Rating(StrEnum):
    """A thumb; ``NONE`` takes an earlier one back."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one reader thought of one answer.

    Attributes:
        key: names the answer as it was shown, once, to one reader.
        at: when it was said, in UTC.
        rating: the thumb.
        comment: what the reader wrote, "" if nothing.
        history: earlier questions of the conversation, oldest first.
        receipt: the answer, in its JSON form.
    """

    key: str
    at: datetime
    rating: Rating
    comment: str
    history: tuple[str, ...]
    receipt: Mapping[str, Any]


class FeedbackLog:
    """The feedback of one home folder; safe to use from several threads and processes."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME
        self._file = KeptFile(self.path, _APPLICATION_ID, "评价记录", "的评价记录")

    def add(
        self,
        key: str,
        rating: Rating,
        receipt: Mapping[str, Any],
        history: Sequence[str] = (),
        comment: str = "",
    ) -> None:
        """Add a row; it is on the disk when this returns.

        Raises:
            KnowledgeBaseError: it could not be written; what was there before is unharmed.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = (key, now, rating.value, comment, to_json(list(history)), to_json(receipt))
        with self._file.opened("rwc") as db:
            db.execute("BEGIN IMMEDIATE")
            if self._file.is_empty(db):
                for statement in _TABLES.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            db.execute(
                "INSERT INTO feedback (key, at, rating, comment, history, receipt) VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
            db.execute("COMMIT")

    def latest(self) -> list[Feedback]:
        """What holds now of each answer, in the order it was said; what was taken back is left out.

        Raises:
            KnowledgeBaseError: the file cannot be read.
        """
        if not self.path.exists():
            return []
        with self._file.opened("rw") as db:
            rows = [] if self._file.is_empty(db) else db.execute(_LATEST).fetchall()
        return [read for read in map(_read, rows) if read.rating is not Rating.NONE]


def _read(row: sqlite3.Row) -> Feedback:
    return Feedback(
        key=row["key"],
        at=datetime.fromisoformat(row["at"]),
        rating=Rating(row["rating"]),
        comment=row["comment"],
        history=tuple(json.loads(row["history"])),
        receipt=json.loads(row["receipt"]),
    )
