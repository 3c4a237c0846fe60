"""The plots of the report, as HTML fragments that need plotly.js once on the page."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from eval.gates import show_share
from eval.labels import STATUS_ORDER, status_label, type_label
from eval.metrics import Mean
from eval.run import EvalResult
from eval.statistics import Interval

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_INK, _MUTED, _LINE, _BLUE, _RED = "#1f2d3d", "#5b6b7c", "#dfe5ec", "#2b5c94", "#a8432f"
_BLUES = [[0.0, "#f4f7fb"], [0.5, "#9dbbdc"], [1.0, _BLUE]]
_AMBER = "#e09a3c"  # seen on the bars and beside them
_BINS = 40
_FONT = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',sans-serif"
_SLIVER = 0.002  # plotly writes no text on a bar of no length
_CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}


def metric_bars(result: EvalResult) -> str:
    """One metric at a time by question type, chosen from a list above the bars."""
    import plotly.graph_objects as go

    names = list(result.by_type)[::-1]  # plotly draws the first at the bottom
    types = [_safe(type_label(name)) for name in names]
    groups = [result.by_type[name] for name in names]
    choices = [("全对率", [(group.passed_share, group.passed_interval) for group in groups])]
    choices += [
        (metric.label, [(group.means[metric.name], group.interval(metric.name)) for group in groups])
        for metric in result.metrics
        if result.overall.means[metric.name].count
    ]
    figure = go.Figure()
    for place, (label, found) in enumerate(choices):
        means = [mean for mean, _ in found]
        figure.add_bar(
            error_x=_whiskers(found),
            x=[None if mean.value is None else max(mean.value, _SLIVER) for mean in means],
            y=types,
            orientation="h",
            visible=place == 0,
            name=label,
            marker_color=_BLUE,
            text=[f"{show_share(mean.value)}（{mean.count} 题）" for mean in means],
            textposition="auto",
            insidetextanchor="start",
            insidetextfont={"color": "#ffffff"},
            outsidetextfont={"color": _MUTED},
            hovertemplate="%{y}：%{text}<extra></extra>",
        )
    buttons = [
        {
            "label": label,
            "method": "update",
            "args": [{"visible": [other == place for other in range(len(choices))]}],
        }
        for place, (label, _) in enumerate(choices)
    ]
    menu = {
        "buttons": buttons,
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "pad": {"b": 12},
        "bgcolor": "#ffffff",
        "bordercolor": _LINE,
        "showactive": False,
    }
    figure.update_layout(updatemenus=[menu], showlegend=False, bargap=0.35)
    figure.update_xaxes(range=[0, 1.03], tickformat=".0%", gridcolor=_LINE, fixedrange=True, dtick=0.25)
    figure.update_yaxes(automargin=True, fixedrange=True, ticksuffix="  ")
    return _fragment(figure, 120 + 34 * len(names), top=64)


def _whiskers(found: Sequence[tuple[Mean, Interval | None]]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [range_.high - range_.mean if range_ else None for _, range_ in found],
        "arrayminus": [range_.mean - range_.low if range_ else None for _, range_ in found],
        "color": _AMBER,
        "thickness": 1.6,
        "width": 4,
    }


def reason_bars(result: EvalResult) -> str:
    """How many answers are wrong at each step."""
    import plotly.graph_objects as go

    reasons = list(result.reasons.items())[::-1]
    figure = go.Figure(
        go.Bar(
            x=[count for _, count in reasons],
            y=[reason.label for reason, _ in reasons],
            orientation="h",
            marker_color=_RED,
            text=[f"{count} 题" for _, count in reasons],
            textposition="auto",
            hovertemplate="%{y}：%{x} 题<extra></extra>",
        )
    )
    figure.update_layout(bargap=0.35)
    most = max((count for _, count in reasons), default=1)
    figure.update_xaxes(gridcolor=_LINE, fixedrange=True, rangemode="tozero", **_whole_ticks(most))
    figure.update_yaxes(automargin=True, fixedrange=True, ticksuffix="  ")
    return _fragment(figure, 90 + 32 * len(reasons), top=12)


def status_matrix(result: EvalResult) -> str:
    """How often each expected status was met with each actual one."""
    import plotly.graph_objects as go

    expected = [s for s in STATUS_ORDER if any(pair[0] == s for pair in result.confusion)]
    actual = [s for s in STATUS_ORDER if s in expected or any(pair[1] == s for pair in result.confusion)]
    counts = [[result.confusion.get((e, a), 0) for a in actual] for e in expected]
    totals = [sum(row) for row in counts]
    figure = go.Figure(
        go.Heatmap(
            z=[[n / total for n in row] for row, total in zip(counts, totals, strict=True)],
            x=[status_label(a) for a in actual],
            y=[status_label(e) for e in expected],
            text=[[str(n) if n else "" for n in row] for row in counts],
            texttemplate="%{text}",
            textfont={"size": 15},
            zmin=0,
            zmax=1,
            colorscale=_BLUES,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="应为 %{y}，实为 %{x}：%{text} 题<extra></extra>",
        )
    )
    figure.update_xaxes(
        title={"text": "实际状态", "standoff": 14}, side="top", fixedrange=True, showgrid=False
    )
    figure.update_yaxes(
        title={"text": "预期状态", "standoff": 14},
        autorange="reversed",
        automargin=True,
        fixedrange=True,
        showgrid=False,
    )
    return _fragment(figure, 150 + 46 * max(len(expected), 1), top=76)


def latency_histogram(result: EvalResult) -> str:
    """How long questions take, with the median and the 95th percentile marked."""
    import plotly.graph_objects as go

    times = [record.ms for record in result.records if record.answer]
    width = max(times, default=1.0) / _BINS or 1.0
    tallest = max(Counter(int(time / width) for time in times).values(), default=1)
    figure = go.Figure(
        go.Histogram(
            x=times,
            xbins={"start": 0, "size": width},
            marker={"color": _BLUE, "line": {"color": "#ffffff", "width": 1}},
            hovertemplate="%{x} 毫秒：%{y} 题<extra></extra>",
        )
    )
    for value, label in ((result.latency.p50, "p50"), (result.latency.p95, "p95")):
        if value is not None:
            figure.add_vline(x=value, line={"color": _RED, "width": 1.5, "dash": "dot"})
            figure.add_annotation(x=value, y=1, yref="paper", yanchor="bottom", text=label, showarrow=False)
    figure.update_xaxes(
        title="毫秒", rangemode="tozero", fixedrange=True, gridcolor=_LINE, showexponent="none"
    )
    figure.update_yaxes(
        title={"text": "题数", "standoff": 14},
        automargin=True,
        fixedrange=True,
        gridcolor=_LINE,
        **_whole_ticks(tallest),
    )
    return _fragment(figure, 300, top=36)


def _whole_ticks(most: int) -> dict[str, int]:
    """Ticks of an axis of counts: whole numbers only, about ten.

    >>> [_whole_ticks(most)["dtick"] for most in (0, 1, 7, 13, 40, 900)]
    [1, 1, 1, 2, 5, 100]
    """
    rough, scale = most / 10, 1
    while rough > 10 * scale:
        scale *= 10
    return {"tick0": 0, "dtick": next(step * scale for step in (1, 2, 5, 10) if step * scale >= rough)}


def _safe(text: str) -> str:
    """Labels are data: plotly reads a few HTML tags in them."""
    return html.escape(text, quote=False)


def _fragment(figure: Figure, height: int, top: int) -> str:
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 16, "r": 16, "t": top, "b": 44},
        font={"family": _FONT, "size": 13, "color": _INK},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    drawn: Any = figure.to_html(full_html=False, include_plotlyjs=False, config=_CONFIG)
    return str(drawn)
