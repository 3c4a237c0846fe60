"""A page of a PDF or of a picture file as a PNG; called in the child process only."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, cast

from corpus import NotFound, UnreadableFile
from ingest.formats.kind import kind_of

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
_WIDTH = 1100  # pixels: an A4 page is sharp enough to be read
_HEIGHT = 4 * _WIDTH
_ENLARGED = 4.0  # at most, from 72 dpi


def has_pictures(file: Path) -> bool:
    """Whether a file is a PDF or a picture, by its content."""
    with file.open("rb") as opened:
        kind = kind_of(opened.read(64), file.suffix.lower())
    return kind == ".pdf" or kind in PICTURES


def count_pages(file: Path) -> int:
    """Number of pages that can be drawn, 0 for a file of text."""
    if not has_pictures(file):
        return 0
    if _is_pdf(file):
        with _pdf(file) as document:
            return len(document)
    from PIL import Image

    with Image.open(file) as picture:
        return getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1


def page_png(file: Path, number: int) -> bytes:
    """A page, from 1, of bounded size; forms, scripts and attachments of a PDF are not even loaded.

    Raises:
        NotFound: there is no such page.
        UnreadableFile: it cannot be drawn.
    """
    try:
        picture = _pdf_page(file, number) if _is_pdf(file) else _frame(file, number)
    except (IndexError, EOFError):
        raise NotFound(f"{file.name} 没有第 {number} 页。") from None
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _is_pdf(file: Path) -> bool:
    with file.open("rb") as opened:
        return kind_of(opened.read(64), "") == ".pdf"


def _pdf(file: Path) -> Any:
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        raise UnreadableFile(f"{file.name}：PDF 打不开，没有页面图像。") from error


def _pdf_page(file: Path, number: int) -> Any:
    import pypdfium2 as pdfium

    with _pdf(file) as document:
        if not 1 <= number <= len(document):
            raise IndexError
        try:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_WIDTH / max(width, 1), _HEIGHT / max(height, 1), _ENLARGED)
            return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        except pdfium.PdfiumError as error:
            raise UnreadableFile(f"{file.name}：第 {number} 页已损坏，画不出来。") from error


def _frame(file: Path, number: int) -> Any:
    from PIL import Image, ImageOps

    from ingest.formats.image import MAX_PIXELS

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(file) as picture:
            if number != 1 and picture.format != "TIFF":
                raise IndexError
            picture.seek(number - 1)
            if picture.width * picture.height > MAX_PIXELS:
                raise UnreadableFile(f"{file.name}：第 {number} 页像素过大，不能显示。")
            picture.draft("RGB", (_WIDTH, _HEIGHT))
            shown = ImageOps.exif_transpose(picture)
            if shown.mode.startswith(("I", "F")):
                low, high = cast(tuple[float, float], shown.getextrema())
                shown = shown.point(lambda value: (value - low) * (255 / max(high - low, 1)))
            shown = shown.convert("RGBA")
            white = Image.new("RGBA", shown.size, "white")
            made = Image.alpha_composite(white, shown).convert("RGB")
            made.thumbnail((_WIDTH, _HEIGHT))
            return made
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableFile(f"{file.name}：第 {number} 页画不出来，图片可能已损坏。") from error
