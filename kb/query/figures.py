"""The figures of a clause: amounts, percentages and numbers of things, each a cap, a floor or neither.

最高1000万元 is a cap, 投入不少于2亿元 a floor, 给予50万元 neither; 30万元至50万元 is a floor and a cap. 2025年, 137号 and
1类 are no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from corpus import InputError
from kb.money import WAN, YI, read_amounts
from kb.numerals import NUMBER, fold, parse_number


class Role(StrEnum):
    """What a figure is to its clause."""

    CAP = "cap"  # 最高, 不超过, 以内
    FLOOR = "floor"  # 不低于, 以上
    PLAIN = "plain"


AMOUNT, PERCENT, COUNT = "amount", "percent", "count:"
COUNTED = "家个项名人张台套件种例支场次户辆亩只所处座栋间条篇天"
"""What figures of things are read of; 年, 月, 日, 期, 类, 级 and 号 name things and do not count them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text.

    Attributes:
        kind: ``amount`` (yuan), ``percent``, or ``count:`` and what is counted (``count:家``).
        role: cap, floor or neither.
        value: in yuan, percent or pieces, exact.
        start: where it stands in the text.
        end: where it ends.
    """

    kind: str
    role: Role
    value: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Raw:
    """A figure before its role is known; an end of a range has it already."""

    kind: str
    value: Decimal
    start: int
    end: int
    role: Role | None = None


_ANY = re.compile(rf"[元万亿块%％‰]|百分之|[{COUNTED}]")
_DIGIT = re.compile(r"[0-9零一二三四五六七八九十百千]")
_MONEY = re.compile(r"[万亿元块wW￥¥]|人民币")
_PIECES = re.compile(r"[^，。；;：:！!？?\n（）()]+")
_UNIT = r"(?:[十百千]?(?:万|亿)?元|[百千]?[万亿](?!公里|人|户|家|个|吨|台|套|件)元?|%)"
_TO = r"(?:-|~|～|—{1,2}|–|至|到)"
_RANGE = re.compile(
    rf"""
    (?<![0-9.第]) (?P<low>{NUMBER}) \s? (?P<low_unit>{_UNIT})? \s? {_TO} \s? (?P<high>{NUMBER}) \s? (?P<high_unit>{_UNIT})
    # 50-100万元, 30万元至50万元, 10%—20%
  | 百分之(?P<low_han>{NUMBER}) {_TO} 百分之(?P<high_han>{NUMBER})
    """,
    re.VERBOSE,
)
_PERCENT = re.compile(rf"(?<![0-9.])(?P<arabic>{NUMBER})\s?%|百分之(?P<han>{NUMBER})")
_COUNT = re.compile(
    rf"""
    (?<![0-9.第〔零一二三四五六七八九十百千]) (?P<number>{NUMBER}) \s? (?P<wan>万)? \s? (?:余|多)?
    (?P<unit>[{COUNTED}])
    (?! [别性体案层作级] | 人[以次] | 工作日(?=内) | 月 | 方面 | 百分点 | 部分 | 重点 | 中央 )
    """,
    re.VERBOSE,
)
_NO_COUNT = re.compile(r"^(?:月|季度|年度|小时|方面|部分|百分点|层面|维度|大类|阶段|环节|例外|件事)")
_CAP_BEFORE = re.compile(
    r"""
    最高(?!人民|检|法|院) | 最多 | 至多 | 顶格 | 上限 | 封顶 | 限额 | 不超过 | 不高于 | 不大于 | 不多于 | 不得超过 | 不得高于
  | 不能超过 | 控制在 | (?<![不得能])(?: 小于 | 低于 | 少于 | ≤ | < )
    """,
    re.VERBOSE,
)
_FLOOR_BEFORE = re.compile(
    r"""
    (?<![不得能])(?: 超过 | 高于 | 大于 | 多于 ) | 不低于 | 不少于 | 不小于 | 不得低于 | 不得少于 | 至少 | 最低(?!生活|工资|保障)
  | 最少 | 达到? | 满 | ≥ | > | 起步
    """,
    re.VERBOSE,
)
_BRACKET = r"\s?(?:\([^()]*\)|（[^（）]*）)?\s?"  # 3万元（含）以上
_CAP_AFTER = re.compile(rf"{_BRACKET}(?:以内|以下|之内|之下|封顶|为限|为上限|的?上限|内(?=[的给予进]))")
_FLOOR_AFTER = re.compile(rf"{_BRACKET}(?:及?以上|之上|起(?![始点草诉])|以外)")
_NOT_MONEY = re.compile(
    r"(?:人口|人数|户籍|用户|床位|产量|面积|人次|学位)[一-鿿]{0,6}$"
)  # 户籍人口不超过100万
_LISTED = re.compile(r"^\s?(?:[、和与或及/]|以及|或者)\s?$")
_WINDOW = 24


def read_figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text in order.

    Amounts that are not exact (6000多万) or foreign are left out; of a range, both ends are given.

    >>> [(f.kind, f.role.value, str(f.value)) for f in read_figures("给予不超过研发投入40%、最高3000万元支持")]
    [('percent', 'cap', '40'), ('amount', 'cap', '30000000')]
    >>> [(f.role.value, str(f.value)) for f in read_figures("对投资2亿元以上的项目给予50万元至100万元奖励")]
    [('floor', '200000000'), ('floor', '500000'), ('cap', '1000000')]
    >>> [(f.kind, str(f.value)) for f in read_figures("2025年培育3家企业，1类新药II期，鲁科字〔2024〕137号")]
    [('count:家', '3')]
    >>> read_figures("给予100万美元、6000多万元支持")
    ()
    """
    if not _ANY.search(text):
        return ()
    folded = fold(text)
    found: list[Figure] = []
    for piece in _PIECES.finditer(folded):
        if _ANY.search(piece[0]) and _DIGIT.search(piece[0]):
            found += _of_piece(folded, piece.start(), piece.end())
    return tuple(found)


