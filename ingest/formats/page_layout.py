"""Pages of pieces with boxes to one text whose lines are whole paragraphs: shared by PDF, OCR and OFD."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from corpus import Place, Span, TableRow
from ingest.formats.page_columns import Frame, body_size, columns, measure, reach
from ingest.formats.page_furniture import without_furniture
from ingest.formats.page_paragraphs import Line, continues
from ingest.formats.page_pieces import Page, Piece, join_texts, merge
from ingest.formats.page_table import Table, take_tables

_ENOUGH = 6  # lines from which a page's own edges are believed
_WATERMARK = 1.5  # times the em of the text it lies on
_MOST_OVER = 0.4  # share of a page's pieces
_SAMPLE = 200  # pages whose edges decide for those with few lines


@dataclass(frozen=True, slots=True)
class Composition:
    """The text of all pages.

    Attributes:
        text: one paragraph, heading or table row a line.
        places: where each page begins; on recognised pages also each paragraph, with the lowest confidence of its lines.
        rows: rows of the tables that have ruling lines.
    """

    text: str
    places: tuple[Place, ...]
    rows: tuple[TableRow, ...]


_Row = tuple[Piece, ...]


@dataclass(slots=True)
class _Block:
    """Rows below each other, or a table."""

    page: Page
    rows: list[_Row] = field(default_factory=list)
    table: Table | None = None
    aside: bool = False  # drawn over the text


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in the making: its lines, or the text of a table row."""

    lines: list[Line]
    text: str = ""
    context: str | None = None
    starts: list[int] = field(default_factory=list)  # where each line starts in the text


def compose(pages: Sequence[Page]) -> Composition:
    """The text of pages, without page headers and footers, paragraphs joined over page ends.

    >>> head = Piece("一、总体要求", 20, 0, 80, 10, 10)
    >>> lines = [Piece("坚持稳中求进工作总基调，完整准确全面", 20, 20, 200, 30, 10), Piece("贯彻新发展理念。", 0, 40, 80, 50, 10)]
    >>> compose([Page(1, 200, 800, (head, *lines))]).text
    '一、总体要求\\n坚持稳中求进工作总基调，完整准确全面贯彻新发展理念。'
    >>> compose([])
    Composition(text='', places=(), rows=())
    """
    blocks = [block for page in without_furniture(pages) for block in _blocks(page)]
    framed = _frames(blocks)
    indented = _has_indents(framed)
    paragraphs: list[_Paragraph] = []
    aside: list[_Paragraph] = []
    carried: Table | None = None
    for block, frame in framed:
        if block.table is not None:
            paragraphs.extend(_table_rows(block.table, block.page, frame, carried))
            carried = block.table
            continue
        for lines, closed in _lines(block, frame):
            text = "\t".join(line.piece.text for line in lines)
            last = paragraphs[-1] if paragraphs else None
            if block.aside:
                aside.append(_Paragraph(list(lines), text))
                continue
            if not closed and last is not None and _goes_on(last, lines[0], indented):
                last.text = join_texts(last.text, text)
                last.starts.append(len(last.text) - len(text))
                last.lines.append(lines[0])
                continue
            paragraphs += aside
            aside = []
            paragraphs.append(_Paragraph(list(lines), text, starts=[0] * len(lines)))
        carried = None
    return _assembled(paragraphs + aside)


def _blocks(page: Page) -> Iterator[_Block]:
    """The page's columns and tables in reading order."""
    page, tables = take_tables(page)
    pieces, over = (page.pieces, ()) if page.recognised else _parted(page.pieces)
    if over:
        yield from (_Block(page, rows, aside=True) for rows in columns(over))
    for table in tables:
        above = [piece for piece in pieces if piece.middle < table.top]
        pieces = tuple(piece for piece in pieces if piece.middle >= table.top)
        yield from (_Block(page, rows) for rows in columns(above))
        yield _Block(page, table=table)
    yield from (_Block(page, rows) for rows in columns(pieces))


