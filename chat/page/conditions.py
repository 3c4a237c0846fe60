"""The conditions behind an answer as HTML: each 满足, 不满足 or 待补充, with the words that decided it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from chat.judged import Table, explained
from chat.matching.types import Judged, State
from chat.wording import written

_MOODS = {State.MET: "met", State.OPEN: "open", State.NOT_MET: "broken"}
_MARKS = {State.MET: "✓", State.OPEN: "？", State.NOT_MET: "✗"}


def conditions_html(tables: Sequence[Table]) -> str:
    """One table unfolded; several, of the measures of a matching, folded each with its count. "" where there is none."""
    if not tables:
        return ""
    if len(tables) == 1:
        body = _table_html(tables[0].rows)
    else:
        body = "".join(
            f'<details class="pk-folded"><summary>{_mood(each.state) if each.state else ""}{escape(each.title)}'
            f'<span class="pk-meta">{_counted(each.rows)}</span></summary>{_table_html(each.rows)}</details>'
            for each in tables
        )
    return f'<section class="pk-conds" aria-label="条件对照"><h4>条件对照</h4>{body}</section>'


def _table_html(rows: Sequence[Judged]) -> str:
    body = "".join(f"<tr><td>{_requirement(row)}</td><td>{_mood(row.state)}</td></tr>" for row in rows)
    return (
        '<table><thead><tr><th scope="col">条件</th><th scope="col">情况</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _requirement(row: Judged) -> str:
    why = explained(row)
    shown = f'<span class="pk-why">{escape(why)}</span>' if why else ""
    return (
        f'<button type="button" class="pk-requires" data-clause="{escape(row.clause)}" data-quote="{escape(row.quote)}"'
        f' title="查看依据：{escape(written(row.clause))}">{escape(row.requires)}</button>{shown}'
    )


def _mood(state: State) -> str:
    return f'<span class="pk-mood pk-{_MOODS[state]}"><i aria-hidden="true">{_MARKS[state]}</i>{state}</span>'


def _counted(rows: Sequence[Judged]) -> str:
    counts = {state: sum(row.state is state for row in rows) for state in State}
    return "，".join(f"{state} {number} 项" for state, number in counts.items() if number)
