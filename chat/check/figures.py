"""Every number of a text with what it counts: money, shares, times, dates, phases, classes, things.

Two writings of one thing have one key: 0.2亿元, 2000万元 and 两千万元; 40%, 百分之四十 and 四成; 2年 and 24个月; 第二类 and II类.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from chat.subsidy.phases import read_phases
from corpus import InputError
from ingest.numbering import chinese_number
from kb.money import WAN, YI, read_amounts
from kb.numerals import HAN_CHARS, NUMBER, fold, parse_number

AMOUNT, PERCENT, MONTHS, DAYS = "amount", "percent", "months", "days"
PHASE, CLASS, RANK, DATE, YEAR, MONTH, MONTH_DAY, LATIN, VAGUE = (
    "phase",
    "class",
    "rank",
    "date",
    "year",
    "month",
    "month_day",
    "latin",
    "vague",
)

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4}
_CLASS = re.compile(
    r"第?(?P<n>\d(?:\.\d)?|[一二三四五]|III|II|IV|I|Ⅰ|Ⅱ|Ⅲ|Ⅳ)\s?类(?!似|型|别|推)", re.IGNORECASE
)
_RANK = re.compile(r"(?P<n>[一二三四五特])(?P<of>级|等奖|等(?=、)|档)")
_LATIN = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9-]*[A-Za-z])(?!(?:I{1,3}|IV|V)(?![A-Za-z0-9]))[A-Za-z0-9]+(?:[-./][A-Za-z0-9]+)*"
)
_SPACED = re.compile(r"(?<=[\d年月])\s+(?=[\d年月日号])")
_Y = r"(?P<year>(?:19|20)\d\d|[一二][零一二三四五六七八九]{3})"
_N = r"(?:\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DATE = re.compile(
    rf"""
    (?<!\d) {_Y} \s? (?: 年 \s? (?P<month>{_N}) \s? 月 (?: \s? (?P<day>{_N}) \s? [日号] )?
                       | [-./] (?P<m>\d{{1,2}}) [-./] (?P<d>\d{{1,2}}) (?!\d) )
    """,
    re.VERBOSE,
)
_YEARS = re.compile(
    rf"(?<!\d){_Y}\s?年?\s?(?:[-–—－~～至到]+)\s?(?P<last>(?:19|20)\d\d)(?=\s?年|\))|(?<!\d)(?P<one>(?:19|20)\d\d|"
    rf"[一二][零一二三四五六七八九]{{3}})\s?年(?!限)"
)
_MONTH_DAY = re.compile(rf"(?<![\d个])(?P<month>{_N})\s?月\s?(?P<day>{_N})\s?[日号](?!\d)")
_UNITS = (
    r"元|个?工作日|个?自然日|个?日历[天日]|个?百分点|个?季度|个?小时|分钟|个?星期|周(?![岁边期])|个月|人次|周?岁|万?美元|万?欧元"
    r"|平方米|平米|㎡|公里|标准箱|名|人|位|户|家|个|项|件|张|台|套|种|条|例|款|支|次|期|批|级|等奖?|档|星|天|"
    r"日(?![常益前])|年|月|年度|倍|成(?![为立本果员长功熟都交分])"
    r"|亩|吨|米|座|所|间|处|场|辆|床|份|点|节|篇|只|轮|区|强|%|‰|分(?![别为之析布类工开期享级])|部|门|字|度|折|类|号"
)
_NUMBER = re.compile(
    rf"""
    (?<![0-9.]) (?P<ordinal>第)? (?P<number>{NUMBER}) \s? (?P<scale>万亿|[万亿])? (?P<vague>[余多])? \s? (?P<unit>{_UNITS})?
    """,
    re.VERBOSE,
)
_OF = re.compile(rf"(?P<of>[百千])分之(?P<number>{NUMBER})")
_TENTHS = re.compile(r"([一二三四五六七八九])成([一二三四五六七八九])")
_PART = re.compile(rf"(?P<whole>{NUMBER})分之(?P<part>{NUMBER})")
_HALF = re.compile(r"(?P<half>一半|半数|对半)|半(?=年|个月)")
_SAME = {"位": "人", "名": "人", "床": "张", "平米": "平方米", "㎡": "平方米", "等": "等奖"}
_DAYS = {"工作日": "工作日", "自然日": "天", "日历天": "天", "日历日": "天", "天": "天", "日": "天"}
_MONEY_PIECE = re.compile(r"[^。；;\n]*[万亿元块￥¥wW][^。；;\n]*")
_NOT_MONEY = re.compile(r"(?:人口|人数|用户|床位|产量|面积|人次)[一-鿿]{0,6}$")
_VAGUE = re.compile(
    rf"(?:{NUMBER}\s?[十百千万亿]*[余多几](?=[万亿元])|数[十百千万亿]+|[几数]百?千?万|上[千万亿]+)[万亿]?元?"
)
_LISTED = re.compile(r"(?:\s?(?:[、/和与或及,至到~～—–-]|以及)\s?[\d.]*)+")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of a text.

    Attributes:
        kind: what it is a number of: ``amount`` (yuan), ``percent``, ``days:工作日``, ``count:家``, ``phase``, ``date`` …
        value: canonical value: two facts are the same where kind and value are.
        start: where it begins in the text.
        end: where it ends.
    """

    kind: str
    value: str
    start: int
    end: int

    @property
    def key(self) -> tuple[str, str]:
        """What two writings of one number share."""
        return self.kind, self.value

    @property
    def is_measured(self) -> bool:
        """Whether a comparator may stand before it."""
        return self.kind.partition(":")[0] in (AMOUNT, PERCENT, MONTHS, DAYS, "count")


