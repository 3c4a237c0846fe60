"""Chinese words, by jieba: where a text may be cut, and which of two readings is likelier."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from typing import Any

_WINDOW = 12  # characters of context on each side of a join
_MARGIN = math.log(10)  # the undoubled reading must be ten times likelier
_BOUND = 0.1  # a character this seldom a word of its own is a stray piece when it stands alone
_CHINESE = re.compile(r"[一-鿿]+")
_LONG = 2000  # characters jieba is given at once: its memory grows with the length of a run
_OVERLAP = 40  # characters whose words are settled again with what follows
_COUNTED = re.compile(r"[\d一二三四五六七八九十百千万亿两几数各每本该我全某同另]$")


@cache
def _jieba() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


def segment(text: str) -> list[str]:
    """Words of a text in order; joined they give the text again.

    >>> segment("应用基础研究")
    ['应用', '基础', '研究']
    """
    words: list[str] = []
    start = 0
    while len(text) - start > _LONG:
        window = list(_jieba().cut(text[start : start + _LONG], HMM=False))
        settled, length = [], 0
        for word in window:
            if length + len(word) > _LONG - _OVERLAP:
                break
            settled.append(word)
            length += len(word)
        words += settled or window
        start += length or _LONG
    return words + list(_jieba().cut(text[start:], HMM=False))


def log_likelihood(text: str) -> float:
    """Log probability (nats) of the likeliest segmentation under jieba's word frequencies (a unigram model)."""
    tokenizer = _jieba().dt
    total = math.log(tokenizer.total)
    return sum(math.log(tokenizer.FREQ.get(word) or 1) - total for word in segment(text))


def undoubled_is_likelier(before: str, after: str, size: int) -> bool:
    """Whether the ``size`` characters that end ``before`` and start ``after`` were printed twice by a page break.

    They were if the break left a stray piece: with the characters twice, one copy is no word and no part of one; with
    them once, the text reads likelier. Where both copies belong to words (需要 / 要求, 人人) the text is left alone.

    >>> undoubled_is_likelier("成药性评价等应用基", "基础研究新技术", 1)
    True
    >>> undoubled_is_likelier("根据实际需要", "要求企业", 1), undoubled_is_likelier("人", "人有责", 1)
    (False, False)
    >>> undoubled_is_likelier("各市", "市场监管局", 1), undoubled_is_likelier("支持3家", "家庭农场", 1)
    (False, False)
    """
    if not _CHINESE.fullmatch(before[-size:]) or before[-size:] != after[:size]:
        return False
    if _COUNTED.search(before[:-size]) or after[size : size + 1] == "〔":
        return False  # 3家/家庭农场, 各市/市场监管局, 发改法规/规〔2020〕
    left = re.split(r"[^一-鿿]", before[-_WINDOW:])[-1]
    right = re.split(r"[^一-鿿]", after[:_WINDOW])[0]
    once = left + right[size:]
    if log_likelihood(once) <= log_likelihood(left + right) + _MARGIN:
        return False
    strays = _strays(left, right, size)
    return any(map(_is_bound, strays)) or (bool(strays) and _word_across(once, len(left) - size, len(left)))


def _strays(left: str, right: str, size: int) -> list[str]:
    """Characters of either copy that are words by themselves when both copies are read.

    None where one word holds both copies (人人, 天天), and none of a piece beside another piece: the two may be a
    word that jieba does not know (施策/策划).
    """
    words = segment(left + right)
    ends = list(accumulate(map(len, words)))
    if len(left) not in ends:
        return []
    strays = []
    for n, (word, end) in enumerate(zip(words, ends, strict=True)):
        if len(word) == 1 and len(left) - size < end <= len(left) + size:
            outer = n - 1 if end <= len(left) else n + 1
            beside = words[outer] if 0 <= outer < len(words) else ""
            if len(beside) != 1 or not _is_bound(beside):
                strays.append(word)
    return strays


def _word_across(text: str, start: int, end: int) -> bool:
    """Whether one word of the text reaches beyond ``start`` and ``end`` on both sides: 高/水/平."""
    at = 0
    for word in segment(text):
        if at < start and end < at + len(word):
            return True
        at += len(word)
    return False


@cache
def _is_bound(char: str) -> bool:
    """Whether a character is mostly a part of words: 基, 企, 展 are; 市, 人, 的 are not.

    >>> _is_bound("基"), _is_bound("市")
    (True, False)
    """
    frequencies = _jieba().dt.FREQ
    inside = sum(count for word, count in frequencies.items() if char in word)
    return not inside or frequencies.get(char, 0) / inside < _BOUND


def frequency(word: str) -> float:
    """Share of a word among all words of general Chinese, by jieba's dictionary; that of a single count if unknown.

    >>> frequency("企业") > frequency("细胞") > frequency("高新技术企业")
    True
    """
    tokenizer = _jieba().dt
    return float((tokenizer.FREQ.get(word) or 1) / tokenizer.total)


def dictionary() -> tuple[Mapping[str, int], int]:
    """Jieba's words with their counts, the beginnings of words with 0, and the sum of all counts; not to be changed.

    >>> counts, total = dictionary()
    >>> counts["高新技术"] > 0, counts["高新技"], total > 10_000_000
    (True, 0, True)
    """
    tokenizer = _jieba().dt
    return tokenizer.FREQ, tokenizer.total
