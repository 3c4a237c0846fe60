"""Asking every question of a set and judging the answers."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chat.answer import Answer
from eval.metrics import ClauseText, Latency, Mean, Metric, Score, all_metrics, latency
from eval.qa_set import QAItem

log = logging.getLogger(__name__)

ERROR = "error"  # beside the values of Status: the question raised an exception

Ask = Callable[[QAItem], Answer]
Progress = Callable[[int, int], None]
"""Called with questions done and questions in all."""


@dataclass(frozen=True, slots=True)
class Record:
    """One question with its answer and its judgement.

    Attributes:
        item: question and expectation.
        answer: None if the question raised an exception.
        error: the exception in one line, "" if there was none.
        ms: milliseconds it took.
        scores: by metric name, those that could be judged.
        faults: why the answer is wrong, in Chinese; none if it is right.
        misses: where only retrieval fell short, the answer notwithstanding.
    """

    item: QAItem
    answer: Answer | None
    error: str
    ms: float
    scores: Mapping[str, Score]
    faults: tuple[str, ...]
    misses: tuple[str, ...]

    @property
    def status(self) -> str:
        """The status of the answer, or ``error``."""
        return self.answer.status.value if self.answer else ERROR

    @property
    def passed(self) -> bool:
        """Whether the answer meets every expectation (ranks of retrieval aside)."""
        return self.answer is not None and not self.faults


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a number of questions: how many, how many right, and the mean of each metric by name."""

    count: int
    passed: int
    means: Mapping[str, Mean]

    @property
    def passed_share(self) -> Mean:
        """The share of the questions whose answer is right."""
        return Mean(self.passed / self.count if self.count else None, self.count)


@dataclass(frozen=True, slots=True)
class EvalResult:
    """A benchmark: every question, the whole, and each type of question.

    Attributes:
        records: in the order of the set.
        metrics: what was measured.
        overall: over all questions.
        by_type: over the questions of each type, in the order the types appear.
        latency: of the questions that raised no exception.
        confusion: how often an expected status was answered with a status.
    """

    records: tuple[Record, ...]
    metrics: tuple[Metric, ...]
    overall: Summary
    by_type: Mapping[str, Summary]
    latency: Latency
    confusion: Mapping[tuple[str, str], int]

    @property
    def errors(self) -> int:
        """Number of questions that raised an exception."""
        return sum(record.status == ERROR for record in self.records)


def evaluate(
    items: Sequence[QAItem],
    ask: Ask,
    progress: Progress | None = None,
    *,
    clause_text: ClauseText = lambda _id: None,
) -> EvalResult:
    """Ask every question, one after the other. An exception fails its question and never stops the run.

    Args:
        items: the questions.
        ask: gives the answer to one.
        progress: told after each question.
        clause_text: the clauses of the knowledge base; by default there are none, and no quote is verbatim.
    """
    metrics = all_metrics(clause_text)
    records: list[Record] = []
    for item in items:
        records.append(_record(item, ask, metrics))
        if progress:
            progress(len(records), len(items))
    by_type: dict[str, list[Record]] = {}
    for record in records:
        by_type.setdefault(record.item.type, []).append(record)
    return EvalResult(
        tuple(records),
        metrics,
        _summary(records, metrics),
        {name: _summary(some, metrics) for name, some in by_type.items()},
        latency([record.ms for record in records if record.answer]),
        Counter((r.item.status.value, r.status) for r in records if r.item.status),
    )


def _record(item: QAItem, ask: Ask, metrics: Sequence[Metric]) -> Record:
    answer, error = None, ""
    start = time.perf_counter()
    try:
        answer = ask(item)
    except Exception as raised:  # whatever it is, it is this question's failure and shown as such
        error = f"{type(raised).__name__}: {' '.join(str(raised).split())}"
        log.warning("题目 %s 运行出错：%s", item.id, error, exc_info=log.isEnabledFor(logging.DEBUG))
    ms = (time.perf_counter() - start) * 1000
    judged = [(metric, metric.judge(item, answer)) for metric in metrics]
    scores = [(metric, score) for metric, score in judged if score is not None]
    short = [(metric, score.reason) for metric, score in scores if score.value < 1]
    return Record(
        item,
        answer,
        error,
        ms,
        {metric.name: score for metric, score in scores},
        (f"运行出错：{error}",) if error else tuple(why for metric, why in short if metric.decisive),
        tuple(why for metric, why in short if not metric.decisive) if answer else (),
    )


def _summary(records: Sequence[Record], metrics: Sequence[Metric]) -> Summary:
    means = {
        metric.name: Mean.of([r.scores[metric.name].value for r in records if metric.name in r.scores])
        for metric in metrics
    }
    return Summary(len(records), sum(record.passed for record in records), means)
