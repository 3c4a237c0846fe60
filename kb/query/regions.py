"""The place whose documents a query asks for: 济南的, 山东省 人才公寓, 上海市托位数目标."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus import Span
from kb.query.asked import ASKER, GOING, asked_places
from kb.query.conditions import Condition, Documents, Kind, Unknown
from kb.query.known import Known
from kb.query.places import Place

_EDGE = " \t\u3000\0，,；;、：:"
_OF = re.compile(r"(?:[省市])?的(?!时候|话)")
_GIVES = re.compile(
    r"(?:[省市]|[一-鿿]{0,8}?的)?[一-鿿]{0,8}?(?:政策|补贴|补助|奖励|资助|规定|标准|措施|办法|条例)"
)
_OWN_NAME = re.compile(
    r"[一-鿿]{0,8}?(?:学院|学校|中学|小学|大学|医院|公司|集团|银行|海关|机场|车站|协会|政府|[一-鿿]局|[一-鿿]厅|委员会|办公室)"
)
_DENIED = re.compile(r"(?:除了?|非|不含|不包括|不是|不在)$")
_OPENING = re.compile(
    r"^(?:请问|想问|问一?下|请教|咨询|你好|您好|关于|查一?下?|找一?下?|搜|看看|[一下，,：:、！!。\s\0])*$"
)


def read_regions(text: str, known: Known) -> Iterator[Condition | Unknown]:
    """Places whose documents a text asks for; those of several places are alternatives.

    Args:
        text: as typed, with what was understood already blotted out.
        known: the documents.
    """
    asked = None if ASKER.search(text) else asked_places(text.replace("\0", "，"), known.regions)
    for place in asked.places if asked else ():
        if not _is_asked(text, place):
            continue
        of = _OF.match(text, place.end)
        name, span = text[place.start : place.end], Span(place.start, of.end() if of else place.end)
        ids = known.of_place(place)
        if ids:
            chosen = Documents(known.in_order((*ids, *known.national)))
            yield Condition(Kind.REGION, f"region:{name}", f"地区：{name}", span, chosen)
        else:
            yield Unknown(Kind.REGION, name, f"知识库里没有{name}的文件。", span)


def _is_asked(text: str, place: Place) -> bool:
    """Whether a place opens the text, stands by itself, or has its policy named behind it."""
    before, after = text[: place.start], text[place.end :]
    if _DENIED.search(before) or re.match(r"[省市]?(?:以外|之外|外的)", after):
        return False
    if _OWN_NAME.match(after) or (GOING.search(before) and not before.endswith(("和", "与"))):
        return False
    stands = not before or before[-1] in _EDGE or bool(_OPENING.match(before))
    return stands or bool(_GIVES.match(after))
