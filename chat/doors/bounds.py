"""How much a request may bring, whoever sends it: looked at before anything reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from chat.doors.problems import said

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 2**20
_MORE: Mapping[str, int | None] = {"/evaluation": 6 * 2**20, "/library/files": None}  # None: bounded there
_TOO_LARGE = "请求内容太大，最多 {} MB，请缩短后重试。"


class Bounds:
    """ASGI middleware: 413 for a body that is larger than its path takes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        most = most_bytes(scope["path"]) if scope["type"] == "http" else None
        if most is None:
            await self._app(scope, receive, send)
        elif told_length(Headers(scope=scope)) > most:
            refused = said(413, _TOO_LARGE.format(most // 2**20), {"Connection": "close"})
            await refused(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, most), send)


def most_bytes(path: str) -> int | None:
    """What a path takes, None where it looks to that itself.

    >>> most_bytes("/admin/session"), most_bytes("/evaluation") > MOST_BYTES, most_bytes("/library/files")
    (1048576, True, None)
    """
    return _MORE.get(path.rstrip("/"), MOST_BYTES)


def told_length(headers: Headers) -> int:
    """The length that a request tells, 0 where it tells none."""
    told = headers.get("content-length", "0")
    return int(told[:18]) if told.isascii() and told.isdecimal() else 0


def _counted(receive: Receive, most: int) -> Receive:
    """The body as it comes, no more than is allowed, also where its length was not told."""
    read = 0

    async def take() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, _TOO_LARGE.format(most // 2**20))
        return message

    return take
