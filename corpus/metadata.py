"""What a document says of itself, one list of fields for what is read from a text and what a register states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Facts about a document; each field means what it means in ``PolicyDocument``, and is empty where unknown."""

    title: str = ""
    notice_title: str = ""
    doc_number: str = ""
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    supersedes: tuple[str, ...] = ()
    region: str = ""
    level: str = ""
    contacts: tuple[str, ...] = ()
