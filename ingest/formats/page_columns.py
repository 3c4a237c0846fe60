"""Reading order of a page, and the frame that its running text fills: left edge, right edge, line pitch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.formats.page_pieces import Piece, ems, rows

_MIN_LINES = 5  # of each of two columns
_SHORT = 12  # lines of a page on which a single one may be the only one at the edge
_LONG = 10  # ems: lines that may show where the right edge is
_HALF = 0.6  # of a full line's width: what a line has to have to show an edge
_UNSEEN = 4  # ems beyond short lines where no long one shows the edge: none of them fills its line
_FILLED = 0.75  # of a column's width: as wide as most of its lines must be


@dataclass(frozen=True, slots=True)
class Frame:
    """Where running text starts and ends on a line, and how far apart its lines are.

    Attributes:
        left, right: edges of the full lines.
        pitch: from line to line within a paragraph, 0 if unknown.
        size: em of the running text.
        lines: how many lines it was measured on.
        sure: whether full lines show the right edge.
    """

    left: float
    right: float
    pitch: float
    size: float
    lines: int
    sure: bool = True


def columns(pieces: Sequence[Piece]) -> list[list[tuple[Piece, ...]]]:
    """Rows of a page in reading order, one list for each column or undivided stretch.

    Two columns are taken for such only where a white band runs between two good handfuls of lines that fill their half.

    >>> left = [Piece("左" * 20, 0, 20 * n, 200, 20 * n + 10, 10) for n in range(6)]
    >>> right = [Piece("右" * 20, 230, 20 * n, 430, 20 * n + 10, 10) for n in range(6)]
    >>> [len(column) for column in columns([piece for pair in zip(left, right) for piece in pair])]
    [6, 6]
    >>> [len(column) for column in columns(left)], columns([])
    ([6], [])
    """
    if not pieces:
        return []
    gutter = _gutter(pieces)
    if gutter is None:
        return [rows(pieces)]
    flow: list[list[tuple[Piece, ...]]] = []
    left = [piece for piece in pieces if not piece.left < gutter < piece.right]
    for banner in rows([piece for piece in pieces if piece.left < gutter < piece.right]):
        flow += [
            *_side_by_side([piece for piece in left if piece.middle < banner[0].middle], gutter),
            [banner],
        ]
        left = [piece for piece in left if piece.middle >= banner[0].middle]
    return flow + _side_by_side(left, gutter)


def _side_by_side(pieces: Sequence[Piece], gutter: float) -> list[list[tuple[Piece, ...]]]:
    sides = ([p for p in pieces if p.right <= gutter], [p for p in pieces if p.left >= gutter])
    return [rows(side) for side in sides if side]


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Middle of the white band between two columns of running text."""
    size = median(piece.size for piece in pieces)
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    middle = (left + right) / 2
    halves = [piece for piece in pieces if not piece.left < middle < piece.right]
    before = [piece for piece in halves if piece.right <= middle]
    after = [piece for piece in halves if piece.left >= middle]
    if min(len(before), len(after)) < _MIN_LINES or 2 * (len(pieces) - len(halves)) > len(pieces):
        return None
    inner, outer = max(piece.right for piece in before), min(piece.left for piece in after)
    if outer - inner < size:
        return None
    for side in (before, after):
        width = max(piece.right for piece in side) - min(piece.left for piece in side)
        filled = [piece for piece in side if piece.right - piece.left > _FILLED * width]
        if 2 * len(filled) < len(side) or width < 10 * size:
            return None
    return (inner + outer) / 2


def measure(column: Sequence[tuple[Piece, ...]], usual: float = 0.0, wide: float = 0.0) -> Frame | None:
    """The frame of rows that stand below each other, None without any of one piece.

    Args:
        column: the rows.
        usual: em of the document's running text; rows of it decide where they are a fair part of the column.
        wide: how wide the document's full lines are; shorter ones show no edge.

    >>> lines = [(Piece("文" * 20, 0, 20 * n, 200, 20 * n + 10, 10),) for n in range(4)]
    >>> measure(lines)
    Frame(left=0.0, right=200.0, pitch=20.0, size=10, lines=4, sure=True)
    >>> measure([]) is None
    True
    """
    singles = [row[0] for row in column if len(row) == 1]
    near = [line for line in singles if abs(line.size - usual) <= 0.12 * usual]
    size = usual if 4 * _amount(near) >= _amount(singles) > 0 else body_size(singles)
    body = [row[0] for row in column if len(row) == 1 and abs(row[0].size - size) <= 0.15 * size]
    if not body:
        return None
    pitches = [
        below[0].middle - above[0].middle
        for above, below in pairwise(column)
        if len(above) == len(below) == 1
        and max(abs(line[0].size - size) for line in (above, below)) <= 0.15 * size
    ]
    left = _edge([line.left for line in body], size)
    # a few short lines that happen to end together (labels of a form) are no edge
    shortest = max(_LONG * size, _HALF * wide)
    long = [line.right for line in body if line.right - line.left >= shortest and line.left < left + 3 * size]
    if len(long) > 1:
        right = -_edge([-right for right in long], size)
    else:
        right = max(line.right for line in body) + (0 if long else _UNSEEN * size)
    return Frame(
        left,
        right,
        _densest([pitch for pitch in pitches if pitch > 0.8 * size]),
        size,
        len(body),
        len(long) > 1,
    )


def reach(lines: Sequence[Piece]) -> float:
    """How wide the full lines of running text are, but for the odd one that is wider.

    >>> reach([Piece("文", 0, 0, width, 10, 10) for width in (90, 200, 201, 200, 30, 300)]), reach([])
    (201, 0.0)
    """
    widths = sorted((line.right - line.left for line in lines), reverse=True)
    return widths[min(1 + len(widths) // 30, len(widths) - 1)] if widths else 0.0


def _amount(lines: Sequence[Piece]) -> float:
    return sum(ems(line.text) for line in lines)


def body_size(lines: Sequence[Piece]) -> float:
    """The em in which most of the text stands, 0 without text.

    >>> body_size([Piece("标题", 0, 0, 40, 20, 20), Piece("正文正文正文", 0, 30, 60, 40, 10)]), body_size([])
    (10, 0.0)
    """
    weights: dict[float, float] = {}
    for line in lines:
        weights[line.size] = weights.get(line.size, 0) + ems(line.text)
    best = max(weights, key=lambda size: _near_weight(weights, size), default=0.0)
    near = {size: weight for size, weight in weights.items() if abs(size - best) <= 0.12 * best}
    return max(near, key=lambda size: near[size], default=0.0)


def _near_weight(weights: dict[float, float], size: float) -> float:
    return sum(weight for other, weight in weights.items() if abs(other - size) <= 0.12 * size)


def _edge(values: Sequence[float], size: float) -> float:
    """The outermost (smallest) place where a fair number of lines end together; hanging punctuation is none."""
    ordered = sorted(values)
    needed = 1 if len(ordered) < _SHORT else max(2, round(0.12 * len(ordered)))
    for value in ordered:
        together = [other for other in ordered if value <= other <= value + 0.8 * size]
        if len(together) >= needed:
            return median(together)
    return ordered[0]


def _densest(pitches: Sequence[float]) -> float:
    """The smallest distance that is common."""
    ordered = sorted(pitches)
    for pitch in ordered:
        together = [other for other in ordered if pitch <= other <= 1.1 * pitch]
        if len(together) >= max(1, 0.2 * len(ordered)):
            return float(median(together))
    return 0.0
