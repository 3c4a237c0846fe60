"""Subsidy rules as data: the model of ``corpus/rules/*.yaml``.

A rule file can be read and corrected by a policy officer; every figure and every condition names the clause it comes
from and the words of that clause (`kb.rule_check` compares them with the text).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from corpus import InputError
from kb.grants.types import Kind
from kb.money import read_amount
from kb.numerals import parse_number, read_percents

__all__ = [
    "Assumption",
    "Basis",
    "Choice",
    "Condition",
    "Days",
    "Input",
    "Kind",
    "MoneyFigure",
    "RateFigure",
    "Rule",
    "RuleStatus",
    "Source",
    "Stacking",
    "Stage",
    "Tier",
]


class RuleStatus(StrEnum):
    """Whether a person has confirmed a rule; a draft is shown and never computes, one that was rejected is not shown."""

    CONFIRMED = "confirmed"
    DRAFT = "draft"
    REJECTED = "rejected"


# What a rule of each kind must give (one of each set), and what it may; any other figure would be silently unused.
_FIGURES = ("rate", "amount", "cap", "yearly_cap", "entity_cap", "tiers", "days", "most", "longest")
_CAPS = frozenset({"cap", "yearly_cap", "entity_cap"})
_NEEDED: Mapping[Kind, frozenset[str]] = {
    Kind.RATE: frozenset({"rate"}),
    Kind.FIXED: frozenset({"amount"}),
    Kind.PER_UNIT: frozenset({"amount"}),
    Kind.TIERS: frozenset({"tiers"}),
    Kind.SHARE_OF_COUNT: frozenset({"rate"}),
    Kind.INTEREST: frozenset({"rate"}),
    Kind.CAP_ONLY: frozenset({"cap"}),
    Kind.DEADLINE: frozenset({"days"}),
    Kind.QUALIFICATION: frozenset(),
}
_ALLOWED: Mapping[Kind, frozenset[str]] = {
    Kind.RATE: _CAPS,
    Kind.FIXED: _CAPS | {"most"},
    Kind.PER_UNIT: _CAPS | {"most", "longest"},
    Kind.TIERS: _CAPS,
    Kind.INTEREST: _CAPS | {"longest"},
    Kind.CAP_ONLY: _CAPS,
}
_OF_STAGES = frozenset({"rate", "amount", "cap"})  # figures that stages may give in place of the rule
_MEASURED = frozenset({Kind.RATE, Kind.PER_UNIT, Kind.TIERS, Kind.SHARE_OF_COUNT, Kind.INTEREST})


def _to_yuan(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    try:
        amount = read_amount(str(value))
    except InputError as error:
        raise ValueError("写成数字加单位的金额，例如 1000万元") from error
    if amount <= 0:
        raise ValueError("写成大于零的金额，例如 1000万元")
    return amount


def _to_rate(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    rates = read_percents(str(value))
    if len(rates) != 1 or rates[0] <= 0:
        raise ValueError("写成大于 0 的百分数，例如 40%")
    return rates[0]


def _to_quantity(value: object) -> Decimal:
    """Money, a share or a plain number: what a tier may begin at."""
    if isinstance(value, Decimal):
        return value
    written = str(value)
    if (rates := read_percents(written)) and len(rates) == 1:
        return rates[0]
    if (number := parse_number(written)) is not None:
        return number
    return _to_yuan(value)


def _to_number(value: object) -> Decimal:
    """A whole number of things, months or days."""
    number = value if isinstance(value, Decimal) else parse_number(str(value))
    if number is None or number <= 0 or number != number.to_integral_value():
        raise ValueError("写成大于零的整数，例如 24")
    return number


Yuan = Annotated[Decimal, BeforeValidator(_to_yuan)]
Rate = Annotated[Decimal, BeforeValidator(_to_rate)]
Quantity = Annotated[Decimal, BeforeValidator(_to_quantity)]
Number = Annotated[Decimal, BeforeValidator(_to_number)]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Bound = Literal["exact", "max", "min"]


class _Data(BaseModel):
    """Strict and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Data):
    """Where something stands: a clause id and the verbatim words."""

    clause: Text
    quote: Text


Sources = Annotated[tuple[Source, ...], Field(min_length=1)]


