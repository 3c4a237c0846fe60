"""Refusal as a class: of the answers "not found" those that should be, and of those that should be those that are.

Whether a question answered ``not_found`` is one that should be.

>>> from eval.metrics.samples import sample_answer
>>> refused, lookup = (QAItem(id="a", question="？", status=status) for status in (Status.NOT_FOUND, Status.ANSWERED))
>>> REFUSAL_PRECISION.judge(lookup, sample_answer(status=Status.NOT_FOUND))
Score(value=0.0, reason='')
>>> REFUSAL_PRECISION.judge(refused, sample_answer()) is None
True

Whether a question that should be refused is.

>>> REFUSAL_RECALL.judge(refused, sample_answer()).value, REFUSAL_RECALL.judge(lookup, sample_answer())
(0.0, None)

``status_accuracy`` names the fault of a question; these two only count it another way.
"""

from __future__ import annotations

from chat.answer import Answer, Status
from eval.metrics.base import Metric, Score
from eval.qa_set import QAItem


def _precision(item: QAItem, answer: Answer) -> Score | None:
    if answer.status is not Status.NOT_FOUND:
        return None
    return Score(float(item.status is Status.NOT_FOUND))


def _recall(_item: QAItem, answer: Answer) -> Score:
    return Score(float(answer.status is Status.NOT_FOUND))


REFUSAL_PRECISION = Metric(
    "refusal_precision",
    "拒答准确",
    "答“未找到”的题目中确实应当拒答的占比",
    lambda item: item.status is not None,
    _precision,
    decisive=False,
    counts_failed=False,
)

REFUSAL_RECALL = Metric(
    "refusal_recall",
    "拒答召回",
    "应当拒答的题目中答了“未找到”的占比",
    lambda item: item.status is Status.NOT_FOUND,
    _recall,
    decisive=False,
)
