"""How Chinese characters sound, tones aside, by pypinyin: each with its commonest reading."""

from __future__ import annotations

import re
from functools import cache

_ALIKE = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"([aei]n)g$"), r"\1"))


def sound(text: str) -> tuple[str, ...]:
    """A syllable for each character; one that is not Chinese stands for itself.

    >>> sound("临床试验") == sound("临床实验"), sound("高企")
    (True, ('gao', 'qi'))
    """
    return tuple(map(_syllable, text))


def rough_sound(text: str) -> tuple[str, ...]:
    """The same where zh is z, ch c, sh s, and ang an, eng en, ing in, as many people speak and type.

    >>> rough_sound("心药") == rough_sound("新药"), rough_sound("升") == rough_sound("森")
    (True, True)
    """
    return tuple(map(_rough, sound(text)))


@cache
def _rough(syllable: str) -> str:
    for pattern, plain in _ALIKE:
        syllable = pattern.sub(plain, syllable)
    return syllable


@cache
def _syllable(char: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(char, v_to_u=False)[0])
