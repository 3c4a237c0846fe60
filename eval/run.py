"""Asking every question of a set and judging the answers."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chat.answer import Answer
from eval.metrics import ClauseText, Latency, Mean, Metric, Score, all_metrics, latency
from eval.qa_set import Difficulty, QAItem
from eval.reasons import Reason, why_wrong
from eval.statistics import Interval, share_interval

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
        reason: the first step that failed, None if the answer is right.
    """

    item: QAItem
    answer: Answer | None
    error: str
    ms: float
    scores: Mapping[str, Score]
    faults: tuple[str, ...]
    misses: tuple[str, ...]
    reason: Reason | None = None

    @property
    def status(self) -> str:
        """The status of the answer, or ``error``."""
        return self.answer.status.value if self.answer else ERROR

    @property
    def passed(self) -> bool:
        """Whether the answer meets every expectation (ranks of retrieval aside), of which there is one at least."""
        return self.item.is_scored and not self.failed

    @property
    def failed(self) -> bool:
        """Whether the answer is wrong; one of which nothing is expected still is where its quotes are not verbatim."""
        return self.answer is None or bool(self.faults)


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a number of questions.

    Attributes:
        count: how many.
        passed: how many are right.
        values: the scores of each metric by name, of those questions that could be judged.
        unscored: of how many nothing is expected, so that none of them is right or wrong.
    """

    count: int
    passed: int
    values: Mapping[str, tuple[float, ...]]
    unscored: int = 0

    @property
    def scored(self) -> int:
        """Of how many something is expected."""
        return self.count - self.unscored

    @property
    def means(self) -> Mapping[str, Mean]:
        """The mean of each metric by name."""
        return {name: Mean.of(values) for name, values in self.values.items()}

    @property
    def passed_share(self) -> Mean:
        """The share of the scored questions whose answer is right."""
        return Mean(self.passed / self.scored if self.scored else None, self.scored)

    def interval(self, metric: str) -> Interval | None:
        """The 95 % interval of a mean, None of none."""
        values = self.values[metric]
        return share_interval(values) if values else None

    @property
    def passed_interval(self) -> Interval | None:
        """The 95 % interval of the share of right answers."""
        values = (1.0,) * self.passed + (0.0,) * (self.scored - self.passed)
        return share_interval(values) if values else None


@dataclass(frozen=True, slots=True)
class EvalResult:
    """A benchmark: every question, the whole, and each type of question.

    Attributes:
        records: in the order of the set.
        metrics: what was measured.
        overall: over all questions.
        by_type: over the questions of each type, in the order the types appear.
        by_difficulty: over the questions of each difficulty, the easy ones first; of those that say it.
        latency: of the questions that raised no exception.
        confusion: how often an expected status was answered with a status.
    """

    records: tuple[Record, ...]
    metrics: tuple[Metric, ...]
    overall: Summary
    by_type: Mapping[str, Summary]
    by_difficulty: Mapping[str, Summary]
    latency: Latency
    confusion: Mapping[tuple[str, str], int]

    @property
    def errors(self) -> int:
        """Number of questions that raised an exception."""
        return sum(record.status == ERROR for record in self.records)

    @property
    def reasons(self) -> Mapping[Reason, int]:
        """How many answers are wrong for each reason, the commonest first."""
        return dict(Counter(record.reason for record in self.records if record.reason).most_common())


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
        records.append(_record(item, ask, metrics, clause_text))
        if progress:
            progress(len(records), len(items))
    types = dict.fromkeys(item.type for item in items)
    levels = [level for level in Difficulty if any(item.difficulty is level for item in items)]
    return EvalResult(
        tuple(records),
        metrics,
        _summary(records, metrics),
        {name: _summary([r for r in records if r.item.type == name], metrics) for name in types},
        {level: _summary([r for r in records if r.item.difficulty is level], metrics) for level in levels},
        latency([record.ms for record in records if record.answer]),
        Counter((r.item.status.value, r.status) for r in records if r.item.status),
    )


def _record(item: QAItem, ask: Ask, metrics: Sequence[Metric], clause_text: ClauseText) -> Record:
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
    wrong = frozenset(metric.name for metric, _ in short if metric.decisive)
    return Record(
        item,
        answer,
        error,
        ms,
        {metric.name: score for metric, score in scores},
        (f"运行出错：{error}",) if error else tuple(why for metric, why in short if metric.decisive),
        tuple(why for metric, why in short if why and not metric.decisive) if answer else (),
        why_wrong(item, answer, wrong, clause_text),
    )


def _summary(records: Sequence[Record], metrics: Sequence[Metric]) -> Summary:
    values = {
        metric.name: tuple(r.scores[metric.name].value for r in records if metric.name in r.scores)
        for metric in metrics
    }
    unscored = sum(not record.item.is_scored for record in records)
    return Summary(len(records), sum(record.passed for record in records), values, unscored)
