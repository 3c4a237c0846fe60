"""Two versions of a document, clause by clause: kept, changed, added, removed, split or merged, moved, renumbered.

Clauses are paired by what they say, not by their numbers: the heaviest chain of like clauses that keeps the order of both
documents, then those out of order, then what stands at the same place between pairs. Moved is what left its parent or its
place among the parent's other clauses; what moves with its parent has not moved itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chat.comparing.edits import Edit, Piece, edits
from chat.comparing.likeness import Node, candidates, heaviest_chain, likeness
from corpus import Clause, NodeKind, PolicyDocument

_PART = 0.6  # so much of a clause has to stand in another for it to be a part of it
_LEAST = 8  # pairs of characters a part must have
_OUT_OF_ORDER = 0.6  # likeness that clauses in another order must have
_AT_ITS_PLACE = 0.2  # likeness that is enough for clauses of one number between the same neighbours
_ONCE = (NodeKind.HEADER, NodeKind.TITLE, NodeKind.SIGNATURE)


class Change(StrEnum):
    """What became of a clause, whatever became of its number and place."""

    KEPT = "未变"
    CHANGED = "修改"
    ADDED = "新增"
    REMOVED = "删除"
    SPLIT = "拆分"
    MERGED = "合并"


@dataclass(frozen=True, slots=True)
class Row:
    """A clause in both versions.

    Attributes:
        change: what became of its words.
        old: the clause as it was, several that were merged, none where it was added.
        new: the clause as it is, several where it was split, none where it was removed.
        pieces: its words with what was put in and struck out, without numbers.
        moved: whether it stands elsewhere among the clauses.
        renumbered: whether it has another number, or stands below one that has.
    """

    change: Change
    old: tuple[Clause, ...]
    new: tuple[Clause, ...]
    pieces: tuple[Piece, ...]
    moved: bool = False
    renumbered: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether only its number may have changed."""
        return self.change is Change.KEPT and not self.moved


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions and their rows, in the order of the new one; what was removed stands where it was."""

    old: PolicyDocument
    new: PolicyDocument
    rows: tuple[Row, ...]

    def count(self, change: Change) -> int:
        """How many clauses this became of."""
        return sum(row.change is change for row in self.rows)

    @property
    def are_alike(self) -> bool:
        """Whether enough of the new one is in the old one for it to be a version of it."""
        there = [row for row in self.rows if row.new]
        return 3 * sum(bool(row.old) for row in there) >= len(there)

    @property
    def moved(self) -> int:
        """How many clauses moved."""
        return sum(row.moved for row in self.rows)

    @property
    def renumbered(self) -> int:
        """How many have another number."""
        return sum(row.renumbered for row in self.rows)


def compare_versions(old: PolicyDocument, new: PolicyDocument) -> Versions:
    """Align two versions: about half a second for 300 clauses each."""
    olds, news = ([Node.of(clause) for clause in document.clauses] for document in (old, new))
    pairs = _paired(olds, news)
    splits = _parts(pairs, olds, news)
    merges = _parts({j: i for i, j in pairs.items()}, news, olds)
    return Versions(old, new, tuple(_rows(olds, news, pairs, splits, merges)))


def _paired(olds: Sequence[Node], news: Sequence[Node]) -> dict[int, int]:
    """Places of the new clauses by those of the old ones they were."""
    found = candidates(olds, news)
    pairs = dict(heaviest_chain((score * score, i, j) for score, i, j in found))
    for kind in _ONCE:
        one, other = (
            next((n for n, node in enumerate(nodes) if node.clause.kind is kind), None)
            for nodes in (olds, news)
        )
        if one is not None and other is not None and one not in pairs and other not in pairs.values():
            pairs[one] = other
    taken = set(pairs.values())
    for score, i, j in sorted(found, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if score >= _OUT_OF_ORDER and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    _pair_parents(pairs, olds, news)
    _pair_neighbours(pairs, olds, news)
    return pairs


def _pair_parents(pairs: dict[int, int], olds: Sequence[Node], news: Sequence[Node]) -> None:
    """What most of the clauses below it went to is the same clause, however its own words changed."""
    above, below = _parents(olds), _parents(news)
    taken = set(pairs.values())
    votes = defaultdict[int, list[int]](list)
    for i, j in pairs.items():
        parent, other = above[i], below[j]
        if parent is not None and other is not None:
            votes[parent].append(other)
    for parent, chosen in sorted(votes.items()):
        best = max(sorted(set(chosen)), key=chosen.count)
        if parent not in pairs and best not in taken and 2 * chosen.count(best) > len(chosen):
            pairs[parent] = best
            taken.add(best)


def _pair_neighbours(pairs: dict[int, int], olds: Sequence[Node], news: Sequence[Node]) -> None:
    """A clause left over that stands between the same neighbours under the same number is the same, if it reads at all alike."""
    taken = set(pairs.values())
    for i, node in enumerate(olds):
        if i in pairs:
            continue
        first = pairs.get(i - 1, -2) + 1 if i else 0
        for j in range(max(first, 0), len(news)):
            if j in taken:
                break
            other = news[j]
            same = other.clause.path[-1] == node.clause.path[-1] and other.clause.kind is node.clause.kind
            if first >= 0 and same and likeness(node.grams, other.grams) >= _AT_ITS_PLACE:
                pairs[i] = j
                taken.add(j)
                break


def _parts(pairs: dict[int, int], wholes: Sequence[Node], parts: Sequence[Node]) -> dict[int, list[int]]:
    """For clauses split in several, by their places: the further parts beside the one they are paired with."""
    taken, found = set(pairs.values()), dict[int, list[int]]()
    for i, j in pairs.items():
        rest = wholes[i].grams - parts[j].grams
        for step in (1, -1):
            at = j + step
            while 0 <= at < len(parts) and at not in taken and _is_part(parts[at], rest):
                found.setdefault(i, []).append(at)
                taken.add(at)
                rest -= parts[at].grams
                at += step
    return found


def _is_part(node: Node, rest: frozenset[str]) -> bool:
    return len(node.grams) >= _LEAST and len(node.grams & rest) >= _PART * len(node.grams)


def _rows(
    olds: Sequence[Node],
    news: Sequence[Node],
    pairs: dict[int, int],
    splits: dict[int, list[int]],
    merges: dict[int, list[int]],
) -> Iterator[Row]:
    back = {j: i for i, j in pairs.items()}
    merged = {i for others in merges.values() for i in others}
    split = {j for others in splits.values() for j in others}
    moved = _moved(pairs, olds, news)
    removed = [i for i in range(len(olds)) if i not in pairs and i not in merged]
    after = defaultdict[int, list[int]](list)  # by the new clause they come behind, -1 at the start
    for i in removed:
        before = next((n for n in range(i - 1, -1, -1) if n in pairs and n not in moved), None)
        after[-1 if before is None else pairs[before]].append(i)
    yield from (_row(Change.REMOVED, [olds[i]], []) for i in after[-1])
    for j in range(len(news)):
        if j in back:
            i = back[j]
            old = [olds[n] for n in sorted((i, *merges.get(j, ())))]
            new = [news[n] for n in sorted((j, *splits.get(i, ())))]
            yield replace(_paired_row(old, new), moved=i in moved)
        elif j not in split:
            yield _row(Change.ADDED, [], [news[j]])
        yield from (_row(Change.REMOVED, [olds[i]], []) for i in after[j])


def _paired_row(old: list[Node], new: list[Node]) -> Row:
    if len(old) > 1:
        change = Change.MERGED
    elif len(new) > 1:
        change = Change.SPLIT
    else:
        change = Change.KEPT if old[0].key == new[0].key else Change.CHANGED
    ends = old[0].clause, new[0].clause
    renumbered = ends[0].path != ends[1].path and ends[0].kind is NodeKind.CLAUSE
    return replace(_row(change, old, new), renumbered=renumbered)


def _row(change: Change, old: list[Node], new: list[Node]) -> Row:
    one, other = ("\n".join(node.words for node in nodes) for nodes in (old, new))
    pieces = (Piece(Edit.KEPT, other),) if change is Change.KEPT else edits(one, other)
    return Row(change, tuple(n.clause for n in old), tuple(n.clause for n in new), pieces)


def _moved(pairs: dict[int, int], olds: Sequence[Node], news: Sequence[Node]) -> frozenset[int]:
    """Old places of what left its parent, or its place among the clauses beside it."""
    above, below = _parents(olds), _parents(news)
    back = {j: i for i, j in pairs.items()}
    sizes = _sizes(above)
    families = defaultdict[int | None, list[int]](list)
    moved = set[int]()
    for i, j in pairs.items():
        if olds[i].clause.kind is not NodeKind.CLAUSE:
            continue
        parent, other = above[i], below[j]
        kept = parent in pairs or other in back
        if kept and (None if parent is None else pairs.get(parent)) != other:
            moved.add(i)
        else:
            families[parent if kept else None].append(i)
    for family in families.values():
        stayed = heaviest_chain((sizes[i], i, pairs[i]) for i in family)
        moved.update(set(family) - {i for i, _ in stayed})
    return frozenset(moved)


def _parents(nodes: Sequence[Node]) -> list[int | None]:
    """The place of the clause above each."""
    places = {node.clause.path: n for n, node in enumerate(nodes) if node.clause.kind is NodeKind.CLAUSE}
    return [
        next((places[path[:n]] for n in range(len(path) - 1, 0, -1) if path[:n] in places), None)
        for path in (node.clause.path for node in nodes)
    ]


def _sizes(parents: Iterable[int | None]) -> list[int]:
    """How many clauses each is with those below it."""
    above = list(parents)
    sizes = [1] * len(above)
    for n in range(len(above) - 1, -1, -1):
        parent = above[n]
        if parent is not None:
            sizes[parent] += sizes[n]
    return sizes
