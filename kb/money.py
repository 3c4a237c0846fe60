"""Reading and writing amounts of money in yuan, exactly.

An amount needs a unit of money (元, 块, 人民币) or a scale (万, 亿) that no counted thing follows: ``6000万`` is money,
``6000万人`` and 常住人口超过1000万 are not. What cannot be one exact figure (``6000多万``, ``五六千万``, ``5000-6000万``) is reported by
`read_vague_amounts` and never guessed. Foreign currency and negative amounts are refused with `InputError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise

from corpus import InputError
from kb.money_words import (
    AFTER_FOREIGN,
    AMOUNT,
    BARE,
    BEFORE_FOREIGN,
    GROUPED_WELL,
    ITEM,
    MEASURED,
    SHARED_SCALE,
    SMALL_CHANGE,
    THINGS,
    VAGUE,
    WORDS,
)
from kb.numerals import fold, parse_number

WAN = Decimal(10_000)
YI = Decimal(100_000_000)
JIAO, FEN = Decimal("0.1"), Decimal("0.01")


class UnreadableAmount(InputError):
    """The words of a field are not one exact amount."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of money found in text: exact yuan, half-open offsets, and the words themselves."""

    value: Decimal
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class VagueAmount:
    """Words about money that are not one exact figure, such as ``6000多万``."""

    start: int
    end: int
    text: str


def read_amounts(text: str) -> list[Amount]:
    """All exact amounts in the order they stand.

    Raises:
        InputError: an amount is negative or in foreign currency.

    >>> [format_yuan(a.value) for a in read_amounts("II期投入6000万，III期1亿2000万")]
    ['6000万元', '1.2亿元']
    >>> read_amounts("第2000号，3家，40%，6000万人，6000多万")
    []
    >>> read_amounts("投入-500万")
    Traceback (most recent call last):
    ...
    corpus.errors.InputError: 收到“-500万”：金额不能是负数。请填写大于零的金额，例如：6000万元。
    """
    return [found for found in _scan(text) if isinstance(found, Amount)]


def read_vague_amounts(text: str) -> list[VagueAmount]:
    """Amounts that are not one exact figure.

    >>> [vague.text for vague in read_vague_amounts("花了6000多万，后来又五六千万")]
    ['6000多万', '五六千万']
    """
    return [found for found in _scan(text) if isinstance(found, VagueAmount)]


def read_amount(text: str, bare: bool = False) -> Decimal:
    """The one amount that the whole text is, in yuan.

    Args:
        text: what was put into a field.
        bare: accept a number without a unit, as yuan.

    Raises:
        UnreadableAmount: not exactly one amount.
        InputError: negative, or in foreign currency.

    >>> str(read_amount("1.2亿")), str(read_amount("60000000", bare=True))
    ('120000000', '60000000')
    >>> read_amount("很多钱")
    Traceback (most recent call last):
    ...
    kb.money.UnreadableAmount: 收到“很多钱”：读不出确切金额。请写成数字加单位，例如：6000万元、1.2亿元。
    """
    written = text.strip()
    plain = BARE.fullmatch(fold(written)) if bare else None
    if plain:
        if plain["minus"]:
            raise _negative(written)
        value = parse_number(plain["figure"])
        if value is not None:
            return value
    found = list(_scan(written))
    if len(found) == 1 and isinstance(found[0], Amount) and found[0].text == written:
        return found[0].value
    raise UnreadableAmount(f"收到“{written}”：读不出确切金额。请写成数字加单位，例如：6000万元、1.2亿元。")


