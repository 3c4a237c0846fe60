"""The calculator as a LangChain tool, for a model to call: a typed schema, and an answer for every call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from chat.answer import Calculation
from chat.subsidy.calc_types import Missing, Outcome
from chat.subsidy.calculator import calculate, parse_cli_inputs
from corpus import PolicyKBError, UsageError
from kb.rules import Rule

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool


class ToolItem(BaseModel):
    """One thing to be supported, as a model passes it."""

    model_config = ConfigDict(extra="forbid")

    stage: str | None = Field(None, description="期别或档次，如 II、国家级；规则不分档的不填")
    base: str | None = Field(None, description="计算所依据的数额，带单位，如研发投入 6000万元、床位 800")


class ToolArguments(BaseModel):
    """What a model may pass to the calculator."""

    model_config = ConfigDict(extra="forbid")

    rule: str = Field(description="规则 id")
    items: list[ToolItem] = Field(default_factory=list, description="各期、各项目，每个一项")
    values: dict[str, str] = Field(
        default_factory=dict,
        description="其他输入：名称到值，例如 prior_support: 8000万元、product: 1类化学药",
    )


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
        try:
            return outcome_to_dict(calculate(rule, parse_cli_inputs(rule, _pairs(rule, given))))
        except PolicyKBError as error:
            return {"status": "invalid_input", "message": str(error)}

    listed = "；".join(f"{rule.id}：{rule.title}（{_asked(rule)}）" for rule in rules)
    return StructuredTool.from_function(
        func=run,
        name="subsidy_calculator",
        description=f"按政策条款计算补贴金额，给出步骤和依据条款；缺少输入时返回要问的问题。规则：{listed}。",
        args_schema=ToolArguments,
    )


def _asked(rule: Rule) -> str:
    return "、".join(f"{each.name} {each.label}" for each in rule.inputs) or "不需要输入"


def _pairs(rule: Rule, given: ToolArguments) -> list[str]:
    """The arguments as the command takes them; an item's stage and base stand together."""
    stages = [item.stage for item in given.items if item.stage]
    bases = [item.base for item in given.items if item.base]
    for field, told, name in (("stage", stages, rule.stage_by), ("base", bases, rule.measured_by)):
        if told and not name:
            raise UsageError(
                f"规则 {rule.id} 用不到 items 里的 {field}，收到“{'、'.join(told)}”。请改用 values。"
            )
    if stages and bases and any(bool(item.stage) != bool(item.base) for item in given.items):
        raise UsageError("items 里有的项缺 stage 或 base，无法一一对应。请把每一项写完整。")
    pairs = [f"{rule.stage_by}={stage}" for stage in stages]
    pairs += [f"{rule.measured_by}={base}" for base in bases]
    return [*pairs, *(f"{name}={value}" for name, value in given.values.items())]


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
