"""Verbatim quotes: every quote stands in its clause word for word, every mark leads to a citation.

An answer ``not_found`` must carry no citation, no computation and no figure.

>>> from chat.answer import Status
>>> from eval.metrics.samples import sample_answer
>>> metric = quote_verbatim({"甲 一": "最高2000万元。"}.get)
>>> item = QAItem(id="a", question="？")
>>> metric.judge(item, sample_answer("最高2000万元[1]", cited=("甲 一",), quote="最高2000万元")).value
1.0
>>> metric.judge(item, sample_answer("最高3000万元[1][2]", cited=("甲 一",), quote="最高3000万元"))
Score(value=0.0, reason='甲 一 的引文不是原文；[2] 没有对应的引用')
>>> metric.judge(item, sample_answer("没有规定，可能是500万元", Status.NOT_FOUND))
Score(value=0.0, reason='未找到依据，却给出了数字')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from chat.answer import Answer, Status
from eval.metrics.base import Metric, Score
from eval.metrics.figures import states_figure
from eval.qa_set import QAItem

ClauseText = Callable[[str], str | None]
"""The text of the clause with this id in the knowledge base, None if there is none."""

_MARK = re.compile(r"\[(\d{1,3})\]")  # [2024] is a year in a document number


def quote_verbatim(clause_text: ClauseText) -> Metric:
    """The metric against one knowledge base."""

    def score(_item: QAItem, answer: Answer) -> Score | None:
        marks = _MARK.findall(answer.answer)
        if answer.status is not Status.NOT_FOUND and not answer.citations and not marks:
            return None
        faults = [*_quotes(answer, clause_text), *_marks(answer, marks), *_refusal(answer)]
        return Score(0.0, "；".join(faults)) if faults else Score(1.0)

    return Metric(
        "quote_verbatim",
        "引文逐字一致",
        "引文逐字见于所引条款、标号都有对应、“未找到”不带引用和数字的题目占比",
        lambda _item: True,
        score,
    )


def _quotes(answer: Answer, clause_text: ClauseText) -> Iterator[str]:
    for citation in answer.citations:
        text = clause_text(citation.id)
        if text is None:
            yield f"知识库里没有条款 {citation.id}"
        elif not citation.quote.strip() or citation.quote not in text:
            yield f"{citation.id} 的引文不是原文"


def _marks(answer: Answer, marks: list[str]) -> Iterator[str]:
    numbers = Counter(citation.n for citation in answer.citations)
    for mark in dict.fromkeys(marks):
        if numbers[int(mark)] != 1:
            yield f"[{mark}] " + ("对应多条引用" if numbers[int(mark)] else "没有对应的引用")


def _refusal(answer: Answer) -> Iterator[str]:
    if answer.status is Status.NOT_FOUND:
        if answer.citations:
            yield "未找到依据，却带有引用"
        if answer.calculation:
            yield "未找到依据，却带有计算"
        if states_figure(answer.answer):
            yield "未找到依据，却给出了数字"
