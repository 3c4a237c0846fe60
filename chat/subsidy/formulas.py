"""What each kind of rule computes: exact decimals, every step shown. Pure functions of a rule and its inputs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from chat.answer import Step
from chat.subsidy.calc_types import CalculatorInputs, Item, show_stage
from kb.money import format_yuan
from kb.numerals import read_percents
from kb.rule_check import is_worded_as_most
from kb.rules import Kind, MoneyFigure, Rule, Tier

_CENT = Decimal("0.01")
_MONTHS_A_YEAR = 12
# 个企业, 家单位: an upper limit for one of these holds for all its items together
_APPLICANT = re.compile(r"企业|单位|公司|机构|主体|户$")


@dataclass(frozen=True, slots=True)
class Result:
    """What one kind of rule computes.

    Attributes:
        amount: yuan, None where the result is not money.
        is_ceiling: the amount is an upper limit.
        steps: the computation, in order.
        situations: choose the assumptions shown.
    """

    amount: Decimal | None
    is_ceiling: bool
    steps: tuple[Step, ...]
    situations: frozenset[str] = frozenset()


def compute(rule: Rule, inputs: CalculatorInputs) -> Result:
    """What a rule gives; the inputs are complete and possible (`chat.subsidy.calc_checks`)."""
    return _OF_KIND[rule.kind](rule, inputs)


def show_percent(rate: Decimal) -> str:
    """A rate as printed.

    >>> show_percent(Decimal("0.4")), show_percent(Decimal("0.015"))
    ('40%', '1.5%')
    """
    return f"{(rate * 100).normalize():f}%"


def show_measure(rule: Rule, value: Decimal) -> str:
    """What a rule measures, as printed: 6000万元, 800张."""
    measured = rule.measured
    if measured is None or measured.type == "money":
        return format_yuan(value)
    return f"{value.normalize():f}{_unit_of(rule)}"


def _unit_of(rule: Rule) -> str:
    """The unit of what a rule measures: 张; 个 of 个…平台."""
    measured = rule.measured
    if measured is None or measured.type == "money":
        return ""
    return "个月" if measured.type == "months" else "".join(measured.units[:1]).partition("…")[0]


def _to_the_cent(share: Decimal, text: str) -> tuple[Decimal, str]:
    """A share of money cut to whole fen, and the step's text that says so; nobody is paid more than the exact share."""
    cut = share.quantize(_CENT, ROUND_FLOOR)
    return (share, text) if cut == share else (cut, f"{text}（舍去分以下）")


# -- items of money, added up and limited ------------------------------------------------------------------------


def _rate(rule: Rule, inputs: CalculatorInputs) -> Result:
    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        rate = rule.rate_of(item.stage)
        assert (
            rate is not None and item.base is not None and rule.measured is not None
        )  # the model and the checks
        said = f"{rule.measured.label}{show_measure(rule, item.base)}"
        share, text = _to_the_cent(item.base * rate, f"{_lead(label)}{said} × {show_percent(rate)}")
        steps.append(Step(text, format_yuan(share)))
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one)


def _per_unit(rule: Rule, inputs: CalculatorInputs) -> Result:
    steps: list[Step] = []
    months = _months(rule, inputs, steps)
    times = months if months is not None else Decimal(1)
    most: Decimal | None = None  # yuan that the limit on the number leaves for all items
    if rule.most and len(inputs.items) == 1 and inputs.items[0].base is not None:
        counted = _at_most(rule, inputs.items[0].base, steps)
        inputs = replace(inputs, items=(Item(inputs.items[0].stage, counted),))
    elif rule.most:
        most, _ = _to_the_cent(_dearest(rule, inputs.items, rule.most.value) * times, "")

    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        each = _amount(rule, item)
        assert item.base is not None
        text = f"{_lead(label)}{show_measure(rule, item.base)} × {format_yuan(each)}"
        if months is not None:
            text += f" × {months.normalize():f}个月"
        share, text = _to_the_cent(each * item.base * times, text)
        steps.append(Step(text, format_yuan(share)))
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one, steps, most)


