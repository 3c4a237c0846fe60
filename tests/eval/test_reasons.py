"""Each way to be wrong has its reason, the first step that failed."""

from __future__ import annotations

from typing import Any

import pytest

from chat.answer import Answer, Status
from eval.metrics.samples import sample_answer
from eval.qa_set import QAItem
from eval.reasons import Reason
from eval.run import evaluate

CLAUSES = {"甲 一": "最高2000万元。", "甲 二": "给予补贴，期限三年。"}
QUOTED: dict[str, Any] = {"cited": ("甲 一",), "quote": "最高2000万元", "retrieved": ("甲 一",)}


def judged(answer: Answer, **expected: Any) -> Reason | None:
    item = QAItem(id="a", question="？", **expected)
    (record,) = evaluate([item], lambda _: answer, clause_text=CLAUSES.get).records
    assert (record.reason is None) is record.passed
    return record.reason


REFUSED = Status.NOT_FOUND


@pytest.mark.parametrize(
    ("answer", "expected", "reason"),
    [
        (sample_answer("好[1]", **QUOTED), {"clauses": ("甲 一",)}, None),
        (sample_answer("好"), {"status": "not_found"}, Reason.ANSWERED_ANYWAY),
        (sample_answer(status=REFUSED), {"status": "answered"}, Reason.REFUSED_UNSEARCHED),
        (
            sample_answer(status=REFUSED, retrieved=("甲 二",)),
            {"status": "answered", "clauses": ("甲 一",)},
            Reason.MISSED,
        ),
        (
            sample_answer(status=REFUSED, retrieved=("甲 二", "甲 一")),
            {"status": "answered", "clauses": ("甲 一",)},
            Reason.RANKED_LOW,
        ),
        (
            sample_answer(status=REFUSED, retrieved=("甲 一",)),
            {"status": "answered", "clauses": ("甲 一",)},
            Reason.REFUSED,
        ),
        (sample_answer("请补充", Status.NEEDS_INPUT), {"status": "answered"}, Reason.STATUS),
        (sample_answer("好", amount="5"), {"amount_yuan": "6"}, Reason.AMOUNT),
        (sample_answer("好", amount="5"), {"amount_yuan": None}, Reason.AMOUNT),
        (sample_answer("好[1]", cited=("甲 一",), quote="最高三千万"), {}, Reason.QUOTE),
        (
            sample_answer("好[1]", cited=("甲 一",), quote="最高2000万元", retrieved=("甲 二",)),
            {"clauses": ("甲 二",)},
            Reason.OTHER_CLAUSE,
        ),
        (sample_answer("好[1]", **QUOTED), {"clauses": ("甲 一", "甲 二")}, Reason.NOT_ALL),
        (
            sample_answer("好[1][2]", cited=("甲 一", "甲 二"), quote="。", retrieved=("甲 一",)),
            {"clauses": ("甲 一",)},
            Reason.EXTRA,
        ),
        (sample_answer("好[1]", **QUOTED), {"clauses": ("甲 一",), "facts": ("2000万",)}, Reason.FACT),
        (sample_answer("好[1]", **QUOTED), {"clauses": ("甲 一",), "facts": ("5年",)}, Reason.FACT_ELSEWHERE),
        (sample_answer("好，3000万"), {"forbid": ("3000万",)}, Reason.FORBIDDEN),
    ],
)
def test_reasons(answer: Answer, expected: dict[str, Any], reason: Reason | None) -> None:
    assert judged(answer, **expected) is reason


def test_every_reason_has_a_name() -> None:
    assert len({reason.label for reason in Reason}) == len(Reason)
