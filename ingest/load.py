"""File to source text: the one place of this package that reads the disk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from corpus import UnreadableFile

TEXT_SUFFIXES = (".txt", ".md")
MAX_BYTES = 20 * 1024 * 1024

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f�]")
_CHINESE = re.compile(r"[一-鿿]")
_LEGACY = ("gb18030", "big5", "utf-16-le", "utf-16-be")
_SAMPLE = 20_000  # characters that decide an encoding
_MIN_CHINESE = 0.3  # share of the printed characters that makes a guess believable
_MIN_COMMON = 0.85  # share of the Chinese characters that are common ones; a wrong guess gives about a third


@dataclass(frozen=True, slots=True)
class SourceText:
    """Text as extracted from a file, unchanged, with the encoding it was read by."""

    text: str
    encoding: str
    name: str


def load(path: Path, max_bytes: int = MAX_BYTES) -> SourceText:
    """Read a policy file.

    Args:
        path: a ``.txt`` or ``.md`` file.
        max_bytes: larger files are refused before they are read.

    Raises:
        UnreadableFile: missing, unsupported, empty, too large, binary, or in no known Chinese encoding.
    """
    if not path.exists():
        raise UnreadableFile(f"{path}：文件不存在，请检查路径。")
    if path.suffix.lower() not in TEXT_SUFFIXES and not path.is_dir():
        raise UnreadableFile(
            f"{path.name}：暂不支持 {path.suffix or '无后缀'} 格式，请另存为 .txt 或 .md 后重试。"
        )
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise UnreadableFile(
                f"{path.name}：文件有 {size / 2**20:.1f} MB，超过上限 {max_bytes / 2**20:.0f} MB，"
                "不像一份政策文件；请拆分，或调大 POLICYKB_MAX_FILE_MB。"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFile(f"{path}：文件不存在，请检查路径。") from None
    except IsADirectoryError:
        raise UnreadableFile(f"{path}：这是文件夹，不是文件；请给出其中的文件。") from None
    except PermissionError:
        raise UnreadableFile(f"{path.name}：没有读取权限，请修改文件权限后重试。") from None
    except OSError as error:
        raise UnreadableFile(f"{path}：无法读取（{error.strerror}），请检查磁盘或路径。") from error
    text, encoding = decode(data, path.name)
    return SourceText(text, encoding, path.name)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Bytes to text and the name of the encoding.

    >>> decode("第一条".encode("gb18030") * 9, "办法.txt")[1]
    'gb18030'
    >>> decode(b"", "空.txt")
    Traceback (most recent call last):
    ...
    corpus.errors.UnreadableFile: 空.txt：文件是空的，没有可入库的文字。

    Raises:
        UnreadableFile: empty, binary, or in no encoding that gives Chinese text.
    """
    text, encoding = _decode(data, name)
    if not text.strip():
        raise UnreadableFile(f"{name}：文件是空的，没有可入库的文字。")
    if len(_CONTROL.findall(text)) > max(2, len(text) // 1000):
        raise UnreadableFile(f"{name}：内容含大量控制字符，像是二进制文件；请换成 .txt 或 .md 文本文件。")
    return text, encoding


def _decode(data: bytes, name: str) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(data[len(bom) :], encoding, name), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data, name)
    # UTF-16 of a few characters can pass for UTF-8, with NUL where UTF-16 has a newline or a blank
    return _guess(data, name) if "\x00" in text and len(text) % 2 == 0 else (text, "utf-8")


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{name}：开头标明是 {encoding} 编码，但第 {error.start} 字节处无法解码；请另存为 UTF-8 后重试。"
        ) from error


def _guess(data: bytes, name: str) -> tuple[str, str]:
    """The legacy encoding under which most Chinese characters are common ones."""
    readings = [(_plausibility(data, encoding), encoding) for encoding in _LEGACY]
    score, encoding = max(readings)
    if score >= _MIN_COMMON:
        return data.decode(encoding), encoding
    if b"\x00" in data[:4096]:
        raise UnreadableFile(f"{name}：这是二进制文件，不是文本；请换成 .txt 或 .md 文本文件。")
    raise UnreadableFile(
        f"{name}：不是 UTF-8 编码，也认不出是 GB18030、Big5 或 UTF-16；请用记事本另存为 UTF-8 后重试。"
    )


def _plausibility(data: bytes, encoding: str) -> float:
    """Share of common characters among the Chinese ones that an encoding gives, 0 where it cannot be the one.

    >>> data = "支持细胞与基因治疗产业高质量发展".encode("gb18030")
    >>> _plausibility(data, "gb18030"), _plausibility(data, "utf-16-le")
    (1.0, 0.0)
    """
    try:
        text = data.decode(encoding)[:_SAMPLE]
    except UnicodeDecodeError:
        return 0.0
    chinese = _CHINESE.findall(text)
    if _CONTROL.search(text) or len(chinese) <= _MIN_CHINESE * len("".join(text.split())):
        return 0.0
    return sum(map(_is_common, chinese)) / len(chinese)


def _is_common(char: str) -> bool:
    """Whether a character is of the first level of GB 2312 (3,755 simplified) or Big5 (5,401 traditional)."""
    gb, big5 = char.encode("gb2312", errors="ignore"), char.encode("big5", errors="ignore")
    return b"\xb0\xa1" <= gb <= b"\xd7\xf9" or b"\xa4\x40" <= big5 <= b"\xc6\x7e"
