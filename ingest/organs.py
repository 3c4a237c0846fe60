"""Government bodies and dates in running text, and the units a clause makes responsible."""

from __future__ import annotations

import re
from datetime import date

from ingest.numbering import chinese_number

_SUFFIX = (
    r"(?:人民政府|委员会|办公厅|办公室|管理局|监督局|监管局|监管总局|总局|分局|海关|法院|检察院|研究院|银行|公司|中心|办事处|领导小组"
    r"|厅|局|委|部|办|署|院|会|社)"
)
_ORGAN_LINE = re.compile(rf"^(?!.*(?:关于|印发|转发))[一-鿿（）、]{{2,40}}{_SUFFIX}$")
DATE = re.compile(
    r"""
      (?P<year>(?:19|20)\d\d|[一二][〇○零ＯOo０九一二三四五六七八]{3}) \s* 年
      \s* (?P<month>\d{1,2}|[一二三四五六七八九十]{1,2}) \s* 月
      \s* (?P<day>\d{1,2}|[一二三四五六七八九十]{1,3}) \s* 日              # 2024年12月6日, 二〇二五年三月二十三日
    | (?<!\d)(?P<iso_year>(?:19|20)\d\d)(?P<mark>[-./])(?P<iso_month>\d{1,2})(?P=mark)(?P<iso_day>\d{1,2})(?!\d)  # 2025-04-03
    """,
    re.VERBOSE,
)
_DIGITS = "〇一二三四五六七八九"
_UNITS_FIT = 600  # characters at the end of a clause that hold its units
_UNITS_BRACKET = re.compile(r"（([^（）]*(?:牵头|负责|单位：|配合)[^（）]*)）\s*$")
_ROLE = re.compile(
    r"""
      (?P<lead_label>牵头(?:单位|部门)?[：:])(?P<lead_named>[^，；：:]+)
    | (?P<other_label>(?:参与|责任|配合|参加)(?:单位|部门)?[：:])(?P<other_named>[^，；：:]+)
    | (?P<lead>[^，；：:]+?)牵头(?:负责)?
    | (?P<other>[^，；：:]+?)(?:按(?:照)?(?:各自)?(?:职责|职能)(?:分工)?(?:分别)?负责|分工负责|配合|参与|参加|负责)
    """,
    re.VERBOSE,
)


def is_organ_line(text: str) -> bool:
    """Whether a whole paragraph is the name of one government body.

    >>> is_organ_line("山东省科学技术厅"), is_organ_line("中华人民共和国青岛海关"), is_organ_line("支持建设科研院")
    (True, True, True)
    >>> is_organ_line("现将办法印发给你们，请贯彻执行。"), is_organ_line("文件")
    (False, False)
    """
    return len(text) <= 40 and bool(_ORGAN_LINE.match(text))


def read_date(text: str) -> date | None:
    """The first full date in a text; one that cannot be is passed over.

    >>> read_date("2024年12月6日印发"), read_date("二〇二五年三月二十三日"), read_date("2025-04-03")
    (datetime.date(2024, 12, 6), datetime.date(2025, 3, 23), datetime.date(2025, 4, 3))
    >>> read_date("2025年13月1日"), read_date("2025年3月")
    (None, None)
    """
    return next(filter(None, map(_day, DATE.finditer(text))), None)


def _day(found: re.Match[str]) -> date | None:
    if found["iso_year"]:
        return _date(int(found["iso_year"]), int(found["iso_month"]), int(found["iso_day"]))
    year = "".join(str(_DIGITS.find(c)) if c in _DIGITS else c for c in found["year"])
    month, day = chinese_number(found["month"]), chinese_number(found["day"])
    return _date(int(re.sub("[○零ＯOo]", "0", year)), month or 0, day or 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_units(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Leading units, and participating or responsible ones, from the bracket that closes a clause.

    >>> read_units("开展抽样。（省科技厅牵头，省财政厅、省药监局按职责分工负责）")
    (('省科技厅',), ('省财政厅', '省药监局'))
    >>> read_units("加快转化。（牵头单位：省科技厅、省教育厅，参与单位：省财政厅）")
    (('省科技厅', '省教育厅'), ('省财政厅',))
    >>> read_units("由省科技厅牵头开展。")
    ((), ())
    """
    bracket = _UNITS_BRACKET.search(text[-_UNITS_FIT:])
    lead: list[str] = []
    others: list[str] = []
    if bracket:
        for part in _ROLE.finditer(bracket[1]):
            lead += _names(part["lead_named"] or part["lead"])
            others += _names(part["other_named"] or part["other"])
    return tuple(dict.fromkeys(lead)), tuple(dict.fromkeys(others))


def _names(listing: str | None) -> list[str]:
    return [name.strip() for name in re.split(r"[、,]|和(?=省|市)", listing or "") if name.strip()]
