"""Rankings that are the same whichever engine made them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kb.embedding import FloatArray

DIGITS = 6  # of a cosine; below, a graph and a plain product differ, and ties would fall either way
SPARE = 16  # asked for beyond k, to see whether the last place is shared
WIDEST = 2000  # looked through at most


def ranked(found: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Best first, those alike by id.

    >>> ranked([("乙", 0.5), ("丙", 0.9), ("甲", 0.5)])
    [('丙', 0.9), ('乙', 0.5), ('甲', 0.5)]
    """
    return sorted(found, key=lambda each: (-each[1], each[0]))


def floor(found: Sequence[tuple[str, float]], asked: int) -> float:
    """The score that nothing exceeds that an engine, asked for so many, did not give.

    >>> floor([("甲", 0.9), ("乙", 0.5)], asked=2), floor([("甲", 0.9), ("乙", 0.5)], asked=3)
    (0.5, -inf)
    """
    return min(score for _, score in found) if len(found) >= asked else -math.inf


def is_sure(found: Iterable[tuple[str, float]], k: int, below: float) -> bool:
    """Whether the first ``k`` stay the first, and in this order, when what scores up to ``below`` comes too.

    Texts that stand in many documents have the same score: which of them an engine returns last is chance.

    >>> found = [("甲", 0.9), ("乙", 0.5), ("丙", 0.4)]
    >>> is_sure(found, 2, below=0.4), is_sure(found, 2, below=0.5), is_sure(found, 5, below=0.1)
    (True, False, False)
    >>> is_sure(found, 5, below=floor(found, asked=4))  # there is no more
    True
    """
    if below == -math.inf:
        return True
    scores = sorted((score for _, score in found), reverse=True)
    return len(scores) >= k and scores[k - 1] > below


def cosines_of(vector: FloatArray, stored: Mapping[str, FloatArray]) -> dict[str, float]:
    """Cosine of a vector and each of some stored ones, all of length 1."""
    if not stored:
        return {}
    found = np.stack(list(stored.values())) @ vector
    return {chunk: round(cosine, DIGITS) for chunk, cosine in zip(stored, found.tolist(), strict=True)}
