"""What the routes of the REST door have in common: they wait for the knowledge base, and tell how they can fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
from fastapi import APIRouter, Depends, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from starlette.exceptions import HTTPException

from chat.backend import Backend
from chat.doors import schemas

Responses = dict[int | str, dict[str, Any]]

_WAIT = 20.0  # seconds for the knowledge base to open
_FAILURES = {
    400: "请求内容不是 JSON",
    401: "没有密钥，或密钥不对",
    413: "请求内容超过 1 MB",
    422: "参数不可用",
    429: "调用太频繁，Retry-After 秒后再试",
    503: "知识库还没有打开，或打不开",
}
NOT_THERE: Responses = {404: {"model": schemas.Problem, "description": "知识库里没有"}}


def opened(backend: Backend) -> Callable[[], Coroutine[Any, Any, None]]:
    """A dependency of routes that need the knowledge base: waits a little for it, then 503."""

    async def check() -> None:
        until = time.monotonic() + _WAIT
        while not backend.ready:
            if time.monotonic() > until:
                raise HTTPException(503, "知识库正在打开，请稍后再试。", {"Retry-After": "5"})
            await anyio.sleep(0.1)
        backend.get()

    return check


def gated_routes(backend: Backend) -> APIRouter:
    """Routes behind the gate (`chat.doors.keys`), which says of the keys what the OpenAPI tells here."""
    failures: Responses = {
        status: {"model": schemas.Problem, "description": said} for status, said in _FAILURES.items()
    }
    schemes = (HTTPBearer(auto_error=False), APIKeyHeader(name="X-API-Key", auto_error=False))
    needs = [Security(scheme) for scheme in schemes]
    return APIRouter(responses=failures, dependencies=[*needs, Depends(opened(backend))])
