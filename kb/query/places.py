"""The places a question names, and which documents hold there.

A document holds at a place where its region contains the place or is a part of it: asked about 广州, those of 广州市,
of its districts, of 广东省 and the national ones may answer, those of 深圳 may not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from ingest.regions import Division, divisions
from ingest.words import segment

_LONGEST = 16
_PEOPLE = "(?:藏|羌|回|苗|侗|彝|傣|壮|白|瑶|满|土家|布依|哈尼|景颇|傈僳|蒙古|朝鲜)族"
_SUFFIX = re.compile(
    rf"(?:(?:{_PEOPLE}|维吾尔)*自治区|(?:{_PEOPLE}|蒙古|哈萨克|柯尔克孜)*自治州|特别行政区|地区|盟|林区|特区|省|市)$"
)
# short names that are as well words: 合作项目, 日照时间, 朝阳产业
_WORDS = frozenset(
    "合作 东方 灯塔 无为 朝阳 来宾 日照 阿里 中山 开封 山南 江山 永安 天门 同仁 安宁 新民 文昌 东兴 兴安".split()
)
_NO_DISTRICT = frozenset("城区 郊区 矿区 新区 市中区 城关区 开发区".split())
_SUFFIX_CHARS = "省市县区州盟旗"
# 中山大学, 北京银行, 上海路: named after a place; 广州大学生 is of it
_NAMED_AFTER = re.compile(r"(?:医科|理工|师范|工业|科技)?大学(?!生|毕业)|银行|路(?!径)|大道|大街|时间")


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it stands in a text.

    Attributes:
        name: its name, the last part of it where several stand in line (广州市天河区).
        divisions: what it may be; none for a name that only a document's region has.
        start: where it begins in the text.
        end: where it ends.
    """

    name: str
    divisions: frozenset[Division]
    start: int
    end: int

    def holds(self, region: str) -> bool:
        """Whether what a region lays down holds here, or is laid down by a part of this place.

        >>> (place,) = find_places("广州的补贴")
        >>> [place.holds(region) for region in ("广东省广州市", "广东省", "广东省广州市天河区", "广东省深圳市", "")]
        [True, True, True, False, False]
        """
        if not region:
            return False
        own = _of_region(region)
        if self.divisions and own:
            return any(a == b or a.lies_in(b) or b.lies_in(a) for a in self.divisions for b in own)
        return not self.divisions and not own and (self.name in region or region in self.name)

    def covers(self, region: str) -> bool:
        """Whether a region is this place or a part of it."""
        own = _of_region(region)
        if self.divisions and own:
            return any(a == b or b.lies_in(a) for a in self.divisions for b in own)
        return not own and not self.divisions and self.name in region


def find_places(text: str, regions: Collection[str] = ()) -> tuple[Place, ...]:
    """The places named in a text, in order.

    Args:
        text: a question.
        regions: regions of documents; their names count as well where no list of places has them.

    >>> [place.name for place in find_places("四川省广安市岳池县和成都小微企业、公开平台、滨海市")]
    ['岳池县', '成都']
    >>> [place.name for place in find_places("滨海市的补贴", ["滨海市"])]
    ['滨海市']
    """
    own = frozenset(region for region in regions if region and not _of_region(region))
    found: list[Place] = []
    for place in _scan(text, own):
        if found and found[-1].end == place.start:
            within = frozenset(
                each for each in place.divisions if any(each.lies_in(o) for o in found[-1].divisions)
            )
            if within:
                found[-1] = Place(place.name, within, found[-1].start, place.end)
                continue
        found.append(place)
    return tuple(found)


def _scan(text: str, own: Collection[str]) -> Iterator[Place]:
    heads = _heads() | {name[:2] for name in own}
    starts = {at for at in range(len(text) - 1) if text[at : at + 2] in heads}
    if not starts:
        return
    bounds = {0, *accumulate(map(len, segment(text)))}
    at = 0
    while at < len(text):
        place = _longest(text, at, own, bounds) if at in starts else None
        if place is not None and not _NAMED_AFTER.match(text, place.end):
            yield place
        at = place.end if place is not None else at + 1


def _longest(text: str, at: int, own: Collection[str], bounds: Collection[int]) -> Place | None:
    full, short = _full_names(), _short_names()
    for length in range(min(_LONGEST, len(text) - at), 1, -1):
        name, end = text[at : at + length], at + length
        if name in own:
            return Place(name, frozenset(), at, end)
        if name in full and (length > 2 or (at in bounds and end in bounds)):
            return Place(name, full[name], at, end)
        if name in short and not text[end : end + 1].startswith(tuple(_SUFFIX_CHARS)):
            # 公开平台 is no 开平; what a county is called in short is often a word, so it must come first
            is_place = any(not place.county for place in short[name])
            if (at in bounds or is_place) and end in bounds and (is_place or at == 0):
                return Place(name, short[name], at, end)
    return None


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    """The first two characters of all names: most of a text begins none."""
    return frozenset(name[:2] for names in (_full_names(), _short_names()) for name in names)


@lru_cache(maxsize=1)
def _full_names() -> Mapping[str, frozenset[Division]]:
    return {name: places for name, places in divisions().items() if name not in _NO_DISTRICT}


@lru_cache(maxsize=1)
def _short_names() -> Mapping[str, frozenset[Division]]:
    """Provinces, prefectures and cities of county level by what they are called without 省, 市 and the like."""
    found: dict[str, set[Division]] = {}
    for name, places in divisions().items():
        short = _SUFFIX.sub("", name)
        if len(short) > 1 and short != name and short not in _WORDS:
            found.setdefault(short, set()).update(places)
    return {
        # the prefecture is meant where a county has the same name
        name: frozenset(place for place in places if not place.county) or frozenset(places)
        for name, places in found.items()
    }


@lru_cache(maxsize=4096)
def _of_region(region: str) -> frozenset[Division]:
    """The divisions that a document's region may be; none where it is not in the list."""
    known_names = divisions()
    at, found = 0, frozenset[Division]()
    while at < len(region):
        for length in range(min(_LONGEST, len(region) - at), 1, -1):
            known = known_names.get(region[at : at + length], frozenset())
            within = frozenset(each for each in known if not found or any(each.lies_in(o) for o in found))
            if within:
                at, found = at + length, within
                break
        else:
            break
    return found
