"""PDF files written byte by byte in a font that PDFium knows by name, so that real extraction runs without big files."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from corpus import UnreadableFile
from ingest.formats import pdf
from ingest.formats.ocr import Recognised, RecognitionFailed
from ingest.formats.page_pieces import Page, Piece
from ingest.source import Layout

Text = tuple[float, float, float, str]  # x, y upwards, size, text

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font"
    b" /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1)"
    b" /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0"
    b" /FontBBox [-25 -254 1000 880] /Ascent 880 /Descent -120 /StemV 93 /CapHeight 880 >> >>] >>"
)
PICTURE = b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 64 >>"


def show(texts: Sequence[Text], before: str = "") -> bytes:
    each = (
        f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
        for x, y, size, text in texts
    )
    return "\n".join((before, *each)).encode()


def pdf_of(*contents: bytes, title: str = "", trailer: bytes = b"", page_extra: bytes = b"") -> bytes:
    """A PDF with one page a content stream."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", FONT]
    objects.append(PICTURE + b"\nstream\n" + bytes(64) + b"\nendstream")
    objects.append(b"<< /Title <feff" + title.encode("utf-16-be").hex().encode() + b"> >>")
    kids = []
    for content in contents:
        data = zlib.compress(content)
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(data) + data + b"\nendstream")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R " % len(objects)
            + page_extra
            + b"/Resources << /Font << /F1 3 0 R >> /XObject << /P 4 0 R >> >> >>"
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R " % (len(objects) + 1) + trailer
    return bytes(out + b">>\nstartxref\n%d\n%%%%EOF" % start)


BODY = "支持企业建设重点实验室和技术创新中心，完善运行机制，强化财政投入保障"


def clause_page(number: int) -> bytes:
    """Clauses over the page end, with a header, a page number and a stamp of the printing day."""
    lines: list[Text] = [
        (84, 700, 14, f"第{'一二三'[number - 1]}条　{BODY[:24]}"),
        (56, 672, 14, BODY[:30]),
        (56, 644, 14, "按年度组织评估。" if number == 3 else BODY[:30]),
    ]
    return show([(200, 800, 9, "海湾市人民政府公报"), *lines, (280, 40, 10, f"— {number} —")])


def test_paragraphs_run_over_page_ends_without_header_and_page_number() -> None:
    source = pdf.read(pdf_of(*map(clause_page, (1, 2, 3)), title="海湾市实验室管理办法"), "办法.pdf")
    clauses = source.text.split("\n")
    assert [clause[:3] for clause in clauses] == ["第一条", "第二条", "第三条"]
    assert clauses[2].endswith("按年度组织评估。") and "公报" not in source.text and "—" not in source.text
    assert (source.format, source.layout, source.title) == ("pdf", Layout.PARAGRAPHS, "海湾市实验室管理办法")
    assert [place.page for place in source.places] == [1, 2, 3] and source.warnings == ()


def test_a_place_stands_where_the_page_changes_inside_a_paragraph() -> None:
    first = show([(84, 100, 14, BODY[:28]), (56, 72, 14, BODY[:30])])
    source = pdf.read(pdf_of(first, show([(56, 780, 14, "按年度组织评估。")])), "办法.pdf")
    assert "\n" not in source.text
    assert [source.text[place.start :][:2] for place in source.places] == [BODY[:2], "按年"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_reads_the_same(turn: int) -> None:
    matrix = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 595 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 842"}[turn]
    texts = [(84, 500, 14, BODY[:28]), (56, 472, 14, BODY[:30]), (56, 444, 14, "按年度组织评估。")]
    content = f"q {matrix} cm\n".encode() + show(texts) + b"\nQ"
    source = pdf.read(pdf_of(content, page_extra=b"/Rotate %d " % turn), "办法.pdf")
    assert source.text == BODY[:28] + BODY[:30] + "按年度组织评估。"


def test_bold_by_printing_twice_is_read_once() -> None:
    texts = [(56, 700, 14, "一、总体要求"), (56.4, 700, 14, "一、总体要求")]
    assert pdf.read(pdf_of(show(texts)), "办法.pdf").text == "一、总体要求"


def test_a_watermark_across_the_page_is_no_text() -> None:
    watermark = b"q 0.7 0.7 -0.7 0.7 100 100 cm\n" + show([(0, 0, 60, "内部资料")]) + b"\nQ\n"
    assert (
        pdf.read(pdf_of(watermark + show([(56, 700, 14, "一、总体要求")])), "办法.pdf").text == "一、总体要求"
    )


def test_radicals_that_fonts_give_for_characters_are_undone() -> None:
    assert pdf.read(pdf_of(show([(56, 700, 14, "一、⼯作⽬标")])), "办法.pdf").text == "一、工作目标"


def test_a_ruled_table() -> None:
    lines = " ".join(f"{x} 600 m {x} 680 l S" for x in (50, 150, 300)) + "\n"
    lines += " ".join(f"50 {y} m 300 {y} l S" for y in (600, 640, 680))
    cells = [
        (60, 655, 12, "项目"),
        (160, 655, 12, "标准"),
        (60, 615, 12, "中试基地"),
        (160, 615, 12, "每家十万元"),
    ]
    source = pdf.read(pdf_of(show(cells, lines)), "办法.pdf")
    assert source.text == "项目\t标准\n中试基地\t每家十万元"
    assert [row.context for row in source.rows] == ["项目 标准"]


Recogniser = Callable[[np.ndarray, int], Recognised]


def fake(text: str = "一、总则", confidence: float = 0.93, illegible: int = 0) -> Recogniser:
    def recognise(picture: np.ndarray, number: int) -> Recognised:
        assert picture.ndim == 2 and picture.dtype == np.uint8 and max(picture.shape) <= pdf.MAX_SIDE + 1
        pieces = (Piece(f"{text}{number}", 100, 100, 200, 120, 20, confidence),) if text else ()
        return Recognised(
            Page(number, picture.shape[1], picture.shape[0], pieces, recognised=True), illegible
        )

    return recognise


SCAN = b"q 595 0 0 842 0 0 cm /P Do Q"


def test_pages_without_text_layer_are_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "recognise", fake())
    source = pdf.read(pdf_of(show([(56, 700, 14, "海湾市扶持办法")]), SCAN, SCAN), "办法.pdf")
    assert source.text.split("\n") == ["海湾市扶持办法", "一、总则2", "一、总则3"]
    assert source.warnings == ("第 2-3 页没有文字层，已用 OCR 识别，平均置信度 0.93，请核对。",)
    assert [(place.page, place.confidence) for place in source.places] == [(1, 1.0), (2, 0.93), (3, 0.93)]


