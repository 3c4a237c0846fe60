"""Conversations about the measures of other cities: what is read from free Chinese over several turns."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from chat.subsidy.calc_types import CalculatorInputs, Item
from chat.subsidy.inputs import read_inputs
from kb.money import read_amount
from kb.rules import Rule
from tests.cases.city_measures import RULES

_FILE = Path(__file__).parents[1] / "cases" / "conversations_measures.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
KNOWN = {"rule", "say", "items", "values", "asks", "violates"}


def turns(case: dict[str, Any]) -> list[str]:
    return [case["say"]] if isinstance(case["say"], str) else list(case["say"])


def number(written: object, is_money: bool) -> Decimal | None:
    if written == "未知":
        return None
    return read_amount(str(written)) if is_money else Decimal(str(written))


def item(written: str, rule: Rule) -> Item:
    stage, _, base = written.partition("=")
    is_money = rule.measured is not None and rule.measured.type == "money"
    return Item(None if stage in ("-", "未知") else stage, number(base, is_money))


def value(name: str, written: object, rule: Rule) -> Decimal | None:
    declared = rule.input(name)
    assert declared is not None
    return number(written, declared.type == "money")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}：{' / '.join(turns(case))}")
def test_conversation(case: dict[str, Any]) -> None:
    assert set(case) <= KNOWN
    rule = RULES[case["rule"]]
    inputs: CalculatorInputs = read_inputs(turns(case), rule).inputs
    assert inputs.items == tuple(item(each, rule) for each in case.get("items", ()))
    expected = {name: value(name, each, rule) for name, each in case.get("values", {}).items()}
    assert dict(inputs.values) == expected
    assert [doubt.name for doubt in inputs.doubts] == case.get("asks", [])
    assert all(doubt.question.endswith(("。", "？")) for doubt in inputs.doubts)
    assert sorted(each.condition for each in inputs.violations) == sorted(case.get("violates", []))


def test_there_are_enough_cases() -> None:
    said = [(case["rule"], *turns(case)) for case in CASES]
    assert len(said) >= 60 and len(set(said)) == len(said)
