"""The 评测 tab as HTML: the form, the run under way, the list of runs. Every text that is data is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.gates import show_share
from eval.tab_desk import ALL, FEEDBACK, TEXT
from eval.tab_runs import Metrics, Run

SHOWN = (
    ("status_accuracy", "状态正确"),
    ("exact_amount", "金额一分不差"),
    ("citation_precision", "引用正确"),
    ("hit_at_1", "首条命中"),
)
"""The figures of the list, beside the share of right answers."""


def frame_html() -> str:
    """The tab before its script has fetched anything."""
    return (
        '<section class="pk-eval" aria-label="评测"><h2>评测</h2>'
        '<p class="pk-meta">用题集检验回答：状态、金额、引用和要点逐题对照，结果人人可看，由管理员运行。</p>'
        '<div data-part="form"></div>'
        '<div data-part="under" class="pk-ev-under" hidden><div class="pk-ev-under-head"><b data-part="name"></b>'
        '<button type="button" class="pk-copy" data-stop hidden>停止</button></div>'
        '<div class="pk-ev-track" role="progressbar" aria-label="评测进度" aria-valuemin="0" aria-valuemax="100"><i></i></div>'
        '<p class="pk-meta" data-part="speed"></p></div>'
        '<p class="pk-ev-told" role="status" data-part="said"></p>'
        '<div data-part="body"><p class="pk-pending" role="status">正在读取评测记录……</p></div></section>'
    )


def form_html(sets: Sequence[tuple[str, int]], feedback: int, is_admin: bool, engine: str) -> str:
    """What starts a run; for others than the admin, who can.

    Args:
        sets: names and sizes of those we ship.
        feedback: how many questions readers' feedback makes.
        is_admin: whether it can be started.
        engine: the language model that answers, "" if none.
    """
    if not is_admin:
        return (
            '<p class="pk-remark pk-ev-box">这里可以看全部结果。要运行新的评测，请先在'
            '<a href="#library">“知识库”页</a>输入管理密码。</p>'
        )
    options = [(ALL, f"全部自带题集（{sum(size for _, size in sets)} 题）")]
    options += [(name, f"自带题集 {name}（{size} 题）") for name, size in sets]
    options += [(FEEDBACK, f"读者反馈（{feedback} 题）")] if feedback else []
    options.append((TEXT, "自己的题集：粘贴或选文件"))
    listed = "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in options)
    extractive = (
        f'<label class="pk-ev-check"><input type="checkbox" name="extractive">只用原文引擎，不用 {escape(engine)}</label>'
        if engine
        else ""
    )
    return (
        '<form class="pk-ev-box" aria-label="运行评测"><div class="pk-ev-fields">'
        f'<div class="pk-ev-field"><label for="pk-eval-set">题集</label><select id="pk-eval-set" name="source">{listed}</select></div>'
        '<div class="pk-ev-field"><label for="pk-eval-sample">抽取题数</label>'
        '<input id="pk-eval-sample" name="sample" type="number" min="1" '
        'step="1" inputmode="numeric" placeholder="全部"></div>'
        f'{extractive}</div><div class="pk-ev-own" hidden>'
        '<div class="pk-ev-field"><label for="pk-eval-text">题集内容（JSON Lines，每行一题）</label>'
        '<textarea id="pk-eval-text" name="text" rows="6" spellcheck="false" placeholder='
        '\'{"id": "1", "question": "687号文第8条是怎么规定的？", "status": "answered"}\'></textarea></div>'
        '<p class="pk-meta">也可以把 .jsonl 文件拖到框里，或 <label class="pk-ev-file">选择文件'
        '<input type="file" accept=".jsonl,.json,.txt" class="pk-ev-unseen"></label> <span data-part="file"></span></p></div>'
        '<button type="submit" class="pk-send">开始评测</button></form>'
    )


def runs_html(runs: Sequence[Run]) -> str:
    """The list of evaluations."""
    if not runs:
        return (
            '<p class="pk-none">还没有评测记录。管理员运行一次评测后，结果列在这里；'
            "用命令 policykb eval --out 写进知识库文件夹下 evaluations 的结果也会列出。</p>"
        )
    rows = "".join(_run_row(run) for run in runs)
    heads = "".join(f'<th scope="col">{label}</th>' for label in ("全对率", *(label for _, label in SHOWN)))
    return (
        '<h3 id="pk-runs">评测记录</h3><div class="pk-ev-scroll" tabindex="0" role="region" aria-labelledby="pk-runs">'
        '<table class="pk-ev-table"><thead><tr><th scope="col">评测</th><th scope="col">门槛</th>'
        f'<th scope="col">题数</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _run_row(run: Run) -> str:
    found = run.metrics
    if found is None:
        return f'<tr><th scope="row">{escape(run.id)}</th><td colspan="{len(SHOWN) + 3}">结果文件读不了，可能不完整</td></tr>'
    shares = [found.overall.share, *(_mean(found, name) for name, _ in SHOWN)]
    cells = "".join(f"<td>{show_share(share)}</td>" for share in shares)
    return (
        f'<tr><th scope="row"><button type="button" class="pk-ev-link" data-run="{escape(run.id)}">{escape(found.qa)}'
        f"<small>{when(found)}</small></button></th><td>{gates_html(found)}</td>"
        f"<td>{found.overall.questions}</td>{cells}</tr>"
    )


def when(found: Metrics) -> str:
    """The time of a run, as people read it."""
    return f"{found.date:%Y-%m-%d %H:%M}"


def gates_html(found: Metrics) -> str:
    """Whether the gates were passed, by sign, word and colour."""
    if found.gates.passed:
        return '<span class="pk-mood pk-met"><i aria-hidden="true">✓</i>通过</span>'
    return f'<span class="pk-mood pk-broken"><i aria-hidden="true">✗</i>{len(found.gates.failed)} 项未达到</span>'


def _mean(found: Metrics, name: str) -> float | None:
    figure = found.overall.metrics.get(name)
    return figure.mean if figure else None
