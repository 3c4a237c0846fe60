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
from kb.numerals import ARABIC, FRESH, HAN_CHARS, HAN_DIGITS, NUMBER, ONE_DIGIT, fold, parse_number

WAN = Decimal(10_000)
YI = Decimal(100_000_000)
JIAO, FEN = Decimal("0.1"), Decimal("0.01")

# A word that makes 6000万 a number of things and not of yuan; each with the continuations that do not: 支 but 支持.
_COUNTED = r"""
    个 | 家(?!底|里|电|居) | 人(?!民币|员|工|力|才|社|事|防|居) | 吨 | 张 | 件 | 例(?!如|外) | 亩 | 股(?!权|份|东|本|票|金) | 剂
  | 支(?![持出付撑援]) | 片(?![区场源]) | 盒 | 台(?![湾账风资商阶]) | 套(?![用取餐利现]) | 次(?!年|日|月) | 份(?!额) | 户(?![均外籍])
  | 名(?! 义 | 下 | 校 | 牌 | 师(?!生) | 医(?![生护务药]) ) | 位(?!于|居) | 头(?!期|寸|部)
  | 只(?![能有是需要够算报给拿按占剩补批花付支发投]) | 条(?![件款]) | 辆 | 年(?![底内初度末中均薪终租费营收]) | 字(?!号|库)
  | 升(?![级至到值]) | 度(?![过假]) | 元?级 | 量级 | 种(?![子业植质猪苗养]) | 箱 | 粒(?!子) | 袋 | 瓶 | 组(?![织建成]) | 颗 | 棵
  | 株 | 册 | 倍(?!增) | 分之 | 天(?![使津]) | 小时 | 分钟 | 步(?!行) | 余[人家名张件吨] | 床(?!位[补建费奖]) | 所(?!有|以|得)
  | 项(?!目) | 号(?!召) | 羽 | 尾(?!款) | 枚 | 艘 | 座(?!谈) | 间(?!接) | 篇 | 行(?=代码) | 场(?![地所馆内外租景]) | 标准?(?=箱)
  | 公里 | 公顷 | 公斤 | 千克 | 克(?!服) | 斤 | 米 | 毫[米升克] | 里(?=长征|路|程) | 海里 | 平(?![均台摊安时阴度邑原潭稳]) | ㎡
  | 立方 | 方(?![案面向便式可能才法程]) | 桶 | [千兆]瓦 | 瓦(?!斯) | 千?伏 | 赫 | 流明 | 光年 | 英[尺寸里] | 核时 | 大卡 | 卡路里
  | 转(?=/|每分) | 像素 | 功率 | 单位 | 拷贝 | 细胞 | 积分
  | (?: [kMG]W[hH]? | kw | k?m[²³23]? | TEU | IU | [TGMKP]B )(?![A-Za-z])
  | (?: 用户 | 患者 | 粉丝 | 党员 | (?:大|中|小)?学生 | (?:高校)?毕业生 | 群众 | 居民 | 农民 | 老年?人 | 残疾人 | 劳动力 | 就业岗位
      | 市场主体 | 经营主体 | 老?百姓 | 职工 | 农户 | 学位 | 参数 | 流量 | 点击 | 藏书 | 访问量 )
    (?! [一-鿿]{0,4} (?: 补 | 奖 | 费 | 款 | 金 | 资助 ) )
  | 播放 | 下载量 | 阅读量 | 浏览量 | 块[地砖屏电内工牌]
"""
_FOREIGN = r"""
    (?: 美 | 欧 | 港 | 日 | 韩 | 澳(?:门|大利亚)? | 加(?:拿大)? | 新(?:加坡|西兰)? | 纽 )元(?![素旦件])
  | (?: 外 | 港 | 日 | 韩 | 新?台 | 澳门? | 新 | 加 | 葡 )币 | 美[金刀] | 港纸 | 英?[镑磅] | 瑞郎 | 越南盾 | 印尼盾
  | (?: 瑞[士典] | 挪威 | 丹麦 | 印度 | 巴基斯坦 | 俄罗斯 | 泰国 | 菲律宾 | 墨西哥 | 巴西 | 南非 | 马来西亚 )?
    (?: 法郎 | 克朗 | 卢布 | 卢比 | 泰铢 | 比索 | 雷亚尔 | 兰特 | 林吉特 )
  | [$€£]
"""
_FOREIGN_AFTER = rf"""
    元? (?: {_FOREIGN} ) | 刀(?![片具头]) | 欧(?![洲盟美姆])
  | (?i:USD|US\$|EUR|HKD|JPY|GBP|KRW|TWD|AUD|CAD|SGD|CHF|dollars?|euros?)(?![A-Za-z])
  | [（(] \s? (?: {_FOREIGN} | (?i:USD|EUR|HKD|JPY|GBP) ) \s? [)）]
"""
_FOREIGN_BEFORE = rf"{_FOREIGN} | (?i:USD|US\$|HK\$|EUR|HKD|JPY|GBP|KRW|TWD|AUD|CAD|SGD|CHF)"
# 元整; not 元旦, 三元锂, 5000亿元级, 圆桌 (folded: 元桌)
_JUST_YUAN = r"元(?![素旦件器论级宵桌满形柱锂化] | 宇宙 | 结构)"
_PIECE = r"块(?![地砖屏电业内工牌])"
# 元整 / 块钱 / 三块五 / 人民币 / RMB
_YUAN = rf"""
    元人民币 | {_JUST_YUAN} (?:整(?![改治合体]))? | 块钱 | (?<=[0-9万亿百千十]){_PIECE} | (?<=[wW]){_PIECE}
  | (?<=[{HAN_DIGITS}])块(?=[{HAN_DIGITS}](?:毛|角|一[斤个]|\s*(?:$|[，。；！？])))
  | 人民币 | (?i:RMB|CNY)(?![A-Za-z])
"""
_W = r"[wW](?! (?!RMB|rmb|CNY) [A-Za-z] )"
_WAN = rf"(?: 万 | {_W} )"
# 12万3千 / 十二万三千四百
_AFTER_WAN = rf"(?: (?<=[万wW]) {ONE_DIGIT}千 (?: {ONE_DIGIT}百 (?:{ONE_DIGIT}十)? )? )"
_STOP = r"(?= \s* (?: $ | [，。；;！？!?、的能可呢吗了] ) )"
# 5角 / 3毛4分 / 零5分, after 元; 3块5
_COINS = rf"""
    (?: (?<=[元块]) \s? 零? (?P<jiao>{ONE_DIGIT}) \s? (?: [角毛](?!不) 钱? | (?<=块.) (?= {_STOP} | 一[斤个] ) ) )?
    (?: (?: (?<=[角毛]) | (?<=[元块]) (?=零) ) 零? (?P<fen>{ONE_DIGIT}) \s? 分(?![之钟期]) )?
    整?
"""

