"""Tables with ruling lines: cells from the lines, and the text in them.

A table without lines is not guessed here; its rows come out of ``ingest.formats.page_layout`` as they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.formats.page_pieces import Page, Piece, Rule, join_texts, rows

_NEAR = 3.0  # points between lines that are meant to meet
_MAX_RULES = 1500  # more are a drawing
_MAX_HEADER = 20  # characters in a header cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its first row and column, how many of each it takes, and its pieces."""

    row: int
    column: int
    rows: int
    columns: int
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The cell's text on one line."""
        text = ""
        for row in rows(self.pieces):
            for piece in row:
                text = join_texts(text, piece.text)
        return text


@dataclass(frozen=True, slots=True)
class Table:
    """A table on one page.

    Attributes:
        top, bottom: where it stands.
        edges: left edges of its columns and the right edge of the last.
        cells: row by row.
        count: number of rows.
    """

    top: float
    bottom: float
    edges: tuple[float, ...]
    cells: tuple[Cell, ...]
    count: int

    def row(self, number: int) -> list[Cell]:
        """The cells that start in a row."""
        return [cell for cell in self.cells if cell.row == number]

    def spanning(self, number: int) -> list[Cell]:
        """The cells that started above a row and reach into it."""
        return [cell for cell in self.cells if cell.row < number < cell.row + cell.rows]

    def header(self) -> list[Cell]:
        """The cells that name the columns, empty where the first rows do not clearly do so."""
        for number in range(min(2, self.count - 1)):
            cells = self.row(number)
            texts = [cell.text for cell in cells]
            if len(cells) == len(self.edges) - 1 >= 2:
                sure = all(0 < len(text) <= _MAX_HEADER and not text[0].isdigit() for text in texts)
                return cells if sure and len({cell.rows for cell in cells}) == 1 else []
        return []


def take_tables(page: Page) -> tuple[Page, list[Table]]:
    """The tables of a page, and the page without their pieces.

    >>> lines = [Rule(x, 0, x, 40) for x in (0, 50, 100)] + [Rule(0, y, 100, y) for y in (0, 20, 40)]
    >>> names = (("项目", 5, 5), ("标准", 55, 5), ("面积", 5, 25), ("10亩", 55, 25))
    >>> pieces = tuple(Piece(text, x, y, x + 20, y + 10, 10) for text, x, y in names)
    >>> rest, [table] = take_tables(Page(1, 100, 100, pieces, tuple(lines)))
    >>> [cell.text for cell in table.row(1)], rest.pieces
    (['面积', '10亩'], ())
    >>> take_tables(Page(1, 100, 100, pieces))[1]
    []
    """
    if not 4 <= len(page.rules) <= _MAX_RULES:
        return page, []
    left = list(page.pieces)
    tables = []
    for group in _connected(_joined(page.rules)):
        table = _table(group, left)
        if table is not None:
            taken = {id(piece) for cell in table.cells for piece in cell.pieces}
            left = [piece for piece in left if id(piece) not in taken]
            tables.append(table)
    tables.sort(key=lambda table: table.top)
    return (replace(page, pieces=tuple(left)) if tables else page), tables


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Lines drawn in stretches as one line each."""
    joined: list[Rule] = []
    for horizontal in (True, False):
        lines = [_flipped(rule, not horizontal) for rule in rules if rule.horizontal == horizontal]
        lines.sort(key=lambda line: (round((line.top + line.bottom) / 2 / _NEAR), line.left))
        merged: list[Rule] = []
        for line in lines:
            last = merged[-1] if merged else None
            if last is not None and abs(line.top - last.top) <= _NEAR and line.left <= last.right + _NEAR:
                merged[-1] = Rule(last.left, last.top, max(last.right, line.right), last.bottom)
            else:
                merged.append(line)
        joined += [_flipped(line, not horizontal) for line in merged]
    return joined


def _flipped(rule: Rule, flip: bool) -> Rule:
    return Rule(rule.top, rule.left, rule.bottom, rule.right) if flip else rule


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Groups of lines that touch each other."""
    groups: list[list[Rule]] = []
    for rule in rules:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in touching)]
        groups.append([rule, *(other for group in touching for other in group)])
    return groups


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.left <= other.right + _NEAR
        and other.left <= one.right + _NEAR
        and one.top <= other.bottom + _NEAR
        and other.top <= one.bottom + _NEAR
    )