def _dearest(rule: Rule, items: tuple[Item, ...], most: Decimal) -> Decimal:
    """What is given for so many things at most, those that are given most first."""
    total, left = Decimal(0), most
    for each, base in sorted(((_amount(rule, i), i.base or Decimal(0)) for i in items), reverse=True):
        counted = min(base, left)
        total, left = total + each * counted, left - counted
    return total


def _tiers(rule: Rule, inputs: CalculatorInputs) -> Result:
    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        assert item.base is not None
        if rule.method == "marginal":
            share = _by_parts(rule, item.base, label, steps)
        else:
            tier = next((each for each in rule.tiers if each.holds(item.base)), None)
            share = _of_tier(rule, tier, item.base, label, steps)
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one)


def _of_tier(rule: Rule, tier: Tier | None, base: Decimal, label: str, steps: list[Step]) -> Decimal:
    said = f"{_lead(label)}{_named(rule, base)}"
    if tier is None:
        steps.append(Step(f"{said}，不在条款所列的任何一档", format_yuan(Decimal(0))))
        return Decimal(0)
    said = f"{said}，属于“{_range(rule, tier)}”一档"
    if tier.amount is not None:
        steps.append(Step(said, format_yuan(tier.amount)))
        return tier.amount
    assert tier.rate is not None
    share, text = _to_the_cent(
        base * tier.rate, f"{said}，按全额计：{show_measure(rule, base)} × {show_percent(tier.rate)}"
    )
    steps.append(Step(text, format_yuan(share)))
    return share


def _by_parts(rule: Rule, base: Decimal, label: str, steps: list[Step]) -> Decimal:
    """Each step's share of its own part of the quantity (超额累进)."""
    parts = []
    for tier in sorted(rule.tiers, key=lambda each: each.lower or Decimal(0)):
        lower = tier.lower or Decimal(0)
        part = (min(base, tier.upper) if tier.upper is not None else base) - lower
        if part <= 0:
            continue
        assert tier.rate is not None  # rule_check: marginal tiers are shares
        parts.append(part * tier.rate)
        steps.append(
            Step(
                f"{_lead(label)}“{_range(rule, tier)}”的部分 {show_measure(rule, part)} × {show_percent(tier.rate)}",
                format_yuan(parts[-1]),
            )
        )
    if not parts:
        text = f"{_lead(label)}{_named(rule, base)}，没有达到条款所列的最低一档"
        steps.append(Step(text, format_yuan(Decimal(0))))
        return Decimal(0)
    total, text = _to_the_cent(
        sum(parts, Decimal(0)), f"{_lead(label)}各部分相加 {' + '.join(map(format_yuan, parts))}"
    )
    if len(parts) > 1 or total != parts[0]:
        steps.append(Step(text, format_yuan(total)))
    return total


def _named(rule: Rule, base: Decimal) -> str:
    """What is measured, with its name: 年度营业收入2亿元."""
    return f"{rule.measured.label if rule.measured else ''}{show_measure(rule, base)}"


def _range(rule: Rule, tier: Tier) -> str:
    """A step's bounds as a person says them: 500万元以上、不满1000万元."""

    def shown(bound: Decimal) -> str:
        return show_measure(rule, bound)

    lower = (
        f"超过{shown(tier.above)}"
        if tier.above is not None
        else f"{shown(tier.at_least)}及以上"
        if tier.at_least is not None
        else ""
    )
    upper = (
        f"不满{shown(tier.below)}"
        if tier.below is not None
        else f"不超过{shown(tier.at_most)}"
        if tier.at_most is not None
        else ""
    )
    return "、".join(filter(None, (lower, upper)))


def _interest(rule: Rule, inputs: CalculatorInputs) -> Result:
    steps: list[Step] = []
    months = _months(rule, inputs, steps) if is_of_principal(rule) else None

    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        rate = rule.rate_of(item.stage)
        assert rate is not None and item.base is not None and rule.measured is not None
        text = f"{_lead(label)}{_named(rule, item.base)} × {show_percent(rate)}"
        share = item.base * rate
        if months is not None:
            share = share * months / _MONTHS_A_YEAR
            text += f" × {months.normalize():f}个月 ÷ 12"
        share, text = _to_the_cent(share, text)
        steps.append(Step(text, format_yuan(share)))
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one, steps)


