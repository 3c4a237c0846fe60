"""What a search found as a table to take away, and what became of the clauses of a document in another version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from chat.comparing.edits import Edit
from chat.comparing.versions import Row, Versions
from chat.export.sheets import Cell, Table
from chat.page.compare_versions import counts, notes, places
from chat.relevance import level, shown_scores
from chat.wording import short_label, standing_text
from kb.finding import Found
from kb.hits import Hit
from kb.lifecycle import DocumentRecord

_HITS = (
    ("文件", 34),
    ("文号", 22),
    ("条款", 16),
    ("原文", 80),
    ("牵头单位", 20),
    ("参与单位", 24),
    ("印发日期", 12),
    ("效力状态", 14),
    ("相关度", 10),
    ("链接", 30),
)
_ROWS = (
    ("变化", 8),
    ("原条款", 16),
    ("现条款", 16),
    ("说明", 20),
    ("原文", 60),
    ("现文", 60),
    ("改动对照", 70),
)


def hits_table(
    found: Found,
    query: str,
    records: Mapping[str, DocumentRecord],
    day: date,
    address: Callable[[str], str],
) -> Table:
    """A row for each hit, best first.

    Args:
        found: hits with what was understood.
        query: as typed.
        records: documents by id.
        day: the day of the search, on which the standing of documents is told.
        address: gives the address of a clause by its id.
    """
    scored = shown_scores(found)
    conditions = "；".join(each.label for each in (*found.given, *found.understood.conditions)) or "无"
    above = (
        f"检索内容：{query.strip() or '（无）'}",
        f"条件：{conditions}",
        f"检索日期：{day.isoformat()}；共 {len(found.hits)} 条；效力状态按这一天。",
    )
    rows = tuple(
        (
            *_cells(hit, records.get(hit.document_id), day),
            f"{level(hit)} {hit.score:.2f}" if hit.clause.id in scored else "",
            address(hit.clause.id),
        )
        for hit in found.hits
    )
    return Table("检索结果", above, _HITS, rows, tuple(row[-1] for row in rows))


def _cells(hit: Hit, record: DocumentRecord | None, day: date) -> tuple[str, ...]:
    clause = hit.clause
    issued = record.issued_on.isoformat() if record and record.issued_on else ""
    return (
        record.title if record else hit.document_name,
        record.doc_number if record else "",
        short_label(clause, hit.document_id),
        clause.text,
        "、".join(clause.lead),
        "、".join(clause.participants),
        issued,
        standing_text(record, day) if record else "",
    )


def versions_table(versions: Versions, day: date) -> Table:
    """A row for each clause of both versions.

    Args:
        versions: compared.
        day: the day they were.
    """
    told = "；".join(f"{name} {count}" for name, count in counts(versions))
    above = (
        f"旧版：{versions.old.name}",
        f"新版：{versions.new.name}",
        f"{told}；对比日期：{day.isoformat()}；改动对照中，绿色下划线为增加，红色删除线为删去。",
    )
    return Table("版本对比", above, _ROWS, tuple(_row(versions, row) for row in versions.rows))


def _row(versions: Versions, row: Row) -> tuple[Cell, ...]:
    change = "、".join(filter(None, (row.change.value, "移动" if row.moved else "")))
    old = "\n".join(clause.text for clause in row.old)
    new = "\n".join(clause.text for clause in row.new)
    changed = row.pieces if any(piece.edit is not Edit.KEPT for piece in row.pieces) else ""
    return (
        change,
        places(row.old, versions.old),
        places(row.new, versions.new),
        "；".join(notes(versions, row)),
        old,
        new,
        changed,
    )
