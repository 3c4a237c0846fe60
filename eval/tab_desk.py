"""The evaluation that runs behind the page: one at a time, question by question, whether or not anyone looks."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chat.backend import friendly
from corpus import PolicyKBError, UsageError
from eval.errors import EvalFileError
from eval.qa_set import DEFAULT_QA, QAItem, load_qa
from eval.tab_runs import Runs

if TYPE_CHECKING:
    from chat.backend import Backend

log = logging.getLogger(__name__)

MOST_TEXT = 4 * 2**20  # bytes of a set that is sent
MOST_QUESTIONS = 10_000
ALL, FEEDBACK, TEXT = "all", "feedback", "text"  # beside the names of the sets we ship


class Busy(PolicyKBError):
    """Another evaluation is running."""


class _Stop(BaseException):
    """Leaves a run between two questions."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to evaluate.

    Attributes:
        source: ``all``, the name of a set we ship, ``feedback`` or ``text``.
        text: the lines of the set, where they are sent.
        name: what the reader calls it.
        sample: how many questions, evenly over the types; all where not given.
        extractive: answer without a language model.
    """

    source: str
    text: str = ""
    name: str = ""
    sample: int | None = None
    extractive: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A run under way: how far it is, and how long it took and will take; seconds left are None at first."""

    name: str
    done: int
    total: int
    seconds: float
    stopping: bool

    @property
    def left(self) -> float | None:
        """Seconds left, if it goes on as it went."""
        return self.seconds / self.done * (self.total - self.done) if self.done else None


class Desk:
    """Starts, stops and tells of evaluations over the knowledge base that is open."""

    def __init__(self, backend: Backend) -> None:
        self.runs = Runs(backend.settings.home)
        self.said = ""
        self._backend = backend
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._at: tuple[str, int, int, float] | None = None  # name, done, total, since

    @property
    def state(self) -> State | None:
        """The run under way."""
        at = self._at
        if at is None:
            return None
        name, done, total, since = at
        return State(name, done, total, time.monotonic() - since, self._stop.is_set())

    def start(self, order: Order) -> None:
        """Begin; the questions are read at once, so that what is wrong with them is told at once.

        Raises:
            Busy: one is running.
            PolicyKBError: there is no such set, or it cannot be read, or nothing written.
        """
        with self._lock:
            if self._at is not None:
                raise Busy("已有一次评测在运行，请等它结束，或先停止它。")
            name = order_name(order)
            folder = _new_folder(self.runs.folder)
            try:
                items, whole = self._questions(order, folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            name += f"，抽 {len(items)} 题" if len(items) < whole else ""
            self._stop.clear()
            self.said = ""
            self._at = (name, 0, len(items), time.monotonic())
        threading.Thread(target=self._work, args=(order, name, folder), daemon=True).start()

    def stop(self) -> None:
        """End the run after the question it is at."""
        self._stop.set()

    def _questions(self, order: Order, folder: Path) -> tuple[list[QAItem], int]:
        """The questions of an order, written beside the results to be, and how many there are to take from."""
        from eval.robustness.suites import spread

        file = folder / "qa.jsonl"
        if order.source == FEEDBACK:
            from eval.feedback import qa_items
            from kb.feedback import FeedbackLog

            items = qa_items(FeedbackLog(self._backend.settings.home).latest())
            if not items:
                raise UsageError("还没有读者评价，请换一个题集。")
        elif order.source == TEXT:
            if not order.text.strip():
                raise UsageError("请粘贴题集，或选一个 .jsonl 文件。")
            sent = folder / "题集.jsonl"  # the name that complaints about a line begin with
            _write(sent, order.text)
            items = load_qa(sent)
            sent.unlink()
        else:
            items = load_qa(DEFAULT_QA if order.source == ALL else shipped(order.source))
        if order.sample is not None and order.sample < 1:
            raise UsageError(f"抽取题数 {order.sample} 不可用，应为不小于 1 的整数。")
        whole = len(items)
        items = spread(items, order.sample)
        if len(items) > MOST_QUESTIONS:
            raise UsageError(f"题集有 {len(items)} 题，一次最多 {MOST_QUESTIONS} 题，请抽取一部分。")
        _write(file, "".join(f"{item.model_dump_json(exclude_unset=True)}\n" for item in items))
        return items, whole

    def _work(self, order: Order, name: str, folder: Path) -> None:
        from chat.assistant import Assistant
        from eval.benchmark import run_eval, subject_of

        try:
            knowledge, assistant = self._backend.get()
            self._told(name, 0, self._at[2] if self._at else 0)
            subject = subject_of(knowledge, Assistant(knowledge) if order.extractive else assistant)
            run_eval(
                folder / "qa.jsonl",
                folder,
                self._backend.settings,
                lambda done, total: self._progress(name, done, total),
                subject=subject,
                name=name,
            )
            folder.rename(folder.with_name(folder.name.lstrip(".")))
            self.said = f"评测完成：{name}。"
        except _Stop:
            self.said = f"已停止：{name}，没有留下结果。"
        except Exception as error:
            self.said = f"评测没有完成：{friendly(error)}"
        shutil.rmtree(folder, ignore_errors=True)
        self._at = None

    def _progress(self, name: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stop
        self._told(name, done, total)

    def _told(self, name: str, done: int, total: int) -> None:
        since = self._at[3] if self._at and done else time.monotonic()
        self._at = (name, done, total, since)


def sets() -> list[tuple[str, int]]:
    """The sets we ship, by name, and how many questions each has."""
    return [
        (path.stem, sum(bool(line.strip()) for line in path.open(encoding="utf-8")))
        for path in sorted(DEFAULT_QA.glob("*.jsonl"))
    ]


def shipped(name: str) -> Path:
    """The file of a set we ship.

    Raises:
        UsageError: there is none of that name.
    """
    found = next((path for path in DEFAULT_QA.glob("*.jsonl") if path.stem == name), None)
    if found is None:
        raise UsageError(f"没有题集 {name[:40]!r}，请从列表中选一个。")
    return found


def order_name(order: Order) -> str:
    """What the set of an order is called."""
    known = {
        ALL: "全部自带题集",
        FEEDBACK: "读者反馈",
        TEXT: " ".join(order.name.split())[:80] or "粘贴的题集",
    }
    return known.get(order.source, f"自带题集 {order.source}")


def _new_folder(parent: Path) -> Path:
    """A hidden folder named for the time: what is broken off never looks like a result."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob(".2*"):  # of a server that was stopped meanwhile
            if time.time() - left.stat().st_mtime > 86_400:
                shutil.rmtree(left, ignore_errors=True)
        stem = f"{datetime.now():%Y%m%d-%H%M%S}"
        names = (stem, *(f"{stem}-{n}" for n in range(2, 100)))
        name = next(name for name in names if not (parent / name).exists())
        (parent / f".{name}").mkdir()
    except OSError as error:
        raise EvalFileError(f"{parent} 写不进去（{error.strerror}），请检查权限和磁盘空间。") from error
    return parent / f".{name}"


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise EvalFileError(f"{file.name} 写不进去（{error.strerror}），请检查磁盘空间。") from error
