"""Whether a score tells that nothing is relevant: the same questions with their document, and with it left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.retrieval.scores import Numbers


@dataclass(frozen=True, slots=True)
class Bin:
    """Hits of like score: between which scores, how many, their mean score, the share that is right."""

    low: float
    high: float
    count: int
    score: float
    right: float


def auc(present: Numbers, absent: Numbers) -> float:
    """Probability that a score of the first group is above one of the second (Mann & Whitney 1947); ties count half.

    >>> auc(np.array([0.9, 0.4]), np.array([0.4, 0.1]))
    0.875
    """
    greater = (present[:, None] > absent[None, :]).mean()
    same = (present[:, None] == absent[None, :]).mean()
    return float(greater + same / 2)


def passed(scores: Numbers, threshold: float) -> float:
    """Share of scores that are at least the threshold.

    >>> passed(np.array([0.9, 0.5, 0.1]), 0.5)
    0.6666666666666666
    """
    return float((scores >= threshold).mean())


def reliability(scores: Numbers, right: NDArray[np.bool_], bins: int = 10) -> list[Bin]:
    """Hits in groups of equal width of score; groups without hits are left out.

    >>> [(one.count, one.right) for one in reliability(np.array([0.05, 0.95, 0.97]), np.array([False, True, True]))]
    [(1, 0.0), (2, 1.0)]
    """
    which = np.minimum((scores * bins).astype(int), bins - 1)
    made = []
    for n in range(bins):
        own = which == n
        if own.any():
            made.append(
                Bin(
                    n / bins,
                    (n + 1) / bins,
                    int(own.sum()),
                    float(scores[own].mean()),
                    float(right[own].mean()),
                )
            )
    return made


def calibration_error(groups: Sequence[Bin]) -> float:
    """Expected calibration error (Naeini et al. 2015): mean distance of score and share right, by number of hits.

    >>> round(calibration_error([Bin(0, 0.5, 1, 0.25, 0.25), Bin(0.5, 1, 3, 0.75, 0.95)]), 3)
    0.15
    """
    total = sum(group.count for group in groups)
    return sum(group.count * abs(group.score - group.right) for group in groups) / total if total else 0.0
