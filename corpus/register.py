"""The register: what we know of the policies we ship, kept beside them in ``register.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from corpus.errors import RegisterError
from corpus.metadata import Metadata

REGISTER_NAME = "register.yaml"
Absent = Literal[
    "notice_title",
    "doc_number",
    "issuers",
    "issued_on",
    "effective_from",
    "effective_to",
    "supersedes",
    "region",
    "level",
    "contacts",
]
_REASONS = {
    "extra_forbidden": "没有这个键",
    "unexpected_keyword_argument": "没有这个键",
    "missing": "缺少这个键",
    "string_type": "应为文字",
    "tuple_type": "应为列表，每项一行，以“- ”开头",
    "model_type": "应为“键: 值”的形式",
    "dataclass_type": "应为“键: 值”的形式",
    "literal_error": "应为 国家、省、市 或 县",
    "date_from_datetime_parsing": "应为日期，如 2024-12-06",
}


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class RegisterEntry(Metadata):
    """One policy. Only ``file`` is required: what is given overrides what is read from the text.

    Attributes:
        absent: fields of which the document says nothing, whatever is read from its text.
    """

    file: str
    level: Literal["", "国家", "省", "市", "县"] = ""
    absent: tuple[Absent, ...] = ()

    def states(self, field: str) -> bool:
        """Whether the entry decides about a field: by a value, or by saying that the document has none."""
        return bool(getattr(self, field)) or field in self.absent


class Register(BaseModel):
    """All entries of one folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policies: tuple[RegisterEntry, ...] = ()

    def entry(self, file_name: str) -> RegisterEntry | None:
        """The entry of a file, if it has one."""
        return next((entry for entry in self.policies if entry.file == file_name), None)


def load_register(folder: Path) -> Register:
    """Read ``register.yaml`` of a folder; an empty register where there is none.

    Raises:
        RegisterError: not YAML, no such date, an unknown key, or a value of the wrong type.
    """
    path = folder / REGISTER_NAME
    if not path.is_file():
        return Register()
    try:
        content = yaml.safe_load(path.read_text("utf-8")) or {}
    except (yaml.YAMLError, ValueError) as error:  # ValueError: not UTF-8, or a date like 2024-13-01
        reason = str(error).splitlines()[0]
        raise RegisterError(f"{path.name}：不是合法的 YAML（{reason}），请改正后重试。") from error
    try:
        return Register.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "整个文件"
        reason = _REASONS.get(first["type"], first["msg"])
        if "absent" in first["loc"]:
            reason = f"应为这些字段的列表：{'、'.join(get_args(Absent))}"
        raise RegisterError(
            f"{path.name}：{where} 的值 {first['input']!r} 不可用：{reason}；请改正后重试。"
        ) from error
