"""What a document says of itself: title, 文号, issuers, dates, repeals, region, contacts, each with where it says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from corpus import Evidence, NodeKind
from corpus.metadata import Metadata
from corpus.register import RegisterEntry
from ingest.contacts import read_contacts
from ingest.docnumber import labelled_number, normalise_doc_number, number_of_file, own_number
from ingest.explained import has_headings_of_explanation, title_of_explanation
from ingest.found import Found, front_lines, join, span_of
from ingest.issuers import read_issued_on, read_issuers
from ingest.labels import Label, read_labels
from ingest.mapped import Mapped
from ingest.regions import Region, read_region
from ingest.repeals import read_repealed
from ingest.titles import Titles, first_line, read_titles
from ingest.tree import Node
from ingest.validity import read_validity

__all__ = ["Reading", "merge", "normalise_doc_number", "read_metadata"]

_LAST_LINES = 12  # paragraphs at the end that may name an attached file
_LAST_LINE = 2_000  # characters of one of them


@dataclass(frozen=True, slots=True)
class Doubt:
    """A Chinese one-liner about a value that has to be checked, unless the register states that field."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a document.

    Attributes:
        metadata: the values; what the text does not say is empty.
        evidence: for each value where it stands.
        doubts: what contradicts itself.
        is_nameless: whether the title must not be looked for elsewhere: what is called so is another text.
    """

    metadata: Metadata
    evidence: tuple[Evidence, ...]
    doubts: tuple[Doubt, ...] = ()
    is_nameless: bool = False


def read_metadata(nodes: Sequence[Node], hint: str = "") -> Reading:
    """Read the metadata from the nodes of a document; what the text does not say stays empty.

    Args:
        nodes: all nodes, in document order.
        hint: what the file calls itself outside its text; it helps to find the title in the text.
    """
    front = front_lines(nodes)
    labels = read_labels(join(front)) if front else {}
    printed = [line for node in nodes if node.kind is NodeKind.TITLE for line in node.paragraphs]
    issued_on = read_issued_on(nodes, front, labels)
    labelled = _some(labels.get(Label.TITLE))
    titles = read_titles(front, printed, labelled, hint)
    attached = number_of_file(
        _ends(nodes), [title.text for title in titles.policy], issued_on.value.year if issued_on else None
    )
    if attached and titles.notice is None:
        titles = read_titles(front, printed, (*labelled, attached[1]), hint)
    if not titles.policy and (line := first_line(front)):
        titles = Titles((line,))
    label_number = labelled_number(labels[Label.NUMBER]) if Label.NUMBER in labels else None
    number = label_number or own_number(front) or (attached[0] if attached else None)
    titles, doubt = _of_explanation(nodes, front, titles, is_numbered=number is not None)
    if doubt or titles.is_explanation:
        number = None  # that of the policy it explains
    issuers = read_issuers(nodes, front, [*_some(titles.notice), *titles.policy], labels)
    validity = read_validity(nodes, titles.policy, issued_on, labels)
    lines = [line for node in nodes for line in node.paragraphs]
    own = [title.text for title in titles.policy] + ([number.value] if number else [])
    metadata, evidence = _assemble(
        title=_together(titles.policy, "、"),
        notice_title=_as_found(titles.notice) if titles.notice else None,
        doc_number=number,
        issuers=[_as_found(issuer) for issuer in issuers],
        issued_on=issued_on,
        effective_from=validity.first,
        effective_to=validity.last,
        supersedes=read_repealed(nodes, own),
        region=read_region(issuers, [*titles.policy, *_some(titles.notice)], lines),
        contacts=read_contacts(nodes),
    )
    doubts = (Doubt("title", doubt), Doubt("effective_to", validity.warning))
    return Reading(metadata, evidence, tuple(one for one in doubts if one.says), is_nameless=bool(doubt))


def _of_explanation(
    nodes: Sequence[Node], front: Sequence[Mapped], titles: Titles, *, is_numbered: bool
) -> tuple[Titles, str]:
    """The titles, those of a text about a policy kept apart from the policy's, and a warning where nothing prints one."""
    if titles.notice is not None:
        return titles, ""
    if title := title_of_explanation(front):
        return Titles((title,), is_explanation=True), ""
    if is_numbered or not titles.policy or not has_headings_of_explanation(nodes):
        return titles, ""
    if any(re.search("解读|说明|图解|问答|解答", title.text) for title in titles.policy):
        return titles, ""
    return (
        Titles(),
        f"疑为《{titles.policy[0].text}》的解读，不是政策原文，暂用文件名作标题，请在 register.yaml 中补充。",
    )


def merge(read: Metadata, entry: RegisterEntry | None) -> tuple[Metadata, list[str]]:
    """The register's values over those read, and a warning for each that contradicts the text."""
    if entry is None:
        return read, []
    warnings = []
    merged: dict[str, Any] = {}
    for field in fields(Metadata):
        ours, theirs = getattr(read, field.name), getattr(entry, field.name)
        if field.name in entry.absent:
            merged[field.name] = field.default
            continue
        if theirs and ours and theirs != ours:
            warnings.append(
                f"登记表的 {field.name} 是“{_show(theirs)}”，原文读出的是“{_show(ours)}”，以登记表为准。"
            )
        merged[field.name] = theirs or ours
    return Metadata(**merged), warnings


def stated(evidence: Iterable[Evidence], entry: RegisterEntry | None) -> tuple[Evidence, ...]:
    """The evidence of the values that do not come from the register."""
    return tuple(one for one in evidence if entry is None or not entry.states(one.field))


def _show(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _ends(nodes: Sequence[Node]) -> list[Mapped]:
    """The last paragraphs, the longest cut to their end."""
    lines: list[Mapped] = []
    for node in reversed(nodes):
        lines += [line.cut(max(0, len(line.text) - _LAST_LINE)) for line in reversed(node.paragraphs)]
        if len(lines) >= _LAST_LINES:
            break
    return lines[:_LAST_LINES]


def _some(title: Mapped | None) -> tuple[Mapped, ...]:
    return () if title is None else (title,)


def _as_found(text: Mapped) -> Found[str]:
    return Found(text.text, (span_of(text, 0, len(text.text)),))


def _together(texts: Sequence[Mapped], separator: str) -> Found[str] | None:
    """Several texts as one value with a span for each, None for none."""
    if not texts:
        return None
    spans = tuple(span_of(text, 0, len(text.text)) for text in texts)
    return Found(separator.join(text.text for text in texts), spans)


def _assemble(
    *, region: Found[Region] | None, **values: Found[str] | Found[date] | Sequence[Found[str]] | None
) -> tuple[Metadata, tuple[Evidence, ...]]:
    """The metadata of what was found, and its evidence in the order of the fields."""
    read: dict[str, Any] = {}
    evidence: list[Evidence] = []
    if region is not None:
        read |= {"region": region.value.name, "level": region.value.level}
        for name in ("region", "level"):
            evidence += [Evidence(name, span) for span in region.spans if read[name]]
    for name, value in values.items():
        several = isinstance(value, Sequence)
        found = value if isinstance(value, Sequence) else [value] if value else []
        if found:
            read[name] = tuple(one.value for one in found) if several else found[0].value
            evidence += [Evidence(name, span) for one in found for span in one.spans]
    order = [field.name for field in fields(Metadata)]
    return Metadata(**read), tuple(sorted(evidence, key=lambda one: (order.index(one.field), one.span)))
