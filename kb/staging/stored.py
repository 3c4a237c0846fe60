"""What one process hands to another or to the disk, as JSON: data that is checked when it is read, unlike a pickle."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_T = TypeVar("_T")


def dump_json(value: object) -> bytes:
    """A dataclass of ours as JSON."""
    return _adapter(cast(Hashable, type(value))).dump_json(value)


def load_json(kind: type[_T], path: Path) -> _T:
    """It again.

    Raises:
        OSError: there is no such file.
        ValueError: it is something else.
    """
    made: _T = _adapter(cast(Hashable, kind)).validate_json(path.read_bytes())
    return made


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(cast(Any, kind))
