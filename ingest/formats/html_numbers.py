"""The numbers that a browser prints before the items of an ordered list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.formats.number_text import number_text

_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLES = {
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
    "cjk-ideographic": "chineseCounting",
    "simp-chinese-informal": "chineseCounting",
    "none": "",
    "disc": "",
    "circle": "",
    "square": "",
}
_STYLE = re.compile(
    r"list-style(?:-type)?\s*:\s*(?:(?:inside|outside)\s+)?([a-z-]+)", re.I
)  # list-style-type: upper-roman; list-style: inside none
_OWN_NUMBER = re.compile(
    r"""
      \s*(?:
        第[一二三四五六七八九十百零〇\d]{1,6}[章节条款编]   # 第三条
      | [一二三四五六七八九十百]{1,5}[、.．]               # 一、
      | [（(][一二三四五六七八九十百\d]{1,5}[）)]          # （一） (1)
      | \d{1,4}\s?[、.．）)](?!\d)                        # 1. 1、 1）
      | [①-⑳]                                           # ①
      | [a-zA-Z][.．、)）]                                # a.
      )
    """,
    re.VERBOSE,
)


@dataclass(slots=True)
class Listing:
    """An open list: the format of its numbers ("" for a list without any) and the next number."""

    style: str
    number: int = 1

    @classmethod
    def of(cls, tag: str, attributes: Mapping[str, str]) -> Listing:
        """The list that a start tag opens."""
        style = _TYPES.get(attributes.get("type") or "", "decimal") if tag == "ol" else ""
        return cls(_styled(attributes, style), _integer(attributes.get("start"), 1))

    def marker(self, attributes: Mapping[str, str]) -> str:
        """What is printed before the next item, "" if nothing.

        >>> items = Listing.of("ol", {"start": "3"})
        >>> items.marker({}), items.marker({"value": "7"}), items.marker({})
        ('3. ', '7. ', '8. ')
        >>> Listing.of("ol", {"style": "list-style-type: cjk-ideographic"}).marker({})
        '一、'
        >>> Listing.of("ul", {}).marker({})
        ''
        """
        number = _integer(attributes.get("value"), self.number)
        self.number = number + 1
        style = _styled(attributes, self.style)
        numeral = number_text(number, style) if style else ""
        return f"{numeral}{'、' if style == 'chineseCounting' else '. '}" if numeral else ""


def has_own_number(text: str) -> bool:
    """Whether an item is numbered in its text: such pages hide the number that a browser would print.

    >>> [has_own_number(text) for text in ("（一）支持企业", "1．目标", "2025年目标", "1.5倍")]
    [True, True, False, False]
    """
    return bool(_OWN_NUMBER.match(text))


def _styled(attributes: Mapping[str, str], inherited: str) -> str:
    found = _STYLE.search(attributes.get("style") or "")
    return _STYLES.get(found.group(1).lower(), inherited) if found and inherited else inherited


def _integer(value: str | None, otherwise: int) -> int:
    """The integer of an attribute.

    >>> _integer("3", 1), _integer("三", 1)
    (3, 1)
    """
    return int(value) if value and re.fullmatch(r"\s*-?[0-9]{1,6}\s*", value) else otherwise
