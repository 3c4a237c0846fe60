"""Fakes and knowledge bases that all tests share."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb import KnowledgeBase, Settings


class HashEmbedder:
    """A deterministic embedder: counts of hashed character bigrams, normalised; texts alike in wording are near."""

    def __init__(self, name: str = "hash-64", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.embedded: list[str] = []  # passages, in order, for tests that count work

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for at in range(max(1, len(text) - 1)):
            vector[zlib.crc32(text[at : at + 2].encode()) % self.dimension] += 1
        return vector / np.linalg.norm(vector)


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture(scope="session")
def knowledge_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """A knowledge base of the policies we ship, with the hash embedder; not to be written to."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), _env_file=None)
    with KnowledgeBase(settings, HashEmbedder()) as opened:
        yield opened


@pytest.fixture
def no_policies(tmp_path: Path) -> Path:
    """An empty policies folder: a knowledge base of it starts empty."""
    folder = tmp_path / "no-policies"
    folder.mkdir()
    return folder


_LONG = ("tests/browser/", "tests/eval/test_shipped_sets.py", "tests/kb/test_kill.py", "tests/test_cli.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))
