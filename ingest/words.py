"""Chinese words, by jieba: where a text may be cut, and which of two readings is likelier."""

from __future__ import annotations

import logging
import math
import re
from functools import cache
from typing import Any

_WINDOW = 12  # characters of context on each side of a join
_MARGIN = math.log(10)  # the undoubled reading must be ten times likelier
_CHINESE = re.compile(r"[一-鿿]+$")


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
    return list(_jieba().cut(text, HMM=False))


def log_likelihood(text: str) -> float:
    """Log probability (nats) of the likeliest segmentation under jieba's word frequencies (a unigram model)."""
    tokenizer = _jieba().dt
    total = math.log(tokenizer.total)
    return sum(math.log(tokenizer.FREQ.get(word) or 1) - total for word in segment(text))


def undoubled_is_likelier(before: str, after: str, size: int) -> bool:
    """Whether the ``size`` characters that end ``before`` and start ``after`` were printed twice by a page break.

    Compares the readings with the characters twice and once, in a window around the join.

    >>> undoubled_is_likelier("成药性评价等应用基", "基础研究新技术", 1)
    True
    >>> undoubled_is_likelier("根据实际需要", "要求企业", 1), undoubled_is_likelier("人", "人有责", 1)
    (False, False)
    """
    if not _CHINESE.fullmatch(before[-size:]):
        return False
    left = re.split(r"[^一-鿿]", before[-_WINDOW:])[-1]
    right = re.split(r"[^一-鿿]", after[:_WINDOW])[0]
    return log_likelihood(left + right[size:]) > log_likelihood(left + right) + _MARGIN
