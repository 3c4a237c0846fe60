"""What can go wrong with a model, told in one Chinese line with what to do; the words of an exception are never shown.

An exception of a client may hold the key, the address or the whole request, so only its kind is looked at: its status,
its name and the names of what it is made of.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum


class Kind(Enum):
    """What went wrong: the words for it, and whether trying again may help."""

    TIMEOUT = "超时没有答完，可稍后再问，或调大 POLICYKB_LLM_TIMEOUT", True
    BUDGET = "用完了一个问题的时限，可稍后再问，或调大 POLICYKB_LLM_BUDGET", False
    BUSY = "请求过多（429），可稍后再问，或检查账户的额度", True
    SERVER = "服务出错（5xx），可稍后再问", True
    UNREACHABLE = "连不上，请检查 POLICYKB_LLM_URL 和网络", True
    BROKEN = "回答中途断开，可稍后再问", True
    KEY = "不认密钥（401 或 403），请检查 POLICYKB_LLM_KEY", False
    MODEL = "没有这个模型或地址（404），请检查 POLICYKB_LLM 和 POLICYKB_LLM_URL", False
    REQUEST = "不接受请求（4xx），这个模型可能不支持工具调用，或内容超过了它的长度", False
    EMPTY = "没有写出内容，可稍后再问，或换一个模型", True
    TOOL_CALLS = "写出的工具调用不合格式，可换一个模型", True
    STEPS = "一直在调用工具而不作答，可换一个模型，或调大 POLICYKB_LLM_STEPS", False
    PACKAGE = "所需的软件包没有安装，请按 docs/llm.md 安装", False
    OTHER = "调用失败，详情类别见日志，请检查 POLICYKB_LLM 等设置", False

    def __init__(self, words: str, again: bool) -> None:
        self.words = words
        self.again = again


class Fault(Exception):
    """A model could not be used; ``retry_after`` is what the server asked to wait, in seconds."""

    def __init__(self, kind: Kind, retry_after: float | None = None) -> None:
        super().__init__(kind.name)
        self.kind = kind
        self.retry_after = retry_after

    @property
    def warning(self) -> str:
        """The line for the user."""
        return f"语言模型{self.kind.words}。本次用原文回答。"


def fault_of(error: BaseException) -> Fault:
    """The fault that an exception of any client stands for.

    >>> fault_of(TimeoutError("sk-secret")).kind.name, str(fault_of(ValueError("sk-secret")))
    ('TIMEOUT', 'OTHER')
    """
    if isinstance(error, Fault):
        return error
    chain = list(_chain(error))
    names = {name for each in chain for name in _names(each)}
    for each in chain:
        status = _status(each)
        if status is not None:
            return Fault(_of_status(status), _retry_after(each))
    if "ModelCallLimitExceededError" in names or "GraphRecursionError" in names:
        return Fault(Kind.STEPS)
    if names & {"ImportError"}:
        return Fault(Kind.PACKAGE)
    if any("Timeout" in name for name in names):
        return Fault(Kind.TIMEOUT)
    if names & {"RemoteProtocolError", "ReadError", "JSONDecodeError", "APIResponseValidationError"}:
        return Fault(Kind.BROKEN)
    if any("Connect" in name for name in names):
        return Fault(Kind.UNREACHABLE)
    if "APIError" in names:  # an error told inside a stream
        return Fault(Kind.BROKEN)
    if any("No generation" in str(argument) for each in chain for argument in each.args):
        return Fault(Kind.EMPTY)
    return Fault(Kind.OTHER)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what caused it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _names(error: BaseException) -> Iterator[str]:
    return (kind.__name__ for kind in type(error).__mro__)


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    return status if isinstance(status, int) else None


def _of_status(status: int) -> Kind:
    known = {401: Kind.KEY, 403: Kind.KEY, 404: Kind.MODEL, 408: Kind.TIMEOUT, 429: Kind.BUSY}
    return known.get(status) or (Kind.SERVER if status >= 500 else Kind.REQUEST)


def _retry_after(error: BaseException) -> float | None:
    """Seconds of a ``Retry-After`` header, which gives seconds or a date."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after") if headers is not None else None
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
