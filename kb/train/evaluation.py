"""How well a model finds the right passage, question by question, so that two models can be compared in pairs.

The library's ``InformationRetrievalEvaluator`` gives means only; whether a gain is more than chance needs the ranks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.embedding import Embedder
from kb.train.pairs import Pair

_DRAWS = 5000
_BLOCK = 256

Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EvalSet:
    """Questions and the passages to find them in.

    Attributes:
        name: what it is called in reports.
        queries: the questions.
        passages: everything to search.
        right: for each question, positions of the passages that are right, at least one.
    """

    name: str
    queries: tuple[str, ...]
    passages: tuple[str, ...]
    right: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the questions of a set: 0 to 1."""

    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float

    @classmethod
    def of(cls, ranks: Ranks) -> Quality:
        """From the rank, from 1, of the first right passage of each question.

        >>> Quality.of(np.array([1, 2, 20, 5]))
        Quality(recall_at_1=0.25, recall_at_5=0.75, recall_at_10=0.75, mrr_at_10=0.425)
        >>> Quality.of(np.array([], dtype=int))
        Traceback (most recent call last):
        ...
        ValueError: no question to average over
        """
        if not len(ranks):
            raise ValueError("no question to average over")
        first, five, ten = (float(np.mean(ranks <= k)) for k in (1, 5, 10))
        return cls(first, five, ten, float(np.mean(reciprocal(ranks))))


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much the mean reciprocal rank grew, with its 95 % interval over draws of questions."""

    mean: float
    low: float
    high: float

    @property
    def is_beyond_noise(self) -> bool:
        """Whether even the lower end is a gain."""
        return self.low > 0

    @property
    def is_loss(self) -> bool:
        """Whether even the upper end is a loss."""
        return self.high < 0


def reciprocal(ranks: Ranks, at: int = 10) -> NDArray[np.float64]:
    """One over the rank, 0 beyond ``at``.

    >>> reciprocal(np.array([1, 4, 11])).tolist()
    [1.0, 0.25, 0.0]
    """
    return np.where(ranks <= at, 1.0 / ranks, 0.0)


def rank_all(
    embedder: Embedder, questions: EvalSet, progress: Callable[[int, int], None] | None = None
) -> Ranks:
    """The rank, from 1, of the first right passage of each question; equal cosines count against the right one.

    Args:
        embedder: the model to judge.
        questions: what to judge it by.
        progress: told how many of how many passages are done.
    """
    done = []
    for at in range(0, len(questions.passages), _BLOCK):
        done.append(embedder.embed_passages(questions.passages[at : at + _BLOCK]))
        if progress:
            progress(min(at + _BLOCK, len(questions.passages)), len(questions.passages))
    vectors = np.concatenate(done)
    ranks = []
    for query, right in zip(questions.queries, questions.right, strict=True):
        cosines = vectors @ embedder.embed_query(query)
        best = cosines[list(right)].max()
        others = np.ones(len(cosines), dtype=bool)
        others[list(right)] = False
        ranks.append(int((cosines[others] >= best).sum()) + 1)
    return np.array(ranks, dtype=np.int64)


def gain(before: Ranks, after: Ranks, seed: int = 0) -> Gain:
    """The gain in MRR@10 of one model over another on the same questions, by a paired bootstrap (Efron 1979).

    >>> gain(np.array([2, 2, 2]), np.array([1, 1, 1]))
    Gain(mean=0.5, low=0.5, high=0.5)
    >>> gain(np.array([1, 2]), np.array([2, 1])).is_beyond_noise
    False

    Raises:
        ValueError: not the same number of questions, or none.
    """
    if len(before) != len(after) or not len(before):
        raise ValueError(f"two rankings of the same questions are needed: {len(before)} and {len(after)}")
    difference = reciprocal(after) - reciprocal(before)
    values, counts = np.unique(
        difference, return_counts=True
    )  # drawing questions is drawing how often each occurs
    drawn = np.random.default_rng(seed).multinomial(len(difference), counts / len(difference), size=_DRAWS)
    draws = drawn @ values / len(difference)
    low, high = np.quantile(draws, (0.025, 0.975))
    return Gain(float(difference.mean()), float(low), float(high))


def show(quality: Quality) -> str:
    """A quality in one line.

    >>> show(Quality(0.5, 0.75, 1.0, 0.6))
    'recall@1 0.500  recall@5 0.750  recall@10 1.000  MRR@10 0.6000'
    """
    shares = (quality.recall_at_1, quality.recall_at_5, quality.recall_at_10)
    recalls = "  ".join(f"recall@{k} {share:.3f}" for k, share in zip((1, 5, 10), shares, strict=True))
    return f"{recalls}  MRR@10 {quality.mrr_at_10:.4f}"


def pair_set(pairs: Sequence[Pair], others: Sequence[str], name: str) -> EvalSet:
    """Pairs as a set to judge a model by: right are the passages of the own clause.

    Args:
        pairs: their queries are asked, their passages searched.
        others: further passages to search, all wrong.
        name: what to call the set.
    """
    passages = list(dict.fromkeys([pair.passage for pair in pairs] + list(others)))
    place = {passage: n for n, passage in enumerate(passages)}
    of_clause: dict[str, set[int]] = {}
    for pair in pairs:
        of_clause.setdefault(pair.clause, set()).add(place[pair.passage])
    right = tuple(frozenset(of_clause[pair.clause]) for pair in pairs)
    return EvalSet(name, tuple(pair.query for pair in pairs), tuple(passages), right)
