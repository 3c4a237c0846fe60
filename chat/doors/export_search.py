"""Search results and compared versions to take away, by plain addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from chat.backend import Backend, friendly
from chat.links import clause_path
from corpus import PolicyKBError

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_YET = "知识库正在打开，请稍后再试。"


def router(backend: Backend) -> APIRouter:
    """``GET /export/search.xlsx`` and ``.csv`` with the parameters of a search, ``/export/versions.xlsx`` with ``old`` and ``new``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/export/search.{kind}")
    def hits(kind: str, request: Request) -> Response:
        from chat.export.hits import hits_table
        from chat.export.sheets import csv_bytes, xlsx_bytes
        from chat.page.searching import MOST, Sought, search

        def make() -> Response:
            sent = dict(request.query_params) | {
                "top": MOST,
                "without": request.query_params.getlist("without"),
            }
            sought = Sought.read(sent)
            kb, _ = backend.get()
            found = search(kb, sought)
            table = hits_table(
                found, sought.q, kb.records_by_id(), date.today(), lambda key: _clause_address(request, key)
            )
            name = f"检索结果 {date.today().isoformat()}.{kind}"
            if kind == "csv":
                return _file(csv_bytes(table), name, "text/csv; charset=utf-8")
            return _file(xlsx_bytes(table), name, _XLSX)

        if kind not in ("xlsx", "csv"):
            return PlainTextResponse("只能导出 xlsx 或 csv。", 404)
        return _made(backend, make)

    @routes.get("/export/versions.xlsx")
    def versions(old: str = "", new: str = "") -> Response:
        from chat.export.hits import versions_table
        from chat.export.sheets import xlsx_bytes
        from chat.page.compare_page import versions_of

        def make() -> Response:
            kb, _ = backend.get()
            table = versions_table(versions_of(kb, old, new), date.today())
            return _file(xlsx_bytes(table), f"版本对比 {date.today().isoformat()}.xlsx", _XLSX)

        return _made(backend, make)

    return routes


def _made(backend: Backend, make: Callable[[], Response]) -> Response:
    """The file, or one line that says why there is none."""
    if not backend.ready:
        return PlainTextResponse(_NOT_YET, 503)
    try:
        return make()
    except Exception as error:
        return PlainTextResponse(friendly(error), 400 if isinstance(error, PolicyKBError) else 500)


def _clause_address(request: Request, clause_id: str) -> str:
    return f"{str(request.base_url).rstrip('/')}/{clause_path(clause_id)}"


def _file(content: bytes, name: str, media_type: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})
