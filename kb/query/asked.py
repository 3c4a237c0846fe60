"""Which of the places a text names are those whose policy it asks for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from kb.query.places import Place, find_places

ASKER = re.compile(
    r"我们|我司|我公司|本公司|我厂|我院|咱们|本单位|我单位|(?<!哪家)公司(?:在|是|位于|注册)|企业(?:在|是|位于|注册)"
)
THERE = re.compile(r"那边|那里|当地")
GOING = re.compile(r"(?:去|到|赴|往|派|在|从|与|跟|和)$")
# What a place is said to give: 江苏省对…的补助标准, 深圳做…最高资助多少
GIVES = re.compile(
    r"[^。！？?]{0,24}?(?:政策|补|奖|资助|支持|规定|标准|措施|办法|条例|资金|免|落户|引才|津贴)"
)
_OPENING = re.compile(r"^(?:请问|想问|问一?下|请教|咨询|你好|您好|在|关于|[一下，,：:、！!。\s])*$")
_AWAY = re.compile(r"(?:去|到|赴|往|派|与|跟|和|委托|联合|合作|找|请|收购|对标)$")
_DID = re.compile(r"(?:[省市])?(?:的|这边)?(?:做|开展|完成|进行|入组|招募|转化|落地|生产)")


class Weight(IntEnum):
    """How surely a place that a question names is the one whose policy is asked for."""

    ASIDE = (
        1  # where the asker is, or in the midst of the question: counts if there are documents of the place
    )
    LEADING = 2  # it opens the question: 成都小微企业创业担保贷款有哪些条件
    ASKED = 3  # 深圳市…标准是多少


@dataclass(frozen=True, slots=True)
class Asked:
    """The places whose policy a question asks for.

    Attributes:
        places: any of them will do.
        weight: that of the place that weighs most.
    """

    places: tuple[Place, ...]
    weight: Weight

    def holds(self, region: str) -> bool:
        """Whether what a region lays down holds at one of the places, or at a part of it."""
        return any(place.holds(region) for place in self.places)


def asked_places(question: str, regions: Collection[str] = ()) -> Asked | None:
    """The places whose policy a question asks for, None where it names none.

    Args:
        question: as typed.
        regions: regions of the documents, for places that no list has.

    >>> asked = asked_places("深圳市急难型临时救助标准是多少")
    >>> asked.weight.name, [place.name for place in asked.places]
    ('ASKED', ['深圳市'])
    >>> asked_places("成都小微企业创业担保贷款").weight.name, asked_places("我们在江苏，能拿多少").weight.name
    ('LEADING', 'ASIDE')
    >>> asked_places("去香港访学能支持吗") is None, asked_places("临时救助标准是多少") is None
    (True, True)
    """
    named = find_places(question, regions)
    kept = [place for place in named if not _goes_there(question, place, named)]
    if not kept:
        return None
    return Asked(tuple(kept), max(_weight(question, place) for place in kept))


def _goes_there(question: str, place: Place, named: Sequence[Place]) -> bool:
    before = question[: place.start]
    if not _AWAY.search(before) or THERE.search(question, place.end):
        return False
    return not any(other.end == place.start - 1 for other in named)  # 山东和江苏 are two asked about


def _weight(question: str, place: Place) -> Weight:
    before = question[: place.start]
    if ASKER.search(question):
        return Weight.ASIDE
    if not GOING.search(before) and GIVES.match(question, place.end):
        return Weight.ASKED
    leads = _OPENING.match(before) and not _DID.match(question, place.end)
    return Weight.LEADING if leads else Weight.ASIDE
