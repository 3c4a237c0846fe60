"""A run beside an earlier one, question by question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus import UsageError
from eval.errors import EvalFileError
from eval.metrics import Metric, all_metrics
from eval.run import EvalResult, Record
from eval.statistics import Interval, PairedTest, corrected, interval, paired_test

PASSED = "passed"
_PASSED_LABEL = "全对率"


class Line(BaseModel):
    """What is read of a line of answers.jsonl; the rest is for people."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    question: str
    history: tuple[str, ...] = ()
    expected: dict[str, Any]
    status: str
    passed: bool | None  # None where nothing is expected
    scores: dict[str, float]
    faults: tuple[str, ...] = ()
    ms: float | None = Field(None, ge=0)

    @classmethod
    def of(cls, record: Record) -> Line:
        """What is compared of a question just asked."""
        item = record.item
        return cls(
            id=item.id,
            question=item.question,
            history=item.history,
            expected=item.expectation(),
            status=record.status,
            passed=record.passed if item.is_scored else None,
            scores={name: score.value for name, score in record.scores.items()},
            faults=record.faults,
            ms=record.ms,
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric over the questions that both runs were judged by.

    Attributes:
        metric: its name, ``passed`` for the share of right answers.
        label: its Chinese name.
        ours: mean of this run.
        theirs: mean of the other.
        difference: ours minus theirs, with its 95 % bootstrap interval.
        paired: test that they differ.
        adjusted: its p-value corrected for the number of metrics (Benjamini and Hochberg).
        count: questions.
    """

    metric: str
    label: str
    ours: float
    theirs: float
    difference: Interval
    paired: PairedTest
    adjusted: float
    count: int


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that is right in one run and wrong in the other: why it is, or was, wrong."""

    id: str
    question: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs.

    Attributes:
        other: the other run's folder, as given.
        common: questions that are the same in both, with the same expectations.
        only_here: questions of this run alone, or with other words or expectations there.
        only_there: the same of the other run.
        differences: by metric, in the order reports show them.
        turned_right: wrong there, right here.
        turned_wrong: right there, wrong here.
        median_ms: of the common questions, here and there; None where there are none.
    """

    other: str
    common: int
    only_here: int
    only_there: int
    differences: tuple[Difference, ...]
    turned_right: tuple[Turned, ...]
    turned_wrong: tuple[Turned, ...]
    median_ms: tuple[float, float] | None


def read_run(folder: Path) -> dict[str, Line]:
    """The answers of an earlier run by question id.

    Raises:
        UsageError: there is no answers.jsonl.
        EvalFileError: it cannot be read, or a line is not one of ours.
    """
    file = folder / "answers.jsonl"
    if not file.is_file():
        raise UsageError(f"{folder} 里没有 answers.jsonl。请给出以前 policykb eval --out 的结果文件夹。")
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalFileError(f"{file}：读不了。请检查文件权限和编码。") from error
    found: dict[str, Line] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            read = Line.model_validate(json.loads(line))
        except (ValueError, RecursionError, ValidationError) as error:
            raise EvalFileError(
                f"{file.name} 第 {number} 行：不是 policykb eval 写的答案。请重新跑一遍那次评测。"
            ) from error
        found[read.id] = read
    return found


def compare(result: EvalResult, theirs: Mapping[str, Line], other: str) -> Comparison:
    """Compare a run just made with an earlier one.

    Args:
        result: this run.
        theirs: the other, by `read_run`.
        other: what to call it.
    """
    return compare_lines({record.item.id: Line.of(record) for record in result.records}, theirs, other)


def compare_lines(ours: Mapping[str, Line], theirs: Mapping[str, Line], other: str) -> Comparison:
    """Compare two runs, each by `read_run`; only questions that are the same in both count."""
    pairs = [(line, theirs[key]) for key, line in ours.items() if key in theirs and _same(line, theirs[key])]
    scored = [(one, other) for one, other in pairs if one.passed is not None]
    right = [(float(one.passed or False), float(other.passed or False)) for one, other in scored]
    found = [_difference(PASSED, _PASSED_LABEL, right)]
    found += [_of_metric(metric, pairs) for metric in all_metrics(lambda _id: None)]
    differences = [one for one in found if one]
    adjusted = corrected([one.paired.p_value for one in differences])
    return Comparison(
        other,
        len(pairs),
        len(ours) - len(pairs),
        len(theirs) - len(pairs),
        tuple(
            Difference(d.metric, d.label, d.ours, d.theirs, d.difference, d.paired, p, d.count)
            for d, p in zip(differences, adjusted, strict=True)
        ),
        tuple(Turned(t.id, t.question, t.faults) for o, t in scored if o.passed and not t.passed),
        tuple(Turned(t.id, t.question, o.faults) for o, t in scored if t.passed and not o.passed),
        _medians([(o.ms, t.ms) for o, t in pairs if o.ms is not None and t.ms is not None]),
    )


def _same(one: Line, other: Line) -> bool:
    asked = (one.question, one.history) == (other.question, other.history)
    return asked and one.expected == other.expected


def _of_metric(metric: Metric, pairs: Sequence[tuple[Line, Line]]) -> Difference | None:
    judged = [
        (one.scores[metric.name], other.scores[metric.name])
        for one, other in pairs
        if metric.name in one.scores and metric.name in other.scores
    ]
    return _difference(metric.name, metric.label, judged)


def _difference(name: str, label: str, pairs: Sequence[tuple[float, float]]) -> Difference | None:
    if not pairs:
        return None
    ours, theirs = [one for one, _ in pairs], [other for _, other in pairs]
    tested = paired_test(ours, theirs)
    return Difference(
        name,
        label,
        sum(ours) / len(pairs),
        sum(theirs) / len(pairs),
        interval([one - other for one, other in pairs]),
        tested,
        tested.p_value,
        len(pairs),
    )


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    from statistics import median

    return (median(one for one, _ in pairs), median(other for _, other in pairs)) if pairs else None


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """What metrics.json holds of it."""
    return {
        "other": comparison.other,
        "common": comparison.common,
        "only_here": comparison.only_here,
        "only_there": comparison.only_there,
        "metrics": {
            one.metric: {
                "here": one.ours,
                "there": one.theirs,
                "difference": one.difference.mean,
                "ci95": [one.difference.low, one.difference.high],
                "test": one.paired.test,
                "p": one.paired.p_value,
                "p_adjusted": one.adjusted,
                "better": one.paired.better,
                "worse": one.paired.worse,
                "count": one.count,
            }
            for one in comparison.differences
        },
        "turned_right": [turned.id for turned in comparison.turned_right],
        "turned_wrong": [turned.id for turned in comparison.turned_wrong],
        "median_ms": list(comparison.median_ms) if comparison.median_ms else None,
    }
