"""What stands on a page: pieces of text with boxes, ruling lines, and the rows that the pieces form.

Coordinates are of the page as it is read, y downwards, in points (PDF) or pixels (pictures).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

WIDE_GAP = 2.3  # ems of white between two cells; justified Chinese text stays below one, 文　　号 takes two
_WIDE = re.compile(r"[^\x00-\u024f]")
_OPEN_LATIN = re.compile(r"[!-~]$")
_LATIN = re.compile(r"[!-~]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stand together on one line.

    Attributes:
        text: without blanks at its ends.
        left, top, right, bottom: box of the characters, y downwards.
        size: the em, in the unit of the box.
        confidence: of recognition, 1 for text that was not recognised.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    confidence: float = 1.0

    @property
    def middle(self) -> float:
        """Height of the middle of the line."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line, horizontal where it is wider than high."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        """Whether it runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """One page, with its pieces in the order in which they were drawn.

    Attributes:
        number: from 1.
        width, height: of the page as it is read.
        pieces: its text.
        rules: its ruling lines.
        recognised: whether the text comes from OCR, whose boxes are true to half a character only.
    """

    number: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    rules: tuple[Rule, ...] = ()
    recognised: bool = False


def ems(text: str) -> float:
    """Width of a text in ems: one a Chinese character, half a Latin one.

    >>> ems("到2030年")
    4.0
    """
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide) / 2


def join_texts(before: str, after: str) -> str:
    """Two pieces of a sentence: a blank between Latin words only.

    >>> join_texts("推进健康", "江西建设"), join_texts("Action", "Plan"), join_texts("到", "2030年")
    ('推进健康江西建设', 'Action Plan', '到2030年')
    >>> join_texts("", "总则")
    '总则'
    """
    if _OPEN_LATIN.search(before) and _LATIN.match(after) and not before.endswith(("-", "/")):
        return f"{before} {after}"
    return before + after


def rows(pieces: Sequence[Piece]) -> list[tuple[Piece, ...]]:
    """Pieces to rows, top to bottom; within a row left to right, what stands close together as one piece.

    Raised, lowered and slightly askew pieces belong to the row they overlap most.

    >>> a, b = Piece("面积", 0, 0, 20, 10, 10), Piece("2", 20, -2, 23, 4, 6)
    >>> [[piece.text for piece in row] for row in rows([a, b, Piece("人口", 60, 1, 80, 11, 10)])]
    [['面积2', '人口']]
    >>> rows([])
    []
    """
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.middle, piece.left)):
        group = next((group for group in reversed(groups[-4:]) if _same_row(group, piece)), None)
        if group is None:
            groups.append([piece])
        else:
            group.append(piece)
    groups.sort(key=lambda group: max(group, key=lambda piece: ems(piece.text)).middle)
    return [tuple(_merged(sorted(group, key=lambda piece: piece.left))) for group in groups]


def _same_row(group: Sequence[Piece], piece: Piece) -> bool:
    """Whether a piece stands beside the pieces of a row, at about their height."""
    main = max(group, key=lambda other: other.size)
    overlap = min(main.bottom, piece.bottom) - max(main.top, piece.top)
    if overlap < 0.5 * min(main.bottom - main.top, piece.bottom - piece.top):
        return False
    return all(
        min(other.right, piece.right) - max(other.left, piece.left) < 0.6 * main.size for other in group
    )


def _merged(row: Sequence[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in row:
        last = merged[-1] if merged else None
        if last is None or piece.left - last.right >= WIDE_GAP * max(last.size, piece.size):
            merged.append(piece)
        else:
            merged[-1] = merge(last, piece)
    return merged


def merge(left: Piece, right: Piece) -> Piece:
    """Two pieces of one row as one; what is recognised is as sure as its parts on average."""
    gap = right.left - left.right
    main = max(left, right, key=lambda piece: ems(piece.text))
    blank = gap > 0.15 * main.size and bool(_OPEN_LATIN.search(left.text) and _LATIN.match(right.text))
    total = len(left.text) + len(right.text)
    return replace(
        main,
        text=f"{left.text}{' ' if blank else ''}{right.text}",
        left=min(left.left, right.left),
        right=max(left.right, right.right),
        confidence=(left.confidence * len(left.text) + right.confidence * len(right.text)) / total,
    )