class Basis(Source):
    """A clause that grants the support, with the units in charge and the time it is in force (None: not stated)."""

    lead: tuple[Text, ...] = ()
    participants: tuple[Text, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the stated time includes this day; a time that is not stated is no limit."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class RateFigure(_Data):
    """A share, with its sources; ``bound``: exact (按5%), max (不超过5%) or min (不低于5%)."""

    value: Rate
    bound: Bound = "exact"
    sources: Sources


class MoneyFigure(_Data):
    """An amount, with its sources; ``unit`` says what it is given for (个产品, 个企业)."""

    value: Yuan
    unit: str = ""
    bound: Bound = "exact"
    sources: Sources


class NumberFigure(_Data):
    """A number of things or months, with its sources."""

    value: Number
    unit: str = ""
    sources: Sources


class Days(_Data):
    """A time limit in (working) days: what it is now, and what it was before (None: not stated)."""

    after: Number
    before: Number | None = None
    unit: Text = "个工作日"
    sources: Sources


class Stage(_Data):
    """What one named class is given: phase II, 国家级; ``words`` are how people call it, besides its name."""

    stage: Text
    words: tuple[Text, ...] = ()
    rate: Rate | None = None
    amount: Yuan | None = None
    cap: Yuan | None = None
    sources: Sources


class _Range(_Data):
    """Numbers between two bounds; either may be left out."""

    above: Quantity | None = None
    at_least: Quantity | None = None
    below: Quantity | None = None
    at_most: Quantity | None = None

    @property
    def lower(self) -> Decimal | None:
        """Where it begins, None if open."""
        return self.at_least if self.above is None else self.above

    @property
    def upper(self) -> Decimal | None:
        """Where it ends, None if open."""
        return self.at_most if self.below is None else self.below

    def holds(self, quantity: Decimal) -> bool:
        """Whether a quantity lies in it."""
        return (
            (self.above is None or quantity > self.above)
            and (self.at_least is None or quantity >= self.at_least)
            and (self.below is None or quantity < self.below)
            and (self.at_most is None or quantity <= self.at_most)
        )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.above is not None and self.at_least is not None:
            raise ValueError("above 和 at_least 只能写一个")
        if self.below is not None and self.at_most is not None:
            raise ValueError("below 和 at_most 只能写一个")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise ValueError("下限应小于上限")
        return self


class Tier(_Range):
    """A step of a ladder: what is given where the quantity lies between two bounds; one bound may be left out.

    Attributes:
        above: the quantity is more than this.
        at_least: it is this or more.
        below: it is less than this.
        at_most: it is this or less.
        rate: share of the quantity.
        amount: what is given.
    """

    rate: Rate | None = None
    amount: Yuan | None = None
    sources: Sources

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.rate is None) == (self.amount is None):
            raise ValueError("每一档要有 rate 或 amount 之一")
        return self


class Choice(_Data):
    """One accepted value of a choice, the words people use for it, and the clauses that apply to it."""

    value: Text
    words: tuple[Text, ...] = ()
    clauses: tuple[Text, ...] = ()


class Input(_Data):
    """Something the calculator wants to know.

    Attributes:
        type: money in yuan, a phase of a clinical trial, a whole number of things, months, or one of ``choices``.
        units: for a count, the words after the number; ``个…产品`` allows a few characters at ``…``.
        markers: words the number or amount may follow.
    """

    name: Name
    label: Text
    type: Literal["money", "phase", "count", "months", "choice"]
    required: bool
    question: Text
    example: Text
    units: tuple[Text, ...] = ()
    markers: tuple[Text, ...] = ()
    choices: tuple[Choice, ...] = ()


class Condition(_Range):
    """What must be true, the words that say it is, and the words that say it is not.

    Attributes:
        input: the input that must lie between the bounds (设备投资2000万元以上), if it is about a quantity.
        hinted_by: words that say it is, unless other words of the same message say it is not.
        home: for a condition about the place, the province meant; other places violate it.
        when_both: what to do where one message says both: ask, take it as satisfied, or ignore it.
        effect: whether a violation ends the calculation or only adds a note to it.
        question: what to ask where nothing is known about it.
    """

    id: Name
    requires: Text
    sources: Sources
    input: str = ""
    satisfied_by: tuple[Text, ...] = ()
    hinted_by: tuple[Text, ...] = ()
    violated_by: tuple[Text, ...] = ()
    home: str = ""
    when_both: Literal["ask", "satisfied", "ignore"] = "ask"
    effect: Literal["not_eligible", "note"] = "not_eligible"
    reason: str = ""
    question: str = ""


