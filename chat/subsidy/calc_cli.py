"""The calculator's inputs as ``key=value`` pairs: ``phase=II rd_spending=6000万``, or short ``II=6000万 III=1亿``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, Item, Violation
from chat.subsidy.conditions import read_conditions
from chat.subsidy.items import read_choice
from chat.subsidy.phases import phase_name
from corpus import InputError, UsageError
from kb.money import UnreadableAmount, read_amount
from kb.numerals import fold, parse_number
from kb.rules import Input, Rule

# between values; not the comma inside 1,500万
_SEPARATOR = re.compile(r"[，、;；/\s]+|(?<![0-9]),|,(?![0-9]{3}(?![0-9]))")

_LEAST_WITHOUT_UNIT = 10_000  # 6000 without a unit is more likely 6000万 than 6000元


def parse_cli_inputs(rule: Rule, pairs: Iterable[str]) -> CalculatorInputs:
    """Read pairs for one rule.

    Args:
        rule: the rule to compute.
        pairs: ``name=value``; the input of a rule's stage and the one it measures take lists and may be repeated, a stage
            may itself be the name of what is measured.

    Raises:
        UsageError: a pair, name or value that cannot be understood.
        InputError: an amount that is negative or in foreign currency.
    """
    stages: list[str] = []
    bases: list[Decimal] = []
    short: list[Item] = []
    single: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        name, value = _plain_name(rule, name.strip()), value.strip()
        if not sign or not value:
            raise UsageError(f"收到“{pair}”：应写成 名称=值，例如 {_example(rule)}。")
        declared = rule.input(name)
        if declared is None and rule.stages and rule.measured and (stage := stage_name(rule, name)):
            short += [Item(stage, base) for base in _bases(rule.measured, value, name)]
        elif declared is None:
            raise UsageError(f"规则 {rule.id} 没有输入“{name}”。可用的是：{_accepted(rule)}。")
        elif name == rule.stage_by:
            stages += _stages(rule, value)
        elif name == rule.measured_by:
            bases += _bases(declared, value, name)
        elif name in single:
            raise UsageError(f"{name} 只能给一次，收到“{single[name]}”和“{value}”。")
        else:
            single[name] = value
    inputs = CalculatorInputs(items=(*_items(rule, stages, bases), *short))
    for name, value in single.items():
        declared = rule.input(name)
        assert declared is not None  # looked up above
        inputs = _with(inputs, rule, declared, value)
    return inputs


def _plain_name(rule: Rule, name: str) -> str:
    """The name of an input, also where it is given by its label: 设备投资=5000万."""
    return next((each.name for each in rule.inputs if name == each.label), name)


def stage_name(rule: Rule, written: str) -> str | None:
    """The stage a word names: a phase of a trial, or one of the rule's classes; None if it names none."""
    declared = rule.input(rule.stage_by)
    if declared is not None and declared.type == "phase":
        return phase_name(written)
    said = fold(written).strip()
    exact = [each.stage for each in rule.stages if said in (fold(each.stage), *map(fold, each.words))]
    return exact[0] if len(exact) == 1 else None


def _items(rule: Rule, stages: list[str], bases: list[Decimal]) -> list[Item]:
    """Stages and measures in the order given; too few measures are left to be asked for."""
    if not stages:
        return [Item(None, base) for base in bases]
    if len(bases) > len(stages):
        stage, measured = rule.input(rule.stage_by), rule.measured
        kind = "期别" if stage and stage.type == "phase" else stage.label if stage else "档次"
        what = measured.label if measured else "数额"
        raise UsageError(
            f"给了{len(stages)}个{kind}、{len(bases)}笔{what}，对不上。每一笔都要有自己的{kind}。"
        )
    if len(bases) < len(stages):
        return [Item(stage, None) for stage in stages]
    return [Item(stage, base) for stage, base in zip(stages, bases, strict=True)]


