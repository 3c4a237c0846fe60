"""What a ranking is worth: recall and reciprocal rank of the first right unit, and how soon the evidence is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.ranking import MRR, judge_ranks
from eval.retrieval.data import Question
from eval.retrieval.evidence import is_right, overlap
from eval.retrieval.ranked import Ranker, Unit

DEPTH = 10
DEEP = 60  # units asked for: enough to fill the budget below
BUDGET = 1000  # characters a person reads, or a prompt has room for
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question's ranking.

    Attributes:
        rank: of the first right unit, from 1; 0 if none of the first ten is right.
        lax_rank: the same where touching the passage is enough.
        read: share of the evidence among the first ``BUDGET`` characters returned, 0 to 1.
    """

    rank: int
    lax_rank: int
    read: float


def judge(question: Question, found: Sequence[Unit]) -> Judged:
    """Judge the first ten units of a ranking."""
    first = found[:DEPTH]
    right = [unit.file == question.file and is_right(unit.span, question.evidence) for unit in first]
    lax = [unit.file == question.file and overlap(unit.span, [question.passage]) > 0 for unit in first]
    return Judged(_first(right), _first(lax), share_read(question, found))


def rank_all(questions: Sequence[Question], system: Ranker) -> list[list[Unit]]:
    """Each question's first ten units, and more behind them where those do not fill the budget."""
    return [_enough(question.text, system) for question in questions]


def judge_all(questions: Sequence[Question], rankings: Sequence[Sequence[Unit]]) -> list[Judged]:
    """Each question's ranking, judged."""
    return [judge(question, found) for question, found in zip(questions, rankings, strict=True)]


def share_read(question: Question, found: Sequence[Unit], budget: int = BUDGET) -> float:
    """Share of the evidence that stands in the first ``budget`` characters of a ranking; what is said twice counts once."""
    left, seen = budget, set[int]()
    for unit in found:
        end = min(unit.span.end, unit.span.start + left)
        left -= end - unit.span.start
        if unit.file == question.file:
            seen.update(range(unit.span.start, end))
    wanted = sum(span.length for span in question.evidence)
    return sum(at in seen for span in question.evidence for at in range(span.start, span.end)) / wanted


def recall(ranks: Sequence[int], k: int) -> Numbers:
    """1 for each question whose first right unit is among the first ``k``, else 0.

    >>> recall([1, 0, 7], 5).tolist()
    [1.0, 0.0, 0.0]
    """
    return np.array(judge_ranks(ranks, f"Success@{k}"), dtype=np.float64)


def reciprocal(ranks: Sequence[int]) -> Numbers:
    """Reciprocal of each rank, 0 where nothing right was found; its mean is MRR@10.

    >>> reciprocal([1, 0, 4]).tolist()
    [1.0, 0.0, 0.25]
    """
    return np.array(judge_ranks(ranks, MRR), dtype=np.float64)


def _enough(question: str, system: Ranker) -> list[Unit]:
    found = system(question, DEPTH)
    if len(found) == DEPTH and sum(unit.span.length for unit in found) < BUDGET:
        seen = {(unit.file, unit.span) for unit in found}  # asked for more, a search may look deeper
        found += [unit for unit in system(question, DEEP) if (unit.file, unit.span) not in seen]
    return found


def _first(right: Sequence[bool]) -> int:
    return right.index(True) + 1 if True in right else 0
