"""Clause numbers: what a marker looks like, its rank in GB/T 9704-2012 and in statutes, and its value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum


class Style(IntEnum):
    """Families of clause numbers, outermost first (GB/T 9704-2012 §7.3.3; 立法技术规范 for 编章节条)."""

    BOOK = 0  # 第一编
    CHAPTER = 1  # 第一章
    SECTION = 2  # 第一节
    ARTICLE = 3  # 第一条
    CHINESE = 4  # 一、
    CHINESE_PAREN = 5  # （一）
    ARABIC = 6  # 1.
    ARABIC_PAREN = 7  # （1）
    CIRCLED = 8  # ①


@dataclass(frozen=True, slots=True)
class Marker:
    """A clause number as it stands at the start of a text.

    Attributes:
        style: family of the number.
        number: its value, from 1.
        label: as printed, brackets full-width, without 、 and trailing dots.
        length: characters it takes, separators included.
    """

    style: Style
    number: int
    label: str
    length: int


_HAN = "一二三四五六七八九十百〇零两"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_MARKER = re.compile(
    rf"""
      第(?P<statute>[{_HAN}]{{1,7}}|\d{{1,3}})(?P<unit>[编章节条])(?P<after>之[一二三四五六七八九十])?
          (?=[\s　：:]|[^\s的第款项规定]|$)[\s　]*         # 第十二条　经营者…
    | (?P<chinese>[{_HAN}]{{1,5}})[、．.][\s　]*           # 一、主要目标
    | （(?P<chinese_paren>[{_HAN}]{{1,5}})）[、．.]?[\s　]*  # （一）加强…
    | (?P<arabic>\d{{1,3}})(?:[．.、](?!\d))[\s　]*         # 1.将…   2、支持…
    | （(?P<arabic_paren>\d{{1,3}})）[\s　]*               # （1）…
    | (?P<arabic_half>\d{{1,3}})）[\s　]*                  # 1）…
    | (?P<circled>[{_CIRCLED}])[\s　]*                     # ①…
    """,
    re.VERBOSE,
)
_UNIT_STYLE = {"编": Style.BOOK, "章": Style.CHAPTER, "节": Style.SECTION, "条": Style.ARTICLE}


def chinese_number(text: str) -> int | None:
    """Value of a Chinese or Arabic ordinal up to 999, None if it is no well-formed number.

    >>> chinese_number("一百零三"), chinese_number("二十"), chinese_number("12"), chinese_number("十百")
    (103, 20, 12, None)
    """
    if text.isdecimal():
        return int(text)
    if len(text) == 1:
        value = _HAN.find(text) + 1
        return value if 1 <= value <= 10 else None
    import cn2an

    try:
        value = int(cn2an.cn2an(text.replace("〇", "零"), "normal"))
    except (ValueError, KeyError):
        return None
    return value if 1 <= value <= 999 else None


def match_marker(text: str) -> Marker | None:
    """The clause number a cleaned paragraph starts with, None if there is none.

    >>> match_marker("（一）实施提质行动。")
    Marker(style=<Style.CHINESE_PAREN: 5>, number=1, label='（一）', length=3)
    >>> match_marker("8.对在省内转化").label, match_marker("第十二条　经营者").label
    ('8', '第十二条')
    >>> match_marker("3.5万元"), match_marker("第三条规定的情形"), match_marker("2025年")
    (None, None, None)
    """
    found = _MARKER.match(text)
    if found is None:
        return None
    kind = found.lastgroup
    if found["statute"]:
        number = chinese_number(found["statute"])
        label = f"第{found['statute']}{found['unit']}{found['after'] or ''}"
        style = _UNIT_STYLE[found["unit"]]
    elif kind == "circled":
        number, label, style = _CIRCLED.index(found["circled"]) + 1, found["circled"], Style.CIRCLED
    else:
        assert kind is not None
        digits = found[kind]
        number = chinese_number(digits)
        style, label = {
            "chinese": (Style.CHINESE, digits),
            "chinese_paren": (Style.CHINESE_PAREN, f"（{digits}）"),
            "arabic": (Style.ARABIC, digits),
            "arabic_paren": (Style.ARABIC_PAREN, f"（{digits}）"),
            "arabic_half": (Style.ARABIC_PAREN, f"{digits}）"),
        }[kind]
    if number is None or number == 0:
        return None
    return Marker(style, number, label, found.end())


def join_labels(labels: tuple[str, ...]) -> str:
    """A path the way a person writes it.

    >>> join_labels(("三", "（一）")), join_labels(("二", "8")), join_labels(("第三章", "第十二条", "（二）"))
    ('三、（一）', '二、8', '第三章第十二条（二）')
    """
    out = []
    for label in labels:
        if label.isdecimal():
            out.append(label + ".")
        elif all(char in _HAN for char in label):
            out.append(label + "、")
        else:
            out.append(label)
    joined = "".join(out)
    return joined.rstrip("、.")
