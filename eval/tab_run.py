"""One evaluation as HTML: its figures beside the gates, bars by type, difficulty and reason, and the questions answered wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from chat.wording import written
from eval.gates import show_share
from eval.labels import difficulty_label, status_label, type_label
from eval.metrics import all_metrics
from eval.pages.parts import show_range
from eval.reasons import Reason
from eval.statistics import Interval
from eval.tab_page import gates_html, when
from eval.tab_runs import Given, Group, Metrics, Run, Told

_MOST_WRONG = 300
_CARDS = ("status_accuracy", "exact_amount", "citation_precision", "fact_recall", "hit_at_1")


def run_html(
    run: Run, told: Sequence[Told], others: Sequence[Run], is_admin: bool, compared: str = ""
) -> str:
    """The whole of it.

    Args:
        run: the run; its files could be read.
        told: its questions and answers.
        others: runs to compare with.
        is_admin: whether it can be deleted.
        compared: the comparison, where one was asked for.
    """
    found = run.metrics
    assert found is not None
    wrong = [each for each in told if each.is_wrong]
    missed = "".join(f"<li>{escape(line)}</li>" for line in found.gates.failed)
    return (
        f'<article class="pk-ev-run" data-run-id="{escape(run.id)}">{_head(run.id, found, is_admin)}'
        f"{f'<ul class=pk-ev-missed>{missed}</ul>' if missed else ''}{_cards(found)}{_compare_form(others, compared)}"
        f"{_figures(found)}{_bars('各题型全对率', found.by_type, type_label)}"
        f"{_bars('各难度全对率', found.by_difficulty, difficulty_label)}{_reasons(found)}{_wrong(wrong)}</article>"
    )


def _head(name: str, found: Metrics, is_admin: bool) -> str:
    made = [when(found), f"{found.overall.questions} 题", *filter(None, _made_with(found))]
    files = f"export/evaluations/{escape(name)}"
    remove = '<button type="button" class="pk-copy" data-remove>删除</button>' if is_admin else ""
    return (
        '<div class="pk-ev-run-head"><button type="button" class="pk-copy" data-back>‹ 全部评测</button>'
        f'<h3 tabindex="-1">{escape(found.qa)} {gates_html(found)}</h3><p class="pk-meta">{escape(" · ".join(made))}</p>'
        f'<p class="pk-ev-files"><a href="{files}/report.html" target="_blank" rel="noopener">完整报告</a>'
        f'<a href="{files}/answers.jsonl" download>逐题答案（answers.jsonl）</a>'
        f'<a href="{files}/metrics.json" download>指标（metrics.json）</a>{remove}</p></div>'
    )


def _made_with(found: Metrics) -> Iterable[str]:
    yield found.settings.get("engine", "").replace("extractive", "原文引擎")
    yield found.settings.get("embedding_model", "")


def _cards(found: Metrics) -> str:
    labels = {metric.name: metric.label for metric in all_metrics(lambda _id: None)}
    whole = found.overall
    scored = whole.questions - whole.without_expectation
    cards = [("全对率", show_share(whole.share), f"{whole.passed} / {scored} 题", False)]
    for name in _CARDS:
        figure = whole.metrics.get(name)
        if figure and figure.mean is not None:
            low = figure.mean < found.gates.thresholds.get(name, 0)
            cards.append((labels[name], show_share(figure.mean), f"{figure.count} 题", low))
    if (p50 := found.latency_ms.get("p50")) is not None:
        cards.append(
            (
                "用时中位数",
                f"{p50:.0f} 毫秒",
                f"95% 不超过 {found.latency_ms.get('p95') or 0:.0f} 毫秒",
                False,
            )
        )
    shown = "".join(
        f'<li class="{"pk-ev-low" if low else ""}"><span>{escape(label)}</span><b>{value}</b><small>{note}</small></li>'
        for label, value, note, low in cards
    )
    return f'<ul class="pk-ev-cards" aria-label="主要指标">{shown}</ul>'


def _compare_form(others: Sequence[Run], compared: str) -> str:
    choices = "".join(
        f'<option value="{escape(other.id)}">{escape(other.metrics.qa)}（{when(other.metrics)}）</option>'
        for other in others
        if other.metrics
    )
    if not choices:
        return compared
    return (
        '<p class="pk-ev-against"><label for="pk-eval-against">与另一次评测比较</label>'
        '<select id="pk-eval-against" data-against><option value="">请选择</option>'
        f"{choices}</select></p>{compared}"
    )


def _figures(found: Metrics) -> str:
    rows = []
    for metric in all_metrics(lambda _id: None):
        figure, least = found.overall.metrics.get(metric.name), found.gates.thresholds.get(metric.name)
        if figure is None or figure.mean is None:
            continue
        low = least is not None and figure.mean < least
        verdict = "不设门槛" if least is None else "未达到" if low else "通过"
        mood = "" if least is None else "pk-broken" if low else "pk-met"
        rows.append(
            f'<tr><th scope="row">{escape(metric.label)}<small>{escape(metric.description)}</small></th>'
            f"<td>{show_share(figure.mean)}</td><td>{_range(figure.ci95) or '—'}</td><td>{show_share(least)}</td>"
            f'<td>{figure.count}</td><td><span class="{mood}">{verdict}</span></td></tr>'
        )
    heads = "".join(
        f'<th scope="col">{h}</th>' for h in ("指标", "得分", "95% 区间", "门槛", "计分题数", "结论")
    )
    return (
        '<h4 id="pk-figures">各项指标</h4><div class="pk-ev-scroll" tabindex="0" role="region" aria-labelledby="pk-figures">'
        f'<table class="pk-ev-table"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _bars(title: str, groups: Mapping[str, Group], label: Callable[[str], str]) -> str:
    """A bar for each group, with the interval as a line on it."""
    rows = [
        _bar(
            label(name),
            group.share,
            show_share(group.share),
            f"{group.passed}/{_scored(group)} 题",
            group.passed_ci95,
        )
        for name, group in groups.items()
        if group.share is not None
    ]
    return _chart(title, "线段为 95% 区间", rows)


def _reasons(found: Metrics) -> str:
    most = max(found.failures.values(), default=1)
    rows = [_bar(_reason(name), count / most, f"{count} 题", "") for name, count in found.failures.items()]
    return _chart("错在哪一步", "每题只计最先出错的一步", rows)


def _chart(title: str, note: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    return f'<h4>{title}<small>{note}</small></h4><table class="pk-ev-bars"><tbody>{"".join(rows)}</tbody></table>'


def _bar(label: str, share: float, value: str, note: str, spread: tuple[float, float] | None = None) -> str:
    line = ""
    if spread:
        low, high = spread
        line = f'<i class="pk-ev-spread" style="left:{low * 100:.2f}%;width:{(high - low) * 100:.2f}%"></i>'
    return (
        f'<tr><th scope="row">{escape(label)}</th><td class="pk-ev-bar" aria-hidden="true"><div>'
        f'<b style="width:{share * 100:.2f}%"></b>{line}</div></td><td>{value}<small>{note}</small></td></tr>'
    )


def _wrong(wrong: Sequence[Told]) -> str:
    if not wrong:
        return '<h4>未通过的题</h4><p class="pk-none">没有未通过的题。</p>'
    shown = wrong[:_MOST_WRONG]
    reasons = dict.fromkeys(each.reason or "" for each in shown)
    chips = "".join(
        f'<button type="button" class="pk-chip" aria-pressed="false" data-reason="{escape(name)}">{escape(_reason(name))}</button>'
        for name in reasons
        if name
    )
    filters = (
        f'<div class="pk-ev-reasons" role="group" aria-label="按原因筛选">{chips}</div>'
        if len(reasons) > 1
        else ""
    )
    more = len(wrong) - len(shown)
    rest = f'<p class="pk-meta">还有 {more} 题未列出，全部在 answers.jsonl 中。</p>' if more else ""
    items = "".join(_question(each) for each in shown)
    return f'<h4>未通过的题<small>{len(wrong)} 题</small></h4>{filters}<div class="pk-ev-wrong">{items}</div>{rest}'


def _question(each: Told) -> str:
    tag = (
        f'<span class="pk-mood pk-broken">{escape(_reason(each.reason or ""))}</span>' if each.reason else ""
    )
    history = f"<dt>前几问</dt><dd>{escape(' → '.join(each.history))}</dd>" if each.history else ""
    given = _given(each.answer) if each.answer else f"<dd>{escape(each.error)}</dd>"
    return (
        f'<details data-why="{escape(each.reason or "")}"><summary>{escape(each.question) or "（空问题）"}'
        f"<small>{tag}{escape(each.id)} · {escape(type_label(each.type))}</small></summary><dl>{history}"
        f"<dt>问题在哪</dt><dd>{escape('；'.join(each.faults) or each.error)}</dd><dt>预期</dt>{_expected(each.expected)}"
        f"<dt>实际</dt><dd>{escape(status_label(each.status))}</dd>{given}</dl></details>"
    )


def _expected(expected: Mapping[str, object]) -> str:
    lines = []
    if status := expected.get("status"):
        lines.append(escape(status_label(str(status))))
    if clauses := _texts(expected.get("clauses")):
        lines.append(f"引用 {''.join(_clause(clause) for clause in clauses)}")
    if facts := _texts(expected.get("facts")):
        lines.append(f"要点 {escape('、'.join(facts))}")
    if forbid := _texts(expected.get("forbid")):
        lines.append(f"不得出现 {escape('、'.join(forbid))}")
    if "amount_yuan" in expected:
        amount = expected["amount_yuan"]
        lines.append("不应有金额" if amount is None else f"金额 {escape(str(amount))} 元")
    return "".join(f"<dd>{line}</dd>" for line in lines or ["没有写预期"])


def _given(answer: Given) -> str:
    amount = (answer.calculation or {}).get("amount_yuan")
    cited = "".join(
        f'<button type="button" class="pk-ev-link" data-clause="{escape(c.id)}" data-start="{c.start}" data-end="{c.end}">'
        f"{escape(c.label)}</button>"
        for c in answer.citations
    )
    return (
        f'<dd class="pk-ev-said">{escape(answer.answer)}</dd>'
        f"{f'<dd>金额 {escape(str(amount))} 元</dd>' if amount is not None else ''}"
        f"<dd>{f'引用 {cited}' if cited else '没有引用'}</dd>"
    )


def _clause(clause: str) -> str:
    return f'<button type="button" class="pk-ev-link" data-clause="{escape(clause)}">{escape(written(clause))}</button>'


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def _scored(group: Group) -> int:
    return group.questions - group.without_expectation


def _reason(name: str) -> str:
    return next((reason.label for reason in Reason if reason == name), name)


def _range(found: tuple[float, float] | None) -> str:
    return show_range(Interval(0, *found)) if found else ""
