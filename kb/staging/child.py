"""The process that opens one file: ``python -m kb.staging.child JOB``, a job being JSON, answered in one line of JSON.

    {"do": "read", "file", "max_bytes", "out"}   the document in a file, as JSON at ``out``
    {"do": "page", "file", "number", "out"}      a page of it as a PNG at ``out``

Each has ``memory`` (bytes) and ``seconds`` besides. The answer is ``{"answer": {...}}``, ``{"refused": one Chinese line}``,
``{"missing": one}`` for a page that is not there, ``{"memory": true}`` or ``{"bug": traceback}``.
What it hands over is data: texts, numbers and pixels, nothing that runs.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_LARGEST_FILE = 2**30  # it may write


def read(job: Mapping[str, Any]) -> dict[str, Any]:
    """Read a file."""
    from corpus.register import Register
    from ingest.parse import parse_file
    from kb.staging.pictures import count_pages
    from kb.staging.stored import dump_json

    file = Path(job["file"])
    document = parse_file(file, Register(), job["max_bytes"])
    Path(job["out"]).write_bytes(dump_json(document))
    facts = {"title": document.title, "document_id": document.id, "doubts": len(document.warnings)}
    return facts | {"pages": count_pages(file)}


def page(job: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a page."""
    from kb.staging.pictures import page_png

    Path(job["out"]).write_bytes(page_png(Path(job["file"]), job["number"]))
    return {}


_JOBS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "read": read,
    "page": page,
}


def main(argument: str) -> None:
    """Do a job and answer."""
    from corpus import NotFound, PolicyKBError

    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes elsewhere
    job = json.loads(argument)
    _limit(job["memory"], job["seconds"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        said: dict[str, Any] = {"answer": _JOBS[job["do"]](job)}
    except NotFound as error:
        said = {"missing": str(error)}
    except PolicyKBError as error:
        said = {"refused": str(error)}
    except MemoryError:
        said = {"memory": True}
    except Exception:
        said = {"bug": traceback.format_exc()[-4000:]}
    with answer:
        answer.write(json.dumps(said))
    os._exit(0)  # no library gets to tidy up for long


def _limit(memory: int, seconds: float) -> None:
    """Bound this process, where the system knows how, and let others go first."""
    with suppress(OSError, AttributeError):
        os.nice(5)
    try:
        import resource
    except ImportError:  # Windows: the time limit of the parent is left
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(seconds) * (os.cpu_count() or 1) + 1),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def _end_with_parent() -> None:
    """The parent holds the other end of our input and writes nothing: an end of it is the parent's own."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
