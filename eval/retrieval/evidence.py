"""What counts as found. The rule was fixed before any ranking was looked at, and is the same for all.

The set gives a passage of about 250 characters, cut without regard to sentences, and an answer written by a machine.
The evidence of a question is the least number of sentences of the passage that carry the answer. A unit of text that a
search returns is right if it is of that file and

- at least half of it lies in the evidence (a small unit that is about nothing else), or
- at least half of the evidence lies in it (a large unit that holds the answer).

A small unit need not hold a whole list, and a large one may hold much else; neither is helped by merely touching.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from corpus import Span
from ingest.chunk import split_sentences

_ENOUGH = 0.8  # of what the passage has of the answer
_HALF = 0.5


def find_evidence(text: str, passage: Span, answer: str) -> tuple[Span, ...]:
    """Sentences of a passage that carry an answer: those that add most of its character pairs first, till most are there.

    The whole passage where it shares no pair of characters with the answer (是, 不可以).

    >>> text = "补贴由市里发放。每家最高50万元。解释权归市财政局。"
    >>> find_evidence(text, Span(0, len(text)), "最高补50万元")
    (Span(start=8, end=17),)
    >>> find_evidence(text, Span(8, 17), "可以")
    (Span(start=8, end=17),)
    """
    sentences, at = [], passage.start
    for sentence in split_sentences(text[passage.start : passage.end]):
        sentences.append((Span(at, at + len(sentence)), pairs(sentence)))
        at += len(sentence)
    wanted = pairs(answer)
    there = wanted & pairs(text[passage.start : passage.end])
    chosen: list[Span] = []
    left = set(there)
    while len(left) > (1 - _ENOUGH) * len(there):
        span, own = max(sentences, key=lambda each: len(each[1] & left))
        if not own & left:
            break
        chosen.append(span)
        left -= own
    return _joined(sorted(chosen)) or (passage,)


def is_right(unit: Span, evidence: Sequence[Span]) -> bool:
    """Whether a unit of the right file answers: half of it is evidence, or half of the evidence is in it.

    >>> evidence = (Span(10, 30), Span(50, 60))
    >>> [is_right(unit, evidence) for unit in (Span(20, 28), Span(0, 100), Span(25, 40), Span(0, 9))]
    [True, True, False, False]
    """
    shared = overlap(unit, evidence)
    return shared > 0 and shared >= _HALF * min(unit.length, sum(span.length for span in evidence))


def overlap(unit: Span, spans: Sequence[Span]) -> int:
    """Characters that a unit shares with spans, which do not overlap each other.

    >>> overlap(Span(5, 15), [Span(0, 7), Span(14, 20)])
    3
    """
    return sum(max(0, min(unit.end, span.end) - max(unit.start, span.start)) for span in spans)


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring letters, digits and Chinese characters, punctuation and blanks left out.

    >>> sorted(pairs("５0 万元！"))
    ['0万', '50', '万元']
    >>> pairs("")
    set()
    """
    plain = "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, neighbours that touch as one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)
