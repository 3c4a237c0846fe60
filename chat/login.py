"""Who may read, where reading is not open to everybody: the names and passwords of the settings, for as long as a cookie lasts."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Mapping

from corpus import UsageError

COOKIE = "pk-reader"
HOURS = 12  # a session lasts
_TRIES, _WITHIN = 5, 60.0  # wrong passwords from one address, seconds
_MOST_ADDRESSES = 10_000  # remembered; past it all start anew


class Readers:
    """The logins of the settings, and who has come in by one; safe to use from several threads.

    Args:
        chosen: ``name:password``, several with commas between; nobody has to log in where it is empty.
        clock: seconds, for tests.

    Raises:
        UsageError: a login is not written as it should be.
    """

    def __init__(self, chosen: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._passwords = read_logins(chosen)
        self._clock = clock
        self._sessions: dict[str, tuple[str, float]] = {}
        self._failures: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    @property
    def needed(self) -> bool:
        """Whether reading needs a login."""
        return bool(self._passwords)

    def enter(self, name: str, password: str, address: str) -> str | None:
        """A key to a new session, None where name or password are wrong, or were wrong too often from this address of late."""
        right = self._passwords.get(name.strip(), "")
        now = self._clock()
        with self._lock:
            if len(self._recent(address, now)) >= _TRIES:
                return None
            if not hmac.compare_digest(password.encode(), right.encode()) or not right:
                if len(self._failures) > _MOST_ADDRESSES:
                    self._failures.clear()
                self._failures.setdefault(address, []).append(now)
                return None
            self._failures.pop(address, None)
            self._sessions = {key: each for key, each in self._sessions.items() if each[1] > now}
            key = secrets.token_urlsafe(32)
            self._sessions[key] = name.strip(), now + HOURS * 3600
            return key

    def is_shut(self, address: str) -> bool:
        """Whether too many wrong passwords came from an address of late for another to be looked at."""
        with self._lock:
            return len(self._recent(address, self._clock())) >= _TRIES

    def leave(self, key: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(key, None)

    def name_of(self, cookies: Mapping[str, str]) -> str:
        """Who sends a request with these cookies; "" for nobody we know."""
        with self._lock:
            name, until = self._sessions.get(cookies.get(COOKIE, ""), ("", 0.0))
            return name if until > self._clock() else ""

    def _recent(self, address: str, now: float) -> list[float]:
        kept = [at for at in self._failures.get(address, ()) if now - at < _WITHIN]
        if kept:
            self._failures[address] = kept
        else:
            self._failures.pop(address, None)
        return kept


def read_logins(chosen: str) -> dict[str, str]:
    """Passwords by name; what is wrong is told by its place, never with the password.

    >>> read_logins("张三:s3cret, 李四:a:b")
    {'张三': 's3cret', '李四': 'a:b'}
    >>> read_logins("张三:s3cret,0ther")
    Traceback (most recent call last):
    ...
    corpus.errors.UsageError: 设置 POLICYKB_LOGIN 的第 2 项不可用：应写作 用户名:密码，多个用逗号隔开。请改正后重试。

    Raises:
        UsageError: one is not ``name:password``, or a name comes twice.
    """
    passwords: dict[str, str] = {}
    for number, each in enumerate(chosen.split(",") if chosen.strip() else (), 1):
        name, colon, password = (part.strip() for part in each.partition(":"))
        if not (name and colon and password):
            wrong = "应写作 用户名:密码，多个用逗号隔开"
        elif name in passwords:
            wrong = f"用户名“{name}”重复"
        else:
            passwords[name] = password
            continue
        raise UsageError(f"设置 POLICYKB_LOGIN 的第 {number} 项不可用：{wrong}。请改正后重试。")
    return passwords
