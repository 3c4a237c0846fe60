"""The admin's way in: a password for a cookie."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from chat.admin import COOKIE, HOURS
from chat.backend import Backend
from chat.doors.origin import same_origin


class Password(BaseModel):
    """What the page sends."""

    password: str = Field(max_length=200)


def require_admin(backend: Backend) -> Callable[[Request], None]:
    """A dependency of routes that only the admin may use: 401 for anyone else, 403 for a change that another site sent."""

    def check(request: Request) -> None:
        same_origin(request)
        if not backend.admin.is_admin(request.cookies):
            raise HTTPException(401, "请先在“知识库”页输入管理密码。")

    return check


def router(backend: Backend) -> APIRouter:
    """``POST /admin/session`` with a password sets the cookie, ``DELETE`` takes it away, ``GET`` says whether it holds."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(same_origin)])

    @routes.post("/admin/session")
    def enter(sent: Password, request: Request) -> JSONResponse:
        key = backend.admin.enter(sent.password)
        if key is None:
            shut = backend.admin.is_shut
            said = "密码错误次数过多，请一分钟后再试。" if shut else "密码不对，请重新输入。"
            return JSONResponse({"message": said}, 401)
        reply = JSONResponse({"admin": True})
        secure = request.url.scheme == "https"
        reply.set_cookie(COOKIE, key, max_age=HOURS * 3600, httponly=True, samesite="strict", secure=secure)
        return reply

    @routes.delete("/admin/session")
    def leave(request: Request) -> JSONResponse:
        backend.admin.leave(request.cookies.get(COOKIE, ""))
        reply = JSONResponse({"admin": False})
        reply.delete_cookie(COOKIE)
        return reply

    @routes.get("/admin/session")
    def look(request: Request) -> dict[str, bool]:
        return {"admin": backend.admin.is_admin(request.cookies)}

    return routes
