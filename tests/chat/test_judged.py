"""The conditions behind an answer: from the same evaluation as the answer, or not shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chat.answer import Answer, Status
from chat.assistant import Assistant
from chat.judged import Table, conditions_of
from chat.matching.types import State
from kb import KnowledgeBase

DAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def assistant(knowledge_base: KnowledgeBase) -> Assistant:
    return Assistant(knowledge_base)


def asked(assistant: Assistant, *turns: str) -> tuple[Answer, tuple[Table, ...]]:
    *history, question = turns
    answer = assistant.ask(question, history, DAY)
    return answer, conditions_of(assistant, answer, history)


def states(tables: Sequence[Table]) -> dict[str, tuple[State, tuple[str, ...]]]:
    return {row.id: (row.state, row.said) for table in tables for row in table.rows}


def test_what_a_calculation_rests_on_is_told_with_the_words_that_say_so(assistant: Assistant) -> None:
    answer, tables = asked(assistant, "1类化学药已完成II期，在济南转化，研发投入6000万能拿多少", "那III期呢")
    assert answer.calculation is not None and len(tables) == 1
    assert states(tables) == {
        "product_class": (State.MET, ("1类",)),
        "region": (State.MET, ("济南",)),
        "phase": (State.MET, ("III期",)),
        "completed": (State.MET, ("已完成",)),
    }


def test_what_was_not_said_is_open_beside_an_amount(assistant: Assistant) -> None:
    _, tables = asked(assistant, "II期临床研发投入6000万能拿多少")
    assert {state for state, _ in states(tables).values()} == {State.MET, State.OPEN}


@pytest.mark.parametrize(
    ("question", "condition", "words"),
    [
        ("仿制药II期投入6000万能拿多少", "product_class", ("仿制药",)),
        ("我们在南京，II期临床投入6000万能拿多少", "region", ("南京",)),
        ("IV期临床花了3000万补多少", "phase", ("IV期",)),
    ],
)
def test_a_refusal_is_the_condition_that_is_not_met(
    assistant: Assistant, question: str, condition: str, words: tuple[str, ...]
) -> None:
    answer, tables = asked(assistant, question)
    assert answer.status is Status.NOT_ELIGIBLE
    assert [each for each in states(tables).items() if each[1][0] is State.NOT_MET] == [
        (condition, (State.NOT_MET, words))
    ]


def test_a_matching_has_a_table_for_each_measure(assistant: Assistant) -> None:
    answer, tables = asked(assistant, "我们是济南的医疗器械企业，首次取得第三类医疗器械注册证，能享受什么")
    assert len(tables) > 2 and all(table.state and table.rows for table in tables)
    assert all(table.title in answer.answer for table in tables[:2])


def test_nothing_is_shown_where_the_evaluation_does_not_come_to_the_answer(assistant: Assistant) -> None:
    answer, tables = asked(assistant, "II期临床研发投入6000万能拿多少")
    assert tables and answer.calculation
    other = replace(answer, calculation=replace(answer.calculation, amount_yuan=Decimal(1)))
    refused = replace(answer, calculation=None, status=Status.NOT_ELIGIBLE)
    assert conditions_of(assistant, other, ()) == conditions_of(assistant, refused, ()) == ()


def test_an_answer_by_no_rule_has_no_conditions(assistant: Assistant) -> None:
    for question in ("687号文第8条是怎么规定的？", "今天天气怎么样", "", "II期研发投入-5万能拿多少"):
        assert asked(assistant, question)[1] == ()
