"""The benchmark: texts once, then each store at each size, each step in a process of its own."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Protocol, TypeVar

from pydantic import TypeAdapter

from corpus import PolicyKBError
from eval.scale.homes import Home, serving
from eval.scale.job import (
    Asked,
    Built,
    Changed,
    Extent,
    Job,
    Opened,
    Prepared,
    Report,
    Rivals,
    Size,
    Source,
)
from eval.scale.worker import Task

_R = TypeVar("_R")
_OPENINGS = 3  # the middle one counts
_ROOT = Path(__file__).parents[2]
Tell = Callable[[str], None]


class Step(Protocol):
    """Runs one stage somewhere."""

    def __call__(self, stage: str, job: Job, result: type[_R], source: Source | None = None) -> _R:
        """What the stage measures."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run.

    Attributes:
        source: what to make the texts of.
        stores: ``local``, ``chroma`` (a server, started for this) or ``milvus`` (milvus-lite).
        model: the embedding model, empty for none.
        batch: texts the model takes at a time.
        clients: at once.
        rivals: whether to compare keyword search with other libraries.
    """

    source: Source
    stores: tuple[str, ...]
    model: str
    batch: int
    clients: int
    rivals: bool


def run(plan: Plan, work: Path, tell: Tell, step: Step | None = None) -> Report:
    """Measure everything.

    Args:
        plan: what to run.
        work: folder for the texts and the knowledge bases, each of which is left there.
        tell: told what is being done.
        step: runs a stage, in a fresh process unless given.

    Raises:
        PolicyKBError: a step failed.
    """
    step = step or in_fresh_process
    job = Job(work / "texts", work / "pool.npz", plan.model, plan.batch, work, "local", 0)
    tell("准备文本，向量化前若干段")
    prepared = step("prepare", job, Prepared, plan.source)
    sizes = []
    for store in plan.stores:
        for n, extent in enumerate(prepared.extents):
            place = Home(store, work / f"{store}-{extent.articles}")
            own = replace(
                job,
                home=place.folder,
                documents=extent.documents,
                questions=prepared.questions,
                clients=plan.clients,
            )
            with_rivals = plan.rivals and n == len(prepared.extents) - 1 and store == "local"
            sizes.append(_measure(place, own, extent, with_rivals=with_rivals, tell=tell, step=step))
    return Report(machine(), plan.model, prepared, tuple(sizes))


def _measure(place: Home, job: Job, extent: Extent, *, with_rivals: bool, tell: Tell, step: Step) -> Size:
    """One store at one size."""

    def about(what: str) -> None:
        tell(f"{place.kind} {extent.articles} 条：{what}")

    with serving(place) as server:
        job = replace(job, store=server.store)
        about("入库")
        built = step("build", job, Built)
        about("打开")
        by_keyword = _middle([step("keyword", job, Opened) for _ in range(_OPENINGS)])
        by_hybrid = _middle([step("hybrid", job, Opened) for _ in range(_OPENINGS)])
        about("查询")
        asked = step("ask", job, Asked)
        used = server.memory()
        rivals = None
        if with_rivals:
            about("与其他 BM25 程序库对照")
            rivals = step("rivals", job, Rivals)
        about("增删一份文件")
        changed = step("change", job, Changed)
    return Size(place.kind, extent, built, by_keyword, by_hybrid, asked, changed, rivals, used)


def _middle(runs: Sequence[Opened]) -> Opened:
    """The run that took the median time from opening to the first answer."""
    wanted = median(run.first_seconds for run in runs)
    return min(runs, key=lambda run: abs(run.first_seconds - wanted))


def in_fresh_process(stage: str, job: Job, result: type[_R], source: Source | None = None) -> _R:
    """Run a stage in a fresh process.

    Raises:
        PolicyKBError: it failed; the message is its last line.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        task = Task(replace(job, sent=time.time()), source)
        process = subprocess.run(
            [sys.executable, "-m", "eval.scale.worker", stage, str(out)],
            input=TypeAdapter(Task).dump_json(task),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(_ROOT)},
            check=False,
        )
        if process.returncode:
            said = process.stderr.decode(errors="replace").strip().splitlines() or ["没有说明"]
            raise PolicyKBError(f"测量步骤 {stage} 失败：{said[-1]}")
        return TypeAdapter(result).validate_json(out.read_bytes())


def machine() -> str:
    """What this runs on, in a line."""
    try:
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    except (ValueError, OSError, AttributeError):
        return f"{os.cpu_count()} CPU, Python {platform.python_version()}"
    return f"{os.cpu_count()} CPU, {pages:.0f} GB, Python {platform.python_version()}"
