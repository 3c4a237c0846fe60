"""An HTML page as the lines a browser would print, and the boxes (block elements) they stand in.

Read from the parser's events and not from a tree: libxml2 builds trees 2,048 levels deep at most and drops the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.formats.html_numbers import Listing, has_own_number

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup html legend li main menu nav ol p pre section summary"
    " table tbody td tfoot th thead tr ul".split()
)
_UNSEEN = frozenset(
    "applet area audio base button canvas datalist embed frame frameset head iframe input link map meta"
    " noembed noframes noscript object option param script select style svg template textarea title"
    " track video".split()
)
_SHOWN_BY_SCRIPT = frozenset(("html", "body"))  # hidden until all is loaded
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)", re.I)  # display: none; display:inline-block
_BLANKS = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")  # what a browser prints as one space
_NEWLINE = re.compile(r"\r\n?|\n")
_FILE = re.compile(r"\.(?:docx?|pdf|xlsx?|wps|et|ofd|rtf|pptx?|zip|rar|7z)(?:$|[?#&])", re.I)
_BLANK_CHARS = "\u200b\u200c\u200d\u2060\ufeff\xad"
_MAX_NAMES = 200  # characters of id and class that are looked at
_MAX_TITLE = 1000
_MAX_SPAN = 65534  # the HTML standard's limit of a rowspan


@dataclass(frozen=True, slots=True)
class Block:
    """A printed line.

    Attributes:
        text: the line, blanks as a browser shows them.
        size: number of its characters that are not blank.
        links: how many of these stand in links.
        has_file: whether one of the links leads to a document.
        box: index of the innermost box around it.
    """

    text: str
    size: int
    links: int
    has_file: bool
    box: int


@dataclass(slots=True)
class Box:
    """A block element.

    Attributes:
        tag: its tag.
        names: its id and classes, lower case, separated by blanks.
        parent: index of the box around it, -1 for the page.
        row, cell: index of the innermost table row and cell, itself included; -1 outside tables.
        table: index of the innermost table, itself included; -1 outside tables.
        rowspan: rows a cell reaches over.
        first, last: the blocks it holds, half-open.
        after: index of the first box behind it and all it holds.
    """

    tag: str
    names: str
    parent: int
    table: int = -1
    row: int = -1
    cell: int = -1
    rowspan: int = 1
    first: int = 0
    last: int = 0
    after: int = 0


@dataclass(slots=True)
class Page:
    """What a page prints; box 0 is the page itself.

    Attributes:
        blocks: its lines in order.
        boxes: its block elements in order of their start tags.
        title: text of the title element.
        meta: content of the named meta elements, names in lower case.
        images: number of images shown.
    """

    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    images: int = 0

    def children(self, box: int) -> Iterator[int]:
        """Indexes of the boxes directly in a box."""
        child = box + 1
        while child < self.boxes[box].after:
            yield child
            child = self.boxes[child].after


@dataclass(slots=True)
class _Frame:
    """An open element and what has to be undone at its end."""

    tag: str
    is_block: bool
    is_link: bool
    leads_to_file: bool


def read_page(data: bytes) -> Page:
    """The page of UTF-8 bytes.

    >>> [block.text for block in read_page("<p>支持<b>企业</b>。<br>一、目标<p hidden>无".encode()).blocks]
    ['支持企业。', '一、目标']
    >>> read_page(b"").blocks
    []
    """
    from lxml import etree

    target = _Printer()
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True, no_network=True)
    if data.strip():
        etree.fromstring(data, parser)
    return target.page


class _Printer:
    """Target of the parser's events: prints lines and keeps record of boxes."""

    def __init__(self) -> None:
        self.page = Page(boxes=[Box("html", "", -1)])
        self._frames: list[_Frame] = []
        self._unseen = 0  # depth inside an element that is not shown
        self._box = 0
        self._links = self._file_links = self._pre = 0
        self._lists: list[Listing] = []
        self._marker = ""
        self._text: list[str] = []
        self._linked = 0
        self._has_file = False
        self._in_title = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if self._unseen:
            self._unseen += 1
            self._head(tag, attributes)
            return
        style = attributes.get("style") or ""
        shown = _DISPLAY.search(style) if style else None
        display = shown.group(1).lower() if shown else ""
        is_hidden = display == "none" or "hidden" in attributes
        if tag in _UNSEEN or (is_hidden and tag not in _SHOWN_BY_SCRIPT):
            self._unseen = 1
            self._head(tag, attributes)
            return
        if tag == "img":
            self.page.images += 1
        is_block = (tag in _BLOCKS and display not in ("inline", "contents")) or display in (
            "block",
            "list-item",
        )
        is_link = tag == "a" and bool(attributes.get("href"))
        frame = _Frame(tag, is_block, is_link, is_link and bool(_FILE.search(attributes["href"])))
        self._frames.append(frame)
        self._links += frame.is_link
        self._file_links += frame.leads_to_file
        self._pre += tag == "pre"
        if is_block or tag in ("br", "hr"):
            self._flush()
        if is_block:
            self._open_box(tag, attributes)
        if tag in ("ol", "ul", "menu", "dir"):
            self._lists.append(Listing.of(tag, attributes))
        elif tag == "li" and self._lists:
            self._marker = self._lists[-1].marker(attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._unseen:
            self._unseen -= 1
            self._in_title = False
            return
        if not self._frames:
            return
        frame = self._frames.pop()
        if frame.is_block:
            self._flush()
            self._close_box()
        if frame.tag in ("ol", "ul", "menu", "dir"):
            self._lists.pop()
        if frame.tag == "li":
            self._marker = ""
        self._links -= frame.is_link
        self._file_links -= frame.leads_to_file
        self._pre -= frame.tag == "pre"

    def data(self, text: str) -> None:
        """Text, in pieces of any length."""
        if self._in_title and len(self.page.title) < _MAX_TITLE:
            self.page.title += text
        if self._unseen:
            return
        lines = _NEWLINE.split(text) if self._pre else [text]
        for n, line in enumerate(lines):
            if n:
                self._flush()
            self._text.append(line)
            if self._links:
                self._linked += len("".join(line.split()))
                self._has_file = self._has_file or self._file_links > 0

    def close(self) -> Page:
        """The page ends; elements left open end with it."""
        self._flush()
        while self._box >= 0:
            self._close_box()
        return self.page

    def _head(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Keep what the page says of itself outside its text."""
        self._in_title = tag == "title" and not self.page.title
        name = attributes.get("name") or attributes.get("property")
        if tag == "meta" and name:
            self.page.meta.setdefault(name.strip().lower(), attributes.get("content") or "")

    def _open_box(self, tag: str, attributes: Mapping[str, str]) -> None:
        boxes, at = self.page.boxes, len(self.page.boxes)
        around = boxes[self._box]
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:_MAX_NAMES].lower().strip()
        box = Box(tag, names, self._box, around.table, around.row, around.cell, first=len(self.page.blocks))
        if tag == "table":
            box.table, box.row, box.cell = at, -1, -1
        elif tag == "tr":
            box.row, box.cell = at, -1
        elif tag in ("td", "th"):
            box.cell = at
            box.rowspan = _span(attributes.get("rowspan"))
        boxes.append(box)
        self._box = at

    def _close_box(self) -> None:
        box = self.page.boxes[self._box]
        box.last, box.after = len(self.page.blocks), len(self.page.boxes)
        self._box = box.parent

    def _flush(self) -> None:
        """End the line, if anything is on it."""
        if not self._text:
            return
        text = _BLANKS.sub(" ", "".join(self._text)).strip(" ")
        self._text.clear()
        if text.strip().strip(_BLANK_CHARS).strip():
            if self._marker and not has_own_number(text):
                text = self._marker + text.lstrip()
            self._marker = ""
            size = len("".join(text.split()))
            self.page.blocks.append(Block(text, size, self._linked, self._has_file, self._box))
        self._linked, self._has_file = 0, False


def _span(value: str | None) -> int:
    """Rows a cell reaches over, 1 where the page says nonsense.

    >>> _span("3"), _span(None), _span("很多"), _span("9" * 5000)
    (3, 1, 1, 65534)
    """
    digits = re.match(r"\s*0*([1-9][0-9]{0,5})", value or "")
    return min(int(digits.group(1)), _MAX_SPAN) if digits else 1
