"""Source text to paragraphs, without inventing: every kept character remembers where it stood.

What is undone is what layout did to the text: spaces put beside Chinese characters, half-width brackets, page
numbers, Markdown marks, and lines broken by the page (``ingest.lines``). Words are never changed.
"""

from __future__ import annotations

import re

from ingest.breaks import printed_lines
from ingest.lines import join_lines
from ingest.mapped import Mapped, concat
from ingest.source import Layout

_UNIFIED = str.maketrans(
    {"(": "（", ")": "）", "﹙": "（", "﹚": "）", "﹝": "〔", "﹞": "〕"}
    | dict.fromkeys(
        "\t\x1c\x1d\x1e\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009", " "
    )
    | dict.fromkeys("\u200a\u202f\u205f\u3000", " ")
)
_WIDE = re.compile(r"[⺀-鿿豈-﫿︰-﹏＀-￯“”‘’—…·\U00020000-\U0003ffff]")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_GAP = re.compile(rf"[\s{_INVISIBLE}]+")
_NUMBER_OF_DOCUMENT = re.compile(r"[\[（【〔]\s*(?:19|20)\d\d\s*[\]）】〕](?=\s*(?:第\s*)?\d+\s*号)")
_CELL = re.compile(r"[^\t]+")
_PAGE_NUMBER = re.compile(
    r"^[—–－\-一]{1,2}\s*\d{1,4}\s*[—–－\-一]{1,2}$"
)  # — 3 —, which would cut a sentence in two
_MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s+|>\s+|[*+-]\s+(?=\S))|\*\*|__")


def clean(source: str, *, markdown: bool = False, layout: Layout = Layout.LINES) -> list[Mapped]:
    """Paragraphs of a source text, in order; blank lines are gone.

    Args:
        source: the text.
        markdown: whether Markdown marks are layout.
        layout: what a line of the text is; the cells of a table row keep the tabs between them in a text of paragraphs.

    >>> [p.text for p in clean("不少于 50 项(含)，\\n\\n应用基\\n\\n基础研究。\\n一、目标\\n新建 3家")]
    ['不少于50项（含），应用基础研究。', '一、目标', '新建3家']
    >>> [p.text for p in clean("1\\t支持 企业\\n2\\t支持高校", layout=Layout.PARAGRAPHS)]
    ['1\\t支持企业', '2\\t支持高校']
    """
    spans = printed_lines(source)
    if layout is Layout.PARAGRAPHS:
        cleaned = (_clean_cells(source, start, end) for start, end in spans)
    else:
        cleaned = (_clean_line(source[start:end], start, markdown) for start, end in spans)
    return join_lines([line for line in cleaned if line.text and not _PAGE_NUMBER.match(line.text)], layout)


def _clean_cells(source: str, start: int, end: int) -> Mapped:
    """A line whose cells are cleaned one by one; a tab at either end is layout."""
    cells = [(found.start(), found.group()) for found in _CELL.finditer(source, start, end)]
    pieces: list[Mapped] = []
    for at, cell in cells:
        if pieces:
            pieces.append(Mapped("\t", (at - 1,)))
        pieces.append(_clean_line(cell, at, markdown=False))
    line = concat(pieces)
    lead = len(line.text) - len(line.text.lstrip("\t"))
    return line.cut(lead, len(line.text.rstrip("\t")))


def _clean_line(text: str, start: int, markdown: bool) -> Mapped:
    """One line with unified brackets and without the blanks that layout put in; ``start`` is where it stands.

    Each replacement keeps the length, so that the offsets stay true.
    """
    text = text.translate(_UNIFIED)
    text = _NUMBER_OF_DOCUMENT.sub(lambda m: f"〔{m.group()[1:-1]}〕", text)
    line = Mapped(text, tuple(range(start, start + len(text))))
    if markdown:
        line = line.without([m.span() for m in _MARKDOWN.finditer(text)])
    drop = (_to_drop(line.text, gap.start(), gap.end()) for gap in _GAP.finditer(line.text))
    return line.without([span for span in drop if span[0] < span[1]])


def _to_drop(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a gap to take out: all of it beside a wide character, else all but one blank."""
    if start == 0 or end == len(text) or _WIDE.match(text[start - 1]) or _WIDE.match(text[end]):
        return start, end
    return (start + 1, end) if text[start].isspace() else (start, end)
