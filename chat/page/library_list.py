"""The documents of the 知识库 tab: chosen by a few words and their standing, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kb.lifecycle import DocumentRecord, Standing
from kb.names import squash

PAGE = 20  # documents
SORTS: dict[str, tuple[str, Callable[[DocumentRecord], Any], bool]] = {
    "issued": ("印发日期，新的在前", lambda r: (r.issued_on or date.min, r.id), True),
    "added": ("入库时间，新的在前", lambda r: (r.added_at, r.id), True),
    "title": ("标题", lambda r: (r.title, r.id), False),
    "number": ("文号", lambda r: (not r.doc_number, r.doc_number, r.id), False),
    "clauses": ("条款数，多的在前", lambda r: (r.clause_count, r.id), True),
    "warnings": ("提示数，多的在前", lambda r: (len(r.warnings), r.id), True),
}
"""Orders by name: what they are called, by what, and whether the greatest comes first."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list.

    Attributes:
        records: those of the page.
        total: how many fit.
        page: which page, from 1.
        pages: of how many, at least 1.
    """

    records: tuple[DocumentRecord, ...]
    total: int
    page: int = 1
    pages: int = 1


def listed(
    records: Iterable[DocumentRecord],
    day: date,
    *,
    words: str = "",
    standing: str = "",
    sort: str = "",
    page: int = 1,
) -> Listed:
    """The documents that say all of the words somewhere in title, 文号, issuers, region or file name.

    Args:
        records: all documents.
        day: on which they stand where they stand.
        words: separated by blanks.
        standing: a value of `Standing`, "" for any.
        sort: one of `SORTS`, the first where it is none.
        page: from 1; the last where there are not so many.
    """
    wanted = [squash(word) for word in words.split()]
    fitting = [
        record
        for record in records
        if (not standing or record.standing(day) == standing)
        and all(word in _said(record) for word in wanted)
    ]
    _, key, last_first = SORTS.get(sort, SORTS["issued"])
    fitting.sort(key=key, reverse=last_first)
    number, pages = paged(len(fitting), page)
    return Listed(tuple(fitting[(number - 1) * PAGE : number * PAGE]), len(fitting), number, pages)


def paged(total: int, page: int, size: int = PAGE) -> tuple[int, int]:
    """Which page is shown, and of how many.

    >>> paged(41, 9), paged(0, 1), paged(40, -1)
    ((3, 3), (1, 1), (1, 2))
    """
    pages = max(1, -(-total // size))
    return min(max(1, page), pages), pages


def standings() -> Sequence[str]:
    """All there are, as they are shown."""
    return [standing.value for standing in Standing]


def _said(record: DocumentRecord) -> str:
    parts = (record.title, record.notice_title, record.id, *record.issuers, record.region, record.source_name)
    return squash("\n".join(parts))
