"""PDF by PDFium: the text layer where there is a sound one, OCR where there is none, page by page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from corpus import UnreadableFile
from ingest.formats.ocr import DPI, MAX_SIDE, Recognised, RecognitionFailed, doubts, page_list, recognise
from ingest.formats.page_layout import compose
from ingest.formats.page_pieces import Page
from ingest.formats.text import is_common
from ingest.formats.titles import property_title
from ingest.source import Layout, SourceText

_PDFIUM = Lock()  # the library is not thread-safe
_BATCH = 200  # pages for which a document is kept open
_MAX_GARBAGE = 0.1  # share of characters without meaning from which a text layer is useless
_MIN_COMMON = 0.6  # share of common ones among Chinese characters; a wrong mapping gives about a third
_SCAN_AREA = 0.5  # a picture of this share of the page with next to no text is a scan
_FEW = 50  # characters: a stamp or a scanning app's own line
_PICTURE_AREA = 0.1  # smaller pictures on a page without text are icons
_MANY_PATHS = 50  # drawn shapes that may be letters
_ICON = 0.3  # share of the page's width; a wider picture may hold a line of text
_RULES = 4  # drawn shapes that are no more than lines or a frame


@dataclass(slots=True)
class _Found:
    """What was read so far, and page numbers of what was hard."""

    pages: list[Page] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    partly: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def read(data: bytes, name: str) -> SourceText:
    """The text of a PDF; scripts, attachments and form values in it are ignored.

    Raises:
        UnreadableFile: encrypted, damaged, or without any text.
    """
    found = _Found()
    first, count, title = 1, 1, ""
    while first <= count:  # PDFium keeps what it has parsed until the document is closed
        with _opened(data, name) as document:
            count, title = len(document), _title(document)
            for number in range(first, min(first + _BATCH, count + 1)):
                _read_page(document, number, found)
        first += _BATCH
    composed = compose(found.pages)
    if not composed.text.strip():
        reason = found.failed[0].rstrip("。") if found.failed else "没有文字层，OCR 也没有识别出文字"
        raise UnreadableFile(f"{name}：{reason}；请换清晰的扫描件或提供 Word 版。")
    return SourceText(
        composed.text,
        name,
        "pdf",
        Layout.PARAGRAPHS,
        title=title,
        places=composed.places,
        rows=composed.rows,
        warnings=tuple(_warnings(found)),
    )


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[Any]:
    import pypdfium2 as pdfium
    from pypdfium2 import raw

    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            # the library may report the error of an earlier file where it has none for this one
            if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY) and b"/Encrypt" in data:
                raise UnreadableFile(f"{name}：PDF 已加密，需要密码才能打开；请先解除密码再导入。") from error
            raise UnreadableFile(f"{name}：PDF 已损坏，无法打开；请重新下载或另存后重试。") from error
        if len(document) == 0:
            document.close()
            raise UnreadableFile(f"{name}：PDF 里没有页面；请重新下载或另存后重试。")
    try:
        yield document
    finally:
        with _PDFIUM:
            document.close()


def _title(document: Any) -> str:
    """The title in the document's properties."""
    with _PDFIUM:
        return property_title(str(document.get_metadata_value("Title")))


def _read_page(document: Any, number: int, found: _Found) -> None:
    """Add one page to what was found; PDFium is held only while it works, not during OCR."""
    import pypdfium2 as pdfium

    from ingest.formats.pdf_chars import is_unreadable, page_rules, page_text, turned

    picture = None
    with _PDFIUM:
        try:
            page = document[number - 1]
        except pdfium.PdfiumError:
            found.damaged.append(number)
            return
        try:
            rules = page_rules(page)
            text = page_text(page, rules)
            left, bottom, right, top = page.get_cropbox()
            upright = [turned(rule, right - left, top - bottom, text.turns) for rule in rules]
            layer = Page(number, text.width, text.height, text.pieces, tuple(upright))
            reason = _why_ocr(page, layer, text.characters, text.unreadable)
            drawn = not layer.pieces and _is_drawn_on(page, layer.width)
            if reason:
                picture = _rendered(page)
        except pdfium.PdfiumError:
            found.damaged.append(number)
            return
        finally:
            page.close()
    if picture is None:
        if layer.pieces:
            found.pages.append(layer)
        elif drawn:
            found.empty.append(number)
        if text.hidden:
            found.hidden.append(number)
        elif any(is_unreadable(char) for piece in layer.pieces for char in piece.text):
            found.partly.append(number)
        return
    (found.garbled if reason == "garbled" else found.scanned).append(number)
    try:
        result = recognise(picture, number)
    except RecognitionFailed as error:
        found.failed.append(
            f"第 {number} 页 OCR 失败（{error}），该页文字没有读出，请提供清晰的扫描件或 Word 版。"
        )
        return
    found.recognised.append(result)
    if result.page.pieces:
        found.pages.append(result.page)


