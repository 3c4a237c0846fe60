"""The tables of the catalog: made in an empty file, brought up to date in an older one."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

from corpus import KnowledgeBaseError
from kb.rows import pack_origin
from kb.tokens import fold

_APPLICATION_ID = 0x504B4233  # "PKB3": this file is a catalog, and of this schema
_SECOND = 0x504B4232  # "PKB2": without facets, chunks without their place, offsets one by one
_FIRST = 0x504B4231  # "PKB1": also without files, places and the like in the metadata

_FILES = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    file_hash TEXT NOT NULL, parser TEXT NOT NULL, entry TEXT NOT NULL, is_source INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_document ON files(document_id);
"""
_CHUNKS = """
CREATE TABLE chunks (
    id TEXT PRIMARY KEY, clause_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE, document_id TEXT NOT NULL,
    place INTEGER NOT NULL, ordinal INTEGER NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL, form TEXT NOT NULL
);
CREATE INDEX chunk_clause ON chunks(clause_id, ordinal);
CREATE INDEX chunk_place ON chunks(document_id, place);
"""
# What searches select clauses by; made from the clauses, see kb.facets.
_FACETS = """
CREATE TABLE forms (
    clause_id TEXT PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE, text TEXT NOT NULL
);
CREATE TABLE names (
    key TEXT NOT NULL, clause_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE, PRIMARY KEY (key, clause_id)
) WITHOUT ROWID;
CREATE INDEX name_clause ON names(clause_id);
CREATE TABLE units (
    name TEXT NOT NULL, clause_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE, leads INTEGER NOT NULL,
    PRIMARY KEY (name, clause_id, leads)
) WITHOUT ROWID;
CREATE INDEX unit_clause ON units(clause_id);
CREATE TABLE figures (
    clause_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE, kind TEXT NOT NULL, role TEXT NOT NULL, value REAL NOT NULL
);
CREATE INDEX figure_value ON figures(kind, value);
CREATE INDEX figure_clause ON figures(clause_id);
CREATE TABLE terms (
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, term TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (document_id, term)
) WITHOUT ROWID;
"""
_TABLES = f"""
CREATE TABLE documents (
    id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, metadata TEXT NOT NULL,
    source TEXT NOT NULL, source_name TEXT NOT NULL, added_at TEXT NOT NULL, layout TEXT NOT NULL DEFAULT '{{}}',
    clauses INTEGER NOT NULL DEFAULT 0, chunks INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE nodes (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, position INTEGER NOT NULL,
    path TEXT NOT NULL, label TEXT NOT NULL, level INTEGER NOT NULL, kind TEXT NOT NULL, heading TEXT NOT NULL,
    text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, origin BLOB NOT NULL,
    lead TEXT NOT NULL, participants TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX node_order ON nodes(document_id, position);
{_CHUNKS}
CREATE TABLE state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('revision', 0), ('seeded', 0), ('namespace', abs(random()));
{_FILES}
{_FACETS}
"""
_SINCE_SECOND = f"""
ALTER TABLE documents ADD COLUMN clauses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN chunks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chunks RENAME TO old_chunks;
DROP INDEX chunk_clause;
{_CHUNKS}
INSERT INTO chunks SELECT c.id, c.clause_id, n.document_id,
    row_number() OVER (PARTITION BY n.document_id ORDER BY n.position, c.ordinal) - 1,
    c.ordinal, c.text, c.context, folded(c.context || char(10) || c.text)
    FROM old_chunks c JOIN nodes n ON n.id = c.clause_id;
DROP TABLE old_chunks;
UPDATE documents SET
    clauses = (SELECT count(*) FROM nodes WHERE document_id = documents.id AND kind = 'clause'),
    chunks = (SELECT count(*) FROM nodes n JOIN chunks c ON c.clause_id = n.id WHERE n.document_id = documents.id);
UPDATE nodes SET origin = runs(origin);
INSERT INTO state VALUES ('namespace', abs(random()));
UPDATE state SET value = value + 1 WHERE key = 'revision';
{_FACETS}
"""
_SINCE_FIRST = f"""
ALTER TABLE documents ADD COLUMN layout TEXT NOT NULL DEFAULT '{{}}';
{_FILES}
{_SINCE_SECOND}
"""


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables in an empty file or add what an older one lacks, in one transaction.

    Raises:
        KnowledgeBaseError: the file is something else, or of a newer version.
    """
    if _statements(db, path) is None:
        return
    db.execute("PRAGMA journal_mode = WAL")
    db.create_function("runs", 1, _runs)
    db.create_function("folded", 1, fold)
    db.execute("BEGIN IMMEDIATE")
    try:
        if statements := _statements(db, path):  # another process may just have done it
            for statement in statements.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _statements(db: sqlite3.Connection, path: Path) -> str | None:
    """What has to be done; None if nothing."""
    marker = db.execute("PRAGMA application_id").fetchone()[0]
    if marker == _APPLICATION_ID:
        return None
    if marker in (_FIRST, _SECOND):
        return _SINCE_FIRST if marker == _FIRST else _SINCE_SECOND
    if marker or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise KnowledgeBaseError(
            f"{path} 不是本程序的知识库，或由其他版本创建，请用 --home 另选位置，或移走该文件后重新入库。"
        )
    return _TABLES


def _runs(blob: bytes) -> bytes:
    """Offsets as they were stored, one by one, as they are stored now."""
    return pack_origin(struct.unpack(f"<{len(blob) // 4}I", blob))