@lru_cache(4096)
def read_facts(text: str) -> tuple[Fact, ...]:
    """The numbers of a text in order; document numbers and clause addresses are the business of ``names``.

    >>> [f.key for f in read_facts("两千万元、0.2亿元、四成、百分之四十、60个工作日、2年")]
    [('amount', '20000000'), ('amount', '20000000'), ('percent', '40'), ('percent', '40'), ('days:工作日', '60'), ('months', '24')]
    >>> [f.key for f in read_facts("1类新药Ⅱ期，第二类器械，2025年6月30日，10家，CAR-T")]
    [('class', '1'), ('phase', 'II'), ('class', '2'), ('date', '2025-6-30'), ('count:家', '10'), ('latin', 'cart')]
    >>> [f.key for f in read_facts("由60个工作日缩减至30个")][1:]
    [('count:个', '30'), ('days:工作日', '30')]
    """
    folded = fold(text)
    found: list[Fact] = []
    for read in (_dates, _phases, _classes, _latin, _shares, _amounts, _numbers):
        for fact in read(folded):
            found.append(fact)
            folded = folded[: fact.start] + "\0" * (fact.end - fact.start) + folded[fact.end :]
    found.sort(key=lambda fact: (fact.start, fact.end))
    return tuple(_with_lent_units(fold(text), found))


def without_facts(text: str) -> str:
    """A text whose numbers are blotted out, in the same length."""
    for fact in read_facts(text):
        text = text[: fact.start] + "\ufffc" * (fact.end - fact.start) + text[fact.end :]
    return text


def _dates(text: str) -> Iterator[Fact]:
    taken: list[tuple[int, int]] = []
    for match in _DATE.finditer(text):
        year, month, day = (
            _whole(match[a] or match[b] or "") for a, b in (("year", "year"), ("month", "m"), ("day", "d"))
        )
        taken.append(match.span())
        kind, value = (DATE, f"{year}-{month}-{day}") if day else (MONTH, f"{year}-{month}")
        yield Fact(kind, value, *match.span())
    for match in _YEARS.finditer(text):
        if any(a < match.end() and match.start() < b for a, b in taken):
            continue
        for name in ("year", "last", "one"):
            if match[name]:
                yield Fact(YEAR, str(_whole(match[name])), *match.span(name))
    for match in _MONTH_DAY.finditer(text):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            yield Fact(MONTH_DAY, f"{_whole(match['month'])}-{_whole(match['day'])}", *match.span())


def _whole(written: str) -> int:
    """A year, month or day."""
    if len(written) == 4 and not written.isdecimal():
        written = "".join(str("零一二三四五六七八九".index(char)) for char in written)
    return chinese_number(written) or 0 if len(written) < 4 else int(written)


def _phases(text: str) -> Iterator[Fact]:
    if "期" not in text and "hase" not in text:
        return
    for mention in read_phases(text):
        for phase in mention.phases:
            yield Fact(PHASE, phase, mention.start, mention.end)


def _classes(text: str) -> Iterator[Fact]:
    for match in _CLASS.finditer(text):
        written = match["n"].lower()
        value = _ROMAN.get(written) or _ROMAN.get(match["n"]) or chinese_number(written)
        yield Fact(CLASS, written if "." in written else str(value or written), *match.span())
    for match in _RANK.finditer(text):
        yield Fact(RANK, match["n"] + match["of"][0], *match.span())


def _latin(text: str) -> Iterator[Fact]:
    for match in _LATIN.finditer(text):
        if re.fullmatch(r"\d+(?:\.\d+)?[wWkK]?", match.group()):
            continue
        yield Fact(LATIN, re.sub(r"[-./]", "", match.group().lower()), *match.span())


def _shares(text: str) -> Iterator[Fact]:
    for match in _TENTHS.finditer(text):
        digits = ["零一二三四五六七八九".index(match[n]) for n in (1, 2)]
        yield Fact(PERCENT, str(10 * digits[0] + digits[1]), *match.span())
    for match in _OF.finditer(text):
        if (value := parse_number(match["number"])) is not None:
            yield Fact(PERCENT, _shown(value / (10 if match["of"] == "千" else 1)), *match.span())
    for match in _PART.finditer(text):
        whole, part = parse_number(match["whole"]), parse_number(match["part"])
        if whole and part is not None and match["whole"] not in "百千":
            yield Fact(PERCENT, _shown(part / whole * 100), *match.span())
    for match in _HALF.finditer(text):
        if match["half"]:
            yield Fact(PERCENT, "50", *match.span())
        else:
            yield Fact(MONTHS, "6" if text[match.end()] == "年" else "0.5", match.start(), match.end() + 1)


