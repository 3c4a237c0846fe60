"""Two evaluations beside each other as HTML: paired differences, and the questions that turned."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.compare import Comparison, Difference, Turned
from eval.gates import show_share
from eval.pages.parts import show_points

_SURE = 0.05


def comparison_html(found: Comparison) -> str:
    """What the same questions got here and there."""
    if not found.common:
        return _section(
            '<p class="pk-none">两次评测没有相同的题（问题、前几问和预期都要相同），没有可比的结果。</p>'
        )
    apart = found.only_here + found.only_there
    notes = [
        f"对照：{found.other}。题目和预期都相同的 {found.common} 题参加比较{f'，其余 {apart} 题不计' if apart else ''}。"
    ]
    if found.median_ms:
        here, there = found.median_ms
        notes.append(f"用时中位数：本次 {here:.0f} 毫秒，对照 {there:.0f} 毫秒。")
    tests = "、".join(dict.fromkeys(one.paired.test for one in found.differences))
    rows = "".join(_row(one) for one in found.differences)
    names = ("指标", "本次", "对照", "相差（百分点）", "变好：变差（题）", "校正后 p", "结论")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    return _section(
        f'<p class="pk-meta">{escape("".join(notes))}</p><div class="pk-ev-scroll" tabindex="0" role="region" '
        f'aria-labelledby="pk-ev-compared"><table class="pk-ev-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="pk-meta">逐题配对检验（{escape(tests)}），p 按指标个数校正；小于 {_SURE} 才说变好或变差。</p>'
        f"{_turned('由错变对', found.turned_right, '原来')}{_turned('由对变错', found.turned_wrong, '现在')}"
    )


def _section(body: str) -> str:
    return f'<section class="pk-ev-compared"><h4 id="pk-ev-compared">与另一次评测比较</h4>{body}</section>'


def _row(one: Difference) -> str:
    sure, better = one.adjusted < _SURE, one.difference.mean > 0
    verdict = "没有显著差别" if not sure else "变好" if better else "变差"
    mood = "" if not sure else "pk-met" if better else "pk-broken"
    spread = f"{show_points(one.difference.low)} 至 {show_points(one.difference.high)}"
    chance = "&lt; 0.001" if one.adjusted < 0.001 else f"{one.adjusted:.3f}"
    return (
        f'<tr><th scope="row">{escape(one.label)}</th><td>{show_share(one.ours)}</td><td>{show_share(one.theirs)}</td>'
        f"<td>{show_points(one.difference.mean)}<small>{spread}</small></td><td>{one.paired.better}：{one.paired.worse}</td>"
        f'<td>{chance}</td><td><span class="{mood}">{verdict}</span></td></tr>'
    )


def _turned(title: str, turned: Sequence[Turned], when: str) -> str:
    if not turned:
        return f'<p class="pk-ev-turned">{title}：没有。</p>'
    items = "".join(
        f"<li>{escape(one.question)}<small>{escape(one.id)} · {when}：{escape('；'.join(one.faults))}</small></li>"
        for one in turned
    )
    return f"<details open><summary>{title}（{len(turned)} 题）</summary><ul>{items}</ul></details>"