def _why_ocr(page: Any, layer: Page, characters: int, unreadable: int) -> str:
    """Why a page has to be recognised: "scanned", "garbled", or "" where its text layer will do."""
    if characters and (
        unreadable > _MAX_GARBAGE * characters or is_garbled("".join(p.text for p in layer.pieces))
    ):
        return "garbled"
    if characters >= _FEW:
        return ""
    from pypdfium2 import raw

    area, paths = 0.0, 0
    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        if drawn.type == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
        else:
            left, bottom, right, top = drawn.get_bounds()
            area += abs(right - left) * abs(top - bottom)
    share = area / max(layer.width * layer.height, 1)
    if characters:
        return "scanned" if share >= _SCAN_AREA else ""
    return "scanned" if share >= _PICTURE_AREA or paths >= _MANY_PATHS else ""


def _is_drawn_on(page: Any, width: float) -> bool:
    """Whether a page shows more than icons, rules or a frame: a picture that may hold a line of text, or many shapes."""
    from pypdfium2 import raw

    paths = 0
    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        if drawn.type == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
            continue
        left, _, right, _ = drawn.get_bounds()
        if abs(right - left) > _ICON * width:
            return True
    return paths > _RULES


def is_garbled(text: str) -> bool:
    """Whether a text is what comes out of a font with a wrong mapping: rare Chinese characters, accented letters.

    >>> is_garbled("支持企业建设重点实验室。" * 5), is_garbled("黢黩黪黧黝黟黥黦黨黫" * 5), is_garbled("Ã¥¤§Ð¡" * 20)
    (False, True, True)
    >>> is_garbled("")
    False
    """
    chinese = [char for char in text if "\u3400" <= char <= "\u9fff"]
    if len(chinese) >= 20:
        return sum(map(is_common, chinese)) < _MIN_COMMON * len(chinese)
    return len(text) >= _FEW and sum("\x80" <= char <= "\u024f" for char in text) > 0.3 * len(text)


def _rendered(page: Any) -> Any:
    """The page as a grey picture of bounded size."""
    width, height = page.get_size()
    scale = min(DPI / 72, MAX_SIDE / max(width, height, 1), MAX_SIDE / math.sqrt(max(width * height, 1)))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        picture = bitmap.to_numpy().copy()
    finally:
        bitmap.close()
    return picture[:, :, 0] if picture.ndim == 3 else picture


def _warnings(found: _Found) -> list[str]:
    """What a reader should check, a line each."""
    sure = {result.page.number: result.confidence for result in found.recognised if result.page.pieces}
    warnings = []
    for pages, what in (
        ([n for n in found.scanned if n in sure], "没有文字层"),
        ([n for n in found.garbled if n in sure], "文字层是乱码"),
    ):
        if pages:
            mean = sum(sure[n] for n in pages) / len(pages)
            warnings.append(f"第 {page_list(pages)} 页{what}，已用 OCR 识别，平均置信度 {mean:.2f}，请核对。")
    blank = found.empty + [r.page.number for r in found.recognised if not r.page.pieces]
    for pages, what in (
        (found.hidden, "的文字来自扫描件自带的识别结果，请核对。"),
        (found.partly, "有个别字符没有编码，无法读出，请对照原件核对。"),
        (blank, "没有文字。"),
        (found.damaged, "已损坏，没有读出，请重新下载或另存后重试。"),
    ):
        if pages:
            warnings.append(f"第 {page_list(pages)} 页{what}")
    return warnings + found.failed + doubts(found.recognised)
