"""What a metric is: a judgement of one answer, and the mean of it over those questions that expect something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chat.answer import Answer
from eval.qa_set import QAItem


@dataclass(frozen=True, slots=True)
class Score:
    """0 to 1, and in Chinese why it is below 1."""

    value: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing measured of an answer.

    Attributes:
        name: key in metrics.json and gates.yaml.
        label: short Chinese name.
        description: one Chinese line: what is counted.
        applies: whether a question has an expectation this metric checks.
        score: the judgement; None where the answer gives nothing to judge (no citation, so no precision of them).
        decisive: a score below 1 makes the answer wrong; a rank of retrieval does not.
        counts_failed: a question that raised an exception scores 0; else it is left out.
    """

    name: str
    label: str
    description: str
    applies: Callable[[QAItem], bool]
    score: Callable[[QAItem, Answer], Score | None]
    decisive: bool = True
    counts_failed: bool = True

    def judge(self, item: QAItem, answer: Answer | None) -> Score | None:
        """The score of one question; no answer at all (the run failed) is 0 wherever something was expected."""
        if not self.applies(item):
            return None
        if answer is None:
            return Score(0.0, "本题运行出错") if self.counts_failed else None
        return self.score(item, answer)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean and of how many questions; None of none.

    >>> Mean.of([1.0, 0.5, 0.0])
    Mean(value=0.5, count=3)
    >>> Mean.of([])
    Mean(value=None, count=0)
    """

    value: float | None
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Mean:
        """The arithmetic mean; exactly 1.0 when every value is."""
        return cls(sum(values) / len(values) if values else None, len(values))


@dataclass(frozen=True, slots=True)
class Measurement:
    """A metric over a set: one score per question (None: skipped) and their mean."""

    scores: tuple[Score | None, ...]
    mean: Mean


def measure(metric: Metric, items: Sequence[QAItem], answers: Sequence[Answer | None]) -> Measurement:
    """Judge every answer by one metric.

    Raises:
        ValueError: there are not as many answers as questions.
    """
    scores = tuple(metric.judge(item, answer) for item, answer in zip(items, answers, strict=True))
    return Measurement(scores, Mean.of([score.value for score in scores if score is not None]))
