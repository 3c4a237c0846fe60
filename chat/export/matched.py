"""A matching to take away: in Word to read, in Excel to sort."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from chat.export.docx import Paper
from chat.export.sheets import Table
from chat.matching.profile import KINDS
from chat.matching.types import Matched, Measure, State
from chat.page.matches import HEADS, amount_text, units_text
from chat.wording import written

_MOST_IN_FULL = 60
"""Measures told in full in Word; of the rest only the titles."""
NOTE = "条件逐条对照政策原文；没有说到的一律算待补充。能否享受以主管部门审核为准。"


def matched_docx(matched: Matched, address: Callable[[str], str]) -> bytes:
    """The measures by state with their conditions, amounts and clauses; those not to be had in short.

    Args:
        matched: the result.
        address: gives a clause's address.
    """
    paper = Paper("政策匹配结果")
    paper.heading("政策匹配结果", 0)
    paper.paragraph(f"匹配日期：{matched.as_of.isoformat()}", small=True, centred=True)
    paper.table(("情况", "内容"), _told(matched), (4, 12))
    counted = "，".join(f"{state} {len(matched.of(state))} 项" for state in State)
    paper.paragraph(f"共对照 {len(matched.measures)} 项措施：{counted}。{NOTE}")
    if matched.question:
        paper.paragraph(f"最该补充的一点：{matched.question.text}", bold=True)
    for state in State:
        these = matched.of(state)
        if not these:
            continue
        paper.heading(f"{HEADS[state]}：{len(these)} 项", 1)
        whole = these[:_MOST_IN_FULL] if state is not State.NOT_MET else ()
        for measure in whole:
            _measure(paper, measure, address)
        rest = [f"{each.title}（{each.document}）{_why(each)}" for each in these[len(whole) :]]
        paper.bullets(rest)
    return paper.to_bytes()


def matched_table(matched: Matched, address: Callable[[str], str]) -> Table:
    """One row a measure; the last column leads to its clause."""
    rows = tuple(
        (
            str(each.state),
            each.title,
            each.document,
            _amount(each),
            _listed(each, State.MET),
            _listed(each, State.OPEN),
            _listed(each, State.NOT_MET),
            units_text(each),
            each.quote,
            written(each.clauses[0]),
        )
        for each in matched.measures
    )
    told = "，".join(f"{name}：{value}" for name, value in _told(matched))
    columns = (
        *(("状态", 9), ("措施", 30), ("文件", 30), ("金额", 24), ("满足的条件", 30), ("待补充的条件", 30)),
        *(("不满足的条件", 30), ("单位", 28), ("条款原文", 50), ("条款", 28)),
    )
    notes = (f"政策匹配 {matched.as_of.isoformat()}；{told}", NOTE)
    return Table(
        "政策匹配", notes, columns, rows, tuple(address(each.clauses[0]) for each in matched.measures)
    )


def _told(matched: Matched) -> list[tuple[str, str]]:
    labels = {kind.name: kind.label for kind in KINDS}
    told = [(labels.get(fact.name, fact.name), fact.value) for fact in matched.profile.facts]
    return [*told, *(("其他情况", words) for words in matched.profile.words)]


def _measure(paper: Paper, measure: Measure, address: Callable[[str], str]) -> None:
    paper.heading(measure.title, 2)
    units = units_text(measure)
    paper.paragraph(f"{measure.document}{f'；{units}' if units else ''}", small=True)
    if amount := _amount(measure):
        paper.paragraph(amount, bold=True)
    if measure.shown:
        paper.table(("条件", "状态"), [(each.requires, str(each.state)) for each in measure.shown], (13, 3))
    if measure.calculation:
        steps = [(step.text, step.value) for step in measure.calculation.steps]
        paper.table(("测算步骤", "结果"), steps, (12, 4))
        paper.bullets(measure.calculation.assumptions)
    paper.quote(measure.quote, written(measure.clauses[0]), address(measure.clauses[0]))


def _amount(measure: Measure) -> str:
    return "".join(amount_text(measure.calculation, measure.state)) if measure.calculation else ""


def _why(measure: Measure) -> str:
    reasons = [each.reason or f"要求{each.requires}" for each in measure.broken[:1]]
    return f"：{reasons[0]}" if reasons else ""


def _listed(measure: Measure, state: State) -> str:
    return "；".join(each.requires for each in measure.shown if each.state is state)


def file_name(what: str, day: date, ending: str) -> str:
    """The name of a download: 政策匹配-2026-01-02.xlsx."""
    return f"{what}-{day.isoformat()}.{ending}"
