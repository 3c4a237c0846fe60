"""Our knowledge base over the same files, as it is used: through its public search, and as a typed query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.retrieval.ranked import Ranker, Unit, shown_span
from kb.embedding import Embedder
from kb.hits import Hit
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings

Search = Callable[[str, int], Sequence[Hit]]
"""The best hits for a question, at most so many, best first."""


@contextmanager
def knowledge_base(paths: Sequence[Path], embedder: Embedder) -> Iterator[KnowledgeBase]:
    """A knowledge base of these files alone, in a folder that goes with it.

    A file that it refuses, such as another text of a document it has, is not in it.
    """
    with TemporaryDirectory() as folder:
        nothing = Path(folder) / "none"
        nothing.mkdir()
        settings = Settings(home=Path(folder) / "home", policies=nothing)
        with KnowledgeBase(settings, embedder) as knowledge:
            knowledge.ingest(paths)
            yield knowledge


def ranker(knowledge: KnowledgeBase, search: Search) -> Ranker:
    """One of its ways to search, as a ranking to be judged."""
    names = {record.id: record.source_name for record in knowledge.records()}
    return lambda question, top: [unit_of(hit, names) for hit in search(question, top)]


def typed(knowledge: KnowledgeBase) -> Search:
    """Its search for what a user typed: conditions in it are understood and applied."""
    return lambda query, top: knowledge.find(query, top).hits


def unit_of(hit: Hit, names: dict[str, str]) -> Unit:
    """A hit as it is judged, given the file of each document."""
    return Unit(names[hit.document_id], shown_span(hit.clause.span, hit.passage), hit.score)
