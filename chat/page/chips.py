"""The conditions of a search as buttons: each takes its condition away, or brings it back."""

from __future__ import annotations

from html import escape

from kb.finding import Found
from kb.query.conditions import Condition


def all_conditions(found: Found) -> list[Condition]:
    """Those applied and those taken away, in the order typed."""
    return sorted((*found.understood.conditions, *found.removed), key=lambda each: each.span)


def conditions_html(found: Found) -> str:
    """The row of buttons, "" where nothing was understood."""
    conditions = all_conditions(found)
    if not conditions:
        return ""
    removed = {condition.key for condition in found.removed}
    chips = "".join(f"<li>{_chip(each, each.key in removed)}</li>" for each in conditions)
    return (
        '<div class="pk-understood"><span class="pk-meta" id="pk-understood">识别出的条件</span>'
        f'<ul class="pk-conditions" aria-labelledby="pk-understood">{chips}</ul></div>'
    )


def _chip(condition: Condition, taken: bool) -> str:
    label = escape(condition.label)
    verb, sign = ("恢复", "恢复") if taken else ("去掉", "×")
    return (
        f'<button type="button" class="pk-chip pk-condition{" pk-taken" if taken else ""}"'
        f' data-condition="{escape(condition.key)}" aria-label="{verb}条件 {label}" title="{verb}这个条件">'
        f'<span>{label}</span><span class="pk-sign" aria-hidden="true">{sign}</span></button>'
    )
