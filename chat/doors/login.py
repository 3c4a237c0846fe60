"""The readers' way in, where the settings name some: everything but the doors for programs, which ask for keys, is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.requests import HTTPConnection

from chat.doors.keys import is_door
from chat.doors.problems import said
from chat.login import COOKIE, HOURS, Readers
from chat.page.login_page import login_html
from chat.wording import TITLE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OPEN = frozenset({"/login", "/api/health"})
_MOST_BYTES = 4096
_UNSEEN = {"Cache-Control": "no-store"}


class Login:
    """ASGI middleware: nobody gets by without a login; browsers are led to the form, programs are told 401."""

    def __init__(self, app: ASGIApp, readers: Readers) -> None:
        self._app = app
        self._readers = readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let by or answer."""
        if (
            scope["type"] not in ("http", "websocket")
            or not self._readers.needed
            or scope["path"] in _OPEN
            or (scope["type"] == "http" and is_door(scope["path"]))
            or self._readers.name_of(HTTPConnection(scope).cookies)
        ):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refuse(Request(scope))(scope, receive, send)


def _refuse(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        query = f"?{request.url.query}" if request.url.query else ""
        wanted = quote(f"{request.url.path}{query}", safe="/")
        return RedirectResponse(f"/login?next={wanted}", 303, _UNSEEN)
    return said(401, "登录已过期或尚未登录，请刷新页面后登录。", _UNSEEN)


def router(readers: Readers) -> APIRouter:
    """``/login``: the form and what it sends; ``POST /logout``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login", response_model=None)
    def form(request: Request) -> Response:
        wanted = safe_path(request.query_params.get("next", "/"))
        if not readers.needed or readers.name_of(request.cookies):
            return RedirectResponse(wanted, 303)
        return HTMLResponse(login_html(TITLE, wanted), headers=_UNSEEN)

    @routes.post("/login", response_model=None)
    async def enter(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                return said(413, "内容太长，请重新填写。")
        sent = {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}
        name, wanted = sent.get("name", ""), safe_path(sent.get("next", "/"))
        address = request.client.host if request.client else "unknown"
        key = readers.enter(name, sent.get("password", ""), address)
        if key is None:
            shut = readers.is_shut(address)
            wrong = "密码错误次数过多，请一分钟后再试。" if shut else "用户名或密码不对，请重新输入。"
            page = login_html(TITLE, wanted, wrong, name[:100])
            return HTMLResponse(page, 429 if shut else 401, _UNSEEN)
        reply = RedirectResponse(wanted, 303)
        secure = request.url.scheme == "https"
        # lax: whoever follows a link to a clause from elsewhere is still logged in
        reply.set_cookie(COOKIE, key, max_age=HOURS * 3600, httponly=True, samesite="lax", secure=secure)
        return reply

    @routes.post("/logout", response_model=None)
    def leave(request: Request) -> Response:
        readers.leave(request.cookies.get(COOKIE, ""))
        reply = RedirectResponse("/login", 303)
        reply.delete_cookie(COOKIE)
        return reply

    return routes


def safe_path(wanted: str) -> str:
    r"""A path of this site, whatever was asked for.

    >>> safe_path("/clause?id=1"), safe_path("//evil.example/"), safe_path("https://evil.example"), safe_path("/\\evil.example")
    ('/clause?id=1', '/', '/', '/')
    """
    plain = wanted.isprintable() and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if plain else "/"
