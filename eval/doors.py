"""The routes behind 评测: everyone may read results, the admin may run, stop and delete."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chat.backend import Backend, friendly
from corpus import NotFound, PolicyKBError
from eval.compare import compare_lines, read_run
from eval.tab_compare import comparison_html
from eval.tab_desk import MOST_TEXT, Busy, Desk, Order, sets
from eval.tab_page import form_html, runs_html, when
from eval.tab_run import run_html

_NOT_ADMIN = "只有管理员能这样做，请先在“知识库”页输入管理密码。"
# The report draws its plots by scripts of its own, without the page's origin: no cookie, no request.
_SANDBOX = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:"
)
_TYPES = {
    "answers.jsonl": "application/x-ndjson",
    "qa.jsonl": "application/x-ndjson",
    "metrics.json": "application/json",
}


class Sent(BaseModel):
    """What the form sends."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(max_length=100)
    text: str = Field("", max_length=MOST_TEXT)
    name: str = Field("", max_length=300)
    sample: int | None = Field(None, ge=1, le=1_000_000)
    extractive: bool = False


def router(backend: Backend) -> APIRouter:
    """``/evaluation…`` for the tab's script, in HTML to be put into the page, and the files under ``/export/evaluations``."""
    routes = APIRouter(include_in_schema=False)
    desk = Desk(backend)

    def is_admin(request: Request) -> bool:
        return backend.admin.is_admin(request.cookies)

    @routes.get("/evaluation")
    def look(request: Request) -> dict[str, Any]:
        state, names = desk.state, desk.runs.names()
        run = asdict(state) | {"left": state.left} if state else None
        return {
            "admin": is_admin(request),
            "run": run,
            "said": desk.said,
            "latest": names[0] if names else "",
            "stamp": f"{len(names)} {names[:1]}",
        }

    @routes.get("/evaluation/form")
    def form(request: Request) -> Response:
        return _told(lambda: _form(backend, is_admin(request)))

    @routes.get("/evaluation/runs")
    def listed() -> Response:
        return _told(lambda: runs_html(desk.runs.all()))

    @routes.get("/evaluation/runs/{name}")
    def one(name: str, request: Request, against: str = "") -> Response:
        return _told(lambda: _run(desk, name, is_admin(request), against))

    @routes.post("/evaluation")
    async def start(request: Request) -> Response:
        if not is_admin(request):
            return _failed(_NOT_ADMIN, 401)
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_TEXT * 2:
                return _failed(f"题集太大，最多 {MOST_TEXT // 2**20} MB，请抽取一部分。", 413)
        return await run_in_threadpool(_start, desk, body)

    @routes.delete("/evaluation")
    def stop(request: Request) -> Response:
        if not is_admin(request):
            return _failed(_NOT_ADMIN, 401)
        desk.stop()
        return JSONResponse({})

    @routes.delete("/evaluation/runs/{name}")
    def remove(name: str, request: Request) -> Response:
        if not is_admin(request):
            return _failed(_NOT_ADMIN, 401)
        return _told(lambda: _removed(desk, name))

    @routes.get("/export/evaluations/{name}/{file}")
    def download(name: str, file: str) -> Response:
        try:
            path = desk.runs.path(name, file)
        except NotFound as error:
            return _failed(str(error), 404)
        if file == "report.html":
            return FileResponse(
                path, headers={"content-security-policy": _SANDBOX, "x-content-type-options": "nosniff"}
            )
        return FileResponse(path, media_type=_TYPES[file], filename=f"{name}-{file}")

    return routes


def _form(backend: Backend, is_admin: bool) -> str:
    from eval.feedback import qa_items
    from kb.feedback import FeedbackLog

    if not is_admin:
        return form_html((), 0, False, "")
    readers = len(qa_items(FeedbackLog(backend.settings.home).latest()))
    return form_html(sets(), readers, True, backend.settings.llm)


def _run(desk: Desk, name: str, is_admin: bool, against: str) -> str:
    run, told = desk.runs.one(name)
    compared = ""
    if against:
        other, _ = desk.runs.one(against)
        assert other.metrics is not None
        ours, theirs = (read_run(desk.runs.path(each)) for each in (name, against))
        compared = comparison_html(
            compare_lines(ours, theirs, f"{other.metrics.qa}（{when(other.metrics)}）")
        )
    return run_html(run, told, [each for each in desk.runs.all() if each.id != name], is_admin, compared)


def _removed(desk: Desk, name: str) -> str:
    desk.runs.remove(name)
    return ""


def _start(desk: Desk, body: bytes) -> Response:
    try:
        sent = Sent.model_validate(json.loads(body))
    except (ValidationError, ValueError, RecursionError):
        return _failed("没有看懂表单的内容：抽取题数应为不小于 1 的整数，题集最多 4 MB。", 400)
    try:
        desk.start(Order(sent.source, sent.text, sent.name, sent.sample, sent.extractive))
    except Busy as error:
        return _failed(str(error), 409)
    except PolicyKBError as error:
        return _failed(str(error), 400)
    return JSONResponse({}, 202)


def _told(make: Callable[[], str]) -> Response:
    try:
        return HTMLResponse(make())
    except NotFound as error:
        return _failed(str(error), 404)
    except Exception as error:
        return _failed(friendly(error), 400 if isinstance(error, PolicyKBError) else 500)


def _failed(message: str, status: int) -> Response:
    return JSONResponse({"message": message}, status)
