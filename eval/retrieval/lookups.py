"""The project's own questions, each with exactly one right clause, over the policies it ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.metrics.clause_ids import clause_key
from eval.qa_set import QAItem
from eval.retrieval.ours import Search
from eval.retrieval.scores import DEPTH, recall, reciprocal


@dataclass(frozen=True, slots=True)
class Looked:
    """Questions of one type, "" for all.

    Attributes:
        type: of the questions.
        count: how many.
        hit_at_1: share whose clause comes first.
        hit_at_5: share whose clause is among the first five.
        mrr: mean reciprocal rank of the clause within the first ten.
    """

    type: str
    count: int
    hit_at_1: float
    hit_at_5: float
    mrr: float


def with_one_clause(items: Sequence[QAItem]) -> list[QAItem]:
    """Questions that stand by themselves and have one right clause.

    >>> alone = QAItem(id="a", question="最高多少？", clauses=("甲 一",))
    >>> with_one_clause([alone, QAItem(id="b", question="那第二条呢？", history=("第一条",), clauses=("甲 二",))])[0].id
    'a'
    """
    return [item for item in items if len(item.clauses) == 1 and not item.history]


def look_up(items: Sequence[QAItem], search: Search) -> list[Looked]:
    """How high the right clause of each question comes: all questions, then by type."""
    ranks = {item.id: _rank(item, search) for item in items}
    by_type = sorted(items, key=lambda item: item.type)
    groups = [("", list(items)), *((name, list(some)) for name, some in groupby(by_type, lambda i: i.type))]
    return [_looked(name, [ranks[item.id] for item in some]) for name, some in groups if some]


def _rank(item: QAItem, search: Search) -> int:
    wanted = clause_key(item.clauses[0])
    found = [clause_key(hit.clause.id) for hit in search(item.question, DEPTH)]
    return found.index(wanted) + 1 if wanted in found else 0


def _looked(name: str, ranks: Sequence[int]) -> Looked:
    return Looked(
        name,
        len(ranks),
        float(recall(ranks, 1).mean()),
        float(recall(ranks, 5).mean()),
        float(reciprocal(ranks).mean()),
    )
