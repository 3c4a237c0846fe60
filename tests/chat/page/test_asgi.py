"""What stands between Gradio and a browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI

from chat.page.asgi import Opening, in_chinese
from chat.wording import TITLE


def test_the_page_is_chinese_and_names_no_other_site() -> None:
    page = in_chinese(
        '<html\n\tlang="en"><head><meta property="og:image"\n content="https://example.org/x.png" /></head></html>'
    )
    assert 'lang="zh-CN"' in page and f"<title>{TITLE}</title>" in page and "example.org" not in page


async def get(app: Opening, path: str, accept: str) -> tuple[int, str]:
    """A request, and the status and body that come back."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", accept.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


@asynccontextmanager
async def running(app: Opening) -> AsyncIterator[None]:
    """The app between startup and shutdown."""
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    outbox: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan"}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    yield
    await inbox.put({"type": "lifespan.shutdown"})
    assert (await asyncio.wait_for(outbox.get(), 5))["type"] == "lifespan.shutdown.complete"
    await life


def test_until_the_page_is_there_browsers_see_a_word_of_it_and_programs_wait() -> None:
    go, lived = threading.Event(), []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        lived.append("began")
        yield
        lived.append("ended")

    def build() -> FastAPI:
        go.wait()
        page = FastAPI(lifespan=lifespan)
        page.get("/")(lambda: "the page")
        page.get("/config")(lambda: "the config")
        return page

    async def visit() -> None:
        opening = Opening(build)
        async with running(opening):
            status, body = await get(opening, "/", "text/html,*/*")
            assert status == 200 and "正在启动" in body and f"<title>{TITLE}</title>" in body
            program = asyncio.create_task(get(opening, "/config", "*/*"))
            await asyncio.sleep(0.05)
            assert not program.done()
            status, body = await get(opening, "/api/health", "*/*")
            assert status == 200 and '"state":"opening"' in body
            go.set()
            assert await asyncio.wait_for(program, 5) == (200, '"the config"')
            assert await get(opening, "/", "text/html") == (200, '"the page"')
            assert lived == ["began"]
        assert lived == ["began", "ended"]

    asyncio.run(visit())


def test_it_can_be_stopped_before_the_page_is_there() -> None:
    go = threading.Event()

    def build() -> FastAPI:
        go.wait()
        return FastAPI()

    async def visit() -> None:
        async with running(Opening(build)):
            pass

    asyncio.run(visit())
    go.set()


def test_a_page_that_cannot_be_made_stops_the_server() -> None:
    def build() -> FastAPI:
        raise ImportError("no gradio")

    async def visit() -> None:
        opening, stopped = Opening(build), asyncio.Event()
        opening.failed = stopped.set
        async with running(opening):
            await asyncio.wait_for(stopped.wait(), 5)
        with pytest.raises(ImportError, match="no gradio"):
            raise opening.failure or AssertionError

    asyncio.run(visit())
