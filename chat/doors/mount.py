"""All doors, opened beside the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.doors import admin

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chat.backend import Backend


def add_doors(app: FastAPI, backend: Backend) -> None:
    """Add the routes of every door; they go before the page, which takes every path that is left."""
    app.include_router(admin.router(backend))
