"""Every change leaves a line, whoever makes it; metadata is corrected with all that hangs on it, and stays corrected."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from corpus import DocumentError, KnowledgeBaseError, PolicyDocument
from corpus.register import RegisterEntry
from ingest import parse_text
from ingest.restate import restate
from kb import KnowledgeBase, Settings
from kb.amending import amend, foresee
from kb.audit import AuditLog, acting
from kb.corrections import Corrections
from kb.embedding import Embedder
from kb.rule_shelf import confirm, drafts, drop, read_shelf, reject, save

NUMBER = "示府办〔2024〕8号"
NOTICE = """示范市人民政府办公室关于印发示范市技术改造奖补办法的通知

示府办〔2024〕8号

一、支持技术改造。对企业实施的技术改造项目，按设备投资的{rate}给予补助，最高不超过500万元。

二、支持平台建设。对新认定的国家级、省级企业技术中心，分别给予200万元、100万元一次性奖励。

本办法自2024年4月1日起施行，有效期至2026年3月31日。

示范市人民政府办公室
2024年3月1日
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "办法.txt"
    path.write_text(NOTICE.format(rate="8%"), "utf-8")
    return path


def lines(base: KnowledgeBase) -> list[tuple[str, str, str]]:
    return [(change.who, change.action, change.target) for change in reversed(base.audit.latest())]


def test_every_change_leaves_a_line(base: KnowledgeBase, file: Path) -> None:
    base.ingest([file])
    base.ingest([file])  # changes nothing
    file.write_text(NOTICE.format(rate="9%"), "utf-8")
    first, second = (rule.id for rule in drafts_of(base, file))
    with acting("网页管理员"):
        confirm(base, read_shelf(base), first)
        reject(base, read_shelf(base), second)
        drop(base, second)
        drop(base, first)
        save(base, drafts(base, read_shelf(base))[0])
        base.correct(NUMBER, RegisterEntry(file="", region="试验市"))
        base.rebuild()
        base.remove(NUMBER)
    assert lines(base) == [
        ("命令行", "入库", NUMBER),
        ("命令行", "替换", NUMBER),
        ("网页管理员", "确认规则", first),
        ("网页管理员", "不采用草稿", second),
        ("网页管理员", "恢复草稿", second),
        ("网页管理员", "撤销规则", first),
        ("网页管理员", "编辑规则", first),
        ("网页管理员", "改信息", NUMBER),
        ("网页管理员", "重建", "全部文件"),
        ("网页管理员", "删除", NUMBER),
    ]
    assert [change.target for change in base.audit.latest(1, "管理员 确认 9%")] == [first]


def drafts_of(base: KnowledgeBase, file: Path) -> tuple:  # type: ignore[type-arg]
    base.ingest([file])
    return drafts(base, read_shelf(base))


def test_what_ships_is_ingested_by_nobody(tmp_path: Path, policies: Path, embedder: Embedder) -> None:
    with KnowledgeBase(Settings(home=tmp_path / "home", policies=policies, _env_file=None), embedder) as base:
        assert {(who, action) for who, action, _ in lines(base)} == {("首次使用", "入库")}


def test_no_change_without_a_line(base: KnowledgeBase, file: Path) -> None:
    base.ingest([file])
    draft = drafts(base, read_shelf(base))[0]
    base.audit.path.unlink()
    base.audit.path.mkdir()  # cannot be written, also not by root
    for change in (
        lambda: base.remove(NUMBER),
        lambda: base.correct(NUMBER, RegisterEntry(file="", title="改名")),
        lambda: confirm(base, read_shelf(base), draft.id),
        lambda: reject(base, read_shelf(base), draft.id),
    ):
        with pytest.raises(KnowledgeBaseError, match=r"变更记录.*没有作任何改动"):
            change()
    assert base.document(NUMBER).title != "改名" and read_shelf(base).rules == ()


def test_a_line_that_cannot_be_added_any_more_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = AuditLog(tmp_path / "gone")
    log.note("删除", NUMBER, "《办法》")
    assert "这一改动已完成：命令行 删除 示府办〔2024〕8号 《办法》" in caplog.text


