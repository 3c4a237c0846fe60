"""What a document says of itself: title, 文号, issuers, dates, region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from corpus import NodeKind
from corpus.register import RegisterEntry
from ingest.numbering import chinese_number
from ingest.organs import is_organ_line, read_date
from ingest.tree import Node

_DOC_NUMBER = re.compile(r"([一-鿿]{1,14}?)[〔\[（【]\s*((?:19|20)\d\d)\s*[〕\]）】]\s*(?:第)?\s*(\d+)\s*号")
_ISSUES = re.compile(r"(?:印发|发布|公布|转发)(?:<|《)?(.+?)(?:》)?的(?:通知|公告|通告|决定)$")
_NOW_ISSUED = re.compile(
    r"现将《(?P<sent>[^《》]{4,80})》.{0,12}(?:印发|发布|公布|转发)|^《(?P<passed>[^《》]{4,80})》已.{2,60}(?:印发|发布|公布)"
)
_YEARS = re.compile(r"((?:19|20)\d\d)\s*[—\-－–~～至]+\s*((?:19|20)\d\d)\s*年")
_IN_FORCE = re.compile(
    r"自(?:(?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)|(?:本[一-鿿]{2})?(?:印发|发布|公布)之日)起(?:施行|实施|执行|生效)"
)
_UNTIL = re.compile(r"有效期(?:限)?(?:至|到|截至)((?:19|20)\d\d年\d{1,2}月\d{1,2}日)")
_FOR_YEARS = re.compile(r"有效期(?:限)?为?(\d{1,2}|[一二三四五六七八九十]{1,2})年")
_PROVINCE_NAMES = """
北京市 天津市 上海市 重庆市 河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省 河南省
湖北省 湖南省 广东省 海南省 四川省 贵州省 云南省 陕西省 甘肃省 青海省 台湾省 内蒙古自治区 广西壮族自治区 西藏自治区
宁夏回族自治区 新疆维吾尔自治区 香港特别行政区 澳门特别行政区
"""
_PROVINCES = tuple(_PROVINCE_NAMES.split())


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts read from the text; fields as in PolicyDocument."""

    title: str = ""
    notice_title: str = ""
    doc_number: str = ""
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    region: str = ""


def normalise_doc_number(text: str) -> str:
    """The first 文号 in a text in its normal form, "" if there is none.

    >>> normalise_doc_number("鲁科字[2024] 137 号"), normalise_doc_number("依照国发（2019）第4号文"), normalise_doc_number("137号")
    ('鲁科字〔2024〕137号', '依照国发〔2019〕4号', '')
    """
    found = _DOC_NUMBER.search(text)
    return f"{found[1]}〔{found[2]}〕{found[3]}号" if found else ""


def read_metadata(nodes: Sequence[Node]) -> Metadata:
    """Read the metadata from the nodes of a document; what the text does not say stays empty."""
    front = []
    for node in nodes:
        if node.kind is NodeKind.CLAUSE:
            break
        front.append(node)
    notice_title, title = _titles(front)
    issuers = _issuers(nodes, notice_title or title)
    issued_on = _issued_on(nodes)
    first, last = _in_force(nodes, title, issued_on)
    return Metadata(
        title=title,
        notice_title=notice_title,
        doc_number=_own_number(front),
        issuers=issuers,
        issued_on=issued_on,
        effective_from=first,
        effective_to=last,
        region=_region(issuers, title),
    )


def merge(read: Metadata, entry: RegisterEntry | None) -> tuple[Metadata, list[str]]:
    """The register's values over those read, and a warning for each that contradicts the text."""
    if entry is None:
        return read, []
    warnings = []
    merged = {}
    for field in fields(Metadata):
        ours, theirs = getattr(read, field.name), getattr(entry, field.name)
        if theirs and ours and theirs != ours:
            warnings.append(
                f"登记表的 {field.name} 是“{_show(theirs)}”，原文读出的是“{_show(ours)}”，以登记表为准。"
            )
        merged[field.name] = theirs or ours
    return Metadata(**merged), warnings