def format_yuan(value: Decimal) -> str:
    """An amount as a finance officer writes it, never rounded.

    >>> [format_yuan(Decimal(n)) for n in (20000000, 125000000, 12345, 999, 0)]
    ['2000万元', '1.25亿元', '1.2345万元', '999元', '0元']
    >>> format_yuan(Decimal(-1))
    Traceback (most recent call last):
    ...
    ValueError: not an amount of money: -1
    """
    if not value.is_finite() or value < 0:
        raise ValueError(f"not an amount of money: {value}")
    exponent, unit = (-8, "亿元") if value >= YI else (-4, "万元") if value >= WAN else (0, "元")
    with localcontext(prec=max(28, len(value.as_tuple().digits) + 28)):
        figure = f"{value.scaleb(exponent):f}"
    return (figure.rstrip("0").rstrip(".") if "." in figure else figure) + unit


def _scan(text: str) -> Iterator[Amount | VagueAmount]:
    """Every amount in order; a vague one hides the exact one inside it."""
    folded = fold(text)
    if broken := _TWO_POINTS.search(folded):
        said = text[broken.start() : broken.end()]
        raise InputError(f"收到“{said}”：一个数里有两个小数点，看不出是多少。请改正后再试，例如：1.25亿元。")
    found: list[Amount | VagueAmount] = []
    taken: list[tuple[int, int]] = [match.span() for match in WORDS.finditer(folded)]
    for match in VAGUE.finditer(folded):
        if GROUPED_WELL.fullmatch(match[0]):
            continue
        taken.append(match.span())
        before = BEFORE_FOREIGN.search(folded[max(0, match.start() - 8) : match.start()])
        after = AFTER_FOREIGN.match(folded, match.end())
        if before or after:
            raise _foreign(
                text[match.start() - len(before[0] if before else "") : after.end() if after else match.end()]
            )
        if not THINGS.match(folded, match.end()):
            found.append(VagueAmount(match.start(), match.end(), text[match.start() : match.end()]))
    for match in SHARED_SCALE.finditer(folded):
        if _free(match.span(), taken) and (items := _items(match)):
            taken.append((items[0].start(), match.end()))
            found.extend(_shared(match, items, text))
    for pattern, read in ((AMOUNT, _exact), (SMALL_CHANGE, _small_change)):
        for match in pattern.finditer(folded):
            if (pattern is SMALL_CHANGE or _is_money(match)) and _free(match.span(), taken):
                found.append(read(match, text))
    return iter(
        sorted((each for each in found if not _is_measured(folded, each)), key=lambda each: each.start)
    )


# 1.2.5亿; a date such as 2024.12.6 has no scale behind it, and 2024.1.1元旦 is a date too
_TWO_POINTS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?=\s?(?:[万亿]|元(?![旦宵])))")


def _is_measured(folded: str, found: Amount | VagueAmount) -> bool:
    """Whether the words before a number without a unit of money say that it counts something else."""
    if re.search("[元块币￥¥]|RMB|CNY", folded[found.start : found.end], re.IGNORECASE):
        return False
    return bool(MEASURED.search(folded[max(0, found.start - 16) : found.start]))


