"""Hand labels of grants: where they stand in the source text of a document and what figures they give."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import EvalFileError
from kb.grants import Kind

LABELS = Path(__file__).parent / "labels"
DEV, HELD_OUT = "dev", "test"
Offsets = tuple[int, int]


class GrantLabel(BaseModel):
    """One labelled grant; offsets are half-open, into the extracted source text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int
    who: Offsets | None
    kind: Kind
    amounts: tuple[Decimal, ...]
    caps: tuple[Decimal, ...]
    rates: tuple[Decimal, ...]
    basis: Offsets | None
    stages: tuple[Offsets, ...]
    bound: Literal["exact", "max", "min"]
    period: Literal["year", "month", "day", "once"] | None
    doubt: bool = False


class ClauseLabel(BaseModel):
    """A line of labels/: the clause of a file with this sha256, and what it gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    start: int
    end: int
    grants: tuple[GrantLabel, ...]


def read_labels(path: Path) -> Iterator[ClauseLabel]:
    """The lines of a label file.

    Raises:
        EvalFileError: it cannot be read, or a line is malformed.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EvalFileError(f"{path} 读不出来（{error.strerror}）。") from error
    for number, line in enumerate(lines, 1):
        try:
            yield ClauseLabel.model_validate_json(line)
        except ValidationError as error:
            raise EvalFileError(
                f"{path} 第 {number} 行不是有效的标注：{error.errors()[0]['msg']}。请改正该行。"
            ) from error
