"""Two versions of a document as HTML: how much changed, then clause by clause with the words put in and struck out."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from chat.comparing.edits import Edit, Piece
from chat.comparing.versions import Change, Row, Versions
from chat.wording import short_label
from corpus import Clause, PolicyDocument

_SAID = {Edit.ADDED: ("ins", "增"), Edit.REMOVED: ("del", "删")}
_SAME = "两个版本的条款文字没有差别。"
_OTHER = "两份文件相同的内容很少，可能不是同一政策的两个版本；要看它们对同一事项的规定，可用“对照”。"
_CLASSES = {
    Change.KEPT: "kept",
    Change.CHANGED: "changed",
    Change.ADDED: "added",
    Change.REMOVED: "removed",
    Change.SPLIT: "changed",
    Change.MERGED: "changed",
}


def compared_html(versions: Versions) -> str:
    """Counts on top, then the rows; those that say the same are shown on demand."""
    rows = "".join(_row_html(versions, row) for row in versions.rows)
    said = _SAME if all(row.is_kept for row in versions.rows) else "" if versions.are_alike else _OTHER
    nothing = f'<p class="pk-warning" role="status">{said}</p>' if said else ""
    return f'{_counts_html(versions)}{_bar_html(versions)}{nothing}<ol class="pk-version-rows" data-only="true">{rows}</ol>'


def counts(versions: Versions) -> list[tuple[str, int]]:
    """What became of how many clauses, in words."""
    told = [(change.value, versions.count(change)) for change in Change]
    return [*told, ("移动", versions.moved), ("改号", versions.renumbered)]


def places(clauses: Iterable[Clause], document: PolicyDocument) -> str:
    """Where clauses stand, as a person writes it."""
    return "、".join(short_label(clause, document.id) for clause in clauses)


def notes(versions: Versions, row: Row) -> list[str]:
    """What became of a row's number and place, in words."""
    if not row.old or not row.new:
        return []
    was = places(row.old, versions.old)
    told = [f"由原{was}移动而来"] if row.moved else []
    if row.renumbered and not row.moved:
        told.append(f"原{was}")
    return told


def _counts_html(versions: Versions) -> str:
    items = "".join(
        f'<li class="pk-count-{count > 0}"><b>{count}</b><span>{name}</span></li>'
        for name, count in counts(versions)
    )
    return f'<div role="status"><ul class="pk-version-counts" aria-label="变化统计">{items}</ul></div>'


def _bar_html(versions: Versions) -> str:
    link = escape(urlencode({"old": versions.old.id, "new": versions.new.id}))
    return (
        '<div class="pk-found-bar"><label class="pk-tick"><input type="checkbox" data-only-changes checked>只看有变化的条款</label>'
        '<span class="pk-meta pk-compare-legend"><ins>增加的字词</ins>　<del>删去的字词</del></span>'
        f'<a class="pk-take-away" href="export/versions.xlsx?{link}" download>导出 Excel</a></div>'
    )


def _row_html(versions: Versions, row: Row) -> str:
    here = row.new or row.old
    document = versions.new if row.new else versions.old
    tags = "".join(f'<span class="pk-meta">{escape(note)}</span>' for note in notes(versions, row))
    kept = " pk-same-row" if row.is_kept else ""
    badges = f'<span class="pk-change-badge">{row.change.value}</span>'
    badges += '<span class="pk-change-badge">移动</span>' if row.moved else ""
    first = here[0]
    where = f'data-clause="{escape(first.id)}" data-start="{first.span.start}" data-end="{first.span.end}"'
    place = f'<button type="button" class="pk-where pk-at-clause" {where}>{escape(places(here, document))}</button>'
    return (
        f'<li class="pk-version-row pk-version-row-{_CLASSES[row.change]}{kept}"><div class="pk-hit-head">{badges}{place}{tags}</div>'
        f'<div class="pk-clause-text">{pieces_html(row.pieces)}</div></li>'
    )


def pieces_html(pieces: Iterable[Piece]) -> str:
    """Words with ``<ins>`` and ``<del>`` around those put in and struck out, each told to a screen reader."""
    html = ""
    for piece in pieces:
        text = escape(piece.text).replace("\n", "<br>")
        if piece.edit is Edit.KEPT:
            html += text
        else:
            tag, said = _SAID[piece.edit]
            html += f'<{tag}><span class="pk-sr">〔{said}：</span>{text}<span class="pk-sr">〕</span></{tag}>'
    return html
