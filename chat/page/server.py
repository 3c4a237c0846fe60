"""The web server."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from chat.admin import PASSWORD_FILE, Admin
from chat.backend import Backend
from chat.login import read_logins
from chat.page.asgi import ChinesePage, NoUploads, Opening
from chat.page.style import stylesheet, theme
from chat.wording import TITLE
from corpus import KnowledgeBaseError, PolicyKBError

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import APIRouter, FastAPI

    from kb.settings import Settings


def serve(
    settings: Settings,
    build_page: Callable[[Backend], gr.Blocks],
    *doors: Callable[[Backend], APIRouter],
) -> None:
    """Serve the page until interrupted.

    The port answers at once; Gradio is loaded next, then the knowledge base with its model, one after the other: side by
    side they would slow each other down.

    Args:
        settings: where to listen, and the knowledge base.
        build_page: makes the widgets.
        doors: more routes beside the page, those of parts that this one may not know.

    Raises:
        UsageError: the logins of the settings are not written as they should be.
        PolicyKBError: the address cannot be used.
    """
    read_logins(settings.login.get_secret_value())
    with _listen(settings.host, settings.port) as listener:
        shown = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
        print(f"{TITLE}：http://{shown}:{listener.getsockname()[1]}/（按 Ctrl-C 停止）", flush=True)
        _tell_password(settings)
        import uvicorn

        class Server(uvicorn.Server):
            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                # open pages are cut off: no error
                logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
                await super().shutdown(sockets)

            def stop(self) -> None:
                self.should_exit = True

        def build() -> FastAPI:
            backend = Backend(settings)
            app = web_app(build_page(backend), backend, *doors)
            backend.start()
            return app

        opening = Opening(build)
        server = Server(uvicorn.Config(opening, log_level="warning", timeout_graceful_shutdown=1))
        opening.failed = server.stop
        server.run(sockets=[listener])
        if opening.failure:
            raise opening.failure


def _tell_password(settings: Settings) -> None:
    """Print the admin password where nobody chose one."""
    admin = Admin(settings.home, settings.admin_password.get_secret_value())
    if not admin.is_generated:
        return
    try:
        where = settings.home / PASSWORD_FILE
        print(
            f"管理密码：{admin.password()}（保存在 {where}，可用 POLICYKB_ADMIN_PASSWORD 自定）", flush=True
        )
    except KnowledgeBaseError as error:
        print(str(error), file=sys.stderr)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise PolicyKBError(
            f"无法在 {host}:{port} 上启动（{error.strerror}），端口可能已被占用，请用 --port 换一个端口。"
        ) from error


def web_app(page: gr.Blocks, backend: Backend, *doors: Callable[[Backend], APIRouter]) -> FastAPI:
    """The page and the doors as an ASGI app."""
    import gradio as gr
    from fastapi import FastAPI

    from chat.doors.mount import add_doors

    app = FastAPI(openapi_url=None)
    add_doors(app, backend)
    for door in doors:
        app.include_router(door(backend))
    gr.mount_gradio_app(
        app,
        page.queue(default_concurrency_limit=8),
        path="/",
        theme=theme(),
        css=stylesheet(),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        max_file_size="64kb",
    )
    app.add_middleware(NoUploads)
    app.add_middleware(ChinesePage)
    return app