def test_a_broken_line_and_strange_separators_cost_nothing(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.add("入库", "甲", "一\u2028二\n三")
    with log.path.open("a", encoding="utf-8") as out:
        out.write('{"at": "2025-01-\n')
    log.add("删除", "乙")
    assert [(each.target, each.detail) for each in log.latest()] == [("乙", ""), ("甲", "一\u2028二\n三")]
    assert log.path.stat().st_mode & 0o077 == 0 or os.name == "nt"


@pytest.mark.parametrize(
    "entry",
    [
        RegisterEntry(file="", title="新标题"),
        RegisterEntry(file="", doc_number="示政发〔2024〕9号", issuers=("示范市人民政府", "示范市财政局")),
        RegisterEntry(file="", issued_on=date(2024, 5, 6), effective_to=date(2030, 1, 1), level="市"),
        RegisterEntry(file="", absent=("doc_number", "effective_to", "issuers")),
        RegisterEntry(
            file="", title="新标题", absent=("doc_number",), region="示范市", contacts=("市工信局",)
        ),
    ],
)
@pytest.mark.parametrize("text", [NOTICE.format(rate="8%"), "一、支持研发。\n二、支持临床。\n"])
def test_a_correction_is_what_reading_again_would_give(text: str, entry: RegisterEntry) -> None:
    read = parse_text(text, "办法.txt")
    assert restate(read, entry) == parse_text(text, "办法.txt", entry)
    again = RegisterEntry(file="", title="再改")
    assert restate(restate(read, entry), again).title == "再改"


def stores(base: KnowledgeBase) -> None:
    assert base._vectors().ids() == base._words().ids() == base._catalog.chunk_ids()


def test_a_corrected_document_is_found_under_its_new_number(
    base: KnowledgeBase, file: Path, embedder: Embedder
) -> None:
    base.ingest([file])
    added, work = base.records()[0].added_at, len(embedder.embedded)  # type: ignore[attr-defined]
    entry = RegisterEntry(file="", doc_number="示政发〔2024〕9号", title="奖补办法", absent=("effective_to",))
    version = base.records()[0].content_hash
    after = base.correct(NUMBER, entry, version)
    assert after == base.document("示政发〔2024〕9号") and [record.id for record in base.records()] == [
        after.id
    ]
    assert after.effective_to is None and base.records()[0].added_at == added
    assert len(embedder.embedded) == work, "the texts are the same: no vector is made anew"  # type: ignore[attr-defined]
    stores(base)
    assert base.search("设备投资", mode="semantic")[0].document_id == after.id
    assert base.search("示政发〔2024〕9号 一", mode="exact")[0].clause.id == f"{after.id} 一"
    with pytest.raises(DocumentError, match="被改动过"):
        base.correct(after.id, RegisterEntry(file="", title="乙"), version)


def test_a_correction_outlives_ingest_removal_and_copies(
    base: KnowledgeBase, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.ingest([file])
    after = base.correct(NUMBER, RegisterEntry(file="", doc_number="示政发〔2024〕9号"))
    revision = base.revision
    assert base.ingest([file]).outcomes[0].status == "unchanged" and base.revision == revision
    monkeypatch.setattr("kb.plan.parser_version", lambda: "newer")  # so the file is read again
    assert base.ingest([file]).outcomes[0].status == "unchanged"
    assert base.documents() == [after]
    base.correct(after.id, RegisterEntry(file="", title="奖补办法"))
    base.remove(after.id)
    copy = tmp_path / "copy" / "另存.txt"
    copy.parent.mkdir()
    copy.write_bytes(file.read_bytes())
    base.ingest([copy])
    (document,) = base.documents()
    assert (document.id, document.title) == ("示政发〔2024〕9号", "奖补办法")
    copy.write_text(NOTICE.format(rate="9%"), "utf-8")  # another version is read afresh
    base.ingest([copy])
    assert [record.id for record in base.records()] == [NUMBER]


def test_a_name_that_is_taken_is_refused(base: KnowledgeBase, policies: Path) -> None:
    base.ingest([policies])
    before = base.documents()
    taken = RegisterEntry(file="", doc_number="试科字〔2024〕2号")
    for refuse in (
        lambda: base.correct("试科字〔2024〕1号", taken),
        lambda: foresee(base, "试科字〔2024〕1号", taken),
    ):
        with pytest.raises(DocumentError, match="已有“试科字〔2024〕2号”"):
            refuse()
    assert base.documents() == before and Corrections(base.settings.home).read() == {}


def test_own_rules_follow_a_correction_and_others_are_named(
    embedder: Embedder, tmp_path: Path, file: Path
) -> None:
    with KnowledgeBase(Settings(home=tmp_path / "home", _env_file=None), embedder) as base:
        rule = confirm(base, read_shelf(base), drafts_of(base, file)[0].id)
        entry = RegisterEntry(file="", doc_number="示政发〔2024〕9号", effective_to=date(2030, 12, 31))
        foreseen = foresee(base, NUMBER, entry)
        assert [each.id for each in foreseen.carried] == [rule.id] and foreseen.stopped == ()
        assert foreseen.changes == (
            ("文号", NUMBER, "示政发〔2024〕9号"),
            ("失效日期", "2026-03-31", "2030-12-31"),
        )
        amend(base, NUMBER, entry, "")
        now = read_shelf(base).find(rule.id)
        assert now in read_shelf(base).rules and now.bases[0].clause == "示政发〔2024〕9号 一"
        assert now.bases[0].valid_to == date(2030, 12, 31)
        assert rule.id not in {each.id for each in drafts(base, read_shelf(base))}
        shipped = "鲁发改高技〔2025〕687号"
        done = amend(base, shipped, RegisterEntry(file="", doc_number="鲁发改〔2025〕1号"), "")
        assert done.stopped and {each.id for each in done.stopped} == {
            each.id for each in foresee_again(base, done.before)
        }


def foresee_again(base: KnowledgeBase, before: PolicyDocument) -> tuple:  # type: ignore[type-arg]
    """The rules that a document had before it was called otherwise."""
    from kb.rule_files import shipped_rules

    own: Callable[[str], bool] = lambda clause: clause.rpartition(" ")[0] == before.id  # noqa: E731
    return tuple(rule for rule in shipped_rules() if all(map(own, rule.clauses)))


def test_a_rejected_draft_comes_back_when_its_clause_says_something_else(
    base: KnowledgeBase, file: Path
) -> None:
    first = drafts_of(base, file)[0]
    reject(base, read_shelf(base), first.id)
    assert first.id not in {each.id for each in drafts(base, read_shelf(base))}
    assert [each.id for each in read_shelf(base).rejected] == [first.id]
    assert read_shelf(base).rules == () and read_shelf(base).waiting == ()
    file.write_text(NOTICE.format(rate="9%"), "utf-8")
    assert first.id in {each.id for each in drafts_of(base, file)}
