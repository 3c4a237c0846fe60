"""The amount against one input: the calculator's own figures, its turns and jumps where they are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chat.answer import Calculation
from chat.subsidy.calculator import calculate, parse_cli_inputs
from chat.subsidy.caps import caps_of, reached
from chat.subsidy.curve import Curve, curve_of, varied_input
from kb.rule_files import SHIPPED, load_rules
from kb.rules import Rule
from tests.cases.city_measures import PLAIN

SHIPPED_RULES = {rule.id: rule for rule in load_rules(SHIPPED)}


def rule(name: str) -> Rule:
    return SHIPPED_RULES.get(name) or Rule.model_validate(PLAIN[name])


def curve(name: str, *pairs: str) -> Curve:
    found = curve_of(rule(name), parse_cli_inputs(rule(name), pairs))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "pairs", "turns"),
    [
        # 40 % to 20 million
        ("clinical_trial", ("phase=II", "rd_spending=6000万"), [(50_000_000, 20_000_000)]),
        # 5 million are left of the year's limit
        (
            "clinical_trial",
            ("phase=III", "rd_spending=30万", "prior_support=9500万"),
            [(12_500_000, 5_000_000)],
        ),
        ("first_set_insurance", ("premium=300万",), [(5_000_000, 5_000_000)]),
        # a ladder of fixed sums jumps at its bounds
        (
            "revenue_award",
            ("revenue=2亿",),
            [(50_000_000, 100_000), (100_000_000, 300_000), (500_000_000, 1_000_000)],
        ),
        # 超过500万元: the first fen of the next step
        (
            "rd_ladder",
            ("rd_spending=1500万",),
            [("5000000.01", 400_000), ("20000000.01", 2_000_000), (30_000_000, 3_000_000)],
        ),
        # 1.5 % reaches 1 million at no whole yuan
        ("equipment_loan", ("principal=2000万", "months=12"), [("66666666.67", 1_000_000)]),
        # nothing below the least investment
        ("digital", ("investment=800万",), [(3_000_000, 360_000), (12_500_000, 1_500_000)]),
        # people, not yuan
        ("jobs_award", ("jobs=20",), [(10, 50_000), (30, 150_000), (100, 400_000)]),
        ("talent", ("degree=博士", "people=3"), [(10, 500_000)]),
    ],
)
def test_turns_lie_where_the_calculator_turns(
    name: str, pairs: tuple[str, ...], turns: list[tuple[float | str, int]]
) -> None:
    found = curve(name, *pairs)
    assert [(turn.x, turn.amount) for turn in found.turns] == [(Decimal(x), Decimal(y)) for x, y in turns]
    assert found.reach > found.turns[-1].x


@pytest.mark.parametrize("name", ["clinical_trial", "rd_ladder", "guarantee", "ecommerce_park", "jobs_award"])
def test_every_point_is_the_calculators(name: str) -> None:
    one = rule(name)
    beside = [
        f"{each.name}={one.stages[0].stage if each.name == one.stage_by else each.example}"
        for each in one.inputs
        if each.required or each.name == one.stage_by
    ]
    found = curve(name, *beside)
    assert found.here in found.stops and len(found.stops) > 20
    base = found.input.name
    others = [pair for pair in beside if not pair.startswith(f"{base}=")]
    unit = "元" if found.input.type == "money" else ""
    for point in (*found.stops, *(p.start for p in found.pieces), *(p.end for p in found.pieces)):
        computed = calculate(one, parse_cli_inputs(one, [*others, f"{base}={point.x:f}{unit}"]))
        assert isinstance(computed, Calculation) and computed.amount_yuan == point.amount


def test_what_is_no_money_or_cannot_vary_has_no_curve() -> None:
    beds = rule("research_beds")
    assert curve_of(beds, parse_cli_inputs(beds, ["beds=800"])) is None
    assert varied_input(rule("green_factory")) is None
    trial = rule("clinical_trial")
    two = parse_cli_inputs(trial, ["phase=II,III", "rd_spending=1亿,2亿"])
    assert curve_of(trial, two) is None


def test_limits_with_their_words() -> None:
    one = rule("clinical_trial")
    inputs = parse_cli_inputs(
        one, ["phase=II", "rd_spending=6000万", "product=细胞治疗", "prior_support=9000万"]
    )
    caps = caps_of(one, inputs)
    assert [(cap.value, cap.clause) for cap in caps] == [
        (Decimal(10_000_000), "鲁发改高技〔2025〕687号 二/8"),
        (Decimal(20_000_000), "鲁发改高技〔2025〕687号 二/8"),
    ]
    assert "剩余1000万元" in caps[0].name and caps[1].quote.startswith("最高分别为")
    assert reached(caps, Decimal(10_000_000)) == caps[:1] and reached(caps, Decimal(1)) == ()
