"""Several projects side by side as a table: what each gets and how, and what they come to where the text lets them be added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from urllib.parse import urlencode

from chat.answer import Calculation
from chat.page.answers import calculation_html
from chat.page.outcomes import basis_html
from chat.subsidy.calc_types import Ineligible
from chat.subsidy.caps import caps_of, reached
from chat.subsidy.form import Filled
from chat.subsidy.together import Group, Together
from kb.money import format_yuan

SHARE_NOTE = "占比＝该项单独测算的金额÷同一补贴项目各项金额之和。"


@dataclass(frozen=True, slots=True)
class Row:
    """What the table and the Word file say of one project, in words."""

    name: str
    rule: str
    inputs: str
    amount: str
    caps: str
    share: str


def rows_of(names: Sequence[str], projects: Sequence[Filled], whole: Together) -> list[Row]:
    """Each project in words."""
    return [
        Row(
            name,
            filled.rule.title,
            inputs_text(filled),
            _amount(filled),
            caps_text(filled),
            _share(number, projects, whole.group_of(number)),
        )
        for number, (name, filled) in enumerate(zip(names, projects, strict=True))
    ]


def inputs_text(filled: Filled) -> str:
    """What was put in, as understood: 临床试验期别Ⅱ期，研发投入6000万元."""
    said = [
        f"{declared.label}{field.said or filled.values[declared.name]}"
        for declared in filled.rule.inputs
        if (field := filled.fields.get(declared.name)) and declared.name in filled.values
    ]
    return "，".join(said) or "无需填写"


def caps_text(filled: Filled) -> str:
    """Which limit an amount has reached; where none, which is the nearest."""
    found = filled.calculation
    if found is None or found.amount_yuan is None or filled.inputs is None:
        return ""
    caps = caps_of(filled.rule, filled.inputs)
    if full := reached(caps, found.amount_yuan):
        return f"已达到：{full[0].name}"
    return f"未达到：{caps[0].name}" if caps else "条款没有写上限"


def query_of(projects: Sequence[Filled], names: Sequence[str] = ()) -> str:
    """The projects as the query of an address: each begins with its ``rule``, a name before it as ``_name``."""
    pairs: list[tuple[str, str]] = []
    for number, filled in enumerate(projects):
        pairs.append(("rule", filled.rule.id))
        pairs += [("_name", names[number])] if number < len(names) else []
        pairs += list(filled.values.items())
    return urlencode(pairs)


def projects_html(names: Sequence[str], projects: Sequence[Filled], whole: Together) -> str:
    """The table, the joint computations, what is not added and why, and the way to take it away."""
    if not projects:
        return ""
    rows = "".join(
        _row_html(number, row, projects[number]) for number, row in enumerate(rows_of(names, projects, whole))
    )
    table = (
        '<table class="pk-projects"><thead><tr><th scope="col">项目</th><th scope="col">填写的情况</th>'
        '<th scope="col">金额</th><th scope="col">上限</th><th scope="col">占比</th><th scope="col">操作</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    joint = "".join(_group_html(group) for group in whole.groups)
    note = f'<p class="pk-warning">{escape(whole.note)}</p>' if whole.note else ""
    quotes = basis_html([(q.clause, q.quote) for q in whole.quotes], "条款对同时享受几项的规定")
    shared = any(group.adds_up for group in whole.groups)
    address = f"export/estimate.docx?{query_of(projects, names)}"
    return (
        f'<section class="pk-compare pk-result" aria-label="对比"><h3>对比（{len(projects)} 个项目）</h3>{table}{joint}{note}'
        f"{quotes if whole.quotes else ''}"
        f"{f'<p class=pk-meta>{SHARE_NOTE}</p>' if shared else ''}"
        f'<div class="pk-do"><a class="pk-second" href="{escape(address)}" download>下载对比（Word）</a>'
        '<button type="button" class="pk-second" data-clear>全部移除</button></div></section>'
    )


def numbered(names: Sequence[str]) -> list[str]:
    """The names of projects, those without one by their number."""
    return [name.strip() or f"项目{number}" for number, name in enumerate(names, 1)]


def _amount(filled: Filled) -> str:
    found = filled.calculation
    if found is None:
        said = isinstance(filled.outcome, Ineligible)
        return "不符合支持条件" if said else "还需补充信息"
    if found.amount_yuan is None:
        return found.steps[-1].value if found.steps else ""
    return f"{'最高' if found.is_ceiling else ''}{format_yuan(found.amount_yuan)}"


def _share(number: int, projects: Sequence[Filled], group: Group | None) -> str:
    """The part of a project in the sum of its group, to a tenth of a percent."""
    if group is None or not group.adds_up:
        return "—"
    amounts: Mapping[int, Decimal] = {n: _yuan(projects[n].calculation) for n in group.members}
    total = sum(amounts.values(), Decimal(0))
    if not total:
        return "—"
    exact = amounts[number] * 100 / total
    shown = exact.quantize(Decimal("0.1"))
    return f"{'' if shown == exact else '约'}{shown.normalize():f}%"


def _yuan(calculation: Calculation | None) -> Decimal:
    return (calculation.amount_yuan if calculation else None) or Decimal(0)


def _row_html(number: int, row: Row, filled: Filled) -> str:
    steps = calculation_html(filled.calculation) if filled.calculation else ""
    shown = f"<details><summary>算式</summary>{steps}</details>" if steps else ""
    name = escape(row.name)
    return (
        f'<tr><th scope="row"><input type="text" value="{name}" maxlength="40" data-name="{number}" aria-label="第{number + 1}项的名称">'
        f"<span>{escape(row.rule)}</span></th>"
        f'<td data-head="填写的情况">{escape(row.inputs)}</td><td data-head="金额"><b>{escape(row.amount)}</b>{shown}</td>'
        f'<td data-head="上限">{escape(row.caps) or "—"}</td><td data-head="占比">{row.share}</td>'
        f'<td class="pk-acts"><button type="button" class="pk-second" data-edit="{number}" aria-label="修改{name}">修改</button>'
        f'<button type="button" class="pk-second" data-remove="{number}" aria-label="移除{name}">移除</button></td></tr>'
    )


def _group_html(group: Group) -> str:
    """The joint computation of one rule, or why there is none."""
    if group.joint is not None:
        word = "合计最高" if group.joint.is_ceiling else "合计"
        word = word if group.adds_up else "就高，只计"
        amount = format_yuan(_yuan(group.joint))
        return (
            f'<section class="pk-joint"><p class="pk-amount"><span>{escape(_several(group))}{word}</span><b>{amount}</b></p>'
            f"{calculation_html(group.joint)}</section>"
        )
    if not group.why:
        return ""
    return f'<p class="pk-joint">{escape(_several(group))}：{escape(group.why)}</p>'


def _several(group: Group) -> str:
    return f"{group.rule.title}（{len(group.members)} 项）"
