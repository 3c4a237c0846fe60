"""Word's automatic numbering, which is not in the text: definitions and counters (ISO/IEC 29500-1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.formats.number_text import number_text
from ingest.formats.ooxml import Element, W
from ingest.formats.word_symbols import plain

_LEVELS = 9
_PLACEHOLDER = re.compile(r"%([1-9])")
_NO_LIST = "0"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list (w:lvl).

    Attributes:
        start: first value.
        style: number format.
        text: what is printed, ``%1`` standing for the value of the first level.
        gap: what parts the number from the text, "" or a blank.
        restart: -1 restarts after any higher level, 0 never, n after level n or a higher one (counted from 1).
        legal: all values are printed in Arabic digits.
        width: least number of digits.
        paragraph_style: the style whose paragraphs are of this level, "" for none.
    """

    start: int = 1
    style: str = "decimal"
    text: str = ""
    gap: str = " "
    restart: int = -1
    legal: bool = False
    width: int = 0
    paragraph_style: str = ""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """One list of a document (w:num): levels, and the values at which some of them start anew."""

    abstract: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]

    def level_of(self, style: str) -> int | None:
        """The level tied to a paragraph style."""
        return next((n for n, level in self.levels.items() if level.paragraph_style == style), None)


@dataclass(slots=True)
class Counters:
    """The values that the lists of a document have reached; lists of one abstract definition share theirs.

    Attributes:
        doubts: Chinese one-liners about numbers that could not be made out for certain.
    """

    lists: Mapping[str, NumberedList]
    doubts: dict[str, None] = field(default_factory=dict)
    _values: dict[str, list[int | None]] = field(default_factory=dict)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def next(self, list_id: str, at: int) -> str:
        """Count one paragraph of a level and give its number as printed, with the gap after it; "" for no number."""
        found = self.lists.get(list_id)
        if found is None or at not in found.levels:
            return ""
        values = self._values.setdefault(found.abstract, [None] * _LEVELS)
        reached = values[at]
        if (at in found.starts and (list_id, at) not in self._seen) or reached is None:
            values[at] = found.starts.get(at, found.levels[at].start)
        else:
            values[at] = reached + 1
        self._seen.add((list_id, at))
        for lower in range(at + 1, _LEVELS):
            restart = found.levels.get(lower, Level()).restart
            if restart < 0 or at < restart:
                values[lower] = None
        printed = self._print(found, values, at)
        return printed + found.levels[at].gap if printed else ""

    def _print(self, found: NumberedList, values: list[int | None], at: int) -> str:
        level = found.levels[at]
        if level.style == "bullet":
            return level.text

        def value_of(placeholder: re.Match[str]) -> str:
            upper = int(placeholder.group(1)) - 1
            shown = found.levels.get(upper, Level())
            value = values[upper] if upper <= at else None
            if value is None:
                if upper > at:
                    return ""
                self.doubts["自动编号跳过了上一级，所显示的上级序号为起始值，请对照原文件核对。"] = None
                value = found.starts.get(upper, shown.start)
            style = "decimal" if level.legal and shown.style not in ("none", "bullet") else shown.style
            text = number_text(value, style)
            if text is None:
                self.doubts[f"自动编号的格式 {style} 无法还原，已按阿拉伯数字显示，请对照原文件核对。"] = None
                text = str(value)
            return text.zfill(shown.width)

        return _PLACEHOLDER.sub(value_of, level.text)


def read_lists(numbering: Element | None, list_of_style: Mapping[str, str]) -> dict[str, NumberedList]:
    """The lists of a numbering part by their ids.

    Args:
        numbering: root of the part, None if the document has none.
        list_of_style: which list a numbering style (w:numStyleLink) stands for.
    """
    if numbering is None:
        return {}
    abstracts = {one.get(f"{W}abstractNumId"): one for one in numbering.findall(f"{W}abstractNum")}
    numbers = {one.get(f"{W}numId"): one for one in numbering.findall(f"{W}num")}
    lists = {}
    for list_id, number in numbers.items():
        abstract = abstracts.get(_value(number, "abstractNumId"))
        linked = "" if abstract is None else _value(abstract, "numStyleLink")
        if linked and (other := numbers.get(list_of_style.get(linked, ""))) is not None:
            abstract = abstracts.get(_value(other, "abstractNumId"))
        if abstract is None or list_id == _NO_LIST:
            continue
        levels = dict(_levels(abstract.findall(f"{W}lvl")))
        starts = {}
        for override in number.findall(f"{W}lvlOverride"):
            at = as_int(override.get(f"{W}ilvl"), 0)
            levels.update(_levels(override.findall(f"{W}lvl"), at))
            if (start := _value(override, "startOverride")) != "":
                starts[at] = as_int(start, 1)
        lists[list_id] = NumberedList(abstract.get(f"{W}abstractNumId"), levels, starts)
    return lists


def _levels(elements: Iterable[Element], at: int = 0) -> Iterable[tuple[int, Level]]:
    for element in elements:
        number = as_int(element.get(f"{W}ilvl"), at)
        if 0 <= number < _LEVELS:
            yield number, _level(element)


def _level(element: Element) -> Level:
    style, width = _number_format(element)
    text = _value(element, "lvlText")
    if style == "bullet":
        fonts = element.find(f"{W}rPr/{W}rFonts")
        text = plain(text, "" if fonts is None else fonts.get(f"{W}ascii", ""))
        if element.find(f"{W}lvlPicBulletId") is not None:
            text = "·"
    legal = element.find(f"{W}isLgl")
    return Level(
        start=as_int(_value(element, "start"), 0),
        style=style,
        text=text,
        gap="" if _value(element, "suff") == "nothing" else " ",
        restart=as_int(_value(element, "lvlRestart"), -1),
        legal=legal is not None and is_on(legal),
        width=width,
        paragraph_style=_value(element, "pStyle"),
    )


def _number_format(level: Element) -> tuple[str, int]:
    """Format and least number of digits; Word 2010 writes its own formats beside one that older readers know."""
    custom = level.find(f".//{W}numFmt[@{W}format]")
    if custom is not None and re.fullmatch(r"0+1", first := custom.get(f"{W}format").split(",")[0].strip()):
        return "decimal", len(first)
    formats = level.findall(f".//{W}numFmt")
    return (formats[-1].get(f"{W}val", "decimal") if formats else "decimal"), 0


def _value(element: Element, child: str) -> str:
    found = element.find(f"{W}{child}")
    return "" if found is None else str(found.get(f"{W}val", ""))


def is_on(switch: Element) -> bool:
    """Whether an on/off element is on, which it is without a value."""
    return switch.get(f"{W}val", "1") not in ("0", "false", "off")


def as_int(text: str | None, default: int) -> int:
    """A whole number of at most nine digits, else the default.

    >>> as_int("-1", 0), as_int("x", 5), as_int(None, 2)
    (-1, 5, 2)
    """
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,9}", text) else default
