"""Plain text and Markdown: which encoding the bytes are in, and the rows of Markdown tables."""

from __future__ import annotations

import re
from pathlib import PurePath

from corpus import Span, TableRow, UnreadableFile
from ingest.source import SourceText

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f�]")
_CHINESE = re.compile(r"[一-鿿]")
_LEGACY = ("gb18030", "big5", "utf-16-le", "utf-16-be")
_LINE = re.compile(r"^[^\r\n]*", re.MULTILINE)
_DASHES = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$|\s*\|\s*:?-+:?\s*\|\s*$")  # |---|:--:|
_SAMPLE = 20_000  # characters that decide an encoding
_MIN_CHINESE = 0.3  # share of the printed characters that makes a guess believable
_MIN_COMMON = 0.85  # share of the Chinese characters that are common ones; a wrong guess gives about a third


def read(data: bytes, name: str) -> SourceText:
    """A text file, whose lines may be wrapped anywhere.

    Raises:
        UnreadableFile: empty, binary, or in no known Chinese encoding.
    """
    text = decode(data, name)[0]
    if PurePath(name).suffix.lower() == ".md":
        return SourceText(text, name, "md", rows=table_rows(text))
    return SourceText(text, name, "txt")


def table_rows(text: str) -> tuple[TableRow, ...]:
    """The rows of the tables of a Markdown text: lines with bars from above a line of dashes to the next without.

    >>> text = "标准：\\n| 对象 | 金额 |\\n|---|---|\\n| 企业 | 3万元 |\\n\\n| 无表"
    >>> [(text[row.span.start : row.span.end], row.context) for row in table_rows(text)]
    [('| 对象 | 金额 |', ''), ('| 企业 | 3万元 |', '对象 金额')]
    >>> table_rows("企业|高校\\n各类单位")
    ()
    """
    rows: list[TableRow] = []
    above: re.Match[str] | None = None
    context: str | None = None
    for line in _LINE.finditer(text):
        if above is not None and context is None and _DASHES.match(line.group()):
            context = " ".join(cell.strip() for cell in above.group().split("|") if cell.strip())
            rows.append(TableRow(Span(*above.span()), ""))
        elif context is not None and "|" in line.group():
            rows.append(TableRow(Span(*line.span()), context))
        else:
            context = None
        above = line if "|" in line.group() else None
    return tuple(rows)


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
    return sum(map(is_common, chinese)) / len(chinese)


def is_common(char: str) -> bool:
    """Whether a character is of the first level of GB 2312 (3,755 simplified) or Big5 (5,401 traditional)."""
    gb, big5 = char.encode("gb2312", errors="ignore"), char.encode("big5", errors="ignore")
    return b"\xb0\xa1" <= gb <= b"\xd7\xf9" or b"\xa4\x40" <= big5 <= b"\xc6\x7e"
