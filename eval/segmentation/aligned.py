"""From one text to another that differs in blanks only: counting non-blank characters."""

from __future__ import annotations

from collections.abc import Sequence


def ink(text: str) -> list[int]:
    """Offset of each non-blank character.

    >>> ink(" 甲\\n乙 ")
    [1, 3]
    """
    return [at for at, character in enumerate(text) if not character.isspace()]


def carry(offsets: Sequence[int], source: str, target: str) -> list[int] | None:
    """Offsets in ``source`` as offsets in ``target``, None where the two differ by more than blanks.

    >>> carry([0, 2], "一 、甲", "一、 甲")
    [0, 1]
    >>> carry([0], "甲", "乙") is None
    True
    """
    if source == target:
        return list(offsets)
    if "".join(source.split()) != "".join(target.split()):
        return None
    there = [*ink(target), len(target)]
    rank, seen = [], 0
    for character in source:
        rank.append(seen)
        seen += not character.isspace()
    rank.append(seen)
    return [there[rank[at]] for at in offsets]


def stretches(paragraphs: Sequence[str], text: str) -> list[int | None]:
    """Where each paragraph starts in a text that holds them in this order; None for one that is not there or blank.

    >>> stretches(["标题", "", "一、甲"], "标 题\\n一、 甲\\n")
    [0, None, 4]
    >>> stretches(["乙"], "甲")
    [None]
    """
    there = ink(text)
    packed = "".join(text.split())
    found: list[int | None] = []
    at = 0
    for paragraph in paragraphs:
        words = "".join(paragraph.split())
        hit = packed.find(words, at) if words else -1
        if hit < 0:
            found.append(None)
            continue
        found.append(there[hit])
        at = hit + len(words)
    return found
