"""A Word document with Chinese fonts, written part by part: headings, paragraphs, quotes, tables, links, pictures.

The layout is that of an office memo: A4, 黑体 headings, 宋体 text. Fonts are set for East Asian text too, or Word would choose its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT_FONT = "SimSun"
HEADING_FONT = "SimHei"
_HEADING_POINTS = {0: 18, 1: 14, 2: 12, 3: 11}
_TEXT_WIDTH = 16  # centimetres between the margins
_GREY = "55616F"
_BLUE = "1B4F91"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Paper:
    """One Word document; each method adds a part at its end, `to_bytes` ends it.

    Any text may be given: characters that a Word file cannot hold are left out, newlines become line breaks.
    """

    def __init__(self, title: str) -> None:
        from docx import Document
        from docx.shared import Cm, Pt

        self._doc = Document()
        section = self._doc.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.2)
        self._doc.core_properties.title = writable(title)[:255]
        self._doc.core_properties.author = ""
        self._doc.core_properties.comments = ""
        self._doc.core_properties.created = datetime.now(UTC)
        normal = self._doc.styles["Normal"]
        _set_font(normal, TEXT_FONT)
        normal.font.size = Pt(10.5)
        normal.paragraph_format.space_after = Pt(4)
        normal.paragraph_format.line_spacing = 1.25
        for level, points in _HEADING_POINTS.items():
            style = self._doc.styles["Title" if level == 0 else f"Heading {level}"]
            _set_font(style, HEADING_FONT)
            style.font.size = Pt(points)
            style.font.bold = False
            style.font.color.rgb = None
            style.paragraph_format.space_before = Pt(0 if level == 0 else 10)
            style.paragraph_format.space_after = Pt(4)
            style.paragraph_format.keep_with_next = True

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; level 0 is the title of the document, 1 to 3 what is below it."""
        made = self._doc.add_heading(writable(text), level)
        if level == 0:
            from docx.enum.text import WD_ALIGN_PARAGRAPH

            made.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for border in made._p.get_or_add_pPr().findall(_tag("pBdr")):
                made._p.get_or_add_pPr().remove(border)

    def paragraph(self, text: str, *, bold: bool = False, small: bool = False, centred: bool = False) -> None:
        """A paragraph; ``small`` is grey, for facts and disclaimers."""
        made = self._doc.add_paragraph()
        if centred:
            from docx.enum.text import WD_ALIGN_PARAGRAPH

            made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(made, text, bold, small)

    def bullets(self, texts: Iterable[str]) -> None:
        """A list."""
        for text in texts:
            self._run(self._doc.add_paragraph(style="List Bullet"), text, False, False)

    def quote(self, text: str, source: str = "", link: str = "") -> None:
        """Verbatim words, set in, with where they stand above them.

        Args:
            text: the words.
            source: where they stand, such as a clause's label.
            link: an address that ``source`` leads to.
        """
        from docx.shared import Cm, Pt

        if source:
            above = self._doc.add_paragraph()
            above.paragraph_format.keep_with_next = True
            above.paragraph_format.space_after = Pt(0)
            if link:
                self._link(above, source, link)
            else:
                self._run(above, source, True, False)
        made = self._doc.add_paragraph()
        made.paragraph_format.left_indent = Cm(0.75)
        _rule_at_left(made)
        self._run(made, f"“{text}”", False, False)

    def link(self, text: str, address: str) -> None:
        """A paragraph that leads to an address."""
        self._link(self._doc.add_paragraph(), text, address)

    def table(
        self, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float] = ()
    ) -> None:
        """A table with lines; the header is repeated on each page.

        Args:
            header: the name of each column.
            rows: as many texts each.
            widths: of the columns, in centimetres (16 in all); equal where not given.
        """
        from docx.oxml import OxmlElement
        from docx.shared import Cm

        all_rows = [header, *rows]
        widths = widths or [_TEXT_WIDTH / len(header)] * len(header)
        table = self._doc.add_table(len(all_rows), len(header), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for row, texts in zip(table.rows, all_rows, strict=True):
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, text, width in zip(row.cells, texts, widths, strict=True):
                cell.width = Cm(width)
                cell.paragraphs[0].paragraph_format.space_after = Cm(0)
                self._run(cell.paragraphs[0], text, texts is header, False)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        self._doc.add_paragraph().paragraph_format.space_after = Cm(0)

    def picture(self, png: bytes, width: float = _TEXT_WIDTH, description: str = "") -> None:
        """An image.

        Args:
            png: its bytes.
            width: in centimetres.
            description: what it shows, for those who do not see it.
        """
        from docx.shared import Cm

        shape = self._doc.add_picture(io.BytesIO(png), width=Cm(width))
        shape._inline.docPr.set("descr", writable(description))

    def page_break(self) -> None:
        """What follows begins on a new page."""
        self._doc.add_page_break()

    def to_bytes(self) -> bytes:
        """The document as a file."""
        out = io.BytesIO()
        self._doc.save(out)
        return out.getvalue()

    def _run(self, paragraph: Paragraph, text: str, bold: bool, small: bool) -> None:
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(writable(text))
        run.bold = bold or None
        if small:
            run.font.size = Pt(9)
            run.font.color.rgb = RGBColor.from_string(_GREY)

    def _link(self, paragraph: Paragraph, text: str, address: str) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml import OxmlElement
        from docx.shared import RGBColor

        relation = paragraph.part.relate_to(writable(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        outer = OxmlElement("w:hyperlink")
        outer.set(_tag("id", "r"), relation)
        run = paragraph.add_run(writable(text))
        run.font.color.rgb = RGBColor.from_string(_BLUE)
        run.font.underline = True
        outer.append(run._r)
        paragraph._p.append(outer)


def writable(text: str) -> str:
    r"""Text without the characters that XML does not allow.

    >>> writable("甲\x00乙\n丙")
    '甲乙\n丙'
    """
    return _UNWRITABLE.sub("", text)


def _set_font(style: Any, name: str) -> None:
    """The font of Latin and of East Asian text; fonts of the template's theme would come before it."""
    style.font.name = name
    fonts = style.element.rPr.rFonts
    for key in list(fonts.attrib):
        if key.endswith("Theme"):
            del fonts.attrib[key]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(_tag(script), name)


def _rule_at_left(paragraph: Paragraph) -> None:
    from docx.oxml import OxmlElement

    border = OxmlElement("w:left")
    for key, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", _BLUE)):
        border.set(_tag(key), value)
    borders = OxmlElement("w:pBdr")
    borders.append(border)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _tag(name: str, prefix: str = "w") -> str:
    from docx.oxml.ns import qn

    return str(qn(f"{prefix}:{name}"))
