"""Reading a user's words for the calculator: readable cases, and questions matched to rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.subsidy.calc_cli import parse_cli_inputs
from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Item
from chat.subsidy.calculator import calculate
from chat.subsidy.inputs import has_amount_intent, match_rules, read_inputs
from chat.subsidy.items import read_choice
from chat.subsidy.phases import phase_name, read_phases
from corpus import InputError
from kb.money import format_yuan, read_amount
from kb.rule_files import load_rules

ROOT = Path(__file__).parents[2]
RULES = {rule.id: rule for rule in load_rules(ROOT / "corpus" / "rules")}
TRIAL = RULES["clinical_trial"]
CASES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "tests" / "cases" / "inputs.yaml").read_text(encoding="utf-8")
)
MONEY = ("prior", "premium")
KNOWN = {"say", "rule", "items", "violates", "asks", "notes", "error", "product", "beds", "count", *MONEY}


def turns(case: dict[str, Any]) -> list[str]:
    said = case["say"]
    return [said] if isinstance(said, str) else said


def item(written: str) -> Item:
    phase, _, amount = written.partition("=")
    return Item(None if phase == "未知" else phase, None if amount == "未知" else read_amount(amount))


def money(case: dict[str, Any], name: str) -> Decimal | None:
    return read_amount(case[name]) if name in case else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: " / ".join(turns(case)))
def test_case(case: dict[str, Any]) -> None:
    assert set(case) <= KNOWN
    rule = RULES[case.get("rule", "clinical_trial")]
    if "error" in case:
        with pytest.raises(InputError, match=case["error"]):
            read_inputs(turns(case), rule)
        return
    inputs = read_inputs(turns(case), rule).inputs
    measured = money(case, "premium") or case.get("beds")
    items = [Item(None, measured)] if measured else [item(written) for written in case.get("items", [])]
    assert list(inputs.items) == items
    assert inputs.value("prior_support") == money(case, "prior")
    assert inputs.value("count") == case.get("count")
    assert sorted(violation.condition for violation in inputs.violations) == sorted(case.get("violates", []))
    assert [doubt.name for doubt in inputs.doubts] == case.get("asks", [])
    assert all(doubt.question.endswith("。") for doubt in inputs.doubts)
    assert case.get("notes", "") in "".join(inputs.notes) and bool(inputs.notes) == ("notes" in case)
    if "product" in case:
        assert inputs.product == case["product"]


def test_there_are_enough_cases() -> None:
    said = [" / ".join([case.get("rule", ""), *turns(case)]) for case in CASES]
    assert len(said) >= 80 and len(set(said)) == len(said)


def test_a_conversation_that_tells_nothing() -> None:
    reading = read_inputs(["你好"], TRIAL)
    assert reading.inputs == CalculatorInputs() and not reading.newest


def test_the_newest_message_is_known_to_tell_something() -> None:
    assert read_inputs(["II期", "6000万"], TRIAL).newest
    assert read_inputs(["II期6000万", "仿制药"], TRIAL).newest
    assert not read_inputs(["II期6000万", "谢谢"], TRIAL).newest


PHASE_WRITINGS = {
    "I": ["I期", "Ⅰ期", "i期", "1期", "一期", "１期", "第一期", "phase1", "Ia期", "Ⅰb期"],
    "II": ["II期", "Ⅱ期", "ii期", "2期", "二期", "２期", "ＩＩ期", "PhaseII", "ph2", "IIb期"],
    "III": ["III期", "Ⅲ期", "iii期", "3期", "三期", "３期", "phase3", "PhaseIII", "Ⅲ临床"],
    "IV": ["IV期", "Ⅳ期", "iv期", "4期", "四期"],
}


@pytest.mark.parametrize(("phase", "written"), [(p, w) for p, ws in PHASE_WRITINGS.items() for w in ws])
def test_phase_writings(phase: str, written: str) -> None:
    (mention,) = read_phases(f"我们的{written}做完了")
    assert mention.phases == (phase,)


@pytest.mark.parametrize(
    "text",
    [
        "一期工程",
        "二期厂房",
        "三期扩建",
        "分三期",
        "分两期付款",
        "长期",
        "短期",
        "十二期",
        "AI期刊",
        "近期",
        "三期货物",
        "为期三年",
    ],
)
def test_what_is_not_a_phase(text: str) -> None:
    assert read_phases(text) == ()


def test_a_field_holds_one_phase() -> None:
    assert [phase_name(text) for text in ("2", "Ⅱ期", "三", "I-III期", "II期和III期", "期", "")] == [
        "II",
        "II",
        "III",
    ] + [None] * 4


@given(st.sampled_from(["I", "II", "III"]), st.integers(min_value=1, max_value=10**10))
@settings(max_examples=60)
def test_any_amount_in_a_plain_sentence_is_read_exactly(phase: str, yuan: int) -> None:
    said = f"我们完成了{phase}期临床试验，研发投入{format_yuan(Decimal(yuan))}，能拿多少"
    assert read_inputs([said], TRIAL).inputs.items == (Item(phase, Decimal(yuan)),)


@given(
    st.lists(
        st.sampled_from(
            [
                "II期",
                "三期",
                "6000万",
                "1亿",
                "和",
                "，",
                "各",
                "投入",
                "已经拿了",
                "两个",
                "不对",
                "仿制药",
                "。",
            ]
        ),
        max_size=12,
    )
)
@settings(max_examples=120)
def test_any_words_give_a_reading(words: list[str]) -> None:
    inputs = read_inputs(["".join(words)], TRIAL).inputs
    said = {Decimal(60_000_000), Decimal(100_000_000), Decimal(160_000_000), None}  # 1亿6000万 is one amount
    assert {item.base for item in inputs.items} <= said


@pytest.mark.parametrize(
    ("question", "rules"),
    [
        ("II期投了6000万能补多少", ["clinical_trial"]),
        ("细胞治疗一类新药临床试验最高支持多少", ["clinical_trial"]),
        ("做完三期能拿多少", ["clinical_trial"]),
        ("国家临床医学研究中心能拿多少", ["national_platform"]),
        ("新升级为国重给多少钱", ["national_platform"]),
        ("国家技术创新中心奖多少", ["national_platform"]),
        ("创新医疗器械特别审查程序最高给多少", ["special_review"]),
        ("首台套保险补贴上限", ["first_set_insurance"]),
        ("首台（套）保费能补多少", ["first_set_insurance"]),
        ("核定床位800张能设多少研究型床位", ["research_beds"]),
        ("医学伦理审查结果互认吗", []),
        ("临床试验的床位不计入总床位数吗", []),
        ("中药材等级标准奖多少", []),
        ("今天天气怎么样", []),
        ("一期工程给多少钱", []),
    ],
)
def test_which_rule_a_question_is_about(question: str, rules: list[str]) -> None:
    assert [rule.id for rule in match_rules(question, RULES.values())] == rules


@pytest.mark.parametrize(
    "text",
    [
        "能给多少钱",
        "II期能拿多少",
        "补多少",
        "最高支持多少",
        "给多少",
        "最高多少",
        "帮我算一下",
        "上限是多少",
        "补贴额度",
        "能拿到2000万吗",
        "可以申请多少资金",
        "最多能拿多少",
        "该设多少张床",
        "奖励多少",
        "首台套保费补贴多少",
    ],
)
def test_amount_intent(text: str) -> None:
    assert has_amount_intent(text)


@pytest.mark.parametrize(
    "text",
    [
        "临床试验伦理审查互认怎么规定",
        "床位不计入总床位数吗",
        "审评时限缩减到多少个工作日",
        "布局建设多少家细胞制备中心",
        "哪些部门牵头",
        "支持多中心临床试验吗",
        "临床试验由谁负责",
        "新获批多少个1类新药",
        "总床位数怎么算",
    ],
)
def test_no_amount_intent(text: str) -> None:
    assert not has_amount_intent(text)


@pytest.mark.parametrize(
    ("rule", "name", "value"),
    [
        (rule.id, each.name, choice.value)
        for rule in RULES.values()
        for each in rule.inputs
        for choice in each.choices
    ],
)
def test_each_choice_names_itself(rule: str, name: str, value: str) -> None:
    declared = RULES[rule].input(name)
    assert declared is not None and read_choice(value, declared) == value


@pytest.mark.parametrize(
    "said",
    ["在山东省外转化", "山东省以外的企业", "山东以外", "我们在山东省外", "产品在山东省之外转化", "省外"],
)
def test_outside_of_home_is_never_at_home(said: str) -> None:
    region = TRIAL.input("region")
    assert region is not None and read_choice(said, region) in ("山东省外", None)
    read = read_inputs([f"{said}，III期研发投入9000万"], TRIAL)
    assert [violation.condition for violation in read.inputs.violations] == ["region"]


@pytest.mark.parametrize("value", ["山东省外", "山东省以外"])
def test_outside_of_home_is_refused_by_the_calculator(value: str) -> None:
    inputs = parse_cli_inputs(TRIAL, ["phase=III", "rd_spending=9000万", f"region={value}"])
    assert isinstance(calculate(TRIAL, inputs, date(2025, 6, 1)), Ineligible)
