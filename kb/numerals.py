"""Numbers as people write them in Chinese text: ``1,500``, ``三千``, ``6千5百``, ``１５００``, ``百分之四十``, ``800张``.

Everything works on text folded by `fold`, which keeps its length, so offsets are offsets into the original text.
A number that can be read in two ways (``五六千``, ``一千二``) is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

HAN_DIGITS = "零一二三四五六七八九"
_CAPITALS = str.maketrans(
    "壹贰貳叁叄參肆伍陆陸柒捌玖拾佰仟萬億圆圓两兩〇％－−", "一二二三三三四五六六七八九十百千万亿元元二二零%--"
)
# 人民幣, 港幣, 歐元, 英鎊, 韓元, 塊錢, 1.5個億, 6000餘萬
_TRADITIONAL = str.maketrans("幣歐鎊韓臺塊錢個餘", "币欧镑韩台块钱个余")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，；：？！（）～"}

# 1,500 / 6000 / 1.25
ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]+(?:\.[0-9]+)?)"
# every character of a Chinese numeral below ten thousand
HAN_CHARS = f"{HAN_DIGITS}十百千廿卅"
# 三千 / 一千五百 / 十五 / 廿五 / 一点五 / 6千5百
HAN = rf"(?:(?:[0-9](?=[十百千])|[{HAN_CHARS}])+(?:点[{HAN_DIGITS}]+)?)"
# 3百50 / 2千300
_MIXED = r"[1-9](?:百[1-9][0-9]|千[1-9][0-9]{2})(?![0-9.,])"
# any of the above; 15百 and 1.5千 too
NUMBER = rf"(?:{ARABIC}\s?[十百千](?![0-9{HAN_DIGITS}])|{_MIXED}|{HAN}|{ARABIC})"
ONE_DIGIT = f"[1-9{HAN_DIGITS[1:]}]"
# Words whose last character only looks like a numeral (folded): 标准统一500元, 队伍500万元, 其二300万元
_ENDS_LIKE_NUMERAL = r"(?<=统一|唯一|之一|单一|逐一|万一|其一|其二|其三|队五|大六|内六|登六)"
# where a number starts, in a verbose pattern: not in the middle of a longer one;
# 点 is a part of one only after a digit: 三点五万, but 每个试点500万元
FRESH = rf"""
    (?: (?<![0-9.第^{HAN_CHARS}])(?<![0-9{HAN_CHARS}]点) | {_ENDS_LIKE_NUMERAL} ) (?<![0-9][eE])
    (?! (?: (?<=[统唯之单逐万])一 | (?<=队)五 ) [0-9{HAN_DIGITS}十] )
