"""What stands between Gradio and a browser: a Chinese page from the first byte, and one while Gradio is loading."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from chat.page.notices import opening_html
from chat.page.style import asset
from chat.wording import TITLE

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEALTH = "/api/health"  # asked by whoever waits for the server, so answered before there is a page


class ChinesePage:
    """ASGI middleware that makes Gradio's page Chinese from the first byte, without links to other sites.

    Until Gradio has drawn the page it shows what ``opening.html`` has in it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and change the page."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        head: Message = {}
        body = b""

        async def change(message: Message) -> None:
            nonlocal head, body
            if message["type"] == "http.response.start":
                head = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                page = in_chinese(body.decode()).encode()
                headers = [(key, value) for key, value in head["headers"] if key != b"content-length"]
                await send({**head, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
                await send({"type": "http.response.body", "body": page})

        plain = [(key, value) for key, value in scope["headers"] if key != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, change)


def in_chinese(page: str) -> str:
    """Gradio's page with our title, language and opening, and without the previews it describes to social networks."""
    head = f"<head><title>{TITLE}</title><script>{asset('first.js')}</script>"
    opening = opening_html(TITLE, "正在打开页面……", asset("opening.js"))
    page = re.sub(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", page)
    page = page.replace('lang="en"', 'lang="zh-CN"', 1)
    page = re.sub(r"<body[^>]*>", lambda found: found[0] + opening, page, count=1)
    return page.replace("<head>", head, 1)


def waiting_page() -> str:
    """The page while Gradio is loading: it comes back by itself when there is more."""
    script = asset("opening.js") + asset("waiting.js")
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{TITLE}</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<noscript><meta http-equiv="refresh" content="2"></noscript><script>{asset("first.js")}</script></head>
<body>{opening_html(TITLE, "正在启动，约需几秒……", script)}</body></html>
"""


class NoUploads:
    """ASGI middleware that shuts the ways Gradio takes files by: the page sends none, and whoever sends one is no admin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what brings no file."""
        if scope["type"] != "http" or not brings_file(scope["method"], scope["path"], scope["headers"]):
            await self._app(scope, receive, send)
            return
        from chat.doors.problems import said

        refused = said(403, "这里不接收文件；请在“知识库”页以管理员身份上传。", {"Connection": "close"})
        await refused(scope, receive, send)


def brings_file(method: str, path: str, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request wants to leave a file with Gradio.

    >>> brings_file("POST", "/gradio_api/upload", []), brings_file("POST", "//gradio_api//process_recording/", [])
    (True, True)
    >>> brings_file("POST", "/gradio_api/component_server", [(b"content-type", b"Multipart/form-data; boundary=x")])
    True
    >>> brings_file("POST", "/gradio_api/queue/join", [(b"content-type", b"application/json")])
    False
    """
    parts = [part for part in path.split("/") if part]
    if method in ("GET", "HEAD") or "gradio_api" not in parts:
        return False
    form = any(key == b"content-type" and b"multipart" in value.lower() for key, value in headers)
    return form or parts[-1] in ("upload", "process_recording")


class Opening:
    """ASGI app that is there before the page: browsers see its frame and can write a question, programs wait.

    Args:
        build: makes the page, in a thread of its own; it takes seconds, most of them to import Gradio.

    Attributes:
        failure: why the page could not be made.
        failed: called then.
    """

    def __init__(self, build: Callable[[], FastAPI]) -> None:
        self.failure: Exception | None = None
        self.failed: Callable[[], None] = lambda: None
        self._build = build
        self._page: ASGIApp | None = None
        self._there = asyncio.Event()
        self._over = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the page, or until it is there with `waiting_page`."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._page is None and _browses(scope):
            body = waiting_page().encode()
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
            headers.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        elif self._page is None and scope["type"] == "http" and scope["path"] == HEALTH:
            from chat.doors.health import still_opening  # not before uvicorn listens

            await still_opening()(scope, receive, send)
        else:
            await self._there.wait()
            assert self._page is not None
            await self._page(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        page = asyncio.create_task(self._open())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._over.set()
        if self._page is None:
            page.cancel()
        await asyncio.wait([page])
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        built: asyncio.Future[FastAPI] = loop.create_future()

        def build() -> None:
            try:
                page = self._build()
            except Exception as error:
                tell(built.set_exception, error)
            else:
                tell(built.set_result, page)

        def tell(set_: Callable[..., None], value: object) -> None:
            with suppress(RuntimeError):  # the server has stopped meanwhile
                loop.call_soon_threadsafe(lambda: None if built.done() else set_(value))

        # a daemon, so that Ctrl-C need not wait for it
        threading.Thread(target=build, daemon=True).start()
        try:
            page = await built
            async with page.router.lifespan_context(page):
                self._page = page
                self._there.set()
                await self._over.wait()
        except Exception as error:
            self.failure = error
            self.failed()


def _browses(scope: Scope) -> bool:
    """Whether a person asks for the page; a program gets the page itself, however long it takes."""
    accepted = b",".join(value for key, value in scope["headers"] if key == b"accept")
    return scope["type"] == "http" and scope["path"] == "/" and b"text/html" in accepted
