"""Drafts of rules from clauses: what they say is in the clause, and what is not certain is left out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from chat.answer import Calculation
from chat.subsidy.calculator import calculate, parse_cli_inputs
from ingest import parse_text
from kb.rule_check import check_rules
from kb.rule_drafts import draft_rules, summary, without_covered
from kb.rule_files import load_rule, rule_yaml
from kb.rules import Kind, Rule, RuleStatus

NOTICE = """示范市人民政府办公室关于印发示范市产业发展若干措施的通知

示府办〔2024〕8号

一、{heading}。{text}（牵头单位：市科技局）
"""


def drafts(text: str, heading: str = "支持企业创新") -> tuple[Rule, ...]:
    document = parse_text(NOTICE.format(heading=heading, text=text), "示范.txt")
    clause = next(clause for clause in document.clauses if clause.path == ("一",))
    made = draft_rules(document, clause)
    assert check_rules(made, {clause.id: clause.text}.get) == []
    assert all(rule.status is RuleStatus.DRAFT and rule.bases[0].lead == ("市科技局",) for rule in made)
    return made


@pytest.mark.parametrize(
    ("text", "kind", "said", "inputs"),
    [
        (
            "对设备投资1000万元以上的技术改造项目，按设备投资的8%给予补助，最高不超过500万元。",
            Kind.RATE,
            "比例8%，上限500万元",
            ["investment"],
        ),
        ("对首次认定的高新技术企业，一次性奖励20万元。", Kind.FIXED, "20万元", []),
        ("对获得中国专利金奖的单位，给予最高100万元奖励。", Kind.FIXED, "最高100万元", []),
        (
            "对新认定的国家级、省级企业技术中心，分别给予200万元、100万元一次性奖励。",
            Kind.FIXED,
            "国家级 200万元，省级 100万元",
            ["class"],
        ),
        (
            "对招用毕业年度高校毕业生的企业，按每人每月300元给予补贴，期限最长不超过2年。",
            Kind.PER_UNIT,
            "300元",
            ["count", "months"],
        ),
        (
            "对企业研发投入，按不超过研发投入的10%给予资助，每个企业每年最高不超过300万元。",
            Kind.RATE,
            "比例10%，每年上限300万元",
            ["rd_spending", "prior_support"],
        ),
        (
            "对企业贷款，按实际支付利息的50%给予贴息，最高200万元。",
            Kind.INTEREST,
            "比例50%，上限200万元",
            ["interest"],
        ),
        ("将企业投资项目核准时限由20个工作日压缩至10个工作日。", Kind.DEADLINE, "10个工作日", []),
    ],
)
def test_what_a_clause_gives(text: str, kind: Kind, said: str, inputs: list[str]) -> None:
    (rule,) = drafts(text)
    assert (rule.kind, summary(rule)) == (kind, said)
    assert [each.name for each in rule.inputs] == inputs
    assert all(each.question.endswith(("？", "）")) for each in rule.inputs)


@pytest.mark.parametrize(
    ("text", "inputs", "said"),
    [
        (
            "对吸纳就业的企业，按每人每月3000元给予补贴，补贴期限不超过6个月。",
            ["count=3", "months=24"],
            "5.4万元",
        ),
        ("对引进的博士，按每人5万元给予补贴，单个企业最多申报5人。", ["count=20"], "25万元"),
    ],
)
def test_a_limit_behind_the_figures_holds(text: str, inputs: list[str], said: str) -> None:
    (rule,) = drafts(text)
    confirmed = rule.model_copy(update={"status": RuleStatus.CONFIRMED})
    outcome = calculate(confirmed, parse_cli_inputs(confirmed, inputs))
    assert isinstance(outcome, Calculation) and outcome.steps[-1].value == said


@pytest.mark.parametrize(
    "text",
    [
        "对流转土地100—500亩（含500亩）的，给予100元/亩补助；500亩以上的，给予200元/亩补助。",
        "对营业收入每新上一个5亿元级台阶的企业，一次性给予20万元奖补。",
        "对企业，按研发投入的3%以上给予最高200万元、每年不同的奖励，累计不超过3年。",
        "对引进的博士给予5万元补贴，分3年发放，最长不超过5年。",
        "对符合条件的企业，减按15%的税率征收企业所得税，应纳税所得额扣除50万元。",
    ],
)
def test_what_the_model_cannot_hold_is_left_to_a_person(text: str) -> None:
    made = drafts(text)
    assert all(rule.kind is Kind.QUALIFICATION for rule in made)
    assert all("没有读准" in summary(rule) for rule in made)


@pytest.mark.parametrize(
    "text",
    [
        "到2027年，全市生物医药产业规模达到500亿元以上。",
        "对逾期不改正的，处1万元以上3万元以下罚款。",
        "加强统筹协调，完善工作机制。",
        "本年度安排专项资金2亿元。",
    ],
)
def test_what_gives_nothing_makes_no_draft(text: str) -> None:
    assert drafts(text) == ()


def test_a_condition_on_what_is_measured_is_a_bound() -> None:
    (rule,) = drafts("对设备投资1000万元以上的技术改造项目，按设备投资的8%给予补助。")
    (condition,) = rule.conditions
    assert (condition.input, condition.at_least) == ("investment", Decimal(10_000_000))
    assert not condition.holds(Decimal("9999999.99")) and condition.holds(Decimal(10_000_000))


def test_a_condition_on_something_else_asks_for_it() -> None:
    (rule,) = drafts("对年营业收入超过5亿元的企业，按设备投资的8%给予补助。")
    (condition,) = rule.conditions
    assert (condition.input, condition.above) == ("revenue", Decimal(500_000_000))
    assert [(each.name, each.required) for each in rule.inputs] == [("investment", True), ("revenue", False)]


def test_an_id_depends_on_the_clause_alone() -> None:
    one, other = drafts("对甲类企业奖励20万元。对乙类企业奖励10万元。")
    assert [rule.id for rule in drafts("对甲类企业奖励30万元。")] == [one.id]
    assert one.id.removesuffix("_1") == other.id.removesuffix("_2")


def test_what_a_rule_covers_is_not_drafted_again() -> None:
    one, other = drafts("对甲类企业奖励20万元。对乙类企业奖励10万元。")
    confirmed = one.model_copy(update={"status": RuleStatus.CONFIRMED})
    assert without_covered((one, other), [confirmed]) == (other,)


def test_a_draft_is_written_and_read_again(tmp_path: Path) -> None:
    texts = [
        "对设备投资1000万元以上的技术改造项目，按设备投资的8%给予补助，最高不超过500万元。",
        "对新认定的国家级、省级企业技术中心，分别给予200万元、100万元一次性奖励，同一企业就高不重复。",
        "对年产值1亿元以上5亿元以下的企业，奖励10万元；5亿元以上的，奖励30万元。",
        "对招用毕业年度高校毕业生的企业，按每人每月300元给予补贴，期限最长不超过2年。",
    ]
    for text in texts:
        for rule in drafts(text):
            path = tmp_path / f"{rule.id}.yaml"
            path.write_text(rule_yaml(rule), encoding="utf-8")
            assert load_rule(path) == rule
    written = yaml.safe_load(rule_yaml(drafts(texts[0])[0]))
    assert (written["rate"]["value"], written["cap"]["value"]) == ("8%", "500万元")


@pytest.mark.parametrize(
    ("clause", "most"),
    [
        ("举办新品首发活动的，每场补助不超过10万元，每家企业每年不超过3场。", 3),
        ("举办展会的，每场给予5万元补助，同一企业每年最多补助2场。", 2),
        ("举办展会的，每场给予5万元补助。", None),
    ],
)
def test_how_many_things_count_at_most_is_read_in_their_own_unit(clause: str, most: int | None) -> None:
    (rule,) = drafts(clause)
    assert rule.kind is Kind.PER_UNIT and rule.measured_by
    assert (rule.most and rule.most.value) == most


def test_an_amount_for_each_of_several_things_is_no_fixed_amount() -> None:
    clause = "对新开通的货运航线，每条航线每年补助20万元。"
    (rule,) = drafts(clause)
    assert rule.kind is not Kind.FIXED
