"""Text that remembers where each of its characters stood in the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain


@dataclass(frozen=True, slots=True)
class Mapped:
    """Cleaned text with the source offset of each of its characters (``len(text) == len(origin)``)."""

    text: str
    origin: tuple[int, ...]

    def cut(self, start: int, end: int | None = None) -> Mapped:
        """The part from ``start`` to ``end`` (offsets into ``text``)."""
        return Mapped(self.text[start:end], self.origin[start:end])

    def trimmed(self) -> Mapped:
        """The text without the blanks at its end.

        >>> Mapped("甲 ", (3, 4)).trimmed()
        Mapped(text='甲', origin=(3,))
        """
        return self.cut(0, len(self.text.rstrip()))

    def without(self, pieces: Sequence[tuple[int, int]]) -> Mapped:
        """The text with the given half-open ranges taken out; ranges are in order and apart.

        >>> Mapped("第 一 条", (0, 1, 2, 3, 4)).without([(1, 2), (3, 4)])
        Mapped(text='第一条', origin=(0, 2, 4))
        """
        if not pieces:
            return self
        starts = [0, *(end for _, end in pieces)]
        ends = [*(start for start, _ in pieces), len(self.text)]
        return concat(self.cut(start, end) for start, end in zip(starts, ends, strict=True))

    def blank(self, char: str) -> Mapped:
        """A blank to follow this text: it stands right after the last character (which the source has more of)."""
        return Mapped(char, (self.origin[-1] + 1,))


def concat(parts: Iterable[Mapped]) -> Mapped:
    """Parts in order as one text, in linear time.

    >>> concat([Mapped("甲", (0,)), Mapped("乙", (5,))])
    Mapped(text='甲乙', origin=(0, 5))
    """
    parts = list(parts)
    return Mapped(
        "".join(part.text for part in parts), tuple(chain.from_iterable(part.origin for part in parts))
    )
