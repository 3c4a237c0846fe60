"""A fresh process for one measurement: ``python -m eval.scale.worker STAGE``, its task on stdin, its result in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from corpus import PolicyKBError
from eval.scale.job import Job, Source


@dataclass(frozen=True, slots=True)
class Task:
    """A job, for the stage ``prepare`` with what to make the texts of."""

    job: Job
    source: Source | None = None


def run(stage: str, task: Task) -> Any:
    """What a stage measures.

    Raises:
        ValueError: there is no such stage.
    """
    if stage == "prepare" and task.source is not None:
        from eval.scale.prepare import prepare

        return prepare(task.source, task.job)
    if stage == "rivals":
        from eval.scale.rivals import compare

        return compare(task.job)
    from eval.scale import stages

    known: dict[str, Callable[[Job], Any]] = {
        "build": stages.build,
        "keyword": stages.open_by_keyword,
        "hybrid": stages.open_by_hybrid,
        "ask": stages.ask,
        "change": stages.change,
    }
    if stage not in known:
        raise ValueError(f"no such stage: {stage}")
    return known[stage](task.job)


def main() -> int:
    """Run a stage: arguments are its name and where to write the result; the exit code."""
    stage, out = sys.argv[1:3]
    task = TypeAdapter(Task).validate_json(sys.stdin.buffer.read())
    try:
        result = run(stage, task)
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    Path(out).write_bytes(TypeAdapter(type(result)).dump_json(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
