"""Laws that hold for every rule that gives money, shipped or of another city, whatever the inputs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.answer import Calculation
from chat.subsidy.calc_checks import MAX_COUNT
from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Item
from chat.subsidy.calculator import calculate
from corpus import InputError
from kb.money import read_amount
from kb.rule_files import load_rules
from kb.rules import Kind, Rule, RuleStatus
from tests.cases.city_measures import RULES as MEASURES

SHIPPED = {rule.id: rule for rule in load_rules(Path(__file__).parents[2] / "corpus" / "rules")}
_NO_MONEY = (Kind.SHARE_OF_COUNT, Kind.DEADLINE, Kind.QUALIFICATION)
GIVING = {name: rule for name, rule in {**MEASURES, **SHIPPED}.items() if rule.kind not in _NO_MONEY}

CENTS = st.integers(min_value=1, max_value=4 * 10**12).map(lambda n: Decimal(n) / 100)
COUNTS = st.integers(min_value=1, max_value=int(MAX_COUNT)).map(Decimal)
# near the bounds of the rules, where a mistake would show
EDGES = st.sampled_from(
    [
        read_amount(f"{n}万元") + Decimal(d) / 100
        for n in (500, 1000, 2000, 2500, 5000, 6250, 10000)
        for d in (-1, 0, 1)
    ]
)
SMALL = st.integers(min_value=1, max_value=120).map(Decimal)
MONTHS = st.integers(min_value=1, max_value=60).map(Decimal)
RULES = st.sampled_from(sorted(GIVING))


def bases(rule: Rule) -> st.SearchStrategy[Decimal | None]:
    if rule.measured is None:
        return st.none()
    return CENTS | EDGES if rule.measured.type == "money" else COUNTS | SMALL


def items(rule: Rule) -> st.SearchStrategy[list[Item]]:
    stages = st.sampled_from([stage.stage for stage in rule.stages]) if rule.stages else st.none()
    least = 1 if rule.stages or rule.measured else 0
    return st.lists(st.builds(Item, stages, bases(rule)), min_size=least, max_size=5 if least else 0)


@st.composite
def situations(draw: st.DrawFn, name: str = "") -> tuple[Rule, CalculatorInputs]:
    rule = GIVING[name or draw(RULES)]
    listed = tuple(draw(items(rule)))
    values: dict[str, Decimal] = {}
    for each in rule.inputs:
        if each.name == "prior_support" and draw(st.booleans()):
            values[each.name] = draw(CENTS | EDGES | st.just(Decimal(0)))
        elif (
            each.name in {condition.input for condition in rule.conditions} and each.name != rule.measured_by
        ):
            values[each.name] = draw(CENTS.map(lambda value: value + 20_000_000))
        elif each.type == "months":
            values[each.name] = draw(MONTHS)
        elif each.name == "count" and rule.kind is Kind.FIXED:
            values[each.name] = draw(SMALL)
    if rule.stages and "count" in values and len(listed) > 1:
        del values["count"]
    return rule, CalculatorInputs(items=listed, values=values)


def amount(rule: Rule, inputs: CalculatorInputs) -> Decimal:
    outcome = calculate(rule, inputs)
    if isinstance(outcome, Ineligible):  # below a threshold: nothing is given
        assert any(condition.input for condition in rule.conditions)
        return Decimal(0)
    assert isinstance(outcome, Calculation) and outcome.amount_yuan is not None, outcome
    assert read_amount(outcome.steps[-1].value) == outcome.amount_yuan
    return outcome.amount_yuan


def is_monotone(rule: Rule) -> bool:
    """Whether more never gives less; a whole-quantity ladder may step down, one of these tests' does not."""
    given = [
        tier.rate or tier.amount or Decimal(0) for tier in sorted(rule.tiers, key=lambda t: t.lower or 0)
    ]
    return rule.method == "marginal" or all(one <= other for one, other in pairwise(given))


