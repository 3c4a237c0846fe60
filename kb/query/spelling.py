"""A question as typed, read as it is meant: traditional characters, wide letters, stray spaces, wrong characters.

Only what is asked is read so; clauses and quotes stay as they are printed. Figures, and words that turn a condition,
are never changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import yaml

from ingest.words import dictionary
from kb.cutting import Cutter
from kb.lexicon import default_lexicon
from kb.query.sounds import rough_sound, sound
from kb.tokens import DECISIVE_WORDS, STOP_WORDS

_FILE = Path(__file__).with_name("spelling.yaml")
_WIDE = {
    0xFEE0 + code: code
    for code in map(ord, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%.")
}
_CHINESE = re.compile(r"[一-鿿]{2,}")
_AFTER_FIGURE = re.compile(r"(?<=[0-9A-Za-z%])[ \u3000]+(?=[一-鿿])")
_GAP = re.compile(r"(?<=[一-鿿])[ \u3000]+(?=[一-鿿])")
_DOUBLED = re.compile(r"(.)(?=\1)")
_FIXED = frozenset("一二三四五六七八九十百千万亿两几零〇半首多少元角分") | {
    char for word in DECISIVE_WORDS for char in word if len(word) == 1
}
_LONGEST = 8  # characters of a word that is looked for
_LONG = 3  # characters from which a sound alike will do, and a rare word may be another one misspelt
_OFFICES = tuple("局厅委办部院署")
_COMMON_PAIR = (
    500  # count from which a word of two characters may be meant by their swap, if it is none of ours
)
_SURE = 4  # characters from which the same sound is enough, however common the pieces are
_SLIP = 1e-4  # how often two characters are swapped
_KNOWN = 1000  # count that a word of ours is given, however rare in general Chinese
_RARE_CHARACTER, _RARE_WORD = 2000, 20  # counts in jieba's dictionary below which a piece is a stray one


@dataclass(frozen=True, slots=True)
class Typed:
    """A question as it is read.

    Attributes:
        text: as meant.
        corrections: words taken for misspelt, with the words they are read as, in order; a character typed twice is none.
    """

    text: str
    corrections: tuple[tuple[str, str], ...] = ()


def read_typed(text: str) -> Typed:
    """Read a question.

    >>> read_typed("臨床試驗費用，投入３０００ 万").text
    '临床试验费用，投入3000万'
    >>> read_typed("搞企有多少家").corrections, read_typed("不超过2000万").corrections
    ((('搞企', '高企'),), ())
    """
    return _speller().read(joined(simplified(text).translate(_WIDE)))


def simplified(text: str) -> str:
    """A text in simplified characters, by OpenCC; one that is simplified throughout loads nothing.

    >>> simplified("研發投入"), simplified("研发投入")
    ('研发投入', '研发投入')
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter().convert(text))
    return text


def joined(text: str) -> str:
    """A text without the spaces that stand within a word or between a figure and its unit.

    >>> joined("干细 胞 备案 机构"), joined("投入6000 万")
    ('干细胞 备案 机构', '投入6000万')
    """
    closed = _AFTER_FIGURE.sub("", text)
    for gap in reversed(list(_GAP.finditer(closed))):
        before, after = closed[: gap.start()], closed[gap.end() :]
        left = re.split(r"[^一-鿿]", before[-_LONGEST:])[-1]
        right = re.split(r"[^一-鿿]", after[:_LONGEST])[0]
        ends, at = set(), 0
        for word in _cutter().cut(left + right):
            at += len(word)
            ends.add(at)
        if len(left) not in ends:
            closed = before + after
    return closed


