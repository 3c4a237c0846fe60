"""What a clause gives: a grant with its figures, each tied to its words.

Every span holds half-open offsets into the text of the clause that was read, not into the source of its document.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from corpus import Span

Bound = Literal["exact", "max", "min"]
Period = Literal["year", "month", "day", "once", ""]
Method = Literal["whole", "marginal", ""]
LimitKind = Literal["year", "entity", "project", "total"]


class Kind(StrEnum):
    """How a measure of support is measured."""

    RATE = "rate"  # 按投资额的5%给予补助
    FIXED = "fixed"  # 一次性奖励50万元
    PER_UNIT = "per_unit"  # 每人每月300元
    TIERS = "tiers"  # 1000万元至2000万元的奖励20万元，2000万元以上的奖励50万元
    SHARE_OF_COUNT = "share_of_count"  # 床位的10%
    INTEREST = "interest"  # 按贷款利息的50%给予贴息
    CAP_ONLY = "cap_only"  # 按一定比例给予补助，最高500万元
    DEADLINE = "deadline"  # 由60个工作日缩减至30个工作日
    QUALIFICATION = "qualification"  # 优先推荐申报; holds no figure, so `find_grants` never gives it


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a grant.

    Attributes:
        value: yuan for money, a share (0.05 for 5%) for a rate.
        span: the words of the figure alone, 50万元.
        bound: whether the text words it as an upper limit (最高), a lower one (不低于) or neither.
    """

    value: Decimal
    span: Span
    bound: Bound = "exact"


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a ladder: what is given where the quantity lies between two bounds, None where it is open."""

    lower: Decimal | None
    upper: Decimal | None
    lower_included: bool
    upper_included: bool
    amount: Figure | None
    rate: Figure | None
    span: Span


@dataclass(frozen=True, slots=True)
class Stage:
    """What one named class gets: 国家级 of 国家级、省级; ``span`` is the place of its label."""

    label: str
    span: Span
    amount: Figure | None = None
    cap: Figure | None = None
    rate: Figure | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper limit and what it holds for: a year, an entity (单个企业), a project, or all together (总额)."""

    kind: LimitKind
    amount: Figure
    span: Span


@dataclass(frozen=True, slots=True)
class Grant:
    """One measure of support to one kind of beneficiary.

    Attributes:
        span: the words that give, from the giving verb or 按… to the last figure.
        who: the words that say to whom and under which condition, None if the clause does not say.
        kind: how it is measured.
        amounts: all money given in text order, upper limits included; thresholds are not here.
        caps: those of ``amounts`` that are upper limits.
        rates: shares in text order.
        basis: what a share is taken of, or what is counted.
        per: what is counted (人, 床位), "" if nothing is.
        stages: one for each named class; empty where classes and figures do not pair with certainty.
        tiers: the steps of a ladder.
        tier_basis: words for the quantity of the ladder.
        tier_unit: unit of the bounds of ``tiers``: 元 (bounds are in yuan), 美元, %, 人 …
        method: whether a step holds for the whole quantity or for its own part, "" where the text does not say.
        period: how often.
        limits: upper limits with what they hold for; each is among ``caps`` too.
        stacking: the sentence on what may not be had together (就高不重复).
        conditions: each phrase of ``who``.
        bound: how the award itself is bounded; a cap after an exact share does not count.
        days: days of a promised deadline, the old one first if both are named.
        term: words for how long interest is paid, such as 不超过3年, None if not said.
    """

    span: Span
    kind: Kind
    who: Span | None = None
    amounts: tuple[Figure, ...] = ()
    caps: tuple[Figure, ...] = ()
    rates: tuple[Figure, ...] = ()
    basis: Span | None = None
    per: str = ""
    stages: tuple[Stage, ...] = ()
    tiers: tuple[Tier, ...] = ()
    tier_basis: Span | None = None
    tier_unit: str = ""
    method: Method = ""
    period: Period = ""
    limits: tuple[Limit, ...] = ()
    stacking: Span | None = None
    conditions: tuple[Span, ...] = ()
    bound: Bound = "exact"
    days: tuple[Decimal, ...] = ()
    term: Span | None = None
