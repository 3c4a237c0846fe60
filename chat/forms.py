"""What the command prints with ``--json``, and the doors answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from chat.answer import Calculation, Status
from chat.relevance import relevance_of
from chat.subsidy.calc_types import Missing, Outcome
from corpus import Clause, PolicyDocument
from kb.finding import Found
from kb.hits import IngestReport
from kb.lifecycle import DocumentRecord
from kb.rules import Rule


def document_dict(document: PolicyDocument) -> dict[str, Any]:
    """A document with its clauses, as ``policykb clauses --json`` prints it."""
    return {
        "document": facts_dict(document),
        "source": document.source,
        "clauses": [clause_dict(clause) for clause in document.clauses],
    }


def facts_dict(document: PolicyDocument) -> dict[str, Any]:
    """What is known of a document, without its text."""
    return {
        "id": document.id,
        "title": document.title,
        "notice_title": document.notice_title,
        "doc_number": document.doc_number,
        "issuers": list(document.issuers),
        "issued_on": _iso(document.issued_on),
        "effective_from": _iso(document.effective_from),
        "effective_to": _iso(document.effective_to),
        "region": document.region,
        "level": document.level,
        "supersedes": list(document.supersedes),
        "contacts": list(document.contacts),
        "evidence": [
            {"field": each.field, "start": each.span.start, "end": each.span.end}
            for each in document.evidence
        ],
        "source_name": document.source_name,
        "warnings": list(document.warnings),
    }


def clause_dict(clause: Clause) -> dict[str, Any]:
    """A clause, with its span in the text of its document."""
    return {
        "id": clause.id,
        "path": list(clause.path),
        "label": clause.label,
        "level": clause.level,
        "kind": clause.kind.value,
        "heading": clause.heading,
        "text": clause.text,
        "start": clause.span.start,
        "end": clause.span.end,
        "lead": list(clause.lead),
        "participants": list(clause.participants),
    }


def near_dict(clause: Clause) -> dict[str, str]:
    """A clause by name, where another is shown."""
    return {"id": clause.id, "label": clause.label, "heading": clause.heading}


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


def ingest_dict(report: IngestReport, stale: Sequence[str] = ()) -> dict[str, Any]:
    """What became of each file, as ``policykb ingest --json`` prints it, and which rules no longer fit the texts."""
    return {
        "files": [
            {
                "path": str(o.path),
                "status": o.status,
                "document_id": o.document_id,
                "message": o.message,
                "clauses": o.clauses,
                "warnings": list(o.warnings),
            }
            for o in report.outcomes
        ],
        "skipped": [str(path) for path in report.skipped],
        "rule_problems": list(stale),
    }


def records_dict(records: Sequence[DocumentRecord]) -> dict[str, Any]:
    """What is in the knowledge base, as ``policykb docs --json`` prints it."""
    return {
        "documents": [
            {
                "id": r.id,
                "title": r.title,
                "doc_number": r.doc_number,
                "issued_on": _iso(r.issued_on),
                "effective_from": _iso(r.effective_from),
                "effective_to": _iso(r.effective_to),
                "region": r.region,
                "level": r.level,
                "status": r.standing(date.today()).value,
                "repealed_on": _iso(r.repealed_on),
                "repealed_by": r.repealed_by,
                "source_name": r.source_name,
                "clauses": r.clause_count,
            }
            for r in records
        ]
    }


def found_dict(found: Found) -> dict[str, Any]:
    """What a search found, as ``policykb search --json`` prints it."""
    return {
        "hits": [hit.to_dict() for hit in found.hits],
        "conditions": [
            {"key": c.key, "label": c.label, "start": c.span.start, "end": c.span.end}
            for c in found.understood.conditions
        ],
        "notices": [unknown.notice for unknown in found.understood.unknown],
        "relevance": relevance_of(found).value,
    }


def json_text(value: dict[str, Any]) -> str:
    """A form as the command prints it."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
