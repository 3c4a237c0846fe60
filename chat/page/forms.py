"""What the command prints with ``--json``."""

from __future__ import annotations


from typing import Any

from chat.answer import Calculation, Status
from chat.calc_types import Missing, Outcome
from corpus import PolicyDocument
from kb.rules import Rule


def document_dict(document: PolicyDocument) -> dict[str, Any]:
    """A document with its clauses, as ``policykb clauses --json`` prints it."""
    days = ("issued_on", "effective_from", "effective_to")
    return {
        "document": {
            "id": document.id,
            "title": document.title,
            "notice_title": document.notice_title,
            "doc_number": document.doc_number,
            "issuers": list(document.issuers),
            **{name: day.isoformat() if (day := getattr(document, name)) else None for name in days},
            "region": document.region,
            "source_name": document.source_name,
            "warnings": list(document.warnings),
        },
        "source": document.source,
        "clauses": [
            {
                "id": c.id,
                "path": list(c.path),
                "label": c.label,
                "level": c.level,
                "kind": c.kind.value,
                "heading": c.heading,
                "text": c.text,
                "start": c.span.start,
                "end": c.span.end,
                "lead": list(c.lead),
                "participants": list(c.participants),
            }
            for c in document.clauses
        ],
    }


def outcome_dict(rule: Rule, outcome: Outcome) -> dict[str, Any]:
    """What the calculator says, as ``policykb calc --json`` prints it: a calculation, empty where there is none."""
    if isinstance(outcome, Calculation):
        return {"status": Status.ANSWERED.value, **outcome.to_dict(), "missing": [], "reason": ""}
    status, missing, reason, clauses = Status.NEEDS_INPUT, list[str](), "", rule.clauses
    if isinstance(outcome, Missing):
        missing, reason = list(outcome.names), outcome.question
    else:
        status, reason, clauses = Status.NOT_ELIGIBLE, outcome.reason, (outcome.clause,)
    empty = Calculation(rule.id, None, False, {}, (), tuple(clauses))
    return {"status": status.value, **empty.to_dict(), "missing": missing, "reason": reason}
