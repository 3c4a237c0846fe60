"""Zip containers (DOCX, OFD) that come from strangers: opened only after a look at what they would unpack to."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from corpus import UnreadableFile

MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 200  # unpacked to packed; text packs to about a tenth
_SMALL = 20 * 2**20  # whatever its ratio, that much does no harm
DAMAGED = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


def open_archive(data: bytes, name: str) -> ZipFile:
    """A zip file that is whole, not encrypted, and unpacks to a sane size.

    >>> open_archive(b"PK?", "办法.docx")
    Traceback (most recent call last):
    ...
    corpus.errors.UnreadableFile: 办法.docx：文件已损坏或没有下载完整，无法解压；请重新下载，或打开后另存一份再试。

    Raises:
        UnreadableFile: damaged, encrypted, or a zip bomb.
    """
    try:
        archive = ZipFile(BytesIO(data))
        entries = archive.infolist()
    except DAMAGED as error:
        raise damaged(name) from error
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED or (size > _SMALL and size > MAX_RATIO * len(data)):
        raise UnreadableFile(
            f"{name}：解压后有 {size / 2**20:.0f} MB，是文件大小的 {size // len(data)} 倍，不像一份政策文件，已拒绝打开；"
            "请核对来源，或另存为 .txt 后重试。"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise encrypted(name)
    return archive


def read_part(archive: ZipFile, part: str, name: str) -> bytes | None:
    """The bytes of one part of an archive, None if there is no such part.

    Raises:
        UnreadableFile: the part is damaged.
    """
    try:
        return archive.read(part)
    except KeyError:
        return None
    except (*DAMAGED, RuntimeError) as error:
        raise damaged(name) from error


def damaged(name: str) -> UnreadableFile:
    """What to tell of a file that cannot be unpacked."""
    return UnreadableFile(f"{name}：文件已损坏或没有下载完整，无法解压；请重新下载，或打开后另存一份再试。")


def encrypted(name: str) -> UnreadableFile:
    """What to tell of a file that needs a password."""
    return UnreadableFile(f"{name}：文件有密码保护，无法读取；请去掉密码后另存一份再试。")
