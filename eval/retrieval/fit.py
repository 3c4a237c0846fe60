"""Fits the scoring function of ``kb.ranking``: the order by the questions, then how sure its scores are.

The order: a conditional logit (McFadden 1974; in ranking called softmax or ListNet's top-one loss), which asks of the
weights that right candidates outscore the others of the same question. The certainty: logistic regression (Platt 1999)
of whether the best hit is right on its score, over questions whose document is there and the same questions with it
left out, so that a score of 0.5 means that as many were right as wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from eval.errors import EvalFileError
from eval.retrieval.candidates import Example
from eval.retrieval.scores import Numbers
from kb.ranking import Ranking, Signals, Weights

COLUMNS = tuple(name for name in Weights.model_fields if name != "bias")
_HEADER = (
    "# Made by `python -m eval.retrieval --fit`; see kb/ranking.py and docs/decisions/005-retrieval.md.\n"
)
_PENALTY = 1e-3  # of squared weights of standardised signals
Matrix = NDArray[np.float64]  # a row per candidate, a column per signal


def fit(examples: Sequence[Example]) -> Weights:
    """Weights for these questions.

    Raises:
        ValueError: no question has a right candidate.
    """
    matrices = [matrix([each.signals for each in example.present]) for example in examples]
    right = [np.array(example.right(), dtype=np.bool_) for example in examples]
    order = conditional_logit(matrices, right)
    odds, answered = [], []
    for example, rows, truth in zip(examples, matrices, right, strict=True):
        best = int(np.argmax(rows @ order))
        odds.append(float(rows[best] @ order))
        answered.append(bool(truth[best]))
        if example.absent:
            odds.append(float((matrix([each.signals for each in example.absent]) @ order).max()))
            answered.append(False)
    scale, bias = certainty(np.array(odds), np.array(answered))
    counted = {name: round(float(value) * scale, 3) for name, value in zip(COLUMNS, order, strict=True)}
    return Weights.model_validate({**counted, "bias": round(bias, 3)})


def fit_held_out(examples: Sequence[Example], model: Ranking) -> list[Ranking]:
    """For each question, the scoring function with weights fitted on the other half of the files.

    Raises:
        ValueError: there is one file only, or no question of a half has a right candidate.
    """
    half = halves([example.question.file for example in examples])
    given = [half[example.question.file] for example in examples]
    fitted = [
        model.model_copy(
            update={"weights": fit([one for one, own in zip(examples, given, strict=True) if own != n])}
        )
        for n in (0, 1)
    ]
    return [fitted[n] for n in given]


def write_ranking(model: Ranking, path: Path) -> None:
    """Write a scoring function as ``kb.ranking`` reads it.

    Raises:
        EvalFileError: the file cannot be written.
    """
    text = yaml.safe_dump(model.model_dump(), sort_keys=False, default_flow_style=None)
    try:
        path.write_text(_HEADER + text, encoding="utf-8")
    except OSError as error:
        raise EvalFileError(f"{path} 写不进去（{error.strerror}），请检查权限。") from error


def matrix(signals: Sequence[Signals]) -> Matrix:
    """Signals as rows, a column for each weight.

    >>> dict(zip(COLUMNS, matrix([Signals(0.9, 3.0, 12.0, 0.5)])[0].tolist()))["keyword"]
    0.25
    """
    rows = [
        [each.share if name == "keyword" else getattr(each, name) for name in COLUMNS] for each in signals
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(COLUMNS))


def conditional_logit(matrices: Sequence[Matrix], right: Sequence[NDArray[np.bool_]]) -> Numbers:
    """Weights under which the right rows of each matrix outscore the others; matrices without a right row say nothing.

    >>> rows = [np.array([[1.0, 0.3], [0.0, 0.4]]), np.array([[0.2, 0.1], [0.9, 0.1]])]
    >>> weights = conditional_logit(rows, [np.array([True, False]), np.array([False, True])])
    >>> bool(weights[0] > 1)
    True

    Raises:
        ValueError: there is no right row at all.
    """
    used = [(rows, truth) for rows, truth in zip(matrices, right, strict=True) if truth.any()]
    if not used:
        raise ValueError("no question has a right candidate")
    everything = np.concatenate([rows for rows, _ in used])
    spread = everything.std(axis=0)
    spread[spread == 0] = 1.0
    given = [(rows / spread, truth) for rows, truth in used]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, slope = _PENALTY * float(weights @ weights), 2 * _PENALTY * weights
        for rows, truth in given:
            odds = rows @ weights
            share = np.exp(odds - odds.max())
            good = np.where(truth, share, 0.0)
            total -= float(np.log(good.sum() / share.sum())) / len(given)
            slope = slope - rows.T @ (good / good.sum() - share / share.sum()) / len(given)
        return total, slope

    found = _scipy("optimize").minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B")
    weights: Numbers = found.x / spread
    return weights


def certainty(odds: Numbers, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Scale and bias that turn scores into log odds of being right (Platt 1999, with his smoothed targets).

    >>> scale, bias = certainty(np.array([0.0, 1.0, 2.0, 3.0]), np.array([False, False, True, True]))
    >>> scale > 0 > bias
    True
    """
    good, bad = int(right.sum()), int((~right).sum())
    target = np.where(right, (good + 1) / (good + 2), 1 / (bad + 2))
    center = float(odds.mean())

    def loss(at: Numbers) -> tuple[float, Numbers]:
        z = at[0] * (odds - center) + at[1]
        total = float(np.mean(np.logaddexp(0, z) - target * z))
        rest = 1 / (1 + np.exp(-z)) - target
        return total, np.array([float(np.mean(rest * (odds - center))), float(np.mean(rest))])

    scale, bias = _scipy("optimize").minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return float(scale), float(bias - scale * center)


def halves(files: Sequence[str], seed: int = 4) -> dict[str, int]:
    """Each file to one of two halves, at random: questions on one text must not be on both sides.

    >>> sorted(halves(["甲", "乙", "甲", "丙", "丁"]).values())
    [0, 0, 1, 1]
    """
    names = sorted(set(files))
    np.random.default_rng(seed).shuffle(names)
    return {name: n % 2 for n, name in enumerate(names)}


def _scipy(part: str) -> Any:
    return import_module(f"scipy.{part}")