def _parted(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Text, and what is printed across it: a fixed bar of a web page, a watermark.

    Of two pieces on each other the much larger one is a watermark. Otherwise the one drawn later is a bar, and so is all
    that was drawn from there on at the same heights. Where a good part of the page would be, boxes are not to be trusted.
    """
    under: list[Piece] = []
    bar: list[Piece] = []
    marks: list[Piece] = []
    buckets: dict[int, list[Piece]] = {}
    for piece in pieces:
        covered = [other for n in _bands(piece) for other in buckets.get(n, ()) if _covers(piece, other)]
        smaller = [other for other in covered if other.size <= _WATERMARK * piece.size]
        if any(abs(piece.middle - other.middle) < 2.5 * piece.size for other in bar):
            bar.append(piece)
            continue
        if smaller:
            (marks if piece.size > _WATERMARK * max(other.size for other in smaller) else bar).append(piece)
            continue
        marks += [other for other in covered if other not in marks]
        under.append(piece)
        for n in _bands(piece):
            buckets.setdefault(n, []).append(piece)
    over = marks + bar
    if len(over) > _MOST_OVER * len(pieces):
        return tuple(pieces), ()
    return tuple(piece for piece in under if piece not in marks), tuple(over)


def _bands(piece: Piece) -> range:
    return range(int(piece.top // 20), int(piece.bottom // 20) + 1)


def _covers(piece: Piece, other: Piece) -> bool:
    """Whether two pieces are printed on each other, so that one of them cannot be read with the other's line."""
    width = min(piece.right, other.right) - max(piece.left, other.left)
    height = min(piece.bottom, other.bottom) - max(piece.top, other.top)
    low = min(piece.size, other.size)
    return (
        width > 0.5 * low
        and height > 0.25 * low
        and (abs(piece.middle - other.middle) > 0.05 * low or width > low)
    )


def _frames(blocks: Sequence[_Block]) -> list[tuple[_Block, Frame]]:
    """Each block with the frame of its page, or that of the other pages where its own has too few lines."""
    by_page: dict[int, list[_Block]] = {}
    for block in blocks:
        by_page.setdefault(block.page.number, []).append(block)
    framed: list[tuple[_Block, Frame | None]] = []
    own: list[Frame] = []
    singles = [row[0] for block in blocks[:_SAMPLE] for row in block.rows if len(row) == 1]
    usual = body_size(singles)
    wide = reach([line for line in singles if abs(line.size - usual) <= 0.12 * usual])
    for page_blocks in by_page.values():
        stacked = [row for block in page_blocks if not block.aside for row in block.rows]
        whole = measure(stacked, usual, wide) if _is_stacked(page_blocks) else None
        if whole is not None and whole.lines >= _ENOUGH:
            own.append(whole)
        for block in page_blocks:
            framed.append((block, whole if _is_stacked(page_blocks) else measure(block.rows, usual)))
    common = _common(own) or measure(
        [row for block in blocks[:_SAMPLE] if not block.aside for row in block.rows], usual
    )
    return [(block, _settled(frame, common)) for block, frame in framed]


def _is_stacked(blocks: Sequence[_Block]) -> bool:
    """Whether the blocks of a page stand below each other, not side by side."""
    ends = [
        (block.rows[0][0].middle, block.rows[-1][0].middle)
        for block in blocks
        if block.rows and not block.aside
    ]
    return all(above[1] <= below[0] for above, below in pairwise(ends))


def _common(frames: Sequence[Frame]) -> Frame | None:
    """The usual frame of the document."""
    frames = frames[:_SAMPLE]
    frames = [frame for frame in frames if frame.sure] or frames
    if not frames:
        return None
    size = median(frame.size for frame in frames)
    alike = [frame for frame in frames if abs(frame.size - size) <= 0.12 * size] or list(frames)
    return Frame(
        median(frame.left for frame in alike),
        median(frame.right for frame in alike),
        median(frame.pitch for frame in alike),
        size,
        sum(frame.lines for frame in alike),
        alike[0].sure,
    )


def _settled(frame: Frame | None, common: Frame | None) -> Frame:
    if frame is None or common is None:
        return frame or common or Frame(0, 0, 0, 1, 0)
    if abs(frame.size - common.size) > 0.2 * common.size:
        return frame
    inside = frame.left > common.left - 0.5 * frame.size and frame.right < common.right + frame.size
    if inside and common.sure and (frame.lines < 2 * _ENOUGH or not frame.sure):
        return common
    if inside and 1 < (frame.left - common.left) / common.size < 3:  # a page of one-line paragraphs
        return replace(frame, left=common.left)
    return frame


def _has_indents(framed: Sequence[tuple[_Block, Frame]]) -> bool:
    """Whether paragraphs of the document start with an indent."""
    counts = [0, 0]
    for block, frame in framed:
        for row in block.rows:
            counts[1.4 < (row[0].left - frame.left) / frame.size < 2.8] += 1
    return counts[1] >= max(2, 0.05 * sum(counts))


def _lines(block: _Block, frame: Frame) -> Iterator[tuple[list[Line], bool]]:
    """Printed lines of a block; a row of cells is one closed paragraph, stray pieces are one each."""
    above: _Row | None = None
    full = False
    for number, row in enumerate(block.rows):
        gap = None if above is None else row[0].middle - above[0].middle
        lines = [Line(piece, block.page.number, frame, gap, block.page.recognised) for piece in row]
        neighbours = block.rows[max(number - 3, 0) : number] + block.rows[number + 1 : number + 4]
        if len(row) == 1:
            yield lines, False
        elif any(_aligned(row, other, frame.size) for other in neighbours):
            yield lines, True
        elif full and abs(lines[0].indent) < 0.9 and len(row) == 2:  # a blank to be filled in
            yield [replace(lines[0], piece=_with_blank(row))], False
        else:
            yield from (([line], True) for line in lines)
        full = frame.right - row[-1].right < 1.5 * frame.size and len(row) == 1
        above = row


def _with_blank(row: _Row) -> Piece:
    return replace(merge(row[0], row[1]), text=f"{row[0].text} {row[1].text}")


def _aligned(row: _Row, other: _Row, size: float) -> bool:
    """Whether two rows have their cells above each other."""
    if len(row) != len(other):
        return False
    return all(
        min(abs(a.left - b.left), abs(a.right - b.right), abs(a.left + a.right - b.left - b.right) / 2) < size
        for a, b in zip(row, other, strict=True)
    )


def _goes_on(paragraph: _Paragraph, line: Line, indented: bool) -> bool:
    if paragraph.context is not None or len(paragraph.lines) != len(paragraph.starts):
        return False
    if "\t" in paragraph.text:
        return False
    return continues(paragraph.lines[-1], line, first=len(paragraph.lines) == 1, indented=indented)


def _table_rows(table: Table, page: Page, frame: Frame, carried: Table | None) -> Iterator[_Paragraph]:
    """The rows of a table as text, cells separated by tabs; a header repeated on the next page is left out."""
    header = table.header()
    before = carried.header() if carried is not None and _same_columns(carried, table) else []
    names = [cell.text for cell in header or before]
    repeated = bool(header and before) and names == [cell.text for cell in before]
    for number in range(table.count):
        cells = table.row(number)
        if not any(cell.pieces for cell in cells):
            continue
        if header and header[0].row == number and repeated:
            continue
        text = "\t".join(cell.text for cell in cells)
        below = bool(before) or bool(header and number > header[0].row)
        context = [*(names if below else ()), *(cell.text for cell in table.spanning(number) if cell.pieces)]
        pieces = [piece for cell in cells for piece in cell.pieces]
        yield _Paragraph(
            [Line(piece, page.number, frame, None, page.recognised) for piece in pieces],
            text,
            " ".join(context),
        )


def _same_columns(one: Table, other: Table) -> bool:
    return len(one.edges) == len(other.edges) and all(
        abs(a - b) < 6 for a, b in zip(one.edges, other.edges, strict=True)
    )


def _assembled(paragraphs: Sequence[_Paragraph]) -> Composition:
    """Paragraphs to one text with its places and table rows."""
    parts: list[str] = []
    places: list[Place] = []
    rows: list[TableRow] = []
    at = 0
    for paragraph in paragraphs:
        starts = paragraph.starts or [0] * len(paragraph.lines)
        by_page: dict[int, tuple[int, float]] = {}
        for line, start in zip(paragraph.lines, starts, strict=True):
            first, sure = by_page.get(line.page, (start, 1.0))
            by_page[line.page] = (first, min(sure, line.piece.confidence))
        for page, (start, sure) in by_page.items():
            last = places[-1] if places else None
            if last is None or (last.page, last.confidence) != (page, sure) or sure < 1:
                places.append(Place(at + start, page=page, confidence=round(sure, 3)))
        if paragraph.context:
            rows.append(TableRow(Span(at, at + len(paragraph.text)), paragraph.context))
        parts.append(paragraph.text)
        at += len(paragraph.text) + 1
    return Composition("\n".join(parts), tuple(places), tuple(rows))
