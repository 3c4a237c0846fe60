"""Measures of a ranking, by ``ir-measures`` over trec_eval, the reference of the field: none is computed here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

HIT_AT_1, HIT_AT_5, HIT_AT_10 = "Success@1", "Success@5", "Success@10"
RECALL_AT_5 = "R@5"
MRR = "RR@10"
NDCG = "nDCG@10"
MEASURES = (HIT_AT_1, HIT_AT_5, HIT_AT_10, RECALL_AT_5, MRR, NDCG)


def judge_ranking(found: Sequence[str], wanted: Collection[str]) -> dict[str, float]:
    """Every measure of one ranking, best first; what stands in it twice counts where it stands first.

    >>> judged = judge_ranking(["a", "b", "c"], {"b", "c", "d"})
    >>> judged["Success@1"], round(judged["R@5"], 3), judged["RR@10"]
    (0.0, 0.667, 0.5)
    >>> judge_ranking([], {"a"})["RR@10"]
    0.0
    """
    return judge_rankings([found], [wanted])[0]


def judge_rankings(
    found: Sequence[Sequence[str]], wanted: Sequence[Collection[str]]
) -> list[dict[str, float]]:
    """The same of several rankings, in order.

    Raises:
        ValueError: there are not as many rankings as sets of what is wanted.
    """
    qrels = {str(at): dict.fromkeys(right, 1) for at, right in enumerate(wanted)}
    runs = {
        str(at): {name: float(-rank) for rank, name in enumerate(dict.fromkeys(names))}
        for at, (names, _) in enumerate(zip(found, wanted, strict=True))
    }
    judged = [dict.fromkeys(MEASURES, 0.0) for _ in wanted]  # trec_eval leaves out a query that found nothing
    for one in _evaluator().iter_calc(qrels, runs):
        judged[int(one.query_id)][str(one.measure)] = float(one.value)
    return judged


def judge_ranks(ranks: Sequence[int], measure: str) -> list[float]:
    """One measure of rankings of which only the rank of the first right entry is known, from 1; 0 for none.

    >>> judge_ranks([1, 0, 4], MRR), judge_ranks([1, 0, 7], HIT_AT_5)
    ([1.0, 0.0, 0.25], [1.0, 0.0, 0.0])
    """
    found = [[*("_" * n for n in range(1, rank)), "right"] if rank else ["_"] for rank in ranks]
    return [judged[measure] for judged in judge_rankings(found, [{"right"}] * len(ranks))]


class _Evaluator:
    """ir-measures with our measures parsed once."""

    def __init__(self) -> None:
        import ir_measures

        self._library = ir_measures
        self._measures = [ir_measures.parse_measure(name) for name in MEASURES]

    def iter_calc(self, qrels: Any, runs: Any) -> Any:
        return self._library.iter_calc(self._measures, qrels, runs)


@cache
def _evaluator() -> _Evaluator:
    return _Evaluator()
