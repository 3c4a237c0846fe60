"""Tables: which hold data and which only lay out the page, and the rows of the former as lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.formats.html_page import Page

_MAX_CELL_LINES = 12  # a cell of more paragraphs holds a text, not a value
_HEADINGS = frozenset(("h1", "h2", "h3"))
_MAX_HEADER = 20  # characters of a header cell that is not marked as one
_NO_HEADER = re.compile(r"[0-9０-９。；，！？]|第.{1,3}条")
_MAX_CARRIED = 16  # cells reaching down into a row; a page that says more is not a real table
_MAX_CONTEXT = 400


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a data table.

    Attributes:
        first: the first of its lines on the page.
        cells: text of its cells.
        context: header cells and cells reaching down from rows above.
    """

    first: int
    cells: tuple[str, ...]
    context: str


@dataclass(frozen=True, slots=True)
class _Cell:
    first: int
    text: str
    rowspan: int
    is_header: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as it is marked up."""

    cells: tuple[_Cell, ...]

    def filled(self) -> list[_Cell]:
        """Its cells that hold text."""
        return [cell for cell in self.cells if cell.text]


def data_tables(page: Page) -> dict[int, int]:
    """Tables that hold data: index of the first line to index of the table's box.

    A table is one if no other and no heading stands in it, no cell holds a text of its own, and two rows have two
    filled cells each; a single such row will do where each of its cells is one line.
    """
    filled: dict[int, int] = {}
    layout, with_paragraphs = set[int](), set[int]()
    for at, box in enumerate(page.boxes):
        outer = page.boxes[box.parent].table if box.parent >= 0 else -1
        if box.tag == "table" or box.tag in _HEADINGS:
            layout.add(outer)
        elif at == box.cell and box.row >= 0 and box.last > box.first:
            filled[box.row] = filled.get(box.row, 0) + 1
            if box.last - box.first > 1:
                with_paragraphs.add(box.row)
            if box.last - box.first > _MAX_CELL_LINES:
                layout.add(box.table)
    wide = [row for row, cells in filled.items() if cells > 1]
    many = {table for table, count in Counter(page.boxes[row].table for row in wide).items() if count > 1}
    simple = {page.boxes[row].table for row in wide if row not in with_paragraphs}
    return {page.boxes[table].first: table for table in sorted((many | simple) - layout)}


def rows(page: Page, table: int) -> Iterator[Row]:
    """The rows of a data table that hold text."""
    lines = list(_lines(page, table))
    top = next((n for n, line in enumerate(lines) if len(line.cells) > 1), 0)
    depth = _header_depth(lines[top:])
    header = _joined([cell.text for line in lines[top : top + depth] for cell in line.filled()])
    carried: list[tuple[str, int]] = []
    for n, line in enumerate(lines):
        if n == top + depth:
            carried = []
        above = [text for text, _ in carried]
        if line.filled():
            context = _joined([header, *above]) if n >= top + depth else _joined(above)
            yield Row(line.filled()[0].first, tuple(cell.text for cell in line.cells), context)
        carried = [(text, left - 1) for text, left in carried if left > 1]
        reaching = [(cell.text, cell.rowspan - 1) for cell in line.filled() if cell.rowspan > 1]
        carried = (carried + reaching)[:_MAX_CARRIED]


def _header_depth(lines: list[_Line]) -> int:
    """Number of rows at the top that name the columns."""
    if len(lines) < 2 or not _is_header(lines[0]):
        return 0
    depth = min(max(cell.rowspan for cell in lines[0].cells), 3, len(lines) - 1)
    return depth if all(_is_header(line) for line in lines[1:depth]) else 1


def _is_header(line: _Line) -> bool:
    cells = line.filled()
    if not cells:
        return False
    marked = all(cell.is_header for cell in cells)
    return marked or all(len(cell.text) <= _MAX_HEADER and not _NO_HEADER.search(cell.text) for cell in cells)


def _joined(texts: list[str]) -> str:
    return " ".join(text for text in texts if text)[:_MAX_CONTEXT].rstrip()


def _lines(page: Page, table: int) -> Iterator[_Line]:
    """Rows of a table from its boxes, in order."""
    boxes = page.boxes
    row, cells = -1, list[_Cell]()
    for at in range(table + 1, boxes[table].after):
        box = boxes[at]
        if at != box.cell:
            continue
        if box.row != row and cells:
            yield _Line(tuple(cells))
            cells = []
        row = box.row
        text = " ".join(block.text.strip() for block in page.blocks[box.first : box.last])
        cells.append(_Cell(box.first, text.replace("\t", " "), box.rowspan, box.tag == "th"))
    if cells:
        yield _Line(tuple(cells))
