"""What a question asks the keyword store for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kb.tokens import bigrams

_K1 = 1.2  # of BM25, as in Lucene


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a question.

    Attributes:
        weights: token to weight, above 0: how often it stands in the question; policy terms for its everyday words less.
        values: token to weight times rarity, of those that stand in the index, and terms of the corpus it has whole.
    """

    weights: Mapping[str, float]
    values: Mapping[str, float]

    @property
    def best(self) -> float:
        """BM25 that no text can exceed: each term as often as can count."""
        return sum(value for term, value in self.values.items() if term in self.weights) * (_K1 + 1)


def read_terms(
    query: str,
    tokenize: Callable[[str], Iterable[str]],
    *,
    expansions: Mapping[str, float],
    phrases: Iterable[str],
    frequencies: Callable[[Iterable[str]], Mapping[str, int]],
    chunks: int,
) -> Terms:
    """The terms of a question before an index of so many chunks.

    Args:
        query: the question.
        tokenize: text to tokens.
        expansions: policy terms for its everyday words, with their weight.
        phrases: terms of the corpus that stand in it; each is worth what its rarest pair of characters is.
        frequencies: in how many chunks each term stands.
        chunks: how many there are.

    >>> terms = read_terms(
    ...     "高企 补贴", str.split, expansions={"高新技术企业": 0.5}, phrases=[],
    ...     frequencies=lambda terms: {"补贴": 3}, chunks=10,
    ... )
    >>> dict(terms.weights), round(terms.best, 2)
    ({'高企': 1.0, '补贴': 1.0, '高新技术企业': 0.5}, 2.52)
    """
    weights: dict[str, float] = {term: float(times) for term, times in Counter(tokenize(query)).items()}
    for added, weight in expansions.items():
        for term in tokenize(added):
            weights.setdefault(term, weight)
    known = {term: count for term, count in frequencies(weights).items() if count}
    values = {term: weights[term] * idf(count, chunks) for term, count in known.items()}
    for phrase in phrases:
        if phrase not in values and (rarest := [known[pair] for pair in bigrams(phrase) if pair in known]):
            values[phrase] = idf(min(rarest), chunks)
    return Terms(weights, values)


def idf(frequency: int, chunks: int) -> float:
    """Inverse document frequency as Lucene has it, in nats.

    >>> round(idf(3, 10), 4), round(idf(10, 10), 4)
    (1.1451, 0.0465)
    """
    return math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5))
