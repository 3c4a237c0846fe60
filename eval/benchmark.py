"""A benchmark from questions to report: opens the knowledge base, asks, judges, writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from chat.answer import Answer
from corpus import NotFound
from eval.gates import load_gates
from eval.qa_set import DEFAULT_QA, QAItem, load_qa
from eval.report import prepare, write_report
from eval.run import EvalResult, Progress, evaluate
from kb.settings import BUNDLED_MODEL, Settings

_VERSIONS = ("policykb", "sentence-transformers", "torch", "chromadb")


def run_eval(qa: Path | None, out: Path, settings: Settings, progress: Progress | None = None) -> EvalResult:
    """Run a QA set against the knowledge base of the settings and write the report.

    Args:
        qa: a ``.jsonl`` file or a folder of them; None is every set we ship.
        out: folder for metrics.json, answers.jsonl and report.html.
        settings: home of the knowledge base, embedding model.
        progress: told after each question: done, in all.

    Raises:
        PolicyKBError: the set is missing or malformed, ``out`` cannot be written, the knowledge base not opened.
    """
    from chat.assistant import Assistant
    from kb.knowledge_base import KnowledgeBase

    items = load_qa(qa or DEFAULT_QA)
    gates = load_gates()
    prepare(out)
    with KnowledgeBase(settings) as knowledge:
        assistant = Assistant(knowledge)

        def ask(item: QAItem) -> Answer:
            return assistant.ask(item.question, item.history, item.as_of)

        def clause_text(clause_id: str) -> str | None:
            try:
                return knowledge.clause(clause_id).text
            except NotFound:
                return None

        knowledge.search("政策", top=1)  # loads the model, which is not the first question's time
        result = evaluate(items, ask, progress, clause_text=clause_text)
    write_report(
        result,
        out,
        gates=gates,
        qa_name=str(qa) if qa else "自带题集 eval/qa",
        settings=_made_with(settings, result),
        at=datetime.now().astimezone(),
    )
    return result


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
