"""The calculator's inputs as ``key=value`` pairs: ``phase=II rd_spending=6000万``, or short ``II=6000万 III=1亿``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, TrialItem, Violation
from chat.subsidy.conditions import read_conditions
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
        pairs: ``name=value``; ``phase`` and ``rd_spending`` take lists and may be repeated, a phase may itself be the
            name of its spending.

    Raises:
        UsageError: a pair, name or value that cannot be understood.
        InputError: an amount that is negative or in foreign currency.
    """
    phases: list[str] = []
    amounts: list[Decimal] = []
    short: list[TrialItem] = []
    single: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        name, value = name.strip(), value.strip()
        if not sign or not value:
            raise UsageError(f"收到“{pair}”：应写成 名称=值，例如 {_example(rule)}。")
        if rule.stages and (phase := phase_name(name)):
            short += [TrialItem(phase, amount) for amount in _amounts(name, value)]
        elif rule.input(name) is None:
            raise UsageError(f"规则 {rule.id} 没有输入“{name}”。可用的是：{_accepted(rule)}。")
        elif name == "phase":
            phases += _phases(value)
        elif name == "rd_spending":
            amounts += _amounts(name, value)
        elif name in single:
            raise UsageError(f"{name} 只能给一次，收到“{single[name]}”和“{value}”。")
        else:
            single[name] = value
    inputs = CalculatorInputs(items=(*_items(phases, amounts), *short))
    for name, value in single.items():
        inputs = _with(inputs, rule, rule.input(name), value)
    return inputs


def _items(phases: list[str], amounts: list[Decimal]) -> list[TrialItem]:
    """Phases and amounts in the order given; too few amounts are left to be asked for."""
    if not phases:
        return [TrialItem(None, amount) for amount in amounts]
    if len(amounts) > len(phases):
        raise UsageError(
            f"给了{len(phases)}个期别、{len(amounts)}笔研发投入，对不上。每一笔投入都要有自己的期别。"
        )
    if len(amounts) < len(phases):
        return [TrialItem(phase, None) for phase in phases]
    return [TrialItem(phase, amount) for phase, amount in zip(phases, amounts, strict=True)]


def _phases(value: str) -> list[str]:
    found = []
    for written in filter(None, _SEPARATOR.split(value)):
        phase = phase_name(written)
        if phase is None:
            raise UsageError(f"phase 收到“{written}”：应是 I、II、III 之一，例如 phase=II。")
        found.append(phase)
    return found


def _amounts(name: str, value: str) -> list[Decimal]:
    try:
        return [_amount(name, value)]
    except UsageError:
        parts = [part for part in _SEPARATOR.split(value) if part]
        if len(parts) < 2:
            raise
        return [_amount(name, part) for part in parts]


def _amount(name: str, value: str) -> Decimal:
    """One amount; what is not one at all is a wrong use, what cannot be true stays an `InputError`."""
    try:
        amount = read_amount(value, bare=True)
    except UnreadableAmount as error:
        raise UsageError(f"{name} {error}") from error
    if 0 < amount < _LEAST_WITHOUT_UNIT and value.strip().replace(",", "").isdecimal():
        raise InputError(f"{name} 收到“{value}”：没有写单位。请写明是元还是万元，例如：{value}万元。")
    return amount


def _with(inputs: CalculatorInputs, rule: Rule, declared: Input | None, value: str) -> CalculatorInputs:
    """The inputs with one more value."""
    assert declared is not None  # checked by the caller
    if declared.type == "choice":
        return _with_choice(inputs, rule, declared, value)
    parsed = _amount(declared.name, value) if declared.type == "money" else _count(declared, value)
    if declared.name == "prior_support":
        return replace(inputs, prior_support=parsed)
    if declared.name == "premium":
        return replace(inputs, premium=parsed)
    if declared.name == "beds":
        return replace(inputs, beds=parsed)
    return replace(inputs, count=parsed)


def _count(declared: Input, value: str) -> Decimal:
    written = fold(value).removesuffix("张").removesuffix("个").strip()
    number = parse_number(written.removeprefix("-"))
    if number is None:
        raise UsageError(
            f"{declared.name} 收到“{value}”：应是一个数，例如 {declared.name}={declared.example}。"
        )
    return -number if written.startswith("-") else number


def _with_choice(inputs: CalculatorInputs, rule: Rule, declared: Input, value: str) -> CalculatorInputs:
    """A choice, judged by the same words as a conversation: product=仿制药 is refused for the reason the rule gives."""
    said = f"在{value}" if declared.name == "region" else value
    reading = read_conditions([said], rule)
    broken: tuple[Violation, ...] = reading.violations
    chosen = next(
        (c for c in declared.choices if value == c.value or any(word in fold(value) for word in c.words)),
        None,
    )
    if chosen is None and not broken and not reading.met:
        values = "、".join(choice.value for choice in declared.choices)
        raise UsageError(f"{declared.name} 收到“{value}”：可用的是 {values}。")
    inputs = replace(
        inputs, violations=(*inputs.violations, *broken), doubts=(*inputs.doubts, *reading.doubts)
    )
    return replace(inputs, product=chosen.value) if chosen and declared.name == "product" else inputs


def _accepted(rule: Rule) -> str:
    names = [f"{each.name}（{each.label}）" for each in rule.inputs]
    if rule.stages:
        names.append("/".join(stage.stage for stage in rule.stages) + "（该期研发投入）")
    return "、".join(names)


def _example(rule: Rule) -> str:
    return " ".join(f"{each.name}={each.example}" for each in rule.inputs if each.required) or (
        f"{rule.inputs[0].name}={rule.inputs[0].example}" if rule.inputs else ""
    )
