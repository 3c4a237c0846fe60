"""How alike clauses read, and the best chain of pairs that keeps the order of both documents."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus import Clause
from kb.names import squash
from kb.tokens import bigrams

_SHORTLIST = 12  # candidates of a clause whose likeness is worked out
_COMMON = 200  # a pair of characters in more clauses than this says little
_TWINS = 10_000  # pairs of clauses of the very same words that are all tried
_AFTER_NUMBER = " \t\u3000、．.,，:：\n"


@dataclass(frozen=True)
class Node:
    """A clause as it is compared: without its number and without what layout changes.

    Attributes:
        clause: the clause.
        words: its text without the number, as printed.
    """

    clause: Clause
    words: str

    @classmethod
    def of(cls, clause: Clause) -> Node:
        """Make it ready."""
        return cls(clause, clause.text[number_end(clause) :])

    @cached_property
    def key(self) -> str:
        """What is the same in clauses that say the same."""
        return squash(self.words)

    @cached_property
    def grams(self) -> frozenset[str]:
        """Pairs of neighbouring characters."""
        return frozenset(bigrams(self.key) or [self.key])

    @cached_property
    def heading(self) -> str:
        """The heading, as ``key``."""
        return re.sub(r"[。：:]$", "", squash(self.clause.heading))


def number_end(clause: Clause) -> int:
    """Where the text of a clause goes on behind its number; 0 where none is printed there."""
    number = unicodedata.normalize("NFKC", clause.path[-1].partition("·")[0])
    at = len(clause.text) - len(clause.text.lstrip())
    for char in number:
        if not unicodedata.normalize("NFKC", clause.text[at : at + 1]).startswith(char):
            return 0
        at += 1
    return at + len(clause.text[at:]) - len(clause.text[at:].lstrip(_AFTER_NUMBER))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of what two have in common (Dice), 0 to 1.

    >>> likeness(frozenset("甲乙"), frozenset("乙丙"))
    0.5
    """
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def candidates(old: Sequence[Node], new: Sequence[Node]) -> list[tuple[float, int, int]]:
    """Pairs that may be the same clause, with how surely, 0 to a little over 1, and their places."""
    return [
        (score, i, j)
        for i, j in sorted(_worth_trying(old, new))
        if (score := _score(old[i], new[j])) is not None
    ]


def _worth_trying(old: Sequence[Node], new: Sequence[Node]) -> set[tuple[int, int]]:
    by_gram, by_path, by_key = (defaultdict[object, list[int]](list) for _ in range(3))
    for j, node in enumerate(new):
        by_path[node.clause.path].append(j)
        by_key[node.key].append(j)
        for gram in node.grams:
            by_gram[gram].append(j)
    rare = {gram: places for gram, places in by_gram.items() if len(places) <= _COMMON}
    twins = Counter(node.key for node in old)
    pairs = set[tuple[int, int]]()
    for i, node in enumerate(old):
        shared = Counter[int]()
        for gram in node.grams:
            shared.update(rare.get(gram, ()))
        likely = [j for j, _ in shared.most_common(_SHORTLIST)]
        if twins[node.key] * len(by_key[node.key]) <= _TWINS:
            likely += by_key[node.key]
        pairs.update((i, j) for j in (*likely, *by_path[node.clause.path]))
    return pairs


def _score(old: Node, new: Node) -> float | None:
    """How surely two are the same clause, None where they are not."""
    if old.clause.kind is not new.clause.kind:
        return None
    alike = likeness(old.grams, new.grams)
    same_place = old.clause.path == new.clause.path
    same_heading = bool(old.heading) and old.heading == new.heading
    if alike < (0.2 if same_heading else 0.35 if same_place else 0.5):
        return None
    return alike + (0.15 if same_heading else 0) + (0.1 if same_place else 0)


def heaviest_chain(pairs: Iterable[tuple[float, int, int]]) -> list[tuple[int, int]]:
    """Of weighted pairs of places the heaviest that rise on both sides, in order.

    >>> heaviest_chain([(1, 0, 1), (1, 1, 2), (1.5, 2, 0)])
    [(0, 1), (1, 2)]
    """
    ordered = sorted(pairs, key=lambda pair: (pair[1], -pair[2]))  # of one old clause, the last place first
    size = max((j for _, _, j in ordered), default=-1) + 1
    best = [(0.0, -1)] * (
        size + 1
    )  # Fenwick tree over the new places: weight of the best chain, its last pair
    before = list[int]()
    for n, (weight, _, j) in enumerate(ordered):
        top, last, at = 0.0, -1, j
        while at:
            if best[at][0] > top:
                top, last = best[at]
            at -= at & -at
        before.append(last)
        at = j + 1
        while at <= size:
            if top + weight > best[at][0]:
                best[at] = top + weight, n
            at += at & -at
    heaviest, at = (0.0, -1), size
    while at:
        heaviest, at = max(heaviest, best[at]), at - (at & -at)
    chain, last = list[tuple[int, int]](), heaviest[1]
    while last >= 0:
        chain.append(ordered[last][1:])
        last = before[last]
    return chain[::-1]
