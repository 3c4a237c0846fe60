"""A document as the bodies it has: the notice with what it issues, and each attachment with numbers of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus import NodeKind
from ingest.kinds import attachment_name, attachment_title, is_title, unnumbered_kind
from ingest.mapped import Mapped
from ingest.numbering import match_marker

_NEAR = 6  # paragraphs; a list of attachments is followed by a signature, an attachment by its text
_SENTENCE = re.compile(r"[。；]")


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs numbered together.

    Attributes:
        name: as printed (附件2), or the 《title》 of a text that follows the signature; "" for the main body.
        paragraphs: what it holds, its label included.
    """

    name: str
    paragraphs: list[Mapped]


def split_parts(paragraphs: list[Mapped]) -> list[Part]:
    """Cut the paragraphs of a document where an attachment or an attached text begins.

    >>> from ingest.clean import clean
    >>> text = "一、通知如下。\\n附件：申报指南\\n省财政厅\\n2025年1月2日\\n附件\\n申报指南\\n一、条件"
    >>> [(part.name, len(part.paragraphs)) for part in split_parts(clean(text))]
    [('', 4), ('附件', 3)]
    """
    parts = [Part("", [])]
    for at, paragraph in enumerate(paragraphs):
        name = _starts_part(paragraphs, at, parts[-1].paragraphs)
        if name:
            parts.append(Part(_unique(name, parts), []))
        parts[-1].paragraphs.append(paragraph)
    return [part for part in parts if part.paragraphs]


def _starts_part(paragraphs: list[Mapped], at: int, current: list[Mapped]) -> str:
    """Name of the part that begins at a paragraph, "" where none does."""
    text = paragraphs[at].text
    if not current or len(text) > 100:
        return ""
    name = attachment_name(text)
    if name and not _is_list_of_attachments(paragraphs, at):
        return name
    if is_title(text) and not match_marker(text) and _is_signed(current):
        return f"《{text.strip('《》')}》"
    return ""


def _is_signed(current: list[Mapped]) -> bool:
    """Whether a body and its signature are complete; issuers printed above a title are no signature."""
    if unnumbered_kind(current[-1].text) is not NodeKind.SIGNATURE:
        return False
    return any(match_marker(p.text) or unnumbered_kind(p.text) is NodeKind.BODY for p in current)


def _is_list_of_attachments(paragraphs: list[Mapped], at: int) -> bool:
    """Whether 附件： announces attachments (附件说明, GB/T 9704-2012 §7.3.4), and does not head one."""
    title = attachment_title(paragraphs[at].text)
    after = [paragraph.text for paragraph in paragraphs[at + 1 : at + 1 + _NEAR]]
    if match_marker(title):
        return True
    if title:
        return any(unnumbered_kind(text) is NodeKind.SIGNATURE for text in after)
    is_item = bool(after) and match_marker(after[0]) is not None and not _SENTENCE.search(after[0])
    return is_item and paragraphs[at].text.endswith(("：", ":"))


def _unique(name: str, parts: list[Part]) -> str:
    times = sum(part.name == name or part.name.startswith(f"{name}·") for part in parts)
    return f"{name}·{times + 1}" if times else name
