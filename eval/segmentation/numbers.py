"""What the start of a clause looks like, for judging truth and starts; knows nothing of how we segment."""

from __future__ import annotations

import re

_CHINESE = "一二三四五六七八九十百零〇"
_MARKER = re.compile(
    rf"""
    (?P<article> 第\s*[{_CHINESE}\d]+\s*条 )              # 第十二条
    | (?P<chapter> 第\s*[{_CHINESE}\d]+\s*[编章节] )      # 第三章
    | (?P<bracket> [（(]\s*[{_CHINESE}]+\s*[）)] )        # （一）
    | (?P<figure_bracket> [（(]\s*\d{{1,3}}\s*[）)] )     # （1）
    | (?P<circle> [①-⑳] )                                 # ①
    | (?P<chinese> [{_CHINESE}]+ ) \s* [、.．]            # 一、
    | (?P<dash> [—－] ) \s* 、                            # —、 a dash typed for 一
    | (?P<decimal> \d{{1,2}}(?:\.\d{{1,2}})+ ) (?=\s)     # 3.1 总则
    | (?P<figure> \d{{1,3}} ) \s* [.．、] (?!\d\D)        # 1. but not 1.6万
    """,
    re.VERBOSE,
)
_LABEL = re.compile(
    rf"第[{_CHINESE}\d]+[编章节条]|[（(][{_CHINESE}\d]+[）)]|[①-⑳]|[{_CHINESE}]+|\d+(?:\.\d+)*"
)
_REPEATED = re.compile(r"·\d+$")  # 第一条·2
_WRITTEN = {
    "article": "第X条",
    "chapter": "第X章",
    "bracket": "（一）",
    "figure_bracket": "（1）",
    "circle": "①",
    "chinese": "一、",
    "dash": "一、",
    "decimal": "1.1",
    "figure": "1.",
}


def marker_kind(text: str, at: int) -> str:
    """The sort of clause number that stands at an offset, as a specimen of it; "" if none does.

    >>> [marker_kind(text, 0) for text in ("第 二 条 规定", "（十）甲", "1．甲", "2.2024年起", "3.1 总则", "1.6万元")]
    ['第X条', '（一）', '1.', '1.', '1.1', '']
    >>> marker_kind("甲一、乙", 1), marker_kind("甲一、乙", 0)
    ('一、', '')
    """
    found = _MARKER.match(text, at)
    return _WRITTEN[str(found.lastgroup)] if found else ""


def label_at(text: str, at: int) -> str:
    """The clause number at an offset as a path writes it; "" if there is none.

    >>> label_at("第 二 条　规定", 0), label_at("(一)甲", 0), label_at("1．甲", 0), label_at("甲", 0)
    ('第二条', '（一）', '1', '')
    """
    found = _MARKER.match(text, at)
    if not found:
        return ""
    if found.lastgroup == "dash":
        return "一"
    label = "".join(str(found[str(found.lastgroup)]).split())
    return label.replace("(", "（").replace(")", "）")


def plain(label: str) -> str:
    """A label without the mark that tells labels printed twice apart, which no text prints.

    >>> plain("第一条·2"), plain("（一）")
    ('第一条', '（一）')
    """
    return _REPEATED.sub("", label)


def depth(path: tuple[str, ...]) -> int:
    """Number of clause numbers in a path; the name of an attachment or a part is not one.

    >>> depth(("附件2", "一·2", "（一）")), depth(("第一章", "第二条")), depth(("附件",))
    (2, 2, 0)
    """
    return sum(_LABEL.fullmatch(plain(label)) is not None for label in path)
