"""Upper limits and what they hold for, and the sentence on what may not be had together."""

from __future__ import annotations

import re

from corpus import Span
from kb.grants.sentences import Part
from kb.grants.types import Figure, Limit, LimitKind

# 年度最高, 单个企业不超过, 单个项目最高, 总额不超过
_SCOPES: tuple[tuple[LimitKind, re.Pattern[str]], ...] = (
    ("year", re.compile(r"每年|年度|全年|当年|每一年|单年|按年")),
    (
        "project",
        re.compile(r"(?:单个|每个|同一|每一|单一|每)(?:[^，]{0,4})(?:项目|品种|活动|展会|产品|赛事|成果)"),
    ),
    (
        "entity",
        re.compile(
            r"(?:单个|单一|每个?|同一|单)(?:[^，]{0,4})(?:企业|单位|机构|主体|家|户|人|平台|园区|基地|团队|申请|院|学校)"
        ),
    ),
    ("total", re.compile(r"总额|总计|合计|累计|总金额|共不超过")),
)
# a limit that opens a phrase or sentence of its own: 单个企业每年最高, 同一服务机构的奖励额度每年最高不超过
_OWN = re.compile(
    r"""^(?:且|但|并|原则上|其中|同时)* (?: [^，的对予]{0,6}(?=单个|单项|每个|每家) | (?:企业|单位|机构|个人)(?=每年) )?
         (?: 单[一-鿿]|同一|每(?:个|家|名|户|年|一)|各|年度|全年|当年|累计|总额|合计|最高|最多
           | (?:奖励|补贴|补助|资助|奖补|支持|贴息|返还)(?:资金|总额|金额|额度|总金额) )
         [^，]{0,30}?(?:最高|不超过|最多|不得超过|不高于|上限|封顶|累计|限额|控制在)
      | ^(?:且|但|并)?(?:最高|最多|不超过|不得超过|上限为?|封顶)
    """,
    re.VERBOSE,
)
_OVER_ALL = re.compile(r"总额|总计|合计|累计|年度|全年|当年|单个|单一|同一")
# 就高不重复, 不得同时享受, 只能享受一次, 可叠加, 补足差额
_STACKING = re.compile(
    r"""[就从择]高 | 不(?:得|可|能|予)?(?:重复|重叠|叠加) | 不(?:得|可|能)?同时(?:享受|申报|申请|获得)? | 只能?享受一次
      | 最高标准给予 | 较高(?:资助|奖励|补助|补贴)?标准 | 可以?(?:叠加|累加) | 差额(?:奖励|补助|奖补|补足) | 补足差额 | 奖补差额
    """,
    re.VERBOSE,
)


def limit_of(covered: str, start: int, cap: Figure) -> Limit | None:
    """What the words between ``start`` and a cap say it holds for, None where they say nothing.

    >>> from decimal import Decimal
    >>> limit_of("单个企业最高100万元", 0, Figure(Decimal(1000000), Span(6, 11), "max")).kind
    'entity'
    """
    words = covered[start : cap.span.start]
    for kind, pattern in _SCOPES:
        found = pattern.search(words)
        if found:
            return Limit(kind, cap, Span(start + found.start(), cap.span.end))
    return None


def is_limit(covered: str, start: int, figure: int) -> bool:
    """Whether the words before a cap say that it is one over several awards.

    >>> is_limit("总额不超过", 0, 5), is_limit("最高", 0, 2)
    (True, False)
    """
    return bool(_OVER_ALL.search(covered, start, figure))


def opens_limit(words: str) -> bool:
    """Whether the words before a cap make it a limit of what was said before.

    >>> opens_limit("单个企业年度补助最高"), opens_limit("给予最高")
    (True, False)
    """
    return bool(_OWN.match(words))


def stackings(covered: str, parts: list[Part]) -> list[Span]:
    """Phrases on what may not be had together, each with the condition before it.

    >>> from kb.grants.sentences import parts
    >>> [covered[s.start:s.end] for covered in ["奖励5万元，同时入选的就高奖励。"] for s in stackings(covered, parts(covered))]
    ['同时入选的就高奖励']
    """
    found = []
    for part in parts:
        for number, phrase in enumerate(part.phrases):
            if _STACKING.search(covered, phrase.start, phrase.end):
                before = part.phrases[number - 1] if number else None
                starts_here = before is None or not covered[before.start : before.end].endswith(("的", "时"))
                found.append(
                    Span(phrase.start if starts_here or before is None else before.start, phrase.end)
                )
    return found
