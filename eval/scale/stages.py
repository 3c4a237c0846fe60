"""What is measured in fresh processes, one function for each."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from eval.scale.base import model_embedder, opened, text_files
from eval.scale.job import Asked, Built, Changed, Job, Opened
from eval.scale.measure import alternating, crowd, disk, memory, times
from eval.scale.parts import time_parts
from eval.scale.synthetic import Pool, SyntheticEmbedder

_WARM = 5  # questions before the clock runs


def build(job: Job) -> Built:
    """Ingest all texts into an empty knowledge base."""
    embedder = SyntheticEmbedder(Pool.load(job.pool))
    with opened(job, embedder) as base:
        start, cpu = time.perf_counter(), time.process_time()
        report = base.ingest(text_files(job)[:-1])
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return Built(
        round(seconds, 2),
        round(cpu, 2),
        round(embedder.seconds, 2),
        embedder.synthetic,
        len(report.failed),
        memory(),
        _parts(job.home),
    )


def open_by_keyword(job: Job) -> Opened:
    """Import, open, and answer one query by keywords, without the model."""
    return _open(job, "keyword", loads_model=False)


def open_by_hybrid(job: Job) -> Opened:
    """Import, load the model, open, and answer one hybrid query."""
    return _open(job, "hybrid", loads_model=True)


def _open(job: Job, mode: str, loads_model: bool) -> Opened:
    from kb import KnowledgeBase  # noqa: F401 - what importing takes is measured

    imported = time.time() - job.sent
    embedder = model_embedder(job.model, job.batch)
    question = job.questions[0].text
    start = time.perf_counter()
    if loads_model:
        embedder.embed_query(question)
    loaded = time.perf_counter() - start
    before = memory()
    start = time.perf_counter()
    with opened(job, embedder) as base:
        base.search(question, mode=mode)
        first = time.perf_counter() - start
        return Opened(
            round(imported, 3), round(loaded if loads_model else 0.0, 3), round(first, 3), memory(), before
        )


def ask(job: Job) -> Asked:
    """Ask all questions in every way, one client and several."""
    embedder = model_embedder(job.model, job.batch)
    with opened(job, embedder) as base:
        records = base.records()
        day = middle_day([record.first_day for record in records])
        titles = {record.title for record in records}  # a title that is read otherwise cannot be asked for
        asked = [q for q in job.questions if q.title in titles]
        operations = {
            "embed": lambda q: embedder.embed_query(q.text),
            "hybrid": lambda q: base.search(q.text),
            "typed": lambda q: base.find(q.text),
            "keyword": lambda q: base.search(q.text, mode="keyword"),
            "document": lambda q: base.search(q.text, doc=q.title),
            "unit": lambda q: base.search(q.text, unit=q.unit),
            "in_force": lambda q: base.search(q.text, as_of=day),
        }
        alternating(operations, asked[:_WARM])
        one = alternating(operations, asked)
        several = {
            name: crowd(operations[name], asked, job.clients)
            for name in ("embed", "hybrid", "keyword", "document")
        }
        used = memory()
        parts = time_parts(base, embedder, asked)
    return Asked(
        {name: times(taken) for name, taken in one.items()},
        several,
        parts,
        day.isoformat(),
        sum(record.in_force(day) for record in records),
        used,
    )


def middle_day(days: list[date | None]) -> date:
    """The middle one of the days that are known, so that a filter by it leaves about half.

    >>> middle_day([date(2020, 1, 1), None, date(2001, 1, 1), date(2010, 1, 1)])
    datetime.date(2010, 1, 1)
    >>> middle_day([None])
    datetime.date(2000, 1, 1)
    """
    known = sorted(day for day in days if day is not None)
    return known[len(known) // 2] if known else date(2000, 1, 1)


def change(job: Job) -> Changed:
    """Add a document, remove it, search, and add it again."""
    extra = text_files(job)[-1]
    embedder = SyntheticEmbedder(Pool.load(job.pool))
    with opened(job, embedder) as base:
        start = time.perf_counter()
        report = base.ingest([extra])
        added = time.perf_counter() - start
        document_id = report.outcomes[0].document_id
        clauses = report.outcomes[0].clauses
        start = time.perf_counter()
        base.remove(document_id)
        removed = time.perf_counter() - start
        base.search(job.questions[0].text)
        start = time.perf_counter()
        base.ingest([extra])
        again = time.perf_counter() - start
        base.remove(document_id)
    return Changed(clauses, round(added, 3), round(removed, 3), round(again, 3))


def _parts(home: Path) -> dict[str, float]:
    """Megabytes of the catalog, of the words, and of the vectors (of both where one engine keeps them)."""
    inside = home / "home"
    parts = {
        "catalog": disk(inside.glob("catalog.sqlite*")),
        "words": disk([inside / "words"]),
        "vectors": disk([inside / "chroma", home / "server", *home.glob("lite.db*")]),
    }
    return {name: size for name, size in parts.items() if size}
