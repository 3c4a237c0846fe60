"""Errors as the callers of a door expect them: OpenAI's clients and Dify each have a form of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Dialect = Callable[[int, str, Mapping[str, str]], tuple[int, dict[str, Any]]]
"""From a status, a message and the headers of the request to the status and body that are sent."""


def openai_error(status: int, message: str, _: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """An error object as OpenAI's API has it.

    >>> openai_error(404, "没有这个模型", {})[1]["error"]["code"]
    'model_not_found'
    """
    kinds = {
        401: ("authentication_error", "invalid_api_key"),
        404: ("invalid_request_error", "model_not_found"),
        429: ("rate_limit_error", "rate_limit_exceeded"),
    }
    unusual = ("server_error", None) if status >= 500 else ("invalid_request_error", None)
    kind, code = kinds.get(status, unusual)
    told = {"message": message, "type": kind, "param": None, "code": code}
    return 400 if status == 422 else status, {"error": told}


def dify_error(status: int, message: str, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """An error as Dify's external knowledge API has it: 1001 no bearer key, 1002 a wrong one, 2001 no such knowledge.

    >>> dify_error(401, "密钥不对", {"authorization": "Bearer x"})
    (403, {'error_code': 1002, 'error_msg': '密钥不对'})
    """
    if status == 401:
        kind, _, key = headers.get("authorization", "").partition(" ")
        is_bearer = kind.lower() == "bearer" and bool(key.strip())
        return 403, {"error_code": 1002 if is_bearer else 1001, "error_msg": message}
    status = 400 if status == 422 else status
    return status, {"error_code": 2001 if status == 404 else status, "error_msg": message}


DIALECTS: Mapping[str, Dialect] = {"/v1": openai_error, "/dify": dify_error, "/retrieval": dify_error}


class Dialects:
    """ASGI middleware around the gate: what is refused at these doors, for whatever reason, is told in their form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and change the errors of these doors."""
        dialect = _of(scope["path"]) if scope["type"] == "http" else None
        if dialect is None:
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        refused: Message | None = None
        body = b""

        async def change(message: Message) -> None:
            nonlocal refused, body
            if message["type"] == "http.response.start" and message["status"] >= 400:
                refused = message
                return
            if refused is None or message["type"] != "http.response.body":
                await send(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                status, told = dialect(refused["status"], _message(refused["status"], body), asked)
                sent = json.dumps(told, ensure_ascii=False).encode()
                start = {**refused, "status": status, "headers": list(refused["headers"])}
                MutableHeaders(scope=start).update(
                    {"content-type": "application/json", "content-length": str(len(sent))}
                )
                await send(start)
                await send({"type": "http.response.body", "body": sent})

        await self._app(scope, receive, change)


def _of(path: str) -> Dialect | None:
    return next((DIALECTS[door] for door in DIALECTS if path == door or path.startswith(f"{door}/")), None)


def _message(status: int, body: bytes) -> str:
    """The line in an error of our own form, see `chat.doors.problems`; the page below answers what no door does."""
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return "没有这个地址，请核对后重试。" if status == 404 else "请求没有成功，请检查后重试。"
