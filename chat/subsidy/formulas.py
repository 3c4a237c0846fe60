"""What each kind of rule computes: exact decimals, every step shown. Pure functions of a rule and its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from chat.answer import Step
from chat.subsidy.calc_types import CalculatorInputs, Item, show_stage
from kb.money import format_yuan
from kb.rules import Kind, MoneyFigure, Rule, Tier

_CENT = Decimal("0.01")
_MONTHS_A_YEAR = 12


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
    unit = "个月" if measured.type == "months" else (measured.units[0] if measured.units else "")
    return f"{value.normalize():f}{unit}"


# -- items of money, added up and limited ------------------------------------------------------------------------


def _rate(rule: Rule, inputs: CalculatorInputs) -> Result:
    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        rate = rule.rate_of(item.stage)
        assert (
            rate is not None and item.base is not None and rule.measured is not None
        )  # the model and the checks
        share = item.base * rate
        said = f"{rule.measured.label}{show_measure(rule, item.base)}"
        steps.append(Step(f"{_lead(label)}{said} × {show_percent(rate)}", format_yuan(share)))
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one)


def _per_unit(rule: Rule, inputs: CalculatorInputs) -> Result:
    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        each = _amount(rule, item)
        assert item.base is not None
        count = _at_most(rule, item.base, steps)
        months = _months(rule, inputs, steps)
        text = f"{_lead(label)}{show_measure(rule, count)} × {format_yuan(each)}"
        if months is not None:
            text += f" × {months:f}个月"
        share = each * count * (months if months is not None else 1)
        steps.append(Step(text, format_yuan(share)))
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one)


def _tiers(rule: Rule, inputs: CalculatorInputs) -> Result:
    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        assert item.base is not None
        if rule.method == "marginal":
            share = _by_parts(rule, item.base, steps)
        else:
            tier = next((each for each in rule.tiers if each.holds(item.base)), None)
            share = _of_tier(rule, tier, item.base, steps)
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one)


def _of_tier(rule: Rule, tier: Tier | None, base: Decimal, steps: list[Step]) -> Decimal:
    said = show_measure(rule, base)
    if tier is None:
        steps.append(Step(f"{said}不在条款所列的任何一档", format_yuan(Decimal(0))))
        return Decimal(0)
    if tier.amount is not None:
        steps.append(Step(f"{said}属于“{_range(rule, tier)}”一档", format_yuan(tier.amount)))
        return tier.amount
    assert tier.rate is not None
    share = base * tier.rate
    steps.append(
        Step(
            f"{said}属于“{_range(rule, tier)}”一档，全额 {said} × {show_percent(tier.rate)}",
            format_yuan(share),
        )
    )
    return share


def _by_parts(rule: Rule, base: Decimal, steps: list[Step]) -> Decimal:
    """Each step's share of its own part of the quantity (超额累进)."""
    total = Decimal(0)
    parts = []
    for tier in sorted(rule.tiers, key=lambda each: each.lower or Decimal(0)):
        lower = tier.lower or Decimal(0)
        part = (min(base, tier.upper) if tier.upper is not None else base) - lower
        if part <= 0:
            continue
        assert tier.rate is not None  # rule_check: marginal tiers are shares
        parts.append(part * tier.rate)
        total += parts[-1]
        steps.append(
            Step(
                f"“{_range(rule, tier)}”部分 {show_measure(rule, part)} × {show_percent(tier.rate)}",
                format_yuan(parts[-1]),
            )
        )
    if len(parts) != 1:
        steps.append(Step(f"各部分相加 {' + '.join(map(format_yuan, parts)) or '没有'}", format_yuan(total)))
    return total


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
    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        rate = rule.rate_of(item.stage)
        assert rate is not None and item.base is not None and rule.measured is not None
        months = _months(rule, inputs, steps)
        text = f"{_lead(label)}{rule.measured.label}{show_measure(rule, item.base)} × {show_percent(rate)}"
        share = item.base * rate
        if months is not None:
            share = share * months / _MONTHS_A_YEAR
            text += f" × {months:f}个月 ÷ 12"
        if share != (cut := share.quantize(_CENT, ROUND_FLOOR)):
            share, text = cut, f"{text}（舍去分以下）"
        steps.append(Step(text, format_yuan(share)))
        return _capped(rule, item, share, label, steps)

    return _added_up(rule, inputs, one)


