"""Word documents (.docx and its kin): the body as a reader sees it, automatic numbers included.

Left out are what decorates the page (headers, footers), what is deleted or hidden, and automatic tables of contents.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus import Place, Span, TableRow, UnreadableFile
from ingest.formats.archive import encrypted
from ingest.formats.ooxml import ALTERNATIVES, Element, W, WordPackage, open_package
from ingest.formats.titles import property_title
from ingest.formats.word_numbering import Counters, is_on, read_lists
from ingest.formats.word_styles import Styles, list_and_level, read_styles
from ingest.formats.word_tables import print_rows, rows_of
from ingest.formats.word_text import TextReader
from ingest.source import Layout, SourceText

_ENCRYPTED = b"\xd0\xcf\x11\xe0"  # Word wraps the zip file in another container when it has a password
_CONTENTS = "Table of Contents"


def read(data: bytes, name: str) -> SourceText:
    """The text of a Word document, one line a paragraph or table row.

    Raises:
        UnreadableFile: damaged, encrypted, a zip bomb, no Word document, or without text.
    """
    if data.startswith(_ENCRYPTED):
        raise encrypted(name)
    package = open_package(data, name)
    body = package.root().find(f"{W}body")
    story = _Story.of(package, body)
    for number, block in enumerate(() if body is None else body, start=1):
        story.place = number
        story.blocks([block])
    story.end()
    text = "".join(story.lines)
    if not text.strip():
        raise UnreadableFile(
            f"{name}：文档里没有文字（可能全是图片）；请另存为 PDF 后重试，扫描件会按图片识别。"
        )
    return SourceText(
        text=text,
        name=name,
        format="docx",
        layout=Layout.PARAGRAPHS,
        title=property_title(package.title()),
        places=tuple(story.places),
        rows=tuple(story.rows),
        warnings=tuple(story.warnings()),
    )


@dataclass(slots=True)
class _Story:
    """What has been read of the body so far, and what the next paragraph depends on."""

    package: WordPackage
    styles: Styles
    counters: Counters
    reader: TextReader
    place: int = 0
    lines: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)
    _length: int = 0
    _pending: str = ""  # text whose paragraph mark is deleted: it runs on in the next paragraph
    _notes: dict[tuple[str, str], None] = field(default_factory=dict)
    _foreign: bool = False

    @classmethod
    def of(cls, package: WordPackage, body: Element | None) -> _Story:
        styles = read_styles(package.related("styles"))
        lists = read_lists(
            package.related("numbering"), {style: styles.list_of(style) for style in styles.by_id}
        )
        kinds = [] if body is None else [mark.get(f"{W}fldCharType") for mark in body.iter(f"{W}fldChar")]
        return cls(package, styles, Counters(lists), TextReader(kinds.count("begin") == kinds.count("end")))

    def blocks(self, elements: Iterator[Element] | list[Element]) -> None:
        """Read paragraphs and tables in order."""
        for element in elements:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag == f"{W}altChunk":
                self._foreign = True
            elif element.tag == f"{ALTERNATIVES}AlternateContent":
                self.blocks(element[:1])
            elif not _is_contents(element):
                self.blocks(element)

    def end(self) -> None:
        """Write what is left: text without a paragraph mark, then the notes."""
        self._flush()
        self.place = 0
        parts = {
            kind: self.package.related(f"{kind}s") for kind in dict.fromkeys(kind for kind, _ in self._notes)
        }
        notes = {
            (kind, note.get(f"{W}id")): note
            for kind, part in parts.items()
            if part is not None
            for note in part.findall(f"{W}{kind}")
        }
        self.blocks([notes[key] for key in list(self._notes) if key in notes])
        self._flush()

    def warnings(self) -> Iterator[str]:
        """Chinese one-liners about what could not be read for certain."""
        yield from self.counters.doubts
        if self.reader.lost_numbers:
            yield "含有 AUTONUM/LISTNUM 域，其编号不保存在文件中，无法还原；请在 Word 中改为普通文字后重新入库。"
        if self.reader.left_out:
            yield "自动生成的目录与正文标题重复，未入库。"
        if self._foreign:
            yield "嵌入了其他文件的内容（altChunk），未入库；请用 Word 打开后另存为 .docx 再入库。"

    def _flush(self) -> None:
        if self._pending.strip():
            self._write(self._pending)
        self._pending = ""

    def _paragraph(self, element: Element) -> None:
        text, boxes = self._text(element)
        number = "" if text is None else self._number(element, text)
        if text is not None and text.strip():
            self._write(number + text.lstrip() if number else text)
        for box in boxes:
            self.blocks(box)

    def _text(self, element: Element) -> tuple[str | None, list[Element]]:
        """The text of a paragraph, None where it runs on in the next one; and its text boxes."""
        found = self.reader.read(element)
        self._notes |= dict.fromkeys(found.notes)
        text, self._pending = self._pending + found.text, ""
        mark = element.find(f"{W}pPr/{W}rPr")
        if mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None):
            self._pending = text
            return None, found.boxes
        return text, found.boxes

    def _number(self, element: Element, text: str) -> str:
        """Count a paragraph, empty ones too, and give its number."""
        hidden = element.find(f"{W}pPr/{W}rPr/{W}vanish")
        if hidden is not None and is_on(hidden) and not text:
            return ""
        found = list_and_level(element, self.styles, self.counters.lists)
        return self.counters.next(*found) if found else ""

    def _table(self, table: Element) -> None:
        self._flush()
        rows = rows_of(table)
        if all(len(row.cells) < 2 for row in rows):  # a frame around text
            for row in rows:
                for cell in row.cells:
                    self.blocks(cell.element)
            return
        for printed in print_rows(rows, self._cell):
            if any(printed.cells):
                start = self._length
                self._write("\t".join(printed.cells))
                self.rows.append(TableRow(Span(start, self._length - 1), printed.context))

    def _cell(self, cell: Element) -> str:
        """The paragraphs of a cell on one line; a number alone is printed too, as in a column of 序号."""
        return " ".join(filter(None, self._cell_texts(cell)))

    def _cell_texts(self, parent: Element) -> Iterator[str]:
        for element in parent:
            if element.tag == f"{W}p":
                text, boxes = self._text(element)
                number = "" if text is None else self._number(element, text)
                yield " ".join((number + (text or "").strip()).split())
                for box in boxes:
                    yield from self._cell_texts(box)
            elif element.tag == f"{W}tbl":
                for row in rows_of(element):
                    for cell in row.cells:
                        if not cell.continued:
                            yield from self._cell_texts(cell.element)
            elif element.tag != f"{W}tcPr":
                yield from self._cell_texts(element)

    def _write(self, text: str) -> None:
        for line in text.split("\n"):
            if line.strip():
                self.places.append(Place(self._length, paragraph=self.place))
                self.lines.append(line + "\n")
                self._length += len(line) + 1


def _is_contents(element: Element) -> bool:
    """Whether a content control holds an automatic table of contents."""
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == _CONTENTS
