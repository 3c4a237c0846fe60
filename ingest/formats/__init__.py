"""One reader a file format: ``read(data, name)`` gives the text with a map back to the file.

A reader's libraries are imported when a file of its kind is met.
"""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from corpus import UnreadableFile
from ingest.source import SourceText

_MODULES = {
    ".txt": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".doc": "doc",
    ".ofd": "ofd",
    ".pdf": "pdf",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".webp": "image",
}
SUFFIXES = tuple(_MODULES)
_SIGNATURES = {
    b"%PDF-": ".pdf",
    b"\xd0\xcf\x11\xe0": ".doc",
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
}
_ZIP = b"PK\x03\x04"


def read(data: bytes, name: str) -> SourceText:
    """The text of a file, by the reader its content asks for; the suffix decides where the content does not.

    Raises:
        UnreadableFile: of a kind we do not read, damaged, or without text.
    """
    suffix = _kind(data, name)
    if suffix not in _MODULES:
        raise UnreadableFile(
            f"{name}：暂不支持 {suffix or '无后缀'} 格式，请另存为 .docx、.pdf 或 .txt 后重试。"
        )
    source: SourceText = import_module(f"ingest.formats.{_MODULES[suffix]}").read(data, name)
    return source


def _kind(data: bytes, name: str) -> str:
    """The suffix a file should have: government sites serve HTML and DOCX under the name of .doc."""
    suffix = PurePath(name).suffix.lower()
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature) and (kind != ".doc" or suffix != ".wps"):
            return kind
    if data.startswith(_ZIP):
        return _zip_kind(data, suffix)
    if suffix == ".doc" and data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(
        (b"<html", b"<!doctype html")
    ):
        return ".html"
    return suffix


def _zip_kind(data: bytes, suffix: str) -> str:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except BadZipFile:
        return suffix
    if "word/document.xml" in names:
        return ".docx"
    return ".ofd" if "OFD.xml" in names else suffix
