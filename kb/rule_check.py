"""Whether the rules say what the clauses say: every quote is verbatim, every figure stands in its quote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from kb.money import format_yuan, read_amounts
from kb.numerals import read_percents
from kb.rules import Rule, Source, Stage


def check_rules(rules: Iterable[Rule], clause_text: Callable[[str], str | None]) -> list[str]:
    """Problems of the rules against the clauses, one Chinese line each; none is the good case.

    Args:
        rules: the rules to check.
        clause_text: cleaned text of the clause with an id, None if there is no such clause.
    """
    return [
        f"规则 {rule.id} 的 {field}：{problem}"
        for rule in rules
        for field, problem in (
            *_quote_problems(rule, clause_text),
            *_figure_problems(rule),
            *_reference_problems(rule),
        )
    ]


def sources(rule: Rule) -> Iterator[tuple[str, Source]]:
    """Every source a rule names, with the field that names it."""
    for number, basis in enumerate(rule.bases):
        yield f"bases.{number}", basis
    for name, figure in (
        ("rate", rule.rate),
        ("yearly_cap", rule.yearly_cap),
        ("amount", rule.amount),
        ("cap", rule.cap),
    ):
        for source in figure.sources if figure else ():
            yield name, source
    for stage in rule.stages:
        for source in stage.sources:
            yield f"stages.{stage.stage}", source
    for condition in rule.conditions:
        for source in condition.sources:
            yield f"conditions.{condition.id}", source


def _quote_problems(rule: Rule, clause_text: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    for field, source in sources(rule):
        text = clause_text(source.clause)
        if text is None:
            yield field, f"没有条款 {source.clause}。"
        elif source.quote not in text:
            yield field, f"引文“{source.quote}”不是条款 {source.clause} 的原文。"


def _figure_problems(rule: Rule) -> Iterator[tuple[str, str]]:
    for source in rule.rate.sources if rule.rate else ():
        if rule.rate and rule.rate.value not in read_percents(source.quote):
            yield "rate", f"引文“{source.quote}”里没有 {rule.rate.value:.4%}。"
    for name, figure in (("yearly_cap", rule.yearly_cap), ("amount", rule.amount), ("cap", rule.cap)):
        for source in figure.sources if figure else ():
            if figure and figure.value not in _amounts(source):
                yield name, f"引文“{source.quote}”里没有 {format_yuan(figure.value)}。"
    yield from _stage_problems(rule.stages)


def _stage_problems(stages: Sequence[Stage]) -> Iterator[tuple[str, str]]:
    """Each cap stands in its quote; a quote that several stages share names their caps in the same order."""
    shared: dict[tuple[str, str], list[Stage]] = {}
    for stage in stages:
        for source in stage.sources:
            shared.setdefault((source.clause, source.quote), []).append(stage)
            if stage.cap not in _amounts(source):
                yield f"stages.{stage.stage}", f"引文“{source.quote}”里没有 {format_yuan(stage.cap)}。"
    for (clause, quote), those in shared.items():
        stated = _amounts(Source(clause=clause, quote=quote))
        caps = [stage.cap for stage in those]
        if len(those) > 1 and all(cap in stated for cap in caps) and stated != caps:
            listed = "、".join(map(format_yuan, caps))
            yield "stages", f"上限依次为 {listed}，与引文“{quote}”的次序或个数不一致。"


def _reference_problems(rule: Rule) -> Iterator[tuple[str, str]]:
    """Sources and choices name only clauses that are bases of the rule."""
    known = set(rule.clauses)
    for field, source in sources(rule):
        if source.clause not in known:
            yield field, f"条款 {source.clause} 没有列入 bases。"
    for each in rule.inputs:
        for choice in each.choices:
            for clause in choice.clauses:
                if clause not in known:
                    yield f"inputs.{each.name}", f"条款 {clause} 没有列入 bases。"


def _amounts(source: Source) -> list[Decimal]:
    return [amount.value for amount in read_amounts(source.quote)]