class Stacking(_Data):
    """What may not be had together.

    Attributes:
        method: ``highest``: of several only the highest is given (就高不重复); ``exclusive``: not beside other support.
        with_rules: ids of the rules meant, none if the text does not say which.
    """

    method: Literal["highest", "exclusive"]
    with_rules: tuple[Name, ...] = ()
    sources: Sources


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
    """One measure of support.

    Attributes:
        status: whether a person has confirmed it.
        keywords: words that make a question about this rule, unless one of ``not_about`` is said too.
        subject: of a question that tells no figures, at least one of these must be said; empty: any keyword will do.
        measured_by: the input that a share, a ladder or an amount per unit is taken of; may be repeated, one an item.
        stage_by: the input that says which of ``stages`` an item is.
        rate: a share of what is measured.
        amount: what is given, for one unit where the kind is ``per_unit``.
        cap: upper limit of one item.
        yearly_cap: upper limit of a year for one applicant; ``prior_support`` counts against it.
        entity_cap: upper limit of all items of one applicant.
        most: at most so many things are counted.
        longest: at most so many months are counted.
        method: whether a step of ``tiers`` holds for the whole quantity (全额) or for its own part (超额累进).
    """

    id: Name
    title: Text
    status: RuleStatus = RuleStatus.CONFIRMED
    kind: Kind
    bases: Annotated[tuple[Basis, ...], Field(min_length=1)]
    keywords: tuple[Text, ...] = ()
    not_about: tuple[Text, ...] = ()
    subject: tuple[Text, ...] = ()
    measured_by: str = ""
    stage_by: str = ""
    rate: RateFigure | None = None
    amount: MoneyFigure | None = None
    stages: tuple[Stage, ...] = ()
    tiers: tuple[Tier, ...] = ()
    method: Literal["whole", "marginal"] = "whole"
    cap: MoneyFigure | None = None
    yearly_cap: MoneyFigure | None = None
    entity_cap: MoneyFigure | None = None
    most: NumberFigure | None = None
    longest: NumberFigure | None = None
    days: Days | None = None
    stacking: Stacking | None = None
    inputs: tuple[Input, ...] = ()
    conditions: tuple[Condition, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    @property
    def gives_money(self) -> bool:
        """Whether it is more than a qualification or a deadline."""
        return self.kind not in (Kind.QUALIFICATION, Kind.DEADLINE)

    @property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the clauses that grant the support."""
        return tuple(basis.clause for basis in self.bases)

    @property
    def is_confirmed(self) -> bool:
        """Whether it may compute."""
        return self.status is RuleStatus.CONFIRMED

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
            fitting = list(self.bases[:1]) if choices else self._granting()
        return next((basis for basis in fitting if on is None or basis.in_force(on)), None)

    def _granting(self) -> list[Basis]:
        """The bases that state what is given; one on validity or stacking alone never steps in for one that has expired."""
        figures = (self.rate, self.amount, self.cap if self.kind is Kind.CAP_ONLY else None, self.days)
        stated = {
            source.clause
            for figure in (*figures, *self.stages, *self.tiers)
            if figure
            for source in figure.sources
        }
        if self.bases[0].clause not in stated:
            return list(self.bases)
        return [basis for basis in self.bases if basis.clause in stated]

    def input(self, name: str) -> Input | None:
        """The input of this name, if the rule has it."""
        return next((each for each in self.inputs if each.name == name), None)

    @property
    def measured(self) -> Input | None:
        """The input of `measured_by`."""
        return self.input(self.measured_by)

    def stage(self, name: str) -> Stage | None:
        """The stage of this name, if the rule covers it."""
        return next((each for each in self.stages if each.stage == name), None)

    def rate_of(self, stage: str | None) -> Decimal | None:
        """The share for a stage, or the rule's."""
        own = found.rate if stage and (found := self.stage(stage)) else None
        return own if own is not None else self.rate.value if self.rate else None

    def amount_of(self, stage: str | None) -> Decimal | None:
        """What is given for a stage, or by the rule."""
        own = found.amount if stage and (found := self.stage(stage)) else None
        return own if own is not None else self.amount.value if self.amount else None

    def cap_of(self, stage: str | None) -> Decimal | None:
        """The upper limit of one item of a stage, or the rule's."""
        own = found.cap if stage and (found := self.stage(stage)) else None
        return own if own is not None else self.cap.value if self.cap else None

    def condition(self, name: str) -> Condition | None:
        """The condition of this id, if the rule has it."""
        return next((each for each in self.conditions if each.id == name), None)

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        """The figures and inputs are those the kind computes with."""
        for problem in (*self._figure_problems(), *self._input_problems(), *self._repeats()):
            raise ValueError(problem)
        return self

    def _figure_problems(self) -> Iterator[str]:
        given = {name for name in _FIGURES if getattr(self, name)}
        of_stages = {
            name
            for name in _OF_STAGES
            if self.stages and all(getattr(stage, name) is not None for stage in self.stages)
        }
        needed = _NEEDED[self.kind]
        for stage in self.stages:
            if stage.rate is None and stage.amount is None and stage.cap is None:
                yield f"stages.{stage.stage} 要有 rate、amount、cap 之一"
            for name in sorted(needed & _OF_STAGES - given - of_stages):
                if getattr(stage, name) is None and any(
                    getattr(each, name) is not None for each in self.stages
                ):
                    yield f"stages.{stage.stage} 还要有 {name}：别的档次写了"
        if lacking := sorted(needed - given - of_stages):
            yield f"kind 为 {self.kind.value} 的规则还要有 {'、'.join(lacking)}"
        if unused := sorted(given - needed - _ALLOWED.get(self.kind, frozenset())):
            yield f"kind 为 {self.kind.value} 的规则用不到 {'、'.join(unused)}，请删去"
        if self.stages and not self.stage_by:
            yield "有 stages 的规则要用 stage_by 写明由哪个输入决定"
        used = needed | _ALLOWED.get(self.kind, frozenset())
        for stage in self.stages:
            own = {name for name in _OF_STAGES if getattr(stage, name) is not None}
            if unused := sorted(own - used):
                yield f"kind 为 {self.kind.value} 的规则用不到 stages.{stage.stage} 的 {'、'.join(unused)}，请删去"

    def _input_problems(self) -> Iterator[str]:
        names = [each.name for each in self.inputs]
        if self.kind in _MEASURED and not self.measured_by:
            yield f"kind 为 {self.kind.value} 的规则要用 measured_by 写明按哪个输入计算"
        limited = [(f"conditions.{each.id}.input", each.input) for each in self.conditions]
        for field, name in (("measured_by", self.measured_by), ("stage_by", self.stage_by), *limited):
            if name and name not in names:
                yield f"inputs 里还要有 {field} 所说的 {name}"
        if self.longest and "months" not in {each.type for each in self.inputs}:
            yield "有 longest 的规则要有一个 type 为 months 的输入"
        if (prior := self.input("prior_support")) and not self.yearly_cap:
            yield f"没有 yearly_cap 的规则用不到输入 {prior.name}，请删去"
        if unused := sorted(each.name for each in self.inputs if not self._uses(each)):
            yield f"inputs 里不能有 {'、'.join(unused)}：这种规则用不到"
        for condition in self.conditions:
            if bool(condition.input) != (condition.lower is not None or condition.upper is not None):
                yield f"conditions.{condition.id} 的 input 和界限（at_least 等）要一起写"
        for each in self.inputs:
            if each.type == "choice" and not each.choices and each.name != self.stage_by:
                yield f"inputs.{each.name} 是 choice，要有 choices"

    def _uses(self, declared: Input) -> bool:
        """Whether the kind computes with an input; a choice at least decides about conditions and clauses."""
        if declared.name in {condition.input for condition in self.conditions}:
            return True
        if declared.type == "choice" or declared.name in (self.measured_by, self.stage_by, "prior_support"):
            return True
        if declared.type == "months":
            return self.kind in (Kind.PER_UNIT, Kind.INTEREST)
        return declared.name == "count" and self.kind is Kind.FIXED

    def _repeats(self) -> Iterator[str]:
        for what, each in (
            ("inputs", [each.name for each in self.inputs]),
            ("conditions", [condition.id for condition in self.conditions]),
            ("stages", [stage.stage for stage in self.stages]),
            ("bases", list(self.clauses)),
        ):
            if twice := sorted({name for name in each if each.count(name) > 1}):
                yield f"{what} 里重复了 {'、'.join(twice)}"
