"""The result as a table for a person and as JSON for a program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from eval.extraction.scores import FIELDS, FIGURES, GRANTS, Scores

if TYPE_CHECKING:
    from rich.console import Console

_MIN_WIDTH = 110
NAMES = {
    GRANTS: "找到的支持措施",
    FIGURES: "金额、上限、比例全对",
    "kind": "类型",
    "amounts": "金额",
    "caps": "上限",
    "rates": "比例",
    "basis": "基数",
    "stages": "分档名称",
    "bound": "限定",
    "period": "周期",
    "who": "对象与条件",
}


def show(console: Console, scores: Mapping[str, Scores]) -> None:
    """One row a field, three columns a set."""
    from rich.table import Table

    console.width = max(console.width, _MIN_WIDTH)
    table = Table(title="从条款里提取支持措施（标注存疑的不计）")
    table.add_column("", no_wrap=True)
    for name in scores:
        for measure in ("查准", "查全", "F1", "标注数"):
            table.add_column(f"{name}\n{measure}", justify="right", no_wrap=True)
    for field in (GRANTS, FIGURES, *FIELDS):
        row = [NAMES[field]]
        for one in scores.values():
            tally = one.tallies[field]
            row += [_percent(tally.precision), _percent(tally.recall), _percent(tally.f1), str(tally.wanted)]
        table.add_row(*row)
    row = ["没有措施的条款未误报"]
    for one in scores.values():
        row += ["", "", _percent(one.kept_empty / one.empty if one.empty else None), str(one.empty)]
    table.add_row(*row)
    console.print(table)


def as_json(scores: Mapping[str, Scores]) -> dict[str, Any]:
    """Counts and ratios by set and field."""
    return {
        name: {
            "fields": {
                field: {
                    "hits": tally.hits,
                    "found": tally.found,
                    "wanted": tally.wanted,
                    "precision": tally.precision,
                    "recall": tally.recall,
                    "f1": tally.f1,
                }
                for field, tally in one.tallies.items()
            },
            "empty": one.empty,
            "kept_empty": one.kept_empty,
        }
        for name, one in scores.items()
    }


def _percent(value: float | None) -> str:
    """A share as people write it.

    >>> _percent(0.875), _percent(None)
    ('87.5%', '—')
    """
    return "—" if value is None else f"{value:.1%}"
