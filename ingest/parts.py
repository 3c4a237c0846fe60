"""A document as the bodies it has: the notice with what it issues, and each attachment with numbers of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus import NodeKind
from ingest.kinds import attachment_name, attachment_title, is_title, unnumbered_kind
from ingest.mapped import Mapped
from ingest.numbering import match_marker

_BODY = 200  # paragraphs above a title that show how its body is numbered
_NEAR = 6  # paragraphs; a list of attachments is followed by a signature, an attachment by its text
_FIRST, _HEAD = 12, 700  # paragraphs, and characters of each, in which a notice names what it issues
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
    named = _named_titles(paragraphs)
    for at, paragraph in enumerate(paragraphs):
        name = _starts_part(paragraphs, at, parts[-1].paragraphs, named)
        if name:
            parts.append(Part(_unique(name, parts), []))
        parts[-1].paragraphs.append(paragraph)
    return [part for part in parts if part.paragraphs]


def _named_titles(paragraphs: list[Mapped]) -> frozenset[str]:
    """Titles in 《》 in the first paragraphs: of the texts that a notice issues."""
    return frozenset(re.findall(r"《([^《》]{4,80})》", "".join(p.text[:_HEAD] for p in paragraphs[:_FIRST])))


def _starts_part(paragraphs: list[Mapped], at: int, current: list[Mapped], named: frozenset[str]) -> str:
    """Name of the part that begins at a paragraph, "" where none does."""
    text = paragraphs[at].text
    if not current or len(text) > 100:
        return ""
    name = attachment_name(text)
    if name and not _is_list_of_attachments(paragraphs, at):
        return name
    if not is_title(text) or match_marker(text):
        return ""
    title = text.strip("《》")
    is_second = title in named and match_marker(current[-1].text) is not None  # of two texts issued together
    begins = is_second or _is_signed(current) or _restarts(current, paragraphs[at + 1 : at + 1 + _NEAR])
    return f"《{title}》" if begins else ""


def _restarts(current: list[Mapped], after: list[Mapped]) -> bool:
    """Whether the outermost numbers of a body begin again below a line: 九、, a title, 一、."""
    below = next((marker for p in after if (marker := match_marker(p.text))), None)
    if below is None or below.number != 1:
        return False
    above = [marker for p in current[-_BODY:] if (marker := match_marker(p.text))]
    outermost = min((marker.style for marker in above), default=None)
    return below.style == outermost and any(m.style == outermost and m.number > 1 for m in above)


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