# 1.2亿 / 1亿2000万 / 三千万 / 1.5个亿 / 800w / 3万5千 / 10000元 / 12元3角4分
_AMOUNT = re.compile(
    rf"""
    {FRESH}
    (?P<minus> (?<!自)(?<!肩)(?<!抱)负的? | (?<![0-9万亿元]) - )? \s?
    (?: (?P<foreign_before> {_FOREIGN_BEFORE} ) | (?P<yuan_before> 人民币 | ￥ | ¥ | (?i:RMB|CNY) ) )? \s?
    (?= [0-9{HAN_DIGITS}十廿卅] )
    (?: (?P<yi>{NUMBER}) \s? 个? \s? 亿 )?
    (?: 零? (?P<wan>{NUMBER}) \s? 个? \s? {_WAN} )?
    (?: 零? (?P<one>
        {NUMBER} (?= \s? (?: {_FOREIGN_AFTER} | {_YUAN} ) )
      | {_AFTER_WAN} (?![0-9{HAN_CHARS}])
      | (?<=[万wW]) {ONE_DIGIT}千
    ) )?
    (?(yi) | (?(wan) | (?P<bare> {NUMBER} )? ) )
    \s? (?: (?P<foreign_after> {_FOREIGN_AFTER} ) | (?P<yuan> {_YUAN} ) {_COINS} | (?P<counted> {_COUNTED} ) )?
    """,
    re.VERBOSE,
)
_SCALE = rf"[百千]? \s? (?: {_WAN} | 亿 )"
# what a vague figure ends with: 万, 千万元, 百元, 元, 块钱
_MONEY = rf"(?: {_SCALE} (?:{_JUST_YUAN})? | [百千]? \s? (?: {_JUST_YUAN} | 块钱 | {_PIECE} ) )"
_VAGUE = re.compile(
    rf"""
    {FRESH} {NUMBER} \s? (?:{_SCALE})? \s? 元? \s? (?: [-~～—–至到] ) \s? {NUMBER} \s? 个? {_MONEY}  # 5000-6000万
  | {FRESH} {NUMBER} \s? 个? (?: 多 | 余 | 来 | 几 | 把 ) 个? \s? {_MONEY}         # 6000多万, 1个多亿, 百把万, 100多元
  | {FRESH} {NUMBER} \s? 个? {_SCALE} (?: 多(?![少个家年]) | 余(?![额款下人家名张件吨]) | 出头 | 有余 ) 元?  # 6000万多
  | {FRESH} {NUMBER} \s? 个? {_SCALE} 元? \+ (?! \s? [0-9] )                      # 6000万+
  | (?: 好几 | 十几 | 几 | (?<![人次倍系函总户件参])数 | (?<![千以网线])上 )
    (?: [十百千]* \s? 个? \s? [万亿] 元? | [十百千]+ (?: {_JUST_YUAN} | 块钱 ) )       # 几千万, 上亿, 几百元
  | (?<![{HAN_CHARS}0-9]) [万亿] 余元                                              # 万余元
  | (?: (?<![附最临])近 | 超过? | 逾 | (?<![通经超])过 ) [十百千]{{0,2}} [万亿] (?![别不要勿]) 元?  # 近千万, 超亿元
  | {FRESH} [{HAN_DIGITS[1:]}]{{2}} [十百千]? \s? 个? [万亿] 元?                   # 五六千万, 三四个亿
  | (?<![0-9.])(?<![0-9]、) [0-9] \s? 、 \s? [0-9] \s? {_MONEY}                   # 2、3千万
  | (?<![0-9.]) [0-9]+ (?: \s? [，,] \s? [0-9]+ )+ \s? {_SCALE} 元?                # 1，500万; 1000,2000万
  | (?<![0-9.]) [0-9]{{1,3}} (?: ， [0-9]{{3}} )+ \s? {_JUST_YUAN}                 # 60，000，000元
  | {FRESH} {NUMBER} \s? 个? {_SCALE} \s? [0-9]+ (?! \s? [0-9.,年月日号期类个家项款种例张岁%万亿元块十百千] )  # 1亿2, 3万5
  | {FRESH} {NUMBER} \s? 个? {_SCALE} (?! {_AFTER_WAN} {_STOP} ) [0-9{HAN_DIGITS}] [{HAN_DIGITS}十百千]* {_STOP}  # 一亿二, 1万2百
  | {FRESH} {NUMBER} \s? 个? 亿 \s? [0-9{HAN_DIGITS}]千 (?! [0-9{HAN_CHARS}]* \s? [万元块] )  # 1亿2千
  | {FRESH} [0-9]+ (?: [ ] [0-9]{{3}} )+ \s? (?: {_SCALE} 元? | 元 )                       # 6 000万
  | {FRESH} {NUMBER} \s? (?: 万 \s? 亿 | 个? \s? 亿 \s+ {NUMBER} \s? 万 )            # 1万亿; 1亿 6000万 (one or two?)
  | 半 \s? 个? \s? 亿 | {NUMBER} \s? 个 \s? 半 \s? 亿                               # 半亿
    """,
    re.VERBOSE,
)
_LISTED = rf"(?: {ARABIC} | [{HAN_CHARS}]* [十百千廿卅] [{HAN_CHARS}]* )"
# 1000、2000、3000万元 / 100、200元 / 一千、二千万元: one scale for the whole list; `_items` tells it from an item's number
_SHARED_SCALE = re.compile(
    rf"""
    (?: (?P<foreign_before> {_FOREIGN_BEFORE} ) \s? | (?<![0-9.第{HAN_CHARS}])(?<![0-9{HAN_CHARS}][、/和与或及,]) )
    (?P<head> (?: {_LISTED} \s? (?: [、/和与或及] | 或者 | 以及 ) \s? )+ )
    (?P<last> {_LISTED} ) \s?
    (?P<scale> {_WAN} | 亿 )? \s? (?: (?P<foreign_after> {_FOREIGN_AFTER} ) | {_JUST_YUAN} | (?(scale) | (?!) ) )
    """,
    re.VERBOSE,
)
_BEFORE_FOREIGN = re.compile(rf"(?:{_FOREIGN_BEFORE})\s?$", re.VERBOSE)
_AFTER_FOREIGN = re.compile(rf"\s?(?:{_FOREIGN_AFTER})", re.VERBOSE)
_ITEM = re.compile(_LISTED, re.VERBOSE)
_THINGS = re.compile(rf"\s?(?:{_COUNTED})", re.VERBOSE)
_BARE = re.compile(rf"(?P<minus>负的?|-)?\s?(?P<figure>{ARABIC})")
_GROUPED_WELL = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])\s?[百千]?\s?[万亿wW]元?")
# 每斤八角钱 / 5毛3分钱; 一毛钱 is a way to say nothing
_SMALL_CHANGE = re.compile(
    rf"(?<![0-9.{HAN_CHARS}元块])(?P<jiao>[2-9{HAN_DIGITS[2:]}])[角毛](?:(?P<fen>{ONE_DIGIT})分)?钱"
)
# numerals in words that are no amounts, and scales of maps: 十万火急, 1:5万地形图
_WORDS = re.compile(
    rf"十万(?:火急|大山|八千里)|(?<![0-9])1\s?[:：∶]\s?{ARABIC}\s?万(?=比例尺|地形|地质|区域|地图|测图|水文|土壤|图)"
)
# what a number without 元 right after it counts: 常住人口超过1000万, 阅读量10万
_MEASURED = re.compile(
    r"""
    (?<![每个位名家] )
    (?: (?: 人口 | 人数 | 人次 | 产量 | 销量 | 面积 | [播阅读浏览访问下载点击]{2,3}量 | 粉丝数? ) (?: 约 | 近 )?
      | (?: 用户数? | 会员数? | 产能 | 学位 ) (?= 达 | 超 | 突破 | 近 | 约 | 有 | 为 | 不 | 过 ) )
    (?: 已 | 约 | 近 | 将近 | 超过? | 突破 | 达到? | 为 | 有 | 过 | 不低于 | 不少于 | 不超过 | 合计 | 累计 )* \s? $
    """,
    re.VERBOSE,
)


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
    taken: list[tuple[int, int]] = [match.span() for match in _WORDS.finditer(folded)]
    for match in _VAGUE.finditer(folded):
        if _GROUPED_WELL.fullmatch(match[0]):
            continue
        taken.append(match.span())
        before = _BEFORE_FOREIGN.search(folded[max(0, match.start() - 8) : match.start()])
        after = _AFTER_FOREIGN.match(folded, match.end())
        if before or after:
            raise _foreign(
                text[match.start() - len(before[0] if before else "") : after.end() if after else match.end()]
            )
        if not _THINGS.match(folded, match.end()):
            found.append(VagueAmount(match.start(), match.end(), text[match.start() : match.end()]))
    for match in _SHARED_SCALE.finditer(folded):
        if _free(match.span(), taken) and (items := _items(match)):
            taken.append((items[0].start(), match.end()))
            found.extend(_shared(match, items, text))
    for pattern, read in ((_AMOUNT, _exact), (_SMALL_CHANGE, _small_change)):
        for match in pattern.finditer(folded):
            if (pattern is _SMALL_CHANGE or _is_money(match)) and _free(match.span(), taken):
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
    return bool(_MEASURED.search(folded[max(0, found.start - 16) : found.start]))


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
    items = [*_ITEM.finditer(text, match.start("head"), match.end("last"))]
    values = [parse_number(item[0]) for item in items]
    if None in values or _THINGS.match(text, match.end()):
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
