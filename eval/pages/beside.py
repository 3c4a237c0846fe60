"""What was found beside the run: another run, the questions written otherwise, a second opinion, times."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.compare import Comparison, Turned
from eval.gates import show_share
from eval.judge import Opinion, Verdicts
from eval.labels import status_label
from eval.latency import Speed
from eval.pages.parts import pairs, row, show_points, table
from eval.robustness.run import FEWEST, Changed, Outcome, are_enough


def comparison(found: Comparison) -> str:
    """Differences with intervals and tests, and what turned right or wrong."""
    left_out = (
        f"；只在本次的 {found.only_here} 题、只在对方的 {found.only_there} 题不计"
        if (found.only_here or found.only_there)
        else ""
    )
    notes = [f"对照：{escape(found.other)}。两次题目和预期都相同的 {found.common} 题参加比较{left_out}。"]
    if found.median_ms:
        here, there = found.median_ms
        notes.append(f"用时中位数：本次 {here:.0f} 毫秒，对方 {there:.0f} 毫秒。")
    notes.append("“变好”“变差”以校正后 p 小于 0.05 为准。")
    rows = []
    for one in found.differences:
        sure = one.adjusted < 0.05
        verdict = "没有显著差别" if not sure else "变好" if one.difference.mean > 0 else "变差"
        kind = "" if not sure else "ok" if one.difference.mean > 0 else "no"
        spread = f"{show_points(one.difference.low)} 至 {show_points(one.difference.high)}"
        rows.append(
            row(
                [
                    escape(one.label),
                    show_share(one.ours),
                    show_share(one.theirs),
                    show_points(one.difference.mean),
                    spread,
                    f"{one.paired.better}：{one.paired.worse}",
                    f"{_chance(one.paired.p_value)}<small>{escape(one.paired.test)}</small>",
                    _chance(one.adjusted),
                    str(one.count),
                    f'<b class="{kind}">{verdict}</b>' if kind else verdict,
                ]
            )
        )
    heads = ("指标", "本次", "对方", "相差（百分点）", "95% 区间", "胜：负", "p", "校正后 p", "题数", "结论")
    return (
        f"<p>{''.join(notes)}</p>{table(heads, rows, 'compared')}"
        f"{_turned('由错变对', found.turned_right, '原来')}{_turned('由对变错', found.turned_wrong, '现在')}"
    )


def _turned(title: str, turned: Sequence[Turned], when: str) -> str:
    lines = "".join(
        f"<li><em>{escape(one.id)}</em>{escape(one.question)}"
        f'<span class="why miss">{when}：{escape("；".join(one.faults))}</span></li>'
        for one in turned
    )
    return f"<h3>{title}（{len(turned)}）</h3>" + (f'<ul class="plain">{lines}</ul>' if lines else "")


def robustness(outcomes: Sequence[Outcome], least: float | None) -> str:
    """A row for each suite, and the questions answered otherwise."""
    rows, enough = [], are_enough(outcomes)
    for one in outcomes:
        holds = not enough or least is None or one.holds(least)
        verdict = '<b class="ok">通过</b>' if holds else '<b class="no">未达到</b>'
        rows.append(
            row(
                [
                    escape(one.suite.label),
                    escape(one.suite.description),
                    str(one.count),
                    f'<td class="{"" if holds else "low"}">{show_share(one.unchanged_share if one.count else None)}</td>',
                    show_share(one.share_after),
                    show_share(one.share_before),
                    show_points(-one.loss),
                    "没有题" if not one.count else verdict if enough else "样本太小",
                ]
            )
        )
    heads = ("写法", "怎么改", "题数", "状态和金额不变", "全对率", "原题全对率", "相差（百分点）", "结论")
    parts = [table(heads, rows, "gates")]
    if not enough:
        parts.append(f"<p>各种写法合计不足 {FEWEST} 题，样本太小，不判断是否达到门槛。</p>")
    for one in outcomes:
        if one.changed:
            lines = "".join(map(_changed, one.changed))
            title = f"{escape(one.suite.label)}：答得不一样的题（{len(one.changed)}）"
            parts.append(f"<details><summary>{title}</summary>{lines}</details>")
    return "".join(parts)


def _changed(one: Changed) -> str:
    before, after = one.before, one.after
    status = f"{status_label(before.status)} → {status_label(after.status)}"
    rows = [
        ("题目", escape(after.item.id)),
        ("原题", escape(before.item.question)),
        ("改写", escape(after.item.question)),
        ("状态", escape(status)),
    ]
    if after.faults:
        rows.append(("改写后", escape("；".join(after.faults))))
    return pairs(rows)


def opinions(verdicts: Verdicts) -> str:
    """How a language model's opinion meets our judgement, and where they differ."""
    notes = [f"{escape(verdicts.model)} 的第二意见，只供人参考，不影响门槛。"]
    if verdicts.agreement is not None:
        notes.append(f"与我方判断一致 {show_share(verdicts.agreement)}")
        notes.append(f"（kappa {verdicts.kappa:.2f}）。" if verdicts.kappa is not None else "。")
    names = [*Opinion, ""]
    rows = [
        row([label, *(str(verdicts.counts.get((passed, name), 0)) for name in names)])
        for passed, label in ((True, "我方判对"), (False, "我方判错"))
    ]
    heads = ("", *(f"模型：{name or '没有给出'}" for name in names))
    lines = "".join(
        f"<li><em>{escape(one.id)}</em>我方判{'对' if one.passed else '错'}，模型判{one.opinion}："
        f"{escape(one.reason)}</li>"
        for one in verdicts.all
        if one.agrees is False
    )
    return f'<p>{"".join(notes)}</p>{table(heads, rows, "opinions")}<ul class="plain">{lines}</ul>'


def speed(found: Speed) -> str:
    """Times of an answer beside the bare embedding."""
    rows = [
        row([name, f"{times.p50:.0f} 毫秒", f"{times.p95:.0f} 毫秒"])
        for name, times in (("完整回答（不用语言模型）", found.asked), ("单独向量化问题", found.embedded))
        if times.p50 is not None and times.p95 is not None
    ]
    ratio = f"按中位数，一次回答是一次向量化的 {found.ratio:.1f} 倍。" if found.ratio else ""
    return f"{table(('做法', 'p50', 'p95'), rows, 'speed')}<p>{found.count} 题，两者轮流测量。{ratio}</p>"


def _chance(p: float) -> str:
    return "&lt; 0.001" if p < 0.001 else f"{p:.3f}"
