"""One form for comparing texts: width, case, spaces and Roman numerals folded. Never shown to anyone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus import Span
from kb import tokens

_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans("“”‘’「」『』", '""\'\'""""')


def fold(text: str) -> str:
    """The index's folding, without spaces and with plain quotes; so Ⅱ期, II 期 and ii期 compare equal.

    >>> fold("Ⅱ 期（试行）"), fold("４０％")
    ('ii期(试行)', '40%')
    """
    return _SPACE.sub("", tokens.fold(text)).translate(_QUOTES)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text that knows where each of its characters stands in the text as typed.

    >>> folded = fold_mapped("《Ⅱ 期 办法》")
    >>> folded.text, folded.span(1, 4)
    ('《ii期办法》', Span(start=1, end=4))
    """

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The typed characters that a range of folded ones stands for.

        Raises:
            IndexError: an empty range, or one that does not lie in the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise IndexError(f"no such range: {start}..{end}")
        return Span(self.origin[start], self.origin[end - 1] + 1)


@lru_cache(8192)
def _fold_char(char: str) -> str:
    return fold(char)


def fold_mapped(text: str) -> Folded:
    """``fold`` with the way back; where characters fold differently together, each is folded by itself."""
    chars: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for form in _fold_char(char):
            chars.append(form)
            origin.append(at)
    return Folded("".join(chars), tuple(origin))
