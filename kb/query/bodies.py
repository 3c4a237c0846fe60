"""Names of government bodies, full and short: 省科技厅 is 山东省科学技术厅, 省财政厅 is not 省民政厅."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.regions import Division, divisions

_SHORT_FORMS = Path(__file__).with_name("bodies.yaml")
_LEAST_CORE = 3  # characters of a short name that are compared letter by letter: 科技厅
_LEAST_NAME, _LONGEST_NAME = 2, 24
_LEVEL = re.compile(
    r"^(?P<word>自治区|自治州|省|市(?!场|容|监局|政(?![府协法务策研]))|区(?!域|块)|县(?!域)|州|盟|旗|国家(?!安全)|全国|中央|各)级?"
)
_LEVEL_OF = {
    "国家": "国家",
    "全国": "国家",
    "中央": "国家",
    "省": "省",
    "自治区": "省",
    "市": "市",
    "自治州": "市",
}
_LEVEL_OF |= {"州": "市", "盟": "市", "区": "县", "县": "县", "旗": "县", "各": ""}
_PARTY = re.compile(r"^(?:中国共产党|中共)")
_COMMITTEE = re.compile(r"^委(?=.)(?!员会)")  # 省委组织部, 市委编办
_NAME = re.compile(r"(?![和与及会同])(?:(?![由的是为])[一-鿿（）()])+")
_CUT_OFF = re.compile(r"(?:国家|全国|中央|[省市区县]委?|自治[区州县])$")  # 国家 of 国家药监局
_STATE = re.compile(r"^中华人民共和国")
_GOVERNMENT = re.compile(r"^(?:人民)?政府(?=.)")  # 省政府办公厅
_OLD_PLACE = re.compile(
    r"^[一-鿿]{2,3}?(?:市|县|区)(?=[一-鿿]{2})"
)  # 滨海市科技局: a place that is in no list
_NO_WORDS = str.maketrans("", "", "和与及、，（）()· 　")


@dataclass(frozen=True, slots=True)
class Body:
    """A government body by its name.

    Attributes:
        level: 国家, 省, 市 or 县; "" where the name does not tell.
        places: divisions the name may begin with; none where it begins with none.
        core: the rest of the name in its full form, without 和 and the like.
        party: it is of a party committee: 省委组织部.
        elsewhere: the place the name begins with where no list has it: 滨海市, 高新区.
    """

    level: str
    places: frozenset[Division]
    core: str
    party: bool = False
    elsewhere: str = ""

    def is_same(self, other: Body) -> bool:
        """Whether two names may be of the same body: their places and levels agree, and one shortens the other.

        >>> def same(a, b): return read_body(a).is_same(read_body(b))
        >>> same("省科技厅", "山东省科学技术厅"), same("人社厅", "省人力资源社会保障厅"), same("发改委", "省发展改革委")
        (True, True, True)
        >>> same("省财政厅", "省民政厅"), same("市科技局", "省科技厅"), same("济南市科技局", "青岛市科技局")
        (False, False, False)
        >>> same("省委宣传部", "宣传部"), same("国家药监局", "省药监局"), same("药监局", "药品监督管理局")
        (True, False, True)
        """
        if self.level and other.level and self.level != other.level:
            return False
        if self.places and other.places and self.places.isdisjoint(other.places):
            return False
        if self.elsewhere and other.elsewhere and self.elsewhere != other.elsewhere:
            return False
        if self.party != other.party and self.level and other.level and _is_office(self.core):
            return False  # 省委办公厅, 省政府办公厅
        return self.core == other.core or shortens(*sorted((self.core, other.core), key=len))


def _is_office(core: str) -> bool:
    return core in ("办公厅", "办")


def shortens(short: str, full: str) -> bool:
    """Whether a short form has the first and the last character of the full one, and the others in its order.

    >>> shortens("科技厅", "科学技术厅"), shortens("科技厅", "科学技术局"), shortens("工厅", "工业厅")
    (True, False, False)
    """
    if len(short) < _LEAST_CORE or short[0] != full[0] or short[-1] != full[-1]:
        return False
    if any(end in full[:-1] for end in "厅局委署"):
        return False  # 科技厅和财政厅 are two
    rest = iter(full)
    return all(char in rest for char in short)


@lru_cache(8192)
def read_body(name: str) -> Body:
    """A name in its parts.

    >>> body = read_body("山东省发展和改革委员会")
    >>> body.level, body.core, [place.province for place in body.places]
    ('省', '发展改革委', ['山东省'])
    >>> read_body("各市人民政府").core, read_body("省委编办").core, read_body("").core
    ('人民政府', '机构编制委办', '')
    """
    rest = _STATE.sub("", re.sub(r"\s", "", name))
    party = bool(_PARTY.match(rest))
    rest = _PARTY.sub("", rest)
    places, rest = _place(rest)
    level = elsewhere = ""
    if places:
        levels = {place.level for place in places}
        level = levels.pop() if len(levels) == 1 else ""
    if not places and (word := _LEVEL.match(rest)) and len(rest) > word.end():
        level, rest = _LEVEL_OF[word["word"]], rest[word.end() :]
        if word["word"] == "各" and (second := _LEVEL.match(rest)) and len(rest) > second.end():
            level, rest = _LEVEL_OF[second["word"]], rest[second.end() :]
    elif not places and (unknown := _OLD_PLACE.match(rest)):
        elsewhere = unknown.group()
        level = _LEVEL_OF[elsewhere[-1]]
        rest = rest[unknown.end() :]
    if committee := _COMMITTEE.match(rest):
        party, rest = True, rest[committee.end() :]
    rest = _GOVERNMENT.sub("", rest) if level or party or places else rest
    return Body(level, places, _full_form(rest), party, elsewhere)


def _place(name: str) -> tuple[frozenset[Division], str]:
    """The divisions that a name begins with, as far as they go, and what is left: 四川省广安市 of 四川省广安市财政局."""
    known = _names()
    at, places = 0, frozenset[Division]()
    while at < len(name) - 1:
        for length in range(min(12, len(name) - at - 1), 1, -1):
            fitting = frozenset(
                place
                for place in known.get(name[at : at + length], ())
                if not places or any(place.lies_in(outer) for outer in places)
            )
            if fitting:
                at, places = at + length, fitting
                break
        else:
            break
    return places, name[at:]


def _is_cut(before: str) -> bool:
    """Whether a text ends in a level or a place, so that what follows is not the whole name of a body."""
    known = _names()
    return bool(_CUT_OFF.search(before)) or any(before[-length:] in known for length in range(2, 8))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, frozenset[Division]]:
    """Divisions by name; provinces and prefectures also without 省 and 市 (山东药监局, 青岛海关)."""
    found: dict[str, set[Division]] = {name: set(places) for name, places in divisions().items()}
    for name, places in divisions().items():
        short = re.sub(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$", "", name)
        if len(short) > 1:
            found.setdefault(short, set()).update(place for place in places if not place.county)
    return {name: frozenset(places) for name, places in found.items() if places}


def _full_form(core: str) -> str:
    """The core with its short forms written out, committees and offices by their last character only."""
    forms = _short_forms()
    for length in range(min(6, len(core)), 1, -1):
        if core[:length] in forms:
            core = forms[core[:length]] + core[length:]
            break
    return core.translate(_NO_WORDS).replace("委员会", "委").replace("办公室", "办")


@lru_cache(maxsize=1)
def _short_forms() -> Mapping[str, str]:
    import yaml

    forms: dict[str, str] = yaml.safe_load(_SHORT_FORMS.read_text(encoding="utf-8"))
    return forms


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """Names of bodies, to be found by any other name of theirs.

    Attributes:
        by_ends: the names as printed, with what they stand for, by first and last character of the core.
    """

    by_ends: Mapping[tuple[str, str], tuple[tuple[str, Body], ...]]

    @classmethod
    def of(cls, names: Iterable[str]) -> Bodies:
        """Make names ready to be found."""
        found: dict[tuple[str, str], list[tuple[str, Body]]] = {}
        for name in dict.fromkeys(names):
            body = read_body(name)
            if body.core:
                found.setdefault((body.core[0], body.core[-1]), []).append((name, body))
        return cls({ends: tuple(pairs) for ends, pairs in found.items()})

    def matching(self, name: str) -> frozenset[str]:
        """The names as printed that may be of the same body.

        >>> bodies = Bodies.of(["省科技厅", "山东省科学技术厅", "省财政厅", "市科技局"])
        >>> sorted(bodies.matching("科技厅")), sorted(bodies.matching("省科技厅")), bodies.matching("厅")
        (['山东省科学技术厅', '省科技厅'], ['山东省科学技术厅', '省科技厅'], frozenset())
        """
        body = read_body(name)
        if len(body.core) < _LEAST_NAME:
            return frozenset()
        near = self.by_ends.get((body.core[0], body.core[-1]), ())
        return frozenset(printed for printed, other in near if body.is_same(other))

    def ending_at(self, text: str, end: int) -> tuple[int, frozenset[str]] | None:
        """The longest name that ends at an offset of a text, and the names as printed it may stand for.

        None where a level or a place before it says that it is another body: 国家 of 国家药监局.

        >>> Bodies.of(["省药监局"]).ending_at("由省药监局", 5), Bodies.of(["省药监局"]).ending_at("国家药监局", 5)
        ((1, frozenset({'省药监局'})), None)
        """
        for start in range(max(0, end - _LONGEST_NAME), end - 1):
            if found := self._if_name(text[start:end]):
                return None if _is_cut(text[:start]) else (start, found)
        return None

    def _if_name(self, words: str) -> frozenset[str]:
        return self.matching(words) if _NAME.fullmatch(words) else frozenset()

    def __iter__(self) -> Iterator[str]:
        for pairs in self.by_ends.values():
            yield from (name for name, _ in pairs)
