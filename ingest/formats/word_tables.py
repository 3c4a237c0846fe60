"""Tables of a Word file as rows of cells, each printed once, with what a reader sees above and beside a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.formats.ooxml import Element, W
from ingest.formats.word_numbering import as_int, is_on

_WRAPPERS = frozenset(f"{W}{tag}" for tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row.

    Attributes:
        column: first grid column it covers, from 0.
        width: how many grid columns it covers.
        continued: whether it only carries on a cell of a row above, so that nothing is printed in it.
        merged: whether it begins a cell that goes on in the rows below.
        element: the w:tc.
    """

    column: int
    width: int
    continued: bool
    merged: bool
    element: Element


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells, and whether Word repeats it as a header on each page."""

    cells: tuple[Cell, ...]
    repeated: bool


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row as text: one text a cell, and the header cells and merged cells it is read with."""

    cells: tuple[str, ...]
    context: str


def rows_of(table: Element) -> list[Row]:
    """The rows of a table (w:tbl) that are not deleted."""
    return [row for element in _unwrapped(table, "tr") if (row := _row(element)) is not None]


def print_rows(rows: Sequence[Row], text_of: Callable[[Element], str]) -> Iterator[PrintedRow]:
    """Rows as text.

    Args:
        rows: rows of one table.
        text_of: the text of a cell, on one line; called once for each cell that is printed, in order.
    """
    headers = _header_rows(rows)
    header_texts: dict[str, None] = {}
    merged: dict[int, str] = {}  # grid column -> text of the cell that is carried down in it
    for n, row in enumerate(rows):
        texts, carried = [], []
        for cell in row.cells:
            texts.append("" if cell.continued else text_of(cell.element))
            if cell.continued:
                carried.append(merged.get(cell.column, ""))
            elif cell.merged:
                merged[cell.column] = texts[-1]
            else:
                merged.pop(cell.column, None)
        if n < headers:
            header_texts |= dict.fromkeys(texts)
            yield PrintedRow(tuple(texts), "")
        else:
            context = dict.fromkeys([*header_texts, *carried])
            yield PrintedRow(tuple(texts), " ".join(filter(None, context)))


def _header_rows(rows: Sequence[Row]) -> int:
    """How many rows at the top are headers: those Word repeats, else the first with the title above or the half below.

    A title runs over the whole table; a first row with a wide cell beside tall ones is only the upper half.
    """
    if len(rows) < 2:
        return 0
    repeated = next((n for n, row in enumerate(rows) if not row.repeated), 0)
    if repeated:
        return repeated
    count = 1
    while len(rows[count - 1].cells) == 1 and count < len(rows) - 1:
        count += 1
    upper, below = rows[count - 1].cells, rows[count].cells
    halved = any(cell.width > 1 for cell in upper) and any(cell.merged for cell in upper)
    return count + 1 if halved and any(cell.continued for cell in below) and count + 1 < len(rows) else count


def _row(element: Element) -> Row | None:
    properties = element.find(f"{W}trPr")
    if properties is not None and properties.find(f"{W}del") is not None:
        return None
    column = as_int(_setting(properties, "gridBefore"), 0)
    cells = []
    for cell in _unwrapped(element, "tc"):
        setting = cell.find(f"{W}tcPr")
        width = max(1, as_int(_setting(setting, "gridSpan"), 1))
        merge = None if setting is None else setting.find(f"{W}vMerge")
        if _setting(setting, "hMerge") != "continue":  # the older way of covering several columns
            begins = merge is not None and merge.get(f"{W}val") == "restart"
            cells.append(Cell(column, width, merge is not None and not begins, begins, cell))
        column += width
    header = None if properties is None else properties.find(f"{W}tblHeader")
    return Row(tuple(cells), header is not None and is_on(header))


def _setting(properties: Element | None, name: str) -> str:
    """The value of a setting; Word takes a merge without one for ``continue``."""
    found = None if properties is None else properties.find(f"{W}{name}")
    return "" if found is None else str(found.get(f"{W}val", "continue"))


def _unwrapped(parent: Element, kind: str) -> Iterator[Element]:
    """Children of a kind, also those in content controls and tracked insertions."""
    for element in parent:
        if element.tag == f"{W}{kind}":
            yield element
        elif element.tag in _WRAPPERS:
            yield from _unwrapped(element, kind)
