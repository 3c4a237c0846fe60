"""Citation recall and precision: the clauses cited against the clauses expected.

The fraction of the expected clauses that the answer cites.

>>> from eval.metrics.samples import sample_answer
>>> item = QAItem(id="a", question="？", clauses=("甲 一", "甲 二"))
>>> CITATION_RECALL.judge(item, sample_answer(cited=("甲 一", "甲 三")))
Score(value=0.5, reason='没有引用 甲 二')
>>> CITATION_RECALL.judge(QAItem(id="b", question="？"), sample_answer()) is None
True

The fraction of the cited clauses that are expected: anything else is a wrong clause number.

>>> item = QAItem(id="a", question="？", clauses=("甲 一",))
>>> CITATION_PRECISION.judge(item, sample_answer(cited=("甲 一", "甲 三", "甲 一")))
Score(value=0.5, reason='引用了不应引用的 甲 三')
>>> CITATION_PRECISION.judge(item, sample_answer()) is None
True
"""

from __future__ import annotations

from chat.answer import Answer
from eval.metrics.base import Metric, Score
from eval.metrics.clause_ids import clause_key
from eval.qa_set import QAItem


def _expects_clauses(item: QAItem) -> bool:
    return bool(item.clauses)


def _recall(item: QAItem, answer: Answer) -> Score:
    cited = {clause_key(citation.id) for citation in answer.citations}
    absent = [clause for clause in item.clauses if clause_key(clause) not in cited]
    if not absent:
        return Score(1.0)
    return Score(1 - len(absent) / len(item.clauses), f"没有引用 {'、'.join(absent)}")


def _precision(item: QAItem, answer: Answer) -> Score | None:
    expected = {clause_key(clause) for clause in item.clauses}
    cited = {clause_key(citation.id): citation.id for citation in answer.citations}
    if not cited:
        return None
    wrong = [shown for key, shown in cited.items() if key not in expected]
    if not wrong:
        return Score(1.0)
    return Score(1 - len(wrong) / len(cited), f"引用了不应引用的 {'、'.join(wrong)}")


CITATION_RECALL = Metric(
    "citation_recall", "引用召回", "应引条款中答案确实引用的占比", _expects_clauses, _recall
)

CITATION_PRECISION = Metric(
    "citation_precision", "引用准确", "答案引用的条款中属于应引条款的占比", _expects_clauses, _precision
)
