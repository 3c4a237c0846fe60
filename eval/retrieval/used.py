"""The same questions asked a knowledge base as its users ask it, and what else only that can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus import Span
from eval.qa_set import QAItem
from eval.retrieval.candidates import Example, ranked
from eval.retrieval.lookups import Looked, look_up, with_one_clause
from eval.retrieval.ours import knowledge_base, ranker, typed
from eval.retrieval.ranked import Unit
from eval.retrieval.scores import Judged, judge_all, rank_all
from eval.retrieval.self_find import Tried, names_of, try_names
from kb.embedding import Embedder
from kb.knowledge_base import KnowledgeBase
from kb.ranking import ranking_model

SEARCH = "本项目 search（随附权重）"
FIND = "本项目 find（先理解问题）"
ALONE, AMONG = "只有这两份", "与全部资料一起"


@dataclass(frozen=True, slots=True)
class Used:
    """What knowledge bases showed; the last two are empty where they were not asked for.

    Attributes:
        missing: files that are not there, so that questions on them cannot be answered.
        judged: rankings by name.
        agreement: share of questions whose first hit is the same when the shipped weights rank the wider candidates.
        lookups: own questions, by where they are asked.
        tried: names that must find themselves.
    """

    missing: tuple[str, ...]
    judged: dict[str, list[Judged]]
    agreement: float
    lookups: tuple[tuple[str, tuple[Looked, ...]], ...] = ()
    tried: tuple[Tried, ...] = ()


def ask_all(
    knowledge: KnowledgeBase,
    files: Sequence[str],
    examples: Sequence[Example],
    *,
    own: tuple[Path, Sequence[QAItem]] | None,
    embedder: Embedder,
    tell: Callable[[str], None],
) -> Used:
    """Ask everything; adds the own policies to the knowledge base at the end.

    Args:
        knowledge: of the files the questions are about.
        files: names of these.
        examples: questions with their candidates.
        own: policies with questions about them; None for the first questions alone.
        embedder: the model.
        tell: told what is being done.
    """
    questions = [example.question for example in examples]
    there = {record.source_name for record in knowledge.records()}
    missing = tuple(sorted(set(files) - there))
    tell(f"{SEARCH}……")
    searched = rank_all(questions, ranker(knowledge, knowledge.search))
    agreement = _agreement([ranked(one.present, ranking_model(), 1) for one in examples], searched)
    judged = {SEARCH: judge_all(questions, searched)}
    if own is None:
        return Used(missing, judged, agreement)
    tell(f"{FIND}……")
    judged[FIND] = judge_all(questions, rank_all(questions, ranker(knowledge, typed(knowledge))))
    names = names_of(knowledge.documents())
    tell(f"自查 {len(names)} 个名称……")
    tried = tuple(try_names(names, typed(knowledge)))
    policies, items = own[0], with_one_clause(own[1])
    tell(f"自带的 {len(items)} 题……")
    with knowledge_base([policies], embedder) as small:
        lookups = _look_up_both(ALONE, small, items)
    knowledge.ingest([policies])
    lookups += _look_up_both(AMONG, knowledge, items)
    return Used(missing, judged, agreement, tuple(lookups), tried)


def _look_up_both(
    where: str, knowledge: KnowledgeBase, items: Sequence[QAItem]
) -> list[tuple[str, tuple[Looked, ...]]]:
    return [
        (f"{where}，search", tuple(look_up(items, knowledge.search))),
        (f"{where}，find", tuple(look_up(items, typed(knowledge)))),
    ]


def _agreement(fitted: Sequence[Sequence[Unit]], searched: Sequence[Sequence[Unit]]) -> float:
    """Share of questions whose first hit is the same."""
    alike = [_first(one) == _first(other) for one, other in zip(fitted, searched, strict=True)]
    return float(np.mean(alike)) if alike else 1.0


def _first(found: Sequence[Unit]) -> list[tuple[str, Span]]:
    return [(unit.file, unit.span) for unit in found[:1]]
