"""A matching as HTML: the one question on top, then the measures by state, the first of each, with conditions and clauses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from chat.answer import Calculation
from chat.matching.types import Judged, Matched, Measure, Question, State
from chat.page.answers import calculation_html
from chat.wording import written
from kb.money import format_yuan

PAGE = 20
"""How many measures of a state are shown at first, and how many more at a time."""

HEADS = {
    State.MET: "条件都已满足（以主管部门审核为准）",
    State.OPEN: "还要补充情况",
    State.NOT_MET: "按现有条款不能享受",
}
_MOODS = {State.MET: "met", State.OPEN: "open", State.NOT_MET: "broken"}
_MARKS = {State.MET: "✓", State.OPEN: "？", State.NOT_MET: "✗"}


def matched_html(
    matched: Matched,
    words: str = "",
    *,
    shown: Mapping[str, int] | None = None,
    carried: Mapping[str, Mapping[str, str]] | None = None,
    field: str = "",
    told: Sequence[tuple[str, str]] = (),
) -> str:
    """The whole result; what is refused is folded, and of each state only so many are shown.

    Args:
        matched: the result.
        words: only measures that have all these words somewhere.
        shown: how many of each state, by its name (met, open, broken); `PAGE` where it is not said.
        carried: for each rule that the calculator takes, what is known for its form.
        field: name of the field that the question is about; "" where it has none.
        told: the facts as they were given, for the downloads.
    """
    parts = [f'<p class="pk-meta" role="status">{escape(matched.notice)}</p>'] if matched.notice else []
    parts.append(_question_html(matched.question, field))
    found = {state: fitting(matched.of(state), words) for state in State}
    parts.append(_counts_html(matched, found, told))
    for state, these in found.items():
        if these:
            parts.append(_group_html(state, these, (shown or {}).get(_MOODS[state], PAGE), carried or {}))
    if not matched.measures:
        parts.append('<p class="pk-meta">知识库里没有可以匹配的措施。</p>')
    elif words.strip() and not any(found.values()):
        parts.append('<p class="pk-meta">没有含这些词的措施，请换个词，或清空筛选。</p>')
    if matched.left_out:
        parts.append(
            f'<p class="pk-meta">另有 {matched.left_out} 项措施在 {matched.as_of} 不在有效期内，没有列出。</p>'
        )
    return f'<div class="pk-result pk-matched">{"".join(parts)}</div>'


def fitting(measures: Sequence[Measure], words: str) -> list[Measure]:
    """The measures whose title, document, quote or conditions have all the words."""
    wanted = words.lower().split()
    return (
        [each for each in measures if all(word in _text(each) for word in wanted)] if wanted else [*measures]
    )


def _text(measure: Measure) -> str:
    said = [measure.title, measure.document, measure.quote, *measure.lead, *measure.participants]
    return " ".join((*said, *(each.requires for each in measure.conditions))).lower()


def _counts_html(
    matched: Matched, found: Mapping[State, Sequence[Measure]], told: Sequence[tuple[str, str]]
) -> str:
    """How many of each state, to jump to, and the ways to take the result away."""
    if not matched.measures:
        return ""
    jumps = "".join(
        f'<li><button type="button" class="pk-second" data-jump="{_MOODS[state]}"{"" if these else " disabled"}>'
        f"{_badge(state)}{len(these)} 项</button></li>"
        for state, these in found.items()
    )
    query = escape(urlencode(told))
    exports = "".join(
        f'<a class="pk-second" href="export/match.{kind}?{query}" download>{name}</a>'
        for kind, name in (("docx", "Word"), ("xlsx", "Excel"))
    )
    return (
        f'<nav class="pk-tally" aria-label="匹配结果"><ul>{jumps}</ul>'
        f'<span class="pk-downloads"><span>下载</span>{exports}</span></nav>'
    )


def _question_html(question: Question | None, field: str) -> str:
    if question is None:
        return ""
    settles = f"<span>关系到 {question.settles} 项措施</span>"
    if field:
        act = f'<button type="button" class="pk-second" data-focus="{escape(field)}">去填写</button>'
    else:
        name = question.about[0] if question.about else "note"
        act = (
            f'<input type="text" data-fact="{escape(name)}" maxlength="200" placeholder="在这里回答，按回车"'
            f' aria-label="{escape(question.text)}">'
        )
    return f'<p class="pk-next" role="status"><b>最该补充的一点</b>{escape(question.text)}{settles}{act}</p>'


def _group_html(
    state: State, these: Sequence[Measure], shown: int, carried: Mapping[str, Mapping[str, str]]
) -> str:
    mood = _MOODS[state]
    cards = "".join(_measure_html(each, carried.get(each.rule)) for each in these[:shown])
    more = len(these) - shown
    button = (
        f'<button type="button" class="pk-second pk-further" data-more="{mood}">再显示 {min(more, PAGE)} 项（还有 {more} 项）</button>'
        if more > 0
        else ""
    )
    return (
        f'<details class="pk-group" data-group="{mood}"{"" if state is State.NOT_MET else " open"}>'
        f'<summary>{HEADS[state]}：{len(these)} 项</summary><ul class="pk-measures">{cards}</ul>{button}</details>'
    )


def _measure_html(measure: Measure, values: Mapping[str, str] | None) -> str:
    """One measure: what it gives and what is lacking at once, its conditions and clauses unfolded where all are met."""
    amount = ""
    if measure.calculation:
        amount = _amount_html(measure.calculation, measure.state)
    lacking = "".join(
        f'<p class="pk-meta">要算出金额：{escape(each.question)}</p>' for each in measure.missing
    )
    note = f'<p class="pk-meta">{escape(measure.note)}</p>' if measure.note else ""
    conditions = "".join(map(_condition_html, measure.shown))
    steps = calculation_html(measure.calculation) if measure.calculation else ""
    broken = "".join(
        f'<p class="pk-why">{escape(each.reason or each.requires)}</p>' for each in measure.broken[:2]
    )
    met = measure.state is State.MET
    return (
        f'<li class="pk-measure"><h4>{_badge(measure.state)}{escape(measure.title)}</h4>'
        f'<p class="pk-meta">{escape(measure.document)}</p>{amount}{lacking}{note}{broken}'
        f'<details class="pk-detail"{" open" if met else ""}><summary>{_summed_up(measure)}</summary>'
        f'<ul class="pk-states">{conditions}</ul>{steps}{_units_html(measure)}{_cites_html(_sources(measure))}</details>'
        f"{_calculate_html(measure, values)}</li>"
    )


def _summed_up(measure: Measure) -> str:
    """How many conditions there are and how they stand."""
    counted = [
        f"{state} {number}"
        for state in State
        if (number := sum(each.state is state for each in measure.shown))
    ]
    return f"条件与依据（{'，'.join(counted)}）" if counted else "条款依据"


def _calculate_html(measure: Measure, values: Mapping[str, str] | None) -> str:
    if values is None:
        return ""
    told = escape(json.dumps(dict(values), ensure_ascii=False))
    return (
        f'<div class="pk-do"><button type="button" class="pk-second" data-calculate="{escape(measure.rule)}" data-values="{told}"'
        f' aria-label="到补贴测算里计算{escape(measure.title)}">去测算</button></div>'
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


def amount_text(calculation: Calculation, state: State) -> tuple[str, str]:
    """The words before an amount, and the amount."""
    before = "" if state is State.MET else "其余条件都满足时，"
    if calculation.amount_yuan is None:
        return f"{before}按条款为", calculation.steps[-1].value if calculation.steps else ""
    word = "最高可得" if calculation.is_ceiling else "可得"
    return before + word, format_yuan(calculation.amount_yuan)


def _amount_html(calculation: Calculation, state: State) -> str:
    before, amount = amount_text(calculation, state)
    return f'<p class="pk-amount"><span>{before}</span><b>{escape(amount)}</b></p>'


def units_text(measure: Measure) -> str:
    """The units in charge, and those that take part."""
    parts = []
    if measure.lead:
        parts.append(f"牵头单位：{'、'.join(measure.lead)}")
    if measure.participants:
        parts.append(f"{'参与' if measure.lead else '责任'}单位：{'、'.join(measure.participants)}")
    return "；".join(parts)


def _units_html(measure: Measure) -> str:
    text = units_text(measure)
    return f'<p class="pk-meta">{escape(text)}</p>' if text else ""


def _sources(measure: Measure) -> list[tuple[str, str]]:
    """The clause that grants it, then those that set its conditions, each quote once."""
    quotes = [(measure.clauses[0], measure.quote)]
    quotes += [(each.clause, each.quote) for each in measure.conditions]
    return list(dict.fromkeys(quotes))


def _cites_html(sources: Iterable[tuple[str, str]]) -> str:
    cards = [
        f'<li><button type="button" class="pk-cite" data-clause="{escape(clause)}" data-quote="{escape(quote)}">'
        f'<span class="pk-where">{escape(written(clause))}</span><span class="pk-open">查看原文</span>'
        f"<q>{escape(quote)}</q></button></li>"
        for clause, quote in sources
    ]
    return f'<section class="pk-cites" aria-label="条款依据"><h4>条款依据（{len(cards)} 处）</h4><ol>{"".join(cards)}</ol></section>'
