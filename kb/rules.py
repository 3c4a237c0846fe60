"""Subsidy rules as data: the model of ``corpus/rules/*.yaml`` and its loader.

A rule file can be read and corrected by a policy officer; every figure and every condition names the clause it comes
from and the words of that clause (`kb.rule_check` compares them with the text).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from corpus import InputError, RegisterError
from kb.money import read_amount
from kb.numerals import read_percents


class Kind(StrEnum):
    """How a rule arrives at its result."""

    RATE_CAPPED_BY_STAGE = (
        "rate_capped_by_stage"  # a share of the spending, a cap per stage, perhaps a yearly cap
    )
    FIXED = "fixed"  # a fixed amount
    FIXED_CEILING = "fixed_ceiling"  # at most a fixed amount
    CAP_ONLY = "cap_only"  # an upper limit; the rate is not in the text
    SHARE_OF_COUNT = "share_of_count"  # a share of a number of things, not money
    QUALIFICATION = "qualification"  # conditions of being supported; the text gives no figure


# What a rule of each kind must give, and what it may; any other figure would be silently unused.
_FIGURES = {"rate", "stages", "yearly_cap", "amount", "cap"}
_NEEDED: Mapping[Kind, frozenset[str]] = {
    Kind.RATE_CAPPED_BY_STAGE: frozenset({"rate", "stages"}),
    Kind.FIXED: frozenset({"amount"}),
    Kind.FIXED_CEILING: frozenset({"amount"}),
    Kind.CAP_ONLY: frozenset({"cap"}),
    Kind.SHARE_OF_COUNT: frozenset({"rate"}),
    Kind.QUALIFICATION: frozenset(),
}
_ALLOWED: Mapping[Kind, frozenset[str]] = {Kind.RATE_CAPPED_BY_STAGE: frozenset({"yearly_cap"})}
# The inputs `chat.subsidy.calculator` reads for each kind; further ones are choices about product and place.
_INPUTS: Mapping[Kind, tuple[frozenset[str], frozenset[str]]] = {
    Kind.RATE_CAPPED_BY_STAGE: (frozenset({"phase", "rd_spending"}), frozenset({"prior_support"})),
    Kind.FIXED: (frozenset(), frozenset({"count"})),
    Kind.FIXED_CEILING: (frozenset(), frozenset({"count"})),
    Kind.CAP_ONLY: (frozenset(), frozenset({"premium"})),
    Kind.SHARE_OF_COUNT: (frozenset({"beds"}), frozenset()),
    Kind.QUALIFICATION: (frozenset(), frozenset()),
}
_CHOICES = frozenset({"product", "region"})


def _to_yuan(value: object) -> Decimal:
    try:
        amount = read_amount(str(value))
    except InputError as error:
        raise ValueError("写成数字加单位的金额，例如 1000万元") from error
    if amount <= 0:
        raise ValueError("写成大于零的金额，例如 1000万元")
    return amount


def _to_rate(value: object) -> Decimal:
    rates = read_percents(str(value))
    if len(rates) != 1 or not 0 < rates[0] <= 1:
        raise ValueError("写成 0 到 100 之间的百分数，例如 40%")
    return rates[0]


Yuan = Annotated[Decimal, BeforeValidator(_to_yuan)]
Rate = Annotated[Decimal, BeforeValidator(_to_rate)]
Text = Annotated[str, Field(min_length=1)]


class _Data(BaseModel):
    """Strict and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Data):
    """Where something stands: a clause id and the verbatim words."""

    clause: Text
    quote: Text


