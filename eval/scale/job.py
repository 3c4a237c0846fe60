"""What a fresh process is told to measure, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.scale.laws import Question
from eval.scale.measure import Crowd, Memory, Times
from eval.scale.synthetic import Structure


@dataclass(frozen=True, slots=True)
class Source:
    """What to make the texts of.

    Attributes:
        laws: gzipped JSON Lines of ``law``, ``article``, ``text``.
        natural: questions people might ask.
        sizes: numbers of articles, ascending.
        real: chunks to embed with the model.
        questions: how many to ask.
    """

    laws: Path
    natural: tuple[str, ...]
    sizes: tuple[int, ...]
    real: int
    questions: int


@dataclass(frozen=True, slots=True)
class Job:
    """Where everything is.

    Attributes:
        texts: folder of the texts, one file a law, in order.
        pool: vectors that were made with the model.
        model: the embedding model, empty for none.
        batch: texts the model takes at a time.
        home: home folder of the knowledge base.
        store: where vectors and words are, as ``POLICYKB_STORE`` names it.
        documents: how many of the texts are in it.
        questions: asked of it.
        clients: at once.
        sent: when the process was started, seconds since the epoch.
    """

    texts: Path
    pool: Path
    model: str
    batch: int
    home: Path
    store: str
    documents: int
    questions: tuple[Question, ...] = ()
    clients: int = 1
    sent: float = 0.0


@dataclass(frozen=True, slots=True)
class Extent:
    """How much text a size is.

    Attributes:
        documents: laws.
        articles: their articles.
        clauses: numbered nodes of the clause trees.
        chunks: pieces that are embedded and indexed.
        characters: of the texts.
        parse_seconds: text to chunks.
    """

    documents: int
    articles: int
    clauses: int
    chunks: int
    characters: int
    parse_seconds: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """The texts of all sizes.

    Attributes:
        extents: of each size.
        questions: asked at every size.
        real: how many chunks were embedded with the model.
        embed_seconds: that took, without loading the model.
        weight: w of the mixed vectors.
        of_real: how real vectors lie to each other.
        of_mixed: how as many mixed ones do.
    """

    extents: tuple[Extent, ...]
    questions: tuple[Question, ...]
    real: int
    embed_seconds: float
    weight: float
    of_real: Structure
    of_mixed: Structure


@dataclass(frozen=True, slots=True)
class Built:
    """An ingest of all texts into an empty knowledge base.

    Attributes:
        seconds: of the whole, parsing included, vectors taken from the pool or mixed.
        cpu_seconds: the same, of all cores together.
        mixing_seconds: spent on mixing vectors.
        synthetic: chunks whose vectors are mixed.
        failed: files that could not be ingested.
        memory: of the process at its end.
        disk: megabytes by part.
    """

    seconds: float
    cpu_seconds: float
    mixing_seconds: float
    synthetic: int
    failed: int
    memory: Memory
    disk: dict[str, float]


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh process up to its first answer.

    Attributes:
        import_seconds: starting Python and importing what is needed.
        model_seconds: loading the model and the first embedding, 0 for a search by keywords.
        first_seconds: opening the knowledge base and answering the first query.
        memory: afterwards.
        memory_before: before it was opened.
    """

    import_seconds: float
    model_seconds: float
    first_seconds: float
    memory: Memory
    memory_before: Memory


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries to a warm process.

    Attributes:
        one: by operation, of one client; the operations take turns.
        several: of several clients at once.
        parts: where the time of a hybrid search goes.
        day: the day that the filter ``in_force`` asked for.
        in_force: documents in force on that day.
        memory: afterwards.
    """

    one: dict[str, Times]
    several: dict[str, Crowd]
    parts: dict[str, Times]
    day: str
    in_force: int
    memory: Memory


@dataclass(frozen=True, slots=True)
class Changed:
    """One more document in and out.

    Attributes:
        clauses: of that document.
        add_seconds: ingest, first thing in a fresh process; opening the stores is part of it.
        remove_seconds: taking it out again.
        add_again_seconds: the same once more in the same process, after a search.
    """

    clauses: int
    add_seconds: float
    remove_seconds: float
    add_again_seconds: float


@dataclass(frozen=True, slots=True)
class Rivals:
    """Keyword search beside other BM25 libraries on the same tokens.

    Attributes:
        tokens: in the index.
        ours: our store.
        okapi: rank_bm25's BM25Okapi.
        bm25s: bm25s, None where it is not installed.
        okapi_seconds: BM25Okapi takes to build its index, which it cannot save.
    """

    tokens: int
    ours: Times
    okapi: Times
    bm25s: Times | None
    okapi_seconds: float


@dataclass(frozen=True, slots=True)
class Size:
    """All that was measured of one store at one size."""

    store: str
    extent: Extent
    built: Built
    by_keyword: Opened
    by_hybrid: Opened
    asked: Asked
    changed: Changed
    rivals: Rivals | None
    server: Memory | None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole benchmark.

    Attributes:
        machine: what it ran on.
        model: the embedding model, empty where there was none.
        prepared: the texts.
        sizes: by store, then by size.
    """

    machine: str
    model: str
    prepared: Prepared
    sizes: tuple[Size, ...]
