"""The texts of all sizes on disk, their questions, and the vectors that are made with the model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.scale.base import model_embedder
from eval.scale.job import Extent, Job, Prepared, Source
from eval.scale.laws import Law, law_text, make_questions, prefixes, read_laws
from eval.scale.synthetic import Pool, SyntheticEmbedder, make_pool, structure


def prepare(source: Source, job: Job) -> Prepared:
    """Write the texts and the pool of a job.

    Raises:
        UsageError: there are not as many articles.
        EvalFileError: the list of articles cannot be read.
    """
    laws = read_laws(source.laws)
    ends = prefixes(laws, source.sizes)
    laws = laws[: ends[-1] + 1]
    extents, texts = _write(laws, ends, source.real, job.texts)
    pool = make_pool(model_embedder(job.model, job.batch), texts)
    pool.save(job.pool)
    questions = make_questions(laws[: ends[0]], source.natural, source.questions)
    return Prepared(
        tuple(extents),
        tuple(questions),
        len(texts),
        round(pool.seconds, 2),
        round(pool.weight, 4),
        structure(pool.vectors),
        structure(_as_many_mixed(pool)),
    )


def _write(
    laws: Sequence[Law], ends: Sequence[int], real: int, folder: Path
) -> tuple[list[Extent], list[str]]:
    """Write and parse each text; how much the first so many are, and the first ``real`` texts to embed."""
    from corpus import NodeKind
    from ingest import chunk_document, parse_file
    from kb.rows import store_chunks

    folder.mkdir(parents=True, exist_ok=True)
    extents: list[Extent] = []
    embedded: dict[str, None] = {}
    articles = clauses = chunks = characters = 0
    seconds = 0.0
    for n, law in enumerate(laws, 1):
        path = folder / f"{n:06}.txt"
        path.write_text(law_text(law), "utf-8")
        start = time.perf_counter()
        document = parse_file(path)
        _, stored = store_chunks(document, chunk_document(document))
        seconds += time.perf_counter() - start
        articles += len(law.articles)
        clauses += sum(node.kind is NodeKind.CLAUSE for node in document.clauses)
        chunks += len(stored)
        characters += len(document.source)
        if len(embedded) < real:
            embedded |= dict.fromkeys(chunk.embedded_text for chunk in stored)
        extents += [Extent(n, articles, clauses, chunks, characters, round(seconds, 2))] * ends.count(n)
    return extents, list(embedded)[:real]


def _as_many_mixed(pool: Pool) -> np.ndarray:
    """Mixed vectors, as many as real ones."""
    return SyntheticEmbedder(pool).embed_passages([f"{n}" for n in range(len(pool.texts))])
