"""Vectors without a model: real ones mixed so that their neighbourhoods are as crowded as those of real texts.

A hundred thousand clauses take an hour to embed on two cores. So the first chunks are embedded, and every other chunk
is given ``mean + w (a - mean) + sqrt(1 - w²) (b - mean)`` of two of those vectors a and b that its text chooses: mean
and covariance stay those of real vectors, and w is fitted so that the nearest neighbour is as near as it is among them.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.embedding import Embedder, FloatArray

_SAMPLE = 2000  # vectors compared with each other
_STEPS = 12  # of the bisection: w to 0.0001
_NARROWEST, _WIDEST = 0.5, 0.999
_JITTER = 0.05  # of w, so that no two texts that choose the same pair get the same vector
_HASHED = 384  # dimension


@dataclass(frozen=True, slots=True)
class Structure:
    """How vectors lie to each other.

    Attributes:
        mean: cosine of two of them, on average.
        spread: standard deviation of that cosine.
        nearest: cosine of each and its nearest neighbour, on average.
    """

    mean: float
    spread: float
    nearest: float


def structure(vectors: FloatArray) -> Structure:
    """Measure vectors of length 1, shape (n, d), of which at most 2,000 are looked at; n is at least 2.

    >>> structure(np.array([[1, 0], [0, 1], [0, 1]], dtype=np.float32))
    Structure(mean=0.3333, spread=0.4714, nearest=0.6667)
    """
    step = max(1, len(vectors) // _SAMPLE)
    some = vectors[::step][:_SAMPLE]
    cosines = some @ some.T
    pairs = cosines[np.triu_indices(len(some), 1)]
    np.fill_diagonal(cosines, -1)
    nearest = cosines.max(axis=1)
    return Structure(*(round(float(value), 4) for value in (pairs.mean(), pairs.std(), nearest.mean())))


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Texts that were embedded, and what mixing them needs.

    Attributes:
        model: name of the model.
        texts: the texts.
        vectors: theirs, shape (n, d).
        weight: w.
        seconds: the embedding took.
    """

    model: str
    texts: tuple[str, ...]
    vectors: FloatArray
    weight: float
    seconds: float

    def save(self, path: Path) -> None:
        """Write to a ``.npz`` file."""
        np.savez(
            path,
            model=self.model,
            texts=np.array(self.texts),
            vectors=self.vectors,
            weight=self.weight,
            seconds=self.seconds,
        )

    @classmethod
    def load(cls, path: Path) -> Pool:
        """Read what was saved."""
        with np.load(path) as saved:
            return cls(
                str(saved["model"]),
                tuple(saved["texts"].tolist()),
                saved["vectors"],
                float(saved["weight"]),
                float(saved["seconds"]),
            )


def make_pool(embedder: Embedder, texts: Sequence[str]) -> Pool:
    """Embed texts and fit the weight; ``seconds`` is without loading the model."""
    embedder.embed_query(texts[0])
    start = time.perf_counter()
    vectors = embedder.embed_passages(texts)
    seconds = time.perf_counter() - start
    return Pool(embedder.name, tuple(texts), vectors, fit_weight(vectors), seconds)


def fit_weight(vectors: FloatArray) -> float:
    """The w for which as many mixed vectors as real ones have neighbours as near.

    >>> corners = np.eye(4, dtype=np.float32)  # far from each other: w is as small as can be
    >>> round(fit_weight(corners), 2)
    0.5
    """
    chance = np.random.default_rng(0)
    rows = chance.integers(len(vectors), size=(2, min(len(vectors), _SAMPLE)))
    wanted = structure(vectors).nearest
    low, high = _NARROWEST, _WIDEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        weights = np.full(rows.shape[1], middle, dtype=np.float32)
        if structure(mixed(vectors, rows[0], rows[1], weights)).nearest < wanted:
            low = middle
        else:
            high = middle
    return low


def mixed(vectors: FloatArray, first: np.ndarray, second: np.ndarray, weights: FloatArray) -> FloatArray:
    """Mixtures of pairs of vectors.

    Args:
        vectors: of length 1, shape (n, d).
        first: rows of a, shape (m,).
        second: rows of b, shape (m,).
        weights: w of each, shape (m,).

    Returns:
        Vectors of length 1, shape (m, d).

    >>> two = np.array([[1, 0], [0, 1]], dtype=np.float32)
    >>> mixed(two, np.array([0]), np.array([1]), np.array([1], dtype=np.float32)).tolist()
    [[1.0, 0.0]]
    """
    mean = vectors.mean(axis=0)
    share = weights[:, None]
    sums = mean + share * (vectors[first] - mean) + np.sqrt(1 - share**2) * (vectors[second] - mean)
    made: FloatArray = (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)
    return made


class SyntheticEmbedder:
    """Gives the texts of a pool their real vectors and all others mixed ones; the same text always the same."""

    def __init__(self, pool: Pool) -> None:
        """Use a pool; ``name`` is that of the real model, which then embeds the questions."""
        self.name = pool.model
        self.synthetic = 0  # texts given a mixed vector
        self.seconds = 0.0  # spent here
        self._pool = pool
        self._row = {text: n for n, text in enumerate(pool.texts)}

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of texts, shape (n, d)."""
        start = time.perf_counter()
        made = self._mixed(texts)
        for n, text in enumerate(texts):
            if text in self._row:
                made[n] = self._pool.vectors[self._row[text]]
            else:
                self.synthetic += 1
        self.seconds += time.perf_counter() - start
        return made

    def embed_query(self, text: str) -> FloatArray:
        """The vector a chunk of this text has, shape (d,)."""
        vector: FloatArray = self.embed_passages([text])[0]
        return vector

    def _mixed(self, texts: Sequence[str]) -> FloatArray:
        digests = [hashlib.blake2b(text.encode(), digest_size=12).digest() for text in texts]
        numbers = np.array([np.frombuffer(digest, dtype="<u4") for digest in digests]).reshape(-1, 3)
        rows = numbers[:, :2] % len(self._pool.texts)
        shift = _JITTER * (2 * (numbers[:, 2] / 2**32) - 1)
        weights = np.clip(self._pool.weight + shift, 0, 1).astype(np.float32)
        return mixed(self._pool.vectors, rows[:, 0], rows[:, 1], weights)


class HashedEmbedder:
    """Counts of hashed character bigrams: no model at all, to try the benchmark out."""

    name = f"hashed-{_HASHED}"

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of texts, shape (n, d)."""
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> FloatArray:
        """Vector of a question, shape (d,)."""
        vector = np.zeros(_HASHED, dtype=np.float32)
        for at in range(max(1, len(text) - 1)):
            vector[zlib.crc32(text[at : at + 2].encode()) % _HASHED] += 1
        return vector / np.float32(np.linalg.norm(vector))
