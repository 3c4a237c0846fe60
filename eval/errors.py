"""The one error of this folder, and a result written to a file, which can end in it."""

import json
from pathlib import Path
from typing import Any

from corpus import PolicyKBError


class EvalFileError(PolicyKBError):
    """A QA set or the gates file is malformed, or a report cannot be written: file, line, what, what to do."""


def write_json(path: Path, form: Any) -> None:
    """Write a result as JSON, its folder made if need be.

    Raises:
        EvalFileError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(form, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvalFileError(f"{path} 写不进去（{error.strerror}），请换一个位置。") from error
