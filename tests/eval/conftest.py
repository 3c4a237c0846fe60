"""A small benchmark made by hand."""

from collections.abc import Callable

import pytest

from chat.answer import Answer, Status
from eval.metrics.samples import sample_answer
from eval.qa_set import QAItem
from eval.run import EvalResult, evaluate

ATTACK = "<script>alert(1)</script>"
CLAUSES = {"甲 一": "最高2000万元。", "甲 二": "给予补贴。"}


@pytest.fixture
def items() -> list[QAItem]:
    return [
        QAItem(id="right", type="lookup", question="最高多少", clauses=("甲 一",), status=Status.ANSWERED),
        QAItem(
            id="wrong", type="lookup", question=ATTACK, facts=(ATTACK,), history=(ATTACK,), status="answered"
        ),
        QAItem(id="late", type="lookup", question="排第二", clauses=("甲 一",)),
        QAItem(id="boom", type="</script><b>", question="会出错", status=Status.ANSWERED),
        QAItem(id="refused", type="refusal", question="没有的", status=Status.NOT_FOUND),
    ]


@pytest.fixture
def ask() -> Callable[[QAItem], Answer]:
    cited = {"cited": ("甲 一",), "quote": "最高2000万元"}
    answers = {
        "right": sample_answer("最高2000万元[1]", retrieved=("甲 一",), **cited),
        "wrong": sample_answer(
            f"{ATTACK}[1]", Status.NEEDS_INPUT, cited=(ATTACK,), quote=ATTACK, retrieved=(ATTACK,)
        ),
        "late": sample_answer("最高2000万元[1]", retrieved=("甲 二", "甲 一"), **cited),
        "refused": sample_answer("没有规定", Status.NOT_FOUND),
    }

    def answer(item: QAItem) -> Answer:
        if item.id == "boom":
            raise RuntimeError(f"{ATTACK}\n第二行")
        return answers[item.id]

    return answer


@pytest.fixture
def result(items: list[QAItem], ask: Callable[[QAItem], Answer]) -> EvalResult:
    return evaluate(items, ask, clause_text=CLAUSES.get)
