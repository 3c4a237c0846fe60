"""Clause numbers: what a marker looks like, its rank in GB/T 9704-2012 and in statutes, and its value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise


class Style(IntEnum):
    """Families of clause numbers, outermost first (GB/T 9704-2012 §7.3.3; 立法技术规范 for 编章节条)."""

    BOOK = 0  # 第一编   第一部分
    CHAPTER = 1  # 第一章
    SECTION = 2  # 第一节
    ARTICLE = 3  # 第一条
    CHINESE = 4  # 一、
    CHINESE_PAREN = 5  # （一）
    ARABIC = 6  # 1.
    ARABIC_PAREN = 7  # （1）
    CIRCLED = 8  # ①
    DIVISION = 9  # 1 总则   of a technical rule (GB/T 1.1-2020)
    POINT = 10  # 1.1


_RULES = (Style.DIVISION, Style.POINT)
PRINTED_ORDER = (
    *(style for style in Style if style <= Style.ARTICLE),
    *_RULES,
    *(style for style in Style if style > Style.ARTICLE and style not in _RULES),
)  # the styles from the outermost to the innermost


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


HAN = "一二三四五六七八九十百〇零两"
_SUCCESSIVE = "|".join(f"{a}[、．.]{b}" for a, b in pairwise(HAN[:10]))
_DECIMAL = (
    r"\d(?!\d{3}[年—\-－]|\d{0,3}(?:周?岁|[家户名]))"  # 3.5万元; but 1.2025年度… and 1.80周岁… are numbered
)
_MARKER = re.compile(
    rf"""
      第(?P<statute>[{HAN}]{{1,7}}|\d{{1,3}})                                    # 第十二条　经营者…
          (?P<unit>[编章节条篇]|部分(?![是为]))(?P<after>之[一二三四五六七八九十])?\s*
    | (?<![{HAN}第])(?!(?:{_SUCCESSIVE})[级类期等档年月线季产])                  # not 一、二级医院
          (?P<chinese>[{HAN}]{{1,5}}|—(?=、))[、．.]\s*                         # 一、主要目标   —、主要目标 (misprint)
    | （(?P<chinese_paren>[{HAN}]{{1,5}})）                                     # （一）加强…
          (?!项(?!目)|[、和至或]?（[{HAN}]{{1,5}}）)[、．.]?\s*
    | (?<![\dA-Za-z.．])(?P<arabic>\d{{1,3}})\s?[．.、](?!{_DECIMAL})\s*       # 1.将…   2、支持…
    | （(?P<arabic_paren>\d{{1,3}})）(?!项(?!目)|[、和至或]?（\d{{1,3}}）)\s*   # （1）…
    | (?<![\dA-Za-z.．])(?P<arabic_half>\d{{1,3}})）\s*                        # 1）…
    | (?P<enclosed>[①-⑳⑴-⒇⒈-⒛㉑-㉟㈠-㈩㊱-㊿])[、．.]?\s*                     # ①…   ⑴…   ㈠…
    """,
    re.VERBOSE,
)
_REFERENCE_AFTER = re.compile(
    rf"""
      第[{HAN}\d]+[编章节条款项目]        # 第十二条第二款 is a reference, 第十条 第三方机构… is not
    | [的之和与或、，。；,;）》”]  | [至到]第  # 第十条、第十一条   第三条至第五条
    | 规定 | 及(?!时) | 款(?!项) | 项(?!目)
    | 所(?:称|列|述|指|规定)
    """,
    re.VERBOSE,
)
_ASCII = str.maketrans("０１２３４５６７８９", "0123456789")
_UNIT_STYLE = {
    "编": Style.BOOK,
    "篇": Style.BOOK,
    "部分": Style.BOOK,
    "章": Style.CHAPTER,
    "节": Style.SECTION,
    "条": Style.ARTICLE,
}


def chinese_number(text: str) -> int | None:
    """Value of a Chinese or Arabic ordinal up to 999, None if it is no well-formed number.

    >>> chinese_number("一百零三"), chinese_number("二十"), chinese_number("12"), chinese_number("十百")
    (103, 20, 12, None)
    """
    if text.isdecimal():
        return int(text)
    return _NUMERALS.get(text.replace("〇", "零"))


def _spell(number: int) -> str:
    """The Chinese numeral of 1 to 999.

    >>> [_spell(number) for number in (10, 15, 20, 103, 110)]
    ['十', '十五', '二十', '一百零三', '一百一十']
    """
    ones = "零一二三四五六七八九"
    text = f"{ones[number // 100]}百" if number >= 100 else ""
    tens, rest = divmod(number % 100, 10)
    if tens:
        text += "十" if number < 20 else f"{ones[tens]}十"
    elif text and rest:
        text += "零"
    return text + (ones[rest] if rest else "")


_NUMERALS = {_spell(number): number for number in range(1, 1000)}


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
    if found is None or (found["statute"] and is_named_after(text, found.end())):
        return None
    return _read(found)


def find_markers(text: str) -> Iterator[tuple[int, Marker]]:
    """Everything in a text that has the shape of a clause number, with where it stands; most are none.

    >>> [(at, marker.label) for at, marker in find_markers("总则第一条 目的。（二）依照第九条规定，投入3.5万元")]
    [(2, '第一条'), (9, '（二）'), (14, '第九条')]
    """
    for found in _MARKER.finditer(text):
        marker = _read(found)
        if marker is not None:
            yield found.start(), marker


def is_named_after(text: str, end: int) -> bool:
    """Whether what follows a number of a statute shows that it is named in a sentence, not printed as a number.

    >>> is_named_after("第三条规定的情形", 3), is_named_after("第三条经营者应当", 3)
    (True, False)
    """
    return bool(_REFERENCE_AFTER.match(text, end))


def _read(found: re.Match[str]) -> Marker | None:
    """Style, value and label of what was found, None where the digits are no number."""
    kind = found.lastgroup or ""
    return _marker(kind, found["statute"] or found[kind], found["unit"], found["after"] or "", len(found[0]))


@lru_cache(4096)  # the same few hundred numbers come again and again
def _marker(kind: str, printed: str, unit: str | None, after: str, length: int) -> Marker | None:
    number: int | None
    if unit:
        digits = printed.translate(_ASCII)
        number, label, style = chinese_number(digits), f"第{digits}{unit}{after}", _UNIT_STYLE[unit]
    elif kind == "enclosed":
        style, number, label = _enclosed(printed)
    else:
        digits = printed.translate(_ASCII).replace("—", "一")
        number = chinese_number(digits)
        style, label = {
            "chinese": (Style.CHINESE, digits),
            "chinese_paren": (Style.CHINESE_PAREN, f"（{digits}）"),
            "arabic": (Style.ARABIC, digits),
            "arabic_paren": (Style.ARABIC_PAREN, f"（{digits}）"),
            "arabic_half": (Style.ARABIC_PAREN, f"{digits}）"),
        }[kind]
    return Marker(style, number, label, length) if number else None


def _enclosed(char: str) -> tuple[Style, int, str]:
    """Style, value and label of a number printed as one character; Unicode says what it stands for.

    >>> _enclosed("⑴"), _enclosed("㉑")
    ((<Style.ARABIC_PAREN: 7>, 1, '（1）'), (<Style.CIRCLED: 8>, 21, '㉑'))
    """
    plain = unicodedata.normalize("NFKC", char)
    digits = plain.strip("().")
    number = chinese_number(digits) or 0
    if plain == digits:
        return Style.CIRCLED, number, char
    if plain.endswith("."):
        return Style.ARABIC, number, digits
    return (Style.ARABIC_PAREN if digits.isdecimal() else Style.CHINESE_PAREN), number, f"（{digits}）"


@lru_cache(4096)
def join_labels(labels: tuple[str, ...]) -> str:
    """A path the way a person writes it.

    >>> join_labels(("三", "（一）")), join_labels(("二", "8")), join_labels(("第三章", "第十二条", "（二）"))
    ('三、（一）', '二、8', '第三章第十二条（二）')
    >>> join_labels(("附件2", "一", "（三）")), join_labels(("《申报指南》", "第一条"))
    ('附件2 一、（三）', '《申报指南》第一条')
    """
    return "".join(label + _separator(label) for label in labels).rstrip("、. ")


def _separator(label: str) -> str:
    if label.isdecimal():
        return "."
    if all(char in HAN for char in label):
        return "、"
    return " " if label.startswith("附件") else ""
