"""One embedding model for all that is compared, with its vectors kept on disk between runs."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.errors import EvalFileError
from kb.embedding import Embedder, FloatArray

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_SLICE = 256  # texts a call of the model
_SAVE_EVERY = 2048  # new vectors; an interrupted run then loses little


class CachedEmbedder:
    """An embedder that remembers: a text it has seen, in this run or an earlier one, is not embedded again."""

    def __init__(self, inner: Embedder, folder: Path | None = None) -> None:
        """Read what earlier runs kept.

        Args:
            inner: makes the vectors.
            folder: keeps them; None for this run only.

        Raises:
            EvalFileError: the kept vectors cannot be read.
        """
        self._inner = inner
        plain = re.sub(r"[^\w.@-]", "_", inner.name)
        self._file = None if folder is None else folder / f"{plain}.npz"
        self._known = _read(self._file)
        self._new = 0

    @property
    def name(self) -> str:
        """That of the model."""
        return self._inner.name

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of indexed texts, shape (n, d)."""
        return self._made("passage", texts, self._inner.embed_passages)

    def embed_query(self, text: str) -> FloatArray:
        """Vector of a question, shape (d,)."""
        made = self._made(
            "query", [text], lambda new: np.stack([self._inner.embed_query(one) for one in new])
        )
        vector: FloatArray = made[0]
        return vector

    def save(self) -> None:
        """Write what is new.

        Raises:
            EvalFileError: the folder cannot be written.
        """
        if self._file is None or not self._new:
            return
        keys = sorted(self._known)
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._file.with_suffix(".new.npz")
            np.savez(temporary, keys=np.array(keys), vectors=np.stack([self._known[key] for key in keys]))
            os.replace(temporary, self._file)  # noqa: PTH105 - the atomic step
        except OSError as error:
            raise EvalFileError(f"{self._file} 写不进去（{error.strerror}），请换一个位置。") from error
        self._new = 0

    def _made(
        self, side: str, texts: Sequence[str], make: Callable[[Sequence[str]], FloatArray]
    ) -> FloatArray:
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        keys = [_key(side, text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        todo = sorted(missing, key=lambda key: -len(missing[key]))  # those of like length together
        for at in range(0, len(todo), _SLICE):
            part = todo[at : at + _SLICE]
            self._known.update(zip(part, make([missing[key] for key in part]), strict=True))
            self._new += len(part)
            if self._new >= _SAVE_EVERY:
                self.save()
        return np.stack([self._known[key] for key in keys])


def as_langchain(embedder: Embedder) -> Embeddings:
    """The same model for LangChain, with its prompts for questions and passages."""
    from langchain_core.embeddings import Embeddings

    class SameModel(Embeddings):
        """Asks our embedder."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [row.tolist() for row in embedder.embed_passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            return [float(value) for value in embedder.embed_query(text)]

    return SameModel()


def _key(side: str, text: str) -> str:
    """Name of a text on one side.

    >>> _key("query", "补贴") == _key("passage", "补贴")
    False
    """
    return hashlib.sha256(f"{side}\0{text}".encode()).hexdigest()[:32]


def _read(file: Path | None) -> dict[str, FloatArray]:
    if file is None or not file.is_file():
        return {}
    try:
        with np.load(file, allow_pickle=False) as kept:
            return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError) as error:
        raise EvalFileError(f"{file} 读不出来（{error}），请删除后重跑。") from error
