"""Many users at once: ``python -m eval.load`` drives a real server over loopback.

Each user asks the next question as soon as the last is answered. Beside them one caller asks for the state of the server
and one for its page, so that a server which answers questions and nothing else is seen. What the machine is worth is
told by one user alone, just before.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import PolicyKBError
from eval.errors import write_json
from eval.load_server import COMMAND, Server, serving
from eval.metrics import latency
from eval.qa_set import DEFAULT_QA, QAItem, load_qa

if TYPE_CHECKING:
    import httpx

_PATIENCE = 120.0  # seconds for one answer
_ALONE = 40  # questions of one user
_SETTLE = 1000  # questions before memory is looked at first


@dataclass(slots=True)
class Calls:
    """What became of some calls.

    Attributes:
        milliseconds: of those that were answered.
        errors: what the others came to, and how often.
    """

    milliseconds: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)

    def to_dict(self, seconds: float) -> dict[str, Any]:
        """JSON form."""
        found = latency(self.milliseconds)
        return {
            "requests": len(self.milliseconds) + sum(self.errors.values()),
            "errors": self.errors,
            "per_second": round(len(self.milliseconds) / seconds, 2),
            "p50_ms": _rounded(found.p50),
            "p95_ms": _rounded(found.p95),
            "max_ms": _rounded(max(self.milliseconds, default=None)),
        }


class Crowd:
    """Users of one server.

    Args:
        server: the server.
        items: what they ask, over and over, in an order of chance that is always the same.
    """

    def __init__(self, server: Server, items: Sequence[QAItem]) -> None:
        mixed = random.Random(7).sample(list(items), len(items))
        self._server = server
        self._next = cycle(mixed)

    async def ask(self, users: int, goes_on: Callable[[], bool]) -> dict[str, Any]:
        """Ask as long as it goes on; how it went for the users, and for those beside them."""
        calls, health, page = Calls(), Calls(), Calls()
        start = time.perf_counter()
        async with _client(self._server.address, users + 10) as client:
            beside = [
                asyncio.create_task(_visit(client, "/api/health", health, 0.25)),
                asyncio.create_task(_visit(client, "/", page, 2.0)),
            ]
            await asyncio.gather(*(self._user(client, calls, goes_on) for _ in range(users)))
            for each in beside:
                each.cancel()
        seconds = time.perf_counter() - start
        beside_them = {"health": health.to_dict(seconds), "page": page.to_dict(seconds)}
        return {"users": users, "seconds": round(seconds, 1), **calls.to_dict(seconds), **beside_them}

    async def _user(self, client: httpx.AsyncClient, calls: Calls, goes_on: Callable[[], bool]) -> None:
        while goes_on():
            item = next(self._next)
            asked = {"question": item.question, "history": list(item.history)}
            if item.as_of:
                asked["as_of"] = item.as_of.isoformat()
            await _call(client, "POST", "/api/v1/ask", calls, asked)


async def crowded(server: Server, items: Sequence[QAItem], users: int, seconds: float) -> dict[str, Any]:
    """One user alone, then so many at once for so long."""
    crowd = Crowd(server, items)
    await crowd.ask(1, _times(5))  # what is loaded once is nobody's time
    alone = await crowd.ask(1, _times(_ALONE))
    many = await crowd.ask(users, _until(seconds))
    ratio = round(many["p50_ms"] / alone["p50_ms"], 2) if many["p50_ms"] and alone["p50_ms"] else None
    return {"alone": alone, "many": many, "p50_ratio": ratio, "memory_mb": server.memory_mb}


async def remembered(server: Server, items: Sequence[QAItem], users: int, questions: int) -> dict[str, Any]:
    """Memory after the first thousand questions and after all."""
    crowd = Crowd(server, items)
    first = min(_SETTLE, questions // 2)
    before = await crowd.ask(users, _times(first))
    memory = [server.memory_mb]
    after = await crowd.ask(users, _times(questions - first))
    memory.append(server.memory_mb)
    growth = round(memory[1] / memory[0] - 1, 4) if memory[0] and memory[1] else None
    return {
        "first": first,
        "questions": questions,
        "memory_mb": memory,
        "growth": growth,
        "runs": [before, after],
    }


async def ingesting(server: Server, items: Sequence[QAItem], users: int, folder: Path) -> dict[str, Any]:
    """The same users before and while another process takes a folder into the knowledge base."""
    crowd = Crowd(server, items)
    await crowd.ask(1, _times(5))
    before = await crowd.ask(users, _until(15))
    env = {**os.environ, "POLICYKB_HOME": str(server.home.absolute())}
    quiet = asyncio.subprocess.DEVNULL
    ingest = await asyncio.create_subprocess_exec(
        COMMAND, "ingest", str(folder.absolute()), env=env, stdout=quiet, stderr=quiet
    )
    during = await crowd.ask(users, lambda: ingest.returncode is None)
    await ingest.wait()
    ratio = round(during["p95_ms"] / before["p95_ms"], 2) if during["p95_ms"] and before["p95_ms"] else None
    return {"before": before, "during": during, "p95_ratio": ratio, "exit_code": ingest.returncode}


def main(arguments: Sequence[str] | None = None) -> int:
    """Drive a server, print what it came to and write it as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.load", description="许多人同时提问时的用时、错误和内存。"
    )
    parser.add_argument("--home", type=Path, help="知识库文件夹；默认新建一个，装入随附的政策")
    parser.add_argument("--qa", type=Path, default=DEFAULT_QA, help="题集，默认自带题集")
    parser.add_argument("--users", type=int, default=50, help="同时提问的人数，默认 50")
    parser.add_argument("--seconds", type=float, default=60, help="提问多久（秒），默认 60")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--questions", type=int, help="改为看内存：问这么多题，比较前一千题之后和全部之后")
    other.add_argument("--ingest", type=Path, help="改为看入库：提问的同时把这个文件夹入库")
    parser.add_argument("--out", type=Path, help="结果另存为 JSON 文件")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is not left behind
    try:
        items = load_qa(given.qa)
        with serving(given.home) as server:
            if given.questions:
                found = asyncio.run(remembered(server, items, given.users, given.questions))
            elif given.ingest:
                found = asyncio.run(ingesting(server, items, given.users, given.ingest))
            else:
                found = asyncio.run(crowded(server, items, given.users, given.seconds))
        if given.out:
            write_json(given.out, found)
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print("\n".join(_lines(found)))
    return 0


