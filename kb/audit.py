"""Who changed what: one JSON line for each change of a knowledge base, only ever added to, in the home folder.

Whoever changes something says who it is with ``acting``; a change by the command needs to say nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus import KnowledgeBaseError

FILE_NAME = "audit.jsonl"
_ACTOR: ContextVar[str] = ContextVar("actor", default="命令行")


@contextmanager
def acting(who: str) -> Iterator[None]:
    """Changes made within are by this person, or through this door: ``网页管理员``."""
    token = _ACTOR.set(who)
    try:
        yield
    finally:
        _ACTOR.reset(token)


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        at: when, in UTC.
        who: by whom, or through which door.
        action: what was done, in Chinese: ``入库``, ``删除``, ``确认规则``.
        target: to what: a document id, the id of a rule.
        detail: what else is worth knowing, "" if nothing.
    """

    at: datetime
    who: str
    action: str
    target: str
    detail: str = ""


class AuditLog:
    """The changes of one home folder; safe to use from several threads and processes."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME

    def add(self, action: str, target: str, detail: str = "") -> None:
        """Add a change by whoever is acting; it is with the system when this returns.

        Raises:
            KnowledgeBaseError: it could not be written.
        """
        change = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "who": _ACTOR.get()}
        change |= {"action": action, "target": target, "detail": detail}
        line = (json.dumps(change, ensure_ascii=False) + "\n").encode()
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, line)  # one write: lines of several processes do not mix
            finally:
                os.close(file)
        except OSError as error:
            raise KnowledgeBaseError(
                f"变更记录 {self.path} 无法写入（{error.strerror}），请检查权限和磁盘空间。"
            ) from error

    def latest(self, limit: int = 200) -> list[Change]:
        """The last changes, newest first; a line that was broken off is left out.

        Raises:
            KnowledgeBaseError: the file cannot be read.
        """
        try:
            lines = self.path.read_text("utf-8", errors="replace").splitlines() if self.path.exists() else []
        except OSError as error:
            raise KnowledgeBaseError(
                f"变更记录 {self.path} 无法读取（{error.strerror}），请检查权限。"
            ) from error
        changes = []
        for line in reversed(lines[-limit:]):
            try:
                read = json.loads(line)
                at = datetime.fromisoformat(read["at"])
                changes.append(Change(at, read["who"], read["action"], read["target"], read["detail"]))
            except (ValueError, KeyError, TypeError):
                continue
        return changes
