"""What the command prints: plain text for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chat.answer import Answer, Calculation
from chat.page.wording import conclusion, without_repeats, written
from chat.subsidy.calc_types import Ineligible, Missing, Outcome
from kb.hits import Hit
from kb.lifecycle import Standing
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


def hits_text(hits: Sequence[Hit], standings: Mapping[str, Standing]) -> str:
    """Hits, best first; one of a document that is not in force says so."""
    lines = []
    for hit in hits:
        standing = standings.get(hit.document_id, Standing.IN_FORCE)
        note = "" if standing is Standing.IN_FORCE else f"（{standing}）"
        lines.append(f"{hit.clause.label}{note}\n{hit.clause.text}")
    return "\n\n".join(lines) or "没有找到相符的条款。"


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
