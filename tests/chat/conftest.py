"""What the tests of answers share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb.embedding import Embedder, SentenceTransformerEmbedder
from kb.settings import BUNDLED_MODEL


@pytest.fixture(scope="session")
def bundled() -> Iterator[Embedder]:
    """The model we ship, loaded once, on one thread: more only wait for each other over one short question."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield SentenceTransformerEmbedder(str(BUNDLED_MODEL))
    torch.set_num_threads(threads)
