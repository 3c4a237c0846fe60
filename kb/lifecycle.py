"""When a document holds: from its first day until it expires or another document repeals it.

That a document is repealed is never stored: it follows from the documents there are, so that removing the one that
repeals it brings it back, and nothing can go stale.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

_MARKS = re.compile(r"[\s《》〈〉<>“”\"]")
_BRACKETS = str.maketrans("〔〕[]【】", "()()()")


class Standing(StrEnum):
    """Where a document stands on a day, as it is shown."""

    IN_FORCE = "现行"
    PENDING = "尚未施行"
    EXPIRED = "已失效"
    REPEALED = "已废止"


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document without its text, for lists and filters.

    Attributes:
        content_hash: names its version.
        warnings: what was doubtful when it was read.
        supersedes: 文号, or titles, of the documents it repeals.
        repealed_by: id of the document that repeals it, "" if none does.
        repealed_on: first day on which it is repealed; None with ``repealed_by`` where that document gives no day.
    """

    id: str
    content_hash: str
    title: str
    notice_title: str
    doc_number: str
    issuers: tuple[str, ...]
    region: str
    level: str
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    supersedes: tuple[str, ...]
    source_name: str
    added_at: datetime
    clause_count: int
    warnings: tuple[str, ...] = ()
    repealed_by: str = ""
    repealed_on: date | None = None

    @property
    def name(self) -> str:
        """Short name for citations, as ``PolicyDocument.name``."""
        return f"《{self.title}》（{self.doc_number}）" if self.doc_number else f"《{self.title}》"

    @property
    def first_day(self) -> date | None:
        """The first day in force; where none is given, the day of issue."""
        return self.effective_from or self.issued_on

    def standing(self, day: date) -> Standing:
        """Where it stands on a day; one repealed on an unknown day is taken as repealed on every day."""
        if self.repealed_by and (self.repealed_on is None or self.repealed_on <= day):
            return Standing.REPEALED
        if self.effective_to is not None and self.effective_to < day:
            return Standing.EXPIRED
        if self.first_day is not None and day < self.first_day:
            return Standing.PENDING
        return Standing.IN_FORCE

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.standing(day) is Standing.IN_FORCE

    @property
    def repeal(self) -> str:
        """``于2024年1月1日废止（由甲字〔2024〕1号废止）``, "" if nothing repeals it."""
        if not self.repealed_by:
            return ""
        on = self.repealed_on
        day = f"于{on.year}年{on.month}月{on.day}日" if on else ""
        return f"{day}废止（由{self.repealed_by}废止）"


def with_repeals(records: Iterable[DocumentRecord]) -> list[DocumentRecord]:
    """The records, each with the document that repeals it first, if any does.

    A document repeals what its ``supersedes`` names by 文号, or by the exact title where the regions do not differ,
    from its own first day on. What was issued on the same day or later is never meant.
    """
    every = list(records)
    named: dict[str, list[DocumentRecord]] = {}
    for record in every:
        for name in record.supersedes:
            named.setdefault(plain_name(name), []).append(record)
    return [_repealed(record, named) if named else record for record in every]


def _repealed(record: DocumentRecord, named: dict[str, list[DocumentRecord]]) -> DocumentRecord:
    by_number = named.get(plain_name(record.doc_number), []) if record.doc_number else []
    titles = {plain_name(title) for title in (record.title, record.notice_title) if title}
    by_title = [
        each
        for title in titles
        for each in named.get(title, [])
        if not each.region or not record.region or each.region == record.region
    ]
    found = [each for each in (*by_number, *by_title) if each.id != record.id and _is_later(each, record)]
    if not found:
        return record
    first = min(found, key=lambda each: (each.first_day or date.min, each.id))
    return replace(record, repealed_by=first.id, repealed_on=first.first_day)


def _is_later(newer: DocumentRecord, older: DocumentRecord) -> bool:
    new, old = newer.issued_on or newer.effective_from, older.issued_on or older.effective_from
    return new is None or old is None or old < new


def plain_name(name: str) -> str:
    """A 文号 or title without blanks, quotation marks, width and kinds of brackets.

    >>> plain_name("甲政发 [2019] ５号") == plain_name("甲政发〔2019〕5号")
    True
    >>> plain_name("《办法（试行）》") == plain_name("办法(试行)"), plain_name("办法") == plain_name("办法（试行）")
    (True, False)
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", name).translate(_BRACKETS).lower())
