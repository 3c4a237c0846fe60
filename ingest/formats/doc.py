"""Word 97-2003 documents (.doc, and .wps of the same make): converted to DOCX, whose reader does the rest.

The conversion keeps what we need and the text alone does not hold: list definitions, tables, fields, revisions.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus import UnreadableFile
from ingest.formats import docx
from ingest.formats.archive import encrypted
from ingest.source import SourceText

_CLASS_ID = slice(8, 24)  # of the container; WPS fills it in, [MS-CFB] 2.2 wants zeros
_SECTOR = 512
_FIB = b"\xec\xa5\xc1\x00"  # where the stream WordDocument begins, [MS-DOC] 2.5.1
_FIB_BASE = 32  # bytes before the first counted array
_HEADER_BOX_CHARS = 10  # place of ccpHdrTxbx among the 4-byte counts, [MS-DOC] 2.5.4
_HEADER_BOX_TABLES = (41, 58, 59, 76)  # places of PlcSpaHdr and the tables of header boxes, [MS-DOC] 2.5.6
_NUMBERS_LOST = (
    "NUMBERING_TABLE_MALFORMED",
    "STYLE_TABLE_MALFORMED",
    "LIST_NUMBER_FORMAT_APPROXIMATED",
    "BROKEN_LISTNUM_FIELDS_FLATTENED",
    "BROKEN_SEQUENCE_FIELDS_FLATTENED",
)
_TEXT_LOST = (
    "MALFORMED_TABLE_FLATTENED",
    "TABLE_DEPTH_LIMITED",
    "TABLE_GRID_MISMATCH",
    "TABLE_CELL_DEFINITION_MISMATCH",
    "MAIN_TEXTBOX_TABLE_MALFORMED",
    "GROUPED_MAIN_TEXTBOXES_DEFERRED",
    "NOTE_REFERENCE_DEFERRED",
    "TABLE_MARKER_DEFERRED",
    "UNSUPPORTED_CONTROL_CHARACTER",
)


def read(data: bytes, name: str) -> SourceText:
    """The text of an old Word document, one line a paragraph or table row.

    Raises:
        UnreadableFile: encrypted, older than Word 97, damaged, or without text.
    """
    converted, codes = _convert(data, name)
    source = docx.read(converted, name)
    warnings = list(source.warnings)
    if codes.intersection(_NUMBERS_LOST):
        warnings.append("使用了 Word 自动编号，其中有的无法从 .doc 格式还原；请另存为 .docx 后重新入库。")
    if codes.intersection(_TEXT_LOST):
        warnings.append("有的表格、文本框或脚注无法从 .doc 格式完整还原；请核对，或另存为 .docx 后重新入库。")
    return replace(source, format="doc", warnings=tuple(warnings))


def _convert(data: bytes, name: str) -> tuple[bytes, frozenset[str]]:
    """The document as DOCX, and the codes of what the converter had to report."""
    from doc2docx import convert
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    container = _plain_container(data)
    with TemporaryDirectory() as folder:
        old, new = Path(folder, "old.doc"), Path(folder, "new.docx")
        old.write_bytes(container)
        try:
            report = convert(old, new).report
        except EncryptedDocumentError as error:
            raise encrypted(name) from error
        except (Doc2DocxError, ValueError, LookupError, ArithmeticError, RecursionError) as error:
            raise UnreadableFile(
                f"{name}：这份 .doc 无法解析（比 Word 97 还早的格式，或文件已损坏）；"
                "请用 Word 或 WPS 打开后另存为 .docx 再试。"
            ) from error
        return new.read_bytes(), frozenset(one.code for one in report.diagnostics)


def _plain_container(data: bytes) -> bytes:
    """The file without what the converter stumbles over: a class id, and text boxes of page headers, which nobody reads.

    >>> _plain_container(b"x" * 30)[8:24] == bytes(16)
    True
    """
    container = bytearray(data)
    container[_CLASS_ID] = bytes(_CLASS_ID.stop - _CLASS_ID.start)
    at = container.find(_FIB)
    while at >= 0:
        if at % _SECTOR == 0:
            _forget_header_boxes(container, at)
        at = container.find(_FIB, at + 1)
    return bytes(container)


def _forget_header_boxes(container: bytearray, fib: int) -> None:
    """Set the lengths of the tables of header boxes to 0, in the file information block at an offset."""
    try:
        counts = fib + _FIB_BASE + 2 + 2 * struct.unpack_from("<H", container, fib + _FIB_BASE)[0]
        struct.pack_into("<I", container, counts + 2 + 4 * _HEADER_BOX_CHARS, 0)
        tables = counts + 2 + 4 * struct.unpack_from("<H", container, counts)[0]
        for place in _HEADER_BOX_TABLES:
            if place < struct.unpack_from("<H", container, tables)[0]:
                struct.pack_into("<I", container, tables + 2 + 8 * place + 4, 0)
    except struct.error:  # cut off: the converter says so
        return
