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
_BARE = re.compile(r"^(?:自治区|省|市|区|县|州|旗)(?=[一-鿿]{2})")  # 市人社局
_NO_PLACE = re.compile(  # a word that begins like a province: 北京大学
    r"大学|学院|理工|师范|交大|银行|航空|铁路|海关|军区|话|时间|站|路|中学|医院|日报|卫视|合作组织|商会|会馆"
)
_SUPPORTED = re.compile(r"(?:支持|促进|推进|加快|推动|进一步)$")  # an issuer above it may say so
_LEVEL_OF = {"省": "省", "自治区": "省", "自治州": "市", "县": "县", "旗": "县"}
_BEFORE_REGION = re.compile(
    r"(?:^|[《〈、\s】]|^(?:19|20)\d\d(?:年度?)?，?|关于|印发|发布|公布|实施|支持|促进|推进|加快|进一步|总局|银行|中共)$"
)


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative region and its level: 国家, 省, 市, 县, or "" where unknown."""

    name: str
    level: str


def read_region(
    issuers: Sequence[Mapped], titles: Sequence[Mapped], lines: Sequence[Mapped] = ()
) -> Found[Region] | None:
    """The region of the first issuer that names one, else of the first title that does; None where nothing tells.

    Args:
        issuers: who issued the document.
        titles: its titles.
        lines: all paragraphs, one of which may print an issuer (市人社局) with its region (天津市人社局).
    """
    for text, at_start in (*((issuer, True) for issuer in issuers), *((title, False) for title in titles)):
        if found := _named(text, at_start=at_start):
            return found
        if _NATIONAL.match(text.text):
            return Found(Region("", "国家"), (span_of(text, 0, len(text.text)),))
    elsewhere = (_printed_elsewhere(issuer.text, lines) for issuer in issuers)
    return next(filter(None, (*elsewhere, *map(_short_name, titles))), None)


def _printed_elsewhere(issuer: str, lines: Sequence[Mapped]) -> Found[Region] | None:
    """The region that the text puts before an organ named without one; None where it names two, or none.

    >>> line = Mapped("天津市人社局网上办事大厅", tuple(range(12)))
    >>> _printed_elsewhere("市人社局", [line]).value, _printed_elsewhere("人社局", [line])
    (Region(name='天津市', level='省'), None)
    """
    bare = _BARE.match(issuer)
    found: dict[Region, Found[Region]] = {}
    for line in lines if bare else ():
        for printed in re.finditer(re.escape(issuer), line.text):
            end = printed.start() + (bare.end() if bare else 0)
            for start in range(max(0, end - _LONGEST_NAME), printed.start()):
                if (region := _read_at(line.text[:end], start)) and region[1] == end:
                    found.setdefault(region[0], Found(region[0], (span_of(line, start, end),)))
                    break
    return next(iter(found.values())) if len(found) == 1 else None


def _short_name(title: Mapped) -> Found[Region] | None:
    """The province that a title names without 省 or 自治区 where names of regions stand.

    >>> def read(text): return _short_name(Mapped(text, tuple(range(len(text)))))
    >>> read("广东医保新措施").value, read("关于支持广西发展的措施").value
    (Region(name='广东省', level='省'), Region(name='广西壮族自治区', level=''))
    >>> read("北京大学招生办法"), read("赴广东考察方案")
    (None, None)
    """
    provinces = _provinces()
    for start in range(len(title.text)):
        short = next((name for name in provinces if title.text.startswith(name, start)), None)
        if short is None or not _BEFORE_REGION.search(title.text[:start]):
            continue
        at = start + len(short)
        if _NO_PLACE.match(title.text, at):
            continue
        province = provinces[short]
        inner = _longest(title.text, at, frozenset((Division(province),)))
        name, end = (province + inner[0], at + len(inner[0])) if inner else (province, at)
        level = _level_of(inner[1]) if inner else "省"
        level = "" if _SUPPORTED.search(title.text[:start]) else level
        return Found(Region(name, level), (span_of(title, start, end),))
    return None


@lru_cache(maxsize=1)
def _provinces() -> Mapping[str, str]:
    """Provinces by their short names: 广西 for 广西壮族自治区."""
    suffix = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$")
    names = {place.province for places in divisions().values() for place in places}
    return {suffix.sub("", name): name for name in sorted(names)}


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
    at, places = start, frozenset[Division]()
    while found := _longest(text, at, places):
        name, fitting = found
        names.append(name)
        at, places = at + len(name), fitting
    if town := _TOWN.match(text[at:]):
        return Region("".join((_province(places, names), *names, town.group())), "县"), at + town.end()
    if not names:
        return None
    return Region("".join((_province(places, names), *names)), _level_of(places)), at


def _level_of(places: frozenset[Division]) -> str:
    """The level of the divisions that a name may mean, "" where they differ."""
    levels = {place.level for place in places}
    return levels.pop() if len(levels) == 1 else ""


def _longest(text: str, at: int, within: frozenset[Division]) -> tuple[str, frozenset[Division]] | None:
    """The longest name at an offset that is known, and that lies within the divisions named before it."""
    named = divisions()
    for length in range(_LONGEST_NAME, 1, -1):
        known = named.get(text[at : at + length], frozenset())
        if len(text) - at < length or not known:
            continue
        fitting = frozenset(
            place for place in known if not within or any(place.lies_in(outer) for outer in within)
        )
        if fitting and (within or text[at : at + length] not in _COMMON_NAMES):
            return text[at : at + length], fitting
    return None


def _province(places: frozenset[Division], names: Sequence[str]) -> str:
    """The province to put before the printed names, "" where it is printed or unsure."""
    provinces = {place.province for place in places}
    return provinces.pop() if len(provinces) == 1 and names and names[0] not in provinces else ""


@dataclass(frozen=True, slots=True)
class Division:
    """A province, a prefecture in one, or a county; "" for what it is not within."""

    province: str
    city: str = ""
    county: str = ""

    @property
    def level(self) -> str:
        """省, 市 or 县; the districts of a municipality are 县."""
        return "县" if self.county else "市" if self.city else "省"

    def lies_in(self, outer: Division) -> bool:
        """Whether it is a part of another division."""
        if outer.county or self == outer or self.province != outer.province:
            return False
        return not outer.city or outer.city == self.city


@lru_cache(maxsize=1)
def divisions() -> Mapping[str, frozenset[Division]]:
    """All divisions by name, from ``divisions.txt``; several where a name is used more than once (鼓楼区)."""
    named: dict[str, set[Division]] = {}
    for line in _DIVISIONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        province, city, *counties = [*line.split(" "), "-"][: max(2, len(line.split(" ")))]
        city = "" if city == "-" else city
        named.setdefault(province, set()).add(Division(province))
        if city:
            named.setdefault(city, set()).add(Division(province, city))
        for county in counties:
            named.setdefault(county, set()).add(Division(province, city, county))
    return {name: frozenset(places) for name, places in named.items()}
