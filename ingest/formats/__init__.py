"""One reader a file format: ``read(data, name)`` gives the text with a map back to the file.

A reader's libraries are imported when a file of its kind is met.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath

from corpus import UnreadableFile
from ingest.formats.kind import kind_of
from ingest.source import SourceText

_MODULES = {
    ".txt": "text",
    ".md": "text",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".doc": "doc",
    ".wps": "doc",
    ".ofd": "ofd",
    ".pdf": "pdf",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
    ".bmp": "image",
    ".webp": "image",
}
SUFFIXES = tuple(_MODULES)
_SAVE_AS = "请用 Word 或 WPS 打开后另存为 .docx 再试。"
_INSTEAD = {
    **dict.fromkeys((".rtf", ".odt", ".xml", ".mht", ".dot", ".wpt", ".uof"), _SAVE_AS),
    **dict.fromkeys(
        (".xls", ".xlsx", ".et", ".csv"),
        "这是表格而不是政策文件；如有政策正文，请另存为 .docx 或 .pdf 再试。",
    ),
    **dict.fromkeys((".ppt", ".pptx", ".dps"), "这是演示文稿；如有政策正文，请另存为 .pdf 再试。"),
    **dict.fromkeys((".zip", ".rar", ".7z", ".gz"), "这是压缩包；请解压后把其中的文件分别入库。"),
    ".exe": "这是程序而不是文档；请换成政策文件本身。",
}


def read(data: bytes, name: str) -> SourceText:
    """The text of a file, by the reader its content asks for; the suffix decides where the content does not.

    Raises:
        UnreadableFile: of a kind we do not read, damaged, or without text.
    """
    kind = kind_of(data, PurePath(name).suffix.lower())
    if kind not in _MODULES:
        advice = _INSTEAD.get(kind, "请另存为 .docx、.pdf 或 .txt 后重试。")
        raise UnreadableFile(f"{name}：暂不支持 {kind or '无后缀'} 格式，{advice}")
    source: SourceText = import_module(f"ingest.formats.{_MODULES[kind]}").read(data, name)
    return source
