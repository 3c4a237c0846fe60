"""What an admin writes into the form of a document, as a register entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from corpus import InputError, PolicyDocument
from corpus.register import RegisterEntry
from ingest import normalise_doc_number
from kb.corrections import LABELS

_DATES = ("issued_on", "effective_from", "effective_to")
_SEVERAL = ("issuers", "supersedes", "contacts")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_MOST = 300  # characters of a line
_LEVELS = {"", "国家", "省", "市", "县"}


def read_form(form: Mapping[str, str], document: PolicyDocument) -> RegisterEntry:
    """What is written otherwise than the document has it; a field that is not in the form stays as it is.

    Raises:
        InputError: a value cannot be used, with the field and what is accepted.
    """
    values = {name: _value(name, form[name]) for name in LABELS if name in form}
    if "doc_number" in values and values["doc_number"] != document.doc_number:
        values["doc_number"] = _number(str(values["doc_number"]))
    new = {name: value for name, value in values.items() if value != getattr(document, name)}
    if "title" in new and not new["title"]:
        raise InputError("标题不能为空。")
    merged: dict[str, Any] = {name: new.get(name, getattr(document, name)) for name in LABELS}
    _check_order(merged["effective_from"], merged["effective_to"])
    stated: dict[str, Any] = {name: value for name, value in new.items() if value}
    absent: Any = tuple(name for name in new if name not in stated)
    return RegisterEntry(file="", absent=absent, **stated)


def read_day(text: str, label: str = "日期") -> date | None:
    """The day that is written, None for nothing.

    >>> read_day("2024年3月1日"), read_day("2024-3-1"), read_day(" ")
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 1), None)
    >>> read_day("2024-02-30", "失效日期")
    Traceback (most recent call last):
    ...
    corpus.errors.InputError: 失效日期“2024-02-30”不是日期，应写作 2025-01-31。

    Raises:
        InputError: it is no day.
    """
    if not text.strip():
        return None
    found = _DAY.fullmatch(text.strip())
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise InputError(f"{label}“{text.strip()[:40]}”不是日期，应写作 2025-01-31。")


def _value(name: str, text: str) -> str | date | tuple[str, ...] | None:
    if name in _DATES:
        return read_day(text, LABELS[name])
    lines = tuple(_plain(line) for line in text.splitlines() if line.strip())
    if long := next((line for line in lines if len(line) > _MOST), None):
        raise InputError(f"{LABELS[name]}“{long[:20]}……”太长，每行最多 {_MOST} 字。")
    if name in _SEVERAL:
        return tuple(dict.fromkeys(lines))
    value = " ".join(lines)
    if name == "level" and value not in _LEVELS:
        raise InputError("层级应为 国家、省、市 或 县。")
    whole = name == "title" and value[:1] == "《" and value[-1:] == "》" and value.count("《") == 1
    return value[1:-1] if whole else value


def _plain(line: str) -> str:
    """A line without blanks around it and without characters that cannot be seen."""
    return "".join(char for char in line if char.isprintable()).strip()


def _number(text: str) -> str:
    """A 文号 in its normal form.

    >>> _number("鲁科字[2024] 137 号"), _number("")
    ('鲁科字〔2024〕137号', '')
    >>> _number("137号")
    Traceback (most recent call last):
    ...
    corpus.errors.InputError: 文号“137号”不完整，应如 鲁科字〔2024〕137号；没有文号时请留空。
    """
    if not text:
        return ""
    if not (number := normalise_doc_number(text)):
        raise InputError(f"文号“{text[:40]}”不完整，应如 鲁科字〔2024〕137号；没有文号时请留空。")
    return number


def _check_order(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise InputError(f"失效日期 {last} 早于施行日期 {first}，请核对。")