def test_a_scan_with_the_line_of_a_scanning_app_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "recognise", fake())
    assert (
        pdf.read(pdf_of(SCAN + b"\n" + show([(400, 20, 9, "某某扫描软件创建")])), "办法.pdf").text
        == "一、总则1"
    )


def test_garbage_from_a_font_without_a_map_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "recognise", fake())
    source = pdf.read(pdf_of(show([(56, 700, 14, "\ue001\ue002\ue003\ue004正文")])), "办法.pdf")
    assert source.text == "一、总则1"
    assert source.warnings[0].startswith("第 1 页文字层是乱码，已用 OCR 识别")


def test_a_failure_of_one_page_keeps_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(picture: np.ndarray, number: int) -> Recognised:
        raise RecognitionFailed("内存不足")

    monkeypatch.setattr(pdf, "recognise", fails)
    source = pdf.read(pdf_of(SCAN, show([(56, 700, 14, "一、总则")])), "办法.pdf")
    assert source.text == "一、总则"
    assert source.warnings == (
        "第 1 页 OCR 失败（内存不足），该页文字没有读出，请提供清晰的扫描件或 Word 版。",
    )


def test_blank_pages_and_doubtful_lines_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "recognise", fake("补助2O万元", 0.61, illegible=2))
    strip = b"q 300 0 0 40 56 700 cm /P Do Q"
    source = pdf.read(pdf_of(SCAN, strip, show([(56, 700, 14, "二、附则")])), "办法.pdf")
    assert source.warnings[1:] == (
        "第 2 页没有文字。",
        "第 1 页“补助2O万元1”识别把握不大（0.61），请对照原件核对。",
        "第 1 页有 2 行太模糊，没有读出，请对照原件补录。",
    )


@pytest.mark.parametrize(
    "page, warnings",
    [
        (b"", ()),  # the back of the last sheet
        (b"56 700 m 500 700 l S", ()),  # the rule of a letterhead
        (b"q 20 0 0 20 56 700 cm /P Do Q", ()),  # a web site's icon
        (b"q 300 0 0 40 56 700 cm /P Do Q", ("第 2 页没有文字。",)),  # perhaps a line of text
        (b"56 700 m 60 710 l S " * 12, ("第 2 页没有文字。",)),  # letters drawn as shapes
    ],
)
def test_only_a_page_with_something_on_it_is_missed(page: bytes, warnings: tuple[str, ...]) -> None:
    source = pdf.read(pdf_of(show([(56, 700, 14, "一、总则")]), page), "办法.pdf")
    assert source.warnings == warnings


ENCRYPTED = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>] " % (
    b"11" * 32,
    b"22" * 32,
)


@pytest.mark.parametrize(
    "data, says",
    [
        (b"%PDF-1.7\n" + b"garbage" * 50, "已损坏"),
        (pdf_of(clause_page(1))[:-400], "已损坏|没有页面|没有文字"),
        (pdf_of(show([(56, 700, 14, "一、总则")]), trailer=ENCRYPTED), "需要密码"),
        (pdf_of(b"", b""), "没有文字层"),
        (pdf_of(), "没有页面|已损坏"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"^办法\.pdf：.*(?:{says}).*；.*。$") as caught:
        pdf.read(data, "办法.pdf")
    assert "\n" not in str(caught.value)


def test_many_pages_are_read_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_BATCH", 2)
    pages = [show([(84, 700, 14, f"第{n}条　{BODY[: 8 + k]}。")]) for k, n in enumerate("一二三四五")]
    assert len(pdf.read(pdf_of(*pages), "办法.pdf").text.split("\n")) == 5


def test_the_recogniser_is_not_loaded_for_a_text_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    assert pdf.read(pdf_of(clause_page(1)), "办法.pdf").text.count("\n") == 1
