import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import KnowledgeBaseError, NotFound, UsageError
from kb import FileStatus, KnowledgeBase, Settings
from kb.embedding import Embedder
from kb.hits import IngestState

PolicyText = Callable[..., str]
ROOT = Path(__file__).parents[2]


def settings(home: Path, policies: Path) -> Settings:
    return Settings(home=home, policies=policies, _env_file=None)


def statuses(base: KnowledgeBase, *paths: Path) -> list[str]:
    return [outcome.status.value for outcome in base.ingest(paths).outcomes]


def test_first_use_ingests_the_policies_once(tmp_path: Path, policies: Path, embedder: Embedder) -> None:
    told: list[IngestState] = []
    with KnowledgeBase(settings(tmp_path / "new" / "home", policies), embedder) as base:
        base.open(told.append)
        assert len(base.documents()) == 3
        for document in base.records():
            base.remove(document.id)
    with KnowledgeBase(settings(tmp_path / "new" / "home", policies), embedder) as base:
        assert base.documents() == []  # what was removed stays removed
    assert told == []  # opened by ``with`` already


def test_progress(base: KnowledgeBase, policies: Path) -> None:
    told: list[IngestState] = []
    base.ingest([policies], told.append)
    names = list(dict.fromkeys(state.name for state in told))
    assert names == ["1.txt", "2.txt", "3.txt", ""]
    assert [state.done for state in told] == sorted(state.done for state in told)
    assert {state.total for state in told} == {3}
    assert (told[-1].done, told[-1].clauses) == (3, 12)


def test_missing_policies_folder(tmp_path: Path, embedder: Embedder) -> None:
    with pytest.raises(KnowledgeBaseError, match="POLICYKB_POLICIES"):
        KnowledgeBase(settings(tmp_path / "home", tmp_path / "nowhere"), embedder).open()


def test_added_unchanged_replaced(
    base: KnowledgeBase, policies: Path, policy_text: PolicyText, embedder
) -> None:
    assert statuses(base, policies) == ["added"] * 3
    revision, work = base.revision, len(embedder.embedded)
    assert statuses(base, policies) == ["unchanged"] * 3
    assert (base.revision, len(embedder.embedded)) == (revision, work)
    (policies / "2.txt").write_text(policy_text(2, measures=5), "utf-8")
    assert statuses(base, policies) == ["unchanged", "replaced", "unchanged"]
    assert base.search("不超过204万元", mode="keyword")[0].clause.path == ("五",)
    assert_stores_agree(base)


def assert_stores_agree(base: KnowledgeBase) -> None:
    chunks = base._catalog.chunk_ids()
    assert base._vectors().ids() == base._words().ids() == chunks


def test_a_bad_file_does_not_stop_the_batch(base: KnowledgeBase, policies: Path, tmp_path: Path) -> None:
    (policies / "0-empty.txt").write_bytes(b"")
    (policies / "1-binary.txt").write_bytes(bytes(range(256)) * 20)
    (policies / "skipped.pdf").write_bytes(b"%PDF")
    (policies / ".hidden.txt").write_text("x")
    (policies / "sub").mkdir()
    (policies / "sub" / "4.md").write_text("# 关于支持的若干措施\n\n一、支持企业研发。\n", "utf-8")
    report = base.ingest([tmp_path / "nowhere.txt", policies, policies / "1.txt", policies / "skipped.pdf"])
    got = [(outcome.path.name, outcome.status.value) for outcome in report.outcomes]
    assert got == [
        ("nowhere.txt", "failed"),
        ("0-empty.txt", "failed"),
        ("1-binary.txt", "failed"),
        ("1.txt", "added"),
        ("2.txt", "added"),
        ("3.txt", "added"),
        ("skipped.pdf", "failed"),
        ("4.md", "added"),
    ]
    assert report.count(FileStatus.ADDED) == 4
    for outcome in report.failed:
        assert outcome.path.name in outcome.message
        assert "\n" not in outcome.message


