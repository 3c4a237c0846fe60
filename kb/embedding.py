"""Text to vectors: the one place that loads an embedding model."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus import KnowledgeBaseError

log = logging.getLogger(__name__)
FloatArray = NDArray[np.float32]

_SAMPLE_BYTES = 65536
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
        vector: FloatArray = self._encode("encode_query", [text])[0]
        return vector

    def _token_counts(self, texts: Sequence[str]) -> list[int]:
        """Lengths as the model sees them: it pads a batch to the longest, and characters say little of that."""
        tokenizer = getattr(self._loaded(), "tokenizer", None)
        if not callable(tokenizer):  # models of words without context have none
            return [len(text) for text in texts]
        return [len(ids) for ids in tokenizer(list(texts), truncation=True)["input_ids"]]

    def _encode(self, method: str, texts: list[str]) -> FloatArray:
        encode = getattr(self._loaded(), method)
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
                self._model = _load(self._source)
            return self._model


def model_name(source: str) -> str:
    """What a setting names: a hub name as it is, a folder by its name and a fingerprint of its files.

    The fingerprint, not the place, tells models apart: a knowledge base may be moved with its model.

    >>> model_name("BAAI/bge-small-zh-v1.5")
    'BAAI/bge-small-zh-v1.5'
    >>> model_name("/nowhere/model")
    Traceback (most recent call last):
    ...
    corpus.errors.KnowledgeBaseError: 找不到向量模型文件夹 /nowhere/model，请检查 POLICYKB_EMBEDDING_MODEL。

    Raises:
        KnowledgeBaseError: the setting looks like a folder, and there is none.
    """
    folder = Path(source)
    if folder.is_dir():
        return f"{folder.name}@{_fingerprint(folder)}"
    if folder.is_absolute() or source.startswith((".", "~")) or source.count("/") > 1:
        raise KnowledgeBaseError(f"找不到向量模型文件夹 {source}，请检查 POLICYKB_EMBEDDING_MODEL。")
    return source


def _fingerprint(folder: Path) -> str:
    """Digest of the names, sizes and first and last bytes of the files a model is made of (a few ms)."""
    digest = hashlib.sha256()
    for path in sorted(
        p for p in folder.rglob("*") if p.suffix in {".json", ".safetensors", ".bin", ".txt", ".model"}
    ):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}:".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE_BYTES))
            file.seek(max(0, size - _SAMPLE_BYTES))
            digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:12]


def _load(source: str) -> Any:
    """Load the model, from disk only where ``source`` is a folder."""
    model_name(source)  # says so if the folder is missing, instead of asking the hub for it
    local = Path(source).is_dir()
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        return SentenceTransformer(source, local_files_only=local)
    except Exception as error:  # whatever a broken model folder or the network raises
        log.debug("loading %s failed", source, exc_info=True)
        todo = (
            "请确认文件夹完整，或将 POLICYKB_EMBEDDING_MODEL 改为其他模型。"
            if local
            else "请检查网络，或将 POLICYKB_EMBEDDING_MODEL 改为本地模型文件夹。"
        )
        reason = str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
        raise KnowledgeBaseError(f"无法加载向量模型 {source}（{reason}）。{todo}") from error
