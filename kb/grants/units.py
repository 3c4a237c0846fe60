"""What is counted and how often: 每人每月300元, 500元/人, 每张床位1万元, 一次性."""

from __future__ import annotations

import re

from corpus import Span
from kb.grants.types import Period

# 生活 of 生活补贴: what a sum is for, and nobody who gets it
SORT = re.compile(
    r"(?:一次性|基本|最高|最低)?(?:生活|交通|住房|租房|购房|安家|伙食|餐饮|就餐|培训|见习|岗位|社保|护理|取暖|高温|通讯|学费|住宿|建设|运营|装修|租金|房租|就业|创业|吸纳|求职|鉴定|社会保险|养老|医疗)(?:费|费用)?|最低|最高|其中"
)
_THING = (
    "人次|人头|人|名|户|家|标准展位|展位|床位|床|张床位|张|个百分点|个|项|件|平方米|平米|㎡|亩|公里|吨|千瓦时|千瓦|度|场次|场|台|辆|车|单(?![位个家项笔次件])|套|栋|间|座|例|所"
    "|班次|班|生|次(?!性)|标准箱|标箱|箱|架次|列|课时|学时|头|只|株|胎|孩|托位|学位|学年|年"
)
# 每人, 每张床位, 每招用1人, 每合格录用1名, 每增加1人, 每开行一列
_EACH = re.compile(
    rf"每(?!年|月|天|日|季|学年|周|半年|家企业年)(?:[一-鿿]{{0,6}}?[1一])?(?:新增|增加|招用|吸纳)?(?P<thing>{_THING})(?P<noun>床位|床)?"
)
# 户均补助2万元, 年生均1000元提高到1250元
_AVERAGE = re.compile(
    r"(?P<thing>[生户人床亩])均(?:[0-9.]+元)?(?:每年|每月|给予|补助|补贴|奖励|标准|最高|不超过|不低于|提高到|提高至|为|一次性)*$"
)
# 每增加1000万美元, 每满10万元
_EACH_SUM = re.compile(
    r"(?:每[一-鿿]{0,4}?(?P<thing>[0-9.]+[十百千]?[万亿]?(?:美元|元|亩|吨|公里|千瓦时?|平方米|人|人次))"
    r"|按[^，每0-9]{1,14}(?P<each>[0-9.]+[万亿]?(?:美元|元))(?=奖励|补助|补贴|给予))"
)
# 500元/人, 50元/天/人, 248.8元/人月, 20元/人·月
_SLASH = re.compile(rf"^\s?[/／](?:[天日月年][/／·]?)?(?P<thing>{_THING})(?!民币)")
_YEAR = re.compile(
    r"年[生户人]均|每个?(?:学|自然)?年度?(?!龄)|年度(?=最高|不超过|补|奖|给)|逐年|按年(?!度)|[/／·]人?年"
)
_MONTH = re.compile(r"每(?:个|满)?月|按月(?=[^，]{0,6}(?:给|发|补|支|\d))|[/／·]人?[·/]?月")
_DAY = re.compile(r"每[天日]|[/／·]人?[天日]")


def counted(covered: str, start: int, figure: int, end: int) -> Span | None:
    """What a sum is given for each of: the words for it between ``start`` and the sum, or behind the slash.

    >>> text = "按每张床位1万元补助"
    >>> span = counted(text, 0, 5, 8)
    >>> text[span.start:span.end]
    '床位'
    >>> counted("给予1万元", 0, 2, 5) is None
    True
    """
    slash = _SLASH.match(covered[end : end + 8])
    if slash:
        return Span(end + slash.start("thing"), end + slash.end("thing"))
    average = _AVERAGE.search(covered, start, figure)
    if average:
        return Span(*average.span("thing"))
    found = None
    for match in _EACH.finditer(covered, start, figure):
        found = match
    if found is None:
        sums = list(_EACH_SUM.finditer(covered, start, figure))
        return Span(*sums[-1].span(sums[-1].lastgroup or "thing")) if sums else None
    group = "noun" if found["noun"] else "thing"
    at = found.start(group) + (1 if found[group] == "张床位" else 0)
    return Span(at, found.end(group))


_CONDITION = re.compile(
    r"每[一-鿿]{1,10}?(?:1|一)(?P<thing>个|名|家|人|项|件|场|次|台|套|列|辆|户)(?!月|年)(?![^，]{0,8}(?:台阶|级))"
)


def counted_in_condition(covered: str, start: int, end: int) -> Span | None:
    """What a condition counts: 家 in 每引进1家企业的.

    >>> text = "每成功引进1家企业的"
    >>> span = counted_in_condition(text, 0, len(text))
    >>> text[span.start:span.end]
    '家'
    """
    found = _CONDITION.search(covered, start, end)
    found = found or re.compile(
        r"每(?:新增|增加|超过?|满)(?P<thing>[0-9.]+[十百千]?[万亿]?(?:美元|元|吨|人))"
    ).search(covered, start, end)
    return Span(*found.span("thing")) if found else None


def period(words: str) -> Period:
    """How often the words say something is given.

    >>> period("每人每月300元"), period("每年一次性给予5万元"), period("给予5万元")
    ('month', 'once', '')
    >>> period("50元/天/人"), period("248.8元/人月")
    ('day', 'month')
    """
    if "一次性" in words:
        return "once"
    if _DAY.search(words):
        return "day"
    if _MONTH.search(words):
        return "month"
    return "year" if _YEAR.search(words) else ""