def is_of_principal(rule: Rule) -> bool:
    """Whether interest is computed of a loan and its months; else the interest paid itself is measured."""
    return rule.kind is Kind.INTEREST and rule.measured is not None and "利息" not in rule.measured.label


def _fixed(rule: Rule, inputs: CalculatorInputs) -> Result:
    unit = rule.amount.unit if rule.amount else ""
    word = "最高" if _is_most(rule) else ""

    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        each = _amount(rule, item)
        steps.append(Step(f"{label or (f'每{unit}' if unit else '')}{word}支持额度", format_yuan(each)))
        return _capped(rule, item, each, label, steps)

    items = inputs.items if rule.stages else ()
    if len(items) > 1:
        most = (
            _dearest(rule, tuple(replace(i, base=Decimal(1)) for i in items), rule.most.value)
            if rule.most
            else None
        )
        return _added_up(rule, inputs, one, most=most)
    steps: list[Step] = []
    item = items[0] if items else Item(None, None)
    amount = one(item, show_stage(rule, item.stage) if item.stage else "", steps)
    count = _at_most(rule, inputs.value("count") or Decimal(1), steps)
    if count > 1 and _only_highest(rule):
        steps.append(Step(f"就高不重复，{count.normalize():f}{unit or '项'}只计一次", format_yuan(amount)))
        count = Decimal(1)
    elif count > 1:
        times = f"{count.normalize():f}{unit or '项'}"
        steps.append(Step(f"{times} × {word}{format_yuan(amount)}", format_yuan(amount * count)))
    total = _limited(rule, amount * count, inputs, steps)
    return Result(
        total,
        _is_ceiling(rule),
        tuple(steps),
        frozenset({"several_items"} if count > 1 else ()) | _year(rule, inputs),
    )


def _added_up(
    rule: Rule,
    inputs: CalculatorInputs,
    one: Callable[[Item, str, list[Step]], Decimal],
    first: list[Step] | None = None,
    most: Decimal | None = None,
) -> Result:
    """The items one by one, together, and within the limits.

    Args:
        rule: the rule.
        inputs: the inputs.
        one: what one item is given; appends its steps.
        first: steps before the first item.
        most: yuan that the limit on the number of things leaves for all items.
    """
    steps = first or []
    stages = Counter(item.stage for item in inputs.items)
    seen: Counter[str | None] = Counter()
    amounts: list[Decimal] = []
    for item in inputs.items:
        seen[item.stage] += 1
        label = show_stage(rule, item.stage) if item.stage else ""
        if stages[item.stage] > 1:
            label += f"（第{seen[item.stage]}项）" if label else f"第{seen[item.stage]}项"
        amounts.append(one(item, label, steps))
    total = _together(rule, amounts, steps)
    if most is not None and rule.most and total > most:
        total = most
        limit = f"{rule.most.value.normalize():f}{rule.most.unit}"
        order = "，标准高的先计" if len(stages) > 1 else ""
        steps.append(Step(f"各项一共最多按{limit}计{order}", format_yuan(total)))
    total = _limited(rule, total, inputs, steps)
    situations = {"several_items"} if len(amounts) > 1 else set()
    situations |= {"repeated_stage"} if rule.stages and max(stages.values(), default=0) > 1 else set()
    return Result(total, _is_ceiling(rule), tuple(steps), frozenset(situations) | _year(rule, inputs))


def _together(rule: Rule, amounts: list[Decimal], steps: list[Step]) -> Decimal:
    """The sum, or the highest where the text says so."""
    if len(amounts) == 1:
        return amounts[0]
    listed = list(map(format_yuan, amounts))
    if _only_highest(rule):
        steps.append(Step(f"就高不重复，取 {'、'.join(listed)} 中最高的一项", format_yuan(max(amounts))))
        return max(amounts)
    total = sum(amounts, Decimal(0))
    steps.append(Step(f"合计 {' + '.join(listed)}", format_yuan(total)))
    return total


def _only_highest(rule: Rule) -> bool:
    """Whether of several items of this rule only the highest is given; things of one award each count for themselves."""
    stacking = rule.stacking
    if stacking is None or stacking.method != "highest" or rule.kind is Kind.PER_UNIT:
        return False
    return not stacking.with_rules or rule.id in stacking.with_rules


