import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from corpus import DocumentError, KnowledgeBaseError, NotFound, PolicyDocument
from ingest import chunk_document
from kb import KnowledgeBase
from kb.catalog import Catalog
from kb.facets import Selection
from kb.names import name_key
from kb.query.conditions import Limit, UnitRole, Units
from kb.query.figures import Role
from kb.rows import store_chunks

MakeDocument = Callable[..., PolicyDocument]


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "home")


def put(catalog: Catalog, document: PolicyDocument) -> None:
    content_hash, chunks = store_chunks(document, chunk_document(document))
    catalog.put(document, chunks, content_hash)


def test_document_comes_back_equal(catalog: Catalog, make_document: MakeDocument) -> None:
    document = make_document(lead={"一": ("省科技厅", "省财政厅")}, effective=(None, date(2026, 12, 31)))
    put(catalog, document)
    assert catalog.document(document.id) == document
    assert [catalog.clause(clause.id) for clause in document.clauses] == list(document.clauses)


def test_shipped_policies_come_back_equal(knowledge_base: KnowledgeBase, tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "copy")
    for document in knowledge_base.documents():
        put(catalog, document)
        assert catalog.document(document.id) == document


def test_each_commit_raises_the_revision(catalog: Catalog, make_document: MakeDocument) -> None:
    first, second = make_document(), make_document("乙字〔2024〕2号")
    seen = [catalog.revision()]
    for change in (
        lambda: put(catalog, first),
        lambda: put(catalog, second),
        lambda: catalog.remove(first.id),
    ):
        change()
        seen.append(catalog.revision())
    assert seen == [0, 1, 2, 3]
    assert catalog.document_ids() == [second.id]
    assert catalog.clause_ids() == [clause.id for clause in second.clauses]


def test_another_opener_sees_commits(catalog: Catalog, tmp_path: Path, make_document: MakeDocument) -> None:
    other = Catalog(tmp_path / "home")
    put(catalog, make_document())
    assert other.revision() == 1
    assert other.document_ids() == ["甲字〔2024〕1号"]


def test_replacing_leaves_nothing_behind(catalog: Catalog, make_document: MakeDocument) -> None:
    put(catalog, make_document())
    newer = make_document(clauses={"一": "一、只剩一条。"})
    put(catalog, newer)
    assert catalog.document(newer.id) == newer
    assert {row.chunk.clause_id for row in catalog.chunks()} == {clause.id for clause in newer.clauses}


def test_failed_put_changes_nothing(catalog: Catalog, make_document: MakeDocument) -> None:
    old = make_document()
    put(catalog, old)
    thief = make_document("乙字〔2024〕2号")
    thief = replace(thief, clauses=(*thief.clauses, replace(old.clauses[1], path=("九",))))
    with pytest.raises(DocumentError, match="条款编号与知识库中另一文件"):
        put(catalog, thief)
    assert (catalog.document_ids(), catalog.revision()) == ([old.id], 1)
    assert catalog.document(old.id) == old


def test_same_clause_id_twice_is_refused(make_document: MakeDocument) -> None:
    document = make_document()
    document = replace(document, clauses=(*document.clauses, document.clauses[1]))
    with pytest.raises(DocumentError, match="甲字〔2024〕1号 一”出现 2 次"):
        store_chunks(document, chunk_document(document))


def test_content_hash_follows_content_and_not_the_file_name(make_document: MakeDocument) -> None:
    def content_hash(document: PolicyDocument) -> str:
        return store_chunks(document, chunk_document(document))[0]

    document = make_document()
    assert content_hash(document) == content_hash(replace(document, source_name="副本.txt"))
    assert content_hash(document) != content_hash(replace(document, effective_to=None))
    assert content_hash(document) != content_hash(make_document(clauses={"一": "一、支持。"}))


def test_records_and_days_in_force(catalog: Catalog, make_document: MakeDocument) -> None:
    put(catalog, make_document(effective=(None, date(2026, 12, 31))))
    (record,) = catalog.records()
    assert (record.clause_count, record.name) == (2, "《创新药支持办法》（甲字〔2024〕1号）")
    days = [date(2023, 11, 30), date(2023, 12, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [record.in_force(day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize("call", ["document", "clause", "remove"])
def test_unknown_ids(catalog: Catalog, call: str) -> None:
    with pytest.raises(NotFound, match="无此"):
        getattr(catalog, call)("无此")


def test_home_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(KnowledgeBaseError, match="无法创建知识库文件夹"):
        Catalog(tmp_path / "file" / "home")


def test_something_else_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_text("这不是数据库" * 100)
    with pytest.raises(KnowledgeBaseError, match="无法读写"):
        Catalog(tmp_path)


def test_somebody_elses_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "catalog.sqlite") as db:
        db.execute("CREATE TABLE t (x)")
    with pytest.raises(KnowledgeBaseError, match="不是本程序的知识库"):
        Catalog(tmp_path)


def test_selects_by_facets(catalog: Catalog, make_document: MakeDocument) -> None:
    clauses = {
        "一": "一、支持研发，由省科技厅牵头。",
        "二": "二、支持“研究型 床位”建设。",
        "二/8": "8.最高500万元。",
    }
    put(catalog, make_document(clauses=clauses, lead={"一": ("省科技厅",)}))
    put(
        catalog,
        make_document(
            "乙字〔2020〕2号", "旧办法", {"一": "一、研发。"}, lead={"一": ("省科技厅", "省财政厅")}
        ),
    )

    def chosen(**conditions: Any) -> list[str]:
        return catalog.select_clauses(Selection(**conditions), 10)

    one, two = "甲字〔2024〕1号", "乙字〔2020〕2号"
    assert chosen() == [f"{two} 一", f"{one} 一", f"{one} 二", f"{one} 二/8"]
    assert chosen(documents=frozenset({one}), units=(Units(("省科技厅",), UnitRole.ANY),)) == [f"{one} 一"]
    assert chosen(units=(Units(("省科技厅",), UnitRole.LEAD),), phrases=("研 发，",)) == [f"{one} 一"]
    assert chosen(phrases=("研究型床位",)) == [f"{one} 二"]
    assert chosen(units=(Units((), UnitRole.ANY),)) == chosen(documents=frozenset()) == []
    assert chosen(units=(Units(("省科技厅",), UnitRole.PARTICIPANT),)) == []
    more = Limit("amount", ">=", Decimal(5_000_000), frozenset({Role.CAP}))
    assert chosen(figures=(more,)) == [f"{one} 二/8"]
    assert catalog.keep(Selection(phrases=("研发",)), [f"{one} 一", f"{one} 二", "无"]) == {f"{one} 一"}
    assert len(catalog.select(Selection(), 2)) == 2
    (second,) = [row.chunk.id for row in catalog.chunks() if row.chunk.clause_id == f"{one} 二"]
    own, beside = catalog.forms([second, "无"])[second]
    assert "研究型 床位" in own and "研究型" not in beside
    assert "支持研发" in beside and "最高500万元" in beside
    assert catalog.by_name(name_key("甲字[2024]1号 二、8"), 5) == [f"{one} 二/8"]
    assert catalog.by_name(name_key("一"), 5) == [f"{two} 一", f"{one} 一"]
    assert catalog.unit_names() == ["省科技厅", "省财政厅"]


def test_stores_are_marked(catalog: Catalog) -> None:
    assert catalog.marked("words") == -1
    catalog.mark("words", 3)
    assert (catalog.marked("words"), catalog.revision()) == (3, 0)
    assert Catalog(catalog._path.parent).namespace == catalog.namespace
