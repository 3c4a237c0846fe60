"""Pictures of documents (PNG, JPEG, TIFF with several pages, BMP, WebP) by OCR."""

from __future__ import annotations

import warnings as python_warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from corpus import UnreadableFile
from ingest.formats.ocr import PICTURE_SIDE, Recognised, RecognitionFailed, doubts, page_list, recognise
from ingest.formats.page_layout import compose
from ingest.source import Layout, SourceText

MAX_PIXELS = 120_000_000  # of one frame: an A3 page at 600 dpi has 70 million
_MAX_FRAMES = 500


def read(data: bytes, name: str) -> SourceText:
    """The text of a picture, whose paragraphs carry the lowest confidence of their lines.

    Raises:
        UnreadableFile: no picture, damaged, too large, or without text.
    """
    pages: list[Recognised] = []
    warnings: list[str] = []
    count = 0
    for count, picture in enumerate(_frames(data, name), 1):
        if isinstance(picture, str):
            warnings.append(picture)
            continue
        try:
            pages.append(recognise(picture, count))
        except RecognitionFailed as error:
            warnings.append(f"第 {count} 页 OCR 失败（{error}），该页文字没有读出，请换一张清晰的图片。")
    read_pages = [page for page in pages if page.page.pieces]
    if not read_pages:
        reason = warnings[0] if warnings else "没有识别出文字"
        raise UnreadableFile(f"{name}：{reason.rstrip('。')}；请换一张清晰、端正的图片，或提供文字版。")
    mean = sum(page.confidence for page in read_pages) / len(read_pages)
    heading = f"第 {page_list([page.page.number for page in read_pages])} 页" if count > 1 else "图片"
    warnings.insert(0, f"{heading}已用 OCR 识别，平均置信度 {mean:.2f}，请核对。")
    empty = [page.page.number for page in pages if not page.page.pieces]
    if empty:
        warnings.append(f"第 {page_list(empty)} 页没有识别出文字。")
    composed = compose([page.page for page in pages])
    return SourceText(
        composed.text,
        name,
        "image",
        Layout.PARAGRAPHS,
        places=composed.places,
        rows=composed.rows,
        warnings=(*warnings, *doubts(pages)),
    )


def _frames(data: bytes, name: str) -> Iterator[Any]:
    """Each frame as an array fit for ``recognise``, or a Chinese line that says why it is left out.

    Raises:
        UnreadableFile: no picture that Pillow knows, or damaged from the start.
    """
    from PIL import Image, ImageSequence, UnidentifiedImageError

    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # MAX_PIXELS decides
        try:
            with Image.open(BytesIO(data)) as picture:
                animated = getattr(picture, "n_frames", 1) > 1 and picture.format != "TIFF"
                for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                    if number > _MAX_FRAMES:
                        yield f"只读了前 {_MAX_FRAMES} 页，请拆分文件后再导入其余各页。"
                        return
                    yield _array(frame, number)
                    if animated:  # the first picture of an animation is what it shows
                        return
        except Image.DecompressionBombError:
            raise UnreadableFile(
                f"{name}：图片像素过大，请缩小到 {MAX_PIXELS // 10**6} 百万像素以内后重试。"
            ) from None
        except UnidentifiedImageError:
            raise UnreadableFile(f"{name}：不是能识别的图片，请另存为 .png 或 .jpg 后重试。") from None
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnreadableFile(f"{name}：图片已损坏（{error}），请重新扫描或另存后重试。") from error


def _array(frame: Any, number: int) -> Any:
    """One frame, upright as the camera noted, on white, in grey, of bounded size."""
    import numpy as np
    from PIL import Image, ImageOps

    width, height = frame.size
    if width * height > MAX_PIXELS:
        return f"第 {number} 页有 {width * height / 1e6:.0f} 百万像素，超过上限，没有读出，请缩小后重试。"
    if frame.format == "JPEG":
        frame.draft("L", (PICTURE_SIDE, PICTURE_SIDE))  # decoded at a fraction of its size
    picture = ImageOps.exif_transpose(frame)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    if picture.mode.startswith(("I", "F")):  # 16-bit scans
        values = np.asarray(picture, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        return ((values - low) * (255 / max(high - low, 1))).astype(np.uint8)
    grey = picture.convert("L")
    if max(grey.size) > PICTURE_SIDE:
        grey.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    return np.asarray(grey)
