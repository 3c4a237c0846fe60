"""One metric a file; each judges one answer and averages over those questions that expect something of it."""

from eval.metrics.amount import EXACT_AMOUNT, NO_AMOUNT
from eval.metrics.base import Mean, Measurement, Metric, Score, measure
from eval.metrics.citations import CITATION_PRECISION, CITATION_RECALL
from eval.metrics.facts import FACT_RECALL, FORBID_CLEAN
from eval.metrics.hits import HIT_AT_1, HIT_AT_5, MRR_AT_10, NDCG_AT_10
from eval.metrics.latency import Latency, latency
from eval.metrics.refusal import REFUSAL_PRECISION, REFUSAL_RECALL
from eval.metrics.status import STATUS_ACCURACY
from eval.metrics.verbatim import ClauseText, quote_verbatim


def all_metrics(clause_text: ClauseText) -> tuple[Metric, ...]:
    """Every metric, in the order reports show them."""
    return (
        STATUS_ACCURACY,
        REFUSAL_PRECISION,
        REFUSAL_RECALL,
        EXACT_AMOUNT,
        NO_AMOUNT,
        CITATION_PRECISION,
        CITATION_RECALL,
        quote_verbatim(clause_text),
        FACT_RECALL,
        FORBID_CLEAN,
        HIT_AT_1,
        HIT_AT_5,
        MRR_AT_10,
        NDCG_AT_10,
    )


__all__ = [
    "ClauseText",
    "Latency",
    "Mean",
    "Measurement",
    "Metric",
    "Score",
    "all_metrics",
    "latency",
    "measure",
    "quote_verbatim",
]
