"""How relevant what a search found is: for the whole result one word and a line, for each hit one word."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from kb.finding import Found
from kb.hits import Hit
from kb.query.conditions import Kind
from kb.ranking import Ranking, ranking_model

_HIGH = 0.5  # more likely than not; the score is calibrated, see kb.ranking


class Relevance(StrEnum):
    """Whether the best of a result answers."""

    GOOD = "good"
    WEAK = "weak"
    NONE = "none"


def is_scored(hit: Hit) -> bool:
    """Whether a hit's score says how likely it answers; BM25, cosine and the 1.0 of exact matches do not."""
    return hit.dense_score is not None and hit.keyword_score is not None


def shown_scores(found: Found) -> frozenset[str]:
    """Ids of the clauses whose score is worth showing; none beside a notice that what is named is not there."""
    if lacks_what_is_named(found):
        return frozenset()
    return frozenset(hit.clause.id for hit in found.hits if is_scored(hit))


def level(hit: Hit, ranking: Ranking | None = None) -> str:
    """How relevant a hit is in one word, by its score."""
    weak = (ranking or ranking_model()).weak
    return "高" if hit.score >= max(_HIGH, weak) else "中" if hit.score >= weak else "低"


def relevance_of(found: Found, ranking: Ranking | None = None) -> Relevance:
    """Whether what was found answers; what is not there cannot be answered well by something else.

    Args:
        found: hits and what was understood.
        ranking: with the bounds; the one that ships where not given.
    """
    model = ranking or ranking_model()
    score = _best(found.hits)
    if not found.hits or (score is not None and score < model.nothing):
        return Relevance.NONE
    if (score is not None and score < model.weak) or lacks_what_is_named(found):
        return Relevance.WEAK
    return Relevance.GOOD


def lacks_what_is_named(found: Found) -> bool:
    """Whether the query names a clause, or only documents, that the knowledge base does not have."""
    missing = {unknown.kind for unknown in found.understood.unknown}
    other = found.understood.of(Kind.DOCUMENT) or found.understood.of(Kind.CLAUSE)
    return Kind.CLAUSE in missing or (Kind.DOCUMENT in missing and not other)


def remark(found: Found, ranking: Ranking | None = None) -> str:
    """One line about a result that is empty or not clearly what was asked for, "" about others."""
    if not found.hits:
        count = len(found.understood.conditions) + len(found.given)
        if not count:
            return "没有找到相符的条款，可以换个说法、减少关键词，或者去掉文件和单位的限制再试。"
        these, one = ("同时符合这些条件", "其中一个条件") if count > 1 else ("符合这个条件", "它")
        return f"没有{these}的条款，可去掉{one}再试。"
    relevance = relevance_of(found, ranking)
    if relevance is Relevance.NONE:
        return "没有找到明显相关的条款，以下仅供参考。"
    if relevance is Relevance.GOOD:
        return ""
    if lacks_what_is_named(found):
        return "以下是按其余文字找到的条款，不是所指的那一份或那一条，仅供参考。"
    return "以下条款相关程度较低，请对照原文判断。"


def _best(hits: Sequence[Hit]) -> float | None:
    """The score of the best hit, None where it does not say how relevant it is."""
    return hits[0].score if hits and is_scored(hits[0]) else None
