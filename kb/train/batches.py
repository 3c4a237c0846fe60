"""Which pairs go through the model together: each is learnt against the passages of the others of its batch."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Sequence

from kb.train.pairs import Pair

_NEIGHBOURS = (
    8  # pairs of one document side by side: passages on the same matter are the ones hard to tell apart
)


def plan_batches(pairs: Sequence[Pair], size: int, seed: int = 0) -> list[list[int]]:
    """Positions of pairs, batch by batch, each at most once.

    No two pairs of a batch are of one clause or share a text, as one would count as a wrong answer to the other.
    Batches less than half full are left out, for want of wrong answers, unless there is no other.

    Args:
        pairs: what to distribute.
        size: pairs a batch.
        seed: of the shuffling.

    Raises:
        ValueError: a batch of less than two, which has nothing to tell apart.
    """
    if size < 2:
        raise ValueError(f"a batch needs two pairs or more: {size}")
    waiting = deque(_in_neighbourhoods(pairs, seed))
    batches: list[list[int]] = []
    while waiting:
        batch: list[int] = []
        taken: set[str] = set()
        for _ in range(len(waiting)):
            n = waiting.popleft()
            marks = {pairs[n].clause, pairs[n].query, pairs[n].passage}
            if taken & marks:
                waiting.append(n)  # a later batch takes it
                continue
            batch.append(n)
            taken |= marks
            if len(batch) == size:
                break
        if 2 * len(batch) < size:  # the rest are all alike
            return batches or [batch]
        batches.append(batch)
    return batches


def _in_neighbourhoods(pairs: Sequence[Pair], seed: int) -> Iterable[int]:
    """All positions, shuffled, but with a few of each document together."""
    dice = random.Random(seed)
    order = list(range(len(pairs)))
    dice.shuffle(order)
    by_document: dict[str, list[int]] = {}
    for n in order:
        by_document.setdefault(pairs[n].document, []).append(n)
    groups = [
        numbers[at : at + _NEIGHBOURS]
        for numbers in by_document.values()
        for at in range(0, len(numbers), _NEIGHBOURS)
    ]
    dice.shuffle(groups)
    return (n for group in groups for n in group)
