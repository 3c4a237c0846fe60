"""Conditions on an amount: 设备投资2000万元以上."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from corpus import InputError
from kb.money import read_amounts


@dataclass(frozen=True, slots=True)
class Threshold:
    """A condition on an amount: of what, which bound (a field of the model), and how much in yuan."""

    what: str
    edge: str
    amount: Decimal


_BEFORE = {
    "above": r"超过|突破|大于|高于|超",
    "at_least": r"不低于|不少于|达到|达|满|至少",
    "below": r"低于|不足|不满|小于",
    "at_most": r"不超过|不高于",
}
_AFTER = {
    "at_least": r"（含[^）]*）?\s*以上|及以上|以上",
    "at_most": r"（含[^）]*）?\s*以下|及以下|以下|以内",
}
_WHAT = re.compile(r"(?P<what>[一-鿿]{2,12}?)(?:总额|金额|额)?(?:累计|首次|实际|在|为|的)*$")


def read_threshold(words: str) -> Threshold | None:
    """The bound that a condition sets on one amount; None where it is not about exactly one.

    >>> read_threshold("设备投资2000万元以上的技术改造项目")
    Threshold(what='设备投资', edge='at_least', amount=Decimal('20000000'))
    >>> read_threshold("年营业收入超过5亿元的企业").edge
    'above'
    >>> read_threshold("首次认定的企业") is read_threshold("投资1000万元以上2000万元以下的") is None
    True
    """
    try:
        amounts = read_amounts(words)
    except InputError:
        return None
    if len(amounts) != 1:
        return None
    before, after = words[: amounts[0].start], words[amounts[0].end :]
    edges = [
        (edge, match.start())
        for edge, pattern in _BEFORE.items()
        if (match := re.search(rf"(?:{pattern})$", before))
    ]
    edge, cut = min(edges, key=lambda each: each[1], default=("", len(before)))
    following = next((name for name, pattern in _AFTER.items() if re.match(pattern, after)), "")
    if bool(edge) == bool(following):  # neither, or both: 超过1000万元以上
        return None
    what = _WHAT.search(re.split(r"[，、的对]", before[:cut])[-1])
    return Threshold(what["what"], edge or following, amounts[0].value) if what else None
