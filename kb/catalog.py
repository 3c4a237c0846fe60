"""The catalog: every document, clause and chunk in one SQLite file, the source of truth of a knowledge base.

Vectors and the keyword index are made from it and can be thrown away. A document is put, replaced or removed in one
transaction, which raises ``revision``; whoever sees a new revision reads again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus import Clause, DocumentError, KnowledgeBaseError, NotFound, PolicyDocument
from kb import facets
from kb.facets import Selection
from kb.lifecycle import DocumentRecord, with_repeals
from kb.rows import (
    FileMark,
    IndexRow,
    StoredChunk,
    chunk_row,
    document_row,
    node_row,
    read_chunk,
    read_clause,
    read_document,
    read_record,
    to_json,
)
from kb.schema import prepare
from kb.vocabulary import Vocabulary, mine_terms

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
        self.home = home
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
            self._db.execute("PRAGMA synchronous = NORMAL")  # with WAL, safe against a killed process
            prepare(self._db, self._path)
            self._refresh_facets()

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

    def put(
        self,
        document: PolicyDocument,
        chunks: Sequence[StoredChunk],
        content_hash: str,
        mark: FileMark | None = None,
        instead_of: str | None = None,
        *,
        added_at: datetime | None = None,
    ) -> None:
        """Add a document, or replace the one of the same id.

        Args:
            document: what was parsed.
            chunks: its chunks.
            content_hash: names its version.
            mark: the file it was parsed from.
            instead_of: id of another document that it replaces besides.
            added_at: when it was added, now where not given.

        Raises:
            DocumentError: a clause has the id of another document's clause.
            KnowledgeBaseError: the file cannot be written.
        """
        try:
            with self._transaction() as db:
                db.execute("DELETE FROM documents WHERE id IN (?, ?)", (document.id, instead_of))
                db.execute(
                    f"INSERT INTO documents VALUES ({', '.join('?' * 9)})",
                    document_row(document, content_hash, len(chunks), added_at),
                )
                db.executemany(
                    f"INSERT INTO nodes VALUES ({', '.join('?' * 14)})",
                    (node_row(document.id, n, clause) for n, clause in enumerate(document.clauses)),
                )
                db.executemany(
                    f"INSERT INTO chunks VALUES ({', '.join('?' * 8)})",
                    map(chunk_row, chunks),
                )
                facets.write_facets(db, document.id, document.clauses)
                _write_terms(db, document)
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

    def clauses(self, clause_ids: Iterable[str]) -> dict[str, tuple[str, Clause]]:
        """Document id and clause of each of these nodes that is there."""
        rows = self._rows(
            "SELECT * FROM nodes WHERE id IN (SELECT value FROM json_each(?))", to_json(list(clause_ids))
        )
        return {row["id"]: (row["document_id"], read_clause(row)) for row in rows}

    def document_ids(self) -> list[str]:
        """Ids of all documents, sorted."""
        return [row[0] for row in self._rows("SELECT id FROM documents ORDER BY id")]

    def clause_ids(self) -> list[str]:
        """Ids of all nodes in document order."""
        return [row[0] for row in self._rows("SELECT id FROM nodes ORDER BY document_id, position")]

    def records(self) -> list[DocumentRecord]:
        """All documents without their text, by id, each with what repeals it."""
        rows = self._rows(
            "SELECT id, content_hash, metadata, source_name, added_at, clauses FROM documents ORDER BY id"
        )
        return with_repeals(map(read_record, rows))

    def chunk_ids(self) -> set[str]:
        """Ids of all chunks."""
        return {row[0] for row in self._rows("SELECT id FROM chunks")}

    def chunk_count(self) -> int:
        """Number of chunks."""
        return int(self._rows("SELECT coalesce(sum(chunks), 0) FROM documents")[0][0])

    def chunks(self, chunk_ids: Iterable[str] | None = None) -> list[IndexRow]:
        """All chunks, or those of these ids, in document order."""
        some = "" if chunk_ids is None else " WHERE c.id IN (SELECT value FROM json_each(?))"
        return self._chunks(some, *([] if chunk_ids is None else [to_json(list(chunk_ids))]))

    def chunks_of(self, document_ids: Iterable[str]) -> list[IndexRow]:
        """All chunks of these documents, in document order."""
        some = " WHERE c.document_id IN (SELECT value FROM json_each(?))"
        return self._chunks(some, to_json(list(document_ids)))

    def _chunks(self, condition: str, *values: object) -> list[IndexRow]:
        rows = self._rows(
            "SELECT c.*, n.lead, n.participants FROM chunks c JOIN nodes n ON n.id = c.clause_id"
            f"{condition} ORDER BY c.document_id, c.place",
            *values,
        )
        return [read_chunk(row) for row in rows]

    def chunk_texts(self, chunk_ids: Iterable[str]) -> dict[str, str]:
        """Text of each of these chunks that is there."""
        rows = self._rows(
            "SELECT id, text FROM chunks WHERE id IN (SELECT value FROM json_each(?))",
            to_json(list(chunk_ids)),
        )
        return {row[0]: row[1] for row in rows}

    def forms(self, chunk_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Folded titles and text of each of these chunks that is there, and those of the chunks beside it."""
        rows = self._rows(
            "SELECT c.id, c.form, coalesce(b.form, '') || char(10) || coalesce(a.form, '') FROM chunks c"
            " LEFT JOIN chunks b ON b.document_id = c.document_id AND b.place = c.place - 1"
            " LEFT JOIN chunks a ON a.document_id = c.document_id AND a.place = c.place + 1"
            " WHERE c.id IN (SELECT value FROM json_each(?))",
            to_json(list(chunk_ids)),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def select(self, selection: Selection, limit: int) -> list[str]:
        """Ids of chunks that fit, at most so many."""
        condition, values = selection.sql()
        rows = self._rows(
            f"SELECT c.id FROM nodes n JOIN chunks c ON c.clause_id = n.id WHERE {condition} LIMIT ?",
            *values,
            limit,
        )
        return [row[0] for row in rows]

    def select_clauses(self, selection: Selection, limit: int) -> list[str]:
        """Ids of clauses and paragraphs that fit, in document order, at most so many."""
        condition, values = selection.sql()
        rows = self._rows(
            f"SELECT n.id FROM nodes n WHERE {condition} AND n.kind IN ('clause', 'body')"
            " ORDER BY n.document_id, n.position LIMIT ?",
            *values,
            limit,
        )
        return [row[0] for row in rows]

    def keep(self, selection: Selection, clause_ids: Iterable[str]) -> set[str]:
        """Which of these clauses fit."""
        condition, values = selection.sql()
        rows = self._rows(
            f"SELECT n.id FROM nodes n WHERE n.id IN (SELECT value FROM json_each(?)) AND {condition}",
            to_json(list(clause_ids)),
            *values,
        )
        return {row[0] for row in rows}

    def by_name(self, key: str, limit: int) -> list[str]:
        """Ids of the clauses called so (see ``kb.facets.clause_names``) in document order, at most so many."""
        rows = self._rows(
            "SELECT n.id FROM names f JOIN nodes n ON n.id = f.clause_id WHERE f.key = ?"
            " ORDER BY n.document_id, n.position LIMIT ?",
            key,
            limit,
        )
        return [row[0] for row in rows]

    def unit_names(self) -> list[str]:
        """Names of all units that lead or participate, sorted."""
        return [row[0] for row in self._rows("SELECT DISTINCT name FROM units ORDER BY name")]

    def vocabulary(self) -> Vocabulary:
        """Candidate terms of all documents."""
        return Vocabulary(dict(self._rows("SELECT term, sum(count) FROM terms GROUP BY term")))

    @property
    def namespace(self) -> str:
        """What tells this knowledge base from others on one server; never changes."""
        return f"{self._state('namespace'):x}"

    def mark(self, name: str, revision: int) -> None:
        """Remember that a store holds what this revision asks for."""
        self._rows("INSERT OR REPLACE INTO state VALUES (?, ?)", name, revision)

    def marked(self, name: str) -> int:
        """The revision remembered for a store, -1 if none is."""
        rows = self._rows("SELECT value FROM state WHERE key = ?", name)
        return int(rows[0][0]) if rows else -1

    def _refresh_facets(self) -> None:
        """Make all facets anew where this version makes others."""
        if self.marked("facets") == facets.VERSION:
            return
        with self._lock, self._transaction(quiet=True) as db:
            facets.clear_facets(db)
            ids = [row[0] for row in db.execute("SELECT id FROM documents")]
            for document_id in ids:
                rows = db.execute("SELECT * FROM nodes WHERE document_id = ?", (document_id,)).fetchall()
                facets.write_facets(db, document_id, map(read_clause, rows))
                row = db.execute("SELECT * FROM documents WHERE id = ?", (document_id,)).fetchone()
                _write_terms(db, read_document(row, rows))
            db.execute("INSERT OR REPLACE INTO state VALUES ('facets', ?)", (facets.VERSION,))

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
    def _transaction(self, quiet: bool = False) -> Iterator[sqlite3.Connection]:
        """One commit, which raises the revision unless it is quiet; nothing at all if the body fails."""
        with self._lock, self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                if not quiet:
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


def _write_terms(db: sqlite3.Connection, document: PolicyDocument) -> None:
    mined = mine_terms(document)
    db.executemany("INSERT INTO terms VALUES (?, ?, ?)", ((document.id, *each) for each in mined.items()))


def _no_document(document_id: str) -> NotFound:
    return NotFound(f"知识库中没有文件“{document_id}”，请核对文号或标题，或查看文件清单。")


def _no_clause(clause_id: str) -> NotFound:
    return NotFound(f"知识库中没有条款“{clause_id}”，请核对条款编号，或检索后再打开。")