def _capped(rule: Rule, item: Item, amount: Decimal, label: str, steps: list[Step]) -> Decimal:
    """The amount of one item within its cap."""
    cap = rule.cap_of(item.stage)
    if cap is None:
        return amount
    least = min(amount, cap)
    steps.append(Step(f"{label}上限{format_yuan(cap)}，取较小值", format_yuan(least)))
    return least


def _limited(rule: Rule, total: Decimal, inputs: CalculatorInputs, steps: list[Step]) -> Decimal:
    """The total within the limits of an applicant and of a year."""
    if rule.cap and _APPLICANT.search(rule.cap.unit) and total > rule.cap.value:
        total = rule.cap.value
        steps.append(Step(f"每{rule.cap.unit}上限{format_yuan(total)}，取较小值", format_yuan(total)))
    if rule.entity_cap:
        cap = rule.entity_cap.value
        total = min(total, cap)
        unit = rule.entity_cap.unit or "个申请人"
        steps.append(Step(f"每{unit}累计不超过{format_yuan(cap)}，取较小值", format_yuan(total)))
    if rule.yearly_cap:
        total = _within_year(rule.yearly_cap, total, inputs.value("prior_support") or Decimal(0), steps)
    return total


def _within_year(figure: MoneyFigure, total: Decimal, prior: Decimal, steps: list[Step]) -> Decimal:
    """The total limited by what is left of the yearly cap; appends the steps that show it."""
    cap, unit = figure.value, figure.unit or "个企业"
    left = max(cap - prior, Decimal(0))
    amount = min(total, left)
    if prior:
        used_up = "（已用完）" if not left else ""
        steps.append(
            Step(
                f"每{unit}每年累计不超过{format_yuan(cap)}，减去本年度已获支持{format_yuan(prior)}{used_up}",
                format_yuan(left),
            )
        )
        steps.append(Step(f"剩余额度{format_yuan(left)}，取较小值", format_yuan(amount)))
    else:
        steps.append(Step(f"每{unit}每年累计不超过{format_yuan(cap)}，取较小值", format_yuan(amount)))
    return amount


def _amount(rule: Rule, item: Item) -> Decimal:
    amount = rule.amount_of(item.stage)
    assert amount is not None  # the kind's model guarantees it
    return amount


def _at_most(rule: Rule, count: Decimal, steps: list[Step]) -> Decimal:
    if rule.most is None or count <= rule.most.value:
        return count
    most = f"{rule.most.value.normalize():f}{rule.most.unit}"
    steps.append(Step(f"数量{count.normalize():f}{rule.most.unit}，最多按{most}计", most))
    return rule.most.value


def _months(rule: Rule, inputs: CalculatorInputs, steps: list[Step]) -> Decimal | None:
    declared = next((each for each in rule.inputs if each.type == "months"), None)
    months = inputs.value(declared.name) if declared else None
    if months is None or rule.longest is None or months <= rule.longest.value:
        return months
    longest = f"{rule.longest.value.normalize():f}个月"
    steps.append(Step(f"期限{months.normalize():f}个月，最长按{longest}计", longest))
    return rule.longest.value


def _year(rule: Rule, inputs: CalculatorInputs) -> frozenset[str]:
    if not rule.yearly_cap:
        return frozenset()
    return frozenset({"prior_support" if inputs.value("prior_support") else "no_prior_support"})


def _is_most(rule: Rule) -> bool:
    """Whether the amount itself is an upper limit (最高200万元)."""
    return rule.amount is not None and rule.amount.bound == "max"


def _is_ceiling(rule: Rule) -> bool:
    """Whether a result is an upper limit: the text words it as one, or something caps it."""
    figures = (rule.rate, rule.amount)
    caps = (rule.cap, rule.yearly_cap, rule.entity_cap, *(stage.cap for stage in rule.stages))
    given = [(each.sources, (each.amount, each.rate)) for each in rule.stages]
    given += [(each.sources, (each.amount, each.rate)) for each in rule.tiers]
    return (
        any(figure and figure.bound == "max" for figure in figures)
        or any(cap is not None for cap in caps)
        or any(
            is_worded_as_most(source.quote, value)
            for sources, values in given
            for source in sources
            for value in values
            if value is not None
        )
    )


