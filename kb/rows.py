"""What the catalog stores, and its rows: documents, nodes and chunks to columns and back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache

from pydantic import TypeAdapter

from corpus import Clause, DocumentError, NodeKind, PolicyDocument, Span
from ingest import Chunk
from kb.lifecycle import DocumentRecord

_TEXT = {"id", "source", "source_name", "clauses"}  # columns and tables of their own
_LAYOUT = {"places", "rows", "evidence"}  # large, and of no use to a list


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
        """What is searched by keywords: titles, then the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What a search needs to know about a chunk; ``units`` are those that lead and those that participate."""

    chunk_id: str
    clause_id: str
    document_id: str
    kind: NodeKind
    text: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileMark:
    """What is remembered of a file, so that it need not be read again before it changes.

    Attributes:
        path: absolute path.
        document_id: the document in it.
        file_hash: SHA-256 of its bytes.
        parser: version of the parser that read it.
        entry: digest of its register entry, "" if it has none.
        is_source: whether the document was made from this file, and not only noticed to be the same.
    """

    path: str
    document_id: str
    file_hash: str
    parser: str
    entry: str
    is_source: bool = True


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
    pieces = to_json([asdict(chunk) for chunk in chunks]).encode()
    content_hash = hashlib.sha256(parsed + b"\0" + pieces).hexdigest()
    stored = [
        StoredChunk(
            f"{c.clause_id}#{c.ordinal}@{content_hash[:12]}", c.clause_id, c.ordinal, c.text, c.context
        )
        for c in chunks
    ]
    return content_hash, stored


def document_row(document: PolicyDocument, content_hash: str) -> tuple[object, ...]:
    """The row of a document, added now."""
    metadata = _adapter().dump_python(document, mode="json", exclude=_TEXT | _LAYOUT)
    layout = _adapter().dump_python(document, mode="json", include=_LAYOUT)
    return (
        document.id,
        content_hash,
        to_json(metadata),
        document.source,
        document.source_name,
        datetime.now(UTC).isoformat(),
        to_json(layout),
    )


def read_document(row: sqlite3.Row, nodes: Sequence[sqlite3.Row]) -> PolicyDocument:
    """A document from its row and those of its nodes, in order."""
    bare = {key: row[key] for key in ("id", "source", "source_name")}
    document: PolicyDocument = _adapter().validate_python(
        {**json.loads(row["metadata"]), **json.loads(row["layout"]), **bare, "clauses": ()}
    )
    return replace(document, clauses=tuple(read_clause(node) for node in nodes))


def node_row(document_id: str, position: int, clause: Clause) -> tuple[object, ...]:
    """The row of a clause."""
    return (
        clause.id,
        document_id,
        position,
        to_json(clause.path),
        clause.label,
        clause.level,
        clause.kind.value,
        clause.heading,
        clause.text,
        clause.span.start,
        clause.span.end,
        _pack(clause.origin),
        to_json(clause.lead),
        to_json(clause.participants),
    )


def read_clause(row: sqlite3.Row) -> Clause:
    """A clause from its row."""
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


def read_record(row: sqlite3.Row) -> DocumentRecord:
    """A document without its text, from its row with the number of its clauses."""
    metadata = json.loads(row["metadata"])

    def day(key: str) -> date | None:
        return date.fromisoformat(metadata[key]) if metadata[key] else None

    return DocumentRecord(
        id=row["id"],
        content_hash=row["content_hash"],
        title=metadata["title"],
        notice_title=metadata["notice_title"],
        doc_number=metadata["doc_number"],
        region=metadata["region"],
        level=metadata.get("level", ""),  # absent in documents of the first schema
        issued_on=day("issued_on"),
        effective_from=day("effective_from"),
        effective_to=day("effective_to"),
        supersedes=tuple(metadata.get("supersedes", ())),
        source_name=row["source_name"],
        added_at=datetime.fromisoformat(row["added_at"]),
        clause_count=row["clauses"],
    )


def to_json(value: object) -> str:
    """JSON as it is stored."""
    return json.dumps(value, ensure_ascii=False)


@cache
def _adapter() -> TypeAdapter[PolicyDocument]:
    return TypeAdapter(PolicyDocument)


def _pack(origin: Sequence[int]) -> bytes:
    """Offsets as little-endian unsigned 32-bit integers.

    >>> _unpack(_pack((0, 7, 70_000)))
    (0, 7, 70000)
    """
    return struct.pack(f"<{len(origin)}I", *origin)


def _unpack(blob: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(blob) // 4}I", blob)
