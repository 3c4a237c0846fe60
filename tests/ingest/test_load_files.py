"""Files as users have them: encodings, sizes, and what is no text at all, each with its one-line message."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from corpus import UnreadableFile
from corpus.register import Register
from ingest import parse_file
from ingest.formats.text import decode
from ingest.load import load

SIMPLIFIED = "关于支持细胞与基因治疗产业高质量发展的若干措施\n一、提升创新策源能力\n1.支持企业 CDMO 平台，最高 1000 万元。\n"
TRADITIONAL = (
    "關於支持細胞與基因治療產業高品質發展的若干措施\n一、提升創新策源能力\n1.支持企業平臺，最高 1000 萬元。\n"
)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
RANDOM = random.Random(7)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SIMPLIFIED.encode("utf-8"), "utf-8"),
        (b"\xef\xbb\xbf" + SIMPLIFIED.encode("utf-8"), "utf-8"),
        (SIMPLIFIED.encode("gbk"), "gb18030"),
        (SIMPLIFIED.encode("gb18030"), "gb18030"),
        (b"\xff\xfe" + SIMPLIFIED.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"), "utf-16-be"),
        (SIMPLIFIED.encode("utf-16-le"), "utf-16-le"),
        (SIMPLIFIED.encode("utf-16-be"), "utf-16-be"),
    ],
    ids=["utf-8", "utf-8-bom", "gbk", "gb18030", "utf-16-le-bom", "utf-16-be-bom", "utf-16-le", "utf-16-be"],
)
def test_simplified_encodings(data: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "办法.txt"
    path.write_bytes(data)
    assert (load(path).text, load(path).name) == (SIMPLIFIED, "办法.txt")
    assert decode(data, path.name)[1] == encoding


def test_big5(tmp_path: Path) -> None:
    path = tmp_path / "措施.txt"
    path.write_bytes(TRADITIONAL.encode("big5"))
    assert load(path).text == TRADITIONAL
    assert decode(path.read_bytes(), path.name)[1] == "big5"


def test_four_byte_gb18030(tmp_path: Path) -> None:
    text = SIMPLIFIED + "镕㛃𠮷"
    path = tmp_path / "办法.md"
    path.write_bytes(text.encode("gb18030"))
    assert load(path).text == text


def test_utf16_that_passes_for_utf8(tmp_path: Path) -> None:
    data = "第一条 支持".encode("utf-16-le")
    data.decode("utf-8")  # every byte is below 0x80
    path = tmp_path / "办法.txt"
    path.write_bytes(data)
    assert load(path).text == "第一条 支持"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
def test_line_ends(line_end: str, tmp_path: Path) -> None:
    path = tmp_path / "措施.txt"
    path.write_bytes(SIMPLIFIED.replace("\n", line_end).encode("utf-8"))
    document = parse_file(path, Register())
    assert [clause.path for clause in document.clauses] == [("标题",), ("一",), ("一", "1")]
    assert document.source == SIMPLIFIED.replace("\n", line_end)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "坏.txt：文件是空的，没有可入库的文字。"),
        (b" \r\n\t\n", "坏.txt：文件是空的，没有可入库的文字。"),
        ("\u3000\n".encode(), "坏.txt：文件是空的，没有可入库的文字。"),
        (b"\xef\xbb\xbf", "坏.txt：文件是空的，没有可入库的文字。"),
        (b"\xff\xfe", "坏.txt：文件是空的，没有可入库的文字。"),
        (b"\x00\x01" + PNG, "坏.txt：这是二进制文件，不是文本；请换成 .txt 或 .md 文本文件。"),
        (bytes(range(256)) * 20, "坏.txt：这是二进制文件，不是文本；请换成 .txt 或 .md 文本文件。"),
        (b"\x00" * 4097, "坏.txt：内容含大量控制字符，像是二进制文件；请换成 .txt 或 .md 文本文件。"),
        (b"\x01\x02\x03" * 40, "坏.txt：内容含大量控制字符，像是二进制文件；请换成 .txt 或 .md 文本文件。"),
        (
            "Förderung für Gründer – été à Noël".encode("cp1252"),
            "坏.txt：不是 UTF-8 编码，也认不出是 GB18030、Big5 或 UTF-16；请用记事本另存为 UTF-8 后重试。",
        ),
        (
            RANDOM.randbytes(3000).replace(b"\x00", b"\xff"),
            "坏.txt：不是 UTF-8 编码，也认不出是 GB18030、Big5 或 UTF-16；请用记事本另存为 UTF-8 后重试。",
        ),
        (
            b"\xef\xbb\xbf" + "办法".encode("gbk"),
            "坏.txt：开头标明是 utf-8 编码，但第 0 字节处无法解码；请另存为 UTF-8 后重试。",
        ),
        (
            b"\xff\xfe" + "办法".encode("utf-16-le") + b"\x00",
            "坏.txt：开头标明是 utf-16-le 编码，但第 4 字节处无法解码；请另存为 UTF-8 后重试。",
        ),
    ],
    ids=[
        "empty", "blanks", "wide blanks", "only a BOM", "only a UTF-16 BOM", "binary", "all bytes", "NUL", "control",
        "latin", "random", "BOM lies", "UTF-16 cut off",
    ],
)  # fmt: skip
def test_what_is_no_text(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "坏.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile) as refused:
        load(path)
    assert str(refused.value) == message


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(60 * 2**20)
    with pytest.raises(UnreadableFile) as refused:
        parse_file(path)
    assert str(refused.value) == (
        "大.txt：文件有 60.0 MB，超过上限 50 MB，不像一份政策文件；请拆分，或调大 POLICYKB_MAX_FILE_MB。"
    )


def test_the_limit_can_be_raised_and_lowered(tmp_path: Path) -> None:
    path = tmp_path / "措施.txt"
    path.write_text(SIMPLIFIED, "utf-8")
    size = path.stat().st_size
    assert load(path, max_bytes=size).text == SIMPLIFIED
    with pytest.raises(UnreadableFile, match="超过上限"):
        load(path, max_bytes=size - 1)


def test_a_long_single_line_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "长.txt"
    path.write_text("支持企业研发，" * 100_000, "utf-8")  # 2 MB
    document = parse_file(path, Register())
    assert len(document.clauses) == 1
    assert len(document.clauses[0].text) == 700_000


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("办法", "办法：暂不支持 无后缀 格式，请另存为 .docx、.pdf 或 .txt 后重试。"),
        ("办法.abc", "办法.abc：暂不支持 .abc 格式，请另存为 .docx、.pdf 或 .txt 后重试。"),
        ("办法.TXT.exe", "办法.TXT.exe：暂不支持 .exe 格式，这是程序而不是文档；请换成政策文件本身。"),
        ("表.xlsx", "表.xlsx：暂不支持 .xlsx 格式，这是表格而不是政策文件；如有政策正文，请另存为 .docx 或 .pdf 再试。"),
        ("办法.docx", "办法.docx：文件已损坏或没有下载完整，无法解压；请重新下载，或打开后另存一份再试。"),
    ],
)  # fmt: skip
def test_unsupported_formats(name: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(SIMPLIFIED, "utf-8")
    with pytest.raises(UnreadableFile) as refused:
        load(path)
    assert str(refused.value) == message


def test_the_suffix_may_be_upper_case(tmp_path: Path) -> None:
    path = tmp_path / "办法.TXT"
    path.write_text(SIMPLIFIED, "utf-8")
    assert load(path).text == SIMPLIFIED


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        load(tmp_path / "无.txt")
    assert str(refused.value) == f"{tmp_path / '无.txt'}：文件不存在，请检查路径。"


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "夹.txt"
    folder.mkdir()
    with pytest.raises(UnreadableFile) as refused:
        load(folder)
    assert str(refused.value) == f"{folder}：这是文件夹，不是文件；请给出其中的文件。"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "密.txt"
    path.write_text(SIMPLIFIED, "utf-8")
    path.chmod(0)
    with pytest.raises(UnreadableFile) as refused:
        load(path)
    assert str(refused.value) == "密.txt：没有读取权限，请修改文件权限后重试。"


def test_permission_refused_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "密.txt"
    path.write_text(SIMPLIFIED, "utf-8")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UnreadableFile) as refused:
        load(path)
    assert str(refused.value) == "密.txt：没有读取权限，请修改文件权限后重试。"
