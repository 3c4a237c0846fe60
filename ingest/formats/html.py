"""Web pages, as saved from government sites: the policy on the page as lines, without the page around it.

A page is printed to lines (``html_page``), the article is found among them (``html_content``, ``html_chrome``), the
headline and the box of metadata are put before it (``html_head``), and tables become rows (``html_tables``).
"""

from __future__ import annotations

from corpus import Place, Span, TableRow, UnreadableFile
from ingest.formats.html_charset import decode_page
from ingest.formats.html_content import Article, find_article
from ingest.formats.html_head import Labels, headline, page_title, read_labels
from ingest.formats.html_page import Page, read_page
from ingest.formats.html_tables import Row, data_tables, rows
from ingest.source import Layout, SourceText

_FEW = 200  # characters beside which pictures may hold the text


def read(data: bytes, name: str) -> SourceText:
    """The policy on a web page, one line a paragraph, heading, list item or table row.

    >>> read("<nav>首页</nav><div><p>一、目标</p><p>支持企业研发，最高补助100万元。</p></div>".encode(), "a.html").text
    '一、目标\\n支持企业研发，最高补助100万元。\\n'
    >>> read(b"<html><body></body></html>", "a.html")
    Traceback (most recent call last):
    ...
    corpus.errors.UnreadableFile: a.html：网页里没有文字，正文可能由脚本载入；请在浏览器中打开后复制正文，另存为 .txt 再入库。

    Raises:
        UnreadableFile: in no known encoding, or without text.
    """
    page = read_page(decode_page(data, name).replace("\x00", "").encode("utf-8", "replace"))
    labels = read_labels(page)
    tables = data_tables(page)
    article = find_article(page, tables, labels.blocks)
    writer = _Writer()
    for line in labels.lines:
        writer.line(line)
    for at in headline(page, article.first, article.lines, labels.blocks):
        writer.line(page.blocks[at].text)
    _write_article(writer, page, article, tables, labels)
    if not writer.text():
        raise UnreadableFile(
            f"{name}：网页里没有文字，正文可能由脚本载入；请在浏览器中打开后复制正文，另存为 .txt 再入库。"
        )
    return SourceText(
        writer.text(),
        name,
        "html",
        Layout.PARAGRAPHS,
        page_title(page),
        tuple(writer.places),
        tuple(writer.rows),
        _warnings(page, article),
    )


def _write_article(
    writer: _Writer, page: Page, article: Article, tables: dict[int, int], labels: Labels
) -> None:
    kept = set(article.lines)
    data = {table for table in tables.values() if labels.blocks.isdisjoint(_reach(page, table))}
    at_row: dict[int, Row] = {}
    for table in data:
        if kept.issuperset(_reach(page, table)):
            at_row.update((row.first, row) for row in rows(page, table))
        else:
            data = data - {table}
    for at in article.lines:
        box = page.boxes[page.blocks[at].box]
        if at in at_row:
            writer.row(at_row[at])
        elif box.table not in data or box.cell < 0:
            writer.line(page.blocks[at].text)


def _reach(page: Page, table: int) -> range:
    return range(page.boxes[table].first, page.boxes[table].last)


def _warnings(page: Page, article: Article) -> tuple[str, ...]:
    warnings = []
    if not article.has_prose:
        warnings.append(
            "网页里没有成段的文字，像是栏目列表页；请核对，必要时打开具体文件的网页另存后再入库。"
        )
    size = sum(page.blocks[at].size for at in article.lines)
    if size < _FEW and page.images:
        warnings.append("网页正文很短而有图片，图片里的文字没有读取；如正文是图片，请另存图片后入库。")
    return tuple(warnings)


class _Writer:
    """The text under construction, with the place of every line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self.places: list[Place] = []
        self.rows: list[TableRow] = []

    def line(self, text: str) -> None:
        """Print a line."""
        self.places.append(Place(self._length, paragraph=len(self.places) + 1))
        self._lines.append(text + "\n")
        self._length += len(text) + 1

    def row(self, row: Row) -> None:
        """Print a row of a table."""
        text = "\t".join(row.cells)
        self.rows.append(TableRow(Span(self._length, self._length + len(text)), row.context))
        self.line(text)

    def text(self) -> str:
        """All lines."""
        return "".join(self._lines)
