"""Parts of a Word package (ISO/IEC 29500-2): found by their relationships, parsed without entities or network."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Any, TypeAlias
from zipfile import ZipFile

from corpus import UnreadableFile
from ingest.formats.archive import open_archive, read_part

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAIN_PART = "word/document.xml"
_TRANSITIONAL = (  # the strict variant says the same in other namespaces
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
Element: TypeAlias = Any  # an lxml element; lxml ships no types


@dataclass(frozen=True, slots=True)
class WordPackage:
    """An opened Word file: its main part and what that part refers to.

    Attributes:
        archive: the zip file.
        name: file name, for messages.
        main: name of the part with the text.
    """

    archive: ZipFile
    name: str
    main: str

    def root(self) -> Element:
        """The main part.

        Raises:
            UnreadableFile: damaged.
        """
        return self._parse(self.main)

    def related(self, kind: str) -> Element | None:
        """The part the main part refers to as ``kind`` (styles, numbering, footnotes…), None if there is none.

        Raises:
            UnreadableFile: damaged.
        """
        return self._parse(
            _target(self.archive, self.main, kind, self.name, join(dirname(self.main), f"{kind}.xml"))
        )

    def title(self) -> str:
        """The title among the properties of the document, as its author or program filled it in."""
        properties = self._parse(_target(self.archive, "", "core-properties", self.name, "docProps/core.xml"))
        found = None if properties is None else properties.find("{http://purl.org/dc/elements/1.1/}title")
        return "" if found is None else " ".join((found.text or "").split())

    def _parse(self, part: str) -> Element | None:
        data = read_part(self.archive, part, self.name) if part else None
        return None if data is None else _parse_xml(data, part, self.name)


def open_package(data: bytes, name: str) -> WordPackage:
    """Open a Word file.

    Raises:
        UnreadableFile: damaged, encrypted, a zip bomb, or without a text part.
    """
    archive = open_archive(data, name)
    main = _target(archive, "", "officeDocument", name, _MAIN_PART)
    if main not in archive.namelist():
        raise UnreadableFile(
            f"{name}：不是完整的 Word 文档（缺少正文 {_MAIN_PART}）；请用 Word 或 WPS 打开后另存为 .docx 再试。"
        )
    return WordPackage(archive, name, main)


def _target(archive: ZipFile, source: str, kind: str, name: str, usual: str) -> str:
    """The first part that a part refers to as ``kind``, "" if none; the usual name where no references are kept.

    Relationship types of the strict and the transitional variant differ in their namespaces only.
    """
    folder, _, file = source.rpartition("/")
    data = read_part(archive, join(folder, "_rels", f"{file}.rels"), name)
    if data is None:
        return usual
    for relation in _parse_xml(data, "_rels", name):
        if relation.get("Type", "").rpartition("/")[2] == kind and relation.get("TargetMode") != "External":
            return normpath(join("/", folder, relation.get("Target", ""))).lstrip("/")
    return ""


def _parse_xml(data: bytes, part: str, name: str) -> Element:
    from lxml import etree

    for strict, transitional in _TRANSITIONAL:
        data = data.replace(strict, transitional)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(
            f"{name}：其中的 {part} 已损坏（{error.msg}）；请用 Word 或 WPS 打开后另存一份再试。"
        ) from error
    if root.getroottree().docinfo.doctype:  # ISO/IEC 29500-2 §9.1.1 forbids it; entities come in that way
        raise UnreadableFile(
            f"{name}：其中的 {part} 带有文档类型声明，Word 文档不应有，已拒绝打开；请用 Word 或 WPS 另存一份再试。"
        )
    return root