def _lines(found: dict[str, Any], name: str = "") -> list[str]:
    """Each run in a line, then what was found of all.

    >>> run = {"users": 2, "requests": 9, "errors": {}, "per_second": 3.0, "p50_ms": 600.0, "p95_ms": 700.0, "max_ms": 900.0}
    >>> _lines({"many": run, "p50_ratio": 2.5})
    ['many: 2 users, 9 requests, errors {}, 3.0/s, p50 600.0 p95 700.0 max 900.0 ms', 'p50_ratio: 2.5']
    """
    if "p50_ms" in found:
        users = f"{found['users']} users, " if "users" in found else ""
        line = (
            f"{name}: {users}{found['requests']} requests, errors {found['errors']}, {found['per_second']}/s, "
            f"p50 {found['p50_ms']} p95 {found['p95_ms']} max {found['max_ms']} ms"
        )
        inner = (_lines(each, f"  {key}") for key, each in found.items() if key in ("health", "page"))
        return [line, *(line for lines in inner for line in lines)]
    lines = []
    for key, each in found.items():
        runs = each if isinstance(each, list) and each and isinstance(each[0], dict) else [each]
        for run in runs:
            lines += _lines(run, key) if isinstance(run, dict) else [f"{key}: {run}"]
    return lines


def _times(count: int) -> Callable[[], bool]:
    left = iter(range(count))
    return lambda: next(left, None) is not None


def _until(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


@asynccontextmanager
async def _client(address: str, connections: int) -> AsyncIterator[httpx.AsyncClient]:
    import httpx

    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx.AsyncClient(
        base_url=address, timeout=_PATIENCE, limits=limits, trust_env=False
    ) as client:
        yield client


async def _call(
    client: httpx.AsyncClient, method: str, path: str, calls: Calls, sent: dict[str, Any] | None = None
) -> None:
    import httpx

    start = time.perf_counter()
    try:
        reply = await client.request(method, path, json=sent)
    except httpx.HTTPError as error:
        wrong = type(error).__name__
    else:
        if reply.status_code == 200:
            calls.milliseconds.append((time.perf_counter() - start) * 1000)
            return
        wrong = str(reply.status_code)
    calls.errors[wrong] = calls.errors.get(wrong, 0) + 1


async def _visit(client: httpx.AsyncClient, path: str, calls: Calls, pause: float) -> None:
    while True:
        await _call(client, "GET", path, calls)
        await asyncio.sleep(pause)


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)


if __name__ == "__main__":
    sys.exit(main())
