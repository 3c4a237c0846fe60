"""Clock, memory and disk."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from eval.metrics.latency import latency

_A = TypeVar("_A")
_MB = 2**20
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds that calls took: median, 95th percentile, mean, and how many there were."""

    p50: float
    p95: float
    mean: float
    count: int


def times(milliseconds: Sequence[float]) -> Times:
    """Sum up.

    >>> times([10.0, 20.0, 60.0])
    Times(p50=20.0, p95=56.0, mean=30.0, count=3)

    Raises:
        ValueError: there are none.
    """
    found = latency(milliseconds)
    if found.p50 is None or found.p95 is None:
        raise ValueError("no call was measured")
    mean = sum(milliseconds) / len(milliseconds)
    return Times(round(found.p50, 3), round(found.p95, 3), round(mean, 3), len(milliseconds))


def milliseconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


def alternating(
    operations: dict[str, Callable[[_A], object]], arguments: Sequence[_A]
) -> dict[str, list[float]]:
    """Milliseconds of each operation on each argument.

    Which goes first changes from argument to argument, so that caches and other work on the machine weigh on all alike.

    >>> seen = []
    >>> found = alternating({"a": lambda x: seen.append(("a", x)), "b": lambda x: seen.append(("b", x))}, [1, 2])
    >>> seen, [len(row) for row in found.values()]
    ([('a', 1), ('b', 1), ('b', 2), ('a', 2)], [2, 2])
    """
    found: dict[str, list[float]] = {name: [] for name in operations}
    names = list(operations)
    for n, argument in enumerate(arguments):
        turn = n % len(names)
        for name in names[turn:] + names[:turn]:
            operation = operations[name]
            start = time.perf_counter()
            operation(argument)
            found[name].append(1000 * (time.perf_counter() - start))
    return found


@dataclass(frozen=True, slots=True)
class Crowd:
    """What several clients at once see: ``per_second`` is how many calls were answered in all."""

    times: Times
    per_second: float
    clients: int


def crowd(operation: Callable[[_A], object], arguments: Sequence[_A], clients: int) -> Crowd:
    """Let several threads work through the arguments."""

    def one(argument: _A) -> float:
        return milliseconds(lambda: operation(argument))

    with ThreadPoolExecutor(clients) as pool:
        start = time.perf_counter()
        taken = list(pool.map(one, arguments))
        seconds = time.perf_counter() - start
    return Crowd(times(taken), round(len(taken) / seconds, 2), clients)


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of this process in memory: now, and at most so far; 0 where the system does not tell."""

    now: float
    peak: float


def memory(status: Path = _STATUS) -> Memory:
    """Read it from ``/proc``."""
    try:
        return parse_memory(status.read_text("utf-8"))
    except OSError:
        return Memory(0.0, 0.0)


def parse_memory(status: str) -> Memory:
    """What ``/proc/self/status`` says.

    >>> parse_memory("VmHWM:\\t    4096 kB\\nVmRSS:\\t    2048 kB\\n")
    Memory(now=2.0, peak=4.0)
    >>> parse_memory("Name: x")
    Memory(now=0.0, peak=0.0)
    """
    kilobytes = {name: int(value) for name, value in re.findall(r"^(VmHWM|VmRSS):\s+(\d+) kB", status, re.M)}
    return Memory(round(kilobytes.get("VmRSS", 0) / 1024, 1), round(kilobytes.get("VmHWM", 0) / 1024, 1))


def disk(paths: Iterable[Path]) -> float:
    """Megabytes of files, and of folders with all that is in them."""
    total = 0
    for path in paths:
        for file in [path, *path.rglob("*")] if path.is_dir() else [path]:
            if file.is_file() and not file.is_symlink():
                total += file.stat().st_size
    return round(total / _MB, 3)