def test_folder_without_policies(base: KnowledgeBase, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (outcome,) = base.ingest([tmp_path / "empty"]).failed
    assert "没有政策文件" in outcome.message


def test_a_parser_bug_costs_one_file(
    base: KnowledgeBase, policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb import plan

    def buggy(path: Path, *rest: object) -> object:
        if path.name == "2.txt":
            raise RecursionError("too deep")
        return parse(path, *rest)

    parse = plan.parse_file
    monkeypatch.setattr(plan, "parse_file", buggy)
    assert statuses(base, policies) == ["added", "failed", "added"]


def test_two_files_of_one_number(base: KnowledgeBase, policies: Path, policy_text: PolicyText) -> None:
    (policies / "9.txt").write_text(policy_text(1, measures=2), "utf-8")
    for _ in range(2):  # and the same when it is done again
        (outcome,) = base.ingest([policies]).failed
        assert "1.txt" in outcome.message
        assert "9.txt" in outcome.message
    assert base.clause("试科字〔2024〕1号 四")  # the first one stayed


def test_find_and_remove(base: KnowledgeBase, policies: Path) -> None:
    base.ingest([policies])
    assert base.document("试科字[2024] 2号").id == "试科字〔2024〕2号"
    assert base.document("第2类产业").id == "试科字〔2024〕2号"
    with pytest.raises(NotFound, match="3 份"):
        base.document("产业发展")
    with pytest.raises(NotFound):
        base.remove("第2类产业")  # part of a title is not enough to remove
    assert base.remove("试科字 [2024]2号") == "试科字〔2024〕2号"
    assert len(base.records()) == 2
    assert all(hit.document_id != "试科字〔2024〕2号" for hit in base.search("支持第2类临床", 20))
    with pytest.raises(NotFound):
        base.clause("试科字〔2024〕2号 一")
    assert_stores_agree(base)


def test_unknown_mode(base: KnowledgeBase) -> None:
    with pytest.raises(UsageError, match="hybrid、keyword、semantic、exact"):
        base.search("补贴", mode="fuzzy")


def test_empty_base_finds_nothing(base: KnowledgeBase) -> None:
    assert [base.search("补贴", mode=mode) for mode in ("hybrid", "keyword", "semantic", "exact")] == [[]] * 4


def test_another_model_needs_a_rebuild(base: KnowledgeBase, policies: Path, embedder, caplog) -> None:
    base.ingest([policies])
    base.close()
    other = type(embedder)("hash-32", 32)
    with KnowledgeBase(base.settings, other) as again:
        assert again.search("临床", mode="keyword")  # needs no vectors
        for use in (lambda: again.search("临床"), lambda: again.ingest([policies])):
            with pytest.raises(KnowledgeBaseError, match=r"hash-64.*hash-32.*--rebuild"):
                use()
        again.rebuild()
        assert again.search("临床", mode="semantic")
        assert_stores_agree(again)


@pytest.mark.parametrize("loss", ["folder gone", "file damaged"])
def test_lost_vectors_are_made_again(base: KnowledgeBase, policies: Path, loss: str, caplog) -> None:
    base.ingest([policies])
    before = [(hit.clause.id, hit.score) for hit in base.search("支持第2类临床")]
    base.close()
    folder = base.settings.home / "chroma"
    if loss == "folder gone":
        folder.rename(folder.with_name("gone"))
    else:
        (database,) = folder.rglob("chroma.sqlite3")
        database.write_bytes(b"garbage" * 1000)
    with caplog.at_level(logging.WARNING), base.open():
        assert [(hit.clause.id, hit.score) for hit in base.search("支持第2类临床")] == before
    assert "重新生成向量" in caplog.text


def test_unusable_homes(tmp_path: Path, no_policies: Path, embedder: Embedder) -> None:
    (tmp_path / "file").write_text("x")
    for home in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/policykb")):
        with pytest.raises(KnowledgeBaseError) as caught:
            KnowledgeBase(settings(home, no_policies), embedder).open()
        assert str(home) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_sees_what_another_process_committed(
    base: KnowledgeBase, policies: Path, policy_text: PolicyText
) -> None:
    base.ingest([policies])
    assert base.search("第2类", mode="semantic")
    (policies / "1.txt").unlink()
    (policies / "2.txt").write_text(policy_text(2, measures=8), "utf-8")
    (policies / "3.txt").write_text(policy_text(33), "utf-8")
    child = f"""
import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from pathlib import Path
from conftest import HashEmbedder
from kb import KnowledgeBase, Settings
home, policies = Path({str(base.settings.home)!r}), Path({str(policies)!r})
with KnowledgeBase(Settings(home=home, policies=policies, _env_file=None), HashEmbedder()) as base:
    base.ingest([policies])
    base.remove("试科字〔2024〕1号")
"""
    subprocess.run([sys.executable, "-c", child], check=True)
    for mode in ("hybrid", "keyword", "semantic"):
        found = {hit.document_id for hit in base.search("支持第33类研发", 50, mode=mode)}
        assert found == {"试科字〔2024〕2号", "试科字〔2024〕3号", "试科字〔2024〕33号"}
    assert len(base.search("第2类", 50, mode="exact", doc="试科字〔2024〕2号")) == 8
    assert_stores_agree(base)


def test_two_openers_in_one_process(base: KnowledgeBase, policies: Path, embedder: Embedder) -> None:
    with KnowledgeBase(base.settings, embedder) as other:
        assert other.search("第1类") == []
        base.ingest([policies])
        assert len(other.search("第1类", 50)) == len(base.search("第1类", 50)) == 21
        other.remove("试科字〔2024〕1号")
        assert len(base.search("第1类", 50, mode="semantic")) == 14


def test_importing_and_listing_load_nothing_heavy(base: KnowledgeBase, policies: Path) -> None:
    base.ingest([policies])
    child = f"""
import sys
import kb, kb.knowledge_base, kb.retriever, kb.stores.homes, kb.embedding
from pathlib import Path
heavy = {{"torch", "sentence_transformers", "chromadb", "bm25s", "jieba", "langchain_core"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
with kb.KnowledgeBase(kb.Settings(home=Path({str(base.settings.home)!r}), _env_file=None)) as base:
    assert len(base.documents()) == 3 and base.search("第1类", mode="keyword")
assert not {{"torch", "sentence_transformers", "chromadb"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", child], check=True)


def test_using_a_closed_one(base: KnowledgeBase) -> None:
    base.close()
    with pytest.raises(RuntimeError, match="open the knowledge base"):
        base.records()