"""
MAX_DIGITS = 18
_SCALES = {"十": 10, "百": 100, "千": 1000}

_PERCENT = re.compile(rf"(?P<arabic>{ARABIC})\s?(?P<sign>[%‰])|(?P<of>[百千])分之(?P<han>{NUMBER})")


def fold(text: str) -> str:
    """Half-width digits and letters, simplified everyday numerals; the length never changes.

    Full-width punctuation stays, because ``1，500`` may be one number or two.

    >>> fold("￥１５００萬"), fold("伍佰万圆整"), fold("两千万"), fold("300万人民幣")
    ('￥1500万', '五百万元整', '二千万', '300万人民币')
    """
    folded = text.translate(_FULL_WIDTH).translate(_CAPITALS).translate(_TRADITIONAL)
    return folded.replace("\u3000", " ")


def parse_number(written: str) -> Decimal | None:
    """The value of one folded number without 万 or 亿; None where it is malformed or can be read in two ways.

    >>> [str(parse_number(n)) for n in ("1,500", "一千五百", "6千5百", "1.5千", "一点二五", "十五")]
    ['1500', '1500', '6500', '1500.0', '1.25', '15']
    >>> [str(parse_number(n)) for n in ("3百50", "廿五", "一百十五", "二零零零")]
    ['350', '25', '115', '2000']
    >>> parse_number("五六千") is None and parse_number("一千二") is None
    True
    """
    written = written.replace(" ", "")
    if sum(char.isdigit() for char in written) > MAX_DIGITS:
        return None
    scaled = re.fullmatch(rf"({ARABIC})([十百千]?)", written)
    if scaled:
        return Decimal(scaled[1].replace(",", "")) * _SCALES.get(scaled[2], 1)
    if re.fullmatch(_MIXED, written):
        return Decimal(re.sub("[百千]", "", written))
    whole, _, fraction = written.partition("点")
    value = _parse_han(re.sub("[0-9]", lambda digit: HAN_DIGITS[int(digit[0])], whole))
    if value is None or not fraction:
        return value
    if any(char not in HAN_DIGITS for char in fraction):
        return None
    return value + Decimal("0." + "".join(str(HAN_DIGITS.index(char)) for char in fraction))


def _parse_han(numeral: str) -> Decimal | None:
    """A whole Chinese numeral below ten thousand, grammatical ones only.

    Besides what grammar books have: 廿五, 一百十五, and digit by digit with a zero, 二零零零; 三四五 may be an estimate.
    """
    import cn2an

    if re.fullmatch(rf"[{HAN_DIGITS[1:]}][{HAN_DIGITS}]{{2,}}", numeral) and "零" in numeral:
        return Decimal("".join(str(HAN_DIGITS.index(char)) for char in numeral))
    numeral = numeral.replace("廿", "二十").replace("卅", "三十").replace("百十", "百一十")
    try:
        return Decimal(str(cn2an.cn2an(numeral, "strict")))
    except ValueError:
        return None


def read_percents(text: str) -> tuple[Decimal, ...]:
    """Percentages in the order they stand, as fractions of one.

    >>> [str(p) for p in read_percents("不超过研发投入40%；核定床位的百分之十；余额的1‰")]
    ['0.4', '0.1', '0.001']
    >>> read_percents("40 张")
    ()
    """
    found = (
        (parse_number(m["arabic"] or m["han"]), 1000 if "‰" in m[0] or m["of"] == "千" else 100)
        for m in _PERCENT.finditer(fold(text))
    )
    return tuple(value / whole for value, whole in found if value is not None)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things found in text: value and offsets of number and unit together."""

    value: Decimal
    start: int
    end: int


def read_counts(text: str, units: Iterable[str], markers: Iterable[str] = ()) -> tuple[Count, ...]:
    """Numbers followed by one of the units, or following one of the markers.

    A unit with ``…`` inside, ``个…产品``, allows up to eight other characters there. A number with a minus sign is
    returned with it, so that the caller can refuse it.

    >>> [str(c.value) for c in read_counts("核定床位八百张", ["张"])]
    ['800']
    >>> [str(c.value) for c in read_counts("核定床位数为1500", ["张"], ["核定床位"])]
    ['1500']
    >>> read_counts("第三类医疗器械产品", ["个…产品"])
    ()
    """
    folded = fold(text)
    unit = "|".join(re.escape(u).replace("…", r"[^，。；,;！？]{0,8}?") for u in units)
    number = rf"(?P<minus>负|-)?\s?(?P<number>{NUMBER}(?:\s?万)?)"
    patterns = [rf"(?<![0-9.第]){number}\s?(?:{unit})"] if unit else []
    if named := "|".join(re.escape(m) for m in markers):
        patterns.append(
            rf"(?:{named})\s?(?:数量|总数|数)?\s?(?:一共有|一共|共有|总共|约|大约|是|为|有|共|:|：|=)?\s?{number}(?![0-9%])"
        )
    found: dict[int, Count] = {}
    for pattern in patterns:
        for match in re.finditer(pattern, folded):
            value = _count_value(match["number"])
            if value is not None:
                signed = -value if match["minus"] else value
                found.setdefault(match.start("number"), Count(signed, match.start("number"), match.end()))
    return tuple(found[start] for start in sorted(found))


def _count_value(written: str) -> Decimal | None:
    """``800`` or ``1.2万``."""
    value = parse_number(written.removesuffix("万"))
    return value * 10_000 if value is not None and written.endswith("万") else value
