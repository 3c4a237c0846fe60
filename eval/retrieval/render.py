"""The result as tables for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eval.retrieval.outcome import Absence, Comparison, Figures, Outcome
from eval.retrieval.self_find import KINDS
from eval.statistics import Interval

if TYPE_CHECKING:
    from rich.console import Console

_MIN_WIDTH = 150
_TITLE_WIDTH = 60  # so that no title is broken


def show(console: Console, outcome: Outcome) -> None:
    """Write the tables; names that do not find themselves are listed one by one."""
    console.width = max(console.width, _MIN_WIDTH)
    console.print(
        _figures(f"{outcome.files} 份文件，{outcome.questions} 题（方括号内为 95% 区间）", outcome.figures)
    )
    console.print(_comparisons(outcome))
    console.print(
        _figures(f"同样的候选，别的排法（候选里有正确单元的题：{outcome.reachable:.1%}）", _others(outcome))
    )
    console.print(_thresholds(outcome))
    console.print(_groups(outcome.absence))
    console.print(_weights(outcome))
    console.print(
        f"拟合用更多候选，按随附权重排，首条与 search 相同的题：{outcome.agreement:.1%}", highlight=False
    )
    if outcome.missing:
        console.print(f"未能入库（其题目计为未找到）：{'、'.join(outcome.missing)}", highlight=False)
    if outcome.lookups:
        console.print(_lookups(outcome))
    if outcome.tried:
        console.print(_names(outcome))
        for one in outcome.tried:
            if not one.found:
                line = f"{one.name.kind}“{one.name.text}”应得 {_some(one.name.clauses)}，首条是 {one.first or '（无）'}"
                console.print(line, markup=False, highlight=False)


def share(value: Interval) -> str:
    """A mean with its interval.

    >>> share(Interval(0.5, 0.412, 0.5999))
    '0.500 [0.412, 0.600]'
    """
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"


def chance(p: float) -> str:
    """A p-value; one of a permutation test is never 0.

    >>> chance(0.0002), chance(0.0312)
    ('< 0.001', '0.031')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def gain(comparison: Comparison) -> str:
    """How far ours is ahead, as a share of theirs.

    >>> from eval.retrieval.significance import Paired
    >>> gain(Comparison("甲", "MRR", 0.6, 0.5, Paired(Interval(0.1, 0, 0.2), 0.01, 0.01, 3, 1)))
    '+20.0%'
    """
    return f"{comparison.ours / comparison.theirs - 1:+.1%}" if comparison.theirs else "—"


def _others(outcome: Outcome) -> list[Figures]:
    return [*outcome.alternatives, *(one for one in outcome.figures if one.system == outcome.ours)]


def _figures(title: str, figures: Sequence[Figures]) -> Any:
    table = _table(title)
    for name in ("做法", "R@1", "R@5", "R@10", "MRR@10", "MRR@10，碰到原文即算", "前 1000 字含答案"):
        table.add_column(name, no_wrap=name != "做法", justify="left" if name == "做法" else "right")
    for one in figures:
        recalls = [f"{one.recalls[k].mean:.3f}" for k in (1, 5, 10)]
        table.add_row(one.system, *recalls, share(one.mrr), f"{one.lax_mrr.mean:.3f}", f"{one.read.mean:.3f}")
    return table


def _comparisons(outcome: Outcome) -> Any:
    table = _table(f"逐题配对，对 {outcome.theirs}")
    for name in ("我方做法", "指标", "我方", "对方", "相差", "差值", "p（按题）", "p（按文件）", "胜：负"):
        table.add_column(name, no_wrap=True, justify="left" if name in {"我方做法", "指标"} else "right")
    for one in outcome.comparisons:
        paired = one.paired
        table.add_row(
            one.system,
            one.measure,
            f"{one.ours:.3f}",
            f"{one.theirs:.3f}",
            gain(one),
            share(paired.difference),
            chance(paired.p_value),
            chance(paired.p_by_file),
            f"{paired.better}：{paired.worse}",
        )
    return table


def _thresholds(outcome: Outcome) -> Any:
    absence = outcome.absence
    table = _table("首条得分能否看出文件不在库里（去掉其文件再问）")
    for name in ("得分不低于", "文件在库", "其中首条答对的", "文件不在库", "用作"):
        table.add_column(name, justify="right")
    used = {outcome.model.nothing: "无相关内容的界", outcome.model.weak: "弱相关的界"}
    for step, kept in absence.kept.items():
        right = absence.right_kept.get(step)
        table.add_row(
            f"{step:g}",
            f"{kept:.1%}",
            "—" if right is None else f"{right:.1%}",
            f"{absence.let_through[step]:.1%}",
            used.get(step, ""),
        )
    table.caption = f"AUC {absence.auc:.3f}，只看答对的题 {absence.auc_right:.3f}"
    return table


def _groups(absence: Absence) -> Any:
    table = _table(f"得分即答对的把握：期望校准误差 {absence.error:.3f}")
    for name in ("得分", "题次", "平均得分", "首条答对"):
        table.add_column(name, justify="right")
    for one in absence.groups:
        table.add_row(f"{one.low:.1f}–{one.high:.1f}", str(one.count), f"{one.score:.3f}", f"{one.right:.3f}")
    return table


def _weights(outcome: Outcome) -> Any:
    names = list(outcome.model.weights.model_dump())
    table = _table("权重（对数几率）")
    for name in ("来自", *names):
        table.add_column(name, justify="right")
    labels = [*(f"半数文件 {n}" for n in range(1, len(outcome.fitted))), "全部文件"]
    rows = [*zip(labels, outcome.fitted, strict=True), ("随附", outcome.model)]
    for label, model in rows:
        table.add_row(label, *(f"{value:g}" for value in model.weights.model_dump().values()))
    return table


def _lookups(outcome: Outcome) -> Any:
    table = _table("自带两份政策的题（只有一条正确条款）")
    for name in ("题型", "题数", "范围与做法", "hit@1", "hit@5", "MRR@10"):
        table.add_column(name, no_wrap=True, justify="left" if name in {"题型", "范围与做法"} else "right")
    for where, rows in outcome.lookups:
        for one in rows:
            figures = (f"{value:.3f}" for value in (one.hit_at_1, one.hit_at_5, one.mrr))
            table.add_row(one.type or "全部", str(one.count), where, *figures, end_section=one is rows[-1])
    return table


def _names(outcome: Outcome) -> Any:
    asked = Counter(one.name.kind for one in outcome.tried)
    found = Counter(one.name.kind for one in outcome.tried if one.found)
    table = _table("名称单独输入，排第一的是不是它自己")
    for name in ("名称", "个数", "找到自己"):
        table.add_column(name, justify="left" if name == "名称" else "right")
    for kind in KINDS:
        table.add_row(kind, str(asked[kind]), str(found[kind]))
    return table


def _some(clauses: frozenset[str]) -> str:
    first = sorted(clauses)[:2]
    return "、".join(first) + (f" 等 {len(clauses)} 条" if len(clauses) > 2 else "")


def _table(title: str) -> Any:
    from rich.table import Table

    return Table(title=title, title_justify="left", caption_justify="left", min_width=_TITLE_WIDTH)
