"""A whole policy document from a text: clean, segment, read metadata, assemble."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus import Clause, NodeKind, NotAPolicy, PolicyDocument, Span
from corpus.register import Register, RegisterEntry, load_register
from ingest.clean import clean
from ingest.load import MAX_BYTES, load
from ingest.metadata import merge, read_metadata, stated
from ingest.numbering import join_labels
from ingest.organs import read_units
from ingest.segment import segment
from ingest.source import SourceText
from ingest.tree import Node


def parse_file(path: Path, register: Register | None = None, max_bytes: int = MAX_BYTES) -> PolicyDocument:
    """Read and parse one policy file; its folder's register is used where none is given.

    Raises:
        UnreadableFile: the file cannot be read as text.
        NotAPolicy: there is no text in it.
        RegisterError: the register is malformed.
    """
    source = load(path, max_bytes)
    known = register if register is not None else load_register(path.parent)
    return parse_source(source, known.entry(path.name))


def parse_text(source: str, name: str, entry: RegisterEntry | None = None) -> PolicyDocument:
    """Parse a text; ``name`` as a file would be called, ``.md`` turns Markdown marks into layout.

    Raises:
        NotAPolicy: nothing but blanks.
    """
    return parse_source(SourceText(source, name, "md" if name.lower().endswith(".md") else "txt"), entry)


def parse_source(source: SourceText, entry: RegisterEntry | None = None) -> PolicyDocument:
    """Parse extracted text.

    Args:
        source: the text, which is kept unchanged in the document, and what its reader knows of it.
        entry: register entry whose values win over those read.

    Raises:
        NotAPolicy: nothing but blanks.
    """
    paragraphs = clean(source.text, markdown=source.format == "md", layout=source.layout)
    if not paragraphs:
        raise NotAPolicy(f"{source.name}：没有可入库的文字，请检查文件内容。")
    nodes, warnings = segment(paragraphs)
    read = read_metadata(nodes, source.title)
    metadata, contradictions = merge(read.metadata, entry)
    title = metadata.title or ("" if read.is_nameless else source.title)
    doubts = [doubt.says for doubt in read.doubts if entry is None or not entry.states(doubt.field)]
    doubts += _missing(nodes, is_named=bool(title or read.is_nameless))
    title = title or Path(source.name).stem
    document_id = metadata.doc_number or title
    return PolicyDocument(
        id=document_id,
        title=title,
        notice_title=metadata.notice_title,
        doc_number=metadata.doc_number,
        issuers=metadata.issuers,
        issued_on=metadata.issued_on,
        effective_from=metadata.effective_from,
        effective_to=metadata.effective_to,
        region=metadata.region,
        level=metadata.level,
        supersedes=metadata.supersedes,
        contacts=metadata.contacts,
        source=source.text,
        source_name=source.name,
        clauses=_clauses(nodes, document_id, source.text),
        warnings=(*source.warnings, *doubts, *contradictions, *warnings),
        places=source.places,
        rows=source.rows,
        evidence=stated(read.evidence, entry),
    )


def _missing(nodes: Sequence[Node], *, is_named: bool) -> list[str]:
    """Warnings about what every policy document has and this one lacks."""
    warnings = [] if is_named else ["未能读出标题，暂用文件名，请在 register.yaml 中补充。"]
    if not any(node.kind is NodeKind.CLAUSE for node in nodes):
        warnings.append("未见条款编号，全文作为正文入库，请核对是否政策文件。")
    return warnings


def _clauses(nodes: Sequence[Node], document_id: str, source: str) -> tuple[Clause, ...]:
    """Nodes to clauses; each span runs to where the next node starts, so that together they cover the source."""
    texts = [node.text() for node in nodes]
    starts = [text.origin[0] for text in texts]
    starts[0] = min(starts[0], len(source) - len(source.lstrip()))
    clauses = []
    for n, (node, text) in enumerate(zip(nodes, texts, strict=True)):
        end = starts[n + 1] if n + 1 < len(nodes) else len(source)
        end = starts[n] + len(source[starts[n] : end].rstrip())
        lead, participants = read_units(text.text) if node.is_in_tree else ((), ())
        written = join_labels(node.path) if node.is_in_tree else node.path[0]
        clauses.append(
            Clause(
                id=f"{document_id} {'/'.join(node.path)}",
                path=node.path,
                label=f"{document_id} {written}",
                level=node.level,
                kind=node.kind,
                heading=node.heading,
                text=text.text,
                span=Span(starts[n], end),
                origin=text.origin,
                lead=lead,
                participants=participants,
            )
        )
    return tuple(clauses)
