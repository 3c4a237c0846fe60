"""The REST door, under ``/api``: search, clauses, answers, calculations, matches and documents, and their OpenAPI."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from chat.backend import Backend
from chat.doors import rest_ask, rest_read, schemas
from chat.doors.docs_page import docs_page
from chat.doors.health import health_of, program_version
from chat.doors.problems import add_problems

_SUMMARY = """\
政策知识库的接口：检索条款、提问、测算、匹配。回答中每一句都有条款原文作引文，金额列出算式。

失败时都返回 `{"error": {"code", "message"}}`，message 是一行中文。

设了密钥时，请求头加 `Authorization: Bearer 密钥`（或 `X-API-Key: 密钥`）。

每分钟可调用的次数见响应头 `RateLimit-Limit`、`RateLimit-Remaining`、`RateLimit-Reset`（秒）。
"""


def rest_app(backend: Backend) -> FastAPI:
    """The door as an app of its own, to be mounted at ``/api``: its OpenAPI speaks of nothing else."""
    app = FastAPI(
        title="政策知识库接口",
        version=program_version(),
        description=_SUMMARY,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    add_problems(app)

    @app.get("/health", response_model=schemas.Health, summary="服务状态", tags=["状态"])
    async def health() -> dict[str, Any]:
        """立刻回答，知识库正在打开时也是；不需要密钥。"""
        return health_of(backend)

    app.include_router(rest_read.router(backend), prefix="/v1")
    app.include_router(rest_ask.router(backend), prefix="/v1")
    app.include_router(docs_page(app, backend.keys.needed))
    if not backend.keys.needed:
        _tell_keys_are_optional(app)
    return app


def _tell_keys_are_optional(app: FastAPI) -> None:
    tell = app.openapi

    def openapi() -> dict[str, Any]:
        spec = tell()
        for methods in spec["paths"].values():
            for operation in methods.values():
                if {} not in operation.get("security", [{}]):
                    operation["security"].append({})
        return spec

    app.openapi = openapi  # type: ignore[method-assign]
