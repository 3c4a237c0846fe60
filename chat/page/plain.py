"""What the command prints: plain text for the terminal."""

from __future__ import annotations


from chat.answer import Answer, Calculation
from chat.calc_types import Ineligible, Missing, Outcome
from chat.page.wording import KIND_NAMES, conclusion, document_facts, without_repeats, written
from corpus import NodeKind, PolicyDocument
from kb.money import format_yuan
from kb.rules import Rule


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
