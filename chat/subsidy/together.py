"""Several projects side by side: what they come to together, only where the text itself speaks of several.

The sum is the calculator's, of all projects of one rule as items of one computation: its steps, its limits, its assumptions.
Projects of different rules are never added; what the texts say on having several is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chat.answer import Calculation
from chat.subsidy.calc_types import CalculatorInputs
from chat.subsidy.calculator import calculate
from chat.subsidy.form import Filled
from corpus import Clause, InputError
from kb.rules import Kind, Rule, Source

APART = "各项分别测算，能否叠加以政策原文为准，这里不合计。"
_FOR_ONE = re.compile(r"企业|单位|公司|机构|主体|户$")
_MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Group:
    """The projects of one rule.

    Attributes:
        rule: the rule.
        members: their numbers, from 0; those with an amount.
        joint: all of them in one computation; None where they are not added.
        why: why they are not; "" where they are, or there is but one.
    """

    rule: Rule
    members: tuple[int, ...]
    joint: Calculation | None = None
    why: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether the joint amount is a sum of theirs, or what a limit leaves of it; not the highest of them."""
        return self.joint is not None and not (self.rule.stacking and self.rule.stacking.method == "highest")


@dataclass(frozen=True, slots=True)
class Together:
    """All projects: by rule, a line on what is not added, and what the texts say on having several."""

    groups: tuple[Group, ...]
    note: str
    quotes: tuple[Source, ...]

    def group_of(self, number: int) -> Group | None:
        """The group a project is in."""
        return next((group for group in self.groups if number in group.members), None)


def together(projects: Sequence[Filled], as_of: date, clauses: Iterable[Clause] = ()) -> Together:
    """What several projects come to.

    Args:
        projects: their forms.
        as_of: the day.
        clauses: of the documents their rules are of, for words on having several.
    """
    with_amount = [
        number
        for number, each in enumerate(projects)
        if each.calculation and each.calculation.amount_yuan is not None
    ]
    rules = list(dict.fromkeys(projects[number].rule.id for number in with_amount))
    groups = tuple(
        _group(projects, tuple(n for n in with_amount if projects[n].rule.id == rule), as_of)
        for rule in rules
    )
    apart = len(groups) > 1 or any(group.why for group in groups)
    quotes = tuple(_quotes([group.rule for group in groups], clauses)) if apart else ()
    return Together(groups, APART if apart else "", quotes)


def _group(projects: Sequence[Filled], members: tuple[int, ...], as_of: date) -> Group:
    rule = projects[members[0]].rule
    if len(members) < 2:
        return Group(rule, members)
    if rule.stacking and rule.stacking.method == "exclusive":
        return Group(rule, members, why=f"条款规定“{rule.stacking.sources[0].quote}”，几项不能相加。")
    if not _speaks_of_several(rule):
        return Group(rule, members, why="条款没有写明同一申请人有几项时怎样计算，几项不相加。")
    inputs = _joined(rule, [each for n in members if (each := projects[n].inputs) is not None])
    if inputs is None:
        return Group(rule, members, why="几项填写的其他情况（例如本年度已获支持）不一致，不能放在一起计算。")
    try:
        joint = calculate(rule, inputs, as_of)
    except InputError as error:
        return Group(rule, members, why=str(error))
    if not isinstance(joint, Calculation):
        return Group(rule, members, why="几项放在一起，条款没有给出算法，不相加。")
    return Group(rule, members, joint)


def _speaks_of_several(rule: Rule) -> bool:
    """Whether the text limits what one applicant gets in all, or whoever confirmed the rule said how several count."""
    limits = rule.yearly_cap or rule.entity_cap or rule.most or (rule.cap and _FOR_ONE.search(rule.cap.unit))
    return bool(limits or rule.stacking) or any(each.when == "several_items" for each in rule.assumptions)


def _joined(rule: Rule, inputs: Sequence[CalculatorInputs]) -> CalculatorInputs | None:
    """All items in one; None where what is said beside them differs. Which product it is decides no amount."""

    def beside(each: CalculatorInputs) -> tuple[object, object]:
        values = {name: value for name, value in each.values.items() if name != "count"}
        return values, {name: value for name, value in each.choices.items() if name != "product"}

    if any(beside(each) != beside(inputs[0]) for each in inputs):
        return None
    joined = replace(inputs[0], items=tuple(item for each in inputs for item in each.items))
    if len({each.product for each in inputs}) > 1:
        joined = replace(joined, choices={k: v for k, v in joined.choices.items() if k != "product"})
    if rule.kind is Kind.FIXED and not rule.stages:
        if rule.input("count") is None:
            return None
        return joined.with_value(
            "count", sum((each.value("count") or Decimal(1) for each in inputs), Decimal(0))
        )
    return joined.with_value("count", None)


def _quotes(rules: Sequence[Rule], clauses: Iterable[Clause]) -> Iterator[Source]:
    """What the rules and then their documents say on having several, the first few."""
    from kb.grants.limits import stackings
    from kb.grants.sentences import cover, parts

    found = [source for rule in rules if rule.stacking for source in rule.stacking.sources]
    for clause in clauses:
        covered = cover(clause.text)
        for span in stackings(covered, parts(covered)):
            found.append(Source(clause=clause.id, quote=_sentence(clause.text, span.start, span.end)))
    yield from list({each.quote: each for each in found}.values())[:_MOST_QUOTES]


def _sentence(text: str, start: int, end: int) -> str:
    """The words between two stops that a span is in."""
    first = max(text.rfind(stop, 0, start) for stop in "。；！？\n") + 1
    stops = [at for stop in "。；！？\n" if (at := text.find(stop, end)) >= 0]
    return text[first : min(stops, default=len(text))].strip()
