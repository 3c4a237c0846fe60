"""Invented clauses and what they give; `tests/cases/grants.yaml` is meant to be read by people who know policy."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import Span
from kb.grants import Figure, Grant, Kind, Stage, Tier, find_grants
from kb.money import format_yuan

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "grants.yaml").read_text("utf-8"))


def percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def stage(one: Stage) -> str:
    """国家级 50万元; 国家级 最高50万元 40%."""
    words = [one.label]
    words += [format_yuan(one.amount.value)] if one.amount else []
    words += ["最高" + format_yuan(one.cap.value)] if one.cap else []
    words += [percent(one.rate.value)] if one.rate else []
    return " ".join(words)


def tier(one: Tier, unit: str) -> str:
    """500万元（含）至1000万元（不含）：5%."""

    def bound(value: Decimal) -> str:
        return format_yuan(value) if unit == "元" else f"{value.normalize():f}{unit}"

    low, high = (
        "（含）" if included else "（不含）" for included in (one.lower_included, one.upper_included)
    )
    if one.lower is not None and one.upper is not None:
        span = f"{bound(one.lower)}{low}至{bound(one.upper)}{high}"
    elif one.lower is not None:
        span = f"{bound(one.lower)}以上{low}"
    else:
        assert one.upper is not None
        span = f"{bound(one.upper)}以下{high}"
    given_ = [format_yuan(one.amount.value)] if one.amount else []
    given_ += [percent(one.rate.value)] if one.rate else []
    return f"{span}：{' '.join(given_)}"


def as_case(text: str, grant: Grant) -> dict[str, Any]:
    """A grant as the cases write it, what is empty left out."""

    def words(span: Span | None) -> str:
        return text[span.start : span.end] if span else ""

    case = {
        "kind": grant.kind.value,
        "words": words(grant.span),
        "who": words(grant.who),
        "amounts": [format_yuan(figure.value) for figure in grant.amounts],
        "caps": [format_yuan(figure.value) for figure in grant.caps],
        "rates": [percent(figure.value) for figure in grant.rates],
        "basis": words(grant.basis),
        "stages": [stage(one) for one in grant.stages],
        "tiers": [tier(one, grant.tier_unit) for one in grant.tiers],
        "limits": [f"{limit.kind} {format_yuan(limit.amount.value)}" for limit in grant.limits],
        "bound": grant.bound if grant.bound != "exact" else "",
        "period": grant.period,
        "method": grant.method,
        "stacking": words(grant.stacking),
        "days": [int(day) for day in grant.days],
        "term": words(grant.term),
    }
    return {name: value for name, value in case.items() if value}


@pytest.mark.parametrize("case", CASES, ids=[case["say"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    assert [as_case(case["text"], grant) for grant in find_grants(case["text"])] == case["grants"]


def test_there_are_cases_of_every_kind() -> None:
    kinds = {grant["kind"] for case in CASES for grant in case["grants"]}
    assert kinds == set(Kind) - {Kind.QUALIFICATION}
    assert sum(not case["grants"] for case in CASES) >= 12
    assert len({case["text"] for case in CASES}) == len(CASES) >= 60


def spans(value: object) -> list[Span]:
    """Every span in a grant, however deep."""
    if isinstance(value, Span):
        return [value]
    if isinstance(value, tuple):
        return [span for each in value for span in spans(each)]
    if is_dataclass(value):
        return [span for each in fields(value) for span in spans(getattr(value, each.name))]
    return []


def figures(grant: Grant) -> list[Figure]:
    return [*grant.amounts, *grant.rates]


WORDS = st.sampled_from(
    (
        "对 的 ， 。 ； 、 ： \n 给予 奖励 补贴 最高 不超过 不低于 按 每人 每月 一次性 分别 投资额 企业 以上 以下 以内 （含） 国家级 "
        "省级 市级 和 10万元 50万元 1000万元 1亿元 5% 10%—20% 1‰ 30万至50万元 100万美元 -5万元 6000多万元 ５万元 二十万元 元/人 "
        "20个工作日 压缩至 贴息 标准为 （ ） 《 》 “ ” 其中 累计 罚款 3人 2025年 1.2.3亿元 达到 提高到"
    ).split(" ")
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=60))
@example("给予10万元每人10万元10万元")
def test_never_raises_and_every_span_is_in_the_text(text: str) -> None:
    for grant in find_grants(text):
        for span in spans(grant):
            assert 0 <= span.start < span.end <= len(text)
        for figure in figures(grant):
            assert grant.span.start <= figure.span.start
            assert figure.span.end <= grant.span.end
            assert figure.value >= 0
        assert set(grant.caps) <= set(grant.amounts)


def test_one_bad_figure_does_not_lose_the_rest() -> None:
    found = find_grants("对甲给予1.2.3亿元奖励；对乙给予5万元奖励。")
    assert [str(figure.value) for grant in found for figure in grant.amounts] == ["50000"]


def test_spans_are_of_the_figure_words_alone() -> None:
    text = "按不超过投资额的5%给予补助，最高600万元。"
    (grant,) = find_grants(text)
    assert [text[f.span.start : f.span.end] for f in figures(grant)] == ["600万元", "5%"]
    assert [f.bound for f in figures(grant)] == ["max", "max"]
