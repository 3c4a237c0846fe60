"""Text to vectors: the one place that loads an embedding model."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.models import compute_on, load_model, model_name

FloatArray = NDArray[np.float32]

_SPARED = (
    1  # cores that a single question leaves to what is looked up meanwhile: a second one gains it little
)
_BATCHES_A_CALL = 4  # the library sorts a call's texts by characters, so a call is given texts of like length


class Embedder(Protocol):
    """Turns text into vectors of length one, so that their dot product is the cosine."""

    @property
    def name(self) -> str:
        """What tells this model from others; vectors of different names are never compared."""

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of indexed texts, shape (n, d)."""

    def embed_query(self, text: str) -> FloatArray:
        """Vector of a question, shape (d,)."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model, loaded when first used; its query and document prompts are applied.

    A local folder is read without any use of the network.
    """

    def __init__(self, model: str, batch: int = 32) -> None:
        """Remember what to load.

        Args:
            model: a local folder, or a model name of the Hugging Face hub.
            batch: texts per forward pass.
        """
        self._source = model
        self._batch = batch
        self._model: Any = None
        self._name: str | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The hub name, or folder name and fingerprint; loads nothing.

        Raises:
            KnowledgeBaseError: there is no such folder.
        """
        if self._name is None:
            self._name = model_name(self._source)
        return self._name

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of indexed texts, shape (n, d).

        Raises:
            KnowledgeBaseError: the model cannot be loaded.
        """
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        order = sorted(range(len(texts)), key=self._token_counts(texts).__getitem__, reverse=True)
        step = _BATCHES_A_CALL * self._batch
        parts = [
            self._encode("encode_document", [texts[n] for n in order[at : at + step]])
            for at in range(0, len(order), step)
        ]
        vectors = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
        vectors[order] = np.concatenate(parts)
        return vectors

    def embed_query(self, text: str) -> FloatArray:
        """Vector of a question, shape (d,).

        Raises:
            KnowledgeBaseError: the model cannot be loaded.
        """
        vector: FloatArray = self._encode("encode_query", [text], _SPARED)[0]
        return vector

    def _token_counts(self, texts: Sequence[str]) -> list[int]:
        """Lengths as the model sees them: it pads a batch to the longest, and characters say little of that."""
        tokenizer = getattr(self._loaded(), "tokenizer", None)
        if not callable(tokenizer):  # models of words without context have none
            return [len(text) for text in texts]
        return [len(ids) for ids in tokenizer(list(texts), truncation=True)["input_ids"]]

    def _encode(self, method: str, texts: list[str], spared: int = 0) -> FloatArray:
        encode = getattr(self._loaded(), method)
        compute_on(spared)
        vectors = encode(
            texts,
            batch_size=self._batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32)

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = load_model(self._source, "向量模型", "POLICYKB_EMBEDDING_MODEL", _make)
            return self._model


def _make(source: str, local: bool) -> Any:
    # OpenMP's threads wait for more work by spinning, on the cores that the stores need right after a question is
    # embedded; they do so 30 times shorter now, which no embedding notices, docs/decisions/010-stores.md
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(source, local_files_only=local)
