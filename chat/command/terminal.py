"""The edge to the terminal: the knowledge base a verb works on, with its progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.hits import IngestState, Progress
from kb.knowledge_base import KnowledgeBase
from kb.settings import load_settings


@contextmanager
def opened(home: Path | None) -> Iterator[KnowledgeBase]:
    """The knowledge base in a folder; the first use of an empty one ingests the policies we ship."""
    kb = KnowledgeBase(load_settings(home=home))
    try:
        with progress_bar("首次使用，入库随附政策") as progress:
            kb.open(progress)
        yield kb
    finally:
        kb.close()


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A progress bar on stderr that appears with the first file: files, clauses, speed, times and the file's name."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar
    from rich.table import Column

    console = Console(stderr=True)
    columns = (
        TextColumn(title),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TextColumn("{task.fields[clauses]}", table_column=Column(no_wrap=True)),
        TimeElapsedColumn(),
        TextColumn("剩"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
    )
    bar = Bar(*columns, console=console, transient=True, expand=True, disable=not console.is_terminal)
    task = bar.add_task("", total=None, clauses="")

    def show(state: IngestState) -> None:
        if not bar.live.is_started and not bar.disable:
            bar.reset(task, total=state.total)
            bar.start()
        seconds = bar.tasks[0].elapsed or 0.0
        speed = f" {state.clauses / seconds:.0f}条/秒" if state.clauses and seconds >= 1 else ""
        bar.update(
            task,
            completed=state.done,
            total=state.total,
            description=state.name,
            clauses=f"{state.clauses}条{speed}",
        )

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


@contextmanager
def count_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr for so many done of so many; it appears with the first report."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TextColumn("剩"), TimeRemainingColumn())
    bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("", total=None)

    def show(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()
