"""A matching as plain text for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from chat.command.plain import calculation_text
from chat.matching.types import Matched, Measure, State
from chat.wording import written

MARKS = {State.MET: "✓", State.OPEN: "？", State.NOT_MET: "✗"}


def matched_text(matched: Matched) -> str:
    """The one question, then the measures by state, each with its conditions; refused ones in a line."""
    profile = matched.profile
    told = [f"{fact.name}={fact.value}" for fact in profile.facts]
    lines = [f"按 {matched.as_of} 有效的政策匹配；已知情况：{'，'.join([*told, *profile.words]) or '没有'}"]
    if matched.question:
        lines.append(f"【最该补充的一点】{matched.question.text}（关系到 {matched.question.settles} 项措施）")
    for state in State:
        if these := matched.of(state):
            lines.append(f"\n【{state}】{len(these)} 项")
            for measure in these:
                lines += _refused(measure) if state is State.NOT_MET else _measure(measure)
    if not matched.measures:
        lines.append("知识库里没有可以匹配的措施。")
    if matched.left_out:
        lines.append(f"\n另有 {matched.left_out} 项措施在这一天不在有效期内，没有列出。")
    return "\n".join(lines)


def _measure(measure: Measure) -> Iterator[str]:
    yield f"\n· {measure.title}（{measure.rule}）"
    if measure.calculation:
        if measure.state is not State.MET:
            yield "    其余条件都满足时："
        yield from (f"    {line}" for line in calculation_text(measure.calculation).split("\n"))
    yield from (f"    要算出金额：{each.question}" for each in measure.missing)
    for each in measure.shown:
        said = f"，依据您说的“{'、'.join(each.said)}”" if each.said else ""
        yield f"    {MARKS[each.state]} {each.state}：{each.requires}{said}"
    if measure.note:
        yield f"    {measure.note}"
    if measure.lead:
        yield f"    牵头单位：{'、'.join(measure.lead)}"
    if measure.participants:
        yield f"    {'参与' if measure.lead else '责任'}单位：{'、'.join(measure.participants)}"
    yield f"    {written(measure.clauses[0])}：“{measure.quote}”"


def _refused(measure: Measure) -> Iterator[str]:
    yield f"· {measure.title}（{measure.rule}）"
    for each in measure.broken:
        said = f"您说的是“{'、'.join(each.said)}”；" if each.said else ""
        yield f"    ✗ {each.requires}：{said}{each.reason or '不符合'}（{written(each.clause)}：“{each.quote}”）"
