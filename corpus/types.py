"""What a policy is to us: a document, its clauses, and the spans of source text they came from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of Python str offsets into the extracted source text.

    >>> Span(3, 7).length
    4
    >>> Span(5, 2)
    Traceback (most recent call last):
    ...
    ValueError: span ends before it starts: 5..2
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"span ends before it starts: {self.start}..{self.end}")

    @property
    def length(self) -> int:
        """Number of source characters covered."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of the source text stood in its file.

    Attributes:
        start: offset in the source text from which this holds, up to the next place.
        page: page number from 1, 0 where the format has no pages.
        paragraph: number of the paragraph or block from 1, 0 where the format has none.
        confidence: how sure the reader is of the characters, 0 to 1; below 1 only for recognised (OCR) text.
    """

    start: int
    page: int = 0
    paragraph: int = 0
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table in the source text, whose cells are kept as printed, separated by tabs.

    Attributes:
        span: where the row stands in the source text.
        context: what a reader sees above or beside it: header cells and cells merged over several rows, joined by spaces.
    """

    span: Span
    context: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in the source text a value of the metadata was read; ``field`` is an attribute of PolicyDocument."""

    field: str
    span: Span


class NodeKind(StrEnum):
    """What a node of the clause tree is; the names follow the parts of GB/T 9704-2012."""

    HEADER = "header"  # 版头: issuers, document number
    TITLE = "title"  # 标题
    BODY = "body"  # unnumbered text: 主送机关, 引言, 通知正文
    CLAUSE = "clause"  # numbered, at any level
    SIGNATURE = "signature"  # 落款, 成文日期, 印发机关


@dataclass(frozen=True, slots=True)
class Clause:
    """A node of the clause tree: a numbered clause, or an unnumbered part of the document.

    Spans of the nodes of one document never overlap: a clause with sub-clauses owns its number, heading and
    lead-in, and each sub-clause owns its own text. Together the spans cover every non-blank source character.

    Attributes:
        id: ``<doc_number> <path joined by />``, unique in the knowledge base.
        path: labels as printed, outermost first, e.g. ``("三", "（一）")``.
        label: what a person writes in a memo, e.g. ``鲁科字〔2024〕137号 三、（一）``.
        level: depth in the tree, 1 for the outermost numbered clauses, 0 for unnumbered parts of the document.
        kind: what sort of node this is.
        heading: the clause's own heading without its number, "" if it has none.
        text: cleaned text of the span, number and heading included; paragraphs are separated by newlines.
        span: where it stands in the source text.
        origin: source offset of each character of ``text`` (same length as ``text``).
        lead: names of leading units (牵头单位) as printed.
        participants: names of participating or responsible units as printed.
    """

    id: str
    path: tuple[str, ...]
    label: str
    level: int
    kind: NodeKind
    heading: str
    text: str
    span: Span
    origin: tuple[int, ...] = field(repr=False)
    lead: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()

    def locate(self, quote: str) -> Span:
        """Where a verbatim quote of this clause stands in the source text.

        Raises:
            ValueError: ``quote`` is empty or not a substring of ``text``.
        """
        at = self.text.find(quote)
        if not quote or at < 0:
            raise ValueError(f"not verbatim in {self.id}: {quote!r}")
        return Span(self.origin[at], self.origin[at + len(quote) - 1] + 1)


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One policy document with its clause tree in document order.

    Attributes:
        id: the normalised 文号, or the title where there is none.
        title: title of the policy itself, without 书名号 (of the text a cover notice issues, where there is one).
        notice_title: title of the cover notice (关于印发《…》的通知), "" where there is none.
        doc_number: 文号 with 〔〕 and without spaces, "" if there is none.
        issuers: 发文机关 as printed.
        issued_on: 印发日期 (成文日期 if no other is printed).
        effective_from: first day in force, None if the text does not say.
        effective_to: last day in force, None if the text does not say.
        region: administrative region as printed, province first (山东省, 四川省广安市), "" if unknown.
        level: 国家, 省, 市 or 县; "" if unknown.
        supersedes: 文号 (normalised), or titles where none is printed, of the documents this one repeals (同时废止).
        contacts: units to turn to, as printed, with telephone numbers where given.
        source: extracted text, unchanged.
        source_name: name of the file it was read from.
        clauses: all nodes in document order.
        warnings: Chinese one-liners about anything doubtful found while parsing.
        places: pages and paragraphs of the file, by ascending ``start``; empty where the format has none.
        rows: rows of the tables in the source text, in order.
        evidence: where each value of the metadata was read; one that comes from the register has none.
    """

    id: str
    title: str
    notice_title: str
    doc_number: str
    issuers: tuple[str, ...]
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    region: str
    source: str = field(repr=False)
    source_name: str
    clauses: tuple[Clause, ...] = field(repr=False)
    warnings: tuple[str, ...] = ()
    level: str = ""
    supersedes: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    places: tuple[Place, ...] = field(default=(), repr=False)
    rows: tuple[TableRow, ...] = field(default=(), repr=False)
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)

    def place(self, offset: int) -> Place | None:
        """Where in the file the source character at an offset stood, None if the format does not say."""
        at = bisect_right(self.places, offset, key=lambda place: place.start)
        return self.places[at - 1] if at else None

    @property
    def name(self) -> str:
        """Short name for citations: 《title》（doc_number）."""
        return f"《{self.title}》（{self.doc_number}）" if self.doc_number else f"《{self.title}》"

    def clause(self, clause_id: str) -> Clause | None:
        """The node with this id, if any."""
        return next((c for c in self.clauses if c.id == clause_id), None)

    def children(self, clause: Clause) -> Iterator[Clause]:
        """Numbered clauses directly below a clause, in order."""
        depth = len(clause.path)
        for other in self.clauses:
            if (
                other.kind is NodeKind.CLAUSE
                and len(other.path) == depth + 1
                and other.path[:depth] == clause.path
            ):
                yield other

    def ancestors(self, clause: Clause) -> Sequence[Clause]:
        """Clauses above a clause, outermost first."""
        by_path = {c.path: c for c in self.clauses if c.kind is NodeKind.CLAUSE}
        above = (by_path.get(clause.path[:n]) for n in range(1, len(clause.path)))
        return [c for c in above if c is not None]
