"""What a knowledge base may expect of its keyword index, the same in every home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from kb.stores.base import ChunkEntry, ChunkFilter, ChunkWords, KeywordStore

FINANCE, SCIENCE = "示范省财政厅", "示范省科学技术厅"
ODD = [
    '关于"十五五"规划的\\通知 一/（一）#0@a1',
    "it's#0@a1",
    "换\n行\t #0@a1",
    "{x} ]) or 1==1#0@a1",
    "🏛️#1@f",
]


def words(
    name: str, text: str, titles: str = "", document: str = "甲", units: Sequence[str] = ()
) -> ChunkWords:
    return ChunkWords(ChunkEntry(name, document, tuple(units)), tuple(text.split(" ")), tuple(titles.split()))


@pytest.fixture(params=["local", "milvus"])
def opener(request: pytest.FixtureRequest, make_opener: Callable):
    return make_opener(request.param)


@pytest.fixture
def store(opener) -> KeywordStore:
    return opener.words()


@pytest.fixture
def filled(store: KeywordStore) -> KeywordStore:
    store.upsert(
        [
            words("c1", "研发 投入 研发 投入 研发 补助", "创新 平台", "甲", [FINANCE]),
            words("c2", "研发 机构 设立 条件 评审 程序", "研发 补助", "乙", [FINANCE, SCIENCE]),
            words("c3", "申报 材料 目录 清单 格式 要求", "申报 补助", "丙"),
            words("c4", "40% cart 0.5 ii 2000 万元", "", "甲", [SCIENCE]),
        ]
    )
    return store


def found(
    store: KeywordStore, terms: str, where: ChunkFilter | None = None, titles: float = 0.0
) -> list[str]:
    return [name for name, _ in store.query(dict.fromkeys(terms.split(), 1.0), 10, where, titles)]


def test_an_empty_store_finds_nothing(store: KeywordStore) -> None:
    assert (store.count(), store.ids(), store.query({"研发": 1.0}, 3)) == (0, set(), [])
    assert store.scores({"研发": 1.0}, ["c1"]) == {}
    assert not any(store.frequencies(["研发"]).values())
    store.delete(["c1"])
    store.upsert([])
    assert store.count() == 0


def test_more_of_a_word_counts_more_and_others_are_not_found(filled: KeywordStore) -> None:
    assert found(filled, "研发") == ["c1", "c2"]
    assert found(filled, "没有") == []
    assert filled.query({}, 5) == []
    assert filled.query({"研发": 1.0}, 0) == []
    assert [name for name, _ in filled.query({"研发": 1.0}, 1)] == ["c1"]


@pytest.mark.parametrize("term", ["40%", "cart", "0.5", "ii", "2000", "万元"])
def test_our_tokens_are_left_whole(filled: KeywordStore, term: str) -> None:
    assert found(filled, term) == ["c4"]
    assert filled.frequencies([term]) == {term: 1}


@pytest.mark.parametrize("part", ["40", "5", "0", "car", "研", "元", "%", "25"])
def test_parts_of_tokens_are_not_found(filled: KeywordStore, part: str) -> None:
    assert found(filled, part) == []
    assert not filled.frequencies([part]).get(part, 0)


def test_tokens_differ_in_case_and_in_signs(store: KeywordStore) -> None:
    store.upsert([words("a", "c++ x"), words("b", "C x"), words("c", "c x"), words("d", "c_ x")])
    assert [found(store, term) for term in ("c++", "C", "c", "c_")] == [["a"], ["b"], ["c"], ["d"]]


def test_titles_count_as_much_as_asked(filled: KeywordStore) -> None:
    assert found(filled, "补助") == ["c1"]
    assert set(found(filled, "补助", titles=0.5)) == {"c1", "c2", "c3"}
    low, high = (dict(filled.query({"补助": 1.0}, 10, titles=share)) for share in (0.2, 0.8))
    assert high["c3"] == pytest.approx(4 * low["c3"], rel=1e-3)
    assert high["c1"] == pytest.approx(low["c1"], rel=1e-3)


def test_weights_count_linearly(filled: KeywordStore) -> None:
    one = filled.scores({"投入": 1.0}, ["c1"])["c1"]
    other = filled.scores({"补助": 1.0}, ["c1"])["c1"]
    for first, second in ((1.0, 0.5), (0.3, 1.0), (2.0, 0.25), (0.05, 1.0)):
        both = filled.scores({"投入": first, "补助": second}, ["c1"])["c1"]
        assert both == pytest.approx(first * one + second * other, rel=0.03)


def test_scores_are_those_of_the_query(filled: KeywordStore) -> None:
    terms = {"研发": 1.0, "补助": 0.5, "条件": 0.7}
    hits = dict(filled.query(terms, 10, titles=0.6))
    assert hits.keys() == {"c1", "c2", "c3"}
    scores = filled.scores(terms, ["c1", "c2", "c3", "c4", "没有"], titles=0.6)
    assert scores == pytest.approx(hits, rel=1e-3)
    assert all(score > 0 for score in scores.values())


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (ChunkFilter(), {"c1", "c2"}),
        (ChunkFilter(documents=frozenset("乙丙")), {"c2"}),
        (ChunkFilter(units=frozenset({SCIENCE})), {"c2"}),
        (ChunkFilter(units=frozenset({SCIENCE, FINANCE})), {"c1", "c2"}),
        (ChunkFilter(units=frozenset({"科学"})), set()),
        (ChunkFilter(chunks=frozenset({"c1", "c3", "没有"})), {"c1"}),
        (ChunkFilter(documents=frozenset("乙"), units=frozenset({FINANCE})), {"c2"}),
        (ChunkFilter(documents=frozenset("乙"), chunks=frozenset({"c1"})), set()),
        (ChunkFilter(documents=frozenset()), set()),
        (ChunkFilter(units=frozenset()), set()),
        (ChunkFilter(chunks=frozenset()), set()),
    ],
)
def test_filters(filled: KeywordStore, where: ChunkFilter, names: set[str]) -> None:
    assert set(found(filled, "研发", where)) == names
    assert set(found(filled, "研发", where, titles=0.5)) == names


def test_a_filter_changes_no_score(make_opener: Callable) -> None:
    # milvus-lite, unlike Milvus, counts only the chunks that pass the filter
    filled = make_opener("local").words()
    filled.upsert(
        [words("c1", "研发 投入", "", "甲"), words("c2", "研发", "", "乙", [SCIENCE]), words("c3", "其他")]
    )
    where = ChunkFilter(documents=frozenset("乙"), units=frozenset({SCIENCE}), chunks=frozenset({"c2"}))
    assert filled.query({"研发": 1.0}, 5, where) == [
        hit for hit in filled.query({"研发": 1.0}, 5) if hit[0] == "c2"
    ]


def test_upsert_replaces_words_document_and_units(filled: KeywordStore) -> None:
    filled.upsert([words("c1", "人才 公寓", "住房", "丁", ["示范市医保局"])])
    assert filled.count() == 4
    assert found(filled, "研发") == ["c2"] and found(filled, "人才") == ["c1"]
    assert filled.ids("丁") == {"c1"} and filled.ids("甲") == {"c4"}
    assert found(filled, "人才", ChunkFilter(units=frozenset({"示范市医保局"}))) == ["c1"]
    filled.upsert([words("c1", "人才 公寓", "", "丁")])
    assert found(filled, "人才", ChunkFilter(units=frozenset({"示范市医保局"}))) == []
    assert found(filled, "住房", titles=1.0) == []


def test_delete(filled: KeywordStore) -> None:
    filled.delete(["c1", "没有", "c1"])
    assert (filled.count(), filled.ids()) == (3, {"c2", "c3", "c4"})
    assert found(filled, "研发") == ["c2"]
    filled.delete(filled.ids())
    assert (filled.count(), found(filled, "研发")) == (0, [])
    filled.upsert([words("c9", "研发")])
    assert found(filled, "研发") == ["c9"]


def test_frequencies_follow_what_is_written(filled: KeywordStore) -> None:
    def counts() -> list[int]:
        known = filled.frequencies(["研发", "补助", "没有"])
        return [known.get(term, 0) for term in ("研发", "补助", "没有")]

    assert counts() == [2, 1, 0]
    filled.upsert([words("c5", "研发 没有")])
    assert counts() == [3, 1, 1]


def test_chunks_alike_are_in_order_of_their_ids(store: KeywordStore) -> None:
    names = [f"c{n:03}" for n in range(60)]
    store.upsert([words(name, "研发 投入", "平台") for name in reversed(names)] + [words("z", "其他")])
    assert found(store, "研发")[:10] == names[:10] == found(store, "研发", titles=0.5)[:10]


@pytest.mark.parametrize("odd", ODD)
def test_odd_characters_in_names(store: KeywordStore, odd: str) -> None:
    other = odd + "2"
    store.upsert([words(odd, "研发", "", odd, [odd]), words(other, "研发", "", other)])
    assert store.ids() == {odd, other} and store.ids(odd) == {odd}
    for where in (
        ChunkFilter(documents=frozenset({odd})),
        ChunkFilter(units=frozenset({odd})),
        ChunkFilter(chunks=frozenset({odd})),
    ):
        assert found(store, "研发", where) == [odd]
    assert store.scores({"研发": 1.0}, [odd]).keys() == {odd}
    store.delete([odd])
    assert store.ids() == {other}


def test_a_thousand_documents_in_a_filter(store: KeywordStore) -> None:
    store.upsert([words(f"c{i}", f"研发 w{i}", "", f"文件{i}") for i in range(1500)])
    half = ChunkFilter(documents=frozenset(f"文件{i}" for i in range(1000)))
    assert store.count() == 1500
    assert found(store, "w7", half) == ["c7"] and found(store, "w1200", half) == []
    some = ChunkFilter(chunks=frozenset(f"c{i}" for i in range(0, 1500, 2)))
    assert found(store, "w8 w9", some) == ["c8"]


def test_a_text_beyond_all_limits_is_kept_as_far_as_it_goes(store: KeywordStore) -> None:
    store.upsert([words("c1", " ".join(f"词{n}" for n in range(20_000)))])
    assert found(store, "词0") == ["c1"] == found(store, "词3000")


def test_used_from_several_threads(store: KeywordStore) -> None:
    def work(part: int) -> list[list[str]]:
        store.upsert([words(f"c{part}", f"研发 w{part}")])
        return [found(store, f"w{part}") for _ in range(3)]

    with ThreadPoolExecutor(6) as pool:
        hits = list(pool.map(work, range(6)))
    assert hits == [[[f"c{part}"]] * 3 for part in range(6)]
    assert store.count() == 6


def test_closed_and_reopened(opener, filled: KeywordStore) -> None:
    filled.close()
    again = opener.home().read_words()
    assert again is not None
    try:
        assert found(again, "研发") == ["c1", "c2"] and again.count() == 4
    finally:
        again.close()


def test_what_another_writes_is_seen_after_a_refresh(opener, filled: KeywordStore) -> None:
    writer = opener.words()
    writer.upsert([words("c8", "人才")])
    writer.delete(["c1"])
    filled.refresh()
    assert found(filled, "人才") == ["c8"] and found(filled, "研发") == ["c2"]
    assert filled.frequencies(["研发"])["研发"] in (
        1,
        2,
    )  # an engine may count the deleted until it tidies up


def test_replaced(opener, filled: KeywordStore) -> None:
    assert opener.words(replace=True).count() == 0
