"""The tables of the catalog: made in an empty file, brought up to date in an older one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from corpus import KnowledgeBaseError

_APPLICATION_ID = 0x504B4232  # "PKB2": this file is a catalog, and of this schema
_FIRST = 0x504B4231  # "PKB1": without files, places and the like in the metadata

_FILES = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    file_hash TEXT NOT NULL, parser TEXT NOT NULL, entry TEXT NOT NULL, is_source INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_document ON files(document_id);
"""
_TABLES = f"""
CREATE TABLE documents (
    id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, metadata TEXT NOT NULL,
    source TEXT NOT NULL, source_name TEXT NOT NULL, added_at TEXT NOT NULL, layout TEXT NOT NULL DEFAULT '{{}}'
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
{_FILES}
"""
_SINCE_FIRST = f"""
ALTER TABLE documents ADD COLUMN layout TEXT NOT NULL DEFAULT '{{}}';
{_FILES}
"""


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables in an empty file or add what an older one lacks, in one transaction.

    Raises:
        KnowledgeBaseError: the file is something else, or of a newer version.
    """
    if _statements(db, path) is None:
        return
    db.execute("PRAGMA journal_mode = WAL")
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
    if marker == _FIRST:
        return _SINCE_FIRST
    if marker or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise KnowledgeBaseError(
            f"{path} 不是本程序的知识库，或由其他版本创建，请用 --home 另选位置，或移走该文件后重新入库。"
        )
    return _TABLES
