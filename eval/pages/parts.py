"""Pieces that the sections of the report share. Every text that is data is escaped by whoever puts it in."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from eval.gates import show_share
from eval.metrics import Mean
from eval.statistics import Interval


def section(title: str, body: str, note: str = "") -> str:
    """A section with its heading."""
    small = f"<small>{escape(note)}</small>" if note else ""
    return f"<section><h2>{escape(title)}{small}</h2>{body}</section>"


def table(heads: Iterable[str], rows: Iterable[str], kind: str) -> str:
    """A table that scrolls by itself where it is too wide; heads are texts, rows HTML."""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(rows)
    return f'<div class="scroll"><table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def row(cells: Iterable[str], kind: str = "") -> str:
    """A row of HTML cells: a text is put into one, what begins with ``<td`` is one."""
    whole = "".join(cell if cell.startswith("<td") else f"<td>{cell}</td>" for cell in cells)
    return f'<tr class="{kind}">{whole}</tr>' if kind else f"<tr>{whole}</tr>"


def share_cell(
    mean: Mean, least: float | None = None, *, count: bool = False, range_: Interval | None = None
) -> str:
    """A share with its interval and number of questions below it, red under its gate."""
    if mean.value is None:
        return '<td class="none">—</td>'
    small = f"<small>{show_range(range_)}</small>" if range_ else ""
    small += f"<small>{mean.count} 题</small>" if count else ""
    low = least is not None and mean.value < least
    return f'<td class="{"low" if low else ""}">{show_share(mean.value)}{small}</td>'


def show_range(found: Interval | None) -> str:
    """An interval of shares.

    >>> show_range(Interval(0.9, 0.8551, 0.95)), show_range(None)
    ('85.5–95%', '')
    """
    if found is None:
        return ""
    return f"{show_share(found.low).removesuffix('%')}–{show_share(found.high)}"


def show_points(value: float, *, sign: bool = True) -> str:
    """A difference of shares in percentage points.

    >>> show_points(0.0123), show_points(-0.5), show_points(0.0)
    ('+1.2', '−50.0', '0.0')
    """
    shown = f"{value * 100:+.1f}" if sign else f"{value * 100:.1f}"
    return "0.0" if float(shown) == 0 else shown.replace("-", "−")


def listed(lines: Iterable[str]) -> str:
    """A list of HTML fragments."""
    shown = "".join(f"<li>{line}</li>" for line in lines)
    return f"<ol>{shown}</ol>" if shown else "（无）"


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """A list of labels and HTML fragments."""
    return f"<dl>{''.join(f'<dt>{label}</dt><dd>{text}</dd>' for label, text in rows)}</dl>"
