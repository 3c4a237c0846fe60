"""The same candidates in other orders: one signal alone, ranks fused, fewer signals; why the scoring function is as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from eval.retrieval.candidates import Example, ranked_by
from eval.retrieval.fit import COLUMNS, Matrix, conditional_logit, halves, matrix
from eval.retrieval.scores import DEEP, Judged, Numbers, judge

_FUSIONS = ((60, 1.0), (10, 2.0))  # the usual k, and what two short documents once suggested
_COSINE, _KEYWORD = COLUMNS.index("cosine"), COLUMNS.index("keyword")
_WITHOUT = {name: [n for n, other in enumerate(COLUMNS) if other != name] for name in COLUMNS}


def judge_alternatives(examples: Sequence[Example]) -> Iterator[tuple[str, list[Judged]]]:
    """Name and rankings of each; what is fitted is fitted on the other half of the files."""
    matrices = [matrix([each.signals for each in example.present]) for example in examples]
    for n, name in enumerate(COLUMNS):
        yield f"只按 {name}", _judged(examples, [rows[:, n] for rows in matrices])
    for k, weight in _FUSIONS:
        yield (
            f"名次融合 RRF，k={k}，关键词×{weight:g}",
            _judged(examples, [fuse(rows[:, _COSINE], rows[:, _KEYWORD], k, weight) for rows in matrices]),
        )
    for name, kept in _WITHOUT.items():
        yield f"拟合，不用 {name}", _judged(examples, _fitted(examples, [rows[:, kept] for rows in matrices]))


def fuse(cosines: Numbers, keywords: Numbers, k: int, weight: float) -> Numbers:
    """Reciprocal rank fusion (Cormack et al. 2009) of two scores, the second of a weight.

    >>> fuse(np.array([0.9, 0.8]), np.array([1.0, 2.0]), 1, 2.0).round(3).tolist()
    [1.167, 1.333]
    """
    return 1 / (k + _places(cosines)) + weight / (k + _places(keywords))


def _places(scores: Numbers) -> Numbers:
    """Place of each, from 1."""
    places = np.empty(len(scores))
    places[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return places


def _fitted(examples: Sequence[Example], matrices: Sequence[Matrix]) -> list[Numbers]:
    half = halves([example.question.file for example in examples])
    given = [half[example.question.file] for example in examples]
    right = [np.array(example.right(), dtype=np.bool_) for example in examples]
    weights = [
        conditional_logit(
            [rows for rows, own in zip(matrices, given, strict=True) if own != n],
            [truth for truth, own in zip(right, given, strict=True) if own != n],
        )
        for n in (0, 1)
    ]
    return [rows @ weights[n] for rows, n in zip(matrices, given, strict=True)]


def _judged(examples: Sequence[Example], scores: Sequence[Numbers]) -> list[Judged]:
    return [
        judge(example.question, ranked_by(example.present, own.tolist(), DEEP))
        for example, own in zip(examples, scores, strict=True)
    ]
