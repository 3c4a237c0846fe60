"""Starts against truth: which were found, and the usual three figures."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from eval.segmentation.numbers import depth, plain

TOLERANCE = 2
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """Where something begins a clause: a source offset, and its path where the splitter gives one."""

    at: int
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clause that is there.

    Attributes:
        at: offset of its number.
        path: its full path, None where it is not judged.
        label: the last label of its path, "" where it is not judged.
        level: how many clause numbers its path holds, 0 where it is not judged; a start of another level is a miss.
    """

    at: int
    path: Path | None = None
    label: str = ""
    level: int = 0

    @property
    def placeable(self) -> bool:
        """Whether the truth says where in the tree it belongs."""
        return self.path is not None or bool(self.label) or self.level > 0


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one text.

    Attributes:
        kind: where it comes from.
        file: the file below the data folder, with forward slashes.
        wanted: every clause it knows, by ascending offset.
        neutral: offsets at which a start is not counted either way.
        silent: starts whose text matches are not counted either way: clauses of a kind it does not know.
    """

    kind: str
    file: str
    wanted: tuple[Wanted, ...]
    neutral: tuple[int, ...] = ()
    silent: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one or more texts.

    ``placed`` of the ``placeable`` wanted clauses were found with the right place in the tree.

    >>> tally = Tally(hits=3, wanted=4, given=6) + Tally(hits=1, wanted=1, given=2)
    >>> tally.precision, tally.recall, round(tally.f1, 3)
    (0.5, 0.8, 0.615)
    >>> Tally().precision, Tally().recall, Tally().f1
    (1.0, 1.0, 1.0)
    >>> Tally(hits=2, wanted=1, given=1)
    Traceback (most recent call last):
    ...
    ValueError: more hits than wanted or given: 2 of 1 and 1
    """

    hits: int = 0
    wanted: int = 0
    given: int = 0
    placed: int = 0
    placeable: int = 0

    def __post_init__(self) -> None:
        if self.hits > min(self.wanted, self.given):
            raise ValueError(f"more hits than wanted or given: {self.hits} of {self.wanted} and {self.given}")

    def __add__(self, other: Self) -> Tally:
        return Tally(
            self.hits + other.hits,
            self.wanted + other.wanted,
            self.given + other.given,
            self.placed + other.placed,
            self.placeable + other.placeable,
        )

    @property
    def precision(self) -> float:
        """Share of the given starts that are right; 1 where none is given."""
        return self.hits / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the wanted clauses that were found; 1 where none is wanted."""
        return self.hits / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two; 1 where nothing is wanted and nothing given."""
        both = self.given + self.wanted
        return 2 * self.hits / both if both else 1.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The pairs, the wanted clauses nobody found, and the starts that are none; together the whole story."""

    pairs: tuple[tuple[Wanted, Start], ...]
    missed: tuple[Wanted, ...]
    false: tuple[Start, ...]

    def tally(self) -> Tally:
        """The counts."""
        wanted = [*(one for one, _ in self.pairs), *self.missed]
        return Tally(
            hits=len(self.pairs),
            wanted=len(wanted),
            given=len(self.pairs) + len(self.false),
            placed=sum(one.placeable and in_place(one, start) for one, start in self.pairs),
            placeable=sum(one.placeable for one in wanted),
        )


def judge(truth: Truth, starts: Sequence[Start], text: str, tolerance: int = TOLERANCE) -> Judgement:
    """Pair starts with wanted clauses one to one, at the same offset first, then within ``tolerance`` characters.

    >>> truth = Truth("示例", "甲.txt", (Wanted(0, ("一",)), Wanted(2, ("一", "（一）"))))
    >>> told = judge(truth, [Start(2, ("（一）",)), Start(9)], "一、（一）甲；乙；")
    >>> [one.at for one, _ in told.pairs], [one.at for one in told.missed], [one.at for one in told.false]
    ([2], [0], [9])
    >>> told.tally()
    Tally(hits=1, wanted=2, given=2, placed=0, placeable=2)
    """
    free = sorted(starts, key=lambda start: start.at)
    left = list(truth.wanted)
    pairs: list[tuple[Wanted, Start]] = []
    for reach in dict.fromkeys((0, tolerance)):
        still: list[Wanted] = []
        for wanted in left:
            found = _nearest(wanted, free, reach)
            if found is None:
                still.append(wanted)
            else:
                pairs.append((wanted, free.pop(found)))
        left = still
    wrong = tuple(start for start in free if not _excused(truth, start, text, tolerance))
    return Judgement(tuple(pairs), tuple(left), wrong)


def in_place(wanted: Wanted, start: Start) -> bool:
    """Whether a start has the path, the last label and the level that are wanted, as far as these are judged.

    A mark that tells labels printed twice apart (一·2) is wrong in a path, where the part should be named, not in a label.

    >>> in_place(Wanted(0, label="（一）", level=2), Start(0, ("附件1", "一", "（一）")))
    True
    >>> in_place(Wanted(0, ("一",)), Start(0))
    False
    """
    if not start.path:
        return not wanted.placeable
    return (
        (wanted.path is None or start.path == wanted.path)
        and (not wanted.label or plain(start.path[-1]) == wanted.label)
        and (not wanted.level or depth(start.path) == wanted.level)
    )


def _nearest(wanted: Wanted, free: Sequence[Start], reach: int) -> int | None:
    first = bisect_left(free, wanted.at - reach, key=lambda start: start.at)
    for n in range(first, len(free)):
        if free[n].at > wanted.at + reach:
            return None
        # Splitters that give no path are not held to the level.
        if not wanted.level or free[n].path is None or in_place(wanted, free[n]):
            return n
    return None


def _excused(truth: Truth, start: Start, text: str, tolerance: int) -> bool:
    if any(abs(start.at - at) <= tolerance for at in truth.neutral):
        return True
    return truth.silent is not None and truth.silent.match(text, start.at) is not None
