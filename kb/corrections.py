"""What a person knows better of a document than its text says: a register entry for each file, kept in the home folder.

An entry belongs to the bytes of a file, not to its name: the same file ingested again, from wherever, keeps what was
corrected, also after the document was removed; another version of it is read afresh.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, fields, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from corpus import KnowledgeBaseError
from corpus.register import RegisterEntry

FILE_NAME = "corrections.json"
LABELS = {
    "title": "标题",
    "notice_title": "通知标题",
    "doc_number": "文号",
    "issuers": "发文机关",
    "issued_on": "印发日期",
    "effective_from": "施行日期",
    "effective_to": "失效日期",
    "supersedes": "废止的文件",
    "region": "适用地区",
    "level": "层级",
    "contacts": "联系方式",
}
"""What can be corrected, and what people call it."""


class Corrections:
    """The entries of one home folder; whoever writes holds the right to write."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME

    def read(self) -> dict[str, RegisterEntry]:
        """All entries by the SHA-256 of the file they are of.

        Raises:
            KnowledgeBaseError: the file cannot be read, or was damaged.
        """
        if not self.path.exists():
            return {}
        try:
            return _adapter().validate_json(self.path.read_bytes())
        except (OSError, ValidationError) as error:
            raise KnowledgeBaseError(
                f"人工更正记录 {self.path} 读不出来，请检查权限；文件损坏时请移走它，再重新更正。"
            ) from error

    def keep(self, file_hashes: Iterable[str], entry: RegisterEntry) -> None:
        """Add an entry for files, over what is there for them.

        Raises:
            KnowledgeBaseError: it cannot be read or written.
        """
        every = self.read()
        every |= {key: found for key in file_hashes if (found := over(entry, every.get(key)))}
        self._write(every)

    def put(self, file_hash: str, entry: RegisterEntry | None) -> None:
        """Set the entry of a file to what it was before, or to nothing.

        Raises:
            KnowledgeBaseError: it cannot be read or written.
        """
        every = self.read()
        every.pop(file_hash, None)
        self._write(every | ({file_hash: entry} if entry else {}))

    def _write(self, every: Mapping[str, RegisterEntry]) -> None:
        data = {key: _stated(each) for key, each in sorted(every.items())}
        beside = self.path.with_suffix(".new")
        try:
            beside.write_text(json.dumps(data, ensure_ascii=False, indent=1, default=str), "utf-8")
            beside.replace(self.path)
        except OSError as error:
            raise KnowledgeBaseError(
                f"人工更正记录 {self.path} 写不进去（{error.strerror}），请检查权限和磁盘空间。"
            ) from error


def over(above: RegisterEntry | None, below: RegisterEntry | None) -> RegisterEntry | None:
    """One entry that states what either states; where both do, what the first one says.

    >>> said = over(RegisterEntry(file="", title="乙", absent=("region",)), RegisterEntry(file="1.txt", title="甲", region="丙省"))
    >>> said.file, said.title, said.region, said.absent
    ('1.txt', '乙', '', ('region',))
    """
    if above is None or below is None:
        return above or below
    own = {name: getattr(above, name) for name in LABELS if above.states(name)}
    absent = (*above.absent, *(name for name in below.absent if name not in own))
    return replace(below, **own, absent=absent)


def _stated(entry: RegisterEntry) -> Mapping[str, Any]:
    """What an entry says, as it is stored."""
    plain = {field.name: None if field.default is MISSING else field.default for field in fields(entry)}
    return {name: value for name, value in asdict(entry).items() if name == "file" or value != plain[name]}


def _adapter() -> TypeAdapter[dict[str, RegisterEntry]]:
    return TypeAdapter(dict[str, RegisterEntry])
