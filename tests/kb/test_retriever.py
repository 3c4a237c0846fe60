from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from corpus import NotFound, PolicyDocument, UsageError
from ingest import chunk_document
from kb import KnowledgeBase, Mode
from kb.embedding import Embedder
from kb.facets import Selection
from kb.ingestion import entry_of, index_rows, words_of
from kb.names import matching_documents, matching_units
from kb.query.conditions import UnitRole, Units
from kb.rows import store_chunks

MakeDocument = Callable[..., PolicyDocument]
RANKED = [Mode.HYBRID, Mode.KEYWORD, Mode.SEMANTIC]


def put(base: KnowledgeBase, document: PolicyDocument) -> None:
    """Into the catalog only: the stores are mended by whoever searches first."""
    content_hash, chunks = store_chunks(document, chunk_document(document))
    base._catalog.put(document, chunks, content_hash)


@pytest.fixture
def filled(base: KnowledgeBase, make_document: MakeDocument) -> KnowledgeBase:
    put(
        base,
        make_document(
            clauses={
                "一": "一、对企业研发投入给予40%的补贴。",
                "二": "二、对完成Ⅲ期临床试验的品种给予奖励。",
                "二/8": "8.支持建设中试平台。",
            },
            lead={"一": ("省科技厅",), "二": ("省药监局", "省卫生健康委员会")},
        ),
    )
    put(
        base,
        make_document(
            "乙字〔2020〕2号",
            "旧办法",
            {"一": "一、对企业研发投入给予10%的补贴。"},
            effective=(None, date(2024, 6, 30)),
        ),
    )
    base.close()
    return base.open()


def ids(base: KnowledgeBase, query: str, mode: Mode = Mode.HYBRID, **scope: Any) -> list[str]:
    return [hit.clause.id for hit in base.search(query, 10, mode=mode, **scope)]


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_finds_the_clause(filled: KnowledgeBase, mode: Mode) -> None:
    query = "临床试验的品种" if mode is Mode.EXACT else "III期临床试验奖励"
    hit = filled.search(query, 1, mode=mode)[0]
    assert hit.clause.id == "甲字〔2024〕1号 二"
    assert hit.document_name == "《创新药支持办法》（甲字〔2024〕1号）"
    assert hit.passage.start >= hit.clause.span.start
    assert hit.passage.end <= hit.clause.span.end
    assert list(hit.to_dict()) == ["id", "label", "document", "text", "score", "start", "end"]


@pytest.mark.parametrize("mode", RANKED)
def test_best_first_and_at_most_top(filled: KnowledgeBase, mode: Mode) -> None:
    hits = filled.search("企业研发投入补贴", 2, mode=mode)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


def test_scores_of_both_rankings(filled: KnowledgeBase) -> None:
    for hit in filled.search("中试平台"):
        assert 0 <= hit.score <= 1
        assert hit.dense_score is not None and -1 <= hit.dense_score <= 1
        assert hit.keyword_score is not None and hit.keyword_score >= 0
    best = filled.search("支持建设中试平台")[0]
    assert (best.dense_rank, best.keyword_rank) == (1, 1)
    assert filled.search("中试平台", mode=Mode.KEYWORD)[0].dense_score is None
    assert filled.search("中试平台", mode=Mode.SEMANTIC)[0].keyword_score is None


@pytest.mark.parametrize("mode", RANKED)
def test_filters(filled: KnowledgeBase, mode: Mode) -> None:
    query = "企业研发投入补贴"
    other = {"乙字〔2020〕2号 一", "乙字〔2020〕2号 标题"}
    assert {"乙字〔2020〕2号 一"} <= set(ids(filled, query, mode, doc="乙字[2020]2号")) <= other
    assert {"乙字〔2020〕2号 一"} <= set(ids(filled, query, mode, doc="旧办")) <= other
    assert set(ids(filled, query, mode, unit="科技厅")) == {"甲字〔2024〕1号 一"}
    assert ids(filled, query, mode, unit="省教育厅") == []
    assert ids(filled, query, mode, among=[]) == []
    assert "乙字〔2020〕2号 一" not in ids(filled, query, mode, as_of=date(2024, 7, 1))
    assert "乙字〔2020〕2号 一" in ids(filled, query, mode, as_of=date(2024, 6, 30))
    assert ids(filled, query, mode, as_of=date(2023, 11, 30)) == []  # before either was issued


