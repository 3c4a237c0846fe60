"""File to source text: the one place of this package that reads the disk."""

from __future__ import annotations

from pathlib import Path

from corpus import UnreadableFile
from ingest import formats
from ingest.source import SourceText

MAX_BYTES = 50 * 1024 * 1024


def load(path: Path, max_bytes: int = MAX_BYTES) -> SourceText:
    """Read a policy file.

    Args:
        path: a file of one of ``formats.SUFFIXES``.
        max_bytes: larger files are refused before they are read.

    Raises:
        UnreadableFile: missing, unsupported, empty, too large, damaged, or without text.
    """
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
    if not data:
        raise UnreadableFile(f"{path.name}：文件是空的，没有可入库的文字。")
    return formats.read(data, path.name)
