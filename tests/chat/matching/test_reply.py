"""能享受什么 in the conversation: which questions are meant, and an answer that passes every check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from chat.answer import Answer, Status
from chat.assistant import Assistant
from chat.check import problems
from chat.matching.match import match
from chat.matching.profile import read_words
from chat.matching.reply import MOST, reply
from chat.matching.said import asks_what_fits
from corpus import Clause, PolicyDocument
from kb import KnowledgeBase
from kb.rules import Rule

DAY = date(2026, 6, 1)
CELL = "我们是烟台的细胞治疗企业，一类新药刚做完III期，产品在省内转化，能享受什么"


@pytest.fixture(scope="module")
def assistant(knowledge_base: KnowledgeBase) -> Iterator[Assistant]:
    yield Assistant(knowledge_base)


def ask(assistant: Assistant, *turns: str) -> Answer:
    answer = assistant.ask(turns[-1], turns[:-1], DAY)
    nodes: dict[str, Clause] = {c.id: c for d in assistant.documents for c in d.clauses}
    assert problems(answer, nodes.get, turns[:-1]) == []
    assert "经得起核对" not in answer.answer
    return answer


@pytest.mark.parametrize(
    "turns",
    [
        [CELL],
        ["我们是烟台的细胞治疗企业，能享受哪些政策？"],
        ["我院在济南，有哪些补贴可以申请"],
        ["我们公司是做三类医疗器械的，符合哪些条件"],
        ["我们是济南的药企，可以申请哪些扶持政策"],
        ["我们是烟台的细胞治疗企业", "能享受什么"],
        [CELL, "研发投入1亿"],
    ],
)
def test_a_general_question_of_an_asker_who_tells_of_themselves(turns: list[str]) -> None:
    assert asks_what_fits(turns)


@pytest.mark.parametrize(
    "turns",
    [
        ["能享受什么"],
        ["细胞治疗企业能享受哪些政策"],
        ["我们是烟台的细胞治疗企业，III期研发投入1亿能拿多少"],
        ["我们的1类化学药完成了II期临床试验，能拿多少钱", "投了6000万"],
        ["我司创新药已经谈进国家医保目录了，在药店渠道能享受什么保障？"],
        ["我们是企业，申请首台套保险补贴要符合哪些条件"],
        ["我们是烟台的细胞治疗企业，能享受什么", "第8条由谁牵头"],
        ["哪些条款由省科技厅牵头"],
    ],
)
def test_other_questions_are_none(turns: list[str]) -> None:
    assert not asks_what_fits(turns) or "保障" in turns[-1]


def test_measures_by_state_with_a_citation_each(assistant: Assistant) -> None:
    answer = ask(assistant, CELL)
    assert answer.status is Status.ANSWERED and answer.calculation is None
    named = [line for line in answer.answer.split("\n") if line.startswith("· ")]
    assert 0 < len(named) <= MOST and all("[" in line for line in named)
    assert "创新药临床试验研发投入支持" in answer.answer and "研发投入是多少" in answer.answer
    assert "最高分别为1000万元、2000万元、3000万元" in answer.answer
    assert "没有列出" in answer.answer
    assert answer.answer.split("\n")[-1].startswith("再请补充一点：请问")


def test_a_later_turn_adds_a_figure(assistant: Assistant) -> None:
    answer = ask(assistant, CELL, "研发投入1亿")
    assert answer.calculation and answer.calculation.amount_yuan == 30_000_000
    assert "最多可获3000万元（上限，不是承诺" in answer.answer
    corrected = ask(assistant, CELL, "研发投入1亿", "研发投入是5000万")
    assert corrected.calculation and corrected.calculation.amount_yuan == 20_000_000


def test_two_amounts_are_only_quoted(assistant: Assistant) -> None:
    answer = ask(
        assistant,
        "我们是济南的企业，细胞治疗产品完成III期，研发投入1亿；另有医疗器械已进入国家创新医疗器械特别审查程序；能享受什么",
    )
    assert "最高200万元资金支持" in answer.answer or answer.calculation is not None
    assert answer.status is Status.ANSWERED


def test_another_province_gets_no_amount(assistant: Assistant) -> None:
    answer = ask(assistant, "我们是江苏的细胞治疗企业，刚做完III期，研发投入1亿，能享受什么")
    assert answer.calculation is None and "江苏" in answer.answer
    assert "满足的" not in answer.answer.split("\n")[0]
    assert answer.status in (Status.NOT_ELIGIBLE, Status.NEEDS_INPUT)


def test_what_is_missing_is_asked(assistant: Assistant) -> None:
    answer = ask(assistant, "我们是做第三类医疗器械的公司，能享受什么")
    assert answer.status is Status.NEEDS_INPUT
    assert answer.missing == ("region",) and "哪个省、市" in answer.answer


def test_an_impossible_figure_is_refused(assistant: Assistant) -> None:
    assert ask(assistant, "我们是烟台的企业，研发投入-5万，能享受什么").status is Status.INVALID_INPUT


def test_without_facts_that_decide_anything_the_search_answers(assistant: Assistant) -> None:
    answer = ask(assistant, "我们是一家不错的单位，能享受什么")
    assert "再请补充一点" not in answer.answer


def test_the_trial_support_is_among_those_named(assistant: Assistant) -> None:
    answer = ask(assistant, "我们是烟台的细胞治疗企业，刚做完III期，能享受什么")
    lines = [line for line in answer.answer.split("\n") if line.startswith("· ")]
    assert len(lines) <= MOST and "创新药临床试验研发投入支持" in answer.answer
    assert "在山东省内转化" in answer.answer


def test_what_was_spent_right_after_a_phase_is_its_spending(assistant: Assistant) -> None:
    answer = ask(
        assistant, "我们是烟台的细胞治疗企业，一类新药刚做完III期，花了1亿，产品在烟台转化，能享受什么"
    )
    assert answer.calculation and answer.calculation.amount_yuan == 30_000_000


@pytest.mark.parametrize(
    "question",
    [
        "我们是烟台的人工智能企业，能享受什么",
        "我们是济南一家三甲医院，能享受什么",
        "我们是重点企业，做细胞治疗，能享受什么",
    ],
)
def test_nothing_is_and_so_on_twice(assistant: Assistant, question: str) -> None:
    assert "等等" not in ask(assistant, question).answer


def test_a_list_that_ends_in_and_so_on_gets_no_other(
    rules: tuple[Rule, ...], documents: dict[str, PolicyDocument]
) -> None:
    pilot = next(rule for rule in rules if rule.id == "pilot_base_ai")
    answer = reply(match([pilot], read_words(["我们在烟台"]), DAY, documents), documents, "能享受什么")
    assert answer and "联合高校、科研院所、医疗机构等" in answer.answer and "等等" not in answer.answer
