"""Status accuracy: answered, refused or asked back as it should.

Whether the answer has the expected status.

>>> from chat.answer import Status
>>> from eval.metrics.samples import sample_answer
>>> item = QAItem(id="a", question="？", status=Status.NOT_FOUND)
>>> STATUS_ACCURACY.judge(item, sample_answer())
Score(value=0.0, reason='状态是“已回答”，应为“未找到”')
"""

from __future__ import annotations

from chat.answer import Answer
from eval.labels import status_label
from eval.metrics.base import Metric, Score
from eval.qa_set import QAItem


def _score(item: QAItem, answer: Answer) -> Score:
    if item.status is None or answer.status is item.status:
        return Score(1.0)
    return Score(0.0, f"状态是“{status_label(answer.status)}”，应为“{status_label(item.status)}”")


STATUS_ACCURACY = Metric(
    "status_accuracy",
    "状态准确",
    "回答状态与预期一致的题目占比",
    lambda item: item.status is not None,
    _score,
)
