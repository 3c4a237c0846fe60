"""What the catalog stores, and its rows: documents, nodes and chunks to columns and back."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache

from pydantic import TypeAdapter

from corpus import Clause, DocumentError, NodeKind, PolicyDocument, Span
from ingest import Chunk
from kb.lifecycle import DocumentRecord
from kb.tokens import fold

_TEXT = {"id", "source", "source_name", "clauses"}  # columns and tables of their own
_LAYOUT = {"places", "rows", "evidence"}  # large, and of no use to a list


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A piece of a clause as it is indexed; the id is that of no other text, also not of another version.

    Attributes:
        id: ``<clause id>#<ordinal>@<start of the content hash>``.
        clause_id: the clause it is of.
        document_id: the document it is of.
        place: place among the chunks of the document, from 0.
        ordinal: place among the pieces of the clause, from 0.
        text: verbatim piece of the clause text.
        context: titles above it.
    """

    id: str
    clause_id: str
    document_id: str
    place: int
    ordinal: int
    text: str
    context: str

    @property
    def embedded_text(self) -> str:
        """What is given to the embedding model: the text alone, docs/decisions/005-retrieval.md."""
        return self.text


def clause_of(chunk_id: str) -> str:
    """The clause a chunk is of.

    >>> clause_of("甲字〔2024〕1号 二/8#0@0123456789ab")
    '甲字〔2024〕1号 二/8'
    """
    return chunk_id.rpartition("#")[0]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A chunk as the stores are given it; ``units`` are those that lead and those that participate."""

    chunk: StoredChunk
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
            id=f"{c.clause_id}#{c.ordinal}@{content_hash[:12]}",
            clause_id=c.clause_id,
            document_id=document.id,
            place=place,
            ordinal=c.ordinal,
            text=c.text,
            context=c.context,
        )
        for place, c in enumerate(chunks)
    ]
    return content_hash, stored


def document_row(
    document: PolicyDocument, content_hash: str, chunks: int, added_at: datetime | None = None
) -> tuple[object, ...]:
    """The row of a document of so many chunks, added now where no time is given."""
    metadata = _adapter().dump_python(document, mode="json", exclude=_TEXT | _LAYOUT)
    layout = _adapter().dump_python(document, mode="json", include=_LAYOUT)
    return (
        document.id,
        content_hash,
        to_json(metadata),
        document.source,
        document.source_name,
        (added_at or datetime.now(UTC)).isoformat(),
        to_json(layout),
        sum(clause.kind is NodeKind.CLAUSE for clause in document.clauses),
        chunks,
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
        pack_origin(clause.origin),
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
        origin=unpack_origin(row["origin"]),
        lead=tuple(json.loads(row["lead"])),
        participants=tuple(json.loads(row["participants"])),
    )


def read_chunk(row: sqlite3.Row) -> IndexRow:
    """A chunk from its row, with the document and the units of its clause."""
    columns = ("id", "clause_id", "document_id", "place", "ordinal", "text", "context")
    chunk = StoredChunk(**{column: row[column] for column in columns})
    return IndexRow(chunk, (*json.loads(row["lead"]), *json.loads(row["participants"])))


def chunk_row(chunk: StoredChunk) -> tuple[object, ...]:
    """The row of a chunk, with its titles and text as terms are looked for in them."""
    return (*astuple(chunk), fold(f"{chunk.context}\n{chunk.text}"))


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
        issuers=tuple(metadata["issuers"]),
        region=metadata["region"],
        level=metadata.get("level", ""),  # absent in documents of the first schema
        issued_on=day("issued_on"),
        effective_from=day("effective_from"),
        effective_to=day("effective_to"),
        supersedes=tuple(metadata.get("supersedes", ())),
        source_name=row["source_name"],
        added_at=datetime.fromisoformat(row["added_at"]),
        clause_count=row["clauses"],
        warnings=tuple(metadata.get("warnings", ())),
    )


def to_json(value: object) -> str:
    """JSON as it is stored."""
    return json.dumps(value, ensure_ascii=False)


@cache
def _adapter() -> TypeAdapter[PolicyDocument]:
    return TypeAdapter(PolicyDocument)


def pack_origin(origin: Sequence[int]) -> bytes:
    """Offsets as runs of successive ones, each its first offset and length in little-endian unsigned 32-bit integers.

    >>> len(pack_origin(range(500))), unpack_origin(pack_origin((0, 7, 8, 70_000)))
    (8, (0, 7, 8, 70000))
    """
    runs: list[int] = []
    following = -1
    for offset in origin:
        if offset == following:
            runs[-1] += 1
        else:
            runs += (offset, 1)
        following = offset + 1
    return struct.pack(f"<{len(runs)}I", *runs)


def unpack_origin(blob: bytes) -> tuple[int, ...]:
    """The offsets again."""
    return tuple(
        offset for start, length in struct.iter_unpack("<2I", blob) for offset in range(start, start + length)
    )
