"""Moving a knowledge base from one home to another: vectors are copied, not made again."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np

from corpus import KnowledgeBaseError
from kb.stores.base import ChunkEntry, ChunkWords, KeywordStore, VectorStore

_T = TypeVar("_T")
_BATCH = 1000  # chunks read and written together
_SAMPLED = 200  # vectors compared afterwards
_CLOSE = 1e-3  # by how much a stored vector's cosine with its copy may miss 1

Progress = Callable[[int, int], None]  # chunks done, and of how many


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied.

    Attributes:
        chunks: in the target now.
        copied: chunks whose vector was copied just now; the rest had been there.
        missing: chunks that have no vector in the source; their vectors must be made.
    """

    chunks: int
    copied: int
    missing: tuple[str, ...]


def copy_vectors(
    source: VectorStore,
    target: VectorStore,
    chunks: Iterable[ChunkEntry],
    progress: Progress | None = None,
) -> Moved:
    """Copy the vectors of these chunks, and leave the source as it is.

    Can be called again after it was broken off: what is there is not copied twice. What is in the target and not
    among the chunks is removed.

    Args:
        source: where they are.
        target: where they are to be.
        chunks: all chunks of the knowledge base.
        progress: told after each batch.

    Raises:
        KnowledgeBaseError: a store cannot be used, or afterwards the target differs from the source.
    """
    entries = {entry.chunk_id: entry for entry in chunks}
    there = target.ids()
    target.delete(there - entries.keys())
    wanting = [entry for chunk, entry in entries.items() if chunk not in there]
    missing: list[str] = []
    done = len(entries) - len(wanting)
    for batch in _batches(wanting):
        vectors = source.vectors([entry.chunk_id for entry in batch])
        held = [entry for entry in batch if entry.chunk_id in vectors]
        missing += [entry.chunk_id for entry in batch if entry.chunk_id not in vectors]
        if held:
            target.upsert(held, np.stack([vectors[entry.chunk_id] for entry in held]))
        done += len(batch)
        if progress is not None:
            progress(done, len(entries))
    target.settle()
    lost = frozenset(missing)
    _check("向量", target.count(), len(entries) - len(lost))
    _compare(source, target, [chunk for chunk in entries if chunk not in lost])
    return Moved(len(entries) - len(lost), len(wanting) - len(lost), tuple(missing))


def copy_words(
    target: KeywordStore, chunks: Iterable[ChunkWords], ids: Collection[str], progress: Progress | None = None
) -> int:
    """Index the words of these chunks; returns how many were added. Can be called again after it was broken off.

    Args:
        target: where they are to be.
        chunks: all chunks of the knowledge base; read a batch at a time.
        ids: of the same chunks.
        progress: told after each batch.

    Raises:
        KnowledgeBaseError: the store cannot be used, or does not hold afterwards what it was given.
    """
    there = target.ids()
    target.delete(there - set(ids))
    done = added = 0
    for batch in _batches(chunks):
        wanting = [chunk for chunk in batch if chunk.entry.chunk_id not in there]
        target.upsert(wanting)
        done, added = done + len(batch), added + len(wanting)
        if progress is not None:
            progress(done, len(ids))
    _check("词", target.count(), len(ids))
    return added


def _check(what: str, there: int, wanted: int) -> None:
    if there != wanted:
        raise KnowledgeBaseError(
            f"迁移后{what}的条目数不符：应为 {wanted}，实为 {there}。原存放处未改动，请重新运行迁移。"
        )


def _compare(source: VectorStore, target: VectorStore, chunk_ids: Sequence[str]) -> None:
    """Compare some vectors, the same ones each time."""
    sample = random.Random(0).sample(chunk_ids, min(_SAMPLED, len(chunk_ids)))
    ours, theirs = source.vectors(sample), target.vectors(sample)
    for chunk in sample:
        if chunk not in theirs or abs(float(ours[chunk] @ theirs[chunk]) - 1) > _CLOSE:
            raise KnowledgeBaseError(
                f"迁移后“{chunk}”的向量与原向量不同。原存放处未改动，请清空目标存放处后重新运行迁移。"
            )


def _batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
