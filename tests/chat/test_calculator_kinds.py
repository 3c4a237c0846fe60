"""What the kinds do where figures, limits and classes meet: rules of the cities, changed for the case."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chat.answer import Calculation
from chat.subsidy.calc_types import Missing
from chat.subsidy.calculator import Outcome, calculate, parse_cli_inputs
from chat.subsidy.tool import as_langchain_tool
from kb.money import read_amount
from kb.rules import Rule
from tests.cases.city_measures import PLAIN, RULES

COUNT = {
    "name": "count",
    "label": "数量",
    "type": "count",
    "required": False,
    "question": "请问有几个？",
    "example": "1",
    "units": ["个"],
}
MONTHS = {
    **COUNT,
    "name": "months",
    "label": "月数",
    "type": "months",
    "units": [],
    "question": "请问几个月？",
}


def rule_like(name: str, **fields: Any) -> Rule:
    """A rule of a city with other fields; None takes one away."""
    data = {**copy.deepcopy(PLAIN[name]), **fields}
    return Rule.model_validate({key: value for key, value in data.items() if value is not None})


def outcome(rule: Rule, *pairs: str, as_of: date | None = None) -> Outcome:
    return calculate(rule, parse_cli_inputs(rule, pairs), as_of)


def computed(rule: Rule, *pairs: str) -> Calculation:
    result = outcome(rule, *pairs)
    assert isinstance(result, Calculation), result
    return result


def yuan(rule: Rule, *pairs: str) -> Decimal:
    amount = computed(rule, *pairs).amount_yuan
    assert amount is not None
    return amount


def source(name: str, field: str) -> Any:
    return PLAIN[name][field]["sources"]


@pytest.mark.parametrize(
    ("pairs", "amount"),
    [
        (("level=省级", "count=1"), "50万元"),  # one
        (("level=省级", "count=3"), "150万元"),  # 3 × 50
        (("level=国家级,省级",), "150万元"),  # 100 + 50, no rule on stacking
        (("level=国家级,省级", "count=2"), "150万元"),  # two named, two counted
    ],
)
def test_a_class_and_a_number(pairs: tuple[str, ...], amount: str) -> None:
    rule = rule_like("green_factory", stacking=None, inputs=[*PLAIN["green_factory"]["inputs"], COUNT])
    assert yuan(rule, *pairs) == read_amount(amount)


def test_a_number_for_several_classes_is_asked_about() -> None:
    rule = rule_like("green_factory", stacking=None, inputs=[*PLAIN["green_factory"]["inputs"], COUNT])
    result = outcome(rule, "level=国家级,省级", "count=3")
    assert isinstance(result, Missing) and result.names == ("count",)
    assert result.question == "请分别说明国家级、省级各有几个：一次只算一个级别，或把每一个都列出来。"


def test_the_highest_counts_once_whatever_the_number() -> None:
    rule = rule_like("green_factory", inputs=[*PLAIN["green_factory"]["inputs"], COUNT])
    result = computed(rule, "level=省级", "count=3")
    assert result.amount_yuan == 500_000 and "只计一次" in result.steps[-1].text


def test_stacking_with_other_rules_says_nothing_of_the_items_of_this_one() -> None:
    stacking = {**PLAIN["green_factory"]["stacking"], "with_rules": ["exhibitions"]}
    rule = rule_like("green_factory", stacking=stacking)
    assert yuan(rule, "level=国家级,省级") == 1_500_000


def test_people_of_two_classes_are_paid_each_where_one_person_gets_the_highest() -> None:
    stacking = {"method": "highest", "sources": source("talent", "entity_cap")}
    assert yuan(rule_like("talent", stacking=stacking), "博士=3", "硕士=5") == 250_000


def test_no_more_things_than_the_most_the_dearest_first() -> None:
    most = {"value": 6, "unit": "人", "sources": source("talent", "entity_cap")}
    rule = rule_like("talent", most=most)
    result = computed(rule, "硕士=5", "博士=4")  # 4 × 5 + 2 × 2
    assert result.amount_yuan == 240_000
    assert result.steps[-2].text == "各项一共最多按6人计，标准高的先计"


def test_a_class_is_asked_for_even_where_its_input_is_not_required() -> None:
    inputs = [{**each, "required": False} for each in PLAIN["ecommerce_park"]["inputs"]]
    result = outcome(rule_like("ecommerce_park", inputs=inputs), "expense=400万")
    assert isinstance(result, Missing) and result.names == ("place",)
    result = outcome(rule_like("ecommerce_park", inputs=inputs), "place=市区")
    assert isinstance(result, Missing) and result.names == ("expense",)


def test_months_are_asked_for_even_where_their_input_is_not_required() -> None:
    for name, told in (("hiring", "graduates=10"), ("equipment_loan", "principal=2000万")):
        inputs = [{**each, "required": each["type"] != "months"} for each in PLAIN[name]["inputs"]]
        result = outcome(rule_like(name, inputs=inputs), told)
        assert isinstance(result, Missing) and result.names == ("months",)


def test_interest_paid_is_no_yearly_interest() -> None:
    """Months only say which interest counts; a share of the interest paid is not multiplied by them."""
    longest = {"value": 24, "sources": source("equipment_loan", "longest")}
    rule = rule_like("loan_interest", longest=longest, inputs=[*PLAIN["loan_interest"]["inputs"], MONTHS])
    assert yuan(rule, "interest=120万", "months=24") == 600_000
    assert yuan(rule, "interest=120万", "months=6") == 600_000
    result = outcome(rule, "interest=120万", "months=36")
    assert isinstance(result, Missing) and result.names == ("interest",)
    assert result.question == "期限最长24个月，您说的是36个月。请问其中24个月内的实际支付利息是多少？"


def test_a_cap_alone_obeys_the_limits_of_the_applicant_too() -> None:
    prior = {**COUNT, "name": "prior_support", "label": "已获", "type": "money", "units": []}
    caps = {"value": "900万元", "bound": "max", "sources": source("platform", "cap")}
    rule = rule_like("platform", yearly_cap=caps, inputs=[*PLAIN["platform"]["inputs"], prior])
    assert yuan(rule) == 8_000_000
    assert yuan(rule, "prior_support=300万") == 6_000_000
    assert yuan(rule, "investment=500万,600万") == 9_000_000  # 1100, at most 900 a year


def test_a_cap_of_an_applicant_holds_for_all_items_together() -> None:
    cap = {**PLAIN["tech_upgrade"]["cap"], "unit": "个企业"}
    assert yuan(rule_like("tech_upgrade", cap=cap), "investment=1亿,1亿") == 5_000_000
    assert yuan(RULES["tech_upgrade"], "investment=1亿,1亿") == 10_000_000  # 个项目


def test_a_share_of_a_number_may_depend_on_a_class() -> None:
    stages = [
        {"stage": name, "rate": rate, "sources": source("care_beds", "rate")}
        for name, rate in (("综合", "15%"), ("专科", "10%"))
    ]
    kind = {**COUNT, "name": "kind", "label": "类别", "type": "choice", "units": []}
    rule = rule_like(
        "care_beds", rate=None, stages=stages, stage_by="kind", inputs=[*PLAIN["care_beds"]["inputs"], kind]
    )
    assert computed(rule, "综合=400", "专科=200").steps[-1].value == "80张"  # 60 + 20
    assert not computed(rule, "专科=200").is_ceiling


def test_a_share_worded_as_a_limit_is_a_ceiling() -> None:
    rate = {**PLAIN["care_beds"]["rate"], "bound": "max"}
    assert computed(rule_like("care_beds", rate=rate), "beds=400").is_ceiling


def test_classes_worded_as_a_limit_are_a_ceiling() -> None:
    quote = "分别给予最高100万元、50万元、20万元奖励"
    stages = [
        {**stage, "sources": [{"clause": "江政规〔2024〕8号 第六条", "quote": quote}]}
        for stage in PLAIN["green_factory"]["stages"]
    ]
    assert computed(rule_like("green_factory", stages=stages), "level=省级").is_ceiling
    assert not computed(RULES["green_factory"], "level=省级").is_ceiling


def test_a_time_limit_that_is_made_longer() -> None:
    days = {**PLAIN["permit_days"]["days"], "before": 5, "after": 15}
    steps = computed(rule_like("permit_days", days=days)).steps
    assert [(step.text, step.value) for step in steps][1] == ("延长 15个工作日 − 5个工作日", "10个工作日")


def test_every_clause_whose_figure_is_used_is_named() -> None:
    cap = {
        "value": "40万元",
        "bound": "max",
        "sources": [{"clause": "江政规〔2024〕8号 第二十条", "quote": "就高不重复"}],
    }
    rule = rule_like("green_factory", stacking=None, cap=cap)
    result = computed(rule, "level=国家级")
    assert result.amount_yuan == 400_000
    assert result.clauses == ("江政规〔2024〕8号 第六条", "江政规〔2024〕8号 第二十条")


def test_what_is_shown_of_the_inputs() -> None:
    assert computed(RULES["hiring"], "graduates=10", "months=2年").inputs == {
        "graduates": "10人",
        "months": "24个月",
    }
    assert computed(RULES["workshop"], "place=县里", "area=1.2万平方米").inputs == {
        "place": "县域",
        "area": "12000平方米",
    }


def test_the_steps_of_a_ladder_can_be_followed() -> None:
    steps = computed(RULES["guarantee"], "guaranteed=6000万").steps
    assert [(step.text, step.value) for step in steps] == [
        ("“不超过1000万元”的部分 1000万元 × 1%", "10万元"),
        ("“超过1000万元、不超过5000万元”的部分 4000万元 × 0.8%", "32万元"),
        ("“超过5000万元”的部分 1000万元 × 0.5%", "5万元"),
        ("各部分相加 10万元 + 32万元 + 5万元", "47万元"),
    ]


@pytest.mark.parametrize(
    ("rule", "items", "words"),
    [
        ("exhibitions", [{"base": "600万元"}], "规则 exhibitions 用不到 items 里的 base，收到“600万元”"),
        ("tech_upgrade", [{"stage": "国家级", "base": "1万元"}], "用不到 items 里的 stage"),
        (
            "project_match",
            [{"stage": "国家级"}, {"base": "400万元"}],
            "items 里有的项缺 stage 或 base，无法一一对应",
        ),
    ],
)
def test_a_model_that_passes_what_the_rule_does_not_take_is_told(
    rule: str, items: list[dict[str, str]], words: str
) -> None:
    answer = as_langchain_tool(list(RULES.values())).invoke({"rule": rule, "items": items})
    assert answer["status"] == "invalid_input" and words in answer["message"]
