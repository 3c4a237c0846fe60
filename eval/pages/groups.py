"""Scores of the whole set against the gates, and of its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from eval.gates import Gates, show_share
from eval.labels import difficulty_label, type_label
from eval.pages.parts import row, share_cell, show_range, table
from eval.run import EvalResult, Summary


def gate_table(result: EvalResult, gates: Gates) -> str:
    """Every metric with its interval and its gate."""
    rows = []
    for metric in result.metrics:
        mean, least = result.overall.means[metric.name], gates.get(metric.name)
        if mean.value is None or least is None:
            outcome = "未评" if mean.value is None else "不设门槛"
        else:
            outcome = '<b class="ok">通过</b>' if mean.value >= least else '<b class="no">未达到</b>'
        found = show_range(result.overall.interval(metric.name)) or "—"
        rows.append(
            row(
                [
                    escape(metric.label),
                    escape(metric.description),
                    share_cell(mean, least),
                    found,
                    show_share(least),
                    str(mean.count),
                    outcome,
                ]
            )
        )
    return table(("指标", "含义", "得分", "95% 区间", "门槛", "计分题数", "结论"), rows, "gates")


def by_type(result: EvalResult, gates: Gates) -> str:
    """A row for each type of question."""
    return _group_table("题型", result, result.by_type, type_label, gates)


def by_difficulty(result: EvalResult, gates: Gates) -> str:
    """A row for each difficulty, "" where no question says it."""
    if not result.by_difficulty:
        return ""
    return _group_table("难度", result, result.by_difficulty, difficulty_label, gates)


def _group_table(
    head: str,
    result: EvalResult,
    groups: Mapping[str, Summary],
    label: Callable[[str], str],
    gates: Gates,
) -> str:
    shown = [metric for metric in result.metrics if result.overall.means[metric.name].count]

    def line(name: str, summary: Summary, kind: str = "") -> str:
        means = summary.means
        cells = [
            share_cell(means[m.name], gates.get(m.name), count=True, range_=summary.interval(m.name))
            for m in shown
        ]
        passed = share_cell(summary.passed_share, range_=summary.passed_interval)
        return row([escape(name), str(summary.count), passed, *cells], kind)

    rows = [line("全部", result.overall, "all")]
    rows += [line(label(name), summary) for name, summary in groups.items()]
    return table((head, "题数", "全对率", *(metric.label for metric in shown)), rows, "types")
