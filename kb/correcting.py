"""Other metadata for a document of the knowledge base: its clauses, chunks and vectors stay, what names them changes.

Written in the order of an ingest (`kb.ingestion`), so that a process killed anywhere leaves the document as it was or
as it will be. The file is not read again: a scan of a thousand pages is corrected as fast as a page of text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np

from corpus import DocumentError, PolicyDocument, PolicyKBError
from corpus.register import RegisterEntry, load_register
from ingest import chunk_document
from kb.catalog import Catalog
from kb.corrections import LABELS, Corrections, over
from kb.embedding import Embedder, FloatArray
from kb.files import entry_digest
from kb.ingestion import embed_texts, entry_of, index_rows, words_of
from kb.nearby import lean
from kb.rows import FileMark, IndexRow, store_chunks
from kb.stores.base import KeywordStore, VectorStore


class Correcting:
    """Puts a corrected document in the place of the one it was; whoever makes it holds the right to write."""

    def __init__(
        self, catalog: Catalog, vectors: VectorStore, words: KeywordStore, embedder: Embedder
    ) -> None:
        self._catalog = catalog
        self._vectors = vectors
        self._words = words
        self._embedder = embedder

    def put(
        self, before: PolicyDocument, after: PolicyDocument, entry: RegisterEntry, added_at: datetime
    ) -> None:
        """Store it, and remember the entry for the files the document was read from.

        Raises:
            DocumentError: another document is called so.
            KnowledgeBaseError: something cannot be written.
        """
        check_free(self._catalog, before, after)
        content_hash, chunks = store_chunks(after, chunk_document(after))
        marks = [mark for mark in self._catalog.files() if mark.document_id == before.id]
        Corrections(self._catalog.home).keep({mark.file_hash for mark in marks}, entry)
        known = Corrections(self._catalog.home).read()
        marks = [_renewed(mark, after.id, known) for mark in marks]
        old, new = self._catalog.chunks_of([before.id]), index_rows(after, chunks)
        if new:
            self._vectors.upsert([entry_of(row) for row in new], self._vectors_of(old, new))
            self._words.upsert([words_of(row) for row in new])
        self._catalog.put(after, chunks, content_hash, instead_of=before.id, added_at=added_at)
        for mark in marks:
            self._catalog.remember(mark)
        gone = {row.chunk.id for row in old} - {row.chunk.id for row in new}
        self._vectors.delete(gone)
        self._words.delete(gone)

    def _vectors_of(self, old: list[IndexRow], new: list[IndexRow]) -> FloatArray:
        """The vectors the texts have already; made anew only where one is missing or texts are cut differently."""
        stored = self._vectors.vectors([row.chunk.id for row in old])
        same = [row.chunk.text for row in old] == [row.chunk.text for row in new]
        if same and len(stored) == len(new):
            return np.stack([stored[row.chunk.id] for row in old])
        made = embed_texts(self._embedder, [row.chunk.embedded_text for row in new], lambda share: None)
        return lean(made, [len(new)])


def check_free(catalog: Catalog, before: PolicyDocument, after: PolicyDocument) -> None:
    """Refuse a 文号 or title that another document is known by.

    Raises:
        DocumentError: there is one.
    """
    if after.id != before.id and catalog.content_hash(after.id) is not None:
        raise DocumentError(
            f"知识库里已有“{after.id}”，文号（没有文号时为标题）不能相同；两份是同一文件时，请删除其中一份。"
        )


def changed(before: PolicyDocument, after: PolicyDocument) -> list[tuple[str, str, str]]:
    """What is different, as people call it, as it was and as it is; "" for nothing."""
    return [
        (label, _shown(getattr(before, name)), _shown(getattr(after, name)))
        for name, label in LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _shown(value: str | date | tuple[str, ...] | None) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value or "")


def _renewed(mark: FileMark, document_id: str, known: Mapping[str, RegisterEntry]) -> FileMark:
    """The mark of a file whose document is called otherwise now, as the next ingest of the file expects it."""
    path = Path(mark.path)
    try:
        registered = load_register(path.parent).entry(path.name)
    except (PolicyKBError, OSError):  # then the file is read once more
        registered = None
    entry = over(known.get(mark.file_hash), registered)
    return replace(mark, document_id=document_id, entry=entry_digest(entry))
