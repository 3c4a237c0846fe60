"""A benchmark from questions to report: opens the knowledge base, asks, judges, writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from chat.answer import Answer
from corpus import NotFound, UsageError
from eval.compare import compare, read_run
from eval.gates import load_gates
from eval.judge import judge_all, judge_model
from eval.latency import measure_speed
from eval.metrics import ClauseText
from eval.outcome import NOTHING_MORE, Benchmark, More
from eval.qa_set import DEFAULT_QA, QAItem, load_qa
from eval.report import prepare, write_report
from eval.robustness.run import run_suites
from eval.run import Ask, EvalResult, Progress, evaluate
from kb.settings import BUNDLED_MODEL, Settings

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from kb.knowledge_base import KnowledgeBase

_VERSIONS = ("policykb", "sentence-transformers", "torch", "chromadb")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is evaluated: how it answers, the texts its quotes must stand in, and what turns a question to a vector."""

    ask: Ask
    clause_text: ClauseText
    embed: Callable[[str], object]


@contextmanager
def opened(settings: Settings, extractive: bool = True) -> Iterator[Subject]:
    """The assistant over the knowledge base of the settings, its model loaded; with their language model if wanted."""
    from chat.assistant import Assistant
    from chat.llm.engine import open_engine
    from kb.embedding import SentenceTransformerEmbedder
    from kb.knowledge_base import KnowledgeBase

    embedder = SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_batch)
    with KnowledgeBase(settings, embedder) as knowledge:
        assistant = Assistant(knowledge, llm=None if extractive else open_engine(settings))
        knowledge.search("政策", top=1)  # loads the model, which is not the first question's time
        yield subject_of(knowledge, assistant, embedder.embed_query)


def subject_of(
    knowledge: KnowledgeBase, assistant: Assistant, embed: Callable[[str], object] = str
) -> Subject:
    """An assistant over an open knowledge base; ``embed`` is only for measuring the time of it."""

    def ask(item: QAItem) -> Answer:
        return assistant.ask(item.question, item.history, item.as_of)

    def clause_text(clause_id: str) -> str | None:
        try:
            return knowledge.clause(clause_id).text
        except NotFound:
            return None

    return Subject(ask, clause_text, embed)


def run_eval(
    qa: Path | None,
    out: Path,
    settings: Settings,
    progress: Progress | None = None,
    more: More = NOTHING_MORE,
    *,
    subject: Subject | None = None,
    name: str = "",
) -> Benchmark:
    """Run a QA set against the knowledge base of the settings and write the report.

    Args:
        qa: a ``.jsonl`` file or a folder of them; None is every set we ship.
        out: folder for metrics.json, answers.jsonl and report.html.
        settings: home of the knowledge base, embedding model, language model of the judge.
        progress: told after each question: done, in all.
        more: what else to do with the run.
        subject: what to ask, where it is open already.
        name: the set, as people know it.

    Raises:
        PolicyKBError: the set is missing or malformed, ``out`` cannot be written, the knowledge base not opened, the
            other run not read, or no language model set for the judge.
    """
    items = load_qa(qa or DEFAULT_QA)
    gates = load_gates()
    if more.sample is not None and more.sample < 1:
        raise UsageError(f"--sample 的值 {more.sample} 不可用，应为不小于 1 的整数。")
    if more.sample is not None and not more.robustness:
        raise UsageError("--sample 只用于换写法再问，请同时给出 --robustness，或去掉 --sample。")
    if more.compare_to and more.compare_to.resolve() == out.resolve():
        raise UsageError(f"--compare 和 --out 是同一个文件夹 {out}，旧结果会被覆盖。请换一个 --out。")
    theirs = read_run(more.compare_to) if more.compare_to else None
    model = judge_model(settings) if more.judge else None
    prepare(out)
    with nullcontext(subject) if subject else opened(settings, more.extractive) as asked:
        result = evaluate(items, asked.ask, progress, clause_text=asked.clause_text)
        outcomes = (
            run_suites(result.records, asked.ask, asked.clause_text, sample=more.sample, progress=progress)
            if more.robustness
            else ()
        )
        speed = measure_speed(items, asked.ask, asked.embed) if more.latency else None
    benchmark = Benchmark(
        result,
        compare(result, theirs, str(more.compare_to)) if theirs is not None else None,
        outcomes,
        judge_all(result.records, model, progress) if model is not None else None,
        speed,
    )
    write_report(
        benchmark,
        out,
        gates=gates,
        qa_name=name or (str(qa) if qa else "自带题集 eval/qa"),
        settings=_made_with(settings, result),
        at=datetime.now().astimezone(),
    )
    return benchmark


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on stderr, for ``run_eval``."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("评测"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Bar(*columns, console=Console(stderr=True))
    task = bar.add_task("评测", total=None)
    try:

        def show(done: int, total: int) -> None:
            bar.start()  # not before: an error at the start is one line and nothing else
            bar.update(task, completed=done, total=total)

        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


def _made_with(settings: Settings, result: EvalResult) -> dict[str, str]:
    bundled = settings.embedding_model == str(BUNDLED_MODEL)
    model = "随附 kb/model（multilingual-e5-small）" if bundled else settings.embedding_model
    engines = dict.fromkeys(record.answer.engine for record in result.records if record.answer)
    return {
        "embedding_model": model,
        "engine": "、".join(engines),
        **{name: _version(name) for name in _VERSIONS},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
