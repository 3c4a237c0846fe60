"""Reading and writing amounts of money in yuan, exactly.

An amount needs a unit of money (元, 块, 人民币) or a scale (万, 亿) that no counted thing follows: ``6000万`` is money,
``6000万人`` is not. What cannot be one exact figure (``6000多万``, ``五六千万``, ``5000-6000万``) is reported by
`read_vague_amounts` and never guessed. Foreign currency and negative amounts are refused with `InputError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise

from corpus import InputError
from kb.numerals import ARABIC, HAN_DIGITS, NUMBER, fold, parse_number

WAN = Decimal(10_000)
YI = Decimal(100_000_000)

# A word that makes 6000万 a number of things and not of yuan; each with the continuations that do not: 支 but 支持.
_COUNTED = r"""
    个 | 家(?!底|里) | 人(?!民币|员|工|力) | 吨 | 张 | 件 | 例(?!如|外) | 亩 | 股(?!权|份|东|本|票|金) | 剂 | 支(?![持出付撑援])
  | 片 | 盒 | 台(?!湾|账) | 套(?!用|取) | 次(?!年|日|月) | 份(?!额) | 户(?!均) | 名(?!义|下) | 位(?!于|居) | 头(?!期|寸|部)
  | 只(?![能有是需要够算报给拿按占]) | 条(?![件款]) | 辆 | 年(?![底内初度末中均]) | 字(?!号) | 公里 | 米 | 升(?![级至到]) | 千瓦
  | 度(?!过) | 级 | 量级 | 种(?!子) | 箱 | 粒 | 袋 | 瓶 | 组(?![织建成]) | 颗 | 棵 | 株 | 册 | 倍 | 分之 | 天(?![使津])
  | 小时 | 平(?![均台摊安时]) | ㎡ | 立方 | 方(?![案面向便式可能才]) | 公斤 | 千克 | 克(?!服) | 单位 | 用户 | 患者 | 细胞
  | 拷贝 | 步 | 余?[人家名张件吨] | 床 | 所(?!有|以|得) | 项(?!目) | 号 | 瓦 | 像素 | 功率
"""
_FOREIGN_AFTER = r"""
    美元 | 美金 | 美刀 | 刀(?![片具头]) | 欧元 | 欧(?![洲盟美]) | 港币 | 港元 | 港纸 | 日元 | 日圆 | 日币 | 英镑 | 英磅 | 韩元 | 韩币
  | 新?台币 | 澳元 | 澳币 | 加元 | 加币 | 新加坡元 | 新币 | 瑞郎 | 瑞士法郎 | 法郎 | 卢布 | 泰铢 | 卢比 | 外币
  | (?i:USD|US\$|EUR|HKD|JPY|GBP|KRW|TWD|AUD|CAD|SGD|CHF|dollars?|euros?)(?![A-Za-z]) | [$€£]
