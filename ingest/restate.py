"""Other metadata for a document that has been parsed: what parsing it again with a register entry would give, without reading it."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

from corpus import PolicyDocument
from corpus.metadata import Metadata
from corpus.register import RegisterEntry
from ingest.metadata import merge, stated

# How the warnings begin that are settled once the field is stated.
_DOUBTS = {"title": ("未能读出标题", "疑为《"), "effective_to": ("网页标明失效日期",)}


def restate(document: PolicyDocument, entry: RegisterEntry) -> PolicyDocument:
    """The document with an entry's values over its own; clause ids follow its 文号 and title.

    >>> from ingest.parse import parse_text
    >>> text, entry = "关于研发的办法\\n一、支持研发。\\n", RegisterEntry(file="", doc_number="甲字〔2024〕1号")
    >>> restate(parse_text(text, "1.txt"), entry) == parse_text(text, "1.txt", entry)
    True
    """
    known = Metadata(**{field.name: getattr(document, field.name) for field in fields(Metadata)})
    printed = {one.field for one in document.evidence}
    read = replace(Metadata(), **{name: value for name, value in asdict(known).items() if name in printed})
    contradictions = merge(read, entry)[1]
    merged = asdict(merge(known, entry)[0])
    document_id = merged["doc_number"] or merged["title"]
    return replace(
        document,
        **merged,
        id=document_id,
        clauses=tuple(
            replace(
                clause,
                id=f"{document_id}{clause.id.removeprefix(document.id)}",
                label=f"{document_id}{clause.label.removeprefix(document.id)}",
            )
            for clause in document.clauses
        ),
        warnings=(*(each for each in document.warnings if not _settled(each, entry)), *contradictions),
        evidence=stated(document.evidence, entry),
    )


def _settled(warning: str, entry: RegisterEntry) -> bool:
    """Whether a warning is about a field that the entry states."""
    names = (field.name for field in fields(Metadata) if entry.states(field.name))
    return any(warning.startswith((f"登记表的 {name} 是", *_DOUBTS.get(name, ()))) for name in names)