def _fixed(rule: Rule, inputs: CalculatorInputs) -> Result:
    def one(item: Item, label: str, steps: list[Step]) -> Decimal:
        each = _amount(rule, item)
        unit = rule.amount.unit if rule.amount else ""
        word = "最高" if _is_most(rule) else ""
        steps.append(Step(f"{label or f'每{unit}' if unit else label}{word}支持额度", format_yuan(each)))
        return _capped(rule, item, each, label, steps)

    if rule.stages and inputs.items:
        return _added_up(rule, inputs, one)
    steps: list[Step] = []
    amount = one(Item(None, None), "", steps)
    count = _at_most(rule, inputs.value("count") or Decimal(1), steps)
    unit = rule.amount.unit if rule.amount else ""
    if count > 1:
        word = "最高" if _is_most(rule) else ""
        steps.append(
            Step(f"{count.normalize():f}{unit} × {word}{format_yuan(amount)}", format_yuan(amount * count))
        )
    total = _limited(rule, amount * count, inputs, steps)
    return Result(
        total,
        _is_ceiling(rule),
        tuple(steps),
        frozenset({"several_items"} if count > 1 else ()) | _year(rule, inputs),
    )


def _added_up(
    rule: Rule, inputs: CalculatorInputs, one: Callable[[Item, str, list[Step]], Decimal]
) -> Result:
    steps: list[Step] = []
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
    total = _limited(rule, total, inputs, steps)
    situations = {"several_items"} if len(amounts) > 1 else set()
    situations |= {"repeated_stage"} if rule.stages and max(stages.values(), default=0) > 1 else set()
    return Result(total, _is_ceiling(rule), tuple(steps), frozenset(situations) | _year(rule, inputs))


def _together(rule: Rule, amounts: list[Decimal], steps: list[Step]) -> Decimal:
    """The sum, or the highest where the text says so."""
    if len(amounts) == 1:
        return amounts[0]
    listed = list(map(format_yuan, amounts))
    if rule.stacking and rule.stacking.method == "highest":
        steps.append(Step(f"就高不重复，取 {'、'.join(listed)} 中最高的一项", format_yuan(max(amounts))))
        return max(amounts)
    total = sum(amounts, Decimal(0))
    steps.append(Step(f"合计 {' + '.join(listed)}", format_yuan(total)))
    return total


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
    steps.append(Step(f"最多按{most}计，给出的是{count.normalize():f}", most))
    return rule.most.value


def _months(rule: Rule, inputs: CalculatorInputs, steps: list[Step]) -> Decimal | None:
    declared = next((each for each in rule.inputs if each.type == "months"), None)
    months = inputs.value(declared.name) if declared else None
    if months is None or rule.longest is None or months <= rule.longest.value:
        return months
    longest = f"{rule.longest.value.normalize():f}个月"
    steps.append(Step(f"期限最长{longest}，给出的是{months.normalize():f}个月", longest))
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
    return any(figure and figure.bound == "max" for figure in figures) or any(cap is not None for cap in caps)


def _lead(label: str) -> str:
    return f"{label}：" if label else ""


# -- the others --------------------------------------------------------------------------------------------------


def _cap_only(rule: Rule, inputs: CalculatorInputs) -> Result:
    item = inputs.items[0] if len(inputs.items) == 1 else Item(None, None)
    cap = rule.cap_of(item.stage)
    assert cap is not None
    per = f"每{rule.cap.unit}" if rule.cap and rule.cap.unit else ""
    if item.base is None or rule.measured is None:
        return Result(cap, True, (Step(f"{per}补贴上限", format_yuan(cap)),))
    amount = min(item.base, cap)
    steps = (
        Step(f"实际{rule.measured.label.removeprefix('已')}", format_yuan(item.base)),
        Step(f"{per}补贴上限{format_yuan(cap)}，取较小值", format_yuan(amount)),
    )
    return Result(amount, True, steps, frozenset({"premium"}))


def _share_of_count(rule: Rule, inputs: CalculatorInputs) -> Result:
    base = inputs.items[0].base
    assert rule.rate is not None and base is not None and rule.measured is not None
    share = base * rule.rate.value
    unit = rule.measured.units[0] if rule.measured.units else ""
    whole = share == share.to_integral_value()
    name = rule.measured.label.removesuffix("数")
    step = Step(
        f"{name}{base.normalize():f}{unit} × {show_percent(rule.rate.value)}", f"{share.normalize():f}{unit}"
    )
    return Result(None, False, (step,), frozenset() if whole else frozenset({"fraction"}))


def _deadline(rule: Rule, inputs: CalculatorInputs) -> Result:
    assert rule.days is not None
    after = f"{rule.days.after.normalize():f}{rule.days.unit}"
    steps = [Step("条款规定的时限", after)]
    if rule.days.before is not None:
        before = f"{rule.days.before.normalize():f}{rule.days.unit}"
        steps = [
            Step("原来的时限", before),
            Step(
                f"缩短 {before} − {after}",
                f"{(rule.days.before - rule.days.after).normalize():f}{rule.days.unit}",
            ),
            Step("现在的时限", after),
        ]
    return Result(None, False, tuple(steps))


def _qualification(rule: Rule, inputs: CalculatorInputs) -> Result:
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
