"""Days that a query restricts the search to: in force on a day, issued between two.

还有效吗 and 有效期到哪天 ask about the matter and restrict nothing; a year in a title is no day either.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from corpus import Span
from ingest.numbering import chinese_number
from kb.numerals import fold
from kb.query.conditions import Condition, Days, Kind

_TEXTS = r"(?:政策文件|政策|文件|规定|条款|办法|措施|条例|法规|规章|通知|意见|细则)"
_NEXT = rf"(?=[一-鿿]{{0,8}}?{_TEXTS}|[\s，,、。；;？?！!\0]|有哪些|都?有什么|$)"
_YEAR = r"(?P<year{n}>(?:19|20)\d\d)\s?(?:年|[-./])"
_MONTH = r"\s?(?P<month{n}>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s?(?:月份?|[-./]|(?!\d))"
_DAY = r"\s?(?P<day{n}>\d{{1,2}})\s?[日号]?"
_DATE = rf"{_YEAR}(?:{_MONTH}(?:{_DAY})?)?"  # 2023年, 2023年6月, 2023年6月1日, 2023-06-01
_RELATIVE = r"今年|本年度?|去年|上一?年度?|前年|本月|这个月|上个?月|今天|昨天"
_POINT = rf"(?:{_DATE.format(n=1)}|(?P<relative>{_RELATIVE}))"
_IN_FORCE_ON = re.compile(
    rf"""
    (?<![\d\-至到—~－]) (?:截至|截止到?|到|在)? \s? {_POINT} (?P<end>底|末|年底|年末)? \s?
    (?:的?时候?|当时|当天|时|内|期间|前)?? (?:仍然?|还|依然|继续)?在?
    (?: (?:现行)?有效 | (?:没有?|未)(?:失效|废止|过期) )
    (?: 的{_NEXT} | (?=\s|$) )
    """,
    re.VERBOSE,
)
_NOW = re.compile(
    rf"""
    (?: (?P<lead>目前|现在|当前|如今|现阶段|至今|迄今|今天)? (?P<still>仍然?|还|依然)?在?
        (?: 现行有效 | 有效期内 | 正在(?:施行|执行|实施) | (?:施行|执行|实施|生效)中 | 没过期 | 未过期 | 没失效 | 未失效 | 未废止 )
        (?: 的{_NEXT} | (?={_TEXTS}) | (?=[\s\0，,、。；;]|$) )
      | (?: 目前|现在|当前|至今|迄今 )?(?: 仍然?|还|依然|继续 )有效 的 {_NEXT}
      | (?: 目前|现在|当前 )有效 的? {_NEXT}
      | (?<![一-鿿]) 有效的 {_NEXT}
      | 现行 的? (?=政策文件|政策|文件|条款|法规|规章)
    )
    """,
    re.VERBOSE,
)
_ISSUED_VERB = r"(?:印发|发布|发文|出台|下发|公布|颁布|制定|制发|发出|颁发|通过)"
_DAY_2 = _DATE.format(n=2)
_ISSUED = re.compile(
    rf"""
    (?<![\d\-至到—~－年]) (?:在|于|自|从)? \s?
    (?: (?P<from>(?:19|20)\d\d) \s?(?:至|到|-|—{{1,2}}|~|－)\s? {_DATE.format(n=3)}     # 2021-2023年
      | {_POINT} (?: \s?(?:至|到|-|—|~|－)\s? {_DAY_2} )?
        (?P<at_end>年?[底末])? \s? (?P<side>及?以前|之前|前|及?以后|之后|后|以来|起|至今|开始|间|期间)?
      | (?:最近|近|过去)(?P<span>\d{{1,2}}|[一二两三四五六七八九十])(?P<unit>年|个月|天)(?:来|内|以来|间)?
    )
    \s? (?:所|新|由[一-鿿]{{2,12}})? (?: {_ISSUED_VERB}的{_NEXT} | 发的(?=文件|通知|政策|办法)
      | (?<=以前|以后|之前|之后|以来|至今)的(?=文件|通知|政策文件) )
    """,
    re.VERBOSE,
)
_DENIED = re.compile(r"(?:除了?|非|不是)$")
_ASKS = re.compile(r"(?:什么|哪个?|哪些?|几)(?:时候|天|年|日期|月)|何时|多久|是否|吗|还有没有")


def read_days(text: str, today: date) -> Iterator[Condition]:
    """Days that a text restricts the search to.

    Args:
        text: as typed, with what was understood already blotted out.
        today: the day the query is typed.
    """
    text = fold(text)
    if _ASKS.search(text):
        return
    taken: list[Span] = []
    for match in _ISSUED.finditer(text):
        days = _issued(match, today)
        if days is not None and not _DENIED.search(text[: match.start()]):
            taken.append(_span(match))
            yield _issued_condition(days, taken[-1])
    for match in _IN_FORCE_ON.finditer(text):
        within = _stretch(match, "1", today)
        if within is not None and _free(match, taken) and not _DENIED.search(text[: match.start()]):
            first, last = within
            first = last if match["end"] or match.group().startswith(("截至", "截止", "到")) else first
            if first <= today <= last:
                first = last = today
            taken.append(_span(match))
            yield _in_force(first, last, taken[-1])
    for match in _NOW.finditer(text):
        if _free(match, taken) and not _DENIED.search(text[: match.start()]):
            taken.append(_span(match))
            yield _in_force(today, today, taken[-1])


def _span(match: re.Match[str]) -> Span:
    said = match.group()
    return Span(match.end() - len(said.lstrip()), match.start() + len(said.rstrip()))


def _free(match: re.Match[str], taken: list[Span]) -> bool:
    return all(match.end() <= span.start or span.end <= match.start() for span in taken)


def _in_force(first: date, last: date, span: Span) -> Condition:
    if first == last:
        written, label = first.isoformat(), f"现行有效（{first.isoformat()}）"
    else:
        written = f"{first.isoformat()}..{last.isoformat()}"
        label = f"{first.isoformat()} 至 {last.isoformat()} 之间有效"
    return Condition(Kind.IN_FORCE, f"in_force:{written}", label, span, Days(first, last))


def _issued_condition(days: Days, span: Span) -> Condition:
    first, last = (day.isoformat() if day else "" for day in (days.first, days.last))
    label = f"印发日期不早于 {first}" if first else f"印发日期不晚于 {last}"
    if first and last:
        label = f"印发日期 {first} 至 {last}"
    return Condition(Kind.ISSUED, f"issued:{first}..{last}", label, span, days)


def _issued(match: re.Match[str], today: date) -> Days | None:
    if match["span"]:
        return Days(_ago(match["span"], match["unit"], today), today)
    if match["from"]:
        end = _stretch(match, "3", today)
        first = date(int(match["from"]), 1, 1)
        return Days(first, end[1]) if end and first <= end[1] else None
    within = _stretch(match, "1", today)
    if within is None:
        return None
    first, last = within
    if match["year2"]:
        until = _stretch(match, "2", today)
        return Days(first, until[1]) if until and first <= until[1] else None
    side = (match["side"] or "").removeprefix("及")
    if side in ("以前", "之前", "前"):
        included = match["at_end"] or (match["side"] or "").startswith("及")  # 2023年底前, 6月及以前
        return Days(None, last if included else first - timedelta(days=1))
    if side in ("以后", "之后", "后", "以来", "起", "至今", "开始"):
        return Days(first, None)
    return Days(first, last)


def _ago(count: str, unit: str, today: date) -> date | None:
    number = 2 if count == "两" else chinese_number(count) or 0
    if unit == "天":
        return today - timedelta(days=number)
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "年" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _stretch(match: re.Match[str], n: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a match names: a day, a month or a year; None for one that cannot be."""
    groups = match.groupdict()
    if groups.get("relative") and n == "1":
        return _relative(groups["relative"], today)
    year = int(groups[f"year{n}"])
    month = chinese_number(groups[f"month{n}"]) or 0 if groups[f"month{n}"] else 0
    day = int(groups[f"day{n}"] or 0)
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except (ValueError, calendar.IllegalMonthError):
        return None


def _relative(word: str, today: date) -> tuple[date, date]:
    if word in ("今天", "昨天"):
        day = today if word == "今天" else today - timedelta(days=1)
        return day, day
    if "月" in word:
        end = today if word in ("本月", "这个月") else today.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end.replace(day=calendar.monthrange(end.year, end.month)[1])
    back = {"今": 0, "本": 0, "去": 1, "上": 1, "前": 2}[word[0]]
    return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
