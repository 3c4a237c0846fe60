"""Reading a message piece by piece: segments between punctuation, words, and whether they are denied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

BREAKS = "，。；;！？!?\n"
SENTENCE_ENDS = "。；;！？!?\n"

# 不是仿制药 / 非仿制药 / 没有做仿制药; not 是不是, 有没有, 非常
_DENIAL = re.compile(
    r"""
    (?: (?<!是)不是 | 并不是 | 并非 | (?<!除)(?<!并)非(?!常) | 不属于 | (?<!算)不算 | (?<!有)没有 | 没做 | 不做 | 不含
      | (?<!是)不(?=$) | 不包括 | 不包含 | (?<!在)不在 | 不去 | 没(?![想有做]) | 不搞 | 无关 )
    (?P<between> (?: (?!而是|而) . ){0,20} ) $
    """,
    re.VERBOSE,
)
_LISTED = re.compile(r"[、或和及]|以及|也不是|还是")


def find_words(text: str, words: Iterable[str]) -> Iterator[re.Match[str]]:
    """Occurrences of words; one that starts or ends in a digit or Latin letter is not found inside a longer one.

    >>> [m[0] for m in find_words("12类、2类、III类", ["2类", "II类"])]
    ['2类']
    """
    listed = sorted(words, key=len, reverse=True)
    if not listed:
        return iter(())
    pattern = "|".join(
        (r"(?<![0-9A-Za-z.])" if word[0].isascii() and word[0].isalnum() else "")
        + re.escape(word)
        + (r"(?![0-9A-Za-z])" if word[-1].isascii() and word[-1].isalnum() else "")
        for word in listed
    )
    return re.finditer(pattern, text, re.IGNORECASE)


def is_denied(text: str, at: int, reach: int = 6) -> bool:
    """Whether the word that starts at ``at`` is denied by what stands before it in its segment.

    Args:
        text: the message.
        at: where the word starts.
        reach: how many characters may stand between; in a list (不是改良型或仿制药) more, unless this is less than 6.

    >>> is_denied("不是仿制药", 2), is_denied("是不是仿制药", 3), is_denied("不是1类而是仿制药", 6)
    (True, False, False)
    """
    start = max((text.rfind(mark, 0, at) for mark in BREAKS + ","), default=-1) + 1
    denial = _DENIAL.search(text[start:at])
    if not denial:
        return False
    between = denial["between"]
    return len(between) <= reach or (reach >= 6 and bool(_LISTED.search(between)))
