"""The register: what we know of the policies we ship, kept beside them in ``register.yaml``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import RegisterError

REGISTER_NAME = "register.yaml"


class RegisterEntry(BaseModel):
    """One policy. Only ``file`` is required: what is given overrides what is read from the text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    title: str = ""
    notice_title: str = ""
    doc_number: str = ""
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    region: str = ""


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
        RegisterError: not YAML, an unknown key, or a value of the wrong type.
    """
    path = folder / REGISTER_NAME
    if not path.is_file():
        return Register()
    try:
        return Register.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegisterError(
            f"{path.name}：不是合法的 YAML（{str(error).splitlines()[0]}），请改正后重试。"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RegisterError(
            f"{path.name}：{where} 的值 {first['input']!r} 不可用：{first['msg']}。"
        ) from error
