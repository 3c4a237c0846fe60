"""The gate before every door for programs: who may call, how often, and how much at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from chat.doors.problems import problem, said
from chat.keys import Keys, Refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOORS = ("/api/v1", "/v1", "/mcp", "/dify", "/retrieval")
"""Where programs come in; everything below these paths is behind the gate."""

MOST_BYTES = 2**20
_TOO_LARGE = "请求内容太大，最多 1 MB，请缩短后重试。"


class Gate:
    """ASGI middleware before the doors: 401 without a key where one is needed, 429 too often, 413 too much at once.

    What is let in finds the name of its key at ``request.state.caller`` ("" without a key), and its answer tells the rate.
    """

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in or answer."""
        if scope["type"] != "http" or not is_door(scope["path"]) or scope["method"] == "OPTIONS":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        address = scope["client"][0] if scope.get("client") else "unknown"
        try:
            let_in = self._keys.admit(headers, address)
        except Refused as error:
            await problem(error)(scope, receive, send)
            return
        if _length(headers) > MOST_BYTES:
            await said(413, _TOO_LARGE, {**let_in.headers, "Connection": "close"})(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = let_in.caller

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(let_in.headers)
            await send(message)

        await self._app(scope, _counted(receive), tell)


def is_door(path: str) -> bool:
    """Whether a path is behind the gate.

    >>> is_door("/api/v1/ask"), is_door("/mcp"), is_door("/api/health"), is_door("/v1x")
    (True, True, False, False)
    """
    return any(path == door or path.startswith(f"{door}/") for door in DOORS)


def _length(headers: Headers) -> int:
    told = headers.get("content-length", "0")
    return int(told[:18]) if told.isascii() and told.isdecimal() else 0


def _counted(receive: Receive) -> Receive:
    """The body as it comes, no more than is allowed, also where its length was not told."""
    read = 0

    async def take() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return take
