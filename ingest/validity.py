"""The first and the last day a document is in force, as its own text says."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus import NodeKind
from ingest.found import Found, day_in, span_of
from ingest.labels import Label
from ingest.mapped import Mapped
from ingest.numbering import chinese_number
from ingest.organs import read_date
from ingest.tree import Node

_DAY = (
    r"(?:(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
    r"|[一二][〇○零九一二三四五六七八]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_TYPE = (
    "办法|规定|细则|意见|措施|通知|方案|政策|条例|公告|通告|决定|规划|计划|纲要|规则|规程|章程|指南|指引|标准|要点|清单|制度"
    "|命令|令|文件|规范|法|条"
)
_TERM = r"(?:有效期限?|有效时间|执行期限?|执行时间|实施期限?|施行期限?|试行期限?|政策期限)"
_IN_FORCE = re.compile(
    rf"""
    (?: (?:自|从|于)? (?P<day>{_DAY}) (?:零时)? (?:起|开始)?                        # 自2024年3月1日起施行
      | (?:自|从) [一-鿿]{{0,8}}? (?:印发|发布|公布|颁布|下发|下文|签发|发文) (?:之日|日|当日)? 起?
        (?:满?(?P<later>{_COUNT})(?P<unit>日|天|个月|年|个工作日)(?:[以之]?后)?起?)?    # 自发布之日起30日后施行
    )
    (?:正式)?(?:开始)?(?:施行|实施|执行|生效|试行|实行)
    (?=$|[，,；。、（(：:\n]|有效|至|到|暂|期)
    """,
    re.VERBOSE,
)
_PERIOD = re.compile(
    rf"""
      {_TERM}(?:暂定)?[为是自从：:]*(?P<first>{_DAY})起?[至到—－\-～~]+(?P<last>{_DAY})   # 执行期限为2024年1月1日至2025年12月31日
    | 自(?P<since>{_DAY})起?[至到](?P<till>{_DAY})止?(?:施行|实施|执行|有效)               # 自2024年1月1日至2025年12月31日执行
    """,
    re.VERBOSE,
)
_UNTIL = re.compile(
    rf"""
      {_TERM} [，,]? (?:暂定)?为? (?:截止?)?[至到]
        (?: (?P<day>{_DAY}) | (?P<year>(?:19|20)\d\d)年(?:年?底|年?末) )            # 有效期至2026年12月31日, 有效期至2026年底
    | [至到](?P<stop>{_DAY})(?:止|失效|废止|截止)                                   # 自…起施行，至2026年12月31日止
    """,
    re.VERBOSE,
)
_LASTS = re.compile(
    rf"""
      {_TERM} [：:，,]? (?:暂定)?[为是]? (?P<from>自[一-鿿]{{0,8}}之日起)? (?P<count>{_COUNT}) (?P<unit>年|个月)  # 有效期五年
    | (?:暂行|试行)(?P<tried>{_COUNT})(?P<tried_unit>年|个月)                                                 # 试行两年
    """,
    re.VERBOSE,
)
_OWN = re.compile(
    rf"""
    (?: (?<![基根版样文资成])本[一-鿿]{{0,10}}? (?P<type>{_TYPE}) | (?:以上|上述)(?:各项)?(?P<these>措施|政策|规定|意见|标准)
      | 《(?P<quoted>[^《》]{{2,80}})》 )
    (?:（[^（）]{{1,20}}）)? (?:正式|统一|均|有关政策)? $
    """,
    re.VERBOSE,
)
_SPEAKS_OF_ITSELF = re.compile(
    rf"(?:本[一-鿿]{{0,8}}?|以上|上述)(?:{_TYPE})|解释|现(?:予)?(?:公布|发布|印发)|有效期|废止"
)
_NUMBERED = re.compile(r"^(?:第[一二三四五六七八九十百零\d]+条|[（(]?[一二三四五六七八九十\d]+[）)、.．])$")
_KEYS = ("施行", "实施", "执行", "生效", "试行", "实行", "有效")
_SENTENCE = re.compile(r"[^。；\n]+")
_MAX_SENTENCE = 400
_ATTACHMENT_RANK = -2
_OF_ITSELF = 2  # the least rank of a sentence that surely speaks of the document
_YEARS = re.compile(r"((?:19|20)\d\d)年?[—\-－–~～至]+((?:19|20)\d\d)年?")


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day in force; each None where the text does not say.

    Attributes:
        warning: what to check where the text and a label above it differ, "" where they agree.
    """

    first: Found[date] | None = None
    last: Found[date] | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one sentence says.

    Attributes:
        rank: how surely it speaks of the document itself: 3 of its kind (本办法 in a 办法), 2 otherwise; less in attachments.
        first: first day in force.
        last: last day in force.
        months: number of months it is in force from the first day, which another sentence may give.
    """

    rank: int
    first: Found[date] | None = None
    last: Found[date] | None = None
    months: Found[int] | None = None


def read_validity(
    nodes: Sequence[Node],
    titles: Sequence[Mapped],
    issued_on: Found[date] | None,
    labels: Mapping[Label, Mapped],
) -> Validity:
    """What the text says of itself, else its labels (实施日期：…), else the years of its title (2025—2027年).

    A labelled last day wins over one that is counted from a term: the publisher may have prolonged the term.

    Args:
        nodes: all nodes of the document.
        titles: titles of the policy, not of its cover notice.
        issued_on: the day from which 自印发之日起 counts.
        labels: labelled values above the text.
    """
    said = sorted(_statements(nodes, titles, issued_on), key=lambda statement: statement.rank)
    said.reverse()  # of the equally sure ones the last in the text comes first
    first = next((statement.first for statement in said if statement.first), None)
    first = first or _labelled(labels, Label.START)
    last, warning = _agreed(*_said_last(said, first), _labelled(labels, Label.END))
    years = next(filter(None, map(_years, titles)), Validity())
    if years.first and issued_on and issued_on.value > years.first.value:
        years = Validity(
            last=years.last
        )  # the plan covers the whole year, but nothing is in force before it is issued
    first, last = first or years.first, last or years.last
    return Validity(first, last, warning) if not (first and last and last.value < first.value) else Validity()


def _said_last(said: Sequence[_Statement], first: Found[date] | None) -> tuple[Found[date] | None, bool]:
    """The last day that the surest sentence gives, and whether it prints the day itself."""
    for statement in said:
        if day := _last_day(statement, first):
            return day, statement.last is not None and statement.rank >= _OF_ITSELF
    return None, False


def _agreed(
    read: Found[date] | None, is_printed: bool, labelled: Found[date] | None
) -> tuple[Found[date] | None, str]:
    """The last day to go by, and a warning where text and label differ.

    >>> day, label = Found(date(2026, 12, 5), ()), Found(date(2029, 12, 6), ())
    >>> print(_agreed(day, False, label)[1])
    网页标明失效日期为2029年12月6日，正文推算为2026年12月5日，以前者为准，请核对。
    >>> print(_agreed(day, True, label)[1])
    网页标明失效日期为2029年12月6日，正文写明2026年12月5日，以后者为准，请核对。
    >>> _agreed(None, False, label) == (label, ""), _agreed(None, False, None)
    (True, (None, ''))
    """
    if read is None or labelled is None or read.value == labelled.value:
        return read or labelled, ""
    how, which, last = ("写明", "后者", read) if is_printed else ("推算为", "前者", labelled)
    shown, other = _shown(labelled.value), _shown(read.value)
    return last, f"网页标明失效日期为{shown}，正文{how}{other}，以{which}为准，请核对。"


def _shown(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _labelled(labels: Mapping[Label, Mapped], label: Label) -> Found[date] | None:
    return day_in(labels[label]) if label in labels else None


def _years(title: Mapped) -> Validity | None:
    """The years of a title as its first and last day."""
    found = _YEARS.search(title.text)
    if found is None or int(found[1]) >= int(found[2]):
        return None
    spans = (span_of(title, *found.span()),)
    return Validity(Found(date(int(found[1]), 1, 1), spans), Found(date(int(found[2]), 12, 31), spans))


def _statements(
    nodes: Sequence[Node], titles: Sequence[Mapped], issued_on: Found[date] | None
) -> Iterator[_Statement]:
    """What each sentence of the document says of the days it is in force, in order."""
    for node in nodes:
        if node.kind in (NodeKind.HEADER, NodeKind.TITLE):
            continue
        extra = _ATTACHMENT_RANK if node.path and node.path[0].startswith("附件") else 0
        for paragraph in node.paragraphs:
            if not any(key in paragraph.text for key in _KEYS):
                continue
            goes_on = False
            for found in _SENTENCE.finditer(paragraph.text):
                rank = (
                    _rank(found.group(), titles, goes_on=goes_on)
                    if found.end() - found.start() <= _MAX_SENTENCE
                    else 0
                )
                goes_on = rank > 0
                if rank and (said := _read(paragraph.cut(*found.span()), rank + extra, issued_on)):
                    yield said


def _rank(sentence: str, titles: Sequence[Mapped], *, goes_on: bool) -> int:
    """How surely a sentence with a day or a term speaks of the document itself; 0 if it does not.

    >>> title = Mapped("投资办法", (0, 1, 2, 3))
    >>> _rank("本办法自2024年3月1日起施行", [title], goes_on=False), _rank("自印发之日起施行", [title], goes_on=False)
    (3, 2)
    >>> _rank("《税法》自2024年3月1日起施行", [title], goes_on=False), _rank("证书有效期5年", [title], goes_on=False)
    (0, 0)
    """
    found = next(filter(None, (p.search(sentence) for p in (_PERIOD, _IN_FORCE, _UNTIL, _LASTS))), None)
    if found is None:
        return 0
    head = sentence[: found.start()]
    if own := _OWN.search(head):
        return _rank_of_name(own, titles)
    if not head or _NUMBERED.match(head):
        return 2 if found.re is _IN_FORCE or goes_on else 0
    return 2 if head[-1] in "，、,：:（" and _SPEAKS_OF_ITSELF.search(head) else 0


def _rank_of_name(own: re.Match[str], titles: Sequence[Mapped]) -> int:
    """3 where the subject is the document by its kind or title, 2 where it is 本通知, 0 where it is another document."""
    kinds = [title.text for title in titles]
    if quoted := own["quoted"]:
        return 3 if any(title.endswith(quoted) or quoted.endswith(title) for title in kinds) else 0
    kind = own["type"] or own["these"]
    return 3 if any(kind in title[-30:] for title in kinds) else 2


def _read(sentence: Mapped, rank: int, issued_on: Found[date] | None) -> _Statement | None:
    """The days in a sentence that speaks of the document itself."""
    text = sentence.text
    if period := _PERIOD.search(text):
        names = ("first", "last") if period["first"] else ("since", "till")
        first, last = (_day(sentence, *period.span(name)) for name in names)
        return _Statement(rank, first, last)
    start, lasts, until = _IN_FORCE.search(text), _LASTS.search(text), _UNTIL.search(text)
    first = _first_day(sentence, start, issued_on) if start else None
    if first is None and lasts and lasts["from"]:
        first = issued_on
    months = _months(sentence, lasts) if lasts else None
    return _Statement(rank, first, _until(sentence, until) if until else None, months)


def _day(text: Mapped, start: int, end: int) -> Found[date] | None:
    day = read_date(text.text[start:end])
    return Found(day, (span_of(text, start, end),)) if day else None


def _first_day(sentence: Mapped, found: re.Match[str], issued_on: Found[date] | None) -> Found[date] | None:
    """The first day in force: as printed, or counted from the day of issue."""
    if found["day"]:
        return _day(sentence, *found.span("day"))
    if issued_on is None or found["unit"] == "个工作日":
        return None
    count = _count(found["later"]) if found["later"] else 0
    day = (
        issued_on.value + timedelta(days=count)
        if found["unit"] in (None, "日", "天")
        else _add_months(issued_on.value, count * (12 if found["unit"] == "年" else 1))
    )
    return Found(day, (span_of(sentence, *found.span()), *issued_on.spans))


def _until(sentence: Mapped, found: re.Match[str]) -> Found[date] | None:
    if found["year"]:
        return Found(date(int(found["year"]), 12, 31), (span_of(sentence, *found.span()),))
    return _day(sentence, *found.span("day" if found["day"] else "stop"))


def _months(sentence: Mapped, found: re.Match[str]) -> Found[int] | None:
    count = _count(found["count"] or found["tried"])
    months = count * (12 if (found["unit"] or found["tried_unit"]) == "年" else 1)
    return Found(months, (span_of(sentence, *found.span()),)) if months else None


def _last_day(said: _Statement, first: Found[date] | None) -> Found[date] | None:
    """The last day in force: as said, or at the end of the term that begins with the first day."""
    if said.last or not said.months or not first:
        return said.last
    return Found(_add_months(first.value, said.months.value) - timedelta(days=1), said.months.spans)


def _count(text: str) -> int:
    """A number of days, months or years, 0 if it is none.

    >>> _count("两"), _count("三十"), _count("6"), _count("十百")
    (2, 30, 6, 0)
    """
    return chinese_number(text.replace("两", "二")) or 0


def _add_months(day: date, months: int) -> date:
    """The same day so many months later, the first of the next month where that month has no such day.

    >>> _add_months(date(2024, 2, 29), 12), _add_months(date(2024, 3, 1), 60), _add_months(date(2024, 3, 31), 6)
    (datetime.date(2025, 3, 1), datetime.date(2029, 3, 1), datetime.date(2024, 10, 1))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if day.day <= monthrange(year, month)[1]:
        return date(year, month, day.day)
    return date(year + month // 12, month % 12 + 1, 1)
