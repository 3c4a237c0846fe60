"""The figures of clauses, with what they are to them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.query import Limit, Role, read_figures
from kb.query.figures import AMOUNT, PERCENT


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("最高3000万元", ["amount cap 30000000"]),
        ("给予最高不超过500万元资助", ["amount cap 5000000"]),
        ("给予不超过研发投入40%、单个品种最高3000万元支持", ["percent cap 40", "amount cap 30000000"]),
        ("按10%给予补助", ["percent plain 10"]),
        ("给予50万元奖励", ["amount plain 500000"]),
        (
            "分别给予最高1000万元、2000万元、3000万元",
            ["amount cap 10000000", "amount cap 20000000", "amount cap 30000000"],
        ),
        (
            "最高支持1000、2000、3000万元",
            ["amount cap 10000000", "amount cap 20000000", "amount cap 30000000"],
        ),
        ("分别奖励50万元和30万元", ["amount plain 500000", "amount plain 300000"]),
        ("补助不低于200元", ["amount floor 200"]),
        ("比例不低于30%", ["percent floor 30"]),
        ("比例低于30%", ["percent cap 30"]),
        ("投资2亿元以上的项目", ["amount floor 200000000"]),
        ("3万元（含）以上", ["amount floor 30000"]),
        ("年营业收入超过1亿元的企业给予最高500万元", ["amount floor 100000000", "amount cap 5000000"]),
        ("不得超过百分之四十", ["percent cap 40"]),
        ("贷款10万元以内", ["amount cap 100000"]),
        ("给予50万元至100万元补助", ["amount floor 500000", "amount cap 1000000"]),
        ("给予50-100万元补助", ["amount floor 500000", "amount cap 1000000"]),
        ("补贴10%—20%", ["percent floor 10", "percent cap 20"]),
        ("百分之五至百分之十", ["percent floor 5", "percent cap 10"]),
        ("处五万元以上五十万元以下罚款", ["amount floor 50000", "amount cap 500000"]),
        ("1.5亿元", ["amount plain 150000000"]),
        ("两百万元", ["amount plain 2000000"]),
        ("培育企业20家", ["count:家 plain 20"]),
        ("不少于20家", ["count:家 floor 20"]),
        ("床位达到500张以上", ["count:张 floor 500"]),
        ("1万人", ["count:人 plain 10000"]),
        # no figures, or none that is certain
        ("2025年", []),
        ("到2027年底", []),
        ("鲁科字〔2024〕137号", []),
        ("II期临床", []),
        ("1类化学药", []),
        ("第三类医疗器械", []),
        ("3个月内", []),
        ("5个工作日", []),
        ("6000多万元", []),
        ("100万美元", []),
        ("三支一扶", []),
        ("残疾人两项补贴", []),
        ("九条措施", []),
        ("一次性给予支持", []),
        ("户籍人口不超过100万的城市", []),
        ("最高人民法院", []),
        ("每人每月", []),
        ("", []),
        # words that look like comparators
        ("最低生活保障标准为1309元", ["amount plain 1309"]),
        ("最低工资标准的80%", ["percent plain 80"]),
        ("最高人民法院收取50元", ["amount plain 50"]),
    ],
)
def test_figures_of_a_text(text: str, figures: list[str]) -> None:
    found = read_figures(text)
    assert [f"{f.kind} {f.role.value} {f.value:f}" for f in found] == figures


def test_a_foreign_amount_hides_only_itself() -> None:
    found = read_figures("实缴100万美元的，给予50万元奖励。")
    assert [f.value for f in found] == [Decimal(500_000)]


@given(st.text(alphabet="0123456789一二十百千万亿元%最高不低于以上家个、，至-（）百分之", max_size=40))
def test_any_text_gives_figures_that_stand_in_it(text: str) -> None:
    for figure in read_figures(text):
        assert 0 <= figure.start <= figure.end <= len(text)
        assert figure.value.is_finite() and figure.value >= 0


@pytest.mark.parametrize(
    ("text", "limit", "met"),
    [
        ("最高500万元", Limit(AMOUNT, ">=", Decimal(5_000_000), frozenset({Role.CAP})), True),
        ("最高500万元", Limit(AMOUNT, ">", Decimal(5_000_000), frozenset({Role.CAP})), False),
        ("投资500万元以上", Limit(AMOUNT, ">=", Decimal(100), frozenset({Role.CAP, Role.PLAIN})), False),
        ("按40%补助", Limit(PERCENT, ">", Decimal(30), frozenset(Role)), True),
        ("按40%补助", Limit(AMOUNT, ">", Decimal(30), frozenset(Role)), False),
    ],
)
def test_a_limit_is_met_by_a_figure(text: str, limit: Limit, met: bool) -> None:
    assert any(map(limit.is_met_by, read_figures(text))) is met
