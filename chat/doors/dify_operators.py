"""How Dify compares the metadata of a clause with what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Annotated, Any, Literal

from pydantic import Field

from corpus import UsageError

Values = tuple[str | int | date, ...]
"""The values of one field, none where it has none."""

Wanted = str | int | float | Annotated[list[str | int | float], Field(max_length=200)] | None
Operator = Literal[
    "contains",
    "not contains",
    "start with",
    "end with",
    "is",
    "is not",
    "in",
    "not in",
    "empty",
    "not empty",
    "=",
    "≠",
    ">",
    "<",
    "≥",
    "≤",
    "before",
    "after",
]

_WORDS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda have, want: want in have,
    "start with": str.startswith,
    "end with": str.endswith,
    "is": eq,
    "in": eq,
}
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": eq,
    ">": gt,
    "<": lt,
    "≥": ge,
    "≤": le,
    "before": lt,
    "after": gt,
}
_OPPOSITE = {"not contains": "contains", "is not": "is", "not in": "in", "≠": "=", "empty": "not empty"}


def holds(operator: Operator, values: Values, wanted: Wanted) -> bool:
    """Whether the values of a field are as asked for; an opposite holds where its positive does not.

    Raises:
        UsageError: what is asked for cannot be compared with them.

    >>> holds("contains", ("山东省",), "山东"), holds("before", (date(2024, 5, 1),), "2024-06-01"), holds("is not", (), "甲")
    (True, True, True)
    >>> holds("=", ("山东省",), 3)
    Traceback (most recent call last):
    ...
    corpus.errors.UsageError: “山东省”不是数也不是日期，不能用 = 与“3”比较。
    """
    positive = _OPPOSITE.get(operator)
    return _meets(operator, values, wanted) if positive is None else not _meets(positive, values, wanted)


def _meets(operator: str, values: Values, wanted: Wanted) -> bool:
    """Whether one of some values meets a positive operator."""
    if operator == "not empty":
        return bool(values)
    if wanted is None or wanted == []:
        raise UsageError(f"条件 {operator} 缺少 value。")
    if operator in _ORDER:
        if isinstance(wanted, list):
            raise UsageError(f"条件 {operator} 的 value 应是一个数或日期。")
        return any(_ORDER[operator](value, _like(value, wanted, operator)) for value in values)
    texts = [str(each) for each in wanted] if isinstance(wanted, list) else [str(wanted)]
    if operator == "in" and isinstance(wanted, str):
        texts = [text.strip() for text in wanted.split(",")]
    return any(_WORDS[operator](str(value), text) for value in values for text in texts)


def _like(value: str | int | date, wanted: str | float, operator: str) -> Decimal | date:
    """What a value is compared with: a number, a day as 2024-05-01, or a moment in seconds, as Dify sends times."""
    try:
        if isinstance(value, int) and (number := Decimal(str(wanted))).is_finite():
            return number
        if isinstance(value, date):
            text = str(wanted).strip()
            if text.replace(".", "", 1).isdecimal():
                return datetime.fromtimestamp(float(text), UTC).date()
            return date.fromisoformat(text[:10])
    except (InvalidOperation, ValueError, OverflowError, OSError):
        pass
    raise UsageError(f"“{value}”不是数也不是日期，不能用 {operator} 与“{wanted}”比较。")
