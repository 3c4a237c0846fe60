"""The report as one HTML page that opens without a network. Every text that is data is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from eval.charts import latency_histogram, metric_bars, status_matrix
from eval.gates import Gates, check_gates, show_share
from eval.labels import status_label, type_label
from eval.metrics import Mean
from eval.run import EvalResult, Record, Summary
from eval.style import STYLE

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
_RETRIEVED_SHOWN = 5


def render_page(result: EvalResult, gates: Gates, about: Mapping[str, str]) -> str:
    """The whole page.

    Args:
        result: the benchmark.
        gates: thresholds by metric name.
        about: what to know of the run, label to text: question set, date, model.
    """
    from plotly.offline import get_plotlyjs

    failures = [record for record in result.records if not record.passed]
    misses = [record for record in result.records if record.passed and record.misses]
    body = "\n".join(
        [
            _verdict(check_gates(result, gates)),
            _cards(result, gates),
            _section("各项指标与门槛", _gate_table(result, gates)),
            _section(
                "各题型得分",
                _type_table(result, gates),
                "小字为计分题数；红色为低于门槛；“—”表示该题型没有这项预期",
            ),
            _section("各题型对比", metric_bars(result), "可在图左上角换指标"),
            _section("状态判断", status_matrix(result), "行是预期，列是实际，格内是题数"),
            _section("回答用时", latency_histogram(result)),
            _section(
                f"未通过的题目（{len(failures)}）", _records(failures, "没有未通过的题目。"), "点开看全文"
            ),
            _section(f"回答正确但检索排名靠后的题目（{len(misses)}）", _records(misses, "没有这样的题目。")),
        ]
    )
    title = "政策知识库评测报告"
    subtitle = " ｜ ".join(f"{escape(key)}：{escape(text)}" for key, text in about.items())
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
<footer>一道题的全部预期（检索排名除外）都满足才算“全对”。百分比截尾不进位：显示 100% 即一题不差。</footer>
</body>
</html>
"""


def _section(title: str, body: str, note: str = "") -> str:
    small = f"<small>{escape(note)}</small>" if note else ""
    return f"<section><h2>{escape(title)}{small}</h2>{body}</section>"


def _verdict(failed: Sequence[str]) -> str:
    if not failed:
        return '<section class="verdict"><h2>全部门槛通过</h2></section>'
    lines = "".join(f"<li>{escape(line)}</li>" for line in failed)
    return f'<section class="verdict bad"><h2>{len(failed)} 项未达到门槛</h2><ul>{lines}</ul></section>'


def _cards(result: EvalResult, gates: Gates) -> str:
    whole = result.overall
    cards = [("题目", str(whole.count), "", False)]
    cards.append(("全对率", show_share(whole.passed_share.value), f"{whole.passed} 题全对", False))
    labels = {metric.name: metric.label for metric in result.metrics}
    for name in _CARDS:
        mean = whole.means[name]
        if mean.value is not None:
            low = mean.value < gates.get(name, 0)
            cards.append((labels[name], show_share(mean.value), f"{mean.count} 题计分", low))
    if result.latency.p50 is not None and result.latency.p95 is not None:
        cards.append(
            (
                "用时中位数",
                f"{result.latency.p50:.0f} 毫秒",
                f"95% 的题不超过 {result.latency.p95:.0f} 毫秒",
                False,
            )
        )
    if result.errors:
        cards.append(("运行出错", str(result.errors), "题", True))
    return (
        '<div class="cards">'
        + "".join(
            f'<div class="card{" bad" if bad else ""}"><span>{escape(label)}</span><b>{escape(value)}</b>'
            f"<span>{escape(note)}</span></div>"
            for label, value, note, bad in cards
        )
        + "</div>"
    )


