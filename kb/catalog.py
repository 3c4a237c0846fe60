"""The catalog: every document, clause and chunk in one SQLite file, the source of truth of a knowledge base.

Vectors and the keyword index are made from it and can be thrown away. A document is put, replaced or removed in one
transaction, which raises ``revision``; whoever sees a new revision reads again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from corpus import Clause, DocumentError, KnowledgeBaseError, NodeKind, NotFound, PolicyDocument, Span
from ingest import Chunk

FILE_NAME = "catalog.sqlite"
_APPLICATION_ID = 0x504B4231  # "PKB1": this file is a catalog, and of this schema
_BUSY_SECONDS = 30
_CACHED_DOCUMENTS = 32

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, metadata TEXT NOT NULL,
    source TEXT NOT NULL, source_name TEXT NOT NULL, added_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE nodes (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, position INTEGER NOT NULL,
    path TEXT NOT NULL, label TEXT NOT NULL, level INTEGER NOT NULL, kind TEXT NOT NULL, heading TEXT NOT NULL,
    text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, origin BLOB NOT NULL,
    lead TEXT NOT NULL, participants TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX node_order ON nodes(document_id, position);
CREATE TABLE chunks (
    id TEXT PRIMARY KEY, clause_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX chunk_clause ON chunks(clause_id, ordinal);
CREATE TABLE state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('revision', 0), ('seeded', 0);
"""


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A piece of a clause as it is indexed; the id is that of no other text, also not of another version.

    Attributes:
        id: ``<clause id>#<ordinal>@<start of the content hash>``.
        clause_id: the clause it is of.
        ordinal: place among the pieces of the clause, from 0.
        text: verbatim piece of the clause text.
        context: titles above it.
    """

    id: str
    clause_id: str
    ordinal: int
    text: str
    context: str

    @property
    def indexed_text(self) -> str:
        """What is embedded and searched: titles, then the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document without its text, for lists and filters; ``content_hash`` names its version."""

    id: str
    content_hash: str
    title: str
    doc_number: str
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    source_name: str
    added_at: datetime
    clause_count: int

    @property
    def name(self) -> str:
        """Short name for citations, as ``PolicyDocument.name``."""
        return f"《{self.title}》（{self.doc_number}）" if self.doc_number else f"《{self.title}》"

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day; where no first day is given, from the day of issue."""
        first = self.effective_from or self.issued_on
        return (first is None or first <= day) and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What a search needs to know about a chunk; ``units`` are those that lead and those that participate."""

    chunk_id: str
    clause_id: str
    document_id: str
    kind: NodeKind
    text: str
    units: tuple[str, ...]


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
            self._create()

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

    def put(self, document: PolicyDocument, chunks: Sequence[StoredChunk], content_hash: str) -> None:
        """Add a document, or replace the one of the same id.

        Raises:
            DocumentError: a clause has the id of another document's clause.
            KnowledgeBaseError: the file cannot be written.
        """
        metadata = _adapter().dump_python(
            document, mode="json", exclude={"id", "source", "source_name", "clauses"}
        )
        try:
            with self._transaction() as db:
                db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
                db.execute(
                    "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        document.id,
                        content_hash,
                        _json(metadata),
                        document.source,
                        document.source_name,
                        datetime.now(UTC).isoformat(),
                    ),
                )
                db.executemany(
                    f"INSERT INTO nodes VALUES ({', '.join('?' * 14)})",
                    (_node_row(document.id, n, clause) for n, clause in enumerate(document.clauses)),
                )
                db.executemany(
                    "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)",
                    ((c.id, c.clause_id, c.ordinal, c.text, c.context) for c in chunks),
                )
        except sqlite3.IntegrityError as error:
            raise DocumentError(
                f"{document.source_name}：条款编号与知识库中另一文件的条款相同（{error}），请检查文号和标题。"
            ) from error

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
        return _clause(rows[0])

    def document_ids(self) -> list[str]:
        """Ids of all documents, sorted."""
        return [row[0] for row in self._rows("SELECT id FROM documents ORDER BY id")]

    def clause_ids(self) -> list[str]:
        """Ids of all nodes in document order."""
        return [row[0] for row in self._rows("SELECT id FROM nodes ORDER BY document_id, position")]

    def records(self) -> list[DocumentRecord]:
        """All documents without their text, by id."""
        counted = "(SELECT count(*) FROM nodes WHERE document_id = d.id AND kind = 'clause') AS clauses"
        rows = self._rows(f"SELECT *, {counted} FROM documents d ORDER BY id")
        return [_record(row) for row in rows]

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
        bare = {key: rows[0][key] for key in ("id", "source", "source_name")}
        document: PolicyDocument = _adapter().validate_python(
            {**json.loads(rows[0]["metadata"]), **bare, "clauses": ()}
        )
        return replace(document, clauses=tuple(_clause(node) for node in nodes))

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

    def _create(self) -> None:
        """Make the tables in an empty file; refuse a file that is something else."""
        if self._is_ours():
            return
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if not self._is_ours():  # another process may just have made it
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _is_ours(self) -> bool:
        marker = self._db.execute("PRAGMA application_id").fetchone()[0]
        if marker == _APPLICATION_ID:
            return True
        if marker or self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise KnowledgeBaseError(
                f"{self._path} 不是本程序的知识库，或由其他版本创建，请用 --home 另选位置，或移走该文件后重新入库。"
            )
        return False


def store_chunks(document: PolicyDocument, chunks: Sequence[Chunk]) -> tuple[str, list[StoredChunk]]:
    """Content hash of a parsed document, and its chunks named by it.

    Whatever the parser and the chunker make of a file counts, so that a better parser replaces a document although
    its text is the same; the file's name does not count.

    Raises:
        DocumentError: two clauses have the same id.
    """
    seen = Counter(clause.id for clause in document.clauses)
    if twice := [clause_id for clause_id, times in seen.items() if times > 1]:
        raise DocumentError(
            f"{document.source_name}：条款编号“{twice[0]}”出现 {seen[twice[0]]} 次，无法区分，请检查文件的编号。"
        )
    parsed = _adapter().dump_json(document, exclude={"source_name", "warnings"})
    pieces = _json([asdict(chunk) for chunk in chunks]).encode()
    content_hash = hashlib.sha256(parsed + b"\0" + pieces).hexdigest()
    stored = [
        StoredChunk(
            f"{c.clause_id}#{c.ordinal}@{content_hash[:12]}", c.clause_id, c.ordinal, c.text, c.context
        )
        for c in chunks
    ]
    return content_hash, stored


@cache
def _adapter() -> TypeAdapter[PolicyDocument]:
    return TypeAdapter(PolicyDocument)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pack(origin: Sequence[int]) -> bytes:
    """Offsets as little-endian unsigned 32-bit integers.

    >>> _unpack(_pack((0, 7, 70_000)))
    (0, 7, 70000)
    """
    return struct.pack(f"<{len(origin)}I", *origin)


def _unpack(blob: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(blob) // 4}I", blob)


def _node_row(document_id: str, position: int, clause: Clause) -> tuple[object, ...]:
    return (
        clause.id,
        document_id,
        position,
        _json(clause.path),
        clause.label,
        clause.level,
        clause.kind.value,
        clause.heading,
        clause.text,
        clause.span.start,
        clause.span.end,
        _pack(clause.origin),
        _json(clause.lead),
        _json(clause.participants),
    )


def _clause(row: sqlite3.Row) -> Clause:
    return Clause(
        id=row["id"],
        path=tuple(json.loads(row["path"])),
        label=row["label"],
        level=row["level"],
        kind=NodeKind(row["kind"]),
        heading=row["heading"],
        text=row["text"],
        span=Span(row["start"], row["end"]),
        origin=_unpack(row["origin"]),
        lead=tuple(json.loads(row["lead"])),
        participants=tuple(json.loads(row["participants"])),
    )


def _record(row: sqlite3.Row) -> DocumentRecord:
    metadata = json.loads(row["metadata"])

    def day(key: str) -> date | None:
        return date.fromisoformat(metadata[key]) if metadata[key] else None

    return DocumentRecord(
        id=row["id"],
        content_hash=row["content_hash"],
        title=metadata["title"],
        doc_number=metadata["doc_number"],
        issued_on=day("issued_on"),
        effective_from=day("effective_from"),
        effective_to=day("effective_to"),
        source_name=row["source_name"],
        added_at=datetime.fromisoformat(row["added_at"]),
        clause_count=row["clauses"],
    )


def _no_document(document_id: str) -> NotFound:
    return NotFound(f"知识库中没有文件“{document_id}”，可用 policykb docs 查看已入库的文件。")


def _no_clause(clause_id: str) -> NotFound:
    return NotFound(f"知识库中没有条款“{clause_id}”，可用 policykb search 查找。")
