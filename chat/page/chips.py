"""The conditions of a search as buttons: each takes its condition away, or brings it back."""

from __future__ import annotations

from html import escape

from kb.finding import Found
from kb.query.conditions import Condition


def all_conditions(found: Found) -> list[Condition]:
    """Those understood of the query, applied and taken away, in the order typed."""
    return sorted((*found.understood.conditions, *found.removed), key=lambda each: each.span)


def conditions_html(found: Found) -> str:
    """The row of buttons, "" where there is no condition: those set beside the query first."""
    conditions = all_conditions(found)
    if not conditions and not found.given:
        return ""
    removed = {condition.key for condition in found.removed}
    chips = [_chip(each, "filter", False) for each in found.given]
    chips += [_chip(each, "condition", each.key in removed) for each in conditions]
    items = "".join(f"<li>{chip}</li>" for chip in chips)
    if len(found.given) + len(found.understood.conditions) > 1:
        items += '<li><button type="button" class="pk-clear-all" data-clear>全部清除</button></li>'
    name = "条件" if found.given else "识别出的条件"
    return (
        f'<div class="pk-understood"><span class="pk-meta" id="pk-understood">{name}</span>'
        f'<ul class="pk-conditions" aria-labelledby="pk-understood">{items}</ul></div>'
    )


def _chip(condition: Condition, sort: str, taken: bool) -> str:
    label = escape(condition.label)
    verb, sign = ("恢复", "恢复") if taken else ("去掉", "×")
    return (
        f'<button type="button" class="pk-chip pk-condition{" pk-taken" if taken else ""}"'
        f' data-{sort}="{escape(condition.key)}" aria-label="{verb}条件 {label}" title="{verb}这个条件">'
        f'<span>{label}</span><span class="pk-sign" aria-hidden="true">{sign}</span></button>'
    )
