"""What is held apart: whole documents, so that nothing the model is judged by was learnt from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

from kb.train.pairs import Pair


def held_apart(
    documents: Iterable[str], share: float, seed: int = 0, also: Collection[str] = ()
) -> frozenset[str]:
    """The documents to judge by: about ``share`` of all, chosen by name, at least one of several; and those of ``also``.

    With the same seed a document stays on its side when others come, unless it was chosen for want of any other.

    >>> sorted(held_apart(["甲", "乙", "丙", "丁"], 0.25, also=["丁"]) & {"丁"})
    ['丁']
    >>> held_apart(["甲"], 0.5)
    frozenset()

    Raises:
        ValueError: ``share`` is not between 0 and 1.
    """
    if not 0 <= share < 1:
        raise ValueError(f"share must be at least 0 and below 1: {share}")
    ranked = sorted(set(documents), key=lambda name: _place(name, seed))
    chosen = {name for name in ranked if _place(name, seed) < share}
    if share and not chosen and len(ranked) > 1:
        chosen = {ranked[0]}
    return frozenset(chosen | set(also))


def part(pairs: Iterable[Pair], apart: Collection[str]) -> tuple[list[Pair], list[Pair]]:
    """Pairs to learn from, and pairs to judge by.

    A pair one of whose texts also stands in a held-apart document (the same text published twice) is of neither.
    """
    judged: list[Pair] = []
    learnt: list[Pair] = []
    for pair in pairs:
        (judged if pair.document in apart else learnt).append(pair)
    known = {_bare(text) for pair in judged for text in (pair.query, pair.passage)}
    return [pair for pair in learnt if not {_bare(pair.query), _bare(pair.passage)} & known], judged


def sample(pairs: Sequence[Pair], most: int, seed: int = 0) -> list[Pair]:
    """At most so many of them, chosen by their content, in their order; all if ``most`` is 0."""
    if not most or len(pairs) <= most:
        return list(pairs)
    place = [_place(f"{pair.clause} {pair.kind}", seed) for pair in pairs]
    limit = sorted(place)[most]
    return [pair for pair, at in zip(pairs, place, strict=True) if at < limit]


def _place(name: str, seed: int) -> float:
    """A number from 0 to 1 that only the name and the seed decide."""
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:6]) / 2**48


def _bare(text: str) -> str:
    return "".join(text.split())
