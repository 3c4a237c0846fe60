"""The rules of a knowledge base: drafts wait, confirmed ones compute, and one that no longer fits its text is left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from chat import Assistant
from chat.answer import Status
from corpus import InputError, NotFound, RegisterError
from kb import KnowledgeBase, Settings
from kb.rule_shelf import confirm, drafts, drop, find_rule, read_shelf, rule_path, save

DAY = date(2025, 6, 1)
NOTICE = """示范市人民政府办公室关于印发示范市技术改造奖补办法的通知

示府办〔2024〕8号

一、支持技术改造。对企业实施的技术改造项目，按设备投资的{rate}给予补助，最高不超过500万元。

二、支持平台建设。对新认定的国家级、省级企业技术中心，分别给予200万元、100万元一次性奖励。

示范市人民政府办公室
2024年3月1日
"""
NUMBER = "示府办〔2024〕8号"
QUESTION = "技术改造项目设备投资3000万能拿多少补助"


@pytest.fixture
def base(embedder: object, no_policies: Path, tmp_path: Path) -> KnowledgeBase:
    settings = Settings(home=tmp_path / "home", policies=no_policies, _env_file=None)
    opened = KnowledgeBase(settings, embedder).open()  # type: ignore[arg-type]
    write(opened, "8%", tmp_path)
    yield opened
    opened.close()


def write(base: KnowledgeBase, rate: str, folder: Path) -> None:
    file = folder / "办法.txt"
    file.write_text(NOTICE.format(rate=rate), encoding="utf-8")
    assert not base.ingest([file]).failed


def test_drafts_wait_for_a_person(base: KnowledgeBase) -> None:
    shelf = read_shelf(base)
    assert (shelf.rules, shelf.problems) == ((), ())
    assert [rule.bases[0].clause for rule in drafts(base, shelf)] == [f"{NUMBER} 一", f"{NUMBER} 二"]
    assert drafts(base, shelf, NUMBER) == drafts(base, shelf)
    answer = Assistant(base).ask(f"{NUMBER}第一条能拿多少补助", (), DAY)
    assert answer.status is Status.ANSWERED and answer.calculation is None and "8%" in answer.answer
    assert any("尚未经人工确认" in warning for warning in answer.warnings)


def test_a_draft_never_computes(base: KnowledgeBase) -> None:
    from chat.subsidy.calculator import calculate, parse_cli_inputs

    draft = drafts(base, read_shelf(base))[0]
    with pytest.raises(InputError, match=rf"规则 {draft.id} 是.*草稿.*核对并确认"):
        calculate(draft, parse_cli_inputs(draft, ["investment=3000万"]))


def test_a_confirmed_draft_computes_in_a_conversation(base: KnowledgeBase) -> None:
    assistant = Assistant(base)
    assert assistant.ask(QUESTION, (), DAY).calculation is None
    draft = drafts(base, read_shelf(base))[0]
    confirm(base, read_shelf(base), draft.id)
    answer = assistant.ask(QUESTION, (), DAY)  # the same assistant sees it
    assert answer.calculation is not None and answer.calculation.amount_yuan == Decimal(2_400_000)
    assert not any("尚未经人工确认" in warning for warning in answer.warnings)
    assert [rule.bases[0].clause for rule in drafts(base, read_shelf(base))] == [f"{NUMBER} 二"]
    follow = assistant.ask("不对，是8000万", (QUESTION,), DAY)
    assert follow.calculation is not None and follow.calculation.amount_yuan == Decimal(5_000_000)


def test_a_stale_rule_is_left_out_and_named(base: KnowledgeBase, tmp_path: Path) -> None:
    draft = confirm(base, read_shelf(base), drafts(base, read_shelf(base))[0].id)
    assistant = Assistant(base)
    assert assistant.ask(QUESTION, (), DAY).calculation is not None
    write(base, "4%", tmp_path)
    shelf = read_shelf(base)
    assert shelf.rules == () and any(
        f"规则 {draft.id} 的 rate：引文“按设备投资的8%给予补助”不是条款" in p for p in shelf.problems
    )
    answer = assistant.ask(QUESTION, (), DAY)
    assert answer.calculation is None and "8%" not in answer.answer


def test_an_edited_draft_is_checked_before_it_computes(base: KnowledgeBase) -> None:
    draft = drafts(base, read_shelf(base))[0]
    path = save(base, draft)
    text = path.read_text("utf-8")
    path.write_text(text.replace("value: 8%", "value: 80%"), encoding="utf-8")
    with pytest.raises(RegisterError, match=r"的 rate：引文“按设备投资的8%给予补助”里没有 80%。.*再确认"):
        confirm(base, read_shelf(base), draft.id)
    assert read_shelf(base).rules == ()
    path.write_text(text.replace("title: ", "title: 改过的"), encoding="utf-8")
    assert confirm(base, read_shelf(base), draft.id).title.startswith("改过的")
    assert read_shelf(base).rules[0].title.startswith("改过的")


def test_a_broken_file_is_told_and_the_others_are_used(base: KnowledgeBase) -> None:
    confirm(base, read_shelf(base), drafts(base, read_shelf(base))[0].id)
    (rule_path(base, "broken")).write_text("id: [", encoding="utf-8")
    shelf = read_shelf(base)
    assert len(shelf.rules) == 1 and len(shelf.problems) == 1
    assert shelf.problems[0].startswith("规则文件 broken.yaml 第")


def test_a_rule_can_be_dropped(base: KnowledgeBase) -> None:
    rule = confirm(base, read_shelf(base), drafts(base, read_shelf(base))[1].id)
    assert drop(base, rule.title) == rule.id
    assert read_shelf(base).rules == () and len(drafts(base, read_shelf(base))) == 2
    with pytest.raises(NotFound, match=r"没有规则“clinical_trial”.*随附的规则不能删除"):
        drop(base, "clinical_trial")


def test_an_unknown_rule(base: KnowledgeBase) -> None:
    with pytest.raises(NotFound, match=r"没有规则“无”。.*草稿清单"):
        find_rule(base, read_shelf(base), "无")


def test_shipped_rules_go_with_their_documents(knowledge_base: KnowledgeBase) -> None:
    shelf = read_shelf(knowledge_base)
    assert {"clinical_trial", "first_set_insurance"} <= {rule.id for rule in shelf.rules}
    assert shelf.problems == () and shelf.waiting == ()
    assert drafts(knowledge_base, shelf) == ()  # every figure of the two policies has its rule


def test_an_own_copy_of_a_shipped_rule_disturbs_no_other(embedder: object, tmp_path: Path) -> None:
    with KnowledgeBase(Settings(home=tmp_path / "home", _env_file=None), embedder) as base:  # type: ignore[arg-type]
        before = {rule.id for rule in read_shelf(base).rules}
        save(base, find_rule(base, read_shelf(base), "clinical_trial"))
        shelf = read_shelf(base)
        assert shelf.problems == () and {rule.id for rule in shelf.rules} == before


def test_rules_of_a_removed_document_wait_for_it(base: KnowledgeBase, tmp_path: Path) -> None:
    rule = confirm(base, read_shelf(base), drafts(base, read_shelf(base))[0].id)
    base.remove(NUMBER)
    assert read_shelf(base).rules == () and read_shelf(base).problems == ()
    write(base, "8%", tmp_path)
    assert [each.id for each in read_shelf(base).rules] == [rule.id]
