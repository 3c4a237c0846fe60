"""The edge to the terminal: the knowledge base a verb works on, with its progress bar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.knowledge_base import KnowledgeBase, Progress
from kb.settings import load_settings


@contextmanager
def opened(home: Path | None) -> Iterator[KnowledgeBase]:
    """The knowledge base in a folder; the first use of an empty one ingests the policies we ship."""
    kb = KnowledgeBase(load_settings(home=home))
    try:
        with progress_bar("首次使用，正在入库随附政策") as progress:
            kb.open(progress)
        yield kb
    finally:
        kb.close()


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A progress bar on stderr that appears with the first file."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("", total=None)

    def show(done: int, total: int, name: str) -> None:
        bar.start()
        bar.update(task, completed=done, total=total, description=name)

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()
