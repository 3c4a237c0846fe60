"""How long a user waits: ``python -m eval.startup`` measures the installed command in fresh processes and an empty home.

Times are wall seconds of whole processes, so they hold imports, the model and, for the first answer, building the
knowledge base. The time of ``python -c pass`` beside them is the floor of this machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
        ]
    rows.append(("size of the environment, MB", _megabytes(Path(sys.prefix))))
    for name, value in rows:
        print(f"{name:56} {value:8.1f}")


def _ask(command: str, home: str, question: str) -> float:
    return _seconds([command, "ask", question, "--home", home])


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
