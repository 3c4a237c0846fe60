"""The cost curves: a page that opens without a network, and a picture of it where Chromium is installed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import PolicyKBError
from eval.scale.job import Report, Size
from eval.scale.table import embed_rate, sizes_of, store_seconds

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_INK, _LINE = "#1f2d3d", "#dfe5ec"
_COLOURS = ("#2b5c94", "#c0783c", "#2f6b4f", "#8a5a9e", "#5b6b7c")
_FONT = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',sans-serif"
_WIDTH, _HEIGHT = 1500, 860
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
_Series = dict[str, Callable[[Size], float]]


def figure(report: Report) -> Figure:
    """Four plots against the number of articles, all axes logarithmic, of the first store."""
    from plotly.subplots import make_subplots

    own = sizes_of(report.sizes)
    titles = ("入库 build, s", "磁盘 disk, MB", "内存 memory, MB", "查询 query, ms")
    drawn = make_subplots(
        rows=2, cols=2, subplot_titles=titles, vertical_spacing=0.14, horizontal_spacing=0.3
    )
    for at, series in enumerate((_build(report), _disk(own), _MEMORY, _QUERY)):
        _draw(drawn, at, own, series)
    ticks = [size.extent.articles for size in own]
    drawn.update_xaxes(
        type="log",
        title_text="条 articles",
        tickvals=ticks,
        ticktext=[f"{n:,}" for n in ticks],
        gridcolor=_LINE,
    )
    drawn.update_yaxes(type="log", gridcolor=_LINE, dtick=1)
    drawn.update_layout(
        template="none",
        width=_WIDTH,
        height=_HEIGHT,
        font={"family": _FONT, "size": 14, "color": _INK},
        **_legends(),
        margin={"l": 60, "r": 250, "t": 50, "b": 60},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
    )
    return drawn


def _legends() -> dict[str, dict[str, object]]:
    """One legend to the right of each plot."""
    return {
        f"legend{at + 1}" if at else "legend": {
            "x": 0.36 + 0.65 * (at % 2),
            "y": 1 - 0.57 * (at // 2),
            "xanchor": "left",
            "yanchor": "top",
            "font": {"size": 12},
        }
        for at in range(4)
    }


def _draw(drawn: Figure, at: int, sizes: Sequence[Size], series: _Series) -> None:
    """One plot; a series that is 0 everywhere is left out, for no logarithm is drawn of it."""
    import plotly.graph_objects as go

    for n, (name, value) in enumerate(series.items()):
        heights = [value(size) for size in sizes]
        if not any(heights):
            continue
        drawn.add_trace(
            go.Scatter(
                x=[size.extent.articles for size in sizes],
                y=[height or None for height in heights],
                name=name,
                mode="lines+markers",
                line={"color": _COLOURS[n % len(_COLOURS)], "dash": "dot" if "p95" in name else "solid"},
                legend=f"legend{at + 1}" if at else "legend",
                hovertemplate=f"{name}：%{{y:.3g}}<extra></extra>",
            ),
            row=at // 2 + 1,
            col=at % 2 + 1,
        )


def _build(report: Report) -> _Series:
    rate = embed_rate(report)
    return {
        "解析 parse": lambda s: s.extent.parse_seconds,
        "存储 store": store_seconds,
        "向量化（推算）embed, from the measured rate": lambda s: s.extent.chunks / rate if rate else 0.0,
    }


def _disk(own: Sequence[Size]) -> _Series:
    names = {"catalog": "目录 catalog", "words": "词 words", "vectors": "向量 vectors"}
    parts = dict.fromkeys(part for size in own for part in size.built.disk)
    return {names[part]: lambda s, part=part: s.built.disk.get(part, 0.0) for part in parts}  # type: ignore[misc]


_MEMORY: _Series = {
    "入库峰值 build, peak": lambda s: s.built.memory.peak,
    "检索 search": lambda s: s.by_hybrid.memory.now,
    "打开之前 before opening (program, model)": lambda s: s.by_hybrid.memory_before.now,
}
_QUERY: _Series = {
    "混合 hybrid p50": lambda s: s.asked.one["hybrid"].p50,
    "仅向量化 embedding alone p50": lambda s: s.asked.one["embed"].p50,
    "关键词 keyword p50": lambda s: s.asked.one["keyword"].p50,
    "混合 hybrid p95": lambda s: s.asked.one["hybrid"].p95,
    "8 并发混合 hybrid, 8 clients p50": lambda s: s.asked.several["hybrid"].times.p50,
}


def write_page(drawn: Figure, path: Path) -> None:
    """Write the figure as one HTML file."""
    drawn.write_html(path, include_plotlyjs=True, config={"displayModeBar": False})


def write_picture(page: Path, path: Path) -> bool:
    """Take the picture of a page; False where Chromium or playwright is not installed.

    Raises:
        PolicyKBError: Chromium fails.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        return False
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        return False
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
            opened = browser.new_page(
                viewport={"width": _WIDTH + 16, "height": _HEIGHT + 16}, device_scale_factor=2
            )
            opened.goto(page.resolve().as_uri())
            opened.locator(".plotly-graph-div .main-svg").first.wait_for()
            opened.locator(".plotly-graph-div").screenshot(path=path)
            browser.close()
    except Error as error:
        raise PolicyKBError(f"未能生成图片 {path}（{error.message.splitlines()[0]}）。") from error
    return True
