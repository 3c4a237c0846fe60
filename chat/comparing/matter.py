"""What two documents say on one matter: the clauses of each that answer best, paired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat.comparing.facts import Fact, facts_of
from chat.comparing.likeness import Node, likeness
from chat.relevance import is_scored
from corpus import Clause, PolicyDocument
from kb.hits import Hit
from kb.knowledge_base import KnowledgeBase
from kb.ranking import ranking_model

_MOST = 5  # clauses of a document


@dataclass(frozen=True, slots=True)
class Side:
    """A clause on one side.

    Attributes:
        clause: the clause.
        facts: its figures, days and units.
        shared: those that the clause beside it has as well.
        doubtful: whether it may well be about something else.
    """

    clause: Clause
    facts: tuple[Fact, ...]
    shared: frozenset[Fact] = frozenset()
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """Two clauses side by side; None where the document has none."""

    one: Side | None
    other: Side | None


@dataclass(frozen=True, slots=True)
class Matter:
    """What two documents say on a matter, best first."""

    words: str
    one: PolicyDocument
    other: PolicyDocument
    rows: tuple[Beside, ...]


def compare_matter(kb: KnowledgeBase, words: str, one: PolicyDocument, other: PolicyDocument) -> Matter:
    """Search both and pair what is found.

    Raises:
        UsageError: no words.
        KnowledgeBaseError: the knowledge base cannot be used.
    """
    found = [relevant(kb.search(words, _MOST, among=[document.id])) for document in (one, other)]
    return Matter(words, one, other, pair(found[0], found[1]))


def relevant(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Those that may answer: with one that clearly does, only such as do."""
    model = ranking_model()
    clear = tuple(hit for hit in hits if not is_scored(hit) or hit.score >= model.weak)
    return clear or tuple(hit for hit in hits if hit.score >= model.nothing)


def pair(ones: Sequence[Hit], others: Sequence[Hit]) -> tuple[Beside, ...]:
    """Clauses that answer and read most alike beside each other, then what is left of either side."""
    nodes = [[Node.of(hit.clause) for hit in hits] for hits in (ones, others)]
    weights = {
        (i, j): likeness(nodes[0][i].grams, nodes[1][j].grams) + ones[i].score * others[j].score
        for i in range(len(ones))
        for j in range(len(others))
    }
    beside, taken = dict[int, int](), set[int]()
    for i, j in sorted(weights, key=lambda place: (-weights[place], place)):
        if i not in beside and j not in taken:
            beside[i] = j
            taken.add(j)
    pairs = sorted(beside.items(), key=lambda place: (-weights[place], place))
    rows = [_beside(ones[i], others[j]) for i, j in pairs]
    rows += [_beside(hit, None) for i, hit in enumerate(ones) if i not in beside]
    rows += [_beside(None, hit) for j, hit in enumerate(others) if j not in taken]
    return tuple(rows)


def _beside(one: Hit | None, other: Hit | None) -> Beside:
    first, second = (facts_of(hit.clause) if hit else () for hit in (one, other))
    return Beside(_side(one, first, second), _side(other, second, first))


def _side(hit: Hit | None, facts: tuple[Fact, ...], beside: tuple[Fact, ...]) -> Side | None:
    if hit is None:
        return None
    shared = frozenset(fact for fact in facts if any(fact.is_as(each) for each in beside))
    doubtful = is_scored(hit) and hit.score < ranking_model().weak
    return Side(hit.clause, facts, shared, doubtful)
