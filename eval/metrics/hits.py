"""Clause hit@1 and hit@5: is the expected clause at the top of what retrieval found?

Whether the first clause retrieved is one of those expected.

>>> from eval.metrics.samples import sample_answer
>>> item = QAItem(id="a", question="？", clauses=("甲 一", "甲 二"))
>>> HIT_AT_1.judge(item, sample_answer(retrieved=("甲 二", "甲 三"))).value
1.0
>>> HIT_AT_1.judge(item, sample_answer(retrieved=("甲 三", "甲 一")))
Score(value=0.0, reason='检索首条是 甲 三，应为 甲 一、甲 二')

The fraction of the expected clauses among the first five retrieved.

>>> item = QAItem(id="a", question="？", clauses=("甲 一", "甲 二"))
>>> HIT_AT_5.judge(item, sample_answer(retrieved=("甲 三", "甲 四", "甲 五", "甲 六", "甲 一", "甲 二")))
Score(value=0.5, reason='检索前五条缺 甲 二')
"""

from __future__ import annotations

from chat.answer import Answer
from eval.metrics.base import Metric, Score
from eval.metrics.clause_ids import clause_key
from eval.qa_set import QAItem

DEPTH = 5


def _expects_clauses(item: QAItem) -> bool:
    return bool(item.clauses)


def _first(item: QAItem, answer: Answer) -> Score:
    expected = {clause_key(clause) for clause in item.clauses}
    if answer.retrieved and clause_key(answer.retrieved[0]) in expected:
        return Score(1.0)
    found = answer.retrieved[0] if answer.retrieved else "（没有检索）"
    return Score(0.0, f"检索首条是 {found}，应为 {'、'.join(item.clauses)}")


def _in_five(item: QAItem, answer: Answer) -> Score:
    top = {clause_key(clause) for clause in answer.retrieved[:DEPTH]}
    absent = [clause for clause in item.clauses if clause_key(clause) not in top]
    if not absent:
        return Score(1.0)
    return Score(1 - len(absent) / len(item.clauses), f"检索前五条缺 {'、'.join(absent)}")


HIT_AT_1 = Metric(
    "hit_at_1",
    "首条命中 hit@1",
    "检索排第一的条款是应引条款之一的题目占比",
    _expects_clauses,
    _first,
    decisive=False,
)

HIT_AT_5 = Metric(
    "hit_at_5",
    "前五命中 hit@5",
    "应引条款中排进检索前五的占比",
    _expects_clauses,
    _in_five,
    decisive=False,
)
