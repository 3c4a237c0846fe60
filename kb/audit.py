"""Who changed what: one JSON line for each change of a knowledge base, only ever added to, in the home folder.

Whoever changes something says who it is with ``acting``; a change by the command needs to say nothing. A change is refused
while the log cannot be written, and its line is added once it is made; should that fail after all, the line goes to the
program's own log, so that no change is made of which nothing is known.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus import KnowledgeBaseError

log = logging.getLogger(__name__)

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

    @property
    def said(self) -> str:
        """All that it says, in lower case, to look for words in."""
        return f"{self.at:%Y-%m-%d} {self.who} {self.action} {self.target} {self.detail}".lower()


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

    def check(self) -> None:
        """Refuse a change while nobody could tell later who made it: to be called before anything is written.

        Raises:
            KnowledgeBaseError: the log cannot be written; nothing has been changed.
        """
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        except OSError as error:
            raise KnowledgeBaseError(
                f"变更记录 {self.path} 无法写入（{error.strerror}），没有作任何改动，请检查权限和磁盘空间。"
            ) from error

    def note(self, action: str, target: str, detail: str = "") -> None:
        """Add a change that has been made already; where it cannot be added by now, the whole line goes to the program's log."""
        try:
            self.add(action, target, detail)
        except KnowledgeBaseError as error:
            log.error("%s这一改动已完成：%s %s %s %s", error, _ACTOR.get(), action, target, detail)

    def latest(self, limit: int = 200, words: str = "") -> list[Change]:
        """The last changes, newest first; a line that was broken off is left out.

        Args:
            limit: at most so many.
            words: only those that say all of these, separated by blanks, somewhere.

        Raises:
            KnowledgeBaseError: the file cannot be read.
        """
        try:
            lines = self.path.read_text("utf-8", errors="replace").split("\n") if self.path.exists() else []
        except OSError as error:
            raise KnowledgeBaseError(
                f"变更记录 {self.path} 无法读取（{error.strerror}），请检查权限。"
            ) from error
        wanted = words.lower().split()
        changes: list[Change] = []
        for line in reversed(lines):
            change = _read(line)
            if change is None or not all(word in change.said for word in wanted):
                continue
            changes.append(change)
            if len(changes) == limit:
                break
        return changes


def _read(line: str) -> Change | None:
    """The change of a line, None where it was broken off."""
    try:
        read = json.loads(line)
        at = datetime.fromisoformat(read["at"])
        return Change(at, *(str(read[key]) for key in ("who", "action", "target", "detail")))
    except (ValueError, KeyError, TypeError):
        return None
