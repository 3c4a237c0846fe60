"""OFD documents, made here after GB/T 33190: text objects on pages to paragraphs."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from corpus import UnreadableFile
from ingest.formats import ofd
from ingest.source import Layout

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE, PITCH, LEFT = 5.6, 10.2, 28.0  # 三号 in millimetres, and the grid of a government document


def text_object(n: int, text: str, x: float, y: float) -> str:
    """One line of text whose baseline is at the bottom of its box."""
    return (
        f'<ofd:TextObject ID="{n}" Boundary="{x} {y - SIZE} {SIZE * len(text)} {SIZE}" Font="1" Size="{SIZE}">'
        f'<ofd:TextCode X="0" Y="{SIZE}" DeltaX="g {max(len(text) - 1, 1)} {SIZE}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def page(*lines: tuple[float, str]) -> str:
    """Lines below each other, each with its indent in characters."""
    objects = "".join(
        text_object(n + 10, text, LEFT + indent * SIZE, 40 + n * PITCH)
        for n, (indent, text) in enumerate(lines)
    )
    return (
        f'<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def ofd_file(*pages: str, title: str = "", extra: dict[str, str] | None = None) -> bytes:
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
    files = {
        "OFD.xml": f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocInfo><ofd:Title>{title}</ofd:Title></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        **{f"Doc_0/Pages/{n}.xml": inside for n, inside in enumerate(pages)},
        **(extra or {}),
    }
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


FIRST = "各区县人民政府要结合实际细化任务分工，压实工作责任，确保各"
LINES = ((2, "一、总体要求"), (2, FIRST[:26]), (0, FIRST[:28]), (0, "项措施落实见效。"), (2, "二、支持政策"))


def test_lines_become_paragraphs() -> None:
    source = ofd.read(
        ofd_file(page(*LINES), page((2, FIRST[:26]), (0, "末行。")), title="关于支持研发的办法"), "办法.ofd"
    )
    assert source.text.splitlines() == [
        "一、总体要求",
        FIRST[:26] + FIRST[:28] + "项措施落实见效。",
        "二、支持政策",
        FIRST[:26] + "末行。",
    ]
    assert (source.format, source.layout, source.title) == ("ofd", Layout.PARAGRAPHS, "关于支持研发的办法")
    assert [place.page for place in source.places] == [1, 2]
    assert source.text[source.places[1].start :].startswith(FIRST[:26])


def test_text_drawn_twice_is_read_once() -> None:
    bold = text_object(1, "支持研发的办法", 60, 40) + text_object(2, "支持研发的办法", 60.1, 40)
    inside = page().replace('<ofd:Layer ID="2">', f'<ofd:Layer ID="2">{bold}')
    assert ofd.read(ofd_file(inside), "办法.ofd").text == "支持研发的办法"


def test_text_beside_the_page_is_not_read() -> None:
    outside = text_object(1, "裁切线外", 260, 40)
    inside = page((2, "一、总体要求")).replace('<ofd:Layer ID="2">', f'<ofd:Layer ID="2">{outside}')
    assert ofd.read(ofd_file(inside), "办法.ofd").text == "一、总体要求"


def test_a_missing_page_is_reported() -> None:
    data = ofd_file(page((2, "一、总体要求")))
    whole = ZipFile(BytesIO(data))
    document = (
        whole.read("Doc_0/Document.xml")
        .decode()
        .replace("</ofd:Pages>", '<ofd:Page ID="9" BaseLoc="没有.xml"/></ofd:Pages>')
    )
    source = ofd.read(ofd_file(page((2, "一、总体要求")), extra={"Doc_0/Document.xml": document}), "办法.ofd")
    assert source.text == "一、总体要求"
    assert source.warnings == ("有的页面或资源缺失，文字可能不全；请与原件核对。",)


CONVERT = "请用阅读器打开后导出为 PDF 或 .docx 再试。"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ofd_file(page()), "坏.ofd：OFD 里没有文字（扫描件或图形）；请用阅读器导出为 PDF 后重试，扫描件会按图片识别。"),
        (ofd_file(page((0, "\ue11e\ue236\ue28a"))), "坏.ofd：文字用了自定义的字体编码，无法还原；" + CONVERT),
        (ofd_file(page((0, "办法")))[:-30], "坏.ofd：文件已损坏或没有下载完整，无法解压；请重新下载，或打开后另存一份再试。"),
        (ofd_file(extra={"OFD.xml": "<a>"}), "坏.ofd：OFD 文件不完整或已加密，无法解析；" + CONVERT),
        (
            ofd_file('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
            "坏.ofd：OFD 文件不完整或已加密，无法解析；" + CONVERT,
        ),
    ],
    ids=["no text", "codes of its own", "cut off", "not OFD", "entities"],
)  # fmt: skip
def test_refusals(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        ofd.read(data, "坏.ofd")
    assert str(refused.value) == message
