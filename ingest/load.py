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
_MIN_LETTERS_FOR_A_GUESS = 0.3  # share of Chinese characters that makes a legacy encoding believable


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
    if path.suffix.lower() not in TEXT_SUFFIXES:
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
    except OSError as error:
        raise UnreadableFile(f"{path}：无法读取（{error.strerror}），请检查权限。") from error
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
    if not data.strip():
        raise UnreadableFile(f"{name}：文件是空的，没有可入库的文字。")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(data[len(bom) :], encoding, name), encoding
    try:
        return _refuse_binary(data.decode("utf-8"), name), "utf-8"
    except UnicodeDecodeError:
        pass
    if b"\x00" in data[:4096]:
        raise UnreadableFile(f"{name}：这是二进制文件，不是文本；请换成 .txt 或 .md 文本文件。")
    return _guess(data, name)


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return _refuse_binary(data.decode(encoding), name)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{name}：开头标明是 {encoding} 编码，但第 {error.start} 字节处无法解码；请另存为 UTF-8 后重试。"
        ) from error


def _refuse_binary(text: str, name: str) -> str:
    if len(_CONTROL.findall(text)) > max(2, len(text) // 1000):
        raise UnreadableFile(f"{name}：内容含大量控制字符，像是二进制文件；请换成 .txt 或 .md 文本文件。")
    return text


def _guess(data: bytes, name: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["gb18030", "big5", "utf_16"], threshold=0.3).best()
    if best is not None:
        text = str(best)
        letters = len(re.findall(r"\S", text))
        if letters and len(_CHINESE.findall(text)) / letters >= _MIN_LETTERS_FOR_A_GUESS:
            return _refuse_binary(text, name), best.encoding
    raise UnreadableFile(
        f"{name}：不是 UTF-8 编码，也认不出是 GB18030、Big5 或 UTF-16；请用记事本另存为 UTF-8 后重试。"
    )
