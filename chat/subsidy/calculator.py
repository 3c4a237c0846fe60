"""The subsidy calculator: a rule and its inputs in, shown steps out. Pure, exact decimals, no guessing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chat.answer import Calculation
from chat.subsidy.calc_checks import missing, out_of_force, refuse_draft, refuse_impossible, violated
from chat.subsidy.calc_cli import parse_cli_inputs
from chat.subsidy.calc_types import (
    CalculatorInputs,
    Ineligible,
    Item,
    Missing,
    Outcome,
    show_phase,
    show_stage,
)
from chat.subsidy.formulas import Result, compute, show_measure, show_percent
from kb.money import format_yuan
from kb.rules import RateFigure, Rule

__all__ = [
    "CalculatorInputs",
    "Ineligible",
    "Item",
    "Missing",
    "Outcome",
    "calculate",
    "parse_cli_inputs",
    "show_phase",
]


def calculate(rule: Rule, inputs: CalculatorInputs, as_of: date | None = None) -> Outcome:
    """What a rule gives for these inputs.

    Args:
        rule: the rule.
        inputs: what is known; see `CalculatorInputs`.
        as_of: the day the question is about; clauses not in force on it are left out. None: no check.

    Returns:
        A `Calculation`; `Missing` where an input is needed first; `Ineligible` where a condition is not met.

    Raises:
        InputError: an input cannot be true, or nobody has confirmed the rule yet.
    """
    refuse_draft(rule)
    refuse_impossible(rule, inputs)
    if refused := violated(rule, inputs) or out_of_force(rule, inputs, as_of):
        return refused
    if lacking := missing(rule, inputs):
        return lacking
    result = compute(rule, inputs)
    basis = rule.basis_for(inputs.product, as_of) or rule.bases[0]
    return Calculation(
        rule=rule.id,
        amount_yuan=result.amount,
        is_ceiling=result.is_ceiling,
        inputs=_shown(rule, inputs),
        steps=result.steps,
        clauses=(basis.clause,),
        assumptions=(*_assumptions(rule, result), *_notes(inputs)),
    )


def show_rate(rate: RateFigure) -> str:
    """A rate as printed: 40%."""
    return show_percent(rate.value)


def _assumptions(rule: Rule, result: Result) -> tuple[str, ...]:
    """What a rule takes for granted in this situation; what every rule of its form does, where it says nothing itself."""
    situations = result.situations | {"always"} | ({"several_bases"} if len(rule.bases) > 1 else set())
    own = [assumption.text for assumption in rule.assumptions if assumption.when in situations]
    if result.amount is not None and not any(each.when == "always" for each in rule.assumptions):
        own.insert(0, "按条款所列条件都已满足计算，以主管部门审核为准")
    if any(figure and figure.bound == "min" for figure in (rule.rate, rule.amount)):
        own.append("条款写的是“不低于”，结果是下限")
    if rule.stacking:
        quote = rule.stacking.sources[0].quote
        own.append(f"条款规定“{quote}”，已获其他同类支持的，不能按这里的结果重复享受")
    return tuple(own)


def _notes(inputs: CalculatorInputs) -> tuple[str, ...]:
    return (*(each.reason for each in inputs.violations if not each.blocks), *inputs.notes)


def _shown(rule: Rule, inputs: CalculatorInputs) -> dict[str, str]:
    """The inputs used, by name, as the user would write them."""
    shown = {}
    if rule.stage_by and (stages := [show_stage(rule, item.stage) for item in inputs.items if item.stage]):
        shown[rule.stage_by] = "、".join(stages)
    if rule.measured_by and (
        bases := [show_measure(rule, item.base) for item in inputs.items if item.base is not None]
    ):
        shown[rule.measured_by] = "、".join(bases)
    for each in rule.inputs:
        value = inputs.value(each.name)
        if value is not None:
            shown[each.name] = format_yuan(value) if each.type == "money" else f"{_plain(value):f}"
    if inputs.product is not None and rule.input("product"):
        shown["product"] = inputs.product
    return shown


def _plain(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value
