"""Whether the service is there: answered at once, in every state."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from chat.backend import Backend

program_version = cache(lambda: version("policykb"))


def health_of(backend: Backend) -> dict[str, str | int]:
    """State, number of documents, version of the program."""
    if not backend.is_open:
        return _health("failed" if backend.ready else "opening")
    kb, _ = backend.get()
    return _health("ready", len(kb.records()))


def still_opening() -> JSONResponse:
    """The same while even the page is not there yet."""
    return JSONResponse(_health("opening"))


def _health(state: str, documents: int = 0) -> dict[str, str | int]:
    return {"state": state, "documents": documents, "version": program_version()}
