"""The verification catches what is corrupted, and lets true answers be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from chat.answer import Answer, Citation, Status
from chat.assistant import Assistant
from kb import KnowledgeBase
from tests.llm.verify import faults

QUESTION = "II期临床研发投入6000万能拿多少"
Wrong = Callable[[Answer], Answer]


@pytest.fixture(scope="module")
def true(knowledge_base: KnowledgeBase) -> Answer:
    answer = Assistant(knowledge_base).ask(QUESTION, as_of=date(2025, 10, 1))
    assert answer.status is Status.ANSWERED and answer.calculation
    return answer


def check(kb: KnowledgeBase, answer: Answer) -> list[str]:
    clauses = {clause.id: clause for document in kb.documents() for clause in document.clauses}
    return faults(answer, [QUESTION], clauses.get, [record.name for record in kb.records()])


def said(text: str) -> Wrong:
    return lambda answer: replace(answer, answer=text)


def cited(**changes: object) -> Wrong:
    def change(answer: Answer) -> Answer:
        return replace(answer, citations=(replace(answer.citations[0], **changes), *answer.citations[1:]))  # type: ignore[arg-type]

    return change


@pytest.mark.parametrize(
    "text",
    [
        "最多0.2亿元[1]，即２０００万元，按研发投入的40%计[1]。",
        "研发投入6000万元×40%=2400万元，超过2000万元的上限[1]。",
        "“经评审给予不超过研发投入40%”[1]，分Ⅰ、Ⅱ、Ⅲ期，牵头单位：省科技厅。\n以上内容仅供查阅。",
    ],
)
def test_true_answers_pass(knowledge_base: KnowledgeBase, true: Answer, text: str) -> None:
    assert check(knowledge_base, true) == []
    assert check(knowledge_base, replace(true, answer=text)) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (said("最多2500万元[1]。"), "2500万 stands nowhere"),
        (said("最多2000亿元[1]。"), "2000亿 stands nowhere"),
        (said("按40‰计[1]。"), "40‰ stands nowhere"),
        (said("按60%计[1]。"), "60% stands nowhere"),
        (said("自2031年起[1]。"), "2031 stands nowhere"),
        (said("IV期也支持[1]。"), "IV期 stands nowhere"),
        (said("40%以上[1]。"), "以上 stands nowhere"),
        (said("给予不低于研发投入40%的支持[1]。"), "不低于 stands nowhere"),
        (said("由省财政厅牵头[1]。"), "省财政厅 is said to lead"),
        (said("牵头单位：省药监局[1]。"), "省药监局 is said to lead"),
        (said("原文写的是“一律给予全额支持”[1]。"), "is in no clause"),
        (said("最多2000万元[9]。"), "mark [9]"),
        (cited(quote="一律给予全额支持"), "is not in"),
        (cited(quote=" "), "is not in"),
        (cited(id="鲁科字〔2024〕137号 九/（九）"), "no such clause"),
        (cited(start=0, end=4), "is outside"),
        (lambda answer: replace(answer, status=Status.NOT_FOUND), "not_found with"),
        (
            lambda answer: replace(answer, answer="可以。", citations=(), calculation=None),
            "without a citation",
        ),
    ],
)
def test_false_ones_do_not(knowledge_base: KnowledgeBase, true: Answer, wrong: Wrong, words: str) -> None:
    found = check(knowledge_base, wrong(true))
    assert any(words in fault for fault in found), found


def test_a_refusal_passes(knowledge_base: KnowledgeBase) -> None:
    answer = Assistant(knowledge_base).ask("今天天气怎么样", as_of=date(2025, 10, 1))
    assert answer.status is Status.NOT_FOUND and check(knowledge_base, answer) == []
    citation = Citation(1, "甲", "甲", "《甲》", "原文", 0, 2)
    assert check(knowledge_base, replace(answer, citations=(citation,)))