"""
_FOREIGN_BEFORE = r"美元|美金|欧元|港币|港元|日元|英镑|韩元|(?i:USD|US\$|HK\$|EUR|HKD|JPY|GBP)|[$€£]"
# 元整 / 块钱 / 人民币 / RMB
_YUAN = r"元人民币 | 元(?![素旦件器论]) 整? | 块钱 | (?<=[0-9万亿百千十])块(?![地砖屏电业内工牌]) | 人民币 | (?i:RMB|CNY)(?![A-Za-z])"
_WAN = r"(?: 万 | [wW](?![A-Za-z]) )"
_FRESH = (
    rf"(?<![0-9.第点{HAN_DIGITS}十百千])(?<![0-9][eE])(?<![0-9] )"  # not in the middle of a longer number
)

# 1.2亿 / 1亿2000万 / 三千万 / 1.5个亿 / 800w / 3万5千 / 10000元
_AMOUNT = re.compile(
    rf"""
    {_FRESH}
    (?P<minus> (?<!自)(?<!肩)(?<!抱)负的? | (?<![0-9万亿元]) - )? \s?
    (?: (?P<foreign_before> {_FOREIGN_BEFORE} ) | (?P<yuan_before> 人民币 | ￥ | ¥ | (?i:RMB|CNY) ) )? \s?
    (?= [0-9{HAN_DIGITS}十] )
    (?: (?P<yi>{NUMBER}) \s? 个? \s? 亿 )?
    (?: 零? (?P<wan>{NUMBER}) \s? 个? \s? {_WAN} )?
    (?: 零? (?P<one> (?<=[万wW])[1-9{HAN_DIGITS}]千 | {NUMBER} (?= \s? (?: {_FOREIGN_AFTER} | {_YUAN} ) ) ) )?
    (?(yi) | (?(wan) | (?P<bare> {NUMBER} )? ) )
    \s? (?: (?P<foreign_after> {_FOREIGN_AFTER} ) | (?P<yuan> {_YUAN} ) | (?P<counted> {_COUNTED} ) )?
    """,
    re.VERBOSE,
)
_SCALE = rf"[百千]? \s? (?: {_WAN} | 亿 )"
_STOP = r"(?= \s* (?: $ | [，。；;！？!?、的能可呢吗了] ) )"
_VAGUE = re.compile(
    rf"""
    {_FRESH} {NUMBER} \s? (?:{_SCALE})? \s? 元? \s? (?: [-~～—–至到] ) \s? {NUMBER} \s? 个? {_SCALE} 元?  # 5000-6000万
  | {_FRESH} {NUMBER} \s? 个? (?: 多 | 余 | 来 | 几 ) 个? \s? {_SCALE} 元?           # 6000多万, 1个多亿
  | {_FRESH} {NUMBER} \s? 个? {_SCALE} (?: 多(?![少个家年]) | 余(?![额款下人家名张件吨]) | 出头 | 有余 ) 元?  # 6000万多
  | (?: 好几 | 十几 | 几 | 数 | 上 ) [十百千]* \s? 个? \s? [万亿] 元?                # 几千万, 上亿
  | {_FRESH} [{HAN_DIGITS[1:]}]{{2}} [十百千]? \s? 个? [万亿] 元?                   # 五六千万, 三四个亿
  | (?<![0-9.]) [0-9] \s? 、 \s? [0-9] \s? {_SCALE} 元?                            # 2、3千万
  | (?<![0-9.]) [0-9]+ (?: \s? [，,] \s? [0-9]+ )+ \s? {_SCALE} 元?                # 1，500万; 1000,2000万
  | {_FRESH} {NUMBER} \s? 个? {_SCALE} \s? [0-9]+ (?! \s? [0-9.,年月日号期类个家项款种例张岁%万亿元块十百千] )  # 1亿2, 3万5
  | {_FRESH} {NUMBER} \s? 个? {_SCALE} (?! [{HAN_DIGITS}]千 {_STOP} (?<=万..) ) [{HAN_DIGITS}] [{HAN_DIGITS}十百千]* {_STOP}  # 一亿二
  | {_FRESH} {NUMBER} \s? 个? 亿 \s? [0-9{HAN_DIGITS}]千 (?! \s? [万元块] )           # 1亿2千
  | {_FRESH} [0-9]+ (?: [ ] [0-9]{{3}} )+ \s? (?: {_SCALE} 元? | 元 )                       # 6 000万
  | {_FRESH} {NUMBER} \s? (?: 万 \s? 亿 | 个? \s? 亿 \s+ {NUMBER} \s? 万 )            # 1万亿; 1亿 6000万 (one or two?)
  | 半 \s? 个? \s? 亿 | {NUMBER} \s? 个 \s? 半 \s? 亿                               # 半亿
    """,
    re.VERBOSE,
)
# 1000、2000、3000万元: one scale for the whole list; single digits (2、3千万) are an estimate, see _VAGUE
_SHARED_SCALE = re.compile(
    r"""
    (?<![0-9.第])
    (?P<head> (?: (?:[0-9]{2,}|[0-9]+\.[0-9]+) \s? [、和与] \s? )+ )
    (?P<last> [0-9]{2,} | [0-9]+\.[0-9]+ ) \s? (?P<scale> 万 | 亿 | [wW](?![A-Za-z]) ) \s? 元?
    """,
    re.VERBOSE,
)
_THINGS = re.compile(rf"\s?(?:{_COUNTED})", re.VERBOSE)
_ITEM = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BARE = re.compile(rf"(?P<minus>负的?|-)?\s?(?P<figure>{ARABIC})")
_GROUPED_WELL = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])\s?[百千]?\s?[万亿wW]元?")


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
    plain = _BARE.fullmatch(fold(written)) if bare else None
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
    taken: list[tuple[int, int]] = []
    for match in _VAGUE.finditer(folded):
        if _GROUPED_WELL.fullmatch(match[0]):
            continue
        taken.append(match.span())
        if not _THINGS.match(folded, match.end()):
            found.append(VagueAmount(match.start(), match.end(), text[match.start() : match.end()]))
    for match in _SHARED_SCALE.finditer(folded):
        if _free(match.span(), taken):
            found.extend(_shared(match, text))
            taken.append(match.span())
    for match in _AMOUNT.finditer(folded):
        if _is_money(match) and _free(match.span(), taken):
            found.append(_exact(match, text))
    return iter(sorted(found, key=lambda each: each.start))


# 1.2.5亿; a date such as 2024.12.6 has no scale behind it
_TWO_POINTS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?=\s?[万亿元])")


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
    """The amount a match of `_AMOUNT` stands for.

    Raises:
        InputError: it is negative or in foreign currency.
    """
    end = match.end()
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    written = text[start:end].strip()
    if match["foreign_before"] or match["foreign_after"]:
        raise InputError(
            f"收到“{written}”：只能按人民币计算，不换算外币。请折算成人民币后再填，例如：研发投入6000万元。"
        )
    if match["minus"]:
        raise _negative(written)
    if _overlapping(match):
        return VagueAmount(start, start + len(written), written)
    value = Decimal(0)
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


def _plain(value: Decimal) -> Decimal:
    """Without a useless fraction: 120000000.0 becomes 120000000.

    >>> _plain(Decimal("120000000.0")), _plain(Decimal("0.50"))
    (Decimal('120000000'), Decimal('0.50'))
    """
    return value.to_integral_value() if value == value.to_integral_value() else value


def _shared(match: re.Match[str], text: str) -> Iterator[Amount]:
    """The amounts of a list that names its scale once, at the end."""
    scale = YI if match["scale"] == "亿" else WAN
    for item in _ITEM.finditer(match.string, match.start(), match.end()):
        last = item.start() == match.start("last")
        end = match.end() if last else item.end()
        yield Amount(_plain(Decimal(item[0]) * scale), item.start(), end, text[item.start() : end])


def _negative(written: str) -> InputError:
    return InputError(f"收到“{written}”：金额不能是负数。请填写大于零的金额，例如：6000万元。")
