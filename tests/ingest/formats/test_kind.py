"""Which reader a file goes to: by what it holds, whatever it is called."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import UnreadableFile
from ingest import formats
from ingest.formats.kind import kind_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le")


def zipped(*names: str) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.4", "公告.doc", ".pdf"),
        (b"\r\n%PDF-1.4", "公告.pdf", ".pdf"),
        (b"<html><body>", "公告.doc", ".html"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE html>", "公告.docx", ".html"),
        (b"<!-- x --><HTML>", "公告", ".html"),
        (b"<html>", "标签说明.txt", ".txt"),
        (zipped("[Content_Types].xml", "word/document.xml"), "公告.doc", ".docx"),
        (zipped("[Content_Types].xml", "word/document.xml"), "公告.wps", ".docx"),
        (zipped("[Content_Types].xml", "word/document.xml"), "公告.zip", ".docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "公告.docx", ".xlsx"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "公告.ppt", ".pptx"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "公告.pdf", ".ofd"),
        (zipped("mimetype", "content.xml"), "公告.docx", ".odt"),
        (zipped("公告.docx"), "公告.rar", ".zip"),
        (zipped("其他.xml"), "公告.docx", ".docx"),
        (zipped("其他.xml")[:30], "公告.docx", ".docx"),
        (zipped("其他.xml")[:30], "公告.txt", ".zip"),
        (ole("WordDocument"), "公告.wps", ".doc"),
        (ole("WordDocument"), "公告.docx", ".doc"),
        (ole("EncryptedPackage"), "公告.doc", ".docx"),
        (ole("Workbook"), "公告.doc", ".xls"),
        (ole("PowerPoint Document"), "公告", ".ppt"),
        (OLE, "公告.wps", ".wps"),
        (b"{\\rtf1\\ansi", "公告.doc", ".rtf"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>", "公告.doc", ".xml"),
        (b"MIME-Version: 1.0\nContent-Type: multipart", "公告.doc", ".mht"),
        (b"Rar!\x1a\x07\x00", "公告.docx", ".rar"),
        (b"7z\xbc\xaf\x27\x1c", "公告.zip", ".7z"),
        (b"\x1f\x8b\x08\x00", "公告.txt", ".gz"),
        (b"MZ\x90\x00\x03", "公告.txt", ".exe"),
        (b"\x89PNG\r\n\x1a\n", "公告.jpg", ".png"),
        (b"\xff\xd8\xff\xe0", "公告.jpeg", ".jpeg"),
        (b"\xff\xd8\xff\xe0", "公告.png", ".jpg"),
        (b"II*\x00", "公告.tif", ".tif"),
        (b"BM\x10\x00\x00\x00\x00\x00\x00\x00", "公告", ".bmp"),
        (b"BMW AG", "公司.txt", ".txt"),
        (b"RIFF\x00\x00\x00\x00WEBP", "公告.png", ".webp"),
        ("第一条".encode(), "公告.txt", ".txt"),
        ("第一条".encode(), "公告.md", ".md"),
        (b"", "公告.docx", ".docx"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:4].hex(),  # an archive tells the time it was made
)  # fmt: skip
def test_content_decides(data: bytes, name: str, kind: str) -> None:
    assert kind_of(data, Path(name).suffix.lower()) == kind


@given(data=st.binary(max_size=60), suffix=st.sampled_from(["", *formats.SUFFIXES]))
def test_any_bytes_are_of_some_kind(data: bytes, suffix: str) -> None:
    assert isinstance(kind_of(data, suffix), str)


@pytest.mark.parametrize(
    ("data", "name", "advice"),
    [
        (b"{\\rtf1", "公告.doc", "公告.doc：暂不支持 .rtf 格式，请用 Word 或 WPS 打开后另存为 .docx 再试。"),
        (ole("Workbook"), "名单.xls", "名单.xls：暂不支持 .xls 格式，这是表格而不是政策文件；如有政策正文，请另存为 .docx 或 .pdf 再试。"),
        (zipped("公告.docx"), "附件.zip", "附件.zip：暂不支持 .zip 格式，这是压缩包；请解压后把其中的文件分别入库。"),
        (b"Rar!\x1a\x07\x00", "附件.docx", "附件.docx：暂不支持 .rar 格式，这是压缩包；请解压后把其中的文件分别入库。"),
        (b"MZ\x90\x00\x03", "公告.doc", "公告.doc：暂不支持 .exe 格式，这是程序而不是文档；请换成政策文件本身。"),
        (b"GIF89a", "印章.gif", "印章.gif：暂不支持 .gif 格式，请另存为 .docx、.pdf 或 .txt 后重试。"),
        (ole("EncryptedPackage"), "密.docx", "密.docx：文件有密码保护，无法读取；请去掉密码后另存一份再试。"),
    ],
)  # fmt: skip
def test_what_to_do_with_other_kinds(data: bytes, name: str, advice: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        formats.read(data, name)
    assert str(refused.value) == advice


def test_a_word_file_is_read_under_any_name(word_file: Callable[..., bytes]) -> None:
    data = word_file("<w:p><w:r><w:t>第一条 总则</w:t></w:r></w:p>")
    assert {formats.read(data, name).format for name in ("办法.docx", "办法.doc", "办法.wps", "办法")} == {
        "docx"
    }
