"""The text a reader sees of one Word paragraph: runs in order, without field codes, deletions and hidden text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.formats.ooxml import ALTERNATIVES, Element, W
from ingest.formats.word_numbering import is_on
from ingest.formats.word_symbols import plain, symbol

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SIGNS = {
    f"{W}tab": " ",  # a tab parts the cells of a table
    f"{W}ptab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_UNSEEN = frozenset(
    [f"{W}{tag}" for tag in "pPr rPr sdtPr sdtEndPr smartTagPr customXmlPr del moveFrom delText rt".split()]
)
_NUMBERED_FIELDS = ("AUTONUM", "LISTNUM")  # their numbers are nowhere in the file
_CONTENTS = "TOC"
_OBJECT = "\ufffc"  # stands for something that is no text


@dataclass(slots=True)
class _Field:
    """A field that is open: its code, and whether its result has begun."""

    code: str = ""
    in_result: bool = False

    @property
    def name(self) -> str:
        """What kind of field it is: the first word of its code."""
        return (self.code.split() or [""])[0].upper()


@dataclass(slots=True)
class ParagraphText:
    """What stands in a paragraph.

    Attributes:
        text: its text; soft line breaks are newlines.
        boxes: text boxes anchored in it (w:txbxContent).
        notes: footnotes and endnotes it refers to, as (kind, id).
    """

    text: str = ""
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class TextReader:
    """Reads paragraphs in order; a field may run over several of them.

    Attributes:
        fields_end: whether every field of the document that begins also ends; else none runs past its paragraph.
        left_out: characters of automatic tables of contents, which repeat the headings and are left out.
        lost_numbers: whether a field stands for a number that the file does not hold.
    """

    fields_end: bool
    left_out: int = 0
    lost_numbers: bool = False
    _open: list[_Field] = field(default_factory=list)
    _now: ParagraphText = field(default_factory=ParagraphText)

    def read(self, paragraph: Element) -> ParagraphText:
        """The text of a paragraph (w:p)."""
        outer, self._now = self._now, ParagraphText()
        if not self.fields_end:
            self._open.clear()
        self._walk(paragraph)
        read, self._now = self._now, outer
        return read

    def _walk(self, parent: Element) -> None:
        for element in parent:
            tag = element.tag
            if tag in _UNSEEN:
                continue
            if tag in _SIGNS:
                self._emit(_SIGNS[tag])
            elif tag == f"{W}r":
                self._run(element)
            elif tag == f"{_MATH}t":
                self._emit(_one_line(element.text))
            elif tag == f"{W}txbxContent":
                self._now.boxes.append(element)
            elif tag == f"{ALTERNATIVES}AlternateContent":  # the same content for old and for new programs
                self._either(element)
            else:
                self._walk(element)

    def _either(self, alternatives: Element) -> None:
        """The first alternative that holds something to read."""
        for choice in alternatives:
            before = len(self._now.text), len(self._now.boxes)
            self._walk(choice)
            if before != (len(self._now.text), len(self._now.boxes)):
                return

    def _run(self, run: Element) -> None:
        properties = run.find(f"{W}rPr")
        hidden = None if properties is None else properties.find(f"{W}vanish")
        if hidden is not None and is_on(hidden):
            return
        fonts = None if properties is None else properties.find(f"{W}rFonts")
        font = "" if fonts is None else fonts.get(f"{W}ascii", "")
        for element in run:
            tag = element.tag
            if tag == f"{W}t":
                self._emit(plain(_one_line(element.text), font))
            elif tag == f"{W}sym":
                self._emit(symbol(element.get(f"{W}char", ""), element.get(f"{W}font", "")))
            elif tag == f"{W}fldChar":
                self._field(element.get(f"{W}fldCharType", ""))
            elif tag == f"{W}instrText":
                if self._open:
                    self._open[-1].code += element.text or ""
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                kind = tag.removeprefix(W).removesuffix("Reference")
                self._now.notes.append((kind, element.get(f"{W}id", "")))
            else:
                self._walk([element])

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].in_result = True
        elif kind == "end" and self._open:
            self.lost_numbers |= self._open.pop().name in _NUMBERED_FIELDS

    def _emit(self, text: str) -> None:
        if not all(one.in_result for one in self._open):
            return
        if self.fields_end and any(one.name == _CONTENTS for one in self._open):
            self.left_out += len(text.strip())
            return
        self._now.text += text


def _one_line(text: str | None) -> str:
    """Text of an element, where a line break of the XML is only a blank."""
    return re.sub(rf"[\t\r\n{_OBJECT}]", " ", text or "")
