"""How sure a search is of a clause: one logistic function of a few signals, which ranks and is calibrated.

The weights are data (``ranking.yaml``), made by ``python -m eval.retrieval --fit``; docs/decisions/005-retrieval.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus import KnowledgeBaseError

FILE = Path(__file__).parent / "ranking.yaml"


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a chunk.

    Attributes:
        cosine: of the question's vector and the chunk's, -1 to 1.
        keyword: its BM25, titles above it included, from 0.
        best: BM25 that no text can exceed for this question; 0 where the index knows none of its terms.
        found: share of the question's terms that stand in the chunk or in the titles above it, each weighted as rare as
            it is, 0 to 1.
        around: the same of the chunk, those beside it and the titles above them.
    """

    cosine: float
    keyword: float
    best: float
    found: float = 0.0
    around: float = 0.0

    @property
    def share(self) -> float:
        """BM25 as a share of what it could be, 0 to 1.

        >>> Signals(0.9, 3.0, 12.0).share, Signals(0.9, 0.0, 0.0).share
        (0.25, 0.0)
        """
        return min(1.0, self.keyword / self.best) if self.best > 0 else 0.0


class Weights(BaseModel):
    """What each signal counts, in log odds per unit, and the log odds where all are 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cosine: float
    keyword: float
    found: float
    around: float
    bias: float


class Ranking(BaseModel):
    """The scoring function.

    Attributes:
        titles: what a term in the titles above a chunk counts for BM25, beside 1 for one in its text.
        expansion: what a term counts that the lexicon adds to a question.
        weights: of the signals.
        weak: score below which a result is shown as weak.
        nothing: score of the best result below which there is nothing relevant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    titles: float = Field(ge=0, le=1)
    expansion: float = Field(ge=0, le=1)
    weights: Weights
    weak: float = Field(gt=0, lt=1)
    nothing: float = Field(gt=0, lt=1)

    def relevance(self, signals: Signals) -> float:
        """How likely the clause answers, 0 to 1.

        >>> weights = Weights(cosine=10, keyword=2, found=2, around=0, bias=-10)
        >>> model = Ranking(titles=0, expansion=0, weights=weights, weak=0.5, nothing=0.1)
        >>> model.relevance(Signals(cosine=0.8, keyword=0.0, best=9.0, found=1.0))
        0.5
        >>> round(model.relevance(Signals(cosine=0.8, keyword=9.0, best=9.0, found=1.0)), 2)
        0.88
        """
        w = self.weights
        odds = (
            w.cosine * signals.cosine
            + w.keyword * signals.share
            + w.found * signals.found
            + w.around * signals.around
            + w.bias
        )
        return 1 / (1 + math.exp(-max(-500.0, min(500.0, odds))))


def found_shares(terms: Mapping[str, float], own: str, beside: str) -> tuple[float, float]:
    """Share of the terms of a question, each at its value, that stand in a chunk, and in it or beside it.

    Args:
        terms: tokens of the question the index knows, with their weight times their rarity, above 0.
        own: a chunk with the titles above it, folded.
        beside: the chunks before and after it, likewise.

    >>> found_shares({"研发": 3.0, "补贴": 1.0}, "研发投入", "补贴")
    (0.75, 1.0)
    >>> found_shares({}, "研发投入", "")
    (0.0, 0.0)
    """
    here = around = 0.0
    for term, value in terms.items():
        if term in own:
            here += value
        elif term in beside:
            around += value
    total = sum(terms.values()) or 1.0
    return here / total, (here + around) / total


def load_ranking(path: Path = FILE) -> Ranking:
    """Read a scoring function.

    Raises:
        KnowledgeBaseError: the file is missing or not of this form.
    """
    try:
        return Ranking.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise KnowledgeBaseError(
            f"排序参数 {path.name} 不可用（{reason}），请恢复随附的文件，或用 python -m eval.retrieval --fit 重新生成。"
        ) from error


@cache
def ranking_model() -> Ranking:
    """The scoring function that ships with the project."""
    return load_ranking()
