"""Word 97-2003 documents, made here byte by byte after [MS-CFB] and [MS-DOC]: text, automatic numbers, refusals."""

from __future__ import annotations

import struct
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import UnreadableFile
from ingest.formats import doc
from ingest.source import Layout

SECTOR, PAGE = 512, 0x800  # the text starts on a page of its own
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
CHINESE, NONE = 0x27, 0xFF  # number formats: 一, 二, 三; none


def container(streams: dict[str, bytes], class_id: bytes = bytes(16)) -> bytes:
    """A compound file: one sector of allocation table, one of directory, then the streams."""
    padded = [data.ljust(-(-max(len(data), 4096) // SECTOR) * SECTOR, b"\0") for data in streams.values()]
    table, starts = [0xFFFFFFFD, END], []
    for data in padded:
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + len(data) // SECTOR), END]
    order = sorted(range(len(streams)), key=lambda n: (len(list(streams)[n]), list(streams)[n].upper()))
    after = {one: other + 1 for one, other in pairwise(order)}
    entries = [_entry("Root Entry", 5, END, 0, child=order[0] + 1)] + [
        _entry(name, 2, starts[n], len(padded[n]), right=after.get(n, FREE)) for n, name in enumerate(streams)
    ]
    entries += [bytes(68) + b"\xff" * 12 + bytes(48)] * (4 - len(entries))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + class_id + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<10I", 0, 1, 1, 0, 4096, END, 0, END, 0, 0).ljust(SECTOR - len(head), b"\xff")
    allocation = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    return head + allocation + b"".join(entries) + b"".join(padded)


def _entry(name: str, kind: int, start: int, size: int, *, right: int = FREE, child: int = FREE) -> bytes:
    coded = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(coded), kind, 1, FREE, right, child)
    return coded.ljust(64, b"\0") + links + bytes(16) + struct.pack("<IQQIQ", 0, 0, 0, start, size)


def numbered_list(style: int, before: str, after: str) -> tuple[bytes, bytes, bytes]:
    """A list of one level as its header, its level and its use in the document."""
    text = f"{before}\0{after}".encode("utf-16-le")
    places = bytes([len(before) + 1]).ljust(9, b"\0")
    level = struct.pack("<iBB9sBiIBBBB", 1, style, 0, places, 2, 0, 0, 0, 0, 0, 0)
    header = struct.pack("<Hii9HBB", 1, 77, 0, *[0x0FFF] * 9, 1, 0)
    use = struct.pack("<IiIIBBBBI", 1, 77, 0, 0, 0, 0, 0, 0, 0xFFFFFFFF)
    return header, level + struct.pack("<H", len(text) // 2) + text, use


def word_97(
    paragraphs: list[tuple[str, bool]], style: int = CHINESE, flags: int = 0, mark: int = 0xA5EC
) -> bytes:
    """A document; each paragraph with whether it is of the list, which prints 一、 二、 …"""
    text = "".join(text + "\r" for text, _ in paragraphs).encode("utf-16-le")
    length = len(text) // 2
    settings_at = -(-(PAGE + len(text)) // SECTOR)
    offsets = [PAGE]
    boxes, settings, at = b"", b"", SECTOR - 2
    for words, listed in paragraphs:
        offsets.append(offsets[-1] + 2 * len(words) + 2)
        one = struct.pack("<BHHBHH", 5, 0, 0x260A, 0, 0x460B, 1) if listed else struct.pack("<BBH", 0, 1, 0)
        at -= len(one)
        settings = one + settings
        boxes += bytes([at // 2]) + bytes(12)
    page = struct.pack(f"<{len(offsets)}I", *offsets) + boxes
    page = page.ljust(at, b"\0") + settings + bytes([0, len(paragraphs)])
    header, level, use = numbered_list(style, "", "、")
    parts = {
        33: struct.pack("<BIIIHIH", 2, 16, 0, length, 0, PAGE, 0),
        13: struct.pack("<III", PAGE, offsets[-1], settings_at),
        73: header,
        74: use,
    }
    table, places = b"", [0] * 186
    for place, part in parts.items():
        places[2 * place : 2 * place + 2] = len(table), len(part)
        table += part + (level if place == 73 else b"")
    counts = [PAGE + len(text), 0, 0, length, *[0] * 18]
    base = struct.pack("<6HHIBB4x2I", mark, 0xC1, 0, 0x0804, 0, 0x1200 | flags, 0xBF, 0, 0, 0, 0, 0)
    base += struct.pack("<H28xH22IH186IH", 14, 22, *counts, 93, *places, 0)
    stream = (base.ljust(PAGE, b"\0") + text).ljust(settings_at * SECTOR, b"\0") + page
    return container({"WordDocument": stream, "1Table": table}, class_id=b"WPS".ljust(16, b"\1"))


def test_text_and_automatic_numbers() -> None:
    data = word_97([("支持研发的办法", False), ("总则", True), ("鼓励研发。", False), ("附则", True)])
    source = doc.read(data, "办法.doc")
    assert source.text == "支持研发的办法\n一、总则\n鼓励研发。\n二、附则\n"
    assert (source.format, source.layout, source.warnings) == ("doc", Layout.PARAGRAPHS, ())
    assert [place.paragraph for place in source.places] == [1, 2, 3, 4]


def test_a_field_shows_its_result() -> None:
    data = word_97([("奖励\x13 REF 金额 \x14500\x15万元。", False)])
    assert doc.read(data, "办法.doc").text == "奖励500万元。\n"


def test_what_could_not_be_restored_is_reported() -> None:
    source = doc.read(word_97([("项目\x07标准", False)]), "办法.doc")
    assert source.text == "项目 标准\n"
    assert source.warnings == (
        "有的表格、文本框或脚注无法从 .doc 格式完整还原；请核对，或另存为 .docx 后重新入库。",
    )


LOCKED = "坏.doc：文件有密码保护，无法读取；请去掉密码后另存一份再试。"
UNKNOWN = "坏.doc：这份 .doc 无法解析（比 Word 97 还早的格式，或文件已损坏）；请用 Word 或 WPS 打开后另存为 .docx 再试。"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (word_97([("办法", False)], flags=0x100), LOCKED),
        (word_97([("办法", False)], mark=0xA5DC), UNKNOWN),
        (word_97([("办法", False)])[:3000], UNKNOWN),
        ("第一条".encode(), UNKNOWN),
        (
            word_97([("", False)]),
            "坏.doc：文档里没有文字（可能全是图片）；请另存为 PDF 后重试，扫描件会按图片识别。",
        ),
    ],
    ids=["password", "Word 95", "cut off", "text", "empty"],
)
def test_refusals(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        doc.read(data, "坏.doc")
    assert str(refused.value) == message


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, 9000), byte=st.integers(0, 255))
def test_a_changed_byte_gives_a_text_or_a_refusal(at: int, byte: int) -> None:
    data = bytearray(word_97([("总则", True), ("附则", True)]))
    data[at % len(data)] = byte
    try:
        assert doc.read(bytes(data), "坏.doc").text.strip()
    except UnreadableFile as refused:
        assert "\n" not in str(refused)
