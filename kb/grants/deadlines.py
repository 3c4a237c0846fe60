"""Promised time limits: 由60个工作日缩减至30个工作日, 压缩至5个工作日, 承诺3个工作日内办结.

Time limits of procedure (应当在3个工作日内完成审核) are no measures of support.
"""

from __future__ import annotations

import re
from decimal import Decimal

from corpus import Span
from kb.grants.sentences import Part
from kb.grants.types import Grant, Kind
from kb.grants.who import conditions, who_before
from kb.numerals import NUMBER, parse_number

_DAYS = rf"{NUMBER}\s?个?\s?(?:工作日|自然日|天|日)"
_DEADLINE = re.compile(
    rf"""(?:(?:由|从)(?:原来的?|法定的?|现行的?|目前的?|规定的?)?)?(?:{_DAYS}(?:以?内)?[^，。；\d]{{0,6}})?
        (?:压缩|缩短|缩减|压减|减少|减|提速|控制|精简)(?:至|到|为|在)\s?{NUMBER}\s?个?\s?(?:工作日|自然日|天|日|个)(?:以?内)?
      | 承诺[^，。；]{{0,10}}{_DAYS}(?:以?内|之内)[^，。；]{{0,8}}?(?:办结|审结|办理完毕|兑现|拨付到位)
    """,
    re.VERBOSE,
)
_DAY = re.compile(rf"({NUMBER})\s?(?:个?\s?(?:工作日|自然日|天|日)|个$)")


def deadlines(covered: str, parts: list[Part]) -> list[Grant]:
    """The promised time limits of a clause.

    >>> from kb.grants.sentences import parts
    >>> words = "将企业开办时间由20个工作日压缩至5个工作日。材料应在3个工作日内报送。"
    >>> [[str(d) for d in grant.days] for grant in deadlines(words, parts(words))]
    [['20', '5']]
    """
    found = []
    for part in parts:
        for phrase in part.phrases:
            for match in _DEADLINE.finditer(covered, phrase.start, phrase.end):
                values = [parse_number(day[1]) for day in _DAY.finditer(match[0])]
                days = tuple(Decimal(value) for value in values if value is not None)
                if not days:
                    continue
                who = who_before(covered, part.phrases, part.start, phrase.start)
                if who and not covered.startswith("对", who.start):
                    who = None
                found.append(
                    Grant(
                        Span(*match.span()),
                        Kind.DEADLINE,
                        who,
                        days=days,
                        conditions=conditions(part.phrases, who),
                    )
                )
    return found
