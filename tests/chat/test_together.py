"""Several projects: added only where the text speaks of several, by the calculator, else told apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chat.subsidy.form import Filled, fill_in, values_of
from chat.subsidy.together import APART, together
from ingest import parse_text
from kb.rule_files import SHIPPED, load_rules
from kb.rules import Rule
from tests.cases.city_measures import PLAIN

DAY = date(2026, 6, 1)
TRIAL = next(rule for rule in load_rules(SHIPPED) if rule.id == "clinical_trial")


def city(name: str, **fields: Any) -> Rule:
    return Rule.model_validate({**PLAIN[name], **fields})


def trial(**values: str) -> Filled:
    return fill_in(TRIAL, values, DAY)


def test_one_rule_with_a_yearly_limit_is_computed_as_one() -> None:
    projects = [trial(phase="III", rd_spending="1亿") for _ in range(4)]
    whole = together(projects, DAY)
    (group,) = whole.groups
    assert (
        group.joint and group.adds_up and group.joint.amount_yuan == Decimal(100_000_000)
    )  # not 120 million
    assert any("合计 3000万元 + 3000万元" in step.text for step in group.joint.steps) and not whole.note


def test_different_rules_are_never_added() -> None:
    other = fill_in(city("loan_interest"), {"interest": "120万"}, DAY)
    whole = together([trial(phase="II", rd_spending="1亿"), other], DAY)
    assert whole.note == APART and all(group.joint is None for group in whole.groups)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"phase": "III", "rd_spending": "1亿", "prior_support": "500万"}, "不一致"),
        ({"phase": "III", "rd_spending": "1亿", "region": "山东"}, "不一致"),
    ],
)
def test_what_differs_beside_is_not_put_together(second: dict[str, str], why: str) -> None:
    whole = together([trial(phase="II", rd_spending="1亿"), trial(**second)], DAY)
    assert whole.groups[0].joint is None and why in whole.groups[0].why and whole.note


def test_a_rule_that_says_nothing_of_several_adds_nothing() -> None:
    one = fill_in(city("guarantee"), {"guaranteed": "6000万"}, DAY)
    whole = together([one, one], DAY)
    assert whole.groups[0].joint is None and "没有写明" in whole.groups[0].why


def test_what_excludes_other_support_is_quoted() -> None:
    quote = PLAIN["loan_interest"]["yearly_cap"]["sources"][0]
    rule = city("loan_interest", stacking={"method": "exclusive", "sources": [quote]})
    one = fill_in(rule, {"interest": "120万"}, DAY)
    whole = together([one, one], DAY)
    assert whole.groups[0].joint is None and quote["quote"] in whole.groups[0].why
    assert [each.quote for each in whole.quotes] == [quote["quote"]]


def test_what_the_document_says_on_having_several_is_quoted() -> None:
    text = "试科字〔2024〕1号\n办法\n一、奖励10万元。\n二、附则。同一项目符合多项政策的，按就高原则，不重复支持。\n"
    document = parse_text(text, "试.txt")
    other = fill_in(city("loan_interest"), {"interest": "120万"}, DAY)
    whole = together([trial(phase="II", rd_spending="1亿"), other], DAY, document.clauses)
    assert "同一项目符合多项政策的，按就高原则，不重复支持" in [each.quote for each in whole.quotes]


def test_projects_without_a_result_count_for_nothing() -> None:
    whole = together([trial(phase="II"), trial(phase="II", rd_spending="1亿", region="省外")], DAY)
    assert whole.groups == () and not whole.note


def test_each_field_says_what_it_was_read_as_or_what_is_wrong() -> None:
    good = trial(phase="2", rd_spending=" 6000万 ", prior_support="0")
    assert {name: each.said for name, each in good.fields.items()} == {
        "phase": "Ⅱ期",
        "rd_spending": "6000万元",
        "prior_support": "0元",
    }
    bad = trial(phase="II", rd_spending="很多", prior_support="9000亿元")
    assert bad.outcome is None and bad.fields["rd_spending"].error.startswith("收到“很多”")
    assert "超过1000亿元" in bad.fields["prior_support"].error and bad.problem.startswith("研发投入：")
    assert trial(phase="II").fields["rd_spending"].error and trial(colour="red").problem
    assert "太长" in trial(rd_spending="1" * 500).fields["rd_spending"].error


def test_a_form_can_be_filled_in_with_what_was_read() -> None:
    values = {"phase": "II", "rd_spending": "6000万元", "prior_support": "100万元", "product": "1类化学药"}
    first = trial(**values)
    assert first.inputs and values_of(TRIAL, first.inputs) == values
