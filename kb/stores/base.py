"""What a knowledge base asks of the engines that hold its vectors and its words.

Both hold chunks by id and can be thrown away: the catalog knows what has to be in them. One home may serve both
(Milvus), or two engines one each (Chroma for vectors, Tantivy for words).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus import KnowledgeBaseError
from kb.embedding import FloatArray


class DamagedStore(KnowledgeBaseError):
    """A store cannot be read, and will be made anew when it is opened for writing."""


@dataclass(frozen=True, slots=True)
class ChunkEntry:
    """What a store keeps beside a chunk's vector or words, to filter by.

    Whether a document is in force is not among it: other documents decide that, also later ones.

    Attributes:
        chunk_id: ``<clause id>#<ordinal>@<version>``.
        document_id: the document it is of.
        units: full names of the units that lead or participate.
    """

    chunk_id: str
    document_id: str
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChunkWords:
    """A chunk's words as they are indexed.

    Attributes:
        entry: the chunk.
        text: tokens of its text.
        titles: tokens of the titles above it.
    """

    entry: ChunkEntry
    text: tuple[str, ...]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChunkFilter:
    """Which chunks to search; None means no condition, an empty set means that nothing fits.

    Attributes:
        documents: document ids.
        units: full unit names, one of which must lead or participate.
        chunks: chunk ids; a few thousand at most.
    """

    documents: frozenset[str] | None = None
    units: frozenset[str] | None = None
    chunks: frozenset[str] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing fits."""
        return frozenset() in (self.documents, self.units, self.chunks)


class Store(Protocol):
    """Chunks by id in one engine; safe to use from several threads."""

    def delete(self, chunk_ids: Iterable[str]) -> None:
        """Remove; unknown ids are ignored."""

    def ids(self, document_id: str | None = None) -> set[str]:
        """Ids of all chunks, or of those of one document."""

    def count(self) -> int:
        """Number of chunks."""

    def refresh(self) -> None:
        """See what other processes wrote."""

    def close(self) -> None:
        """Release files and connections."""


class VectorStore(Store, Protocol):
    """Vectors of chunks."""

    def upsert(self, entries: Sequence[ChunkEntry], vectors: FloatArray) -> None:
        """Add or replace; ``vectors`` has shape (n, d), one row of length 1 per entry."""

    def query(self, vector: FloatArray, k: int, where: ChunkFilter | None = None) -> list[tuple[str, float]]:
        """At most ``k`` chunk ids with their cosine (rounded to 6 digits), best first; ``vector`` has shape (d,)."""

    def vectors(self, chunk_ids: Sequence[str]) -> dict[str, FloatArray]:
        """Vector of each of these chunks that is stored, shape (d,)."""

    def settle(self) -> None:
        """To be called when a writer is done, while it still has the right to write: makes opening quick."""


class KeywordStore(Store, Protocol):
    """Words of chunks, ranked by BM25 (Robertson & Zaragoza 2009; Lucene's variant, k1 = 1.2, b = 0.75)."""

    def upsert(self, chunks: Sequence[ChunkWords]) -> None:
        """Add or replace."""

    def query(
        self, terms: Mapping[str, float], k: int, where: ChunkFilter | None = None, titles: float = 0.0
    ) -> list[tuple[str, float]]:
        """The best chunks that share a term.

        Args:
            terms: tokens of the question with their weight, above 0.
            k: at most so many.
            where: which chunks to choose from.
            titles: what a term in the titles above a chunk counts, beside 1 for one in its text.

        Returns:
            Chunk ids with the weighted sum of their BM25 scores (above 0, no upper bound), best first.
        """

    def scores(
        self, terms: Mapping[str, float], chunk_ids: Sequence[str], titles: float = 0.0
    ) -> dict[str, float]:
        """The same score of each of these chunks; those that share no term are left out."""

    def frequencies(self, terms: Iterable[str]) -> Mapping[str, int]:
        """In how many chunks each term stands in the text; unknown terms may be left out."""
