"""The MCP server at ``/mcp`` (Streamable HTTP), beside the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from mcp.server.transport_security import TransportSecuritySettings

from chat.doors.mcp_server import PolicyServer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from chat.backend import Backend

PATH = "/mcp"
_EVERYWHERE = ("0.0.0.0", "::", "")
_HERE = ("127.0.0.1", "localhost", "[::1]")


def router(backend: Backend) -> APIRouter:
    """``/mcp``; it is open as long as the app lives, which the router's lifespan sees to.

    No session is kept, so that a client goes on after a restart of the server.
    """
    server = PolicyServer(backend)
    open_: list[ASGIApp] = []

    @asynccontextmanager
    async def live(_: Any) -> AsyncIterator[None]:
        app = server.streamable_http_app(
            streamable_http_path=PATH, stateless_http=True, transport_security=security(backend)
        )
        async with server.session_manager.run():
            open_.append(app)
            yield
            open_.clear()

    routes = APIRouter(include_in_schema=False, lifespan=live)

    @routes.api_route(PATH, methods=["GET", "POST", "DELETE"], response_model=None)
    @routes.api_route(f"{PATH}/", methods=["GET", "POST", "DELETE"], response_model=None)
    async def mcp(_: Request) -> Response:
        if not open_:
            raise HTTPException(503, "服务正在启动或停止，请稍后再试。")
        return _Handed(open_[-1])

    return routes


def security(backend: Backend) -> TransportSecuritySettings:
    """Which names of this server are answered to.

    Another site's page must not reach a server that listens on this machine alone by giving itself this machine's
    address (DNS rebinding). Where a key is needed, or the server is meant for others, any name may lead to it.
    """
    host = backend.settings.host
    if backend.keys.needed or host in _EVERYWHERE:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    own = f"[{host}]" if ":" in host else host
    names = [name for each in dict.fromkeys((*_HERE, own)) for name in (each, f"{each}:*")]
    origins = [f"{scheme}://{name}" for name in names for scheme in ("http", "https")]
    return TransportSecuritySettings(allowed_hosts=names, allowed_origins=origins)


class _Handed(Response):
    """A response that another ASGI app gives."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "path": PATH}, receive, send)
