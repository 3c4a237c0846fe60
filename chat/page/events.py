"""What events of several tabs have in common: the source panel, and failures as one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chat.backend import Backend, friendly
from chat.page import notices, source
from corpus import Clause, Span


def open_source(backend: Backend, asked: Mapping[str, str]) -> str:
    """The source panel for a click, described by the data attributes of what was clicked (see `chat.page`).

    What cannot be opened is said in the panel, which can be closed.
    """
    try:
        return _source(backend, asked)
    except Exception as error:
        return source.unopened_html(friendly(error))


def _source(backend: Backend, asked: Mapping[str, str]) -> str:
    kb, _ = backend.get()
    clause_id, document_id = asked.get("clause"), asked.get("document")
    if clause_id:
        document = backend.document_of(clause_id)
        span = _span(kb.clause(clause_id), asked)
    elif document_id:
        document, span = kb.document(document_id), None
    else:
        return source.shelf_html(kb.records())
    from kb.staging.pages import source_of

    return source.source_html(
        document,
        clause_id,
        span,
        kb.records_by_id().get(document.id),
        whole="whole" in asked,
        has_pages=lambda: source_of(kb, document.id) is not None,
    )


def _span(clause: Clause, asked: Mapping[str, str]) -> Span | None:
    if "quote" in asked:
        return clause.locate(asked["quote"])
    return Span(int(asked["start"]), int(asked["end"])) if "start" in asked else None


def safely(make: Callable[..., str]) -> Callable[..., str]:
    """An event that shows a failure as one line of HTML."""

    def show(*values: Any) -> str:
        try:
            return make(*values)
        except Exception as error:
            return notices.failure_html(friendly(error))

    return show
