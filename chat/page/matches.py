"""A matching as HTML: the one question on top, then the measures by state with their conditions and clauses."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from chat.answer import Calculation
from chat.matching.types import Judged, Matched, Measure, State
from chat.page.answers import calculation_html
from chat.wording import written
from kb.money import format_yuan

_MOODS = {State.MET: "met", State.OPEN: "open", State.NOT_MET: "broken"}
_MARKS = {State.MET: "✓", State.OPEN: "？", State.NOT_MET: "✗"}
_HEADS = {
    State.MET: "条件都已满足（以主管部门审核为准）",
    State.OPEN: "还要补充情况",
    State.NOT_MET: "按现有条款不能享受",
}


def matched_html(matched: Matched) -> str:
    """The whole result; what is refused is folded."""
    parts = [f'<p class="pk-meta" role="status">{escape(matched.notice)}</p>'] if matched.notice else []
    parts.append(_question_html(matched))
    for state in State:
        if these := matched.of(state):
            head = f"{_HEADS[state]}：{len(these)} 项"
            cards = "".join(map(_measure_html, these))
            parts.append(
                f'<details class="pk-group"{"" if state is State.NOT_MET else " open"}><summary>{head}</summary>'
                f'<ul class="pk-measures">{cards}</ul></details>'
            )
    if not matched.measures:
        parts.append('<p class="pk-meta">知识库里没有可以匹配的措施。</p>')
    if matched.left_out:
        parts.append(
            f'<p class="pk-meta">另有 {matched.left_out} 项措施在 {matched.as_of} 不在有效期内，没有列出。</p>'
        )
    return f'<div class="pk-result pk-matched">{"".join(parts)}</div>'


def _question_html(matched: Matched) -> str:
    if matched.question is None:
        return ""
    return (
        '<p class="pk-next" role="status"><b>最该补充的一点</b>'
        f"{escape(matched.question.text)}<span>关系到 {matched.question.settles} 项措施</span></p>"
    )


def _measure_html(measure: Measure) -> str:
    amount = ""
    if measure.calculation:
        amount = _amount_html(measure.calculation, measure.state)
    lacking = "".join(
        f'<p class="pk-meta">要算出金额：{escape(each.question)}</p>' for each in measure.missing
    )
    note = f'<p class="pk-meta">{escape(measure.note)}</p>' if measure.note else ""
    conditions = "".join(map(_condition_html, measure.shown))
    steps = calculation_html(measure.calculation) if measure.calculation else ""
    return (
        f'<li class="pk-measure"><h4>{_badge(measure.state)}{escape(measure.title)}</h4>{amount}{lacking}{note}'
        f'<ul class="pk-states">{conditions}</ul>{steps}{_units_html(measure)}'
        f"{_cites_html(_sources(measure), unfolded=measure.state is State.MET)}</li>"
    )


def _badge(state: State) -> str:
    """A state as a coloured mark with its name: the colour alone says nothing."""
    return f'<span class="pk-mood pk-{_MOODS[state]}"><i aria-hidden="true">{_MARKS[state]}</i>{state}</span>'


def _condition_html(judged: Judged) -> str:
    said = f"您说的是“{'、'.join(judged.said)}”" if judged.said else ""
    reason = judged.reason if judged.state is State.NOT_MET else ""
    why = "；".join(filter(None, (said, reason)))
    shown = f'<span class="pk-why">{escape(why)}</span>' if why else ""
    return f"<li>{_badge(judged.state)}<span>{escape(judged.requires)}</span>{shown}</li>"


def _amount_html(calculation: Calculation, state: State) -> str:
    before = "" if state is State.MET else "其余条件都满足时，"
    if calculation.amount_yuan is None:
        figure = calculation.steps[-1].value if calculation.steps else ""
        return f'<p class="pk-amount"><span>{before}按条款为</span><b>{escape(figure)}</b></p>'
    word = "最高可得" if calculation.is_ceiling else "可得"
    return (
        f'<p class="pk-amount"><span>{before}{word}</span><b>{format_yuan(calculation.amount_yuan)}</b></p>'
    )


def _units_html(measure: Measure) -> str:
    parts = []
    if measure.lead:
        parts.append(f"牵头单位：{'、'.join(measure.lead)}")
    if measure.participants:
        parts.append(f"{'参与' if measure.lead else '责任'}单位：{'、'.join(measure.participants)}")
    return f'<p class="pk-meta">{escape("；".join(parts))}</p>' if parts else ""


def _sources(measure: Measure) -> list[tuple[str, str]]:
    """The clause that grants it, then those that set its conditions, each quote once."""
    quotes = [(measure.clauses[0], measure.quote)]
    quotes += [(each.clause, each.quote) for each in measure.conditions]
    return list(dict.fromkeys(quotes))


def _cites_html(sources: Iterable[tuple[str, str]], *, unfolded: bool) -> str:
    cards = [
        f'<li><button type="button" class="pk-cite" data-clause="{escape(clause)}" data-quote="{escape(quote)}">'
        f'<span class="pk-where">{escape(written(clause))}</span><span class="pk-open">查看原文</span>'
        f"<q>{escape(quote)}</q></button></li>"
        for clause, quote in sources
    ]
    return (
        f'<details class="pk-cites"{" open" if unfolded else ""}><summary>条款依据（{len(cards)} 处）</summary>'
        f"<ol>{''.join(cards)}</ol></details>"
    )
