"""What events of several tabs have in common: the source panel, and failures as one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chat.backend import Backend, friendly
from chat.page import notices, source
from corpus import Clause, PolicyDocument, Span
from kb.knowledge_base import KnowledgeBase
from kb.lifecycle import DocumentRecord


def open_source(backend: Backend, asked: Mapping[str, str]) -> str:
    """The source panel for a click, described by the data attributes of what was clicked (see `chat.page`)."""
    kb, _ = backend.get()
    if clause_id := asked.get("clause"):
        document = backend.document_of(clause_id)
        return source.source_html(
            document, clause_id, _span(kb.clause(clause_id), asked), _record(kb, document)
        )
    if document_id := asked.get("document"):
        document = kb.document(document_id)
        return source.source_html(document, record=_record(kb, document))
    return source.shelf_html(kb.records())


def _record(kb: KnowledgeBase, document: PolicyDocument) -> DocumentRecord | None:
    return next((record for record in kb.records() if record.id == document.id), None)


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