def _of_piece(text: str, start: int, end: int) -> Iterator[Figure]:
    """Figures between two marks, with their roles; one in a list with the one before has its role."""
    before: Figure | None = None
    for raw in sorted(_raw(text[start:end]), key=lambda each: each.start):
        at, to = start + raw.start, start + raw.end
        lead_in = text[max(start, before.end if before else start, at - _WINDOW) : at]
        role = raw.role or _role(lead_in, text[to : to + _WINDOW])
        if role is Role.PLAIN and before is not None and _LISTED.match(text[before.end : at]):
            role = before.role
        before = Figure(raw.kind, role, raw.value, at, to)
        if not _is_name(before, text, lead_in):
            yield before


def _is_name(figure: Figure, text: str, lead_in: str) -> bool:
    """Whether a figure is a part of a name, or of something that is no money: 三支一扶, 人口100万."""
    if figure.kind.startswith(COUNT):
        return figure.role is Role.PLAIN and not text[figure.start].isdigit()
    if figure.kind == AMOUNT and not re.search("[元块]|人民币", text[figure.start : figure.end]):
        return bool(_NOT_MONEY.search(lead_in))
    return False


def _role(before: str, after: str) -> Role:
    """By the comparator nearest before the figure, else by what follows it."""
    if _FLOOR_AFTER.match(after):
        return Role.FLOOR
    if _CAP_AFTER.match(after):
        return Role.CAP
    cap = max((found.end() for found in _CAP_BEFORE.finditer(before)), default=-1)
    floor = max((found.end() for found in _FLOOR_BEFORE.finditer(before)), default=-1)
    if cap < 0 and floor < 0:
        return Role.PLAIN
    return Role.CAP if cap >= floor or "最高" in before else Role.FLOOR


def _raw(piece: str) -> Iterator[_Raw]:
    """Ranges first, each of which hides the figures in it, then single figures."""
    masked = piece
    for match in _RANGE.finditer(piece):
        ends = _ends(match)
        if ends:
            kind, low, high = ends
            yield _Raw(kind, low, match.start(), match.start(), Role.FLOOR)
            yield _Raw(kind, high, match.start(), match.end(), Role.CAP)
            masked = masked[: match.start()] + "\n" * len(match[0]) + masked[match.end() :]
    try:
        amounts = read_amounts(masked) if _MONEY.search(masked) else []
    except InputError:  # foreign currency or negative: nothing certain here
        amounts = []
    for amount in amounts:
        yield _Raw(AMOUNT, amount.value, amount.start, amount.end)
    for match in _PERCENT.finditer(masked):
        value = parse_number(match["arabic"] or match["han"])
        if value is not None:
            yield _Raw(PERCENT, _plain(value), match.start(), match.end())
    taken = [(amount.start, amount.end) for amount in amounts]
    for match in _COUNT.finditer(masked):
        value = parse_number(match["number"])
        free = all(match.end() <= a or b <= match.start() for a, b in taken)
        if value is not None and free and not _NO_COUNT.match(masked, match.start("unit")):
            if _is_named(masked, match):
                continue
            yield _Raw(
                COUNT + match["unit"], value * (WAN if match["wan"] else 1), match.start(), match.end()
            )


def _is_named(text: str, match: re.Match[str]) -> bool:
    """Whether a number and 个 or 项 begin another word: 个月, 个工作日 is a time; 一项, 一个 mostly count nothing."""
    after = text[match.end() :]
    return (
        bool(re.match(r"月|季度|年度|工作日|自然日|小时|星期|百分点|方面", after)) or match["number"] == "一"
    )


def _ends(match: re.Match[str]) -> tuple[str, Decimal, Decimal] | None:
    """Kind and both ends of a range; None where one is unreadable or they do not rise."""
    if match["low_han"]:
        kind, low, high, scale, low_scale = (
            PERCENT,
            match["low_han"],
            match["high_han"],
            Decimal(1),
            Decimal(1),
        )
    else:
        unit, low_unit = match["high_unit"], match["low_unit"] or match["high_unit"]
        if ("%" in unit) != ("%" in low_unit):
            return None
        kind, low, high = (PERCENT if "%" in unit else AMOUNT), match["low"], match["high"]
        scale, low_scale = _scale(unit), _scale(low_unit)
    first, last = parse_number(low), parse_number(high)
    if first is None or last is None or not first * low_scale < last * scale:
        return None
    return kind, _plain(first * low_scale), _plain(last * scale)


def _scale(unit: str) -> Decimal:
    """What a unit multiplies by: 万元, 千万, 亿元, 元.

    >>> [str(_scale(unit)) for unit in ("万元", "千万", "元", "%")]
    ['10000', '10000000', '1', '1']
    """
    scale = Decimal(1)
    for char, times in (("十", 10), ("百", 100), ("千", 1000)):
        scale *= times if char in unit else 1
    return scale * (WAN if "万" in unit else YI if "亿" in unit else 1)


def _plain(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()
