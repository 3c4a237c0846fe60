"""Ranks of the expected clauses among those retrieved, by `eval.ranking`.

Whether the first clause retrieved is one of those expected.

>>> from eval.metrics.samples import sample_answer
>>> item = QAItem(id="a", question="？", clauses=("甲 一", "甲 二"))
>>> HIT_AT_1.judge(item, sample_answer(retrieved=("甲 二", "甲 三"))).value
1.0
>>> HIT_AT_1.judge(item, sample_answer(retrieved=("甲 三", "甲 一")))
Score(value=0.0, reason='检索首条是 甲 三，应为 甲 一、甲 二')

The fraction of the expected clauses among the first five retrieved.

>>> found = sample_answer(retrieved=("甲 三", "甲 四", "甲 五", "甲 六", "甲 一", "甲 二"))
>>> HIT_AT_5.judge(item, found)
Score(value=0.5, reason='检索前五条缺 甲 二')

Reciprocal rank of the first expected clause, and the discounted gain of all of them, within the first ten.

>>> MRR_AT_10.judge(item, found).value, round(NDCG_AT_10.judge(item, found).value, 3)
(0.2, 0.456)
"""

from __future__ import annotations

from collections.abc import Callable

from chat.answer import Answer
from eval import ranking
from eval.metrics.base import Metric, Score
from eval.metrics.clause_ids import clause_key
from eval.qa_set import QAItem

DEPTH = 5


def _first(item: QAItem, answer: Answer) -> str:
    found = answer.retrieved[0] if answer.retrieved else "（没有检索）"
    return f"检索首条是 {found}，应为 {'、'.join(item.clauses)}"


def _in_five(item: QAItem, answer: Answer) -> str:
    top = list(dict.fromkeys(clause_key(clause) for clause in answer.retrieved))[:DEPTH]
    return f"检索前五条缺 {'、'.join(clause for clause in item.clauses if clause_key(clause) not in top)}"


def _silent(_item: QAItem, _answer: Answer) -> str:
    return ""  # the two above say it in words


def _metric(
    name: str, label: str, description: str, measure: str, why: Callable[[QAItem, Answer], str]
) -> Metric:
    def score(item: QAItem, answer: Answer) -> Score:
        found = [clause_key(clause) for clause in answer.retrieved]
        judged = ranking.judge_ranking(found, {clause_key(clause) for clause in item.clauses})
        value = judged[measure]
        return Score(value, "" if value == 1 else why(item, answer))

    return Metric(name, label, description, lambda item: bool(item.clauses), score, decisive=False)


HIT_AT_1 = _metric(
    "hit_at_1",
    "首条命中 hit@1",
    "检索排第一的条款是应引条款之一的题目占比",
    ranking.HIT_AT_1,
    _first,
)
HIT_AT_5 = _metric("hit_at_5", "前五召回 R@5", "应引条款中排进检索前五的占比", ranking.RECALL_AT_5, _in_five)
MRR_AT_10 = _metric("mrr_at_10", "MRR@10", "首个应引条款在检索前十中名次的倒数，平均", ranking.MRR, _silent)
NDCG_AT_10 = _metric(
    "ndcg_at_10", "nDCG@10", "应引条款在检索前十中排得多靠前（折损累计增益）", ranking.NDCG, _silent
)
