"""What a run found, and the figures drawn from judged rankings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.retrieval.absent import Bin, auc, calibration_error, passed, reliability
from eval.retrieval.lookups import Looked
from eval.retrieval.scores import Judged, Numbers, recall, reciprocal
from eval.retrieval.self_find import Tried
from eval.retrieval.significance import Paired, compare, interval
from eval.statistics import Interval
from kb.ranking import Ranking

_STEPS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)
_MEASURES: Mapping[str, Callable[[Sequence[Judged]], Numbers]] = {
    "MRR@10": lambda judged: reciprocal([one.rank for one in judged]),
    "R@1": lambda judged: recall([one.rank for one in judged], 1),
    "MRR@10，碰到原文即算": lambda judged: reciprocal([one.lax_rank for one in judged]),
    "前 1000 字含答案": lambda judged: np.array([one.read for one in judged]),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a system reached: shares 0 to 1, with 95 % intervals.

    Attributes:
        system: its name.
        recalls: share of questions with a right unit among the first k, by k.
        mrr: mean reciprocal rank of the first right unit within the first ten.
        lax_mrr: the same where touching the passage is enough.
        read: share of the evidence in the first 1,000 characters.
        ranks: of the first right unit of each question, 0 for none.
    """

    system: str
    recalls: dict[int, Interval]
    mrr: Interval
    lax_mrr: Interval
    read: Interval
    ranks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of one of ours beside that of the better baseline, question by question."""

    system: str
    measure: str
    ours: float
    theirs: float
    paired: Paired


@dataclass(frozen=True, slots=True)
class Absence:
    """How well the score of the best hit tells whether the document is there.

    Attributes:
        auc: probability that a question whose document is there scores higher.
        auc_right: likewise of those that were answered rightly.
        kept: at each threshold, share of the questions whose document is there that pass.
        let_through: likewise where it is left out.
        right_kept: likewise of those answered rightly.
        groups: best hits by score, with and without the document together.
        error: expected calibration error of these.
    """

    auc: float
    auc_right: float
    kept: dict[float, float]
    let_through: dict[float, float]
    right_kept: dict[float, float]
    groups: tuple[Bin, ...]
    error: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """All results; the last two are empty where they were not asked for.

    Attributes:
        questions: how many.
        files: how many.
        missing: files the knowledge base refused: what is asked about them is not found.
        figures: of each system.
        ours: the one of ours that was fitted on other files than it is asked about.
        theirs: the better baseline.
        comparisons: ours beside it.
        alternatives: the same candidates in other orders.
        reachable: share of questions with a right unit among the candidates, which no order can exceed.
        absence: certainty, held out by file.
        model: the scoring function that ships.
        fitted: its weights fitted on each half of the files, then on all.
        agreement: share of questions whose first hit is the same when the shipped weights rank the wider candidates.
        lookups: own questions, by where they are asked.
        tried: names that must find themselves.
    """

    questions: int
    files: int
    missing: tuple[str, ...]
    figures: tuple[Figures, ...]
    ours: str
    theirs: str
    comparisons: tuple[Comparison, ...]
    alternatives: tuple[Figures, ...]
    reachable: float
    absence: Absence
    model: Ranking
    fitted: tuple[Ranking, ...]
    agreement: float
    lookups: tuple[tuple[str, tuple[Looked, ...]], ...] = ()
    tried: tuple[Tried, ...] = ()


def figures_of(system: str, judged: Sequence[Judged]) -> Figures:
    """The figures of one system."""
    ranks = tuple(one.rank for one in judged)
    values = [interval(measure(judged)) for measure in _MEASURES.values()]
    mrr, _, lax_mrr, read = values
    return Figures(system, {k: interval(recall(ranks, k)) for k in (1, 5, 10)}, mrr, lax_mrr, read, ranks)


def compare_all(
    system: str, ours: Sequence[Judged], theirs: Sequence[Judged], files: Sequence[str]
) -> tuple[Comparison, ...]:
    """Every measure of a system of ours and another on the same questions, each of a file."""
    made = []
    for name, measure in _MEASURES.items():
        own, other = measure(ours), measure(theirs)
        made.append(
            Comparison(system, name, float(own.mean()), float(other.mean()), compare(own, other, files))
        )
    return tuple(made)


def absence_of(
    present: Numbers, absent: Numbers, judged: Sequence[Judged], bounds: Sequence[float]
) -> Absence:
    """Certainty of the same questions with their document and without.

    Args:
        present: score of the best hit of each question.
        absent: the same where its document is left out.
        judged: the rankings with the document.
        bounds: thresholds that matter, beside round ones.
    """
    right = np.array([one.rank == 1 for one in judged])
    groups = reliability(
        np.concatenate([present, absent]), np.concatenate([right, np.zeros(len(absent), dtype=np.bool_)])
    )
    steps = sorted({*bounds, *_STEPS})

    def share(scores: Numbers) -> dict[float, float]:
        return {step: passed(scores, step) for step in steps} if scores.size else {}

    return Absence(
        auc(present, absent),
        auc(present[right], absent) if right.any() else 0.0,
        share(present),
        share(absent),
        share(present[right]),
        tuple(groups),
        calibration_error(groups),
    )
