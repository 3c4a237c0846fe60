"""The texts to learn from, clause by clause: files and folders, a knowledge base, or clauses that are cut already."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus import Clause, DocumentError, NodeKind, PolicyDocument, UsageError
from ingest import parse_file
from ingest.numbering import match_marker
from kb.files import find_files

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

_KINDS = frozenset({NodeKind.CLAUSE, NodeKind.BODY})
_CUT = (".jsonl", ".jsonl.gz")
_AFTER_HEADING = "。．.：:；;，, 　\n"


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause as training sees it.

    Attributes:
        document: what tells its document from others.
        clause: what tells it from other clauses.
        titles: title of the document and headings above the clause, outermost first.
        heading: its own heading, "" if it has none.
        text: its text as it is indexed, number and heading included.
        body: its text without both.
    """

    document: str
    clause: str
    titles: tuple[str, ...]
    heading: str
    text: str
    body: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All there is to learn from; clauses that were cut already are of no document here."""

    documents: tuple[PolicyDocument, ...]
    units: tuple[Unit, ...]


class _CutClause(BaseModel):
    """A line of a file of clauses that are cut already."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    document: str = Field(min_length=1)
    heading: str = ""
    text: str


def read_texts(paths: Iterable[Path], progress: Progress | None = None) -> Texts:
    """Read policy files, folders of them, and ``.jsonl``/``.jsonl.gz`` files of cut clauses.

    A line of the latter is ``{"document", "heading", "text"}``. A policy file that cannot be read is told and skipped.

    Args:
        paths: what to read.
        progress: told how many of how many files are read.

    Raises:
        UsageError: no such file, or a line is malformed.
    """
    given = list(paths)
    for path in given:
        if not path.exists():
            raise UsageError(f"{path}：没有这个文件或文件夹，请检查路径。")
    cut = [path for path in given if path.name.lower().endswith(_CUT)]
    files = find_files(path for path in given if path not in cut).files
    documents: dict[str, PolicyDocument] = {}
    for n, file in enumerate(files, start=1):
        try:
            document = parse_file(file)
            documents.setdefault(document.id, document)  # the same text in another format teaches nothing new
        except DocumentError as error:
            log.warning("%s（已跳过）", error)
        if progress:
            progress(n, len(files))
    parsed = of_documents(documents.values())
    return Texts(parsed.documents, (*parsed.units, *(unit for path in cut for unit in _read_cut(path))))


def of_documents(documents: Iterable[PolicyDocument]) -> Texts:
    """Documents that are parsed already, those of a knowledge base say."""
    parsed = tuple(documents)
    return Texts(parsed, tuple(unit for document in parsed for unit in units(document)))


def units(document: PolicyDocument) -> list[Unit]:
    """The clauses and unnumbered parts of a document that have a text of their own."""
    headings = {clause.path: clause.heading for clause in document.clauses if clause.kind is NodeKind.CLAUSE}
    found = []
    for clause in document.clauses:
        if clause.kind in _KINDS and (body := body_of(clause)):
            above = (headings.get(clause.path[:n], "") for n in range(1, len(clause.path)))
            titles = tuple(filter(None, (document.title, *above)))
            found.append(Unit(document.id, clause.id, titles, clause.heading, clause.text, body))
    return found


def body_of(clause: Clause) -> str:
    """A clause's text without its number and heading, "" if there is nothing else."""
    text = clause.text
    if clause.heading and (at := text.find(clause.heading)) >= 0:
        return text[at + len(clause.heading) :].lstrip(_AFTER_HEADING)
    marker = match_marker(text) if clause.kind is NodeKind.CLAUSE else None
    return text[marker.length if marker else 0 :].lstrip(_AFTER_HEADING)


def _read_cut(path: Path) -> Iterator[Unit]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                cut = _CutClause.model_validate(json.loads(line))
            except (ValueError, ValidationError) as error:
                reason = str(error).splitlines()[0]
                raise UsageError(
                    f'{path.name} 第 {number} 行不是 {{"document", "heading", "text"}}（{reason}），请改正后重试。'
                ) from error
            yield Unit(
                cut.document,
                f"{cut.document} {number}",
                (cut.document,),
                cut.heading,
                f"{cut.heading}\n{cut.text}" if cut.heading else cut.text,
                cut.text,
            )
