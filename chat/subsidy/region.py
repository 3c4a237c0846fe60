"""Where the user's company, hospital or product is: at home or in another province.

A place counts only where the words say that someone is there (``我们在江苏``, ``江苏的企业``, ``在上海转化``); a clinic in
Beijing that ran the trial or a contractor from Shanghai says nothing about the applicant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chat.subsidy.segments import is_denied

_PLACES = Path(__file__).with_name("places.yaml")
_HOME_WORDS = ("省内", "本省", "我省")

_AT = r"""
    (?: 在 | 位于 | 来自 | 地处 | 落户 | 落地 | 设在 | 设立在 | 注册于 | 注册地[在是为]? | 总部在
      | 搬到 | 迁到 | 迁至 | 转化到 | 转移到 | 拿到 | 放到 | 放在 | 转到 | 转给
      | 是 | 我们 | 我司 | 本公司 | 我公司 | 咱们 ) (?: 中国 | 的 )?
"""
_OWNER = r"""
    [省市]? (?: 内 | 的 | 一家 | 本地 | 当地 )? [^，。；;,！？、]{0,6}?
    (?: 企业 | 公司 | 药企 | 单位 | 医院 | 厂 | 研究院 | 平台 )
"""
_TURNED = r"(?: [省市] )? 内? (?: 去 | 那边 )? (?: 转化 | 落地 | 产业化 | 生产 )"
# the trial or a contractor is there, not the applicant: 在北京做了II期, 在上海的医院入组; 委托上海的公司
_ONLY_A_TRIAL = re.compile(
    r"(?:[省市])?[^，。；;,！？]{0,8}?(?:做了?|做完|开展|进行|完成|入组|招募)[^，。；;,！？]{0,8}?(?:临床|期|试验|研究)"
)
_OUTSIDE = re.compile(r"(?:(?:省|市|境)外(?![资贸商国籍汇包向办事经])|[省市]?[以之]外)")
_CONTRACTOR = re.compile(r"(?:委托|联合|合作|找|请|收购|对标|跟|与|同|和)[^，。；;,！？]{0,4}$")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place the user says someone is at."""

    place: str
    at_home: bool
    start: int


def read_whereabouts(text: str, home: str) -> tuple[Whereabouts, ...]:
    """Who is where, in order.

    >>> [(w.place, w.at_home) for w in read_whereabouts("我们在江苏，产品在济南转化", "山东")]
    [('江苏', False), ('济南', True)]
    >>> [(w.place, w.at_home) for w in read_whereabouts("在山东省外转化；山东以外的企业", "山东")]
    [('山东省外', False), ('山东以外', False)]
    >>> read_whereabouts("江苏省外的企业", "山东")
    ()
    >>> read_whereabouts("委托上海的公司，在北京做完II期临床", "山东")
    ()
    """
    named = provinces()
    by_name = {name: province for province, names in named.items() for name in (province, *names)}
    by_name |= dict.fromkeys(_HOME_WORDS, home)
    found = []
    for match in _pattern().finditer(text):
        place = match["place"] or match["owner"] or match["turned"]
        start = match.start("place") if match["place"] else match.start()
        after = match.end("place") if match["place"] else match.end()
        if match["place"] and _ONLY_A_TRIAL.match(text, after):
            continue
        if not match["turned"] and _CONTRACTOR.search(text[: match.start()]):
            continue
        at_home = by_name[place] == home
        if outside := outside_of(text, start + len(place)):
            if not at_home:  # anywhere, home too
                continue
            place, at_home = place + outside, False
        found.append(Whereabouts(place, at_home != is_denied(text, start), start))
    told = {each.start for each in found}
    for match in re.finditer(re.escape(home), text) if home else ():  # 山东以外，III期…
        outside = outside_of(text, match.end())
        if outside and match.start() not in told and not is_denied(text, match.start()):
            found.append(Whereabouts(home + outside, False, match.start()))
    return tuple(sorted(found, key=lambda each: each.start))


def outside_of(text: str, end: int) -> str:
    """Words behind a name that say the opposite of it, "" where there are none.

    >>> outside_of("在山东省外转化", 3), outside_of("山东外资企业", 2), outside_of("山东省以外", 2)
    ('省外', '', '省以外')
    """
    found = _OUTSIDE.match(text, end)
    return found[0] if found else ""


@lru_cache(maxsize=1)
def provinces() -> Mapping[str, tuple[str, ...]]:
    """Provinces with the places in them that people name."""
    """Each province with the places in it that people name, from ``places.yaml``."""
    import yaml

    data: dict[str, list[str]] = yaml.safe_load(_PLACES.read_text(encoding="utf-8"))
    return {province: tuple(names) for province, names in data.items()}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = {name for province, cities in provinces().items() for name in (province, *cities)} | set(
        _HOME_WORDS
    )
    place = "|".join(sorted(names, key=len, reverse=True))
    return re.compile(
        rf"{_AT} (?P<place> {place} ) | (?P<owner> {place} ) {_OWNER} | (?P<turned> {place} ) {_TURNED}",
        re.VERBOSE,
    )
