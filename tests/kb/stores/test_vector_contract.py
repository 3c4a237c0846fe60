"""What a knowledge base may expect of its vectors, the same in every home."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import KnowledgeBaseError
from kb.stores.base import ChunkEntry, ChunkFilter, VectorStore
from kb.stores.ranking import cosines_of

DIMENSION = 16
FINANCE, SCIENCE = "示范省财政厅", "示范省科学技术厅"
ODD = [
    '关于"十五五"规划的\\通知 一/（一）#0@a1',
    "它's 第1条#0@a1",
    "换\n行\t和 空格 #0@a1",
    "{ids} %s ${x} ]) or 1==1 --#0@a1",
    "🏛️ 附件2/一#12@ff",
    "长" * 900 + "#0@a1",
]


def vectors_of(seed: int, n: int) -> NDArray[np.float32]:
    made = np.random.default_rng(seed).standard_normal((n, DIMENSION)).astype(np.float32)
    rows: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return rows


def toward(*weights: float) -> NDArray[np.float32]:
    """A vector of length 1 with these first components."""
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[: len(weights)] = weights
    return vector / np.linalg.norm(vector)


def chunk(name: str, document: str = "甲", units: Sequence[str] = ()) -> ChunkEntry:
    return ChunkEntry(name, document, tuple(units))


@pytest.fixture
def store(opener) -> VectorStore:
    return opener.vectors()


@pytest.fixture
def filled(store: VectorStore) -> VectorStore:
    """Nine chunks, ever farther from the first axis."""
    entries = [chunk(f"c{n}", "甲乙丙"[n % 3], [[], [FINANCE], [FINANCE, SCIENCE]][n // 3]) for n in range(9)]
    store.upsert(entries, np.stack([toward(9 - n, n) for n in range(9)]))
    return store


def found(store: VectorStore, k: int, where: ChunkFilter | None = None) -> list[str]:
    return [name for name, _ in store.query(toward(1), k, where)]


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    assert (store.count(), store.ids(), store.ids("甲"), store.query(toward(1), 3)) == (0, set(), set(), [])
    assert store.vectors(["c0"]) == {}
    store.delete(["c0"])
    store.upsert([], np.zeros((0, DIMENSION), dtype=np.float32))
    store.settle()
    assert store.count() == 0


def test_best_first_with_the_cosine(filled: VectorStore) -> None:
    hits = filled.query(toward(1), 3)
    assert [name for name, _ in hits] == ["c0", "c1", "c2"]
    cosines = [n / np.hypot(n, 9 - n) for n in (9, 8, 7)]
    assert [cosine for _, cosine in hits] == pytest.approx(cosines, abs=2e-6)
    assert found(filled, 100) == [f"c{n}" for n in range(9)]
    assert found(filled, 0) == []


def test_opposite_vectors_have_cosine_minus_one(store: VectorStore) -> None:
    store.upsert([chunk("c0"), chunk("c1")], np.stack([toward(1), toward(-1)]))
    assert store.query(toward(1), 2) == [("c0", 1.0), ("c1", -1.0)]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (ChunkFilter(), "012345678"),
        (ChunkFilter(documents=frozenset("甲")), "036"),
        (ChunkFilter(documents=frozenset("甲丙")), "023568"),
        (ChunkFilter(units=frozenset({SCIENCE})), "678"),
        (ChunkFilter(units=frozenset({SCIENCE, FINANCE})), "345678"),
        (ChunkFilter(units=frozenset({"科学"})), ""),
        (ChunkFilter(chunks=frozenset({"c8", "c2", "没有"})), "28"),
        (ChunkFilter(documents=frozenset("甲"), units=frozenset({FINANCE})), "36"),
        (ChunkFilter(documents=frozenset("甲"), chunks=frozenset({"c1", "c6"})), "6"),
        (ChunkFilter(units=frozenset({SCIENCE}), chunks=frozenset({"c1", "c7", "c6"})), "67"),
        (ChunkFilter(documents=frozenset("丁")), ""),
        (ChunkFilter(documents=frozenset()), ""),
        (ChunkFilter(units=frozenset()), ""),
        (ChunkFilter(chunks=frozenset()), ""),
    ],
)
def test_filters(filled: VectorStore, where: ChunkFilter, names: str) -> None:
    assert found(filled, 100, where) == [f"c{n}" for n in names]
    assert found(filled, 2, where) == [f"c{n}" for n in names[:2]]


def test_a_filter_keeps_the_cosines(filled: VectorStore) -> None:
    assert filled.query(toward(1), 100, ChunkFilter(documents=frozenset("甲乙丙"))) == filled.query(
        toward(1), 9
    )
    some = ChunkFilter(chunks=frozenset({"c1", "c4"}))
    assert dict(filled.query(toward(1), 9, some)) == cosines_of(toward(1), filled.vectors(["c1", "c4"]))


def test_upsert_replaces_vector_document_and_units(filled: VectorStore) -> None:
    filled.upsert([chunk("c8", "丁", ["示范市医保局"])], toward(1)[None])
    assert filled.count() == 9
    assert filled.query(toward(1), 2) == [("c0", 1.0), ("c8", 1.0)]
    assert filled.ids("丁") == {"c8"} and "c8" not in filled.ids("丙")
    assert found(filled, 9, ChunkFilter(units=frozenset({"示范市医保局"}))) == ["c8"]
    assert found(filled, 9, ChunkFilter(units=frozenset({SCIENCE}))) == ["c6", "c7"]
    filled.upsert([chunk("c8", "丁")], toward(0, 1)[None])
    assert found(filled, 9, ChunkFilter(units=frozenset({"示范市医保局"}))) == []


def test_an_id_given_twice_at_once_counts_as_last_given(store: VectorStore) -> None:
    store.upsert([chunk("c", "甲"), chunk("c", "乙")], np.stack([toward(1), toward(0, 1)]))
    assert (store.count(), store.ids("乙"), store.query(toward(0, 1), 3)) == (1, {"c"}, [("c", 1.0)])


def test_delete(filled: VectorStore) -> None:
    filled.delete(["c0", "没有", "c5", "c0"])
    assert filled.count() == 7 and filled.ids() == {f"c{n}" for n in (1, 2, 3, 4, 6, 7, 8)}
    assert found(filled, 2) == ["c1", "c2"]
    assert filled.vectors(["c0", "c1"]).keys() == {"c1"}
    filled.delete([])
    filled.delete(filled.ids())
    assert (filled.count(), filled.ids(), found(filled, 3)) == (0, set(), [])
    filled.upsert([chunk("c0")], toward(1)[None])
    assert filled.query(toward(1), 3) == [("c0", 1.0)]


def test_ids_of_a_document(filled: VectorStore) -> None:
    assert filled.ids("乙") == {"c1", "c4", "c7"}
    assert filled.ids("没有") == set()


def test_vectors_come_back_as_given(store: VectorStore) -> None:
    rows = vectors_of(1, 50)
    store.upsert([chunk(f"c{n}") for n in range(50)], rows)
    back = store.vectors([f"c{n}" for n in range(60)])
    assert back.keys() == {f"c{n}" for n in range(50)}
    assert np.allclose(np.stack([back[f"c{n}"] for n in range(50)]), rows, atol=1e-6)
    assert cosines_of(rows[7], store.vectors(["c7", "c7"])) == {"c7": 1.0}


def test_chunks_alike_are_in_order_of_their_ids_however_many_share_the_last_place(store: VectorStore) -> None:
    names = [f"c{n:03}" for n in range(150)]
    rows = vectors_of(4, 150)
    rows[:60] = toward(1, 1)
    order = np.random.default_rng(0).permutation(150)
    store.upsert([chunk(names[n], "甲乙"[n % 2]) for n in order], rows[order])
    assert found(store, 5) == names[:5]
    assert found(store, 59) == names[:59]
    assert found(store, 3, ChunkFilter(documents=frozenset("乙"))) == ["c001", "c003", "c005"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_characters_in_names(store: VectorStore, odd: str) -> None:
    other = odd + "2"
    store.upsert([chunk(odd, odd, [odd[:200]]), chunk(other, other)], np.stack([toward(1), toward(0, 1)]))
    assert store.ids() == {odd, other} and store.ids(odd) == {odd}
    for where in (
        ChunkFilter(documents=frozenset({odd})),
        ChunkFilter(units=frozenset({odd[:200]})),
        ChunkFilter(chunks=frozenset({odd})),
    ):
        assert store.query(toward(1), 5, where) == [(odd, 1.0)]
    assert cosines_of(toward(1), store.vectors([odd])) == {odd: 1.0}
    store.delete([odd])
    assert store.ids() == {other}


def test_a_thousand_documents_in_a_filter_and_few_that_pass(store: VectorStore) -> None:
    n = 3000
    rows = vectors_of(2, n)
    store.upsert([chunk(f"c{i}", f"文件{i // 2}", [FINANCE] if i % 100 == 0 else []) for i in range(n)], rows)
    assert store.count() == n
    cosines = rows @ rows[0]
    best = [int(at) for at in np.argsort(-cosines)]

    def expected(fits: set[int]) -> list[str]:
        return [f"c{at}" for at in best if at in fits][:10]

    half = ChunkFilter(documents=frozenset(f"文件{i}" for i in range(1000)))
    few = ChunkFilter(units=frozenset({FINANCE}))
    some = ChunkFilter(chunks=frozenset(f"c{i}" for i in range(0, n, 2)))
    for where, fits in ((half, range(2000)), (few, range(0, n, 100)), (some, range(0, n, 2))):
        assert [name for name, _ in store.query(rows[0], 10, where)] == expected(set(fits))


def test_used_from_several_threads(store: VectorStore) -> None:
    rows = vectors_of(3, 120)

    def work(part: int) -> list[list[tuple[str, float]]]:
        own = range(part * 20, part * 20 + 20)
        store.upsert([chunk(f"c{i}") for i in own], rows[own.start : own.stop])
        return [store.query(rows[i], 1) for i in own]

    with ThreadPoolExecutor(6) as pool:
        hits = [hit for part in pool.map(work, range(6)) for hit in part]
    assert hits == [[(f"c{i}", 1.0)] for i in range(120)]
    assert store.count() == 120


def test_closed_and_reopened(opener) -> None:
    store = opener.vectors()
    store.upsert([chunk("c0", units=[FINANCE]), chunk("c1", "乙")], np.stack([toward(1), toward(0, 1)]))
    store.settle()
    store.close()
    again = opener.home().read_vectors()
    assert again is not None
    try:
        assert again.query(toward(1), 1) == [("c0", 1.0)] and again.ids("乙") == {"c1"}
    finally:
        again.close()


def test_reading_makes_nothing_and_sees_what_a_writer_makes(opener) -> None:
    reader = opener.home().read_vectors()
    writer = opener.vectors()
    writer.upsert([chunk("c0")], toward(1)[None])
    reader = reader or opener.home().read_vectors()
    assert reader is not None
    try:
        reader.refresh()
        assert reader.query(toward(1), 3) == [("c0", 1.0)]
        writer.upsert([chunk("c1")], toward(1, 1)[None])
        writer.delete(["c0"])
        reader.refresh()
        assert reader.ids() == {"c1"} and found(reader, 3) == ["c1"]
    finally:
        reader.close()


def test_two_knowledge_bases_do_not_mix(opener, make_opener) -> None:
    one = opener.vectors()
    one.upsert([chunk("c0")], toward(1)[None])
    if opener.settings.store == "local":
        opener = make_opener("local")
    other = opener.vectors(namespace="another")
    assert (other.count(), other.query(toward(1), 3)) == (0, [])
    other.upsert([chunk("c1")], toward(1)[None])
    other.delete(["c0"])
    assert (one.ids(), other.ids()) == ({"c0"}, {"c1"})
    opener.vectors(replace=True, namespace="another")
    assert one.ids() == {"c0"}


def test_vectors_of_another_model_are_refused_until_replaced(opener) -> None:
    store = opener.vectors()
    store.upsert([chunk("c0")], toward(1)[None])
    store.close()
    with pytest.raises(KnowledgeBaseError, match=r"由模型 model 生成，与当前模型 newer 不同.*--rebuild"):
        opener.vectors("newer")
    with pytest.raises(KnowledgeBaseError, match="与当前模型 newer 不同"):
        opener.home("newer").read_vectors()
    newer = opener.vectors("newer", replace=True)
    assert newer.count() == 0
    newer.upsert([chunk("c1")], np.ones((1, 4), dtype=np.float32) / 2)
    assert newer.ids() == {"c1"}


def test_another_dimension_is_refused(filled: VectorStore) -> None:
    short = np.ones(4, dtype=np.float32) / 2
    with pytest.raises(KnowledgeBaseError, match=r"16 维.*4 维.*--rebuild"):
        filled.upsert([chunk("c9")], short[None])
    with pytest.raises(KnowledgeBaseError, match=r"16 维.*4 维"):
        filled.query(short, 3)
    assert filled.count() == 9
