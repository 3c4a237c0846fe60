"""The subsidy calculator: a rule and its inputs in, shown steps out. Pure, exact decimals, no guessing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from chat.answer import Calculation, Step
from chat.subsidy.calc_checks import missing, out_of_force, refuse_impossible, violated
from chat.subsidy.calc_cli import parse_cli_inputs
from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Missing, Outcome, TrialItem, show_phase
from corpus import PolicyKBError
from kb.money import format_yuan
from kb.rules import Kind, MoneyFigure, RateFigure, Rule

__all__ = [
    "CalculatorInputs",
    "Ineligible",
    "Missing",
    "Outcome",
    "TrialItem",
    "as_langchain_tool",
    "calculate",
    "parse_cli_inputs",
]

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool


def calculate(rule: Rule, inputs: CalculatorInputs, as_of: date | None = None) -> Outcome:
    """What a rule gives for these inputs.

    Args:
        rule: the rule.
        inputs: what is known; see `CalculatorInputs`.
        as_of: the day the question is about; clauses not in force on it are left out. None: no check.

    Returns:
        A `Calculation`; `Missing` where an input is needed first; `Ineligible` where a condition is not met.

    Raises:
        InputError: an input cannot be true.
    """
    refuse_impossible(rule, inputs)
    if refused := violated(rule, inputs) or out_of_force(rule, inputs, as_of):
        return refused
    if lacking := missing(rule, inputs):
        return lacking
    result = _COMPUTE[rule.kind](rule, inputs)
    basis = rule.basis_for(inputs.product, as_of) or rule.bases[0]
    situations = result.situations | {"always"} | ({"several_bases"} if len(rule.bases) > 1 else set())
    return Calculation(
        rule=rule.id,
        amount_yuan=result.amount,
        is_ceiling=result.is_ceiling,
        inputs=_shown(rule, inputs),
        steps=result.steps,
        clauses=(basis.clause,),
        assumptions=(
            *(assumption.text for assumption in rule.assumptions if assumption.when in situations),
            *(violation.reason for violation in inputs.violations if not violation.blocks),
            *inputs.notes,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Result:
    """What one kind of rule computes; ``situations`` choose the assumptions shown."""

    amount: Decimal | None
    is_ceiling: bool
    steps: tuple[Step, ...]
    situations: frozenset[str] = frozenset()


# -- one function a kind -----------------------------------------------------------------------------------------


def _rate_capped_by_stage(rule: Rule, inputs: CalculatorInputs) -> _Result:
    assert rule.rate is not None  # the kind's model guarantees it
    steps: list[Step] = []
    amounts: list[Decimal] = []
    phases = Counter(item.phase for item in inputs.items)
    seen: Counter[str | None] = Counter()
    for item in inputs.items:
        stage = rule.stage(item.phase or "")
        assert stage is not None and item.rd_spending is not None  # checked before
        seen[item.phase] += 1
        label = show_phase(stage.stage) + (f"（第{seen[item.phase]}项）" if phases[item.phase] > 1 else "")
        share = item.rd_spending * rule.rate.value
        amounts.append(min(share, stage.cap))
        steps += [
            Step(
                f"{label}：研发投入{format_yuan(item.rd_spending)} × {show_rate(rule.rate)}",
                format_yuan(share),
            ),
            Step(f"{label}上限{format_yuan(stage.cap)}，取较小值", format_yuan(amounts[-1])),
        ]
    total = sum(amounts, Decimal(0))
    if len(amounts) > 1:
        steps.append(Step(f"合计 {' + '.join(map(format_yuan, amounts))}", format_yuan(total)))
    if rule.yearly_cap:
        total = _within_year(rule.yearly_cap.value, total, inputs.prior_support or Decimal(0), steps)
    situations = {"prior_support" if inputs.prior_support else "no_prior_support"}
    situations |= {"several_items"} if len(amounts) > 1 else set()
    situations |= {"repeated_stage"} if max(phases.values()) > 1 else set()
    return _Result(total, True, tuple(steps), frozenset(situations))


def _within_year(cap: Decimal, total: Decimal, prior: Decimal, steps: list[Step]) -> Decimal:
    """The total limited by what is left of the yearly cap; appends the steps that show it."""
    left = max(cap - prior, Decimal(0))
    amount = min(total, left)
    if prior:
        used_up = "（已用完）" if not left else ""
        steps.append(
            Step(
                f"每个企业每年累计不超过{format_yuan(cap)}，减去本年度已获支持{format_yuan(prior)}{used_up}",
                format_yuan(left),
            )
        )
        steps.append(Step(f"剩余额度{format_yuan(left)}，取较小值", format_yuan(amount)))
    else:
        steps.append(Step(f"每个企业每年累计不超过{format_yuan(cap)}，取较小值", format_yuan(amount)))
    return amount


def _fixed(rule: Rule, inputs: CalculatorInputs) -> _Result:
    assert rule.amount is not None
    ceiling = rule.kind is Kind.FIXED_CEILING
    word = "最高" if ceiling else ""
    each = rule.amount.value
    steps = [Step(f"每{rule.amount.unit}{word}支持额度", format_yuan(each))]
    count = inputs.count or Decimal(1)
    if count > 1:
        steps.append(
            Step(f"{count}{rule.amount.unit} × {word}{format_yuan(each)}", format_yuan(each * count))
        )
    return _Result(each * count, ceiling, tuple(steps), frozenset({"several_items"} if count > 1 else ()))


def _cap_only(rule: Rule, inputs: CalculatorInputs) -> _Result:
    assert rule.cap is not None
    cap = rule.cap.value
    if inputs.premium is None:
        return _Result(cap, True, (Step(f"{_per(rule.cap)}补贴上限", format_yuan(cap)),))
    amount = min(inputs.premium, cap)
    steps = (
        Step("实际缴纳的保费", format_yuan(inputs.premium)),
        Step(f"{_per(rule.cap)}补贴上限{format_yuan(cap)}，取较小值", format_yuan(amount)),
    )
    return _Result(amount, True, steps, frozenset({"premium"}))


def _per(figure: MoneyFigure) -> str:
    return f"每{figure.unit}" if figure.unit else ""


def _share_of_count(rule: Rule, inputs: CalculatorInputs) -> _Result:
    assert rule.rate is not None and inputs.beds is not None
    share = inputs.beds * rule.rate.value
    whole = share == share.to_integral_value()
    step = Step(f"核定床位{inputs.beds:f}张 × {show_rate(rule.rate)}", f"{share.normalize():f}张")
    return _Result(None, False, (step,), frozenset() if whole else frozenset({"fraction"}))


def _qualification(rule: Rule, inputs: CalculatorInputs) -> _Result:
    return _Result(None, False, (Step("条款规定的是支持条件，没有规定金额", "无法计算金额"),))


_COMPUTE: Mapping[Kind, Callable[[Rule, CalculatorInputs], _Result]] = {
    Kind.RATE_CAPPED_BY_STAGE: _rate_capped_by_stage,
    Kind.FIXED: _fixed,
    Kind.FIXED_CEILING: _fixed,
    Kind.CAP_ONLY: _cap_only,
    Kind.SHARE_OF_COUNT: _share_of_count,
    Kind.QUALIFICATION: _qualification,
}


def show_rate(rate: RateFigure) -> str:
    """A rate as printed: 40%."""
    return f"{(rate.value * 100).normalize():f}%"


def _shown(rule: Rule, inputs: CalculatorInputs) -> dict[str, str]:
    """The inputs used, by name, as the user would write them."""
    shown = {}
    if inputs.items and rule.stages:
        shown["phase"] = "、".join(show_phase(item.phase or "") for item in inputs.items)
        shown["rd_spending"] = "、".join(format_yuan(item.rd_spending or Decimal(0)) for item in inputs.items)
    used = {each.name for each in rule.inputs}
    for name, money in (("prior_support", inputs.prior_support), ("premium", inputs.premium)):
        if money is not None and name in used:
            shown[name] = format_yuan(money)
    for name, count in (("beds", inputs.beds), ("count", inputs.count)):
        if count is not None and name in used:
            shown[name] = f"{count:f}"
    if inputs.product is not None and "product" in used:
        shown["product"] = inputs.product
    return shown


# -- the tool a model calls --------------------------------------------------------------------------------------


class Trial(BaseModel):
    """One clinical trial, as a model passes it."""

    model_config = ConfigDict(extra="forbid")

    phase: str = Field(description="临床试验期别：I、II 或 III")
    rd_spending: str = Field(description="该期研发投入，带单位的人民币金额，例如 6000万元")


class ToolArguments(BaseModel):
    """What a model may pass to the calculator."""

    model_config = ConfigDict(extra="forbid")

    rule: str = Field(description="规则 id")
    trials: list[Trial] = Field(default_factory=list, description="各期、各项目的临床试验，每个项目一项")
    prior_support: str | None = Field(None, description="本年度已获同类支持，例如 8000万元")
    premium: str | None = Field(None, description="首台（套）产品保费，例如 300万元")
    beds: str | None = Field(None, description="核定床位数，例如 800")
    count: str | None = Field(None, description="产品或平台的数量")
    product: str | None = Field(None, description="产品类别，例如 1类化学药")
    region: str | None = Field(None, description="转化地或所在地，例如 山东")


def as_langchain_tool(rules: Sequence[Rule]) -> StructuredTool:
    """The calculator as a LangChain tool; it answers with a dict and never raises what a user can put right."""
    from langchain_core.tools import StructuredTool

    by_id = {rule.id: rule for rule in rules}

    def run(**arguments: Any) -> dict[str, Any]:
        given = ToolArguments.model_validate(arguments)
        rule = by_id.get(given.rule)
        if rule is None:
            return {
                "status": "invalid_input",
                "message": f"没有规则“{given.rule}”。可用的是：{'、'.join(by_id)}。",
            }
        pairs = [pair for t in given.trials for pair in (f"phase={t.phase}", f"rd_spending={t.rd_spending}")]
        single = given.model_dump(exclude={"rule", "trials"}, exclude_none=True)
        try:
            return outcome_to_dict(
                calculate(rule, parse_cli_inputs(rule, [*pairs, *(f"{k}={v}" for k, v in single.items())]))
            )
        except PolicyKBError as error:
            return {"status": "invalid_input", "message": str(error)}

    listed = "；".join(f"{rule.id}：{rule.title}" for rule in rules)
    return StructuredTool.from_function(
        func=run,
        name="subsidy_calculator",
        description=f"按政策条款计算补贴金额，给出步骤和依据条款；缺少输入时返回要问的问题。规则：{listed}。",
        args_schema=ToolArguments,
    )


def outcome_to_dict(outcome: Outcome) -> dict[str, Any]:
    """JSON form of any outcome, with its status."""
    if isinstance(outcome, Calculation):
        return {"status": "answered", **outcome.to_dict()}
    if isinstance(outcome, Missing):
        return {"status": "needs_input", "missing": list(outcome.names), "question": outcome.question}
    return {
        "status": "not_eligible",
        "reason": outcome.reason,
        "clause": outcome.clause,
        "quote": outcome.quote,
    }
