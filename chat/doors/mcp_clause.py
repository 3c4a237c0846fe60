"""A clause by whatever name a model gives it, and its form."""

from __future__ import annotations

from datetime import date
from typing import Any

from chat import forms
from corpus import Clause, NotFound, PolicyDocument
from kb.knowledge_base import KnowledgeBase
from kb.lifecycle import DocumentRecord
from kb.names import name_key
from kb.query.conditions import Kind


def named_clause(kb: KnowledgeBase, name: str) -> tuple[PolicyDocument, Clause]:
    """The clause of an id, a label or an address as in a question, and the document it is in.

    Raises:
        NotFound: there is none, or several.
    """
    try:
        document = kb.document_of(name)
    except NotFound:
        name = _found(kb, name).id
        document = kb.document_of(name)
    clause = document.clause(name)
    assert clause is not None  # the catalog found the document by it
    return document, clause


def _found(kb: KnowledgeBase, name: str) -> Clause:
    found = kb.find(name, 2)
    unsaid = [each.notice for each in found.understood.unknown if each.kind in (Kind.CLAUSE, Kind.DOCUMENT)]
    addressed = [hit.clause for hit in found.hits if hit.clause.id in (found.understood.clauses or ())]
    named = addressed or [hit.clause for hit in found.hits if name_key(hit.clause.label) == name_key(name)]
    if unsaid or not named:
        raise NotFound(unsaid[0] if unsaid else f"没有条款“{name}”，可先用 search_clauses 查找。")
    if len(named) > 1:
        labels = "、".join(each.label for each in named)
        raise NotFound(f"“{name}”不止一条，请写明是哪一条，如 {labels}。")
    return named[0]


def clause_dict(document: PolicyDocument, clause: Clause, record: DocumentRecord) -> dict[str, Any]:
    """A clause, the document it is in and whether that is in force, the clauses above and below."""
    return forms.clause_dict(clause) | {
        "document": document.name,
        "document_id": document.id,
        "status": record.standing(date.today()).value,
        "above": [forms.near_dict(each) for each in document.ancestors(clause)],
        "below": [forms.near_dict(each) for each in document.children(clause)],
    }
