"""What kind of file some bytes are: government sites serve web pages, RTF and DOCX under the name of .doc."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

from ingest.formats.archive import DAMAGED

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_SIGNATURES = (
    (re.compile(rb"\s*%PDF-"), ".pdf"),
    (re.compile(rb"\x89PNG\r\n"), ".png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"II\*\x00|MM\x00\*"), ".tiff"),
    (re.compile(rb"BM.{4}\x00{4}", re.DOTALL), ".bmp"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), ".webp"),
    (re.compile(rb"GIF8[79]a"), ".gif"),
    (re.compile(rb"\s*\{\\rtf"), ".rtf"),
    (re.compile(rb"Rar!\x1a\x07"), ".rar"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), ".7z"),
    (re.compile(rb"\x1f\x8b\x08"), ".gz"),
    (re.compile(rb"MZ[^\x00]?\x00"), ".exe"),
)
_STREAMS = (  # a stream of the compound file tells what it holds
    ("EncryptedPackage", ".docx"),  # whose reader says that it is encrypted
    ("WordDocument", ".doc"),
    ("Workbook", ".xls"),
    ("PowerPoint Document", ".ppt"),
)
_FOLDERS = (("word/", ".docx"), ("xl/", ".xlsx"), ("ppt/", ".pptx"))
_PLAIN = (".txt", ".md")
_MARKUP = (
    (re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.DOTALL), ".html"),
    (re.compile(rb"<\?xml\b.{0,200}<\?mso-application\b", re.DOTALL), ".xml"),  # Word 2003 XML
    (re.compile(rb"mime-version:"), ".mht"),
)


def kind_of(data: bytes, suffix: str) -> str:
    """The suffix a file of this content should have, its own where the content does not tell.

    >>> kind_of(b"%PDF-1.7", ".doc"), kind_of(b"<!DOCTYPE html><html>", ".doc"), kind_of("第一条".encode(), ".txt")
    ('.pdf', '.html', '.txt')
    >>> kind_of(b"MZ\\x90\\x00", ".txt"), kind_of(b"", "")
    ('.exe', '')
    """
    for signature, kind in _SIGNATURES:
        if signature.match(data):
            return _alias(suffix, kind)
    if data.startswith(_OLE):
        return next((kind for name, kind in _STREAMS if name.encode("utf-16-le") in data), suffix)
    if data.startswith(_ZIP):
        return _zip_kind(data, suffix)
    if suffix not in _PLAIN:
        head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return next((kind for start, kind in _MARKUP if start.match(head)), suffix)
    return suffix


def _alias(suffix: str, kind: str) -> str:
    """The own suffix where it is another name of the kind."""
    return suffix if (suffix, kind) in ((".jpeg", ".jpg"), (".tif", ".tiff")) else kind


def _zip_kind(data: bytes, suffix: str) -> str:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except DAMAGED:
        return suffix if suffix in (".docx", ".ofd") else ".zip"
    if any(name.lower() == "ofd.xml" for name in names):
        return ".ofd"
    if "[Content_Types].xml" in names:
        return next(
            (kind for folder, kind in _FOLDERS if any(name.startswith(folder) for name in names)), suffix
        )
    return ".odt" if "content.xml" in names else suffix if suffix in (".docx", ".ofd") else ".zip"
