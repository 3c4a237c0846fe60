"""What the command prints: plain text for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chat.answer import Answer, Calculation
from chat.page.wording import KIND_NAMES, conclusion, document_facts, without_repeats, written
from chat.subsidy.calc_types import Ineligible, Missing, Outcome
from corpus import NodeKind, PolicyDocument
from kb.catalog import DocumentRecord
from kb.hits import FileStatus, Hit, IngestReport
from kb.money import format_yuan
from kb.rules import Rule

_STATUS_NAMES = {
    FileStatus.ADDED: "新入库",
    FileStatus.REPLACED: "已更新",
    FileStatus.UNCHANGED: "无变化",
    FileStatus.FAILED: "失败",
}


def answer_text(answer: Answer) -> str:
    """The answer, then its citations, then the calculation."""
    parts = [f"【{conclusion(answer)}】", answer.answer]
    if answer.citations:
        parts.append("\n引用依据")
        parts += [
            f"[{c.n}] {c.label}\n    “{c.quote.replace(chr(10), chr(10) + '    ')}”" for c in answer.citations
        ]
    if answer.calculation:
        parts.append("\n" + calculation_text(without_repeats(answer.calculation, answer.answer)))
    if answer.warnings:
        parts.append("\n注意")
        parts += [f"  · {warning}" for warning in answer.warnings]
    return "\n".join(parts)


def calculation_text(calculation: Calculation) -> str:
    """The steps of a calculation, one a line, and what was taken for granted."""
    lines = [
        "测算过程",
        *(f"  {n}. {step.text} = {step.value}" for n, step in enumerate(calculation.steps, 1)),
    ]
    if calculation.amount_yuan is not None:
        word = "最高" if calculation.is_ceiling else "金额"
        lines.append(f"  结果：{word} {format_yuan(calculation.amount_yuan)}")
    if calculation.assumptions:
        lines += ["测算前提", *(f"  · {text}" for text in calculation.assumptions)]
    return "\n".join(lines)


def outcome_text(rule: Rule, outcome: Outcome) -> str:
    """What the calculator says, with the clauses."""
    if isinstance(outcome, Missing):
        body, sources = f"【还需补充信息】\n{outcome.question}", [(b.clause, b.quote) for b in rule.bases]
    elif isinstance(outcome, Ineligible):
        body, sources = f"【不符合支持条件】\n{outcome.reason}", [(outcome.clause, outcome.quote)]
    else:
        body, sources = calculation_text(outcome), [(b.clause, b.quote) for b in rule.bases]
    return "\n".join(
        [body, "\n条款依据", *(f"  {written(clause)}\n    “{quote}”" for clause, quote in sources)]
    )


def document_text(document: PolicyDocument) -> str:
    """A document as an indented tree of its clauses."""
    lines = [document.name, "  ".join(document_facts(document)), ""]
    for node in document.clauses:
        first, *rest = node.text.split("\n")
        indent = "  " * node.level
        name = "" if node.kind is NodeKind.CLAUSE else f"〔{KIND_NAMES[node.kind]}〕"
        lines += [f"{indent}{name}{first}", *(f"{indent}  {line}" for line in rest)]
    return "\n".join([*lines, *(f"提示：{warning}" for warning in document.warnings)])


def ingest_text(report: IngestReport) -> str:
    """What became of each file, as a table."""
    rows = ((o.path.name, _STATUS_NAMES[o.status], o.document_id) for o in report.outcomes)
    return table(("文件", "结果", "文号"), rows)


def records_text(records: Sequence[DocumentRecord]) -> str:
    """What is in the knowledge base, as a table."""
    if not records:
        return "知识库里还没有文件，用 policykb ingest 文件 入库。"
    rows = ((r.id, r.title, str(r.issued_on or ""), str(r.clause_count)) for r in records)
    return table(("文号", "标题", "印发日期", "条款数"), rows)


def hits_text(hits: Sequence[Hit]) -> str:
    """Hits, best first."""
    return "\n\n".join(f"{hit.clause.label}\n{hit.clause.text}" for hit in hits) or "没有找到相符的条款。"


def rules_text(rules: Sequence[Rule]) -> str:
    """The rules, each with an example and the meaning of its inputs."""
    lines = []
    for rule in rules:
        lines.append(f"{rule.id}  {rule.title}")
        for each in rule.inputs:
            lines.append(
                f"    {each.name}={each.example}  {each.label}（{'必填' if each.required else '可不填'}）"
            )
    return "\n".join(lines)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as wide as the terminal allows."""
    from rich.console import Console
    from rich.table import Table

    made = Table(box=None, pad_edge=False)
    for title in titles:
        made.add_column(title, overflow="fold")
    for row in rows:
        made.add_row(*row)
    console = Console(highlight=False, markup=False)
    with console.capture() as printed:
        console.print(made)
    return printed.get().rstrip("\n")
