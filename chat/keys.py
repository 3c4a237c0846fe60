"""Who may call the doors and how often: keys by name, and a moving window of one minute for each."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from math import ceil

from corpus import PolicyKBError, UsageError

_MINUTE = 60
_MOST_CALLERS = (
    50_000  # remembered at once; past it all start anew, so that no flood of addresses fills the memory
)


class Refused(PolicyKBError):
    """A call that is not let in.

    Attributes:
        status: HTTP status, 401 or 429.
        headers: what to send with it.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers)


@dataclass(frozen=True, slots=True)
class Admission:
    """A call that is let in.

    Attributes:
        caller: name of its key, "" where it came without.
        headers: what the caller is told of the rate.
    """

    caller: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Keys:
    """The keys of the settings and the calls of the last minute; safe to use from several threads.

    Args:
        chosen: ``name:key``, several with commas between.
        rate: calls a minute for each key, else for each address; 0 for no limit.
        behind_login: reading is not open to everybody, so neither are the doors.

    Raises:
        UsageError: a key is not written as it should be.

    >>> keys = Keys("oa:s3cret", rate=1)
    >>> keys.admit({"authorization": "Bearer s3cret"}, "10.0.0.1").caller
    'oa'
    >>> keys.admit({"x-api-key": "guess"}, "10.0.0.2")
    Traceback (most recent call last):
    ...
    chat.keys.Refused: 密钥不对，请核对后重试，或向管理员索取。
    """

    def __init__(self, chosen: str = "", rate: int = 0, behind_login: bool = False) -> None:
        from limits import RateLimitItemPerMinute
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._names = read_keys(chosen)
        self._behind_login = behind_login
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._limit = RateLimitItemPerMinute(rate) if rate else None

    @property
    def needed(self) -> bool:
        """Whether a call needs a key."""
        return bool(self._names) or self._behind_login

    def admit(self, headers: Mapping[str, str], address: str) -> Admission:
        """Let a call in, and count it.

        Args:
            headers: of the call, names in lower case.
            address: where it comes from.

        Raises:
            Refused: it has no key or a wrong one, or it is one too many.
        """
        given = _given(headers)
        caller = self._name(given)
        told = self._count(f"key {caller}" if caller else f"address {_network(address)}")
        if caller or not self.needed:
            return Admission(caller, told)
        if not self._names:
            said = "本站看网页要登录，调用接口要用密钥，但还没有设置密钥：请管理员设置 POLICYKB_API_KEYS=名称:密钥。"
        elif given:
            said = "密钥不对，请核对后重试，或向管理员索取。"
        else:
            said = "调用接口需要密钥：请加请求头 Authorization: Bearer 密钥，或 X-API-Key: 密钥。"
        raise Refused(401, said, {**told, "WWW-Authenticate": "Bearer"})

    def _name(self, given: str) -> str:
        """The name of a key, "" of one we do not know; every key is compared, so that time tells nothing."""
        sent, found = given.encode(), ""
        for key, name in self._names.items():
            if hmac.compare_digest(key.encode(), sent):
                found = name
        return found

    def _count(self, who: str) -> dict[str, str]:
        if self._limit is None:
            return {}
        if len(self._storage.events) > _MOST_CALLERS:
            self._storage.reset()
        allowed = self._window.hit(self._limit, who)
        window = self._window.get_window_stats(self._limit, who)
        wait = min(_MINUTE, max(1, ceil(window.reset_time - time.time())))
        told = {
            "RateLimit-Limit": str(self._limit.amount),
            "RateLimit-Remaining": str(max(0, window.remaining)),
            "RateLimit-Reset": str(wait),
        }
        if not allowed:
            said = f"调用太频繁：每分钟最多 {self._limit.amount} 次，请 {wait} 秒后再试。"
            raise Refused(429, said, {**told, "Retry-After": str(wait)})
        return told


def read_keys(chosen: str) -> dict[str, str]:
    """Names by key; what is wrong is told by its place, never with the key.

    >>> read_keys("oa:s3cret, crm:0ther")
    {'s3cret': 'oa', '0ther': 'crm'}
    >>> read_keys("s3cret")
    Traceback (most recent call last):
    ...
    corpus.errors.UsageError: 设置 POLICYKB_API_KEYS 的第 1 项应写成 名称:密钥，多个用英文逗号隔开，例如 oa:一串随机字符。

    Raises:
        UsageError: it is not ``name:key,name:key``, or a name or key is there twice.
    """
    names: dict[str, str] = {}
    for at, item in enumerate(filter(None, map(str.strip, chosen.split(","))), 1):
        where = f"设置 POLICYKB_API_KEYS 的第 {at} 项"
        name, sign, key = (part.strip() for part in item.partition(":"))
        if not sign or not name or not key:
            raise UsageError(f"{where}应写成 名称:密钥，多个用英文逗号隔开，例如 oa:一串随机字符。")
        if not key.isascii() or not key.isprintable() or " " in key:
            raise UsageError(f"{where}（{name}）的密钥只能用英文字母、数字和符号，不含空格。")
        if key in names or name in names.values():
            raise UsageError(f"{where}（{name}）与前面的名称或密钥重复，请每个名称用一个不同的密钥。")
        names[key] = name
    return names


def _given(headers: Mapping[str, str]) -> str:
    scheme, _, key = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    return headers.get("x-api-key", "").strip()


def _network(address: str) -> str:
    """The address, of IPv6 the network of one household.

    >>> _network("2001:db8:1:2:3::4"), _network("10.0.0.1"), _network("unknown")
    ('2001:db8:1:2::', '10.0.0.1', 'unknown')
    """
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or IPv6Address(int(read) >> 64 << 64))
