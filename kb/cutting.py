"""Words of Chinese text by jieba's dictionary and terms of one's own.

The reading is jieba's (the likeliest words by their frequencies, no guessing of unknown ones), found three times as
fast. Terms of one's own live in a copy: jieba itself, by which files are parsed, stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from math import exp, log

_IMPOSSIBLE = float("-inf")


class Cutter:
    """Cuts text into words; safe to use from several threads.

    >>> Cutter().cut("设立新药贷款")
    ['设立', '新药', '贷款']
    >>> Cutter(["新药贷"]).cut("推出新药贷"), Cutter(["新药贷"]).cut("新药贷款")
    (['推出', '新药贷'], ['新药', '贷款'])
    """

    def __init__(self, terms: Collection[str] = ()) -> None:
        """Load jieba's dictionary (about a second, once a process) and add terms, each at the least frequency that joins it.

        Args:
            terms: words that are to stay whole where the text reads likelier so.
        """
        from ingest.words import dictionary

        known, total = dictionary()
        self._counts: Mapping[str, int] = known
        self._log_total = log(total)
        if terms:
            self._counts = counts = dict(known)
            for term in sorted(terms, key=lambda term: (len(term), term)):  # a longer one joins shorter ones
                frequency = self.joining_frequency(term)
                for end in range(1, len(term)):
                    counts.setdefault(term[:end], 0)
                counts[term] = frequency

    def joining_frequency(self, term: str) -> int:
        """The least count by which a term is read as one word rather than as its parts (jieba's ``suggest_freq``).

        >>> Cutter().joining_frequency("新药贷") > 0
        True
        """
        likelihood = sum(log(self._counts.get(word) or 1) - self._log_total for word in self.cut(term))
        return max(int(exp(likelihood + self._log_total)) + 1, self._counts.get(term, 1))

    def knows(self, word: str) -> bool:
        """Whether a word is in the dictionary."""
        return bool(self._counts.get(word))

    def cut(self, text: str) -> list[str]:
        """The likeliest words of a text; joined they give it again.

        The path of highest probability, found from the end: what is best behind a place does not depend on what is
        before it. Of equally likely readings the one with the longer word wins, as in jieba.
        """
        get, log_total, size = self._counts.get, self._log_total, len(text)
        best = [0.0] * (size + 1)
        ends = [0] * size
        for start in range(size - 1, -1, -1):
            end = start + 1
            count = get(text[start])
            top, chosen = _IMPOSSIBLE, 0
            if count:
                top, chosen = log(count) - log_total + best[end], end
            while count is not None and end < size:  # as long as some word begins so
                end += 1
                count = get(text[start:end])
                if count:
                    likelihood = log(count) - log_total + best[end]
                    if likelihood >= top:
                        top, chosen = likelihood, end
            if not chosen:  # no word begins here: the character is one by itself
                top, chosen = best[start + 1] - log_total, start + 1
            best[start], ends[start] = top, chosen
        words = []
        start = 0
        while start < size:
            words.append(text[start : ends[start]])
            start = ends[start]
        return words


@cache
def plain_cutter() -> Cutter:
    """The cutter without terms of one's own."""
    return Cutter()
