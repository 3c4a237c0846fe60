"""What goes wrong at a door, as JSON of one form: ``{"error": {"code", "message"}}``, the message one Chinese line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chat.backend import friendly
from chat.keys import Refused
from corpus import (
    DocumentError,
    InputError,
    KnowledgeBaseError,
    NotFound,
    PolicyKBError,
    RegisterError,
    UsageError,
)

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_type",
    422: "invalid_request",
    429: "too_many_requests",
    503: "unavailable",
}
_SAID = {
    400: "请求的内容不是正确的 JSON，请检查后重试。",
    404: "没有这个地址，可用的接口见 /api/docs。",
    405: "这个地址不支持这种请求方法，请看 /api/docs。",
    413: "请求内容太大，请缩短后重试。",
}
_STATUS: tuple[tuple[type[PolicyKBError], int], ...] = (  # the first that fits
    (NotFound, 404),
    (InputError, 422),
    (UsageError, 422),
    (DocumentError, 422),
    (RegisterError, 409),
    (KnowledgeBaseError, 503),
)
_RETRY = 30  # seconds
_RULES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项",
    "json_invalid": "不是正确的 JSON",
    "string_too_long": "太长，最多 {max_length} 个字符",
    "string_too_short": "太短，最少 {min_length} 个字符",
    "too_long": "太多，最多 {max_length} 项",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "int_from_float": "应是整数",
    "int_parsing_size": "数太大",
    "bool_parsing": "应是 true 或 false",
    "bool_type": "应是 true 或 false",
    "string_type": "应是文字",
    "string_unicode": "含有不能识别的字符",
    "string_pattern_mismatch": "含有不能识别的字符",
    "list_type": "应是列表",
    "dict_type": "应是对象",
    "model_attributes_type": "应是 JSON 对象",
    "enum": "应是 {expected} 之一",
    "literal_error": "应是 {expected} 之一",
}


def add_problems(app: FastAPI) -> None:
    """Let an app answer every failure in this form."""
    app.add_exception_handler(PolicyKBError, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_middleware(Unexpected)


async def _answer(_: Request, error: Exception) -> JSONResponse:
    return problem(error)


def problem(error: Exception) -> JSONResponse:
    """The response to any exception; what is not ours is logged and told in general words."""
    if isinstance(error, Refused):
        return said(error.status, str(error), error.headers)
    if isinstance(error, RequestValidationError):
        return said(422, invalid(error.errors()))
    if isinstance(error, HTTPException):
        return said(error.status_code, _chinese(error), error.headers)
    if isinstance(error, PolicyKBError):
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        return said(status, str(error), {"Retry-After": str(_RETRY)} if status == 503 else None)
    return said(500, friendly(error))


def said(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A response of this form."""
    code = _CODES.get(status, "internal_error" if status >= 500 else "bad_request")
    # what it repeats of the caller's may hold line breaks, and halves of characters that cannot be sent back
    line = " ".join(message.encode("utf-8", "replace").decode().split())
    return JSONResponse(
        {"error": {"code": code, "message": line}}, status, dict(headers) if headers else None
    )


def fault_of(error: Exception) -> dict[str, Any]:
    """The JSON of any exception, where a response has begun already."""
    fault: dict[str, Any] = json.loads(bytes(problem(error).body))
    return fault


def invalid(errors: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with the fields of a request, the first three.

    >>> invalid([{"type": "greater_than_equal", "loc": ("query", "top"), "ctx": {"ge": 1}}])
    '参数不可用：top 应不小于 1。'
    >>> invalid([{"type": "strange", "loc": ("body",), "msg": "?"}])
    '参数不可用：请求内容 的值不可用。'
    """
    lines = [f"{_where(error['loc'])} {_wrong(error)}" for error in errors[:3]]
    return f"参数不可用：{'；'.join(dict.fromkeys(lines))}。"


def _where(loc: Sequence[str | int]) -> str:
    at_a_character = len(loc) == 2 and isinstance(loc[1], int)  # of JSON that cannot be read
    names = [] if at_a_character else [str(part) for part in loc[1:] if part != "[key]"]
    return ".".join(names)[:80] or "请求内容"


def _wrong(error: Mapping[str, Any]) -> str:
    if error["type"].startswith("date"):
        return "应是日期，例如 2025-06-30"
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", "的值不可用"))
    told = {name: _listed(value) for name, value in error.get("ctx", {}).items()}
    return _RULES.get(error["type"], "的值不可用").format_map(told)


def _listed(value: object) -> object:
    """Pydantic's ``'a', 'b' or 'c'`` as we write it."""
    return (
        value.replace("'", "").replace(" or ", "、").replace(", ", "、") if isinstance(value, str) else value
    )


def _chinese(error: HTTPException) -> str:
    detail = str(error.detail)
    return _SAID.get(error.status_code, "请求不可用，请看 /api/docs。") if detail.isascii() else detail


class Unexpected:
    """ASGI middleware: an exception that nobody caught becomes one Chinese line, and a traceback in the log only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; answer where nothing has been answered yet."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if started:
                raise
            await problem(error)(scope, receive, send)
