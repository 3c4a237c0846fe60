"""The calculator as HTML: what a rule rests on, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from chat.answer import Calculation
from chat.page.answers import calculation_html
from chat.page.curve import curve_html
from chat.subsidy.calc_types import Ineligible, Missing, Outcome
from chat.subsidy.caps import Cap
from chat.subsidy.curve import Curve
from chat.wording import written
from kb.money import format_yuan
from kb.rule_check import support_quotes
from kb.rules import Rule


def rule_html(rule: Rule) -> str:
    """What a rule is about: the words of the clauses it rests on."""
    return f'<div class="pk-result">{basis_html([(b.clause, b.quote) for b in rule.bases])}</div>'


def outcome_html(
    rule: Rule, outcome: Outcome, curve: Curve | None = None, full: tuple[Cap, ...] = (), actions: str = ""
) -> str:
    """What the calculator says, with the clauses the rule rests on.

    Args:
        rule: the rule.
        outcome: what the calculator says.
        curve: the amount against its main input, drawn below the steps.
        full: the limits that the amount has reached.
        actions: HTML of what can be done with a result.
    """
    if isinstance(outcome, Missing):
        body = f'<p class="pk-badge pk-needs_input">还需补充信息</p><p>{escape(outcome.question)}</p>'
    elif isinstance(outcome, Ineligible):
        reason = escape(outcome.reason)
        body = f'<p class="pk-badge pk-not_eligible">不符合支持条件</p><p>{reason}</p>'
        return f'<div class="pk-result">{body}{basis_html([(outcome.clause, outcome.quote)])}</div>'
    else:
        drawn = curve_html(curve) if curve else ""
        body = (
            f"{amount_html(outcome, full)}{actions}{calculation_html(outcome)}{drawn}"
            f"{_conditions_html(rule, outcome)}{_used_html(rule, outcome)}"
        )
        return f'<div class="pk-result">{body}</div>'
    return f'<div class="pk-result">{body}{basis_html([(b.clause, b.quote) for b in rule.bases])}</div>'


def amount_html(calculation: Calculation, full: tuple[Cap, ...] = ()) -> str:
    """The result in large figures; a limit that it has reached is said."""
    if calculation.amount_yuan is None:
        figure = calculation.steps[-1].value if calculation.steps else ""
        return f'<p class="pk-amount"><b>{escape(figure)}</b></p>'
    word = "最高可得" if calculation.is_ceiling else "可得"
    said = f"<small>已达{escape(full[0].name)}</small>" if full else ""
    return f'<p class="pk-amount"><span>{word}</span><b>{format_yuan(calculation.amount_yuan)}</b>{said}</p>'


def _conditions_html(rule: Rule, calculation: Calculation) -> str:
    """The conditions that the result takes for granted, each with its words to open."""
    listed = {each.requires: each.sources for each in rule.conditions}
    if not listed:
        return ""
    items = []
    for requires, sources in listed.items():
        source = next((each for each in sources if each.clause in calculation.clauses[:1]), sources[0])
        items.append(
            f'<li><span>{escape(requires)}</span><button type="button" class="pk-open" data-clause="{escape(source.clause)}"'
            f' data-quote="{escape(source.quote)}" aria-label="查看“{escape(requires)}”的原文">原文</button></li>'
        )
    return (
        '<section class="pk-required" aria-label="条件"><h4>条款所列条件（上面的金额按都已满足计）</h4>'
        f"<ul>{''.join(items)}</ul></section>"
    )


def _used_html(rule: Rule, calculation: Calculation) -> str:
    """The words that were used, and folded those of other clauses that state the same support."""
    used, others = used_quotes(rule, calculation)
    folded = (
        f'<details class="pk-same"><summary>其他条款的相同规定（{len(others)} 处）</summary>{basis_html(others, "其他条款")}</details>'
        if others
        else ""
    )
    return basis_html(used) + folded


def used_quotes(rule: Rule, calculation: Calculation) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Clause and words of what a rule gives: those of the clauses a calculation used, and the others."""
    found = support_quotes(rule)
    used = [(clause, quote) for clause, quote in found if clause in calculation.clauses]
    return used, [each for each in found if each not in used]


def basis_html(sources: Iterable[tuple[str, str]], head: str = "条款依据") -> str:
    """Quotes as cards that open the source."""
    cards = "".join(
        f'<li><button type="button" class="pk-cite" data-clause="{escape(clause)}" data-quote="{escape(quote)}">'
        f'<span class="pk-where">{escape(written(clause))}</span><span class="pk-open">查看原文</span><q>{escape(quote)}</q></button></li>'
        for clause, quote in sources
    )
    return f'<section class="pk-cites" aria-label="{head}"><h4>{head}</h4><ol>{cards}</ol></section>'
