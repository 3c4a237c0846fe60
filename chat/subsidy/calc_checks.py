"""What stops a calculation: impossible figures, conditions not met, inputs not given, a rule nobody confirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Missing, show_stage
from chat.subsidy.formulas import is_of_principal
from corpus import InputError
from kb.money import YI, format_yuan
from kb.rules import Input, Kind, Rule, Source

MAX_YUAN = 1000 * YI
MAX_COUNT = Decimal(100_000)
MAX_MONTHS = Decimal(600)
MAX_EXTENT = Decimal(100_000_000)
# what is measured and not counted may have decimals: 1234.5平方米
_EXTENTS = frozenset("平方米 平方 平米 ㎡ 亩 公顷 吨 公里 千米 米 立方米 千瓦 千瓦时 兆瓦 度 公斤".split())
# the inputs without which a kind computes nothing, whatever the rule says
_OF_MEASURE = frozenset({Kind.RATE, Kind.PER_UNIT, Kind.TIERS, Kind.SHARE_OF_COUNT, Kind.INTEREST})


def refuse_draft(rule: Rule) -> None:
    """Refuse to compute what nobody has confirmed.

    Raises:
        InputError: the rule is a draft.
    """
    if not rule.is_confirmed:
        raise InputError(
            f"规则 {rule.id} 是由程序从条款中提取的草稿，尚未经人工确认，不能计算。"
            f"请先由管理员核对并确认这条规则。"
        )


def refuse_impossible(rule: Rule, inputs: CalculatorInputs) -> None:
    """Refuse figures that cannot be true.

    Raises:
        InputError: naming the input, what was received and what is accepted.
    """
    for item in inputs.items:
        if item.base is not None and rule.measured:
            _check(rule.measured, item.base)
    for each in rule.inputs:
        if (value := inputs.value(each.name)) is not None:
            _check(each, value)


def _check(declared: Input, value: Decimal) -> None:
    if declared.type == "money":
        _check_money(declared.label, value, zero_allowed=declared.name == "prior_support")
        return
    if declared.type == "count" and _EXTENTS & set(declared.units):
        if (
            not value.is_finite()
            or not 0 < value <= MAX_EXTENT
            or value * 100 != (value * 100).to_integral_value()
        ):
            raise InputError(
                f"{declared.label}收到 {value}：应大于0，不超过1亿，最多两位小数。请改正后再算。"
            )
        return
    most = MAX_MONTHS if declared.type == "months" else MAX_COUNT
    if not value.is_finite() or value <= 0 or value != value.to_integral_value() or value > most:
        raise InputError(f"{declared.label}收到 {value}：应是1到{most}之间的整数。请改正后再算。")


def _check_money(label: str, value: Decimal, zero_allowed: bool) -> None:
    if zero_allowed and value == 0:
        return
    if not value.is_finite() or value <= 0:
        raise InputError(f"{label}收到 {value:f}元：应大于零。请改正后再算，例如：6000万元。")
    if value > MAX_YUAN:
        raise InputError(
            f"{label}收到 {format_yuan(value)}：超过1000亿元，不合常理。请核对单位是“万元”还是“元”。"
        )
    if value * 100 != (value * 100).to_integral_value():
        raise InputError(f"{label}收到 {value:f}元：金额最小到分。请改正后再算。")


def violated(rule: Rule, inputs: CalculatorInputs) -> Ineligible | None:
    """The first condition that ends the calculation: said in words, or a stage the rule does not cover."""
    for violation in inputs.violations:
        if violation.blocks:
            said = "”“".join(violation.words)
            source = _source(rule, inputs, violation.condition) or violation
            return Ineligible(f"您提到“{said}”：{violation.reason}。", source.clause, source.quote)
    if beyond := _beyond(rule, inputs):
        return beyond
    for item in inputs.items:
        if item.stage is not None and rule.stages and rule.stage(item.stage) is None:
            stage_source = _source(rule, inputs, rule.stage_by) or rule.bases[0]
            covered = "、".join(show_stage(rule, stage.stage) for stage in rule.stages)
            declared = rule.input(rule.stage_by)
            things = "临床试验" if declared and declared.type == "phase" else ""
            return Ineligible(
                f"这项支持只给{covered}{things}，{show_stage(rule, item.stage)}不在支持范围。",
                stage_source.clause,
                stage_source.quote,
            )
    return None


def _beyond(rule: Rule, inputs: CalculatorInputs) -> Ineligible | None:
    """The first condition on a quantity that what was said does not meet: 设备投资2000万元以上."""
    for condition in rule.conditions:
        declared = rule.input(condition.input)
        if declared is None or condition.effect == "note":
            continue
        if condition.input == rule.measured_by:
            said = [item.base for item in inputs.items if item.base is not None]
        else:
            said = [value for value in (inputs.value(condition.input),) if value is not None]
        for value in said:
            if not condition.holds(value):
                shown = format_yuan(value) if declared.type == "money" else f"{value.normalize():f}"
                reason = condition.reason or f"条款要求“{condition.requires}”"
                source = condition.sources[0]
                return Ineligible(f"{declared.label}{shown}：{reason}。", source.clause, source.quote)
    return None


def _source(rule: Rule, inputs: CalculatorInputs, condition_id: str) -> Source | None:
    """Where a condition stands: in the clause meant for the product, where that is known."""
    condition = rule.condition(condition_id)
    basis = rule.basis_for(inputs.product)
    if condition is None or basis is None:
        return None
    return next(
        (source for source in condition.sources if source.clause == basis.clause), condition.sources[0]
    )


def out_of_force(rule: Rule, inputs: CalculatorInputs, as_of: date | None) -> Ineligible | None:
    """Whether no clause that applies is in force on a day."""
    if as_of is None or rule.basis_for(inputs.product, as_of):
        return None
    basis = rule.basis_for(inputs.product) or rule.bases[0]
    start = _day(basis.valid_from) if basis.valid_from else ""
    end = _day(basis.valid_to) if basis.valid_to else ""
    time = f"{start}至{end}" if start and end else f"自{start}起" if start else f"至{end}"
    said = f"所问日期{_day(as_of)}不在文件的实施期内（{time}）。"
    return Ineligible(said, basis.clause, basis.quote, "所问日期不在文件的实施期内。")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def missing(rule: Rule, inputs: CalculatorInputs) -> Missing | None:
    """The inputs still needed, and the question for the first of them; what is in doubt is asked first."""
    questions = {doubt.name: doubt.question for doubt in inputs.doubts}
    for each in rule.inputs:
        if _needed(rule, each) and each.name not in questions and _lacks(rule, each, inputs):
            questions[each.name] = each.question
    without = [item.stage for item in inputs.items if item.base is None and item.stage]
    if len(inputs.items) > 1 and without and not inputs.doubts and rule.measured and rule.measured.required:
        phases = "、".join(dict.fromkeys(show_stage(rule, stage) for stage in without))
        questions[rule.measured_by] = (
            f"请问{phases}{'各自' if '、' in phases else ''}的{rule.measured.label}是多少？"
            f"（{'每个项目' if rule.measured.type == 'money' else '请'}分别说明）"
        )
    if not questions:
        questions |= _not_fitting(rule, inputs)
    if not questions:
        return None
    return Missing(tuple(questions), next(iter(questions.values())))


def _needed(rule: Rule, declared: Input) -> bool:
    """Whether nothing can be computed without an input."""
    if declared.required or any(
        condition.input == declared.name and condition.effect == "not_eligible"
        for condition in rule.conditions
    ):
        return True
    if declared.name == rule.stage_by:
        return bool(rule.stages)
    if declared.name == rule.measured_by:
        return rule.kind in _OF_MEASURE
    return declared.type == "months" and (rule.kind is Kind.PER_UNIT or is_of_principal(rule))


def _not_fitting(rule: Rule, inputs: CalculatorInputs) -> dict[str, str]:
    """What is given and does not say enough: a number for several classes, interest of more months than count."""
    count = rule.input("count")
    if rule.kind is Kind.FIXED and count and len(inputs.items) > 1:
        told = inputs.value("count")
        if told is not None and told != len(inputs.items):
            listed = "、".join(dict.fromkeys(show_stage(rule, i.stage) for i in inputs.items if i.stage))
            return {"count": f"请分别说明{listed}各有几个：一次只算一个级别，或把每一个都列出来。"}
    months = next((each for each in rule.inputs if each.type == "months"), None)
    if rule.kind is Kind.INTEREST and rule.longest and rule.measured and months and not is_of_principal(rule):
        told, longest = inputs.value(months.name), rule.longest.value
        if told is not None and told > longest:
            return {
                rule.measured_by: f"期限最长{longest.normalize():f}个月，您说的是{told.normalize():f}个月。"
                f"请问其中{longest.normalize():f}个月内的{rule.measured.label}是多少？"
            }
    return {}


def _lacks(rule: Rule, declared: Input, inputs: CalculatorInputs) -> bool:
    if declared.name == rule.stage_by:
        return not inputs.items or any(item.stage is None for item in inputs.items)
    if declared.name == rule.measured_by:
        return not inputs.items or any(item.base is None for item in inputs.items)
    if declared.type == "choice":
        return declared.name not in inputs.choices
    return inputs.value(declared.name) is None
