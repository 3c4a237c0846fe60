"""The report as one HTML page that opens without a network. Every text that is data is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from eval.gates import ROBUSTNESS, Gates, check_gates, show_share
from eval.metrics import Mean
from eval.outcome import Benchmark
from eval.pages import beside, failures, groups
from eval.pages.charts import latency_histogram, metric_bars, reason_bars, status_matrix
from eval.pages.parts import section, show_range
from eval.pages.style import STYLE
from eval.run import EvalResult

# Nothing may be loaded, whatever the page contains.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
_CARDS = (
    "status_accuracy",
    "exact_amount",
    "citation_precision",
    "quote_verbatim",
    "fact_recall",
    "hit_at_1",
)


def render_page(benchmark: Benchmark, gates: Gates, about: Mapping[str, str]) -> str:
    """The whole page.

    Args:
        benchmark: the run and what was found beside it.
        gates: thresholds by metric name.
        about: what to know of the run, label to text: question set, date, model.
    """
    from plotly.offline import get_plotlyjs

    result = benchmark.result
    title = "政策知识库评测报告"
    subtitle = " ｜ ".join(f"{escape(key)}：{escape(text)}" for key, text in about.items())
    body = "\n".join(part for part in _sections(benchmark, result, gates) if part)
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
<script>{get_plotlyjs()}</script>
</head>
<body>
<header><div><h1>{title}</h1><p>{subtitle}</p></div></header>
<main>
{body}
</main>
<footer>一道题的全部预期（检索排名除外）都满足才算“全对”；没有写预期的题不计入全对率。百分比截尾不进位：显示 100% 即一题不差。
卡片小字里的范围和表中的区间都是 95% 自助法区间（2000 次重抽样，百分位法，种子固定）；
各题得分相同时用 Clopper–Pearson 精确区间。</footer>
</body>
</html>
"""


def _sections(benchmark: Benchmark, result: EvalResult, gates: Gates) -> list[str]:
    wrong = [record for record in result.records if record.failed]
    misses = [record for record in result.records if not record.failed and record.misses]
    levels = groups.by_difficulty(result, gates)
    small = "小字为 95% 区间和计分题数；红色为低于门槛；“—”表示没有这项预期；列多时可左右滚动"
    compared, verdicts, speed = benchmark.comparison, benchmark.verdicts, benchmark.speed
    written = benchmark.robustness
    return [
        _verdict(check_gates(benchmark, gates)),
        _cards(result, gates),
        section("各项指标与门槛", groups.gate_table(result, gates)),
        section("与另一次评测比较", beside.comparison(compared)) if compared else "",
        section("换一种写法再问", beside.robustness(written, gates.get(ROBUSTNESS))) if written else "",
        section("各题型得分", groups.by_type(result, gates), small),
        section("各难度得分", levels, small) if levels else "",
        section("各题型对比", metric_bars(result), "可在图左上角换指标；线段为 95% 区间"),
        section("状态判断", status_matrix(result), "行是预期，列是实际，格内是题数"),
        section("回答用时", latency_histogram(result) + (beside.speed(speed) if speed else "")),
        section("语言模型的第二意见", beside.opinions(verdicts)) if verdicts else "",
        section(
            "错在哪一步",
            (reason_bars(result) if wrong else "") + failures.reasons(result),
            "每题只计最先出错的一步",
        ),
        section(f"未通过的题目（{len(wrong)}）", failures.records(wrong, "没有未通过的题目。"), "点开看全文"),
        section(
            f"回答正确但检索排名靠后的题目（{len(misses)}）", failures.records(misses, "没有这样的题目。")
        ),
    ]


def _verdict(failed: Sequence[str]) -> str:
    if not failed:
        return '<section class="verdict"><h2>全部门槛通过</h2></section>'
    lines = "".join(f"<li>{escape(line)}</li>" for line in failed)
    return f'<section class="verdict bad"><h2>{len(failed)} 项未达到门槛</h2><ul>{lines}</ul></section>'


def _cards(result: EvalResult, gates: Gates) -> str:
    whole = result.overall
    unscored = f"{whole.unscored} 题没有写预期，不计分" if whole.unscored else ""
    cards = [("题目", str(whole.count), unscored, False)]
    right = f"{whole.passed} 题，{show_range(whole.passed_interval)}" if whole.scored else ""
    cards.append(("全对率", show_share(whole.passed_share.value), right, False))
    labels = {metric.name: metric.label for metric in result.metrics}
    for name in _CARDS:
        mean: Mean = whole.means[name]
        if mean.value is not None:
            low = mean.value < gates.get(name, 0)
            note = f"{mean.count} 题，{show_range(whole.interval(name))}"
            cards.append((labels[name], show_share(mean.value), note, low))
    if result.latency.p50 is not None and result.latency.p95 is not None:
        note = f"95% 的题不超过 {result.latency.p95:.0f} 毫秒"
        cards.append(("用时中位数", f"{result.latency.p50:.0f} 毫秒", note, False))
    if result.errors:
        cards.append(("运行出错", str(result.errors), "题", True))
    return f'<div class="cards">{"".join(_card(*card) for card in cards)}</div>'


def _card(label: str, value: str, note: str, bad: bool) -> str:
    return (
        f'<div class="card{" bad" if bad else ""}"><span>{escape(label)}</span><b>{escape(value)}</b>'
        f"<span>{escape(note)}</span></div>"
    )