class Speller:
    """Finds words that are another one misspelt: of the same sound, with two characters swapped, or one typed twice.

    A misspelt word falls into pieces that hardly stand alone (药 新 贷), or is a rare word, or sounds just like a word of
    four characters; where all pieces are common words (房租 补贴) nothing else is changed.

    >>> speller = Speller(["临床试验", "新药贷", "高企"], {"搞企": "高企"})
    >>> [speller.read(text).text for text in ("临床实验保险", "药新贷", "新药药贷", "搞企业")]
    ['临床试验保险', '新药贷', '新药贷', '搞企业']
    """

    def __init__(self, words: Iterable[str], wrong: Mapping[str, str] | None = None) -> None:
        """Take the words it knows, and words that are always wrong with what is meant."""
        chinese = {word for word in words if _CHINESE.fullmatch(word) and len(word) <= _LONGEST}
        self._known = frozenset(chinese)
        self._wrong = dict(wrong or {})
        self._cutter = Cutter([*sorted(chinese), *self._wrong])
        self._by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._by_rough_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for word in sorted(chinese):
            self._by_sound[sound(word)].append(word)
            self._by_rough_sound[rough_sound(word)].append(word)

    def read(self, text: str) -> Typed:
        """Read a text with what is misspelt in it put right."""
        found: list[tuple[str, str]] = []

        def put_right(run: re.Match[str]) -> str:
            parts = []
            for part, meant in self._parts(run[0]):
                parts.append(meant)
                if meant not in ("", part):
                    found.append((part, meant))
            return "".join(parts)

        return Typed(_CHINESE.sub(put_right, text), tuple(found))

    def _parts(self, run: str) -> Iterator[tuple[str, str]]:
        """Stretches of a run from one border of words to another, each with what it means."""
        words = self._cutter.cut(run)
        at = 0
        while at < len(words):
            taken = 1
            meant = words[at]
            for count in range(min(_LONGEST, len(words) - at), 0, -1):
                stretch = "".join(words[at : at + count])
                if stretch in self._known:
                    taken, meant = count, stretch
                    break
                if right := self._meant(stretch, words[at : at + count]):
                    taken, meant = count, right
                    break
            written = "".join(words[at : at + taken])
            if taken == 1 and len(written) == 1 and _is_doubled(words, at):
                meant = ""
            yield written, meant
            at += taken

    def _meant(self, stretch: str, pieces: Sequence[str]) -> str | None:
        """The word that a stretch of some pieces is misspelt for."""
        if stretch in self._wrong:
            return self._wrong[stretch]
        if not 2 <= len(stretch) <= _LONGEST + 1:
            return None
        if len(stretch) >= _SURE and len(same := self._by_sound.get(sound(stretch), [])) == 1:
            return same[0] if _may_be(stretch, same[0]) else None
        if not any(map(_is_stray, pieces)):
            return self._unswapped(stretch, pieces) if {len(piece) for piece in pieces} == {1} else None
        if len(stretch) < _LONG and (len(pieces) == 1 or not STOP_WORDS.isdisjoint(stretch)):
            return None
        alike = [
            word for word in self._by_rough_sound.get(rough_sound(stretch), ()) if _may_be(stretch, word)
        ]
        nearest = [word for word in alike if sound(word) == sound(stretch)] or alike
        if len(nearest) == 1:
            return nearest[0]
        once = _DOUBLED.sub("", stretch)
        if once != stretch and once in self._known:
            return once
        return self._unswapped(stretch, pieces)

    def _unswapped(self, stretch: str, pieces: Sequence[str]) -> str | None:
        """The likeliest word of which a stretch is a slip of the finger, where that is likelier than its pieces."""
        least = _COMMON_PAIR if len(stretch) < _LONG else 1
        words = [word for word in _swaps(stretch) if word in self._known or _count(word) >= least]
        if not words or len(pieces) == 1:
            return None
        best = max(words, key=lambda word: (word in self._known, _count(word)))
        total = dictionary()[1]
        slip = _SLIP * (_KNOWN if best in self._known else _count(best)) / total
        return best if slip > prod(max(_count(piece), 1) / total for piece in pieces) else None


def _is_doubled(words: Sequence[str], at: int) -> bool:
    """Whether a character that stands alone is the end of the word before it, or the start of the next, typed twice."""
    before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
    if not _FIXED.isdisjoint(words[at]):
        return False
    ends = len(before) > 1 and before.endswith(words[at])
    return ends or (len(after) > 1 and after.startswith(words[at]))


def _count(word: str) -> int:
    return dictionary()[0].get(word) or 0


def _is_stray(piece: str) -> bool:
    return _count(piece) < (_RARE_CHARACTER if len(piece) == 1 else _RARE_WORD)


def _swaps(word: str) -> Iterator[str]:
    """A word with each pair of neighbours swapped, where that is not itself a pair that turns a condition."""
    for at in range(len(word) - 1):
        one, other = word[at], word[at + 1]
        if one != other and _FIXED.isdisjoint((one, other)):
            yield word[:at] + other + one + word[at + 2 :]


def _may_be(typed: str, word: str) -> bool:
    """Whether only characters that may be wrong differ; two characters must sound the same without allowance."""
    differing = [pair for pair in zip(typed, word, strict=True) if pair[0] != pair[1]]
    if len(word) < _LONG and (sound(typed) != sound(word) or not _FIXED.isdisjoint(word)):
        return False
    if len(word) == _LONG and word.endswith(_OFFICES):
        return False  # 水务局 is no 税务局
    return bool(differing) and all(_FIXED.isdisjoint(pair) for pair in differing)


@cache
def _speller() -> Speller:
    given = yaml.safe_load(_FILE.read_text("utf-8"))
    return Speller([*default_lexicon().vocabulary, *given["用语"]], given["错写"])


@cache
def _cutter() -> Cutter:
    given: Collection[str] = yaml.safe_load(_FILE.read_text("utf-8"))["用语"]
    return Cutter([*(w for w in sorted(default_lexicon().vocabulary) if _CHINESE.fullmatch(w)), *given])


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
