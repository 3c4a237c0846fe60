"""Profiles against the rules we ship: the states a policy officer expects, and what never happens."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.matching.match import DRAFT, NO_CONDITIONS, NO_REGION, match
from chat.matching.profile import Profile
from chat.matching.types import Matched, Measure, State
from corpus import InputError, PolicyDocument
from ingest import parse_text
from kb.rules import Kind, Rule, RuleStatus
from tests.chat.matching.conftest import make_profile

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "matching.yaml").read_text("utf-8")
)
STATES = {"好": State.MET, "问": State.OPEN, "否": State.NOT_MET, "无": None}
DAY = date(2026, 6, 1)
Documents = dict[str, PolicyDocument]


def of(matched: Matched, rule: str) -> Measure:
    return next(measure for measure in matched.measures if measure.rule == rule)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 40
    known = {"facts", "words", "day", "states", "yuan", "open", "missing", "asks"}
    assert all(set(case) <= known and case["states"] for case in CASES)


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: re.sub(r"\s", "", f"{case.get('facts', '')}{case.get('words', '')}")
)
def test_states(case: dict[str, Any], rules: tuple[Rule, ...], documents: Documents) -> None:
    profile = make_profile(case.get("facts", {}), case.get("words", ()))
    matched = match(rules, profile, case.get("day", DAY), documents)
    found = {measure.rule: measure for measure in matched.measures}
    wrong = {
        rule: f"{found[rule].state if rule in found else None}: "
        f"{[(c.id, c.state.value, c.said) for c in found[rule].conditions] if rule in found else ''}"
        for rule, state in case["states"].items()
        if (found[rule].state if rule in found else None) is not STATES[state]
    }
    assert not wrong
    if "yuan" in case:
        computed = {m.rule: m.calculation.amount_yuan for m in found.values() if m.calculation}
        assert {rule: yuan for rule, yuan in computed.items() if yuan is not None} == case["yuan"]
    for rule, ids in case.get("open", {}).items():
        assert [each.id for each in found[rule].open] == ids
    for rule, names in case.get("missing", {}).items():
        assert [each.name for each in found[rule].missing] == names
        assert found[rule].calculation is None
    if "asks" in case:
        assert matched.question and case["asks"] in matched.question.text


# -- what holds for every profile --------------------------------------------------------------------------------

FACTS = {
    "region": ["烟台", "山东", "江苏", "昆山", "莱州"],
    "sector": ["细胞治疗", "医疗器械", "中药"],
    "applicant": ["企业", "医院", "高校", "平台"],
    "product": ["1类化学药", "仿制药", "2类新药", "首台套医疗器械"],
    "product_class": ["三类医疗器械", "二类", "一类"],
    "stage": ["III", "I期", "IV", "III期还在做", "临床前"],
    "certificates": ["首次取得第三类医疗器械注册证", "高企", "全国重点实验室"],
    "rd_spending": ["1亿", "6000万"],
    "premium": ["300万"],
    "beds": ["800"],
    "note": [
        "产品在省内转化",
        "已进入国家创新医疗器械特别审查程序",
        "新升级，国家没有配套资金要求",
        "列入重点研发",
        "我们在上海",
    ],
}
profiles = st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in FACTS.items()})


@settings(max_examples=25, deadline=None)
@given(facts=profiles, data=st.data())
def test_taking_facts_away_meets_no_condition(
    facts: dict[str, str], data: st.DataObject, rules: tuple[Rule, ...], documents: Documents
) -> None:
    """A condition becomes 满足 only where what was taken away spoke against it."""
    kept = {name: value for name, value in facts.items() if data.draw(st.booleans())}
    taken = {value for name, value in facts.items() if name not in kept}
    before = match(rules, make_profile(facts), DAY, documents)
    after = match(rules, make_profile(kept), DAY, documents)
    for measure in after.measures:
        was = {each.id: each for each in of(before, measure.rule).conditions}
        for each in measure.conditions:
            if each.state is State.MET and was[each.id].state is not State.MET:
                against = [said for said in was[each.id].said if any(said in value for value in taken)]
                assert against, f"{measure.rule}.{each.id} is met without {taken}"


@settings(max_examples=25, deadline=None)
@given(facts=profiles, data=st.data())
def test_without_contradictions_fewer_facts_never_meet_more(
    facts: dict[str, str], data: st.DataObject, rules: tuple[Rule, ...], documents: Documents
) -> None:
    """Where nothing contradicts, taking facts away turns no condition from 待补充 or 不满足 into 满足."""
    before = match(rules, make_profile(facts), DAY, documents)
    doubtful = {
        (m.rule, c.id) for m in before.measures for c in m.conditions if c.said and c.state is not State.MET
    }
    kept = {name: value for name, value in facts.items() if data.draw(st.booleans())}
    after = match(rules, make_profile(kept), DAY, documents)
    met = {(m.rule, c.id) for m in after.measures for c in m.conditions if c.state is State.MET}
    met_before = {(m.rule, c.id) for m in before.measures for c in m.conditions if c.state is State.MET}
    assert met - doubtful <= met_before


@settings(max_examples=15, deadline=None)
@given(facts=profiles)
def test_states_follow_from_conditions(
    facts: dict[str, str], rules: tuple[Rule, ...], documents: Documents
) -> None:
    matched = match(rules, make_profile(facts), DAY, documents)
    assert matched == match(rules, make_profile(dict(reversed(facts.items()))), DAY, documents)
    assert matched == match(rules, make_profile({**facts, "listing": ""}), DAY, documents)
    order = [list(State).index(measure.state) for measure in matched.measures]
    assert order == sorted(order)
    waiting = [
        (
            not m.gives_money,
            not any(each.state is State.MET and not each.home for each in m.shown),
            sum(each.state is State.OPEN and each.blocks for each in m.shown),
        )
        for m in matched.of(State.OPEN)
    ]
    assert waiting == sorted(waiting)
    for measure in matched.measures:
        states = {each.state for each in measure.conditions}
        if measure.state is State.MET:
            assert states == {State.MET}
        assert (measure.state is State.NOT_MET) == bool(measure.broken)
        if measure.state is State.NOT_MET:
            assert measure.calculation is None and not measure.missing
        for each in measure.conditions:
            clause = documents[each.clause.rpartition(" ")[0]].clause(each.clause)
            assert clause and each.quote in clause.text
            assert bool(each.said) or each.state is State.OPEN
    amounts = [
        m.calculation.amount_yuan
        for m in matched.of(State.MET)
        if m.calculation and m.calculation.amount_yuan is not None
    ]
    assert amounts == sorted(amounts, reverse=True)


def test_nothing_is_met_where_nothing_is_known(rules: tuple[Rule, ...], documents: Documents) -> None:
    matched = match(rules, Profile(), DAY, documents)
    assert {measure.state for measure in matched.measures} == {State.OPEN}
    assert all(each.state is State.OPEN for measure in matched.measures for each in measure.conditions)
    assert all(measure.calculation is None for measure in matched.measures)
    assert matched.question and matched.question.settles > len(rules) // 2


# -- drafts, and rules of other documents --------------------------------------------------------------------------

FULL = {
    "region": "烟台",
    "sector": "细胞治疗",
    "product_class": "一类新药",
    "stage": "III",
    "rd_spending": "1亿",
    "note": "产品在省内转化",
}


def test_a_draft_is_shown_without_an_amount(rules: tuple[Rule, ...], documents: Documents) -> None:
    drafted = [rule.model_copy(update={"status": RuleStatus.DRAFT}) for rule in rules]
    matched = match(drafted, make_profile(FULL), DAY, documents)
    trial = of(matched, "clinical_trial")
    assert (trial.state, trial.note, trial.calculation) == (State.OPEN, DRAFT, None)
    assert all(each.state is State.MET for each in trial.conditions)
    assert {(m.state, m.calculation) for m in matched.measures} == {(State.OPEN, None)}
    assert matched.question is None  # no answer of the asker confirms a rule
    elsewhere = match(drafted, make_profile({**FULL, "region": "江苏", "note": ""}), DAY, documents)
    assert of(elsewhere, "clinical_trial").state is State.NOT_MET


def test_a_rule_without_conditions_is_left_to_the_authority(
    rules: tuple[Rule, ...], documents: Documents
) -> None:
    bare = [rule.model_copy(update={"conditions": ()}) for rule in rules if rule.id == "national_platform"]
    measure = of(match(bare, make_profile(FULL), DAY, documents), "national_platform")
    assert (measure.state, measure.note, measure.calculation) == (State.OPEN, NO_CONDITIONS, None)
    assert [each.id for each in measure.conditions] == ["region"]
    away = of(match(bare, make_profile({"region": "江苏"}), DAY, documents), "national_platform")
    assert away.state is State.NOT_MET and away.broken[0].said == ("江苏",)


def test_only_rules_of_documents_that_are_there_count(rules: tuple[Rule, ...], documents: Documents) -> None:
    plan = "鲁科字〔2024〕137号"
    matched = match(rules, make_profile(FULL), DAY, {plan: documents[plan]})
    assert {clause.rpartition(" ")[0] for m in matched.measures for clause in m.clauses} == {plan}
    assert matched.left_out == 0
    assert match(rules, make_profile(FULL), DAY, {}).measures == ()
    gone = match(rules, make_profile(FULL), DAY, documents, in_force=lambda document: document != plan)
    assert gone.left_out > 0 and plan not in str(gone.to_dict()["measures"])


def test_a_changed_clause_takes_its_rule_away(rules: tuple[Rule, ...], documents: Documents) -> None:
    plan = documents["鲁科字〔2024〕137号"]
    changed = parse_text(plan.source.replace("首台（套）购买的", "首台（套）投保的"), "改.txt")
    matched = match(rules, make_profile(FULL), DAY, {**documents, changed.id: changed})
    assert "first_set_insurance" not in {measure.rule for measure in matched.measures}


def test_a_city_document_asks_for_the_city(rules: tuple[Rule, ...]) -> None:
    """A rule's province is not enough where its document is a city's."""
    text = "烟科〔2025〕1号\n烟台市关于支持器械的措施\n一、审评。对第二类医疗器械注册申请，加快审评。\n烟台市科学技术局\n2025年1月1日\n"
    document = parse_text(text, "烟.txt")
    clause = next(c for c in document.clauses if "加快审评" in c.text)
    rule = next(each for each in rules if each.id == "device_review_days")
    source = {"clause": clause.id, "quote": "对第二类医疗器械注册申请"}
    data = rule.model_dump(mode="python")
    data["bases"] = [{**source, "lead": [], "participants": []}]
    data["kind"], data["days"] = Kind.QUALIFICATION, None
    for condition in data["conditions"]:
        condition["sources"] = [source]
    city = Rule.model_validate(data)
    states = {
        place: of(
            match([city], make_profile({"region": place, "product_class": "二类医疗器械"}), DAY, {document.id: document}),
            rule.id,
        ).state
        for place in ("烟台", "莱州", "山东", "济南", "南京")
    }  # fmt: skip
    assert document.region == "山东省烟台市"
    assert states == {
        "烟台": State.MET, "莱州": State.MET, "山东": State.OPEN, "济南": State.NOT_MET, "南京": State.NOT_MET,
    }  # fmt: skip


def test_a_figure_that_cannot_be_true_is_refused() -> None:
    with pytest.raises(InputError, match="负数"):
        make_profile({"rd_spending": "-5万"})
    with pytest.raises(InputError, match="人民币"):
        make_profile({}, ["我们在烟台，研发投入6000美元"])
    with pytest.raises(InputError, match="整数"):
        make_profile({"beds": "8.5"})


def test_one_question_counts_the_measures_it_takes_further(
    rules: tuple[Rule, ...], documents: Documents
) -> None:
    three = [r for r in rules if r.id in ("device_preview", "device_review_days", "equity_investment")]
    matched = match(three, make_profile({"region": "济南"}), DAY, documents)
    assert matched.question
    assert (matched.question.text, matched.question.settles) == ("请问申请注册的是第几类医疗器械？", 3)
    assert matched.question.about == ("device_class",)
    trial = [r for r in rules if r.id == "clinical_trial"]
    asked = match(trial, make_profile({**FULL, "rd_spending": ""}), DAY, documents).question
    assert asked and asked.about == ("rd_spending",) and "研发投入" in asked.text
    assert match(trial, make_profile(FULL), DAY, documents).question is None


def test_money_wins_a_tie(rules: tuple[Rule, ...], documents: Documents) -> None:
    """Of two questions that take one measure further each, that of the measure with money."""
    two = [r for r in rules if r.id in ("research_management", "special_review")]
    asked = match(two, make_profile({"region": "济南"}), DAY, documents).question
    assert asked and (asked.about, asked.settles) == (("entered",), 1)


def test_a_hospital_is_not_asked_whether_it_is_a_company(
    rules: tuple[Rule, ...], documents: Documents
) -> None:
    for words in ("我们是济南一家三甲医院", "我院在济南"):
        matched = match(rules, make_profile({}, [words]), DAY, documents)
        assert matched.question and "是否为企业" not in matched.question.text
        refused = of(matched, "growth_fund").broken[0]
        assert (refused.id, refused.said) == ("sector", ("医院",)) or refused.id == "who"


# -- documents that do not say where they hold ---------------------------------------------------------------------


def test_a_document_without_a_region_is_never_met_and_stands_last(
    rules: tuple[Rule, ...], documents: Documents
) -> None:
    plan, other = "鲁科字〔2024〕137号", "鲁发改高技〔2025〕687号"
    known = {plan: documents[plan], other: documents[other]}
    blank = {**known, other: replace(documents[other], region="")}
    profile = make_profile({"region": "烟台", "note": "我们在做细胞治疗新药"})
    assert of(match(rules, profile, DAY, known), "insurance_cgt").state is State.MET
    for each in (profile, make_profile(FULL), Profile()):
        matched = match(rules, each, DAY, blank)
        unplaced = [m for m in matched.measures if m.document == documents[other].name]
        assert unplaced and State.MET not in {m.state for m in unplaced}
        assert all(NO_REGION in m.note for m in unplaced)
        assert NO_REGION not in str([m.note for m in matched.measures if m not in unplaced])
        waiting = [m.document for m in matched.of(State.OPEN)]
        assert waiting == sorted(waiting, key=lambda name: name == documents[other].name)
    alone = [r for r in rules if all(basis.clause.startswith(other) for basis in r.bases)]
    one = [r for r in rules if r.id == "special_review"]
    few = match([*alone, *one], make_profile({"region": "烟台"}), DAY, blank)
    assert few.question and few.question.about == ("entered",)
    assert match(alone, make_profile({"region": "烟台"}), DAY, blank).question


# -- places that are none ------------------------------------------------------------------------------------------


def test_an_unknown_place_is_said_and_not_used(rules: tuple[Rule, ...], documents: Documents) -> None:
    matched = match(rules, make_profile({"region": "火星", "sector": "细胞治疗"}), DAY, documents)
    assert matched.notice == "没有认出地名“火星”，请写省、市名称"
    assert matched.to_dict()["notice"] == matched.notice and "region" not in matched.profile.to_dict()
    assert matched.measures == match(rules, make_profile({"sector": "细胞治疗"}), DAY, documents).measures
    for place in ("烟台", "山东", "莱州市", "昆山", "省内", "外省", "北京"):
        known = make_profile({"region": place})
        assert known.notice == "" and known.fact("region")
        assert "notice" not in match(rules, known, DAY, documents).to_dict()