def _show(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _lines(nodes: Iterable[Node], *kinds: NodeKind) -> list[str]:
    return [line.text for node in nodes if node.kind in kinds for line in node.paragraphs]


def _titles(front: Sequence[Node]) -> tuple[str, str]:
    """Title of the cover notice ("" if there is none) and of the policy itself."""
    titles = _lines(front, NodeKind.TITLE)
    if titles and (issued := _ISSUES.search(titles[0])):
        inner = issued[1].strip("《》<>〈〉").replace("》《", "、")
        return titles[0], next((t for t in titles[1:] if t == inner), inner)
    if titles:
        return "", titles[0].strip("《》")
    body = _lines(front, NodeKind.BODY)
    named = next((found for line in body if (found := _NOW_ISSUED.search(line))), None)
    if named:
        return "", named["sent"] or named["passed"]
    return "", body[0].strip("#《》 ") if body and _could_be_title(body[0]) else ""


def _could_be_title(line: str) -> bool:
    """Whether a first line of unusual wording can serve as a title: short, and no sentence or salutation."""
    return 4 <= len(line) <= 60 and not re.search(r"[，。；：:！]", line)


def _own_number(front: Sequence[Node]) -> str:
    numbers = (normalise_doc_number(line) for line in _lines(front, NodeKind.HEADER))
    return next(filter(None, numbers), "")


def _issuers(nodes: Sequence[Node], title: str) -> tuple[str, ...]:
    """Organs of the header, else of the first signature, else the one the title begins with."""
    for node in sorted(nodes, key=lambda node: node.kind is not NodeKind.HEADER):
        if node.kind not in (NodeKind.HEADER, NodeKind.SIGNATURE):
            continue
        lines = [line.text for line in node.paragraphs]
        names = [line for line in lines if is_organ_line(line)]
        if names and not any("印发" in line for line in lines):  # that is who printed it
            return tuple(dict.fromkeys(names))
    organ = title.partition("关于")[0]
    return (organ,) if organ != title and is_organ_line(organ) else ()


def _issued_on(nodes: Sequence[Node]) -> date | None:
    lines = _lines(nodes, NodeKind.SIGNATURE) + _lines(nodes, NodeKind.HEADER)
    dated = [(line, day) for line in lines if (day := read_date(line))]
    printed = next((day for line, day in dated if "印发" in line), None)
    return printed or (dated[0][1] if dated else None)


def _in_force(nodes: Sequence[Node], title: str, issued_on: date | None) -> tuple[date | None, date | None]:
    """First and last day in force: as the text says, else the years of the title."""
    years = _YEARS.search(title)
    first = date(int(years[1]), 1, 1) if years else None
    last = date(int(years[2]), 12, 31) if years else None
    for node in reversed(nodes):
        text = "".join(paragraph.text for paragraph in node.paragraphs)
        if found := _IN_FORCE.search(text):
            start = read_date(found["day"]) if found["day"] else issued_on
            return start or first, _last_day(text, start) or last
    return first, last


def _last_day(text: str, start: date | None) -> date | None:
    """The last day in force that a text gives, as a date or as a number of years from the first day.

    >>> _last_day("有效期5年。", date(2024, 3, 1)), _last_day("有效期至2026年12月31日。", None)
    (datetime.date(2029, 2, 28), datetime.date(2026, 12, 31))
    """
    if until := _UNTIL.search(text):
        return read_date(until[1])
    years = _FOR_YEARS.search(text)
    count = chinese_number(years[1]) if years else None
    if start is None or not count:
        return None
    day_after = start if (start.month, start.day) != (2, 29) else date(start.year, 3, 1)
    return day_after.replace(year=start.year + count) - timedelta(days=1)


def _region(issuers: tuple[str, ...], title: str) -> str:
    for name in (*issuers, title):
        for province in _PROVINCES:
            if province in name:
                return province
    return ""
