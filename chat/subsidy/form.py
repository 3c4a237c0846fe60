"""A rule's form as it was filled in: each value as understood or what is wrong with it, and what the calculator says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chat.answer import Calculation
from chat.subsidy.calc_checks import refuse_impossible
from chat.subsidy.calc_types import CalculatorInputs, Missing, Outcome, show_stage
from chat.subsidy.calculator import calculate, parse_cli_inputs
from corpus import InputError, UsageError
from kb.money import format_yuan
from kb.rules import Input, Rule

MAX_VALUE = 200  # characters
_NOT_GIVEN = "请填写这一项。"


@dataclass(frozen=True, slots=True)
class Field:
    """One value: as the program understands it, or what is wrong with it."""

    said: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form.

    Attributes:
        rule: the rule.
        values: what was put in, by the name of the input; empty ones are left out.
        fields: the same as understood, and what is missing.
        inputs: all of it for the calculator; None where something is wrong.
        outcome: what the calculator says; None where something is wrong.
        error: what is wrong and concerns no one value.
    """

    rule: Rule
    values: Mapping[str, str]
    fields: Mapping[str, Field] = field(default_factory=dict)
    inputs: CalculatorInputs | None = None
    outcome: Outcome | None = None
    error: str = ""

    @property
    def calculation(self) -> Calculation | None:
        """The result, if there is one."""
        return self.outcome if isinstance(self.outcome, Calculation) else None

    @property
    def problem(self) -> str:
        """The first thing wrong, in one line that names its field; "" where nothing is."""
        wrong = ((name, each.error) for name, each in self.fields.items() if each.error)
        name, said = next(wrong, ("", ""))
        declared = self.rule.input(name)
        return f"{declared.label}：{said}" if declared and said else said or self.error


def fill_in(rule: Rule, values: Mapping[str, str], as_of: date) -> Filled:
    """Read a form and compute; whatever is wrong is said in the result.

    Args:
        rule: the rule; drafts are refused.
        values: text by the name of its input.
        as_of: the day the rule is used.
    """
    given = {name: value.strip()[: MAX_VALUE + 1] for name, value in values.items() if value.strip()}
    fields = {name: _read(rule, name, value) for name, value in given.items()}
    if any(each.error for each in fields.values()):
        return Filled(rule, given, fields)
    try:
        inputs = parse_cli_inputs(rule, [f"{name}={value}" for name, value in given.items()])
        outcome = calculate(rule, inputs, as_of)
    except (InputError, UsageError) as error:
        return Filled(rule, given, fields, error=str(error))
    if isinstance(outcome, Missing):
        fields |= {name: Field(error=_NOT_GIVEN) for name in outcome.names if name not in given}
    return Filled(rule, given, fields, inputs, outcome)


def values_of(rule: Rule, inputs: CalculatorInputs) -> dict[str, str]:
    """What is known of one item, as a form holds it; several items fit no form, what they are is left out."""
    values: dict[str, str] = {}
    if len(inputs.items) == 1:
        item = inputs.items[0]
        if item.stage is not None and rule.stage_by:
            values[rule.stage_by] = item.stage
        if item.base is not None and rule.measured is not None:
            values[rule.measured_by] = show_value(rule.measured, item.base)
    for each in rule.inputs:
        if (value := inputs.value(each.name)) is not None:
            values[each.name] = show_value(each, value)
    return values | {name: value for name, value in inputs.choices.items() if rule.input(name)}


def show_value(declared: Input, value: Decimal) -> str:
    """A figure as a person writes it: 6000万元, 800张, 12个月."""
    if declared.type == "money":
        return format_yuan(value)
    return f"{value.normalize():f}{unit_of(declared)}"


def unit_of(declared: Input) -> str:
    """The unit of a number that is put in: 张, 个月; "" for money and choices."""
    if declared.type == "months":
        return "个月"
    return "".join(declared.units[:1]).partition("…")[0] if declared.type == "count" else ""


def _read(rule: Rule, name: str, value: str) -> Field:
    if len(value) > MAX_VALUE:
        return Field(error=f"太长，请缩短到 {MAX_VALUE} 字以内。")
    declared = rule.input(name)
    try:
        inputs = parse_cli_inputs(rule, [f"{name}={value}"])
        refuse_impossible(rule, inputs)
    except (InputError, UsageError) as error:
        return Field(error=_beside(str(error), name, declared))
    if declared is None:  # Ⅱ=6000万: a stage with its measure
        return Field(value)
    return Field(_understood(rule, declared, inputs))


def _beside(message: str, name: str, declared: Input | None) -> str:
    """A message for one field, which stands beside its label: without the name the command has for it."""
    label = declared.label if declared else ""
    return message.replace(f"{name}=", "").removeprefix(name).removeprefix(label).strip()


def _understood(rule: Rule, declared: Input, inputs: CalculatorInputs) -> str:
    if declared.name == rule.stage_by:
        return "、".join(show_stage(rule, item.stage) for item in inputs.items if item.stage)
    if declared.name == rule.measured_by:
        return "、".join(show_value(declared, item.base) for item in inputs.items if item.base is not None)
    if declared.type == "choice":
        return inputs.choices.get(declared.name, "")
    value = inputs.value(declared.name)
    return "" if value is None else show_value(declared, value)