def _free(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    """Whether no span already taken overlaps."""
    return all(span[1] <= start or end <= span[0] for start, end in taken)


def _is_money(match: re.Match[str]) -> bool:
    """A number with a scale or a unit of money, and not a number of things."""
    if match["counted"]:
        return False
    scaled = bool(match["yi"] or match["wan"])
    foreign = bool(match["foreign_before"] or match["foreign_after"])
    if match["bare"] and not scaled:
        return foreign or bool(match["yuan_before"])
    return scaled or bool(match["one"])


def _exact(match: re.Match[str], text: str) -> Amount | VagueAmount:
    """The amount a match of `AMOUNT` stands for.

    Raises:
        InputError: it is negative or in foreign currency.
    """
    end = match.end()
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    written = text[start:end].strip()
    if match["foreign_before"] or match["foreign_after"]:
        raise _foreign(written)
    if match["minus"]:
        raise _negative(written)
    if _overlapping(match) or _mistyped(match):
        return VagueAmount(start, start + len(written), written)
    value = _coins(match)
    parts = [(match["yi"], YI), (match["wan"], WAN), (match["one"], Decimal(1))]
    if not (match["yi"] or match["wan"] or match["one"]):
        parts.append((match["bare"], Decimal(1)))
    for figure, scale in parts:
        number = parse_number(figure) if figure else Decimal(0)
        if number is None:
            return VagueAmount(start, start + len(written), written)
        value += number * scale
    return Amount(_plain(value), start, start + len(written), written)


def _overlapping(match: re.Match[str]) -> bool:
    """Whether the parts of a figure run into each other, so that it may be two: ``1.2亿3000万``, ``1亿20000万``."""
    for higher, lower in pairwise(match[name] for name in ("yi", "wan", "one") if match[name]):
        value = parse_number(lower)
        if "." in higher or "点" in higher or value is None or value >= WAN:
            return True
    return False


def _mistyped(match: re.Match[str]) -> bool:
    """Whether a figure begins with a zero it should not have: ``00万``, what is left of ``6O00万``."""
    first = next((match[name] for name in ("yi", "wan", "one", "bare") if match[name]), "")
    return re.match("0[0-9]", first) is not None


def _plain(value: Decimal) -> Decimal:
    """Without a useless fraction: 120000000.0 becomes 120000000.

    >>> _plain(Decimal("120000000.0")), _plain(Decimal("0.50"))
    (Decimal('120000000'), Decimal('0.50'))
    """
    return value.to_integral_value() if value == value.to_integral_value() else value


def _coins(match: re.Match[str]) -> Decimal:
    """角 and 分 of an amount, in yuan."""
    return sum(
        (
            (parse_number(match[name]) or Decimal(0)) * share
            for name, share in (("jiao", JIAO), ("fen", FEN))
            if match[name]
        ),
        Decimal(0),
    )


def _small_change(match: re.Match[str], text: str) -> Amount:
    """An amount below one yuan: ``八角钱``."""
    return Amount(_coins(match), match.start(), match.end(), text[match.start() : match.end()])


def _items(match: re.Match[str]) -> list[re.Match[str]]:
    """The figures of a list that names its scale once, at the end; none where it is no such list.

    The number of an item (``1、6000万元``, ``12、500万元``) is left out, and so is a list of things (``1000、2000万人``).
    """
    text = match.string
    items = [*ITEM.finditer(text, match.start("head"), match.end("last"))]
    values = [parse_number(item[0]) for item in items]
    if None in values or THINGS.match(text, match.end()):
        return []
    before = text[: match.start()]
    one_char = len(items[0][0]) == 1
    small = [value is not None and value < 100 for value in values]
    starts_line = not before.strip(" ") or before.rstrip(" ").endswith("\n")
    numbered = small[0] and "." not in items[0][0] and "、" in text[items[0].end() : items[1].start()]
    if len(items) == 2:
        numbered &= starts_line or (one_char and (not re.search("[一-鿿]$", before) or len(items[1][0]) == 1))
    else:
        numbered &= starts_line and not any(small[1:])
    items = items[1:] if numbered else items
    return items if len(items) > 1 else []


def _shared(match: re.Match[str], items: list[re.Match[str]], text: str) -> Iterator[Amount]:
    """The amounts of a list that names its scale once.

    Raises:
        InputError: they are in foreign currency.
    """
    if match["foreign_before"] or match["foreign_after"]:
        raise _foreign(match[0].strip())
    scale = YI if match["scale"] == "亿" else WAN if match["scale"] else Decimal(1)
    for item in items:
        end = match.end() if item.start() == match.start("last") else item.end()
        value = parse_number(item[0]) or Decimal(0)
        yield Amount(_plain(value * scale), item.start(), end, text[item.start() : end])


def _foreign(written: str) -> InputError:
    return InputError(
        f"收到“{written}”：只能按人民币计算，不换算外币。请折算成人民币后再填，例如：研发投入6000万元。"
    )


def _negative(written: str) -> InputError:
    return InputError(f"收到“{written}”：金额不能是负数。请填写大于零的金额，例如：6000万元。")
