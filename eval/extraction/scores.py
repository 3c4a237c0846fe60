"""Found grants against labelled ones: pairs first, then each field over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eval.extraction.labels import GrantLabel

GRANTS = "grants"
FIELDS = ("kind", "amounts", "caps", "rates", "basis", "stages", "bound", "period", "who")
FIGURES = "figures"
"""Grants of which all amounts, caps and rates are right."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were right, of how many found and how many wanted."""

    hits: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.hits + other.hits, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float | None:
        """Right ones of those found; None if none was found.

        >>> Tally(1, 2, 4).precision, Tally().precision
        (0.5, None)
        """
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Right ones of those wanted; None if none was wanted."""
        return self.hits / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall.

        >>> round(Tally(1, 2, 4).f1, 3)
        0.333
        """
        both = self.found + self.wanted
        return 2 * self.hits / both if both else None


@dataclass(frozen=True, slots=True)
class Scores:
    """Tallies by field, and clauses that give nothing: how many there are and how many got nothing."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    empty: int = 0
    kept_empty: int = 0

    def __add__(self, other: Scores) -> Scores:
        names = [*self.tallies, *(name for name in other.tallies if name not in self.tallies)]
        sums = {name: self.tallies.get(name, Tally()) + other.tallies.get(name, Tally()) for name in names}
        return Scores(sums, self.empty + other.empty, self.kept_empty + other.kept_empty)


def same_place(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches share at least half of the longer one.

    >>> same_place((0, 10), (5, 10)), same_place((0, 10), (6, 10))
    (True, False)
    """
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared > 0 and 2 * shared >= max(one[1] - one[0], other[1] - other[0])


def pair(found: Sequence[GrantLabel], wanted: Sequence[GrantLabel]) -> list[tuple[int, int]]:
    """Indices of found and wanted grants whose words share half of the shorter, one to one, the greatest share first."""
    shares: list[tuple[int, int, int]] = []
    for i, one in enumerate(found):
        for j, other in enumerate(wanted):
            shared = _shared(one, other)
            if shared:
                shares.append((-shared, i, j))
    pairs: list[tuple[int, int]] = []
    for _, i, j in sorted(shares):
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def _shared(one: GrantLabel, other: GrantLabel) -> int:
    """How many characters two grants share, 0 where it is less than half of the shorter one."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    enough = 2 * shared >= min(one.end - one.start, other.end - other.start)
    return shared if shared > 0 and enough else 0


def score_clause(found: Sequence[GrantLabel], wanted: Sequence[GrantLabel]) -> Scores:
    """One clause. Grants labelled with doubt, and all that was found in their place, are left out.

    An unpaired grant counts in every field: its values are missing, or found and wrong.
    """
    pairs = pair(found, wanted)
    partners = {i: j for i, j in pairs if not wanted[j].doubt}
    doubtful = [other for other in wanted if other.doubt]
    dropped = {
        i
        for i, one in enumerate(found)
        if i not in partners and any(_shared(one, other) for other in doubtful)
    }
    ours: list[tuple[GrantLabel | None, GrantLabel | None]] = [
        (one, wanted[partners[i]] if i in partners else None)
        for i, one in enumerate(found)
        if i not in dropped
    ]
    ours += [
        (None, other) for j, other in enumerate(wanted) if not other.doubt and j not in set(partners.values())
    ]
    tallies = {GRANTS: Tally(len(partners), sum(1 for a, _ in ours if a), sum(1 for _, b in ours if b))}
    for name in (FIGURES, *FIELDS):
        tallies[name] = sum((_compare(name, a, b) for a, b in ours), Tally())
    empty = int(not wanted)
    return Scores(tallies, empty, empty if not found else 0)


def _compare(name: str, found: GrantLabel | None, wanted: GrantLabel | None) -> Tally:
    """The values of one field of a pair, or of a grant without partner."""
    ours = _values(name, found) if found else []
    theirs = _values(name, wanted) if wanted else []
    placed = name in ("who", "basis", "stages")
    hits = _placed(ours, theirs) if placed else (Counter(ours) & Counter(theirs)).total()
    return Tally(hits, len(ours), len(theirs))


def _values(name: str, grant: GrantLabel) -> list[object]:
    """What a field holds, as a list."""
    readers: dict[str, Callable[[GrantLabel], list[object]]] = {
        "who": lambda g: [g.who] if g.who else [],
        "basis": lambda g: [g.basis] if g.basis else [],
        "stages": lambda g: list(g.stages),
        "kind": lambda g: [g.kind],
        "bound": lambda g: [g.bound],
        "period": lambda g: [g.period] if g.period else [],
        "amounts": lambda g: list(g.amounts),
        "caps": lambda g: list(g.caps),
        "rates": lambda g: list(g.rates),
        FIGURES: lambda g: [(g.amounts, g.caps, g.rates)],
    }
    return readers[name](grant)


def _placed(ours: Sequence[object], theirs: Sequence[object]) -> int:
    """How many stretches have a partner at the same place, one to one."""
    left = [other for other in theirs if isinstance(other, tuple)]
    hits = 0
    for one in ours:
        partner = next((o for o in left if isinstance(one, tuple) and same_place(one, o)), None)
        if partner is not None:
            left.remove(partner)
            hits += 1
    return hits