@pytest.mark.parametrize("name", sorted(GIVING))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_no_limit_is_ever_exceeded(name: str, data: st.DataObject) -> None:
    rule, inputs = data.draw(situations(name))
    result = amount(rule, inputs)
    assert result >= 0
    count = inputs.value("count") or Decimal(max(1, len(inputs.items)))
    caps = [rule.cap_of(item.stage) for item in inputs.items or (Item(None, None),)]
    if all(cap is not None for cap in caps):
        assert result <= (
            sum((cap or Decimal(0) for cap in caps), Decimal(0)) if len(caps) > 1 else (caps[0] or 0) * count
        )
    if rule.entity_cap:
        assert result <= rule.entity_cap.value
    if rule.yearly_cap:
        assert result <= max(rule.yearly_cap.value - (inputs.value("prior_support") or 0), 0)
    months = next((inputs.value(each.name) for each in rule.inputs if each.type == "months"), None)
    if rule.longest and months is not None:
        assert result == amount(rule, inputs.with_value("months", min(months, rule.longest.value)))
    if rule.most and rule.amount:
        assert result <= rule.amount.value * rule.most.value * (months or 1)


@given(situations())
@settings(max_examples=200, deadline=None)
def test_an_amount_is_exact_to_the_fen(situation: tuple[Rule, CalculatorInputs]) -> None:
    result = amount(*situation)
    assert isinstance(result, Decimal) and result.is_finite()
    assert result == result.quantize(Decimal("0.01"))


@given(situations(), CENTS | EDGES, COUNTS | SMALL)
@settings(max_examples=300, deadline=None)
def test_more_never_gives_less(
    situation: tuple[Rule, CalculatorInputs], yuan: Decimal, things: Decimal
) -> None:
    rule, inputs = situation
    if not is_monotone(rule):
        return
    if rule.measured and inputs.items:
        more = yuan if rule.measured.type == "money" else things
        first = inputs.items[0]
        larger = (first.base or Decimal(0)) + more
        if rule.measured.type != "money" and larger > MAX_COUNT:
            return
        richer = replace(inputs, items=(replace(first, base=larger), *inputs.items[1:]))
        assert amount(rule, richer) >= amount(rule, inputs)
    for name in ("count", "months"):
        if (value := inputs.value(name)) is not None:
            assert amount(rule, inputs.with_value(name, value + 1)) >= amount(rule, inputs)
    if (prior := inputs.value("prior_support")) is not None:
        assert amount(rule, inputs.with_value("prior_support", prior + yuan)) <= amount(rule, inputs)


def test_the_ladders_tried_are_monotone() -> None:
    assert all(is_monotone(rule) for rule in GIVING.values())


@given(situations(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_items_does_not_matter(
    situation: tuple[Rule, CalculatorInputs], rng: random.Random
) -> None:
    rule, inputs = situation
    shuffled = list(inputs.items)
    rng.shuffle(shuffled)
    assert amount(rule, replace(inputs, items=tuple(shuffled))) == amount(rule, inputs)


@given(situations())
@settings(max_examples=100, deadline=None)
def test_items_together_never_get_more_than_each_alone(situation: tuple[Rule, CalculatorInputs]) -> None:
    rule, inputs = situation
    alone = [amount(rule, replace(inputs, items=(item,))) for item in inputs.items]
    if len(alone) > 1 and all(alone):
        assert max(alone) <= amount(rule, inputs) <= sum(alone)


@given(situations())
@settings(max_examples=60, deadline=None)
def test_a_draft_never_computes(situation: tuple[Rule, CalculatorInputs]) -> None:
    rule, inputs = situation
    with pytest.raises(InputError, match="草稿，尚未经人工确认，不能计算"):
        calculate(rule.model_copy(update={"status": RuleStatus.DRAFT}), inputs)


def drafts() -> Sequence[Rule]:
    rules = {**MEASURES, **SHIPPED}.values()
    return [rule.model_copy(update={"status": RuleStatus.DRAFT}) for rule in rules]


@pytest.mark.parametrize("rule", drafts(), ids=lambda rule: rule.id)
def test_no_draft_computes_even_without_inputs(rule: Rule) -> None:
    with pytest.raises(InputError, match="草稿"):
        calculate(rule, CalculatorInputs())
