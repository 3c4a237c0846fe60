"""The calculator: cases a policy officer can read, and laws that hold for any input."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.answer import Calculation
from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Item, Missing
from chat.subsidy.calculator import calculate, parse_cli_inputs
from chat.subsidy.tool import as_langchain_tool
from corpus import InputError, UsageError
from kb.money import format_yuan, read_amount
from kb.rule_files import load_rules
from tests.cases.city_measures import RULES as MEASURES

ROOT = Path(__file__).parents[2]
RULES = {rule.id: rule for rule in load_rules(ROOT / "corpus" / "rules")}
ALL = {**MEASURES, **RULES}
CASES: list[dict[str, Any]] = [
    case
    for name in ("calculator.yaml", "calculator_measures.yaml")
    for case in yaml.safe_load((ROOT / "tests" / "cases" / name).read_text(encoding="utf-8"))
]
TRIAL = RULES["clinical_trial"]
OUTCOMES = {"amount", "value", "missing", "ineligible", "invalid"}
KNOWN = OUTCOMES | {"case", "rule", "inputs", "as_of", "says", "asks", "clauses", "ceiling"}


def run(case: dict[str, Any]) -> Calculation | Missing | Ineligible:
    rule = ALL[case["rule"]]
    return calculate(rule, parse_cli_inputs(rule, case["inputs"]), case.get("as_of"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']}：{case['case']}")
def test_case(case: dict[str, Any]) -> None:
    assert len(OUTCOMES & set(case)) == 1 and set(case) <= KNOWN
    if "invalid" in case:
        with pytest.raises(InputError) as error:
            run(case)
        assert case["invalid"] in str(error.value)
        return
    outcome = run(case)
    if "missing" in case:
        assert isinstance(outcome, Missing) and list(outcome.names) == case["missing"]
        assert case.get("asks", "") in outcome.question and outcome.question.endswith(("？", "）", "。"))
        return
    if "ineligible" in case:
        assert isinstance(outcome, Ineligible) and case["ineligible"] in outcome.reason
        assert outcome.clause in ALL[case["rule"]].clauses and outcome.quote
        return
    check_calculation(outcome, case)


def check_calculation(outcome: Calculation | Missing | Ineligible, case: dict[str, Any]) -> None:
    assert isinstance(outcome, Calculation)
    if "amount" in case:
        assert outcome.amount_yuan == read_amount(case["amount"])
        assert outcome.steps[-1].value == case["amount"]
    else:
        assert outcome.amount_yuan is None and outcome.steps[-1].value == case["value"]
    said = "".join([*(step.text for step in outcome.steps), *outcome.assumptions])
    assert case.get("says", "") in said
    assert list(outcome.clauses) == case.get("clauses", list(outcome.clauses)) and outcome.clauses
    assert outcome.is_ceiling is case.get("ceiling", outcome.is_ceiling)


def test_there_are_enough_cases() -> None:
    said = {(case["rule"], case["case"]) for case in CASES}
    assert len(CASES) >= 250 and len(said) == len(CASES)
    assert {case["rule"] for case in CASES} >= set(MEASURES)


def test_the_steps_can_be_followed_by_hand() -> None:
    outcome = calculate(TRIAL, parse_cli_inputs(TRIAL, ["II=6000万", "III=1亿", "prior_support=6000万"]))
    assert isinstance(outcome, Calculation)
    assert [(step.text, step.value) for step in outcome.steps] == [
        ("Ⅱ期：研发投入6000万元 × 40%", "2400万元"),
        ("Ⅱ期上限2000万元，取较小值", "2000万元"),
        ("Ⅲ期：研发投入1亿元 × 40%", "4000万元"),
        ("Ⅲ期上限3000万元，取较小值", "3000万元"),
        ("合计 2000万元 + 3000万元", "5000万元"),
        ("每个企业每年累计不超过1亿元，减去本年度已获支持6000万元", "4000万元"),
        ("剩余额度4000万元，取较小值", "4000万元"),
    ]
    assert outcome.inputs == {
        "phase": "Ⅱ期、Ⅲ期",
        "rd_spending": "6000万元、1亿元",
        "prior_support": "6000万元",
    }
    assert outcome.to_dict()["amount_yuan"] == "40000000" and outcome.is_ceiling


def test_a_note_does_not_stop_the_calculation() -> None:
    from chat.subsidy.inputs import read_inputs

    outcome = calculate(TRIAL, read_inputs(["计划做II期，投入6000万"], TRIAL).inputs)
    assert isinstance(outcome, Calculation) and outcome.amount_yuan == 20_000_000
    assert any("还在计划中" in text for text in outcome.assumptions)


# -- the command's pairs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "pair", "message"),
    [
        ("clinical_trial", "rd_spending", "应写成 名称=值，例如 phase=II rd_spending=6000万"),
        ("clinical_trial", "rd_spending=", "应写成 名称=值"),
        (
            "clinical_trial",
            "cost=6000万",
            "没有输入“cost”。可用的是：phase（临床试验期别）、rd_spending（研发投入）",
        ),
        ("clinical_trial", "beds=800", "没有输入“beds”"),
        ("clinical_trial", "phase=六期", "phase 收到“六期”：应是 I、II、III 之一"),
        ("clinical_trial", "rd_spending=很多", "rd_spending 收到“很多”：读不出确切金额"),
        ("clinical_trial", "rd_spending=6000多万", "读不出确切金额"),
        ("clinical_trial", "product=玩具", "product 收到“玩具”：可用的是 细胞与基因治疗一类新药、1类化学药"),
        ("clinical_trial", "region=月球", "region 收到“月球”：可用的是 山东省内、山东省外"),
        ("research_beds", "beds=很多", "beds 收到“很多”：应是一个数，例如 beds=800"),
        ("special_review", "II=6000万", "没有输入“II”"),
    ],
)
def test_pairs_that_cannot_be_understood(rule: str, pair: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_cli_inputs(RULES[rule], [pair])
    assert message in str(error.value) and "\n" not in str(error.value)


def test_more_amounts_than_phases_are_refused() -> None:
    with pytest.raises(UsageError, match="给了1个期别、2笔研发投入，对不上"):
        parse_cli_inputs(TRIAL, ["phase=II", "rd_spending=6000万,1亿"])


def test_a_single_input_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="prior_support 只能给一次"):
        parse_cli_inputs(TRIAL, ["prior_support=1万", "prior_support=2万"])


# -- laws --------------------------------------------------------------------------------------------------------

PHASES = st.sampled_from(["I", "II", "III"])
YUAN = st.decimals(min_value="0.01", max_value=10**10, places=2)
ITEMS = st.lists(st.builds(Item, PHASES, YUAN), min_size=1, max_size=6)
PRIOR = st.none() | st.decimals(min_value=0, max_value=2 * 10**8, places=2)
CAPS = {"I": 10_000_000, "II": 20_000_000, "III": 30_000_000}


def amount(items: list[Item], prior: Decimal | None = None) -> Decimal:
    outcome = calculate(
        TRIAL, CalculatorInputs(items=tuple(items), values={} if prior is None else {"prior_support": prior})
    )
    assert isinstance(outcome, Calculation) and outcome.amount_yuan is not None
    return outcome.amount_yuan


@given(ITEMS, PRIOR)
@settings(max_examples=60)
def test_no_cap_is_ever_exceeded(items: list[Item], prior: Decimal | None) -> None:
    result = amount(items, prior)
    assert 0 <= result <= 100_000_000
    assert result <= sum(CAPS[item.stage or ""] for item in items)
    assert result <= sum((item.base or Decimal(0)) * 2 / 5 for item in items)
    assert result == result.quantize(Decimal("0.01"))
    assert result == 0 or result + (prior or 0) <= 100_000_000


@given(ITEMS, YUAN, PRIOR)
@settings(max_examples=60)
def test_more_spending_never_gives_less(items: list[Item], more: Decimal, prior: Decimal | None) -> None:
    richer = replace(items[0], base=(items[0].base or Decimal(0)) + more)
    assert amount([richer, *items[1:]], prior) >= amount(items, prior)


@given(ITEMS, PRIOR, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_items_does_not_matter(
    items: list[Item], prior: Decimal | None, rng: random.Random
) -> None:
    shuffled = items.copy()
    rng.shuffle(shuffled)
    assert amount(shuffled, prior) == amount(items, prior)


@given(PHASES, YUAN)
@settings(max_examples=60)
def test_one_trial_gives_the_smaller_of_share_and_cap(phase: str, spending: Decimal) -> None:
    share = (spending * 2 / 5).quantize(Decimal("0.01"), ROUND_FLOOR)
    assert amount([Item(phase, spending)]) == min(share, Decimal(CAPS[phase]))


@given(st.integers(min_value=1, max_value=10**9))
@settings(max_examples=40)
def test_a_premium_subsidy_exceeds_neither_premium_nor_cap(premium: int) -> None:
    outcome = calculate(RULES["first_set_insurance"], CalculatorInputs(items=(Item(None, Decimal(premium)),)))
    assert isinstance(outcome, Calculation) and outcome.amount_yuan == min(premium, 5_000_000)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal(-1), Decimal(0)])
def test_impossible_numbers_are_refused(value: Decimal) -> None:
    with pytest.raises(InputError):
        calculate(TRIAL, CalculatorInputs(items=(Item("II", value),)))
    with pytest.raises(InputError):
        calculate(RULES["research_beds"], CalculatorInputs(items=(Item(None, value),)))


def test_the_clause_cited_is_one_in_force() -> None:
    trial = (Item("II", Decimal(60_000_000)),)
    cited = []
    for product, day in ((None, date(2026, 6, 1)), ("细胞与基因治疗一类新药", date(2028, 1, 1))):
        outcome = calculate(
            TRIAL, CalculatorInputs(items=trial, choices={"product": product} if product else {}), day
        )
        assert isinstance(outcome, Calculation) and outcome.amount_yuan == 20_000_000
        cited.append(outcome.clauses)
    assert cited == [(clause,) for clause in TRIAL.clauses]


# -- the tool ----------------------------------------------------------------------------------------------------


def test_the_tool_gives_the_same_result() -> None:
    tool = as_langchain_tool(list(RULES.values()))
    answer = tool.invoke({"rule": "clinical_trial", "items": [{"stage": "二期", "base": "6000万"}]})
    assert answer["status"] == "answered" and answer["amount_yuan"] == "20000000"
    assert format_yuan(Decimal(answer["amount_yuan"])) == answer["steps"][-1]["value"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ({"rule": "nothing"}, "invalid_input", "没有规则“nothing”。可用的是："),
        ({"rule": "clinical_trial"}, "needs_input", "['phase', 'rd_spending']"),
        (
            {"rule": "clinical_trial", "items": [{"stage": "II", "base": "-1万"}]},
            "invalid_input",
            "负数",
        ),
        ({"rule": "clinical_trial", "values": {"product": "仿制药"}}, "not_eligible", "仿制药"),
        ({"rule": "research_beds", "items": [{"base": "800"}]}, "answered", "80张"),
    ],
)
def test_the_tool_answers_what_it_cannot_compute(arguments: dict[str, Any], status: str, words: str) -> None:
    answer = as_langchain_tool(list(RULES.values())).invoke(arguments)
    assert answer["status"] == status
    assert words in str(answer)
