"""Where a document applies: the administrative division its issuers or its title name, and how high that stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.found import Found, span_of
from ingest.mapped import Mapped

_DIVISIONS = Path(__file__).with_name("divisions.txt")
_COMMON_NAMES = ("城区", "郊区", "矿区", "新区", "市中区", "城关区", "开发区")  # words as well as names
_LONGEST_NAME = 16
_LATEST = 12  # characters of an issuer before its region: 国家金融监督管理总局
_NATIONAL = re.compile(
    r"""
      ^(?:国务院|中共中央|全国|中央|最高人民|国家|中华人民共和国|中国)
    | ^(?:外交|国防|教育|科学技术|科技|工业和信息化|工信|公安|民政|司法|财政|人力资源和?社会保障|人社|自然资源|生态环境|环境保护|环保
        |住房和城乡建设|住房城乡建设|住建|交通运输|水利|农业农村|农业|商务|文化和旅游|文化|应急管理|退役军人事务|国土资源|卫生)部
    | ^(?:海关|税务|市场监管|广电|体育|审计|金融监管)总?署?总局
    """,
    re.VERBOSE,
)
_TOWN = re.compile(r"^[一-鿿]{1,8}?(?:街道|[^乡城]镇|[一-鿿]乡)(?=办事处|人民政府|党政|党委|党工委|政府|$)")
_PARTY = re.compile(r"^(?:中国共产党|中共)")
_UNKNOWN = re.compile(  # 甲县人民政府, 甲省财政厅: not in the list, yet no 城市管理局
    r"^((?!我|本|全|各|该|国|.{0,4}?(?:城市|都市|超市))[一-鿿]{1,7}?(省|自治区|自治州|市|县|区(?=人民政府)|旗))"
    r"(?=人民政府|委|发展|教育|科|工业|公安|民政|财政|人力|人社|自然|生态|住房|交通|水利|农|商务|文化|卫生|卫健|市场|医保|医疗|应急)"
)
_LEVEL_OF = {"省": "省", "自治区": "省", "自治州": "市", "县": "县", "旗": "县"}
_BEFORE_REGION = re.compile(
    r"(?:^|[《〈、\s]|关于|印发|发布|公布|实施|支持|促进|推进|加快|进一步|总局|银行|中共)$"
)


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative region and its level: 国家, 省, 市, 县, or "" where unknown."""

    name: str
    level: str


def read_region(issuers: Sequence[Mapped], titles: Sequence[Mapped]) -> Found[Region] | None:
    """The region of the first issuer that names one, else of the first title that does; None where nothing tells."""
    for text, at_start in (*((issuer, True) for issuer in issuers), *((title, False) for title in titles)):
        if found := _named(text, at_start=at_start):
            return found
        if _NATIONAL.match(text.text):
            return Found(Region("", "国家"), (span_of(text, 0, len(text.text)),))
    return None


def locate(text: str, *, at_start: bool = True) -> tuple[Region, int, int] | None:
    """The first region named in a text, and where its name stands.

    Args:
        text: name of an issuer, or a title.
        at_start: it must begin the text (an issuer), else it may follow 关于, 《 and the like (a title).

    >>> locate("广安市人民政府办公室"), locate("义乌市教育局")
    ((Region(name='四川省广安市', level='市'), 0, 3), (Region(name='浙江省义乌市', level='县'), 0, 3))
    >>> locate("北京市石景山区人民政府"), locate("关于支持山东省企业的通知", at_start=False)
    ((Region(name='北京市石景山区', level='县'), 0, 7), (Region(name='山东省', level='省'), 4, 7))
    >>> locate("甲市财政局"), locate("市财政局")
    ((Region(name='甲市', level=''), 0, 2), None)
    """
    party = _PARTY.match(text)
    for start in range(party.end() if party else 0, min(len(text), _LATEST) if at_start else len(text)):
        begins = start == (party.end() if party else 0) or _BEFORE_REGION.search(text[:start])
        if begins and (found := _read_at(text, start)):
            return found[0], start, found[1]
    unknown = _UNKNOWN.match(text) if at_start else None
    return (Region(unknown[1], _LEVEL_OF.get(unknown[2], "")), 0, unknown.end(1)) if unknown else None


def _named(text: Mapped, *, at_start: bool) -> Found[Region] | None:
    found = locate(text.text, at_start=at_start)
    return Found(found[0], (span_of(text, found[1], found[2]),)) if found else None


def _read_at(text: str, start: int) -> tuple[Region, int] | None:
    """A region printed at an offset, as far as its name goes: 四川省 广安市 岳池县."""
    names: list[str] = []
    at, places = start, frozenset[_Division]()
    while found := _longest(text, at, places):
        name, fitting = found
        names.append(name)
        at, places = at + len(name), fitting
    if town := _TOWN.match(text[at:]):
        return Region("".join((_province(places, names), *names, town.group())), "县"), at + town.end()
    if not names:
        return None
    levels = {place.level for place in places}
    return Region("".join((_province(places, names), *names)), levels.pop() if len(levels) == 1 else ""), at


def _longest(text: str, at: int, within: frozenset[_Division]) -> tuple[str, frozenset[_Division]] | None:
    """The longest name at an offset that is known, and that lies within the divisions named before it."""
    divisions = _divisions()
    for length in range(_LONGEST_NAME, 1, -1):
        known = divisions.get(text[at : at + length], frozenset())
        if len(text) - at < length or not known:
            continue
        fitting = frozenset(
            place for place in known if not within or any(place.lies_in(outer) for outer in within)
        )
        if fitting and (within or text[at : at + length] not in _COMMON_NAMES):
            return text[at : at + length], fitting
    return None


def _province(places: frozenset[_Division], names: Sequence[str]) -> str:
    """The province to put before the printed names, "" where it is printed or unsure."""
    provinces = {place.province for place in places}
    return provinces.pop() if len(provinces) == 1 and names and names[0] not in provinces else ""


@dataclass(frozen=True, slots=True)
class _Division:
    province: str
    city: str = ""
    county: str = ""

    @property
    def level(self) -> str:
        """省, 市 or 县; the districts of a municipality are 县."""
        return "县" if self.county else "市" if self.city else "省"

    def lies_in(self, outer: _Division) -> bool:
        """Whether it is a part of another division."""
        if outer.county or self == outer or self.province != outer.province:
            return False
        return not outer.city or outer.city == self.city


@lru_cache(maxsize=1)
def _divisions() -> Mapping[str, frozenset[_Division]]:
    """All divisions by name, from ``divisions.txt``; several where a name is used more than once (鼓楼区)."""
    named: dict[str, set[_Division]] = {}
    for line in _DIVISIONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        province, city, *counties = [*line.split(" "), "-"][: max(2, len(line.split(" ")))]
        city = "" if city == "-" else city
        named.setdefault(province, set()).add(_Division(province))
        if city:
            named.setdefault(city, set()).add(_Division(province, city))
        for county in counties:
            named.setdefault(county, set()).add(_Division(province, city, county))
    return {name: frozenset(places) for name, places in named.items()}