def _stages(rule: Rule, value: str) -> list[str]:
    found = []
    declared = rule.input(rule.stage_by)
    for written in filter(None, _SEPARATOR.split(value)):
        stage = stage_name(rule, written)
        if stage is None:
            if declared is not None and declared.type == "phase":
                raise UsageError(f"{rule.stage_by} 收到“{written}”：应是 I、II、III 之一，例如 phase=II。")
            listed = "、".join(each.stage for each in rule.stages)
            raise UsageError(f"{rule.stage_by} 收到“{written}”：可用的是 {listed}。")
        found.append(stage)
    return found


def _bases(declared: Input, value: str, name: str) -> list[Decimal]:
    try:
        return [_base(declared, value, name)]
    except UsageError:
        parts = [part for part in _SEPARATOR.split(value) if part]
        if len(parts) < 2:
            raise
        return [_base(declared, part, name) for part in parts]


def _base(declared: Input, value: str, name: str) -> Decimal:
    return _amount(name, value) if declared.type == "money" else _count(declared, value)


def _amount(name: str, value: str) -> Decimal:
    """One amount; what is not one at all is a wrong use, what cannot be true stays an `InputError`."""
    try:
        amount = read_amount(value, bare=True)
    except UnreadableAmount as error:
        raise UsageError(f"{name} {error}") from error
    if 0 < amount < _LEAST_WITHOUT_UNIT and value.strip().replace(",", "").isdecimal():
        raise InputError(f"{name} 收到“{value}”：没有写单位。请写明是元还是万元，例如：{value}万元。")
    return amount


def _with(inputs: CalculatorInputs, rule: Rule, declared: Input, value: str) -> CalculatorInputs:
    """The inputs with one more value."""
    if declared.type == "choice":
        return _with_choice(inputs, rule, declared, value)
    parsed = _amount(declared.name, value) if declared.type == "money" else _count(declared, value)
    return inputs.with_value(declared.name, parsed)


def _count(declared: Input, value: str) -> Decimal:
    """A whole number, with or without its unit; months also as years (2年)."""
    written = fold(value).strip()
    times = 1  # of what is written: 12 for years
    if declared.type == "months":
        times = 12 if written.endswith("年") else 1
        written = re.sub(r"(?:个月|月|年)$", "", written)
    units = {unit.partition("…")[0] for unit in declared.units} | {"张", "个", "人", "名"}
    for unit in sorted(units, key=len, reverse=True):
        written = written.removesuffix(unit).strip()
    if written.endswith("万"):
        written, times = written.removesuffix("万").strip(), times * 10_000
    number = parse_number(written.removeprefix("-"))
    if number is None:
        raise UsageError(
            f"{declared.name} 收到“{value}”：应是一个数，例如 {declared.name}={declared.example}。"
        )
    return times * (-number if written.startswith("-") else number)


def _with_choice(inputs: CalculatorInputs, rule: Rule, declared: Input, value: str) -> CalculatorInputs:
    """A choice, judged by the same words as a conversation: product=仿制药 is refused for the reason the rule gives."""
    said = f"在{value}" if declared.name == "region" else value
    reading = read_conditions([said], rule)
    broken: tuple[Violation, ...] = reading.violations
    named = value if any(value == each.value for each in declared.choices) else read_choice(value, declared)
    chosen = next((each for each in declared.choices if each.value == named), None)
    if chosen is None and not broken and not reading.met:
        values = "、".join(choice.value for choice in declared.choices)
        raise UsageError(f"{declared.name} 收到“{value}”：可用的是 {values}。")
    inputs = replace(
        inputs, violations=(*inputs.violations, *broken), doubts=(*inputs.doubts, *reading.doubts)
    )
    return inputs.with_choice(declared.name, chosen.value) if chosen else inputs


def _accepted(rule: Rule) -> str:
    names = [f"{each.name}（{each.label}）" for each in rule.inputs]
    if rule.stages and rule.measured:
        one = "该期" if (stage := rule.input(rule.stage_by)) and stage.type == "phase" else "该档"
        names.append("/".join(stage.stage for stage in rule.stages) + f"（{one}{rule.measured.label}）")
    return "、".join(names)


def _example(rule: Rule) -> str:
    return " ".join(f"{each.name}={each.example}" for each in rule.inputs if each.required) or (
        f"{rule.inputs[0].name}={rule.inputs[0].example}" if rule.inputs else ""
    )