def _amounts(text: str) -> Iterator[Fact]:
    for match in _VAGUE.finditer(text):
        yield Fact(VAGUE, match.group(), *match.span())
    for piece in _MONEY_PIECE.finditer(text):
        if not re.search(rf"[0-9{HAN_CHARS}]", piece.group()):
            continue
        for start, end, value in _money(piece.group(), piece.start()):
            if re.search("[元块￥¥]", text[start:end]) or not _NOT_MONEY.search(text[:start]):
                yield Fact(AMOUNT, _shown(value), start, end)


def _money(piece: str, offset: int) -> Iterator[tuple[int, int, Decimal]]:
    """Amounts of a piece; where one is foreign or negative, those of the parts that have none."""
    try:
        for amount in read_amounts(piece):
            yield offset + amount.start, offset + amount.end, amount.value
    except InputError:  # read as a number of 万美元
        parts = list(re.finditer(r"[^，,、]+", piece))
        for part in parts if len(parts) > 1 else ():
            yield from _money(part.group(), offset + part.start())


def _numbers(text: str) -> Iterator[Fact]:
    for match in _NUMBER.finditer(text):
        written, unit = match["number"], match["unit"] or ""
        arabic = written[0].isdigit()
        if not arabic and (
            not unit
            or written in ("一", "十", "百", "千", "零")
            or unit in ("分", "点", "度", "部", "门", "字", "号", "节")
        ):
            continue  # 一项, 十分, 统一: words that count nothing
        if (
            not arabic
            and re.search(r"[统唯之单逐万同专其]$|进$", text[: match.start("number")])
            and written == "一"
        ):
            continue
        value = parse_number(written)
        if value is None:
            continue
        value *= _scale(match["scale"] or "")
        if match["ordinal"]:
            yield Fact("nth", _shown(value), *match.span())
            continue
        kind, value = _measure(unit, value)
        yield Fact(kind, _shown(value), match.start(), match.end())


def _measure(unit: str, value: Decimal) -> tuple[str, Decimal]:
    """Kind and value of a number with its unit."""
    bare = unit.removeprefix("个") if unit != "个" else unit
    if bare in _DAYS:
        return f"{DAYS}:{_DAYS[bare]}", value
    if unit in ("周", "星期", "个星期"):
        return f"{DAYS}:天", value * 7
    if unit in ("年", "年度"):
        return MONTHS, value * 12
    if unit in ("个月", "季度", "个季度"):
        return MONTHS, value * (3 if "季" in unit else 1)
    if unit == "元":
        return AMOUNT, value
    if unit in ("%", "成"):
        return PERCENT, value * (10 if unit == "成" else 1)
    if unit == "‰":
        return PERCENT, value / 10
    return (f"count:{_SAME.get(bare, bare)}" if unit else "number"), value


def _with_lent_units(text: str, facts: list[Fact]) -> Iterator[Fact]:
    """由60个工作日缩减至30个: the second is one of 工作日 too; of 5、10家 and 1—2个 the first is one of the last's."""
    before: Fact | None = None
    for at, fact in enumerate(facts):
        if fact.kind == "number" and (lent := _lent(text, fact, facts[at + 1 :])):
            yield lent
            continue
        yield fact
        if (
            fact.kind == "count:个"
            and before is not None
            and before.kind.startswith((DAYS, MONTHS, "count:百分点"))
            and not re.match(r"[一-鿿A-Za-z]", text[fact.end :])
        ):
            yield Fact(before.kind, fact.value, fact.start, fact.end)
        if fact.is_measured:
            before = fact


def _lent(text: str, fact: Fact, after: list[Fact]) -> Fact | None:
    """A bare number of a list or range with the unit of the last one."""
    other = next((each for each in after if each.kind != "number"), None)
    if other is None or not other.is_measured or not _LISTED.fullmatch(text[fact.end : other.start]):
        return None
    scale = _scale(text[other.start : other.end]) if other.kind == AMOUNT else Decimal(1)
    return Fact(other.kind, _shown(Decimal(fact.value) * scale), fact.start, fact.end)


def _scale(written: str) -> Decimal:
    """What the unit of an amount multiplies by: 50万元."""
    return (YI if "亿" in written else Decimal(1)) * (WAN if "万" in written else Decimal(1))


def _shown(value: Decimal) -> str:
    """A value in its only form.

    >>> _shown(Decimal("20.0")), _shown(Decimal("2E+1")), _shown(Decimal("1.50"))
    ('20', '20', '1.5')
    """
    return f"{value.normalize():f}"