class Basis(Source):
    """A clause that grants the support, with the units in charge and the time it is in force (None: not stated)."""

    lead: tuple[Text, ...]
    participants: tuple[Text, ...]
    valid_from: date | None
    valid_to: date | None

    def in_force(self, on: date) -> bool:
        """Whether the stated time includes this day; a time that is not stated is no limit."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class RateFigure(_Data):
    """A share, with its sources."""

    value: Rate
    sources: tuple[Source, ...] = Field(min_length=1)


class MoneyFigure(_Data):
    """An amount, with its sources; ``unit`` says what it is given for (个产品, 个企业)."""

    value: Yuan
    unit: str = ""
    sources: tuple[Source, ...] = Field(min_length=1)


class Stage(_Data):
    """The cap of one stage, e.g. phase II."""

    stage: Text
    cap: Yuan
    sources: tuple[Source, ...] = Field(min_length=1)


class Choice(_Data):
    """One accepted value of a choice, the words people use for it, and the clauses that apply to it."""

    value: Text
    words: tuple[Text, ...]
    clauses: tuple[Text, ...] = ()


class Input(_Data):
    """Something the calculator wants to know.

    Attributes:
        units: for a count, the words after the number; ``个…产品`` allows a few characters at ``…``.
        markers: for a count, words the number may follow.
    """

    name: Text
    label: Text
    type: Literal["money", "phase", "count", "choice"]
    required: bool
    question: Text
    example: Text
    units: tuple[Text, ...] = ()
    markers: tuple[Text, ...] = ()
    choices: tuple[Choice, ...] = ()


class Condition(_Data):
    """What must be true, the words that say it is, and the words that say it is not.

    Attributes:
        hinted_by: words that say it is, unless other words of the same message say it is not.
        home: for a condition about the place, the province meant; other places violate it.
        when_both: what to do where one message says both: ask, take it as satisfied, or ignore it.
        effect: whether a violation ends the calculation or only adds a note to it.
    """

    id: Text
    requires: Text
    sources: tuple[Source, ...] = Field(min_length=1)
    satisfied_by: tuple[Text, ...]
    hinted_by: tuple[Text, ...] = ()
    violated_by: tuple[Text, ...] = Field(min_length=1)
    home: str = ""
    when_both: Literal["ask", "satisfied", "ignore"]
    effect: Literal["not_eligible", "note"]
    reason: Text


class Assumption(_Data):
    """Something taken for granted, and when it is shown."""

    when: Literal[
        "always",
        "several_bases",
        "several_items",
        "repeated_stage",
        "prior_support",
        "no_prior_support",
        "premium",
        "fraction",
    ]
    text: Text


class Rule(_Data):
    """One measure of support that can be computed.

    Attributes:
        keywords: words that make a question about this rule, unless one of ``not_about`` is said too.
        subject: of a question that tells no figures, at least one of these must be said; empty: any keyword will do.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    kind: Kind
    bases: tuple[Basis, ...] = Field(min_length=1)
    keywords: tuple[Text, ...] = Field(min_length=1)
    not_about: tuple[Text, ...] = ()
    subject: tuple[Text, ...] = ()
    rate: RateFigure | None = None
    stages: tuple[Stage, ...] = ()
    yearly_cap: MoneyFigure | None = None
    amount: MoneyFigure | None = None
    cap: MoneyFigure | None = None
    inputs: tuple[Input, ...]
    conditions: tuple[Condition, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the clauses that grant the support."""
        return tuple(basis.clause for basis in self.bases)

    def basis_for(self, product: str | None, on: date | None = None) -> Basis | None:
        """The clause that applies: the first in force of those meant for a product; the rule's first where none is named.

        Several clauses may state the same support; one supports the figures, more would look like more money. A clause
        meant for other products never steps in for one that has expired.
        None: no clause that applies is in force on that day.
        """
        choices = choice.choices if (choice := self.input("product")) else ()
        meant = next((each.clauses for each in choices if each.value == product and each.clauses), None)
        if meant is not None:
            fitting = [basis for clause in meant for basis in self.bases if basis.clause == clause]
        else:
            fitting = list(self.bases[:1] if choices else self.bases)
        return next((basis for basis in fitting if on is None or basis.in_force(on)), None)

    def input(self, name: str) -> Input | None:
        """The input of this name, if the rule has it."""
        return next((each for each in self.inputs if each.name == name), None)

    def stage(self, name: str) -> Stage | None:
        """The stage of this name, if the rule covers it."""
        return next((each for each in self.stages if each.stage == name), None)

    def condition(self, name: str) -> Condition | None:
        """The condition of this id, if the rule has it."""
        return next((each for each in self.conditions if each.id == name), None)

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        """The figures and inputs are those the kind computes with."""
        given = {name for name in _FIGURES if getattr(self, name)}
        needed = _NEEDED[self.kind]
        if lacking := sorted(needed - given):
            raise ValueError(f"kind 为 {self.kind.value} 的规则还要有 {'、'.join(lacking)}")
        if unused := sorted(given - needed - _ALLOWED.get(self.kind, frozenset())):
            raise ValueError(f"kind 为 {self.kind.value} 的规则用不到 {'、'.join(unused)}，请删去")
        names = [each.name for each in self.inputs]
        must, may = _INPUTS[self.kind]
        if lacking := sorted(must - set(names)):
            raise ValueError(f"inputs 里还要有 {'、'.join(lacking)}")
        if unused := sorted(set(names) - must - may - _CHOICES):
            raise ValueError(f"inputs 里不能有 {'、'.join(unused)}")
        for what, each in (
            ("inputs", names),
            ("conditions", [condition.id for condition in self.conditions]),
            ("stages", [stage.stage for stage in self.stages]),
            ("bases", list(self.clauses)),
        ):
            if twice := sorted({name for name in each if each.count(name) > 1}):
                raise ValueError(f"{what} 里重复了 {'、'.join(twice)}")
        return self


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """All rules of a folder, in order of file name.

    Raises:
        RegisterError: a file is malformed, two rules share an id, or there is no rule at all.
    """
    rules = tuple(_load(path) for path in sorted(folder.glob("*.yaml")))
    if not rules:
        raise RegisterError(f"{folder} 里没有规则文件（*.yaml）。请检查文件夹。")
    ids = [rule.id for rule in rules]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise RegisterError(f"{folder} 里有重复的规则 id：{'、'.join(twice)}。每条规则的 id 必须不同。")
    return rules


def _load(path: Path) -> Rule:
    import yaml

    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterError(
            f"规则文件 {path.name} 读不出来：{error}。请检查文件及其编码（UTF-8）。"
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else "某处"
        raise RegisterError(
            f"规则文件 {path.name} {where}不是正确的 YAML。请检查缩进、冒号和引号。"
        ) from error
    if not isinstance(data, dict):
        raise RegisterError(f"规则文件 {path.name} 应是“字段: 值”的形式，收到的是 {type(data).__name__}。")
    try:
        return Rule.model_validate(data)
    except ValidationError as error:
        raise RegisterError(f"规则文件 {path.name} {_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    """The first problem in one Chinese line: field, what was received, what is accepted."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "整体"
    kind, context = first["type"], first.get("ctx", {})
    received = f"收到 {str(first['input'])[:40]!r}"
    accepted = {
        "extra_forbidden": "没有这个字段，请删去或改正拼写",
        "missing": "缺少这个字段",
        "enum": f"可用的是 {context.get('expected', '')}",
        "literal_error": f"可用的是 {context.get('expected', '')}",
        "string_pattern_mismatch": "只能用小写字母、数字和下划线，字母开头",
        "string_too_short": "不能为空",
        "too_short": "至少要有一项",
        "string_type": "应是文字（数字请加引号）",
        "tuple_type": "应是一个列表",
        "bool_parsing": "应是 true 或 false",
        "date_from_datetime_parsing": "应是日期，例如 2025-01-01，或 null",
        "value_error": str(context.get("error", "")),
    }.get(kind, first["msg"])
    if kind == "missing":
        return f"字段 {field}：{accepted}。"
    if kind == "value_error" and not first["loc"]:
        return f"：{accepted}。"
    return f"字段 {field}：{received}，{accepted}。"
