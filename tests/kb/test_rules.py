"""Rule files: those we ship say what the clauses say; broken ones give a clear error."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus import RegisterError
from kb.rule_check import check_rules, sources
from kb.rule_files import load_rules
from kb.rules import Kind, Rule

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
GOOD: dict[str, Any] = yaml.safe_load((DATA / "good_rule.yaml").read_text(encoding="utf-8"))
CLAUSES: dict[str, str] = yaml.safe_load((DATA / "clauses.yaml").read_text(encoding="utf-8"))
RULES = {rule.id: rule for rule in load_rules(ROOT / "corpus" / "rules")}
ONE = "文〔2025〕1号 一"


def write(folder: Path, data: object, name: str = "rule.yaml") -> Path:
    (folder / name).write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return folder


def changed(**fields: Any) -> dict[str, Any]:
    return {**GOOD, **fields}


def test_the_rules_we_ship() -> None:
    assert {rule.id: rule.kind for rule in RULES.values()} == {
        "clinical_trial": Kind.RATE,
        "device_first_purchase": Kind.QUALIFICATION,
        "device_preview": Kind.QUALIFICATION,
        "device_review_days": Kind.DEADLINE,
        "drug_gmp_inspection": Kind.QUALIFICATION,
        "drug_insurance_catalog": Kind.QUALIFICATION,
        "dual_channel": Kind.QUALIFICATION,
        "early_stage_capital": Kind.QUALIFICATION,
        "equity_investment": Kind.QUALIFICATION,
        "equity_share_increase": Kind.QUALIFICATION,
        "ethics_recognition": Kind.QUALIFICATION,
        "first_in_human_research": Kind.QUALIFICATION,
        "first_set_insurance": Kind.CAP_ONLY,
        "first_set_purchase": Kind.QUALIFICATION,
        "foreign_rd_center": Kind.QUALIFICATION,
        "gene_cell_science_plan": Kind.QUALIFICATION,
        "growth_fund": Kind.QUALIFICATION,
        "high_value_projects": Kind.QUALIFICATION,
        "hospital_preparation": Kind.QUALIFICATION,
        "import_whitelist": Kind.QUALIFICATION,
        "industry_park": Kind.QUALIFICATION,
        "industry_special_project": Kind.QUALIFICATION,
        "insurance_cgt": Kind.QUALIFICATION,
        "international_registration": Kind.QUALIFICATION,
        "investigator_research": Kind.QUALIFICATION,
        "key_enterprise_service": Kind.QUALIFICATION,
        "national_platform": Kind.FIXED,
        "new_drug_loan": Kind.QUALIFICATION,
        "pilot_base_ai": Kind.QUALIFICATION,
        "premarket_guidance": Kind.QUALIFICATION,
        "procurement_cooperation": Kind.QUALIFICATION,
        "provincial_projects": Kind.QUALIFICATION,
        "rd_intensity_priority": Kind.QUALIFICATION,
        "regional_cell_center": Kind.QUALIFICATION,
        "research_beds": Kind.SHARE_OF_COUNT,
        "research_hospital_pilot": Kind.QUALIFICATION,
        "research_management": Kind.QUALIFICATION,
        "review_services": Kind.QUALIFICATION,
        "seed_cell_bank": Kind.QUALIFICATION,
        "special_approval_guidance": Kind.QUALIFICATION,
        "special_review": Kind.FIXED,
        "staff_promotion": Kind.QUALIFICATION,
        "stem_cell_filing": Kind.QUALIFICATION,
        "strategic_investment": Kind.QUALIFICATION,
        "study_abroad": Kind.QUALIFICATION,
        "talent_platform": Kind.QUALIFICATION,
        "talent_program": Kind.QUALIFICATION,
        "third_party_platform": Kind.QUALIFICATION,
        "top_talent": Kind.QUALIFICATION,
        "trade_zone_pilot": Kind.QUALIFICATION,
        "trial_beds": Kind.QUALIFICATION,
        "trial_performance": Kind.QUALIFICATION,
    }


def test_every_figure_of_the_clinical_trial_rule() -> None:
    rule = RULES["clinical_trial"]
    assert rule.rate is not None and rule.rate.value == Decimal("0.4")
    assert [(stage.stage, int(stage.cap)) for stage in rule.stages] == [
        ("I", 10_000_000),
        ("II", 20_000_000),
        ("III", 30_000_000),
    ]
    assert rule.yearly_cap is not None and rule.yearly_cap.value == 100_000_000
    assert rule.clauses == ("鲁科字〔2024〕137号 三/（一）", "鲁发改高技〔2025〕687号 二/8")


def test_the_time_in_force() -> None:
    plan, measures = RULES["clinical_trial"].bases
    assert [
        plan.in_force(date(y, m, d))
        for y, m, d in ((2024, 12, 31), (2025, 1, 1), (2027, 12, 31), (2028, 1, 1))
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert measures.in_force(date(2040, 1, 1))


def test_what_we_ship_agrees_with_the_clauses() -> None:
    assert check_rules(RULES.values(), CLAUSES.get) == []


def test_every_figure_and_condition_has_a_source() -> None:
    for rule in RULES.values():
        named = {field for field, _ in sources(rule)}
        assert named >= {f"conditions.{condition.id}" for condition in rule.conditions}
        assert named >= {f"stages.{stage.stage}" for stage in rule.stages}


def figure(value: str, quote: str, clause: str = "鲁科字〔2024〕137号 三/（一）") -> dict[str, Any]:
    return {"value": value, "sources": [{"clause": clause, "quote": quote}]}


CAPS = "最高分别为1000万元、2000万元、3000万元资金支持"


def stages(*caps: str) -> list[dict[str, Any]]:
    source = {"clause": "鲁科字〔2024〕137号 三/（一）", "quote": CAPS}
    return [
        {"stage": name, "cap": cap, "sources": [source]}
        for name, cap in zip(("I", "II", "III"), caps, strict=True)
    ]


def plain(rule: Rule) -> dict[str, Any]:
    """A rule as it stands in its file."""
    data: dict[str, Any] = yaml.safe_load(
        (ROOT / "corpus" / "rules" / f"{rule.id}.yaml").read_text(encoding="utf-8")
    )
    return data


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"rate": figure("50%", "不超过研发投入40%")},
            "规则 clinical_trial 的 rate：引文“不超过研发投入40%”里没有 50",
        ),
        (
            {"rate": figure("40%", "不超过研发投入的40%")},
            "的 rate：引文“不超过研发投入的40%”不是条款 鲁科字〔2024〕137号 三/（一） 的原文",
        ),
        (
            {"yearly_cap": figure("2亿元", "每个企业每年累计支持额度不超过1亿元")},
            "的 yearly_cap：引文“每个企业每年累计支持额度不超过1亿元”里没有 2亿元",
        ),
        ({"yearly_cap": figure("1亿元", "支持", "没有的文号 一")}, "的 yearly_cap：没有条款 没有的文号 一"),
        ({"yearly_cap": figure("1万元", "每个企业每年累计支持额度不超过1亿元")}, "里没有 1万元"),
        ({"stages": stages("1000万元", "2000万元", "3500万元")}, "的 stages.III：引文"),
        (
            {"stages": stages("2000万元", "1000万元", "3000万元")},
            "的 stages：上限依次为 2000万元、1000万元、3000万元",
        ),
        ({"stages": stages("1000万元", "2000万元", "2000万元")}, "的 stages：上限依次为"),
    ],
)
def test_a_figure_that_is_not_in_the_clause_is_found(fields: dict[str, Any], problem: str) -> None:
    rule = Rule.model_validate({**plain(RULES["clinical_trial"]), **fields})
    assert any(problem in line for line in check_rules([rule], CLAUSES.get))


def test_every_quote_is_compared() -> None:
    """With clauses that say nothing, each source of each rule is a problem."""
    expected = sum(1 for rule in RULES.values() for _ in sources(rule))
    problems = check_rules(RULES.values(), lambda _: "")
    assert len(problems) == expected
    assert len(check_rules(RULES.values(), lambda _: None)) == expected


def test_a_source_outside_the_bases_is_found() -> None:
    data = changed(
        amount={
            "value": "200万元",
            "bound": "max",
            "sources": [{"clause": "文〔2025〕2号 一", "quote": "给予最高200万元支持"}],
        }
    )
    assert check_rules([Rule.model_validate(data)], lambda _: "给予最高200万元支持") == [
        "规则 good 的 amount：条款 文〔2025〕2号 一 没有列入 bases。"
    ]


def test_a_good_rule_loads(tmp_path: Path) -> None:
    (rule,) = load_rules(write(tmp_path, GOOD))
    assert rule.id == "good" and rule.amount is not None and rule.amount.value == 2_000_000


BASIS = GOOD["bases"][0]
PHASE = {
    "name": "phase",
    "label": "期别",
    "type": "phase",
    "required": True,
    "question": "哪一期？",
    "example": "II",
}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"colour": "red"}, r"字段 colour：收到 'red'，没有这个字段，请删去或改正拼写"),
        ({"title": ""}, r"字段 title：收到 ''，不能为空"),
        ({"title": 5}, r"字段 title：收到 '5'，应是文字（数字请加引号）"),
        ({"id": "Good Rule"}, r"字段 id：收到 'Good Rule'，只能用小写字母、数字和下划线"),
        ({"kind": "percentage"}, r"字段 kind：收到 'percentage'，可用的是 'rate', 'fixed'"),
        ({"bases": []}, r"字段 bases：收到 '\(\)|字段 bases：收到 '\[\]'，至少要有一项"),
        ({"bases": [{**BASIS, "quote": ""}]}, r"字段 bases\.0\.quote：收到 ''，不能为空"),
        (
            {"bases": [{k: v for k, v in BASIS.items() if k != "clause"}]},
            r"字段 bases\.0\.clause：缺少这个字段",
        ),
        ({"bases": [{**BASIS, "valid_from": "去年"}]}, r"字段 bases\.0\.valid_from：收到 '去年'，应是日期"),
        ({"bases": [BASIS, BASIS]}, rf"：bases 里重复了 {ONE}"),
        ({"keywords": "支持"}, r"字段 keywords：收到 '支持'，应是一个列表"),
        (
            {"amount": {"value": "200", "sources": BASIS}},
            r"字段 amount\.value：收到 '200'，写成数字加单位的金额，例如 1000万元",
        ),
        (
            {"amount": {"value": "-200万元", "sources": [BASIS]}},
            r"字段 amount\.value：收到 '-200万元'，写成数字加单位的金额",
        ),
        (
            {"amount": {"value": "0万元", "sources": [BASIS]}},
            r"字段 amount\.value：收到 '0万元'，写成大于零的金额",
        ),
        ({"amount": {"value": "200万元", "sources": []}}, r"字段 amount\.sources：.*至少要有一项"),
        ({"amount": None}, r"：kind 为 fixed 的规则还要有 amount"),
        (
            {"rate": {"value": "40%", "sources": [{"clause": ONE, "quote": "40%"}]}},
            r"：kind 为 fixed 的规则用不到 rate，请删去",
        ),
        (
            {"rate": {"value": "四成", "sources": [{"clause": ONE, "quote": "x"}]}},
            r"字段 rate\.value：收到 '四成'，写成大于 0 的百分数",
        ),
        (
            {"rate": {"value": "0%", "sources": [{"clause": ONE, "quote": "x"}]}},
            r"字段 rate\.value：收到 '0%'，写成大于 0 的百分数",
        ),
        ({"inputs": [PHASE]}, r"：inputs 里不能有 phase"),
        ({"inputs": [{**PHASE, "type": "date"}]}, r"字段 inputs\.0\.type：收到 'date'，可用的是 'money'"),
        ({"kind": "share_of_count"}, r"：kind 为 share_of_count 的规则还要有 rate"),
        (
            {"assumptions": [{"when": "sometimes", "text": "x"}]},
            r"字段 assumptions\.0\.when：收到 'sometimes'，可用的是 'always'",
        ),
    ],
)
def test_broken_rules(tmp_path: Path, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(RegisterError, match=r"^规则文件 rule\.yaml .*" + f"(?:{message})") as error:
        load_rules(write(tmp_path, changed(**fields)))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"id: [good", r"规则文件 rule\.yaml 第\d+行不是正确的 YAML"),
        (b"- id", r"规则文件 rule\.yaml 应是“字段: 值”的形式"),
        ("标题".encode("gb18030"), r"规则文件 rule\.yaml 读不出来"),
        (b"", r"规则文件 rule\.yaml 应是“字段: 值”的形式，收到的是 NoneType"),
    ],
)
def test_files_that_are_no_rules(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "rule.yaml").write_bytes(text)
    with pytest.raises(RegisterError, match=message):
        load_rules(tmp_path)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="里没有规则文件"):
        load_rules(tmp_path)


def test_two_rules_with_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    with pytest.raises(RegisterError, match="有重复的规则 id：good"):
        load_rules(write(tmp_path, GOOD, "b.yaml"))


def test_the_example_of_the_guide_is_a_sound_rule() -> None:
    guide = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rule = Rule.model_validate(yaml.safe_load(guide.split("```yaml\n")[1].split("```")[0]))
    assert check_rules([rule], {rule.bases[0].clause: f"一、支持技术改造。{rule.bases[0].quote}。"}.get) == []
    assert all(f"`{kind.value}`" in guide for kind in Kind)
