"""The catalog: every document, clause and chunk in one SQLite file, the source of truth of a knowledge base.

Vectors and the keyword index are made from it and can be thrown away. A document is put, replaced or removed in one
transaction, which raises ``revision``; whoever sees a new revision reads again.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus import Clause, DocumentError, KnowledgeBaseError, NodeKind, NotFound, PolicyDocument
from kb.lifecycle import DocumentRecord, with_repeals
from kb.rows import (
    FileMark,
    IndexRow,
    StoredChunk,
    document_row,
    node_row,
    read_clause,
    read_document,
    read_record,
)
from kb.schema import prepare

FILE_NAME = "catalog.sqlite"
_BUSY_SECONDS = 30
_CACHED_DOCUMENTS = 32
_REMEMBER = "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)"


class Catalog:
    """The catalog of one home folder; safe to use from several threads and processes."""

    def __init__(self, home: Path) -> None:
        """Open, or create the folder and the file.

        Raises:
            KnowledgeBaseError: the place cannot be written, or holds something else of that name.
        """
        self._path = home / FILE_NAME
        self._lock = threading.RLock()
        self._cached_document = lru_cache(_CACHED_DOCUMENTS)(self._read_document)
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KnowledgeBaseError(
                f"无法创建知识库文件夹 {home}（{error.strerror}），请检查路径和权限，或用 --home 另选位置。"
            ) from error
        with self._translated():
            self._db = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA foreign_keys = ON")
            prepare(self._db, self._path)

    def close(self) -> None:
        """Close the file; the catalog cannot be used afterwards."""
        with self._lock:
            self._db.close()

    def revision(self) -> int:
        """Raised by every commit, of any process."""
        return self._state("revision")

    @property
    def seeded(self) -> bool:
        """Whether the first ingest of the policies we ship was finished."""
        return bool(self._state("seeded"))

    def mark_seeded(self) -> None:
        """Remember that it was."""
        self._rows("UPDATE state SET value = 1 WHERE key = 'seeded'")

    def touch(self) -> None:
        """Raise the revision, so that other processes read again."""
        self._rows("UPDATE state SET value = value + 1 WHERE key = 'revision'")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read within is of one revision."""
        with self._lock, self._translated():
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.execute("ROLLBACK")

    def put(
        self,
        document: PolicyDocument,
        chunks: Sequence[StoredChunk],
        content_hash: str,
        mark: FileMark | None = None,
        instead_of: str | None = None,
    ) -> None:
        """Add a document, or replace the one of the same id.

        Args:
            document: what was parsed.
            chunks: its chunks.
            content_hash: names its version.
            mark: the file it was parsed from.
            instead_of: id of another document that it replaces besides.

        Raises:
            DocumentError: a clause has the id of another document's clause.
            KnowledgeBaseError: the file cannot be written.
        """
        try:
            with self._transaction() as db:
                db.execute("DELETE FROM documents WHERE id IN (?, ?)", (document.id, instead_of))
                db.execute(
                    f"INSERT INTO documents VALUES ({', '.join('?' * 7)})",
                    document_row(document, content_hash),
                )
                db.executemany(
                    f"INSERT INTO nodes VALUES ({', '.join('?' * 14)})",
                    (node_row(document.id, n, clause) for n, clause in enumerate(document.clauses)),
                )
                db.executemany(
                    "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
                    ((c.id, c.clause_id, c.ordinal, c.text, c.context) for c in chunks),
                )
                if mark is not None:
                    db.execute(_REMEMBER, astuple(mark))
        except sqlite3.IntegrityError as error:
            raise DocumentError(
                f"{document.source_name}：条款编号与知识库中另一文件的条款相同（{error}），请检查文号和标题。"
            ) from error

    def remember(self, mark: FileMark) -> None:
        """Remember which document a file holds; what is in the knowledge base does not change by it."""
        self._rows(_REMEMBER, *astuple(mark))

    def files(self) -> list[FileMark]:
        """The files that are remembered, by path."""
        rows = self._rows(
            "SELECT path, document_id, file_hash, parser, entry, is_source FROM files ORDER BY path"
        )
        return [FileMark(**{**row, "is_source": bool(row["is_source"])}) for row in map(dict, rows)]

    def remove(self, document_id: str) -> None:
        """Remove a document with its clauses and chunks.

        Raises:
            NotFound: there is no such document.
        """
        with self._transaction() as db:
            if db.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount == 0:
                raise _no_document(document_id)

    def content_hash(self, document_id: str) -> str | None:
        """Version of a document, None if there is no such document."""
        rows = self._rows("SELECT content_hash FROM documents WHERE id = ?", document_id)
        return rows[0][0] if rows else None

    def document(self, document_id: str) -> PolicyDocument:
        """A document with its clause tree.

        Raises:
            NotFound: there is no such document.
        """
        version = self.content_hash(document_id)
        if version is None:
            raise _no_document(document_id)
        return self._cached_document(document_id, version)

    def clause(self, clause_id: str) -> Clause:
        """A node of any document.

        Raises:
            NotFound: there is no such clause.
        """
        rows = self._rows("SELECT * FROM nodes WHERE id = ?", clause_id)
        if not rows:
            raise _no_clause(clause_id)
        return read_clause(rows[0])

    def document_ids(self) -> list[str]:
        """Ids of all documents, sorted."""
        return [row[0] for row in self._rows("SELECT id FROM documents ORDER BY id")]

    def clause_ids(self) -> list[str]:
        """Ids of all nodes in document order."""
        return [row[0] for row in self._rows("SELECT id FROM nodes ORDER BY document_id, position")]

    def records(self) -> list[DocumentRecord]:
        """All documents without their text, by id, each with what repeals it."""
        counted = "(SELECT count(*) FROM nodes WHERE document_id = d.id AND kind = 'clause') AS clauses"
        rows = self._rows(
            f"SELECT id, content_hash, metadata, source_name, added_at, {counted} FROM documents d ORDER BY id"
        )
        return with_repeals(map(read_record, rows))

    def chunks(self, document_id: str | None = None) -> list[StoredChunk]:
        """All chunks, or those of one document, in document order."""
        rows = self._rows(
            "SELECT c.* FROM chunks c JOIN nodes n ON n.id = c.clause_id"
            " WHERE n.document_id = coalesce(?, n.document_id) ORDER BY n.document_id, n.position, c.ordinal",
            document_id,
        )
        return [StoredChunk(**row) for row in rows]

    def index_rows(self) -> list[IndexRow]:
        """What a search needs to know of every chunk, in the order of ``chunks``."""
        rows = self._rows(
            "SELECT c.id, n.id, n.document_id, n.kind, c.text, n.lead, n.participants"
            " FROM chunks c JOIN nodes n ON n.id = c.clause_id ORDER BY n.document_id, n.position, c.ordinal"
        )
        return [
            IndexRow(chunk, clause, document, NodeKind(kind), text, (*json.loads(lead), *json.loads(others)))
            for chunk, clause, document, kind, text, lead, others in rows
        ]

    def texts(self) -> list[tuple[str, str, str]]:
        """Id, label and text of every node in document order."""
        rows = self._rows("SELECT id, label, text FROM nodes ORDER BY document_id, position")
        return [(row[0], row[1], row[2]) for row in rows]

    def _read_document(self, document_id: str, content_hash: str) -> PolicyDocument:
        rows = self._rows("SELECT * FROM documents WHERE id = ?", document_id)
        nodes = self._rows("SELECT * FROM nodes WHERE document_id = ? ORDER BY position", document_id)
        if not rows:  # removed by another process just now
            raise _no_document(document_id)
        return read_document(rows[0], nodes)

    def _state(self, key: str) -> int:
        return int(self._rows("SELECT value FROM state WHERE key = ?", key)[0][0])

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._lock, self._translated():
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One commit, which raises the revision; nothing at all if the body fails."""
        with self._lock, self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("UPDATE state SET value = value + 1 WHERE key = 'revision'")
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise KnowledgeBaseError(
                f"知识库文件 {self._path} 无法读写（{error}），请检查权限和磁盘空间，或用 --home 另选位置。"
            ) from error


def _no_document(document_id: str) -> NotFound:
    return NotFound(f"知识库中没有文件“{document_id}”，可用 policykb docs 查看已入库的文件。")


def _no_clause(clause_id: str) -> NotFound:
    return NotFound(f"知识库中没有条款“{clause_id}”，可用 policykb search 查找。")
