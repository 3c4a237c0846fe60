"""Bytes of a web page to text: what the page declares is often not what it is written in."""

from __future__ import annotations

import codecs
import re

from ingest.formats.text import decode

_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?\b(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I
)  # <meta charset=gb2312>, <meta http-equiv=... content="text/html; charset=gb2312">, <?xml encoding="gbk"?>
_NOT_CHINESE = re.compile(
    rb"<[^<>]*>|([\x00-\x7f])[\x00-\x7f]{16,}"
)  # a tag, a script; the first ASCII byte may be the second half of a character
_HEAD = 8192  # bytes in which a declaration is looked for
_GB = frozenset(
    ("gb2312", "gbk", "gb18030", "gb_2312-80", "gb-2312", "x-gbk", "cp936", "chinese", "euc-cn", "hz")
)
_BIG5 = frozenset(("big5", "big5-hkscs", "x-x-big5"))
_UTF_16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_MAX_BROKEN = 0.01  # share of the characters outside ASCII that may be damaged under a declared encoding


def decode_page(data: bytes, name: str) -> str:
    """The text of a page: byte order mark, valid UTF-8, declared Chinese encoding, guess, in this order.

    >>> decode_page('<meta charset="gb2312"><p>第一条 镕基'.encode("gbk"), "办法.html")
    '<meta charset="gb2312"><p>第一条 镕基'
    >>> decode_page(b"", "空.html")
    Traceback (most recent call last):
    ...
    corpus.errors.UnreadableFile: 空.html：文件是空的，没有可入库的文字。

    Raises:
        UnreadableFile: empty, or in no encoding that gives Chinese text.
    """
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data, name)[0]
    for start, encoding in _UTF_16:
        if data.startswith(start):
            return data.decode(encoding, "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _read_as(_declared(data), data) or _read_as("utf-8", data) or _guessed(data, name)
    return text if text.strip() else decode(data, name)[0]


def _declared(data: bytes) -> str:
    """The declared encoding, UTF-8 if none or none of Chinese is."""
    found = _DECLARED.search(data[:_HEAD])
    label = found.group(1).decode("ascii").lower() if found else ""
    return "gb18030" if label in _GB else "big5hkscs" if label in _BIG5 else "utf-8"


def _read_as(encoding: str, data: bytes) -> str:
    """The text under an encoding, "" if too much of it is damaged then."""
    text = data.decode(encoding, "replace")
    foreign = len(text) - sum(map(str.isascii, text))
    return text if text.count("�") <= max(2, foreign * _MAX_BROKEN) else ""


def _guessed(data: bytes, name: str) -> str:
    """The text under the encoding that makes the text between the tags the most Chinese."""
    encoding = decode(_NOT_CHINESE.sub(rb"\1 ", data), name)[1]
    return data.decode(encoding, "replace")
