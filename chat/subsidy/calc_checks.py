"""What stops a calculation: impossible figures, conditions not met, inputs not given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Missing, show_phase
from corpus import InputError
from kb.money import YI, format_yuan
from kb.rules import Rule, Source

MAX_YUAN = 1000 * YI
MAX_COUNT = Decimal(100_000)


def refuse_impossible(rule: Rule, inputs: CalculatorInputs) -> None:
    """Refuse figures that cannot be true.

    Raises:
        InputError: naming the input, what was received and what is accepted.
    """

    def label(name: str) -> str:
        found = rule.input(name)
        return found.label if found else name

    for item in inputs.items:
        _check_money(label("rd_spending"), item.rd_spending, zero_allowed=False)
    _check_money(label("prior_support"), inputs.prior_support, zero_allowed=True)
    _check_money(label("premium"), inputs.premium, zero_allowed=False)
    for name, count in (("beds", inputs.beds), ("count", inputs.count)):
        if count is None:
            continue
        if not count.is_finite() or count <= 0 or count != count.to_integral_value() or count > MAX_COUNT:
            raise InputError(f"{label(name)}收到 {count}：应是1到{MAX_COUNT}之间的整数。请改正后再算。")


def _check_money(label: str, value: Decimal | None, zero_allowed: bool) -> None:
    if value is None or (zero_allowed and value == 0):
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
        if item.phase is not None and rule.stages and rule.stage(item.phase) is None:
            stage_source = _source(rule, inputs, "phase") or rule.bases[0]
            covered = "、".join(show_phase(stage.stage) for stage in rule.stages)
            return Ineligible(
                f"这项支持只给{covered}临床试验，{show_phase(item.phase)}不在支持范围。",
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
    """The inputs still needed, with one question for all; what is in doubt is asked first."""
    questions = {doubt.name: doubt.question for doubt in inputs.doubts}
    for each in rule.inputs:
        if each.required and each.name not in questions and _lacks(each.name, inputs):
            questions[each.name] = each.question
    without = [item.phase for item in inputs.items if item.rd_spending is None and item.phase]
    if len(inputs.items) > 1 and without and not inputs.doubts:
        phases = "、".join(dict.fromkeys(map(show_phase, without)))
        questions["rd_spending"] = (
            f"请问{phases}{'各自' if '、' in phases else ''}的研发投入是多少？（人民币，每个项目分别说明）"
        )
    return Missing(tuple(questions), "".join(dict.fromkeys(questions.values()))) if questions else None


def _lacks(name: str, inputs: CalculatorInputs) -> bool:
    if name == "phase":
        return not inputs.items or any(item.phase is None for item in inputs.items)
    if name == "rd_spending":
        return not inputs.items or any(item.rd_spending is None for item in inputs.items)
    return getattr(inputs, name) is None
