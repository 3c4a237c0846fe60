from collections.abc import Callable
from datetime import date

import pytest

from corpus import NodeKind, NotFound, PolicyDocument, UsageError
from ingest import chunk_document
from kb import KnowledgeBase, Mode
from kb.catalog import Catalog
from kb.embedding import Embedder
from kb.ingestion import vector_entries
from kb.keywords import KeywordIndex
from kb.retriever import HybridRetriever, Scope, fuse, matching_documents, matching_units
from kb.rows import store_chunks
from kb.tokens import tokenize
from kb.vectors import ChromaVectors

MakeDocument = Callable[..., PolicyDocument]
RANKED = [Mode.HYBRID, Mode.KEYWORD, Mode.SEMANTIC]


@pytest.fixture
def retriever(tmp_path, make_document: MakeDocument, embedder: Embedder) -> HybridRetriever:
    catalog, vectors = Catalog(tmp_path), ChromaVectors(tmp_path / "chroma", embedder.name)
    documents = [
        make_document(
            clauses={
                "一": "一、对企业研发投入给予40%的补贴。",
                "二": "二、对完成Ⅲ期临床试验的品种给予奖励。",
                "二/8": "8.支持建设中试平台。",
            },
            lead={"一": ("省科技厅",), "二": ("省药监局", "省卫生健康委员会")},
        ),
        make_document(
            "乙字〔2020〕2号",
            "旧办法",
            {"一": "一、对企业研发投入给予10%的补贴。"},
            effective=(None, date(2024, 6, 30)),
        ),
    ]
    for document in documents:
        content_hash, chunks = store_chunks(document, chunk_document(document))
        catalog.put(document, chunks, content_hash)
        rows = embedder.embed_passages([chunk.indexed_text for chunk in chunks])
        vectors.upsert(vector_entries(document, [(c.id, c.clause_id) for c in chunks]), rows)
    every = catalog.chunks()
    index = KeywordIndex.build([c.id for c in every], [tokenize(c.indexed_text) for c in every])
    return HybridRetriever(catalog, index, lambda: vectors, embedder)


def ids(retriever: HybridRetriever, query: str, mode: Mode = Mode.HYBRID, **scope: object) -> list[str]:
    return [hit.clause.id for hit in retriever.search(query, 10, mode, Scope(**scope))]


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_finds_the_clause(retriever: HybridRetriever, mode: Mode) -> None:
    query = "临床试验的品种" if mode is Mode.EXACT else "III期临床试验奖励"
    hit = retriever.search(query, 1, mode)[0]
    assert hit.clause.id == "甲字〔2024〕1号 二"
    assert hit.document_name == "《创新药支持办法》（甲字〔2024〕1号）"
    assert hit.passage.start >= hit.clause.span.start
    assert hit.passage.end <= hit.clause.span.end
    assert list(hit.to_dict()) == ["id", "label", "document", "text", "score", "start", "end"]


@pytest.mark.parametrize("mode", RANKED)
def test_best_first_and_at_most_top(retriever: HybridRetriever, mode: Mode) -> None:
    hits = retriever.search("企业研发投入补贴", 2, mode)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score


def test_scores_of_both_rankings(retriever: HybridRetriever) -> None:
    for hit in retriever.search("中试平台"):
        assert -1 <= hit.dense_score <= 1
        assert hit.keyword_score >= 0
    best = retriever.search("支持建设中试平台")[0]
    assert (best.dense_rank, best.keyword_rank) == (1, 1)
    assert best.score == pytest.approx(1 / 11 + 2 / 11)  # k = 10, keywords count twice
    assert retriever.search("中试平台", mode=Mode.KEYWORD)[0].dense_score is None
    assert retriever.search("中试平台", mode=Mode.SEMANTIC)[0].keyword_score is None


@pytest.mark.parametrize("mode", RANKED)
def test_filters(retriever: HybridRetriever, mode: Mode) -> None:
    query = "企业研发投入补贴"
    assert set(ids(retriever, query, mode, doc="乙字[2020]2号")) == {"乙字〔2020〕2号 一"}
    assert set(ids(retriever, query, mode, doc="旧办")) == {"乙字〔2020〕2号 一"}
    assert set(ids(retriever, query, mode, unit="科技厅")) == {"甲字〔2024〕1号 一"}
    assert ids(retriever, query, mode, unit="省教育厅") == []
    assert "乙字〔2020〕2号 一" not in ids(retriever, query, mode, as_of=date(2024, 7, 1))
    assert "乙字〔2020〕2号 一" in ids(retriever, query, mode, as_of=date(2024, 6, 30))
    assert ids(retriever, query, mode, as_of=date(2023, 11, 30)) == []  # before either was issued


@pytest.mark.parametrize("mode", list(Mode))
def test_titles_only_when_asked_for(retriever: HybridRetriever, mode: Mode) -> None:
    title = "甲字〔2024〕1号 标题"
    assert title not in ids(retriever, "创新药支持办法", mode)
    assert title in ids(retriever, "创新药支持办法", mode, kinds=frozenset({NodeKind.TITLE}))


def test_exact_ignores_width_and_blanks(retriever: HybridRetriever) -> None:
    assert ids(retriever, "研发 投入给予４０％", Mode.EXACT) == ["甲字〔2024〕1号 一"]
    hit = retriever.search("给予 40％", mode=Mode.EXACT)[0]
    source = hit.clause.text
    assert "给予40%" in source
    assert hit.passage.length == 2 * len("给予40%") - 1  # every second source character is a blank
    assert ids(retriever, "量子", Mode.EXACT) == []


@pytest.mark.parametrize("name", ["甲字[2024]1号 二、8", "二、8", "二/8", "第8条", "甲字〔2024〕1号 二/8"])
def test_exact_takes_a_clause_by_name(retriever: HybridRetriever, name: str) -> None:
    assert ids(retriever, name, Mode.EXACT)[0] == "甲字〔2024〕1号 二/8"


def test_leftover_vectors_do_not_show(retriever: HybridRetriever, make_document, embedder) -> None:
    before = ids(retriever, "企业研发投入补贴", Mode.SEMANTIC)
    ghost = make_document("丙字〔2025〕3号", "幽灵", {"一": "企业研发投入补贴"})
    _, chunks = store_chunks(ghost, chunk_document(ghost))
    rows = embedder.embed_passages([chunk.indexed_text for chunk in chunks])
    retriever._vectors().upsert(vector_entries(ghost, [(c.id, c.clause_id) for c in chunks]), rows)
    assert ids(retriever, "企业研发投入补贴", Mode.SEMANTIC) == before


@pytest.mark.parametrize(("query", "top"), [("", 5), (" \n", 5), ("补贴", 0)])
def test_wrong_use(retriever: HybridRetriever, query: str, top: int) -> None:
    with pytest.raises(UsageError):
        retriever.search(query, top)


def test_unknown_document(retriever: HybridRetriever) -> None:
    with pytest.raises(NotFound, match="没有与“火星”相符的文件"):
        retriever.search("补贴", scope=Scope(doc="火星"))


def test_fusion_by_hand() -> None:
    scores = fuse([["a", "b", "c"], ["c", "a"]], k=60)
    assert scores == pytest.approx({"a": 1 / 61 + 1 / 62, "b": 1 / 62, "c": 1 / 63 + 1 / 61})
    weighted = fuse([["a"], ["b", "a"]], k=10, weights=[1.0, 2.0])
    assert weighted == pytest.approx({"a": 1 / 11 + 2 / 12, "b": 2 / 11})


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
