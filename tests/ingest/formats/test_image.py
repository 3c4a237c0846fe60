"""Pictures through the real OCR models (one small made-up scan), and what is refused before them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from corpus import UnreadableFile
from ingest.formats import image, ocr
from ingest.formats.ocr import Recognised, RecognitionFailed
from ingest.formats.page_pieces import Page, Piece
from ingest.source import Layout, SourceText

SCAN = Path(__file__).with_name("scan.png")
EXPECTED = [
    "一、支持范围",
    "（一）对海湾市新认定的研发机构，按年度研发投入的10%给予补助，最高200万元。",
    "（二）申报单位应当真实、完整地提交材料。",
]


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def unified(source: SourceText) -> list[str]:
    widths = str.maketrans("():,", "（）：，")
    return source.text.translate(widths).split("\n")


def test_a_scan_becomes_paragraphs_with_confidences() -> None:
    source = image.read(SCAN.read_bytes(), "扫描.png")
    assert unified(source) == EXPECTED
    assert (source.format, source.layout) == ("image", Layout.PARAGRAPHS)
    assert len(source.places) == 3 and all(0.8 < place.confidence <= 1 for place in source.places)
    assert source.warnings[0].startswith("图片已用 OCR 识别，平均置信度 0.9")


def test_a_page_laid_upside_down_on_the_scanner_is_turned() -> None:
    turned = Image.open(SCAN).convert("L").rotate(180)
    assert unified(image.read(saved(turned, "BMP"), "扫描.bmp")) == EXPECTED


def one_line(picture: np.ndarray, number: int) -> Recognised:
    height, width = picture.shape
    return Recognised(
        Page(number, width, height, (Piece(f"{width}x{height}", 0, 0, 50, 10, 10, 0.9),), recognised=True)
    )


def test_the_camera_s_orientation_transparency_and_size_are_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "recognise", one_line)
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = Image.new("RGB", (40, 20), "white")
    assert image.read(saved(photo, "JPEG", exif=exif.tobytes()), "照片.jpg").text == "20x40"
    large = image.read(saved(Image.new("L", (4800, 2400), 255), "PNG"), "照片.png")
    assert large.text == f"{image.PICTURE_SIDE}x{image.PICTURE_SIDE // 2}"
    seen: list[np.ndarray] = []
    monkeypatch.setattr(
        image, "recognise", lambda picture, number: seen.append(picture) or one_line(picture, number)
    )
    image.read(saved(Image.new("RGBA", (30, 30), (0, 0, 0, 0)), "WEBP"), "透明.webp")
    image.read(saved(Image.fromarray(np.full((9, 9), 60000, np.uint16)), "TIFF"), "十六位.tif")
    assert seen[0].min() == 255 and seen[1].dtype == np.uint8


def test_each_frame_of_a_tiff_is_a_page_and_one_failure_keeps_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def second_fails(picture: np.ndarray, number: int) -> Recognised:
        if number == 2:
            raise RecognitionFailed("内存不足")
        return one_line(picture, number)

    monkeypatch.setattr(image, "recognise", second_fails)
    frames = [Image.new("L", (20 + n, 20), 255) for n in range(3)]
    source = image.read(saved(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "传真.tif")
    assert [place.page for place in source.places] == [1, 3]
    assert source.warnings == (
        "第 1、3 页已用 OCR 识别，平均置信度 0.90，请核对。",
        "第 2 页 OCR 失败（内存不足），该页文字没有读出，请换一张清晰的图片。",
    )


def test_an_engine_that_breaks_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(picture: np.ndarray) -> None:
        raise RuntimeError("bad model")

    monkeypatch.setattr(ocr, "_engine", lambda: breaks)
    with pytest.raises(RecognitionFailed, match="bad model"):
        ocr.recognise(np.zeros((9, 9), np.uint8), 1)


@pytest.mark.parametrize(
    "data, says",
    [
        (b"not a picture", "不是能识别的图片"),
        (saved(Image.effect_noise((90, 90), 50), "PNG")[:-900], "已损坏"),
        (saved(Image.new("L", (60, 60), 255), "PNG"), "没有识别出文字"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"^图\.png：.*{says}.*。$") as caught:
        image.read(data, "图.png")
    assert "\n" not in str(caught.value)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(image, "MAX_PIXELS", 1000)
    with pytest.raises(UnreadableFile, match="超过上限"):
        image.read(saved(Image.new("L", (60, 60), 255), "PNG"), "图.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(UnreadableFile, match="像素过大"):
        image.read(saved(Image.new("L", (60, 60), 255), "PNG"), "图.png")
