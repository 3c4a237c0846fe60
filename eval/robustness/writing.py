"""Other ways to type the same characters: traditional forms, no punctuation, mixed width, spaces."""

from __future__ import annotations

import re
from functools import cache
from random import Random
from typing import Any

_MARKS = re.compile(
    r"""
      (?P<kept>
          [〔（(\[] \s* (?: \d+ | [一二三四五六七八九十]+ ) \s* [〕）)\]]      # of a year or a clause: 〔2024〕, （三）
        | (?<=[一二三四五六七八九十]) 、 (?=[（(\d])                          # 四、（三）
        | (?<=\d) [.,] (?=\d)                                            # 1.5
      )
    | [，。；：？！、…—~～“”‘’"'《》（）()?!;:.,]+
    """,
    re.VERBOSE,
)
_EDGE = re.compile(r"[0-9A-Za-zⅠ-Ⅻ]")
_WIDE = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(0x21, 0x7F))}
_NARROW = dict(zip("，；：？！（）％", ",;:?!()%", strict=True))
_LATIN = re.compile(r"[0-9A-Za-z%.]+")
_BETWEEN = re.compile(r"(?<=[一-鿿])(?=[一-鿿])")
_BESIDE = re.compile(r"(?<=[一-鿿])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z%])(?=[一-鿿])")
_OUTER_SPACE = re.compile(r"(?<![0-9A-Za-z.])[ 　]+|[ 　]+(?![0-9A-Za-z.])")


def traditional(text: str, _random: Random) -> str:
    """Traditional characters as written in Taiwan, by OpenCC.

    >>> traditional("临床试验保险", Random(1))
    '臨床試驗保險'
    """
    return str(_opencc().convert(text))


def unpunctuated(text: str, _random: Random) -> str:
    """No marks but those of numbers, of clauses and of documents; a space where two Latin words would run together.

    >>> unpunctuated("鲁科字〔2024〕137号 三、（一）里，投入1.5亿、“新药贷”怎么说？", Random(1))
    '鲁科字〔2024〕137号 三、（一）里投入1.5亿新药贷怎么说'
    >>> unpunctuated("FDA、EMA注册", Random(1))
    'FDA EMA注册'
    """

    def bare(mark: re.Match[str]) -> str:
        if mark["kept"]:
            return mark[0]
        beside = text[max(0, mark.start() - 1) : mark.start()], text[mark.end() : mark.end() + 1]
        return " " if all(map(_EDGE.fullmatch, beside)) else ""

    return _MARKS.sub(bare, text)


def mixed_width(text: str, random: Random) -> str:
    """Digits, letters and percent signs wide in half of their runs, Chinese marks narrow in half of their places.

    >>> mixed_width("投入3000万，CAR-T", Random(3))
    '投入３０００万，CAR-Ｔ'
    """
    wide = _LATIN.sub(lambda run: run[0].translate(_WIDE) if random.random() < 0.5 else run[0], text)
    return "".join(_NARROW.get(char, char) if random.random() < 0.5 else char for char in wide)


def spaced(text: str, random: Random) -> str:
    """Spaces where numbers and letters meet Chinese, and one in twelve between Chinese characters; typed ones gone.

    >>> spaced("研发投入3000万", Random(1))
    '研发投入 3000 万'
    """
    joined = _OUTER_SPACE.sub("", text)
    apart = _BETWEEN.sub(lambda _: " " if random.random() < 1 / 12 else "", joined)
    return _BESIDE.sub(lambda _: " " if random.random() < 0.5 else "", apart)


@cache
def _opencc() -> Any:
    from opencc import OpenCC

    return OpenCC("s2tw")
