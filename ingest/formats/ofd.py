"""OFD documents (GB/T 33190-2016), laid out page by page as PDF is: the pieces of text on each page, then paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus import UnreadableFile
from ingest.formats.archive import DAMAGED, open_archive
from ingest.formats.page_layout import compose
from ingest.formats.page_pieces import Page, Piece
from ingest.formats.titles import property_title
from ingest.source import Layout, SourceText

if TYPE_CHECKING:
    import ofdkit

_POINTS = 72 / 25.4  # in a millimetre, the unit of OFD
_ASCENT, _DESCENT = 0.88, 0.12  # of the em, above and below the baseline
_OWN_CODES = re.compile(r"[\ue000-\uf8ff]")  # places of a font made for one document
_MAX_OWN_CODES = 0.01  # share of the characters
_CONVERT = "请用阅读器打开后导出为 PDF 或 .docx 再试。"


def read(data: bytes, name: str) -> SourceText:
    """The text of an OFD document, one line a paragraph.

    Raises:
        UnreadableFile: damaged, encrypted, a zip bomb, without text, or in a font whose codes are its own.
    """
    import ofdkit

    open_archive(data, name).close()
    try:
        with ofdkit.open(data) as document:
            pages = [_page(page) for page in document.pages]
            title, gaps = document.info.title or "", bool(document.warnings)
    except (ofdkit.OFDError, *DAMAGED, RecursionError) as error:
        raise UnreadableFile(f"{name}：OFD 文件不完整或已加密，无法解析；{_CONVERT}") from error
    composition = compose(pages)
    if not composition.text.strip():
        raise UnreadableFile(
            f"{name}：OFD 里没有文字（扫描件或图形）；请用阅读器导出为 PDF 后重试，扫描件会按图片识别。"
        )
    if len(_OWN_CODES.findall(composition.text)) > _MAX_OWN_CODES * len(composition.text):
        raise UnreadableFile(f"{name}：文字用了自定义的字体编码，无法还原；{_CONVERT}")
    return SourceText(
        text=composition.text,
        name=name,
        format="ofd",
        layout=Layout.PARAGRAPHS,
        title=property_title(title),
        places=composition.places,
        rows=composition.rows,
        warnings=("有的页面或资源缺失，文字可能不全；请与原件核对。",) if gaps else (),
    )


def _page(page: ofdkit.Page) -> Page:
    left, top, width, height = (side * _POINTS for side in page.box)
    return Page(page.index + 1, width, height, tuple(_pieces(page, left, top, width, height)))


def _pieces(page: ofdkit.Page, left: float, top: float, width: float, height: float) -> Iterator[Piece]:
    """The text that stands on the page, once where it is drawn twice to look bold."""
    drawn = set[tuple[str, int, int]]()
    for run in page.runs:
        text, size = run.text.strip(), run.size * _POINTS
        where = text, round(4 * run.x / (run.size or 1)), round(4 * run.y / (run.size or 1))
        x, baseline = run.x * _POINTS - left, run.y * _POINTS - top
        if not text or where in drawn or not (0 <= x <= width and 0 <= baseline <= height):
            continue
        drawn.add(where)
        blanks = len(run.text) - len(run.text.lstrip())
        em = run.width * _POINTS / len(run.text)
        x += blanks * em
        yield Piece(text, x, baseline - _ASCENT * size, x + len(text) * em, baseline + _DESCENT * size, size)
