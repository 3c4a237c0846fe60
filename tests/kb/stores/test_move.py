"""Moving between homes: nothing is embedded again, nothing is lost, a break can be mended by calling again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import KnowledgeBaseError
from kb.stores.base import ChunkEntry, ChunkFilter, ChunkWords
from kb.stores.move import copy_vectors, copy_words

HOMES = ["local", "chroma server", "milvus"]
UNIT = "示范省财政厅"
ENTRIES = [ChunkEntry(f"《办法》 第{n}条#0@ab", f"文件{n % 3}", (UNIT,) if n % 2 else ()) for n in range(50)]


def rows() -> NDArray[np.float32]:
    made = np.random.default_rng(5).standard_normal((50, 8)).astype(np.float32)
    vectors: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return vectors


@pytest.mark.parametrize(
    ("source", "target"),
    [("local", "milvus"), ("milvus", "local"), ("local", "chroma server"), ("chroma server", "milvus")],
)
def test_the_target_answers_as_the_source(make_opener: Callable, source: str, target: str) -> None:
    one, other = make_opener(source).vectors(), make_opener(target).vectors()
    one.upsert(ENTRIES, rows())
    told: list[tuple[int, int]] = []
    moved = copy_vectors(one, other, ENTRIES, lambda done, total: told.append((done, total)))
    assert (moved.chunks, moved.copied, moved.missing, told) == (50, 50, (), [(50, 50)])
    where = ChunkFilter(documents=frozenset({"文件1"}), units=frozenset({UNIT}))
    for vector in rows()[:5]:
        ours, theirs = dict(one.query(vector, 7)), dict(other.query(vector, 7))
        assert list(ours) == list(theirs) and ours == pytest.approx(theirs, abs=2e-6)
        assert [name for name, _ in one.query(vector, 7, where)] == [
            name for name, _ in other.query(vector, 7, where)
        ]
    assert one.count() == 50  # left as it is


def test_called_again_after_a_break(make_opener: Callable) -> None:
    one, other = make_opener("local").vectors(), make_opener("milvus").vectors()
    one.upsert(ENTRIES, rows())
    other.upsert([*ENTRIES[:20], ChunkEntry("旧#0@00", "旧")], rows()[:21])
    moved = copy_vectors(one, other, ENTRIES)
    assert (moved.chunks, moved.copied) == (50, 30)
    assert other.ids() == {entry.chunk_id for entry in ENTRIES}
    assert copy_vectors(one, other, ENTRIES).copied == 0


def test_chunks_without_a_vector_are_told(make_opener: Callable) -> None:
    one, other = make_opener("local").vectors(), make_opener("local").vectors()
    one.upsert(ENTRIES[:48], rows()[:48])
    moved = copy_vectors(one, other, ENTRIES)
    assert moved.chunks == 48 == other.count()
    assert moved.missing == tuple(entry.chunk_id for entry in ENTRIES[48:])


def test_a_target_with_other_vectors_is_refused(make_opener: Callable) -> None:
    one, other = make_opener("local").vectors(), make_opener("local").vectors()
    one.upsert(ENTRIES, rows())
    other.upsert(ENTRIES, rows()[::-1])
    with pytest.raises(KnowledgeBaseError, match="向量与原向量不同。原存放处未改动"):
        copy_vectors(one, other, ENTRIES)


@pytest.mark.parametrize("target", ["local", "milvus"])
def test_words(make_opener: Callable, target: str) -> None:
    chunks = [ChunkWords(entry, ("研发", f"w{n}"), ("标题",)) for n, entry in enumerate(ENTRIES)]
    ids = {entry.chunk_id for entry in ENTRIES}
    store = make_opener(target).words()
    store.upsert([*chunks[:10], ChunkWords(ChunkEntry("旧#0@00", "旧"), ("研发",))])
    assert copy_words(store, iter(chunks), ids) == 40
    assert store.ids() == ids
    assert [name for name, _ in store.query({"w30": 1.0}, 5)] == [ENTRIES[30].chunk_id]
    assert copy_words(store, iter(chunks), ids) == 0
