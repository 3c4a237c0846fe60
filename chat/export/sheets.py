"""Tables as Excel and CSV files that open well and run nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from chat.comparing.edits import Edit, Piece

if TYPE_CHECKING:
    from openpyxl.cell.rich_text import CellRichText
    from openpyxl.worksheet.worksheet import Worksheet

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"^[\s\u3000]*[=+\-@＝＋－＠]|^[\t\r\n]")
_LONGEST = 32_767  # characters of a cell in Excel
_CUT = "……（过长，已截断）"
Cell = str | tuple[Piece, ...]
"""A text, or words with what was put in and struck out."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: what the sheet is called.
        notes: lines above the head in Excel: what the table is of.
        columns: title and width, in characters, of each column.
        rows: cells of each row.
        links: addresses of the cells of the last column, "" for none.
    """

    name: str
    notes: tuple[str, ...]
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    links: tuple[str, ...] = field(default=())


def clean(text: str) -> str:
    """A text as a cell can hold it.

    >>> clean("甲\\x07乙")
    '甲乙'
    """
    kept = _ILLEGAL.sub("", text)
    return kept if len(kept) <= _LONGEST else kept[: _LONGEST - len(_CUT)] + _CUT


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("一、支持")
    ("'=1+1", '一、支持')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def csv_bytes(table: Table) -> bytes:
    """UTF-8 with the mark by which Excel knows it; without the notes, so that programs can read it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([title for title, _ in table.columns])
    writer.writerows([harmless(clean(_plain(cell))) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(table: Table) -> bytes:
    """A workbook of one sheet: notes, a head that stays in view, columns of a fitting width with wrapped text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = table.name
    for n, note in enumerate(table.notes, 1):
        _write(sheet, n, 1, note).font = Font(color="55616F")
    head = len(table.notes) + 1
    for n, (title, width) in enumerate(table.columns, 1):
        cell = _write(sheet, head, n, title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8F0FA")
        sheet.column_dimensions[get_column_letter(n)].width = width
    for m, row in enumerate(table.rows, head + 1):
        for n, value in enumerate(row, 1):
            _write(sheet, m, n, value).alignment = Alignment(wrap_text=True, vertical="top")
    for m, link in enumerate(table.links, head + 1):
        if link:
            cell = sheet.cell(m, len(table.columns))
            cell.hyperlink, cell.font = link, Font(color="1B4F91", underline="single")
    sheet.freeze_panes = f"A{head + 1}"
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(table.columns))}{head + len(table.rows)}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, row: int, column: int, value: Cell) -> Any:
    """A cell whose text stays text; Excel is told so too, for when it is edited."""
    text = clean(_plain(value))
    marked = isinstance(value, tuple) and len(text) == len(_plain(value))
    cell: Any = sheet.cell(row, column)
    cell.value = _rich(value) if marked and isinstance(value, tuple) and text else text
    if not marked:
        cell.data_type = "s"
        cell.quotePrefix = bool(_FORMULA.match(text))
    return cell


def _rich(pieces: Sequence[Piece]) -> CellRichText:
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    fonts = {
        Edit.ADDED: InlineFont(color="1F6F4A", u="single", b=True),
        Edit.REMOVED: InlineFont(color="A32A2A", strike=True),
        Edit.KEPT: InlineFont(),
    }
    return CellRichText(*(TextBlock(fonts[piece.edit], piece.text) for piece in pieces))


def _plain(cell: Cell) -> str:
    """The text; words put in and struck out in brackets."""
    if isinstance(cell, str):
        return cell
    return "".join(piece.text for piece in cell)
