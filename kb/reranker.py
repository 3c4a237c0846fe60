"""An optional second look at the best clauses: a cross-encoder reads question and clause together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, Protocol

from kb.models import compute_on, load_model, model_name

_KIND, _SETTING = "重排模型", "POLICYKB_RERANKER"


class Reranker(Protocol):
    """Scores texts by how well each answers a question."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, 0 to 1."""


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder, loaded when first used; a local folder is read without the network."""

    def __init__(self, model: str) -> None:
        """Remember what to load.

        Args:
            model: a local folder, or a model name of the Hugging Face hub, such as ``BAAI/bge-reranker-base``.

        Raises:
            KnowledgeBaseError: there is no such folder.
        """
        self._source = model
        self._model: Any = None
        self._lock = threading.Lock()
        model_name(model, _KIND, _SETTING)

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, 0 to 1.

        Raises:
            KnowledgeBaseError: the model cannot be loaded.
        """
        if not texts:
            return []
        from torch.nn import Sigmoid

        with self._lock:
            if self._model is None:
                self._model = load_model(self._source, _KIND, _SETTING, _make)
        compute_on()
        pairs = [(query, text) for text in texts]
        made = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        return [float(score) for score in made]


def _make(source: str, local: bool) -> Any:
    from sentence_transformers import CrossEncoder

    return CrossEncoder(source, local_files_only=local, num_labels=1)
