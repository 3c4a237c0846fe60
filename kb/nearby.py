"""A chunk's vector leans on the chunks beside it: a sentence out of its surroundings says too little.

docs/decisions/005-retrieval.md
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.embedding import FloatArray

VERSION = 1  # raise it when vectors come out otherwise
_SHARE = 0.7  # what the surroundings count, beside 1 for the chunk


def lean(vectors: FloatArray, sizes: Sequence[int]) -> FloatArray:
    """Vectors of chunks, each drawn towards the mean of itself and its neighbours in the document.

    Args:
        vectors: shape (n, d), rows of length 1, document by document in order.
        sizes: number of chunks of each document; they add up to n.

    Returns:
        Rows of length 1, shape (n, d).

    >>> east, north = [1.0, 0.0], [0.0, 1.0]
    >>> made = lean(np.array([east, north, east], dtype=np.float32), [2, 1])
    >>> made.astype(float).round(2).tolist()  # two that draw each other, and one by itself
    [[0.95, 0.31], [0.31, 0.95], [1.0, 0.0]]

    Raises:
        ValueError: the sizes do not add up.
    """
    if sum(sizes) != len(vectors):
        raise ValueError(f"{len(vectors)} vectors for chunks of documents of {sum(sizes)}")
    around = vectors.copy()
    start = 0
    for size in sizes:
        own = vectors[start : start + size]
        around[start + 1 : start + size] += own[:-1]
        around[start : start + size - 1] += own[1:]
        start += size
    return _of_length_one(vectors + np.float32(_SHARE) * _of_length_one(around))


def _of_length_one(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    made: FloatArray = vectors / np.maximum(lengths, np.float32(1e-12))
    return made
