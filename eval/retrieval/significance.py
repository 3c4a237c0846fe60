"""Whether a difference is more than noise, by scipy's resampling methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from eval import statistics
from eval.retrieval.scores import Numbers
from eval.statistics import SEED, Interval

_RESAMPLES = 9999


@dataclass(frozen=True, slots=True)
class Paired:
    """Ours minus theirs, question by question.

    Attributes:
        difference: mean of the differences, with its 95 % bootstrap interval.
        p_value: of a two-sided sign-flip permutation test over questions: how often chance does as well.
        p_by_file: the same over the mean differences of the files, as questions on one text are alike.
        better: questions where ours is ahead.
        worse: questions where it is behind.
    """

    difference: Interval
    p_value: float
    p_by_file: float
    better: int
    worse: int


def interval(values: Numbers) -> Interval:
    """Mean of some values and its 95 % bootstrap interval, with as many resamples as the tests below."""
    return statistics.interval(values.tolist(), _RESAMPLES)


def compare(ours: Numbers, theirs: Numbers, files: Sequence[str]) -> Paired:
    """Paired tests of two rankings.

    Args:
        ours: value of each question.
        theirs: value of the same questions, in the same order.
        files: file of each question.
    """
    differences = ours - theirs
    names = np.asarray(files)
    by_file = np.array([differences[names == name].mean() for name in sorted(set(files))])
    return Paired(
        interval(differences),
        _sign_flip(differences),
        _sign_flip(by_file),
        int((differences > 0).sum()),
        int((differences < 0).sum()),
    )


def _sign_flip(differences: Numbers) -> float:
    """Two-sided p-value of a mean difference under random signs; 1 where nothing differs."""
    if not differences.any():
        return 1.0
    tested = _stats().permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=_RESAMPLES,
        rng=np.random.default_rng(SEED),
    )
    return float(tested.pvalue)


def _stats() -> Any:
    return import_module("scipy.stats")