def _lead(label: str) -> str:
    return f"{label}：" if label else ""


# -- the others --------------------------------------------------------------------------------------------------


def _cap_only(rule: Rule, inputs: CalculatorInputs) -> Result:
    per = f"每{rule.cap.unit}" if rule.cap and rule.cap.unit else ""

    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        cap = rule.cap_of(item.stage)
        assert cap is not None
        if item.base is None or rule.measured is None:
            steps.append(Step(f"{label or per}补贴上限", format_yuan(cap)))
            return cap
        least = min(item.base, cap)
        paid = rule.measured.label
        steps.append(Step(f"{_lead(label)}{paid}", format_yuan(item.base)))
        steps.append(Step(f"{label or per}补贴上限{format_yuan(cap)}，取较小值", format_yuan(least)))
        return least

    items = inputs.items or (Item(None, None),)
    result = _added_up(rule, replace(inputs, items=items), one)
    measured = rule.measured is not None and any(item.base is not None for item in items)
    return replace(result, situations=result.situations | {"premium"}) if measured else result


def _share_of_count(rule: Rule, inputs: CalculatorInputs) -> Result:
    assert rule.measured is not None
    unit, name = _unit_of(rule), rule.measured.label.removesuffix("数")
    steps, shares = [], []
    for item in inputs.items:
        rate = rule.rate_of(item.stage)
        assert rate is not None and item.base is not None
        shares.append(item.base * rate)
        label = show_stage(rule, item.stage) if item.stage else ""
        steps.append(
            Step(
                f"{_lead(label)}{name}{show_measure(rule, item.base)} × {show_percent(rate)}",
                f"{shares[-1].normalize():f}{unit}",
            )
        )
    total = sum(shares, Decimal(0))
    if len(shares) > 1:
        listed = " + ".join(f"{share.normalize():f}{unit}" for share in shares)
        steps.append(Step(f"合计 {listed}", f"{total.normalize():f}{unit}"))
    whole = all(share == share.to_integral_value() for share in shares)
    return Result(None, _is_ceiling(rule), tuple(steps), frozenset() if whole else frozenset({"fraction"}))


def _deadline(rule: Rule, inputs: CalculatorInputs) -> Result:
    assert rule.days is not None
    after = f"{rule.days.after.normalize():f}{rule.days.unit}"
    steps = [Step("条款规定的时限", after)]
    if rule.days.before is not None:
        before = f"{rule.days.before.normalize():f}{rule.days.unit}"
        steps = [
            Step("原来的时限", before),
            Step(*_change(before, after, rule.days.before - rule.days.after, rule.days.unit)),
            Step("现在的时限", after),
        ]
    return Result(None, False, tuple(steps))


def _change(before: str, after: str, less: Decimal, unit: str) -> tuple[str, str]:
    said = f"缩短 {before} − {after}" if less >= 0 else f"延长 {after} − {before}"
    return said, f"{abs(less).normalize():f}{unit}"


def _qualification(rule: Rule, inputs: CalculatorInputs) -> Result:
    if any(
        read_percents(basis.quote) or re.search(r"[0-9]\s*(?:万|亿)?元", basis.quote) for basis in rule.bases
    ):
        return Result(None, False, (Step("条款里的数额还没有写成可计算的规则，请看原文", "不计算金额"),))
    return Result(None, False, (Step("条款规定的是支持条件，没有规定金额", "无法计算金额"),))


_OF_KIND: Mapping[Kind, Callable[[Rule, CalculatorInputs], Result]] = {
    Kind.RATE: _rate,
    Kind.FIXED: _fixed,
    Kind.PER_UNIT: _per_unit,
    Kind.TIERS: _tiers,
    Kind.SHARE_OF_COUNT: _share_of_count,
    Kind.INTEREST: _interest,
    Kind.CAP_ONLY: _cap_only,
    Kind.DEADLINE: _deadline,
    Kind.QUALIFICATION: _qualification,
}
