"""What a profile's figures come to by a rule: only figures whose name or own words say that the rule means them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from chat.answer import Calculation
from chat.matching.profile import Profile
from chat.matching.said import is_spent_on_phase, segments
from chat.matching.types import Wanted
from chat.subsidy.calc_types import CalculatorInputs, Doubt, Ineligible, Item, Missing
from chat.subsidy.calculator import calculate
from chat.subsidy.inputs import read_inputs
from chat.subsidy.mentions import Role, read_mentions
from chat.subsidy.phases import read_phases
from kb.rules import Input, Kind, Rule

_NO_AMOUNT = frozenset({Kind.DEADLINE, Kind.QUALIFICATION})
_NO_FIGURES = frozenset({"product", "region"})
_SPENDING = ("研发", "临床", "试验")


def compute(
    rule: Rule, profile: Profile, day: date, *, certain: bool
) -> tuple[Calculation | Ineligible | None, tuple[Wanted, ...]]:
    """What a rule gives, or what is missing.

    Args:
        rule: the rule, with those of its bases that count.
        profile: what is known.
        day: the day the rule is used.
        certain: whether all conditions are met; else only what rests on a figure of the profile is computed.

    Raises:
        InputError: a figure cannot be true.
    """
    if rule.kind in _NO_AMOUNT or not rule.is_confirmed:
        return None, ()
    inputs = inputs_of(rule, profile)
    outcome = calculate(rule, inputs, day)
    if isinstance(outcome, Missing):
        return None, _wanted(rule, inputs, outcome)
    if isinstance(outcome, Calculation) and not certain and not set(outcome.inputs) - _NO_FIGURES:
        return None, ()
    return outcome, ()


def inputs_of(rule: Rule, profile: Profile) -> CalculatorInputs:
    """The calculator's inputs for a rule: facts by their name, and what the words say of the rule's own measure."""
    if not rule.inputs:
        return CalculatorInputs()
    texts = ["，".join(_fitting(text, rule)) for text in profile.texts]
    inputs = read_inputs([text for text in texts if text], rule).inputs
    conditions = {condition.id for condition in rule.conditions} - {each.name for each in rule.inputs}
    inputs = replace(
        inputs, violations=(), doubts=tuple(each for each in inputs.doubts if each.name not in conditions)
    )
    for declared in rule.inputs:
        fact = profile.fact(declared.name)
        if fact is None or fact.figure is None:
            continue
        if declared.name == rule.measured_by:
            inputs = _with_base(inputs, declared, fact.figure)
        elif declared.type != "phase":
            inputs = inputs.with_value(declared.name, fact.figure)
    return inputs


def _with_base(inputs: CalculatorInputs, declared: Input, base: Decimal) -> CalculatorInputs:
    """One measure for one item; what words say beside it must be the same."""
    told = {item.base for item in inputs.items} - {None, base}
    if told:
        return replace(inputs, doubts=(*inputs.doubts, Doubt(declared.name, declared.question)))
    if len(inputs.items) > 1:
        return inputs  # each needs its own
    stage = inputs.items[0].stage if inputs.items else None
    return replace(inputs, items=(Item(stage, base),))


def _fitting(text: str, rule: Rule) -> Iterable[str]:
    """The segments of a text without those whose amounts are about something else: 投了1亿建厂房."""
    before = ""
    for segment in segments(text):
        mentions = read_mentions(segment)
        joined = f"{before}，{segment}"
        if (
            not mentions
            or all(_is_of(rule, segment, mention.role) for mention in mentions)
            or (
                rule.measured_by == "rd_spending"
                and len(mentions) == 1
                and mentions[0].role is Role.SPENDING
                and is_spent_on_phase(joined, len(before) + 1 + mentions[0].start)
            )
        ):
            yield segment
        before = segment


def _is_of(rule: Rule, segment: str, role: Role) -> bool:
    if role is Role.PRIOR:
        return rule.input("prior_support") is not None
    measured = rule.measured
    if measured is None or measured.type != "money":
        return False
    if measured.name == "rd_spending":
        return role is Role.SPENDING and (
            any(word in segment for word in _SPENDING) or bool(read_phases(segment))
        )
    if measured.name == "premium":
        return role is Role.PREMIUM
    return any(word in segment for word in (measured.label, *measured.markers))


def _wanted(rule: Rule, inputs: CalculatorInputs, missing: Missing) -> tuple[Wanted, ...]:
    doubts = {doubt.name: doubt.question for doubt in inputs.doubts}
    found = []
    for name in missing.names:
        declared = rule.input(name)
        question = doubts.get(name) or (declared.question if declared else missing.question)
        found.append(Wanted(name, question if len(missing.names) > 1 else missing.question))
    return tuple(found)
