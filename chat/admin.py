"""Who may change the knowledge base: whoever knows the admin password, for as long as a cookie lasts."""

from __future__ import annotations

import hmac
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from corpus import KnowledgeBaseError

COOKIE = "pk-admin"
WHO = "网页管理员"  # in the audit log
PASSWORD_FILE = "admin-password.txt"
HOURS = 12  # a session lasts
_TRIES, _WITHIN = 5, 60.0  # wrong passwords, seconds


class Admin:
    """The admin password of one home, and who has given it.

    Args:
        home: where a password is kept that nobody chose.
        chosen: the password of the settings, "" if none.
        clock: seconds, for tests.
    """

    def __init__(self, home: Path, chosen: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._home = home
        self._chosen = chosen
        self._clock = clock
        self._sessions: dict[str, float] = {}
        self._failures: list[float] = []
        self._lock = threading.Lock()

    @property
    def is_generated(self) -> bool:
        """Whether nobody chose the password."""
        return not self._chosen

    def password(self) -> str:
        """The password; one is made and kept in the home, readable by its owner alone, where nobody chose one.

        Raises:
            KnowledgeBaseError: it cannot be kept.
        """
        if self._chosen:
            return self._chosen
        path = self._home / PASSWORD_FILE
        try:
            with self._lock:
                if not path.exists():
                    self._home.mkdir(parents=True, exist_ok=True)
                    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    with os.fdopen(file, "w", encoding="utf-8") as out:
                        out.write(secrets.token_urlsafe(9) + "\n")
                return path.read_text("utf-8").strip()
        except OSError as error:
            raise KnowledgeBaseError(
                f"管理密码文件 {path} 无法读写（{error.strerror}），请检查权限，或设置 POLICYKB_ADMIN_PASSWORD。"
            ) from error

    def enter(self, password: str) -> str | None:
        """A key to a new session, None where the password is wrong or was wrong too often of late."""
        right = self.password()
        now = self._clock()
        with self._lock:
            self._failures = [at for at in self._failures if now - at < _WITHIN]
            if len(self._failures) >= _TRIES:
                return None
            if not right or not hmac.compare_digest(password.encode(), right.encode()):
                self._failures.append(now)
                return None
            self._sessions = {key: until for key, until in self._sessions.items() if until > now}
            key = secrets.token_urlsafe(32)
            self._sessions[key] = now + HOURS * 3600
            return key

    @property
    def is_shut(self) -> bool:
        """Whether too many wrong passwords came of late for another to be looked at."""
        with self._lock:
            now = self._clock()
            return sum(now - at < _WITHIN for at in self._failures) >= _TRIES

    def leave(self, key: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(key, None)

    def is_admin(self, cookies: Mapping[str, str]) -> bool:
        """Whether a request's cookies hold the key to a session that lasts."""
        with self._lock:
            return self._sessions.get(cookies.get(COOKIE, ""), 0.0) > self._clock()
