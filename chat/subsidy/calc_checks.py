"""What stops a calculation: impossible figures, conditions not met, inputs not given, a rule nobody confirmed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Missing, show_stage
from corpus import InputError
from kb.money import YI, format_yuan
from kb.rules import Input, Rule, Source

MAX_YUAN = 1000 * YI
MAX_COUNT = Decimal(100_000)
MAX_MONTHS = Decimal(600)


def refuse_draft(rule: Rule) -> None:
    """Refuse to compute what nobody has confirmed.

    Raises:
        InputError: the rule is a draft.
    """
    if not rule.is_confirmed:
        raise InputError(
            f"规则 {rule.id} 是由程序从条款中提取的草稿，尚未经人工确认，不能计算。"
            f"请先核对，再运行 policykb rules confirm {rule.id}。"
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
            said = "、".join(violation.words)
            source = _source(rule, inputs, violation.condition) or violation
            return Ineligible(f"您提到“{said}”：{violation.reason}。", source.clause, source.quote)
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
    start = f"{basis.valid_from.year}年" if basis.valid_from else "未写明"
    end = f"{basis.valid_to.year}年" if basis.valid_to else "未写明"
    return Ineligible(
        f"所问日期 {as_of.isoformat()} 不在文件的实施期内（{start}至{end}）。", basis.clause, basis.quote
    )


def missing(rule: Rule, inputs: CalculatorInputs) -> Missing | None:
    """The inputs still needed, and the question for the first of them; what is in doubt is asked first."""
    questions = {doubt.name: doubt.question for doubt in inputs.doubts}
    for each in rule.inputs:
        if each.required and each.name not in questions and _lacks(rule, each, inputs):
            questions[each.name] = each.question
    without = [item.stage for item in inputs.items if item.base is None and item.stage]
    if len(inputs.items) > 1 and without and not inputs.doubts and rule.measured and rule.measured.required:
        phases = "、".join(dict.fromkeys(show_stage(rule, stage) for stage in without))
        questions[rule.measured_by] = (
            f"请问{phases}{'各自' if '、' in phases else ''}的{rule.measured.label}是多少？（每个项目分别说明）"
        )
    if not questions:
        return None
    return Missing(tuple(questions), next(iter(questions.values())))


def _lacks(rule: Rule, declared: Input, inputs: CalculatorInputs) -> bool:
    if declared.name == rule.stage_by:
        return not inputs.items or any(item.stage is None for item in inputs.items)
    if declared.name == rule.measured_by:
        return not inputs.items or any(item.base is None for item in inputs.items)
    if declared.type == "choice":
        return declared.name not in inputs.choices
    return inputs.value(declared.name) is None
