"""A calculation as a page to hand on in Word: what was put in, every step, what is taken for granted, the clauses verbatim.

One project fills a page; of several there is a table first, what they come to together, then each with its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from chat.answer import Calculation
from chat.export.docx import Paper
from chat.page.outcomes import used_quotes
from chat.page.projects import SHARE_NOTE, caps_text, inputs_text, rows_of
from chat.subsidy.calc_types import Ineligible, Missing
from chat.subsidy.form import Filled
from chat.subsidy.together import Together
from chat.wording import written
from kb.money import format_yuan

DISCLAIMER = (
    "本测算单由政策知识库按已入库的政策原文自动计算，仅供参考，不是申报或拨付的承诺；"
    "能否享受、享受多少，以主管部门的审核和政策原文为准。"
)
Address = Callable[[str], str]
"""The address of a clause's own page."""


def estimate_docx(filled: Filled, title: str, day: date, address: Address) -> bytes:
    """One project.

    Args:
        filled: its form, with a result.
        title: of the document that its rule is of.
        day: the day of the calculation.
        address: gives a clause's address.
    """
    paper = Paper(f"补贴测算单：{filled.rule.title}")
    paper.heading("补贴测算单", 0)
    paper.paragraph(f"测算日期：{day.isoformat()}", small=True, centred=True)
    _facts(paper, filled, title)
    _result(paper, filled)
    paper.heading("条款依据（原文照录）", 2)
    _quotes(paper, filled, address)
    paper.paragraph(DISCLAIMER, small=True)
    return paper.to_bytes()


def comparison_docx(
    names: Sequence[str], projects: Sequence[Filled], whole: Together, day: date, address: Address
) -> bytes:
    """Several projects; the arguments are those of `estimate_docx` and of `chat.page.projects.projects_html`."""
    paper = Paper("补贴测算对比")
    paper.heading("补贴测算对比", 0)
    paper.paragraph(f"测算日期：{day.isoformat()}，共 {len(projects)} 个项目", small=True, centred=True)
    rows = rows_of(names, projects, whole)
    paper.table(
        ("项目", "补贴项目", "填写的情况", "金额", "上限", "占比"),
        [(r.name, r.rule, r.inputs, r.amount, r.caps or "—", r.share) for r in rows],
        (2, 3.2, 4, 2.4, 3, 1.4),
    )
    for group in whole.groups:
        several = f"{group.rule.title}（{'、'.join(names[n] for n in group.members)}）"
        if group.joint is not None and group.joint.amount_yuan is not None:
            word = ("合计最高" if group.joint.is_ceiling else "合计") if group.adds_up else "就高，只计"
            paper.paragraph(f"{several}{word}{format_yuan(group.joint.amount_yuan)}", bold=True)
            _steps(paper, group.joint)
        elif group.why:
            paper.paragraph(f"{several}：{group.why}")
    if any(group.adds_up for group in whole.groups):
        paper.paragraph(SHARE_NOTE, small=True)
    if whole.note:
        paper.paragraph(whole.note, bold=True)
    for quote in whole.quotes:
        paper.quote(quote.quote, written(quote.clause), address(quote.clause))
    for name, filled in zip(names, projects, strict=True):
        paper.heading(f"{name}：{filled.rule.title}", 1)
        paper.paragraph(inputs_text(filled))
        _result(paper, filled)
    paper.heading("条款依据", 1)
    for filled in {each.rule.id: each for each in projects}.values():
        _quotes(paper, filled, address)
    paper.paragraph(DISCLAIMER, small=True)
    return paper.to_bytes()


def _facts(paper: Paper, filled: Filled, title: str) -> None:
    rows = [("补贴项目", filled.rule.title), ("所依据的文件", title)]
    rows += [
        (declared.label, filled.fields[declared.name].said or filled.values[declared.name])
        for declared in filled.rule.inputs
        if declared.name in filled.values
    ]
    paper.table(("事项", "内容"), rows, (4, 12))


def _result(paper: Paper, filled: Filled) -> None:
    outcome = filled.outcome
    if isinstance(outcome, Calculation):
        if outcome.amount_yuan is not None:
            word = "最高可得" if outcome.is_ceiling else "可得"
            paper.paragraph(f"{word}：{format_yuan(outcome.amount_yuan)}", bold=True)
            if said := caps_text(filled):
                paper.paragraph(f"上限{said}", small=True)
        _steps(paper, outcome)
    elif isinstance(outcome, Ineligible):
        paper.paragraph(f"不符合支持条件：{outcome.reason}", bold=True)
    elif isinstance(outcome, Missing):
        paper.paragraph(f"还需补充信息：{outcome.question}", bold=True)


def _steps(paper: Paper, calculation: Calculation) -> None:
    paper.table(("测算步骤", "结果"), [(step.text, step.value) for step in calculation.steps], (12, 4))
    if calculation.assumptions:
        paper.paragraph("测算前提", bold=True)
        paper.bullets(calculation.assumptions)


def _quotes(paper: Paper, filled: Filled, address: Address) -> None:
    """The words used, those of one clause below one name."""
    if isinstance(filled.outcome, Calculation):
        quotes, _ = used_quotes(filled.rule, filled.outcome)
    elif isinstance(filled.outcome, Ineligible):
        quotes = [(filled.outcome.clause, filled.outcome.quote)]
    else:
        quotes = [(basis.clause, basis.quote) for basis in filled.rule.bases]
    last = ""
    for clause, quote in quotes:
        paper.quote(quote, written(clause) if clause != last else "", address(clause))
        last = clause
