"""The calculator as HTML: what a rule rests on, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from chat.answer import Calculation
from chat.page.answers import calculation_html
from chat.subsidy.calc_types import Ineligible, Missing, Outcome
from chat.wording import written
from kb.money import format_yuan
from kb.rule_check import support_quotes
from kb.rules import Rule


def rule_html(rule: Rule) -> str:
    """What a rule is about: the words of the clauses it rests on."""
    return f'<div class="pk-result">{_basis_html([(b.clause, b.quote) for b in rule.bases])}</div>'


def outcome_html(rule: Rule, outcome: Outcome) -> str:
    """What the calculator says, with the clauses the rule rests on."""
    if isinstance(outcome, Missing):
        body = f'<p class="pk-badge pk-needs_input">还需补充信息</p><p>{escape(outcome.question)}</p>'
    elif isinstance(outcome, Ineligible):
        reason = escape(outcome.reason)
        body = f'<p class="pk-badge pk-not_eligible">不符合支持条件</p><p>{reason}</p>'
        return f'<div class="pk-result">{body}{_basis_html([(outcome.clause, outcome.quote)])}</div>'
    else:
        body = f"{_amount_html(outcome)}{calculation_html(outcome)}"
        return f'<div class="pk-result">{body}{_basis_html(support_quotes(rule))}</div>'
    return f'<div class="pk-result">{body}{_basis_html([(b.clause, b.quote) for b in rule.bases])}</div>'


def _amount_html(calculation: Calculation) -> str:
    if calculation.amount_yuan is None:
        figure = calculation.steps[-1].value if calculation.steps else ""
        return f'<p class="pk-amount"><b>{escape(figure)}</b></p>'
    word = "最高可得" if calculation.is_ceiling else "可得"
    return f'<p class="pk-amount"><span>{word}</span><b>{format_yuan(calculation.amount_yuan)}</b></p>'


def _basis_html(sources: Iterable[tuple[str, str]]) -> str:
    cards = "".join(
        f'<li><button type="button" class="pk-cite" data-clause="{escape(clause)}" data-quote="{escape(quote)}">'
        f'<span class="pk-where">{escape(written(clause))}</span><span class="pk-open">查看原文</span><q>{escape(quote)}</q></button></li>'
        for clause, quote in sources
    )
    return f'<section class="pk-cites" aria-label="条款依据"><h4>条款依据</h4><ol>{cards}</ol></section>'
