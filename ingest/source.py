"""What every reader of a file format gives: the extracted text, and a map back to the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus import Place, TableRow


class Layout(StrEnum):
    """What a line of an extracted text is."""

    LINES = "lines"  # a printed line or an unknown piece of text: paragraphs have to be found
    PARAGRAPHS = "paragraphs"  # one whole paragraph, heading or table row of the file


@dataclass(frozen=True, slots=True)
class SourceText:
    """Text as extracted from a file; offsets of everything that follows are into ``text``, which is never changed.

    Attributes:
        text: the extracted text; lines end with newlines, the cells of a table row are separated by tabs.
        name: file name.
        format: txt, md, html, docx, pdf, image, doc or ofd.
        layout: what a line of the text is.
        title: what the file calls itself outside its text (HTML title, document properties), "" if nothing; a last resort.
        places: pages and paragraphs, by ascending ``start``; empty where the format has none.
        rows: the rows of its tables, in order.
        warnings: Chinese one-liners about what was hard to read.
    """

    text: str
    name: str
    format: str
    layout: Layout = Layout.LINES
    title: str = ""
    places: tuple[Place, ...] = ()
    rows: tuple[TableRow, ...] = ()
    warnings: tuple[str, ...] = ()
