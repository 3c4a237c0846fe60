"""Exact amount, and no amount where none can be: compared as decimals, to the last fen.

Whether the computed amount is exactly the expected one.

>>> from decimal import Decimal
>>> from eval.metrics.samples import sample_answer
>>> item = QAItem(id="a", question="？", amount_yuan=Decimal("20000000"))
>>> EXACT_AMOUNT.judge(item, sample_answer(amount="20000000.00")).value
1.0
>>> EXACT_AMOUNT.judge(item, sample_answer(amount="2000"))
Score(value=0.0, reason='金额是 2000 元，应为 20000000 元')

Whether there is no computed amount where the line says null.

>>> item = QAItem(id="a", question="？", amount_yuan=None)
>>> NO_AMOUNT.judge(item, sample_answer()).value
1.0
>>> NO_AMOUNT.judge(item, sample_answer(amount="0"))
Score(value=0.0, reason='不应有金额，却算出 0 元')
"""

from __future__ import annotations

from chat.answer import Answer
from eval.metrics.base import Metric, Score
from eval.qa_set import QAItem


def _exact(item: QAItem, answer: Answer) -> Score:
    amount = answer.calculation.amount_yuan if answer.calculation else None
    if amount == item.amount_yuan:
        return Score(1.0)
    shown = "没有算出金额" if amount is None else f"金额是 {amount:f} 元"
    return Score(0.0, f"{shown}，应为 {item.amount_yuan:f} 元")


def _none(item: QAItem, answer: Answer) -> Score:
    amount = answer.calculation.amount_yuan if answer.calculation else None
    return Score(1.0) if amount is None else Score(0.0, f"不应有金额，却算出 {amount:f} 元")


EXACT_AMOUNT = Metric(
    "exact_amount",
    "金额精确",
    "计算结果与应得金额分毫不差的题目占比",
    lambda item: item.amount_yuan is not None,
    _exact,
)

NO_AMOUNT = Metric(
    "no_amount",
    "无多余金额",
    "不应给出金额的题目中确实没有给的占比",
    lambda item: item.expects_no_amount,
    _none,
)