@pytest.mark.parametrize("mode", RANKED)
def test_large_selections_are_filtered_by_the_stores(
    filled: KnowledgeBase, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same hits whether stores are given the chunks of a selection or its conditions."""
    retriever = filled._current()._retriever
    first, both = frozenset({"甲字〔2024〕1号"}), frozenset({"甲字〔2024〕1号", "乙字〔2020〕2号"})
    selections = [
        Selection(documents=first),
        Selection(units=(Units(("省科技厅",), UnitRole.ANY),)),
        Selection(documents=both, units=(Units(("省科技厅",), UnitRole.LEAD),)),
        Selection(phrases=("给予",)),
    ]

    def found() -> list[list[str]]:
        return [[h.clause.id for h in retriever.search("企业研发投入", 10, mode, s)] for s in selections]

    by_chunks = found()
    monkeypatch.setattr("kb.retriever._SMALL", 0)
    assert found() == by_chunks
    assert all(by_chunks)


def test_titles_are_found_too(filled: KnowledgeBase) -> None:
    assert "甲字〔2024〕1号 标题" in ids(filled, "创新药支持办法")
    assert "甲字〔2024〕1号 标题" in ids(filled, "创新药支持办法", Mode.KEYWORD)


def test_exact_ignores_width_and_blanks(filled: KnowledgeBase) -> None:
    assert ids(filled, "研发 投入给予４０％", Mode.EXACT) == ["甲字〔2024〕1号 一"]
    hit = filled.search("给予 40％", mode=Mode.EXACT)[0]
    source = hit.clause.text
    assert "给予40%" in source
    assert hit.passage.length == 2 * len("给予40%") - 1  # every second source character is a blank
    assert ids(filled, "量子", Mode.EXACT) == []


@pytest.mark.parametrize("name", ["甲字[2024]1号 二、8", "二、8", "二/8", "第8条", "甲字〔2024〕1号 二/8"])
@pytest.mark.parametrize("mode", [Mode.EXACT, Mode.HYBRID])
def test_a_clause_by_name(filled: KnowledgeBase, name: str, mode: Mode) -> None:
    hit = filled.search(name, mode=mode)[0]
    assert (hit.clause.id, hit.score) == ("甲字〔2024〕1号 二/8", 1.0)
    assert all(other.clause.id != hit.clause.id for other in filled.search(name, mode=mode)[1:])
    assert filled.search(name, mode=mode, doc="乙字〔2020〕2号") == [] or mode is Mode.HYBRID


def test_leftovers_do_not_show(
    filled: KnowledgeBase, make_document: MakeDocument, embedder: Embedder
) -> None:
    """What an ingest wrote that was killed before it committed."""
    before = {mode: ids(filled, "企业研发投入补贴", mode) for mode in RANKED}
    ghost = make_document("丙字〔2025〕3号", "幽灵", {"一": "企业研发投入补贴"})
    rows = index_rows(ghost, store_chunks(ghost, chunk_document(ghost))[1])
    vectors = embedder.embed_passages([row.chunk.embedded_text for row in rows])
    filled._vectors().upsert([entry_of(row) for row in rows], vectors)
    filled._words().upsert([words_of(row) for row in rows])
    assert {mode: ids(filled, "企业研发投入补贴", mode) for mode in RANKED} == before


@pytest.mark.parametrize(("query", "top"), [("", 5), (" \n", 5), ("补贴", 0)])
def test_wrong_use(filled: KnowledgeBase, query: str, top: int) -> None:
    with pytest.raises(UsageError):
        filled.search(query, top)


def test_unknown_document(filled: KnowledgeBase) -> None:
    with pytest.raises(NotFound, match="没有与“火星”相符的文件"):
        filled.search("补贴", doc="火星")


def test_name_of_a_document_wins_over_part_of_another(knowledge_base: KnowledgeBase) -> None:
    records = knowledge_base.records()
    assert matching_documents(records, "鲁科字[2024] 137号") == {"鲁科字〔2024〕137号"}
    assert matching_documents(records, "《细胞与基因治疗》") == {"鲁发改高技〔2025〕687号"}
    with pytest.raises(NotFound):
        matching_documents(records, "细胞与基因", partial=False)


def test_short_unit_names() -> None:
    names = ["省卫生健康委员会", "省药监局", "各市人民政府"]
    assert matching_units(names, "卫健委") == {"省卫生健康委员会"}
    assert matching_units(names, "山东省药监局") == {"省药监局"}
    assert matching_units(names, "教育厅") == set()


@pytest.mark.parametrize("mode", list(Mode))
def test_shipped_policies_can_be_searched(knowledge_base: KnowledgeBase, mode: Mode) -> None:
    hits = knowledge_base.search("临床试验", mode=mode)
    assert hits
    for hit in hits:
        document = knowledge_base.document(hit.document_id)
        assert document.clause(hit.clause.id) == hit.clause


def test_langchain(knowledge_base: KnowledgeBase) -> None:
    (document,) = knowledge_base.as_langchain(top=1, mode="keyword").invoke("细胞与基因治疗临床试验")
    (hit,) = knowledge_base.search("细胞与基因治疗临床试验", 1, mode="keyword")
    assert (document.id, document.page_content) == (hit.clause.id, hit.clause.text)
    assert document.metadata["label"] == hit.clause.label
    assert document.metadata["keyword_score"] == hit.keyword_score
