"""JSON Lines in and out: ``--batch`` and ``--out``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from corpus import UsageError

_Model = TypeVar("_Model", bound=BaseModel)


class QuestionLine(BaseModel):
    """A line of ``ask --batch``; other keys, such as those of a QA set, are ignored."""

    question: str
    history: list[str] = []
    as_of: date | None = None


class QueryLine(BaseModel):
    """A line of ``search --batch``."""

    query: str
    top: int | None = None
    as_of: date | None = None
    without: list[str] | None = None


def read_lines(path: Path, model: type[_Model]) -> list[_Model]:
    """All lines of a JSON Lines file; blank lines are skipped.

    Raises:
        UsageError: the file cannot be read, or a line is not what the model says.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}：无法读取，请给出 UTF-8 编码的 .jsonl 文件。") from error
    read = []
    for number, line in enumerate(lines, 1):
        try:
            read += [model.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            what = f"字段 {where} 缺失或类型不对" if where else "不是 JSON 对象"
            raise UsageError(f"{path} 第 {number} 行：{what}，请改正后重试。") from error
    return read


def write_lines(path: Path | None, results: Iterable[dict[str, Any]]) -> None:
    """One JSON object a line, each written as soon as it is there."""
    try:
        with path.open("w", encoding="utf-8") if path else nullcontext(sys.stdout) as out:
            for result in results:
                print(json.dumps(result, ensure_ascii=False), file=out, flush=True)
    except BrokenPipeError:  # the reader has had enough
        raise
    except OSError as error:
        raise UsageError(f"{path}：无法写入（{error.strerror}），请检查路径和权限。") from error
