"""How fast an ingest is beside the bare model: ``python -m eval.ingest_speed FOLDER`` on a folder of policies.

Each round embeds the texts of all chunks in one call of the bare model, in one call of our embedder (which batches
texts by their tokens), and ingests the files into an empty home. The rounds alternate which comes first, in one process
with warm models; medians are compared, so that other work on the machine weighs on all alike. The last column is the
share of that speed which the whole ingest keeps.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from ingest import chunk_document
from kb import KnowledgeBase, Settings, load_settings
from kb.embedding import Embedder, SentenceTransformerEmbedder


def main() -> None:
    """Measure and print."""
    from sentence_transformers import SentenceTransformer

    parser = argparse.ArgumentParser(prog="python -m eval.ingest_speed", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+", help="files and folders of policies")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    settings = load_settings()
    embedder = SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_batch)
    texts = _texts(arguments.folder, embedder)
    print(f"texts {len(texts)}, characters {sum(map(len, texts))}")
    bare: list[float] = []
    own: list[float] = []
    whole: list[float] = []
    model = SentenceTransformer(settings.embedding_model)
    for number in range(arguments.rounds):
        measures = [
            (bare, lambda: model.encode_document(texts, batch_size=settings.embedding_batch)),
            (own, lambda: embedder.embed_passages(texts)),
            (whole, lambda: _ingest(arguments.folder, embedder)),
        ]
        for seconds, measure in measures if number % 2 == 0 else reversed(measures):
            seconds.append(_seconds(measure))
        last = f"model {bare[-1]:.1f} s, our embedder {own[-1]:.1f} s, ingest {whole[-1]:.1f} s"
        print(f"round {number + 1}: {last}", flush=True)
    ingest = median(whole)
    for name, seconds in (("bare model", bare), ("our embedder", own), ("whole ingest", whole)):
        middle = median(seconds)
        print(
            f"{name:13}{middle:8.1f} s {len(texts) / middle:8.1f} texts/s   / ingest {middle / ingest:6.3f}"
        )


def _texts(paths: list[Path], embedder: Embedder) -> list[str]:
    """Texts of all chunks; ingesting the files for them warms everything up."""
    with tempfile.TemporaryDirectory() as home, _opened(Path(home), embedder) as kb:
        kb.ingest(paths)
        return [chunk.text for document in kb.documents() for chunk in chunk_document(document)]


def _ingest(paths: list[Path], embedder: Embedder) -> None:
    with tempfile.TemporaryDirectory() as home, _opened(Path(home), embedder) as kb:
        kb.ingest(paths)


def _opened(home: Path, embedder: Embedder) -> KnowledgeBase:
    """A knowledge base that starts empty."""
    (home / "none").mkdir()
    return KnowledgeBase(Settings(home=home / "home", policies=home / "none", _env_file=None), embedder)


def _seconds(measure: Callable[[], object]) -> float:
    start = time.perf_counter()
    measure()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
