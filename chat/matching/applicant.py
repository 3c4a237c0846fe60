"""Who the asker is by their own words: a hospital, a company, a university or an institute."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.matching.said import segments

_NAMES = {
    "医院": r"医院|医疗机构|卫生院|诊所",
    "企业": r"企业|公司|药企|药厂|厂家|工厂",
    "高校": r"高校|大学|学院|高等院校",
    "科研院所": r"科研院所|研究院|研究所|科研机构",
}
_ANY = "|".join(_NAMES.values())
_END = r"(?=$|[\s）)]|在|位于|刚|已|想|准备|有|能|可|符合|要|做|的(?!客户|用户|供应商))"
# 我们是济南一家三甲医院, 我院是…, 是一家医疗器械公司
_IS = re.compile(
    rf"(?:(?:我们|我方|咱们|俺们|我|咱|我院|我校|我所|我司|本公司|我们公司|本单位|我单位|单位)(?:是(?!不是)|属于|作为)"
    rf"|^(?:也|就)?(?:是|作为)(?=一[家所个]))(?P<what>.{{0,24}}(?:{_ANY})){_END}"
)
_OWN = {
    "医院": re.compile(r"我院(?!士)|本院(?!士)|(?:我们|咱们|本)(?:这?[家个])?医院(?!管理|信息|系统|客户)|^医院(?:是|在|位于|属于)"),
    "企业": re.compile(
        r"我司|我厂|本厂|(?:我们|咱们|我|本)(?:这?[家个])?(?:公司|企业|药企)|^(?:公司|企业)(?:是|在|位于|注册|从事|主要)"
    ),
    "高校": re.compile(r"我校|本校|(?:我们|咱们|本)(?:这?所)?(?:学校|高校|大学|学院)"),
    "科研院所": re.compile(r"我所(?![在有知说做需])|本所|(?:我们|咱们|本)(?:研究院|研究所|科研院所)"),
}  # fmt: skip


def applicant_of(turns: Sequence[str]) -> str:
    """What the newest message that tells says the asker is; "" where none does, or one says two things.

    >>> [applicant_of([text]) for text in ("我们是济南一家三甲医院", "我们公司在烟台", "我校有个项目", "我院在济南")]
    ['医院', '企业', '高校', '医院']
    >>> applicant_of(["我们是给医院做服务的公司"]), applicant_of(["与医院合作"]), applicant_of(["我们是医院信息化服务商"])
    ('企业', '', '')
    """
    for turn in reversed(turns):
        if kinds := kinds_of(turn):
            return kinds.pop() if len(kinds) == 1 else ""
    return ""


def kinds_of(turn: str) -> set[str]:
    """What a message says the asker is."""
    parts = segments(turn)
    told = {kind_of(match["what"]) for part in parts for match in _IS.finditer(part.strip())}
    return told or {kind for kind, own in _OWN.items() if any(own.search(part.strip()) for part in parts)}


def kind_of(text: str) -> str:
    """The kind that the last word of a text that names one names; "" where none does.

    >>> kind_of("山东大学附属医院"), kind_of("细胞治疗企业"), kind_of("平台")
    ('医院', '企业', '')
    """
    found = [(match.end(), kind) for kind, words in _NAMES.items() for match in re.finditer(words, text)]
    return max(found)[1] if found else ""
