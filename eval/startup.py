"""How long a user waits: ``python -m eval.startup`` measures the installed command in fresh processes and an empty home.

Times are wall seconds of whole processes, so they hold imports, the model and, for the first answer, building the
knowledge base. Those of ``policykb serve`` are counted from its start, on a home that is built already: until the port
answers, until a browser's first request has been answered, until the page with all its parts can be fetched, and until
questions are answered. The time of ``python -c pass`` beside them is the floor of this machine.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

_QUESTION = "II期临床研发投入6000万能拿多少"
_LOOKUP = "第二类医疗器械审评要多少个工作日"


def main() -> None:
    """Run and print the table."""
    command = str(Path(sys.executable).parent / "policykb")
    with tempfile.TemporaryDirectory() as folder:
        home = str(Path(folder) / "home")
        rows = [
            ("python -c pass", _seconds([sys.executable, "-c", "pass"])),
            ("policykb --help", _seconds([command, "--help"])),
            ("first answer, empty home (builds the knowledge base)", _ask(command, home, _QUESTION)),
            ("next answer, computed", _ask(command, home, _QUESTION)),
            ("next answer, by search (loads the model)", _ask(command, home, _LOOKUP)),
            *_serve(command, home),
        ]
    rows.append(("size of the environment, MB", _megabytes(Path(sys.prefix))))
    for name, value in rows:
        print(f"{name:56} {value:8.1f}")


def _ask(command: str, home: str, question: str) -> float:
    return _seconds([command, "ask", question, "--home", home])


def _serve(command: str, home: str) -> Iterator[tuple[str, float]]:
    start = time.perf_counter()
    server = subprocess.Popen(
        [command, "serve", "--port", "0", "--home", home],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert server.stdout is not None and server.stderr is not None
    try:
        address = server.stdout.readline().partition("：")[2].partition("（")[0]
        yield "policykb serve: listening", time.perf_counter() - start
        _fetch(address, "text/html")
        yield "policykb serve: first page, with a box for questions", time.perf_counter() - start
        _fetch(f"{address}config", "application/json")
        yield "policykb serve: whole page", time.perf_counter() - start
        server.stderr.readline()
        yield "policykb serve: knowledge base and model ready", time.perf_counter() - start
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate()


def _fetch(url: str, accept: str) -> None:
    with urlopen(Request(url, headers={"Accept": accept})) as reply:
        reply.read()


def _seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def _megabytes(folder: Path) -> float:
    return (
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        / 2**20
    )


if __name__ == "__main__":
    main()
