"""What ``policykb log`` does: who changed what, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chat.command.tables import table
from chat.command.verbs import show
from corpus import UsageError
from kb.audit import AuditLog, Change
from kb.settings import load_settings


def show_log(words: str, last: int, home: Path | None, as_json: bool) -> None:
    """``policykb log``.

    Raises:
        UsageError: ``last`` is below 1.
    """
    if last < 1:
        raise UsageError(f"--last 应为 1 以上的整数，收到的是 {last}。")
    show(AuditLog(load_settings(home=home).home).latest(last, words), as_json, changes_dict, changes_text)


def changes_dict(changes: Sequence[Change]) -> dict[str, Any]:
    """The changes, as ``policykb log --json`` prints them; times in UTC."""
    return {
        "changes": [
            {"at": c.at.isoformat(), "who": c.who, "action": c.action, "target": c.target, "detail": c.detail}
            for c in changes
        ]
    }


def changes_text(changes: Sequence[Change]) -> str:
    """The changes as a table, times as on this machine."""
    if not changes:
        return "没有符合条件的变更记录。"
    rows = ((f"{c.at.astimezone():%Y-%m-%d %H:%M}", c.who, c.action, c.target, c.detail) for c in changes)
    return table(("时间", "谁", "做了什么", "对象", "*说明"), rows)
