"""Reading the command line, and saying in Chinese what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from corpus import UsageError

if TYPE_CHECKING:
    from kb.finding import Found

ALL = "all"  # stands for every condition

_WRONG = (
    (r"No such option: (\S+)", "没有选项 {}"),
    (r"No such command '(.+?)'", "没有命令 {}"),
    (r"Missing (?:argument|option|parameter):? '(.+?)'", "缺少 {}"),
    (r"Invalid value for '(.+?)'", "{} 的值不可用，应是整数"),
    (r"Got unexpected extra argument\(?s?\)? \((.+)\)", "多出了 {}，带空格的内容请加引号"),
    (r"Option '(.+?)' requires", "选项 {} 后面缺少值"),
    (r"Option '(.+?)' does not take", "选项 {} 不带值"),
)


def usage_line(error: typer.TyperException) -> str:
    """What was wrong with the command line, in one Chinese line."""
    message = error.format_message()
    for pattern, chinese in _WRONG:
        if match := re.search(pattern, message):
            return f"{chinese.format(match[1])}；用法见 policykb --help。"
    return f"命令写得不对（{message}）；用法见 policykb --help。"


def one_of(text: str | None, batch: Path | None, name: str) -> str:
    """The text of a verb that takes one or a batch; "" for a batch."""
    if (text is None) == (batch is None):
        raise UsageError(f"请给出{name}，或用 --batch 给出一个 .jsonl 文件，两者选一。")
    return text or ""


def check_keys(keys: Collection[str], found: Found) -> None:
    """Whether there were conditions of all the keys of ``--without``.

    Raises:
        UsageError: one is neither a condition of this query nor ``all``.
    """
    there = [condition.key for condition in (*found.understood.conditions, *found.removed)]
    wrong = [key for key in keys if key not in (*there, ALL)]
    if wrong:
        query = found.understood.text
        ways = f"可去掉的有：{'、'.join(there)}，或 {ALL}（全部）" if there else "其中没有可去掉的条件"
        raise UsageError(f"“{query}”里没有条件 {'、'.join(wrong)}，{ways}。")


def read_day(text: str | None) -> date | None:
    """The day of ``--as-of``."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"日期“{text}”不可用，请写成 2025-10-01 的样子。") from error
