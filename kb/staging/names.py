"""A name for an uploaded file that is safe wherever it goes, and that a person still knows."""

from __future__ import annotations

import re
import unicodedata

from corpus.register import REGISTER_NAME

_MAX_BYTES = 120  # of UTF-8 before the suffix; a file system takes 255
_FORBIDDEN = re.compile(r'[<>:"|?*&\'`]')
_SUFFIX = re.compile(r"\.[0-9A-Za-z]{1,8}\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)
_NAMELESS = "未命名"


def safe_name(name: str) -> str:
    r"""The last part of a name, without what a file system, a shell or a browser might take for more than a name.

    >>> safe_name("../../etc/x.txt"), safe_name("C:\\新政策.DOCX"), safe_name("<script>alert(1)</script>.txt")
    ('x.txt', '新政策.docx', 'script_.txt')
    >>> safe_name("..."), safe_name("a\x00b\u202etxt.exe"), safe_name("NUL.txt"), safe_name("register.yaml")
    ('未命名', 'abtxt.exe', '_NUL.txt', '_register.yaml')
    >>> len(safe_name("长" * 300 + ".pdf").encode())
    124
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(char for char in last if not unicodedata.category(char).startswith("C"))
    plain = " ".join(_FORBIDDEN.sub("_", plain).split())
    found = _SUFFIX.search(plain)
    suffix = found[0].lower() if found else ""
    stem = plain[: len(plain) - len(suffix)].lstrip(". -~").rstrip(". ")
    stem = stem.encode()[:_MAX_BYTES].decode(errors="ignore").rstrip() or _NAMELESS
    safe = stem + suffix
    return f"_{safe}" if _RESERVED.match(stem.partition(".")[0].strip()) or safe == REGISTER_NAME else safe
