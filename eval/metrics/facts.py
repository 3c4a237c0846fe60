"""Fact recall and forbidden words: what the answer says, and what it must not say.

>>> from eval.metrics.samples import sample_answer
>>> item = QAItem(id="a", question="？", facts=("2000万", "40%"), forbid=("3000万",))
>>> FACT_RECALL.judge(item, sample_answer("最高 2,000 万元[1]，不超过研发投入的140%"))
Score(value=0.5, reason='答案里没有 40%')
>>> FORBID_CLEAN.judge(item, sample_answer("最高13000万元")).value
1.0
>>> FORBID_CLEAN.judge(item, sample_answer("最高0.3亿元"))
Score(value=0.0, reason='答案里出现了禁止出现的 3000万')
"""

from __future__ import annotations

from chat.answer import Answer
from eval.metrics.base import Metric, Score
from eval.metrics.figures import contains
from eval.qa_set import QAItem


def _recall(item: QAItem, answer: Answer) -> Score:
    absent = [fact for fact in item.facts if not contains(answer.answer, fact)]
    if not absent:
        return Score(1.0)
    return Score(1 - len(absent) / len(item.facts), f"答案里没有 {'、'.join(absent)}")


def _forbid(item: QAItem, answer: Answer) -> Score:
    present = [words for words in item.forbid if contains(answer.answer, words)]
    if not present:
        return Score(1.0)
    return Score(0.0, f"答案里出现了禁止出现的 {'、'.join(present)}")


FACT_RECALL = Metric(
    "fact_recall", "要点召回", "应有的要点中答案说到的占比", lambda item: bool(item.facts), _recall
)

FORBID_CLEAN = Metric(
    "forbid_clean", "无禁用内容", "答案没有出现禁止内容的题目占比", lambda item: bool(item.forbid), _forbid
)
