"""How sure a figure is, and whether two runs differ, by scipy: bootstrap intervals and paired tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

LEVEL = 0.95
SEED = 4
_RESAMPLES = 2000
_EXACT = 25  # pairs that differ up to which all sign patterns are counted


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


def interval(values: Sequence[float], resamples: int = _RESAMPLES) -> Interval:
    """Mean of some values and its 95 % bootstrap interval (Efron 1979, percentile; the seed is fixed).

    >>> interval([1.0, 1.0])
    Interval(mean=1.0, low=1.0, high=1.0)
    >>> found = interval([1.0] * 90 + [0.0] * 10)
    >>> round(found.mean, 3), 0.8 < found.low < 0.9, 0.9 < found.high < 1
    (0.9, True, True)
    """
    import numpy as np

    given = np.asarray(values, dtype=np.float64)
    mean = float(given.mean())
    if np.ptp(given) == 0:
        return Interval(mean, mean, mean)
    made = _stats().bootstrap(
        (given,),
        np.mean,
        n_resamples=resamples,
        confidence_level=LEVEL,
        method="percentile",
        rng=np.random.default_rng(SEED),
    )
    return Interval(mean, float(made.confidence_interval.low), float(made.confidence_interval.high))


@lru_cache(1024)
def share_interval(values: tuple[float, ...]) -> Interval:
    """The same for scores of 0 to 1; where all are 0 or all are 1, the exact one of Clopper and Pearson.

    Resampling equal values gives no width, and ten of ten right is less sure than a thousand of a thousand.

    >>> share_interval((1.0,) * 10).low, share_interval((1.0,) * 1000).low
    (0.6915..., 0.9963...)
    """
    if values and (set(values) <= {0.0} or set(values) <= {1.0}):
        mean = float(values[0])
        exact = _stats().binomtest(int(sum(values)), len(values)).proportion_ci(LEVEL, method="exact")
        return Interval(mean, float(exact.low), float(exact.high))
    return interval(values)


@dataclass(frozen=True, slots=True)
class PairedTest:
    """A two-sided paired test.

    Attributes:
        test: its name.
        p_value: how often chance does as much.
        better: pairs in which the first is ahead.
        worse: pairs in which it is behind.
    """

    test: str
    p_value: float
    better: int
    worse: int


MCNEMAR = "McNemar 精确检验"
WILCOXON = "Wilcoxon 符号秩检验"


def paired_test(ours: Sequence[float], theirs: Sequence[float]) -> PairedTest:
    """Whether two runs over the same questions differ: McNemar's exact test of right and wrong, else Wilcoxon's.

    >>> paired_test([1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0])
    PairedTest(test='McNemar 精确检验', p_value=0.03125, better=6, worse=0)
    >>> paired_test([0.5, 1.0], [0.5, 1.0])
    PairedTest(test='Wilcoxon 符号秩检验', p_value=1.0, better=0, worse=0)

    Raises:
        ValueError: the runs are not of the same length.
    """
    pairs = list(zip(ours, theirs, strict=True))
    differences = [one - other for one, other in pairs if one != other]
    better = sum(difference > 0 for difference in differences)
    worse = len(differences) - better
    binary = all(value in (0.0, 1.0) for pair in pairs for value in pair)
    name = MCNEMAR if binary else WILCOXON
    if not differences:
        return PairedTest(name, 1.0, 0, 0)
    if binary:
        p_value = _stats().binomtest(better, better + worse).pvalue
    else:
        method = "exact" if len(set(map(abs, differences))) == len(differences) <= _EXACT else "auto"
        p_value = _stats().wilcoxon(differences, method=method).pvalue
    return PairedTest(name, float(p_value), better, worse)


def corrected(p_values: Sequence[float]) -> list[float]:
    """P-values of several tests at once, by Benjamini and Hochberg.

    >>> corrected([0.01, 0.5]), corrected([])
    ([0.02, 0.5], [])
    """
    return [float(p) for p in _stats().false_discovery_control(list(p_values))] if p_values else []


def _stats() -> Any:
    return import_module("scipy.stats")