def _table(rules: Sequence[Rule], pieces: Sequence[Piece]) -> Table | None:
    """The table that connected lines draw, None unless it has two columns and its text lies in its cells."""
    across = [rule for rule in rules if rule.horizontal]
    down = [rule for rule in rules if not rule.horizontal]
    if len(across) < 2 or not down:
        return None
    xs = _clusters([rule.left for rule in down] + [min(r.left for r in across), max(r.right for r in across)])
    ys = _clusters([rule.top for rule in across] + [min(r.top for r in down), max(r.bottom for r in down)])
    if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > 10_000:
        return None
    inside = [piece for piece in pieces if xs[0] < _centre(piece) < xs[-1] and ys[0] < piece.middle < ys[-1]]
    if not inside or any(_crosses(piece, down) for piece in inside):
        return None
    cells = _cells(xs, ys, across, down, inside)
    if len({cell.column for cell in cells if cell.pieces}) < 2:
        return None
    return Table(ys[0], ys[-1], tuple(xs), tuple(cells), len(ys) - 1)


def _centre(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _crosses(piece: Piece, down: Sequence[Rule]) -> bool:
    """Whether an upright line runs through a piece: then the lines are no cells of this text."""
    return any(
        piece.left + piece.size < rule.left < piece.right - piece.size
        and rule.top < piece.middle < rule.bottom
        for rule in down
    )


def _clusters(values: Sequence[float]) -> list[float]:
    """Values with those that are meant to be the same taken together.

    >>> _clusters([50, 0, 51, 100])
    [0, 50, 100]
    """
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > _NEAR:
            merged.append(value)
    return merged


def _cells(
    xs: Sequence[float],
    ys: Sequence[float],
    across: Sequence[Rule],
    down: Sequence[Rule],
    pieces: Sequence[Piece],
) -> list[Cell]:
    """Cells of the grid; fields without a line between them are one cell."""
    width, height = len(xs) - 1, len(ys) - 1
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(height):
        for column in range(width):
            x, y = (xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2
            above, before = owner.get((row - 1, column)), owner.get((row, column - 1))
            if above is not None and not _has_line(across, ys[row], x, upright=False):
                owner[row, column] = above
            elif before is not None and before[0] == row and not _has_line(down, xs[column], y, upright=True):
                owner[row, column] = before
            else:
                owner[row, column] = (row, column)
    fields: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for field, start in owner.items():
        fields.setdefault(start, []).append(field)
    held: dict[tuple[int, int], list[Piece]] = {}
    for piece in pieces:
        row = _slot(ys, piece.middle)
        held.setdefault(owner[row, _slot(xs, _centre(piece))], []).append(piece)
    return [
        Cell(
            *start,
            max(row for row, _ in taken) - start[0] + 1,
            max(column for _, column in taken) - start[1] + 1,
            tuple(held.get(start, ())),
        )
        for start, taken in sorted(fields.items())
    ]


def _slot(edges: Sequence[float], value: float) -> int:
    return next(n for n, (low, high) in enumerate(pairwise(edges)) if low <= value <= high)


def _has_line(rules: Sequence[Rule], at: float, across: float, *, upright: bool) -> bool:
    """Whether a line stands at a place, covering a point of its length."""
    if upright:
        return any(abs(r.left - at) <= _NEAR and r.top - _NEAR <= across <= r.bottom + _NEAR for r in rules)
    return any(abs(r.top - at) <= _NEAR and r.left - _NEAR <= across <= r.right + _NEAR for r in rules)
