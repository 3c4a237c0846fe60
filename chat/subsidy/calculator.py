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
from kb.rule_check import sources
from kb.rules import Basis, Input, Kind, RateFigure, Rule

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


_STACKING = {
    "highest": "同时符合几项的，只取最高的一项，不叠加",
    "exclusive": "已获同类支持的，不能再按这里的结果享受",
}


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
        clauses=_cited(rule, basis),
        assumptions=(*_assumptions(rule, result), *_notes(inputs)),
    )


def _cited(rule: Rule, basis: Basis) -> tuple[str, ...]:
    """The clause that gives, and those that state a figure or a limit it does not state itself."""
    stated: dict[str, list[str]] = {}
    for field, source in sources(rule):
        if not field.startswith(("bases", "conditions")):
            stated.setdefault(field, []).append(source.clause)
    others = [clauses[0] for clauses in stated.values() if basis.clause not in clauses]
    return tuple(dict.fromkeys((basis.clause, *others)))


def show_rate(rate: RateFigure) -> str:
    """A rate as printed: 40%."""
    return show_percent(rate.value)


def _assumptions(rule: Rule, result: Result) -> tuple[str, ...]:
    """What a rule takes for granted in this situation; what every rule of its form does, where it says nothing itself."""
    situations = result.situations | {"always"} | ({"several_bases"} if len(rule.bases) > 1 else set())
    own = [assumption.text for assumption in rule.assumptions if assumption.when in situations]
    declared = {assumption.when for assumption in rule.assumptions}
    if result.amount is not None and "always" not in declared:
        own.insert(0, "按条款所列条件都已满足计算，以主管部门审核为准")
    if rule.kind is Kind.CAP_ONLY and "premium" in situations - declared and rule.measured:
        own.append(f"条款没有写明比例，按支持不超过{rule.measured.label}计，结果是上限")
    if "no_prior_support" in situations - declared:
        own.append("按本年度尚未获得这项支持计")
    if any(figure and figure.bound == "min" for figure in (rule.rate, rule.amount)):
        own.append("条款写的是“不低于”，结果是下限")
    if rule.stacking:
        own.append(f"条款规定“{rule.stacking.sources[0].quote}”，{_STACKING[rule.stacking.method]}")
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
            shown[each.name] = _show_value(each, value)
    if inputs.product is not None and rule.input("product"):
        shown["product"] = inputs.product
    return shown


def _show_value(declared: Input, value: Decimal) -> str:
    if declared.type == "money":
        return format_yuan(value)
    return f"{_plain(value):f}{'个月' if declared.type == 'months' else ''}"


def _plain(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value
