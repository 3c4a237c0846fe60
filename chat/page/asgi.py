"""What stands between Gradio and a browser: a Chinese page from the first byte, and one while Gradio is loading."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from chat.page.style import asset
from chat.wording import TITLE

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ChinesePage:
    """ASGI middleware that makes Gradio's page Chinese from the first byte, without links to other sites.

    Gradio's own words follow the language of the browser, which is read before any script it lets us add.
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
    """Gradio's page with our title and language, and without the previews it describes to social networks."""
    script = (
        "<script>for (const [key, value] of [['language', 'zh-CN'], ['languages', ['zh-CN', 'zh']]])"
        "Object.defineProperty(Navigator.prototype, key, { get: () => value });</script>"
    )
    page = re.sub(r'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>', "", page)
    page = page.replace('lang="en"', 'lang="zh-CN"', 1)
    return page.replace("<head>", f"<head><title>{TITLE}</title>{script}", 1)


class Opening:
    """ASGI app that is there before the page: browsers see a word of it and come back, programs wait.

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
        """Answer with the page, or until it is there with ``opening.html``."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._page is None and _browses(scope):
            body = asset("opening.html").replace("TITLE", TITLE).encode()
            headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
            headers.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})
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
