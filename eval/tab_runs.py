"""The evaluations kept in a home: a folder each, as ``policykb eval --out`` writes it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import NotFound
from eval.errors import EvalFileError

FOLDER = "evaluations"
FILES = ("answers.jsonl", "report.html", "metrics.json", "qa.jsonl")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_SHOWN = 200


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Figure(_Read):
    """One metric over a group of questions."""

    mean: float | None
    count: int
    ci95: tuple[float, float] | None = None


class Group(_Read):
    """What metrics.json says of a group of questions."""

    questions: int
    without_expectation: int = 0
    passed: int
    passed_ci95: tuple[float, float] | None = None
    metrics: Mapping[str, Figure]

    @property
    def share(self) -> float | None:
        """The share of right answers among those of which something is expected."""
        scored = self.questions - self.without_expectation
        return self.passed / scored if scored else None


class Gated(_Read):
    """The gates of a run."""

    passed: bool
    failed: tuple[str, ...]
    thresholds: Mapping[str, float]


class Metrics(_Read):
    """What is shown of metrics.json."""

    date: datetime
    qa: str
    settings: Mapping[str, str]
    errors: int
    overall: Group
    by_type: Mapping[str, Group]
    by_difficulty: Mapping[str, Group]
    failures: Mapping[str, int]
    latency_ms: Mapping[str, float | None]
    gates: Gated


class Cited(_Read):
    """A citation of an answer."""

    id: str
    label: str
    quote: str
    start: int
    end: int


class Given(_Read):
    """What is shown of an answer."""

    answer: str
    citations: tuple[Cited, ...]
    calculation: Mapping[str, Any] | None = None


class Told(_Read):
    """What is shown of a line of answers.jsonl."""

    id: str
    type: str
    question: str
    history: tuple[str, ...] = ()
    expected: Mapping[str, Any]
    status: str
    passed: bool | None
    reason: str | None
    faults: tuple[str, ...]
    error: str
    answer: Given | None

    @property
    def is_wrong(self) -> bool:
        """As `eval.run.Record.failed`."""
        return self.answer is None or bool(self.faults)


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation; ``metrics`` is None where its files cannot be read."""

    id: str
    metrics: Metrics | None


class Runs:
    """The evaluations of one home."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER

    def names(self) -> list[str]:
        """Ids, the latest first."""
        if not self.folder.is_dir():
            return []
        found = (each for each in self.folder.iterdir() if _NAME.fullmatch(each.name) and each.is_dir())
        latest = sorted(found, key=lambda each: (each.stat().st_mtime, each.name), reverse=True)
        return [each.name for each in latest[:_SHOWN]]

    def all(self) -> list[Run]:
        """Every evaluation, the latest first."""
        return [Run(name, _metrics(self.folder / name)) for name in self.names()]

    def one(self, name: str) -> tuple[Run, list[Told]]:
        """An evaluation with its answers.

        Raises:
            NotFound: there is none of that name.
            EvalFileError: its files cannot be read.
        """
        folder = self.path(name)
        metrics = _metrics(folder)
        if metrics is None:
            raise EvalFileError(f"评测 {name} 的结果读不了，文件可能不完整，请重新评测。")
        return Run(name, metrics), list(_told(folder / "answers.jsonl"))

    def path(self, name: str, file: str = "") -> Path:
        """Where an evaluation, or a file of it, is.

        Raises:
            NotFound: there is none of that name.
        """
        path = self.folder / name / file
        if not _NAME.fullmatch(name) or (file and file not in FILES) or not path.exists():
            raise NotFound(f"没有评测 {name}{' 的 ' + file if file else ''}，可能已被删除，请刷新列表。")
        return path

    def remove(self, name: str) -> None:
        """Delete an evaluation.

        Raises:
            NotFound: there is none of that name.
            EvalFileError: it cannot be deleted.
        """
        try:
            shutil.rmtree(self.path(name))
        except OSError as error:
            raise EvalFileError(f"评测 {name} 删不掉（{error.strerror}），请检查文件夹权限。") from error


def _metrics(folder: Path) -> Metrics | None:
    try:
        return Metrics.model_validate_json((folder / "metrics.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _told(file: Path) -> Iterator[Told]:
    try:
        # not splitlines(): U+2028 and its like may stand inside a JSON string
        for line in file.read_text("utf-8").split("\n"):
            if line.strip():
                yield Told.model_validate(json.loads(line))
    except (OSError, ValueError) as error:
        raise EvalFileError(f"{file.parent.name}/{file.name} 读不了，请重新评测。") from error
