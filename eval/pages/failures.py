"""The questions answered wrong: why, what was expected, what was said, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.gates import show_share
from eval.labels import status_label, type_label
from eval.pages.parts import listed, pairs, row, table
from eval.run import EvalResult, Record

_RETRIEVED_SHOWN = 5
_EXPECTED = {
    "status": "状态",
    "clauses": "引用",
    "facts": "要点",
    "forbid": "不得出现",
    "amount_yuan": "金额（元）",
}


def reasons(result: EvalResult) -> str:
    """How many answers are wrong for each reason, with the types of question they are of."""
    if not result.reasons:
        return '<p class="empty">没有未通过的题目。</p>'
    rows = []
    for reason, count in result.reasons.items():
        wrong = [record for record in result.records if record.reason is reason]
        types = dict.fromkeys(type_label(record.item.type) for record in wrong)
        ids = "、".join(escape(record.item.id) for record in wrong[:8]) + ("……" if count > 8 else "")
        share = show_share(count / len(result.records))
        rows.append(row([escape(reason.label), str(count), share, escape("、".join(types)), ids]))
    return table(("原因", "题数", "占全部题目", "题型", "题目"), rows, "reasons")


def records(shown: Sequence[Record], empty: str) -> str:
    """Records one can open."""
    return "".join(map(_record, shown)) or f'<p class="empty">{empty}</p>'


def _record(record: Record) -> str:
    item = record.item
    why = "；".join([*record.faults, *record.misses])
    kind = "why" if record.failed else "why miss"
    tag = f"<b>{escape(record.reason.label)}</b>" if record.reason else ""
    return (
        f"<details><summary><em>{escape(item.id)} · {escape(type_label(item.type))}</em>{escape(item.question)}"
        f'<span class="{kind}">{tag}{escape(why)}</span></summary>{pairs(_rows(record))}</details>'
    )


def _rows(record: Record) -> list[tuple[str, str]]:
    item, answer = record.item, record.answer
    rows = [("前几轮", listed(map(escape, item.history)))] if item.history else []
    rows += [("问题", escape(item.question)), ("预期", _expectation(record))]
    if answer is None:
        return [*rows, ("错误", escape(record.error))]
    rows += [("状态", escape(status_label(record.status))), ("回答", escape(answer.answer))]
    if answer.calculation and answer.calculation.amount_yuan is not None:
        rows.append(("金额", f"{answer.calculation.amount_yuan:f} 元"))
    rows.append(("引用", listed(f"{escape(c.id)} <q>{escape(c.quote)}</q>" for c in answer.citations)))
    found = dict.fromkeys(answer.retrieved)
    rows.append(("检索前五", listed(map(escape, list(found)[:_RETRIEVED_SHOWN]))))
    return [*rows, ("用时", f"{record.ms:.0f} 毫秒")]


def _expectation(record: Record) -> str:
    lines = []
    for key, value in record.item.expectation().items():
        if key == "status" and value:
            shown = status_label(value)
        elif isinstance(value, list):
            shown = "、".join(value)
        else:
            shown = "无" if value is None else str(value)
        if shown:
            lines.append(f"{_EXPECTED[key]}：{escape(shown)}")
    return "\n".join(lines) or "（无）"
