"""What the command prints: plain text for the terminal."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from chat.answer import Answer, Calculation
from chat.relevance import remark, shown_scores
from chat.subsidy.calc_types import Ineligible, Missing, Outcome
from chat.wording import conclusion, without_repeats, written
from kb.finding import Found
from kb.lifecycle import Standing
from kb.money import format_yuan
from kb.rule_check import support_quotes
from kb.rules import Rule


def answer_text(answer: Answer) -> str:
    """How the question was understood, what to beware of, the answer, its citations, the calculation."""
    parts = [f"理解为：{answer.condensed}"] if answer.condensed else []
    parts.append(f"【{conclusion(answer)}】")
    parts += [f"注意：{warning}" for warning in answer.warnings]
    parts.append(answer.answer)
    if answer.citations:
        parts.append("\n引用依据")
        parts += [
            f"[{c.n}] {c.label}\n    “{c.quote.replace(chr(10), chr(10) + '    ')}”" for c in answer.citations
        ]
    if answer.calculation:
        parts.append("\n" + calculation_text(without_repeats(answer.calculation, answer.answer)))
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
        body, sources = calculation_text(outcome), support_quotes(rule)
    quoted: dict[str, list[str]] = {}
    for clause, quote in sources:
        quoted.setdefault(clause, []).append(f"    “{quote}”")
    blocks = ["\n".join([f"  {written(clause)}", *quotes]) for clause, quotes in quoted.items()]
    return "\n".join([body, "\n条款依据", *blocks])


def found_text(found: Found, standings: Mapping[str, Standing]) -> str:
    """What was understood, what to know of the result, then hits, best first."""
    head = [*_conditions_lines(found), *(each.notice for each in found.understood.unknown), remark(found)]
    blocks = ["\n".join(filter(None, head)), *_hit_texts(found, standings)]
    return "\n\n".join(filter(None, blocks))


def _conditions_lines(found: Found) -> Iterator[str]:
    """The conditions, and how to take one away."""
    applied = found.understood.conditions
    if applied:
        ways = [f"--without {shell_word(each.key)}" for each in applied]
        yield f"识别出的条件：{'｜'.join(each.label for each in applied)}"
        yield f"（可去掉：{'，'.join(ways)}{'；全部去掉：--without all' if len(ways) > 1 else ''}）"
    if found.removed:
        yield f"已去掉的条件：{'｜'.join(each.label for each in found.removed)}"


def shell_word(key: str) -> str:
    """A key as it can be pasted into a shell.

    >>> shell_word("lead:省科技厅"), shell_word("amount>=5000000:cap")
    ('lead:省科技厅', "'amount>=5000000:cap'")
    """
    return key if re.fullmatch(r"[\w:.,〔〕（）《》—-]+", key) else shlex.quote(key)


def _hit_texts(found: Found, standings: Mapping[str, Standing]) -> Iterator[str]:
    """The hits; one of a document that is not in force says so."""
    scored = shown_scores(found)
    for hit in found.hits:
        standing = standings.get(hit.document_id, Standing.IN_FORCE)
        note = "" if standing is Standing.IN_FORCE else f"（{standing}）"
        score = f"　相关度 {hit.score:.2f}" if hit.clause.id in scored else ""
        yield f"{hit.clause.label}{note}{score}\n{hit.clause.text}"
