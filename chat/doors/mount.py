"""All doors, opened beside the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.doors import (
    admin,
    dify,
    export_conversation,
    export_estimate,
    export_search,
    library,
    library_rules,
    links,
    login,
    mcp_http,
    openai_api,
    page_images,
    uploads,
)
from chat.doors.bounds import Bounds
from chat.doors.dialects import Dialects
from chat.doors.keys import Gate
from chat.doors.login import Login
from chat.doors.problems import add_problems
from chat.doors.rest import rest_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chat.backend import Backend


def add_doors(app: FastAPI, backend: Backend) -> None:
    """Add the routes of every door; they go before the page, which takes every path that is left."""
    add_problems(app)
    app.add_middleware(Gate, keys=backend.keys)
    app.add_middleware(Bounds)
    app.add_middleware(Dialects)
    app.add_middleware(Login, readers=backend.readers)
    app.include_router(admin.router(backend))
    app.include_router(login.router(backend.readers))
    app.include_router(library.router(backend))
    app.include_router(library_rules.router(backend))
    app.include_router(uploads.router(backend))
    app.include_router(page_images.router(backend))
    app.include_router(links.router(backend))
    app.include_router(export_conversation.router(backend))
    app.include_router(export_estimate.router(backend))
    app.include_router(export_search.router(backend))
    app.mount("/api", rest_app(backend))
    app.include_router(openai_api.router(backend))
    app.include_router(dify.router(backend))
    app.include_router(mcp_http.router(backend))