def _gate_table(result: EvalResult, gates: Gates) -> str:
    rows = []
    for metric in result.metrics:
        mean, least = result.overall.means[metric.name], gates.get(metric.name)
        if mean.value is None or least is None:
            outcome = "未评" if mean.value is None else "不设门槛"
        else:
            outcome = '<b class="ok">通过</b>' if mean.value >= least else '<b class="no">未达到</b>'
        rows.append(
            f"<tr><td>{escape(metric.label)}</td><td>{escape(metric.description)}</td>{_share_cell(mean, least)}"
            f"<td>{show_share(least)}</td><td>{mean.count}</td><td>{outcome}</td></tr>"
        )
    head = "".join(f"<th>{name}</th>" for name in ("指标", "含义", "得分", "门槛", "计分题数", "结论"))
    return _table(head, rows, "gates")


def _type_table(result: EvalResult, gates: Gates) -> str:
    shown = [metric for metric in result.metrics if result.overall.means[metric.name].count]
    head = "<th>题型</th><th>题数</th><th>全对率</th>" + "".join(f"<th>{escape(m.label)}</th>" for m in shown)

    def row(label: str, summary: Summary, kind: str = "") -> str:
        cells = "".join(
            _share_cell(summary.means[metric.name], gates.get(metric.name), count=True) for metric in shown
        )
        return f'<tr class="{kind}"><td>{escape(label)}</td><td>{summary.count}</td>{_share_cell(summary.passed_share)}{cells}</tr>'

    rows = [row("全部", result.overall, "all")]
    rows += [row(type_label(name), summary) for name, summary in result.by_type.items()]
    return _table(head, rows, "types")


def _table(head: str, rows: Iterable[str], kind: str) -> str:
    body = "".join(rows)
    return f'<div class="scroll"><table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _share_cell(mean: Mean, least: float | None = None, count: bool = False) -> str:
    if mean.value is None:
        return '<td class="none">—</td>'
    small = f"<small>{mean.count}</small>" if count else ""
    low = least is not None and mean.value < least
    return f'<td class="{"low" if low else ""}">{show_share(mean.value)}{small}</td>'


def _records(records: Sequence[Record], empty: str) -> str:
    return "".join(_record(record) for record in records) or f'<p class="empty">{empty}</p>'


def _record(record: Record) -> str:
    item = record.item
    why = "；".join([*record.faults, *record.misses])
    kind = "why miss" if record.passed else "why"
    rows = [("问题", escape(item.question))]
    if item.history:
        rows.insert(0, ("前几轮", _list(map(escape, item.history))))
    rows.append(("预期", _expectation(record)))
    if record.answer is None:
        rows.append(("错误", escape(record.error)))
    else:
        answer = record.answer
        rows += [("状态", escape(status_label(record.status))), ("回答", escape(answer.answer))]
        if answer.calculation and answer.calculation.amount_yuan is not None:
            rows.append(("金额", f"{answer.calculation.amount_yuan:f} 元"))
        rows.append(("引用", _list(f"{escape(c.id)} <q>{escape(c.quote)}</q>" for c in answer.citations)))
        rows.append(("检索前五", _list(map(escape, answer.retrieved[:_RETRIEVED_SHOWN]))))
    rows.append(("用时", f"{record.ms:.0f} 毫秒"))
    pairs = "".join(f"<dt>{label}</dt><dd>{text}</dd>" for label, text in rows)
    return (
        f"<details><summary><em>{escape(item.id)} · {escape(type_label(item.type))}</em>{escape(item.question)}"
        f'<span class="{kind}">{escape(why)}</span></summary><dl>{pairs}</dl></details>'
    )


def _expectation(record: Record) -> str:
    names = {
        "status": "状态",
        "clauses": "引用",
        "facts": "要点",
        "forbid": "不得出现",
        "amount_yuan": "金额（元）",
    }
    lines = []
    for key, value in record.item.expectation().items():
        if key == "status" and value:
            shown = status_label(value)
        elif isinstance(value, list):
            shown = "、".join(value)
        else:
            shown = "无" if value is None else str(value)
        if shown:
            lines.append(f"{names[key]}：{escape(shown)}")
    return "\n".join(lines) or "（无）"


def _list(lines: Iterable[str]) -> str:
    """A list of HTML fragments."""
    shown = "".join(f"<li>{line}</li>" for line in lines)
    return f"<ol>{shown}</ol>" if shown else "（无）"
