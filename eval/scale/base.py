"""The knowledge base a job measures, with a model or without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from eval.scale.job import Job

if TYPE_CHECKING:
    from kb import KnowledgeBase, Settings
    from kb.embedding import Embedder


def model_embedder(model: str, batch: int) -> Embedder:
    """The model by its name; the hashed embedder where there is none."""
    if not model:
        from eval.scale.synthetic import HashedEmbedder

        return HashedEmbedder()
    from kb.embedding import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model, batch)


def settings_of(job: Job) -> Settings:
    """Settings of a knowledge base that starts empty, whatever the environment says."""
    from pydantic import SecretStr

    from kb import Settings

    policies = job.home / "none"
    policies.mkdir(parents=True, exist_ok=True)
    return Settings(
        home=job.home / "home",
        policies=policies,
        embedding_model=job.model or "none",
        embedding_batch=job.batch,
        reranker="",
        store=job.store,
        store_token=SecretStr(""),
        _env_file=None,
    )


@contextmanager
def opened(job: Job, embedder: Embedder) -> Iterator[KnowledgeBase]:
    """The knowledge base, open."""
    from kb import KnowledgeBase

    with KnowledgeBase(settings_of(job), embedder) as base:
        yield base


def text_files(job: Job) -> list[Path]:
    """The files of the knowledge base, then one more that is not in it."""
    return sorted(job.texts.glob("*.txt"))[: job.documents] + sorted(job.texts.glob("*.txt"))[-1:]
