"""The gate before every door for programs: who may call, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from chat.doors.problems import problem
from chat.keys import Keys, Refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

DOORS = ("/api/v1", "/v1", "/mcp", "/dify", "/retrieval")
"""Where programs come in; everything below these paths is behind the gate."""


class Gate:
    """ASGI middleware before the doors: 401 without a key where one is needed, 429 too often.

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
        scope.setdefault("state", {})["caller"] = let_in.caller

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(let_in.headers)
            await send(message)

        await self._app(scope, receive, tell)


def is_door(path: str) -> bool:
    """Whether a path is behind the gate.

    >>> is_door("/api/v1/ask"), is_door("/mcp"), is_door("/api/health"), is_door("/v1x")
    (True, True, False, False)
    """
    return any(path == door or path.startswith(f"{door}/") for door in DOORS)
