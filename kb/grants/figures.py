"""Sums of money and shares in a phrase, with the words around them that make each a limit or a threshold."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from corpus import InputError, Span
from kb.grants.sentences import COVER, Phrase
from kb.grants.types import Bound
from kb.money import WAN, YI, read_amounts
from kb.numerals import ARABIC, NUMBER, parse_number

MONEY, SHARE = "money", "share"
_TO = r"\s?(?:-|~|～|—{1,2}|–|至|到)\s?"
_UNIT = r"(?:[十百千]?[万亿]?元|[百千]?[万亿](?!人|户|家|个|吨|台|套|件|亩|平)元?)"
# 15-20万元, 30万元至50万元
_MONEY_RANGE = re.compile(
    rf"(?<![0-9.第])(?P<low>{NUMBER})\s?(?P<low_unit>{_UNIT})?{_TO}(?P<high>{NUMBER})\s?(?P<unit>{_UNIT})"
)
# 10%—20%, 10-20%
_SHARE_RANGE = re.compile(rf"(?<![0-9.])(?P<low>{ARABIC})\s?%?{_TO}(?P<high>{ARABIC})\s?%")
# 5%, 百分之五, 1‰, 千分之一
_SHARE = re.compile(
    rf"(?<![0-9.])(?P<hundredth>{ARABIC})\s?%|百分之(?P<han>{NUMBER})|(?<![0-9.])(?P<thousandth>{ARABIC})\s?‰|千分之(?P<mille>{NUMBER})"
)
_SHARE_OF_WORK = re.compile(r"[^，]{0,3}(?:进度|股权|股份)")
# 1.5个百分点的贴息; points of growth are no share
_POINTS = re.compile(rf"(?<![0-9.])(?P<points>{ARABIC})\s?个百分点(?=[^，]{{0,12}}(?:贴息|利息))")
# 由每人每月180元提高到200元: the old figure
_OLD_AFTER = re.compile(
    r"(?:/\w+)?(?:分别|均|统一|逐步|相应)?(?:提高|上调|调整|调增|增加|提升|扩大|降低|下调|降)(?:到|至|为)"
)
# 500万美元, 300万港币: given or asked for, it is not counted in yuan
FOREIGN = re.compile(
    rf"(?:{NUMBER})\s?[百千]?[万亿]?\s?(?:美元|美金|欧元|港币|港元|日元|英镑|韩元|澳元|加元|新台币|外币)(?!折)"
)
_CAP = re.compile(
    r"最高(?!人民|检|法|院|学历)|最多|至多|上限|封顶|限额(?!范围)|不(?:得|能|应)?(?:超过|高于|大于|多于)|(?<!得)不超|控制在"
)
_FLOOR = re.compile(
    r"不(?:得|能|应)?(?:低于|少于|小于)|至少|最低(?!生活|工资|保障|缴费|收入|价|社会|标准)|最少|起步"
)
# 50万元以内给予, 在5%以内的比例, 控制在10万元以内; not 500万元以内的，or 1000万元以下的给予
_CAP_AFTER = re.compile(
    rf"{COVER}*(?:的?(?:上限|封顶|为限|为上限)|(?:以内|之内|限额内|内)(?=给予|予以|一次性|据实|补|奖|资|$)"
    r"|(?:以内|之内|限额内|以下)(?=的(?:比例|标准|额度|幅度|补|奖|资|贴|支持|经费)))"
)
_BETWEEN = re.compile(rf"(?:{COVER}|\s|以上|及以上)*(?:-|~|～|—{{1,2}}|–|至|到|、)?\s?")
_SHARE_WITHIN = re.compile(r"(?:以内|之内)?的部分")  # 年度利润总额12%以内的部分
# 1000万元及以上, 30人（含）以下, 500万元起, 之间
_STEP_AFTER = re.compile(
    rf"{COVER}*\s?(?:[（(]?含[)）]?)?(?:\s?(?:及|\(含\))?(?:以上|以下|之上|之下|以外)|起(?!步)|之间|的?部分|(?:以内|之内)的?$)"
)
# 达到1000万元, 增速超过10%, 满2000元, 投资额为, 同比增长
_STEP_BEFORE = re.compile(
    r"""(?<![得能不应])(?:超过?|高于|大于|低于|小于|少于|多于) | (?<![可高])达到? | 不?满 | 不足 | 突破 | 增长 | 增速 | 增幅 | 同比 | 占比?
      | (?:的|部分)前$ | 上浮 | 下浮 | 浮动 | 递增 | 递减 | (?:另|再|额外)加 | 加成   # 另加10%: of what was given
      | 每(?:新增|增加|超过|满|完成|实现|投入|到账)?$
      | (?:营业|销售|主营)?(?:收入|产值|投资额?|销售额|营收|税收|注册资本|资产)(?:在|为|不低于|不少于|不超过)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A figure of a phrase before it is known to be given.

    Attributes:
        kind: ``money`` or ``share``.
        value: yuan, or a share of one.
        start: where its words begin.
        end: where they end.
        bound: limit, floor or neither.
        threshold: whether its neighbours make it a condition (以上, 达到).
    """

    kind: str
    value: Decimal
    start: int
    end: int
    bound: Bound
    threshold: bool

    @property
    def span(self) -> Span:
        """Its words."""
        return Span(self.start, self.end)


def read_found(covered: str, phrase: Phrase) -> list[Found]:
    """The figures of one phrase in order.

    >>> words = "对投资1000万元以上的按5%给予最高50万元补助"
    >>> [(str(f.value), f.bound, f.threshold) for f in read_found(words, Phrase(0, len(words), ""))]
    [('10000000', 'exact', True), ('0.05', 'exact', False), ('500000', 'max', False)]
    >>> [str(f.value) for f in read_found("奖励15-20万元、100万美元", Phrase(0, 16, ""))]
    ['150000', '200000']
    """
    words = covered[phrase.start : phrase.end]
    raw = sorted(_raw(words), key=lambda each: each[2])
    found: list[Found] = []
    last = reach = 0
    for number, (kind, value, start, end, given) in enumerate(raw):
        following = raw[number + 1][2] if number + 1 < len(raw) else len(words)
        before, after = words[last:start], words[end : max(end, following)]
        if found and _OLD_AFTER.match(before):  # 上限由50%提高至70%: 上限 is said of both
            before = words[reach:last] + before
        reach = last
        within = kind == SHARE and bool(_SHARE_WITHIN.match(after))
        bound: Bound = given or ("max" if within else _bound(before, after))
        threshold = not within and _is_threshold(before, after, words[end:])
        if found and re.fullmatch(r"\s?(?:、|和|或|及|与|/)?\s?", before):
            listed = found[-1]
            bound = listed.bound if bound == "exact" and not given else bound
            threshold = threshold or (listed.threshold and listed.kind == kind and not given)
        elif (
            found
            and re.match(r"\s?、", before)
            and found[-1].kind == kind
            and not _GIVES_AGAIN.search(before)
        ):
            bound = found[-1].bound if bound == "exact" and not given else bound  # 最高为甲50万元、乙30万元
        found.append(Found(kind, value, phrase.start + start, phrase.start + end, bound, threshold))
        last = end
    for number in reversed(range(len(found) - 1)):
        if _goes_with(covered, found[number], found[number + 1]):
            found[number] = replace(found[number], threshold=True)
    return found


def _goes_with(covered: str, one: Found, nearby: Found) -> bool:
    """Whether this is of one range or list with a threshold: 500万元至1000万元以下, 由10元、20元提高到15元、25元."""
    between = covered[one.end : nearby.start]
    return nearby.threshold and nearby.kind == one.kind and bool(_BETWEEN.fullmatch(between))


_Raw = tuple[str, Decimal, int, int, Bound | None]


def _raw(words: str) -> list[_Raw]:
    """Ranges first, each of which hides its figures, then single ones."""
    found: list[_Raw] = []
    masked = FOREIGN.sub(lambda m: COVER * len(m[0]), words)
    for kind, pattern in ((MONEY, _MONEY_RANGE), (SHARE, _SHARE_RANGE)):
        for match in pattern.finditer(masked):
            ends = _ends(kind, match)
            if ends:
                found.append((kind, ends[0], match.start(), _low_to(match), "min"))
                found.append((kind, ends[1], match.start("high"), match.end(), "max"))
        masked = pattern.sub(lambda m: COVER * len(m[0]), masked)
    for match in _SHARE.finditer(masked):
        value = parse_number(match["hundredth"] or match["han"] or match["thousandth"] or match["mille"])
        if value is not None and not _SHARE_OF_WORK.match(masked, match.end()):
            scale = 100 if match["hundredth"] or match["han"] else 1000
            found.append((SHARE, value / scale, match.start(), match.end(), None))
    for match in _POINTS.finditer(masked):
        value = parse_number(match["points"])
        if value is not None:
            found.append((SHARE, value / 100, match.start(), match.end(), None))
    try:
        amounts = read_amounts(masked)
    except InputError:  # a negative or malformed sum: nothing certain in this phrase
        return [each for each in found if each[0] == SHARE]
    return found + [
        (MONEY, each.value, each.start, each.end, None) for each in amounts if each.text[-1] in "元整币块亿万"
    ]


def _low_to(match: re.Match[str]) -> int:
    """Where the words of the lower end stop."""
    unit = match.groupdict().get("low_unit")
    return match.end("low_unit") if unit else match.end("low")


def _ends(kind: str, match: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """Both ends of a range, None where they do not rise."""
    low, high = parse_number(match["low"]), parse_number(match["high"])
    if low is None or high is None:
        return None
    if kind == SHARE:
        low, high = low / 100, high / 100
    else:
        low, high = low * _scale(match["low_unit"] or match["unit"]), high * _scale(match["unit"])
    return (_plain(low), _plain(high)) if low < high else None


def _scale(unit: str) -> Decimal:
    """What a unit multiplies by.

    >>> str(_scale("千万元")), str(_scale("元"))
    ('10000000', '1')
    """
    scale = WAN if "万" in unit else YI if "亿" in unit else Decimal(1)
    for char, times in (("十", 10), ("百", 100), ("千", 1000)):
        scale *= times if char in unit else 1
    return scale


def _plain(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value


def _bound(before: str, after: str) -> Bound:
    """By the word nearest before the figure, else by what follows it."""
    cap = max((found.end() for found in _CAP.finditer(before)), default=-1)
    floor = max((found.end() for found in _FLOOR.finditer(before)), default=-1)
    within = re.match(rf"{COVER}*(?:以内|之内)", after) and _GIVES.search(before)
    if _CAP_AFTER.match(after) or within or cap > floor:
        return "max"
    return "min" if floor > cap else "exact"


_GIVES_AGAIN = re.compile(r"给予|予以|奖励|补助|补贴|资助")
# what a sum is given as: 50万元的奖励, 5%的补贴
GIVEN_AS = r"奖|补|资助|贴|支持|扶持|津贴|经费|安家|生活费|减免|优惠|救助|报销|返还|标准|比例|费用|资金|额度|扣除|救济|慰问|抚恤|保费"
_PLAIN_END = re.compile(rf"{COVER}*的{COVER}*$|{COVER}*的(?!{COVER}*[^，]{{0,16}}(?:{GIVEN_AS}))")
# 10万元以下的补贴3000元, 10万元至20万元的奖励1万元
_CONDITION_OF = re.compile(
    rf"{COVER}*(?:及?以[上下内]|之间)?{COVER}*的(?:企业|项目|单位|个人|家庭|机构)?[，]?"
    r"(?:按|分别|一次性|每[人户家个台辆套亩]|最高|给予|予以|奖励|补助|补贴|资助|奖补)[^，]{0,12}?[0-9]"
)
_GIVES = re.compile(
    r"给予|予以|奖励|奖补|补助|补贴|资助|贴息|按|最高|返还|发放|减免|每[人户名家个张亩平床]|标准"
)


def _is_threshold(before: str, after: str, rest: str) -> bool:
    """Whether the words next to a figure make it a condition."""
    if re.search(rf"(?<!目)的{COVER}*$|基础上$", rest):
        return True  # 返还金额不超过1万元的，对获得省级奖励50万元的，
    if _OLD_AFTER.match(after):
        return True
    if not _GIVES.search(before) and _CONDITION_OF.match(rest):
        return True
    if _STEP_AFTER.match(after) and not _CAP_AFTER.match(after):
        return True
    if re.fullmatch(rf"{COVER}*(?:以内|之内|内)", after) and not (
        _GIVES.search(before) or _CAP.search(before)
    ):
        return True
    step = max((found.end() for found in _STEP_BEFORE.finditer(before)), default=-1)
    gives = max((found.end() for found in _GIVES.finditer(before)), default=-1)
    if step > gives:
        return True
    return gives < 0 and bool(_PLAIN_END.match(rest))
