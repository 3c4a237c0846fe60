"""Calculations and matchings to take away, computed again from the address.

``GET /export/estimate.docx?rule=R&k=v&k=v``: each ``rule`` begins a project, ``_name`` names it; several give the table of them.
``GET /export/match.docx`` and ``.xlsx`` take the facts of a profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from chat.backend import Backend, friendly
from chat.links import clause_path
from chat.subsidy.form import Filled
from corpus import NotFound, PolicyKBError, UsageError

_NOT_YET = "知识库正在打开，请稍后再试。"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_NAME = 40


def router(backend: Backend) -> APIRouter:
    """The downloads; what is wrong is one line of text."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/export/estimate.docx")
    def estimate(request: Request) -> Response:
        return _made(backend, lambda: _estimate(backend, request))

    @routes.get("/export/match.{kind}")
    def match(kind: str, request: Request) -> Response:
        if kind not in ("docx", "xlsx"):
            return PlainTextResponse("只能导出 docx 或 xlsx。", 404)
        return _made(backend, lambda: _match(backend, request, kind))

    return routes


def projects_of(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str, dict[str, str]]]:
    """The projects of a query: rule, name and values of each.

    Raises:
        UsageError: a value stands before the first rule, or is given twice.

    >>> projects_of([("rule", "a"), ("_name", "甲"), ("phase", "II"), ("rule", "a"), ("phase", "III")])
    [('a', '甲', {'phase': 'II'}), ('a', '', {'phase': 'III'})]
    """
    found: list[tuple[str, str, dict[str, str]]] = []
    for name, value in pairs:
        if name == "rule":
            found.append((value, "", {}))
        elif not found:
            raise UsageError(f"“{name[:60]}”前面要先有 rule，例如 rule=clinical_trial&phase=II。")
        elif name == "_name":
            found[-1] = (found[-1][0], value[:_LONGEST_NAME], found[-1][2])
        elif name in found[-1][2]:
            raise UsageError(f"{name[:60]} 在一个项目里只能给一次。")
        else:
            found[-1][2][name] = value
    return found


def _estimate(backend: Backend, request: Request) -> Response:
    from chat.export.docx import CONTENT_TYPE
    from chat.export.estimate import comparison_docx, estimate_docx
    from chat.page.calculator_tab import MOST_PROJECTS, clauses_of
    from chat.page.projects import numbered
    from chat.page.rule_form import document_of
    from chat.subsidy.together import together

    asked = projects_of(request.query_params.multi_items())
    if not 0 < len(asked) <= MOST_PROJECTS:
        raise UsageError(f"请用 rule=… 写明补贴项目，最多 {MOST_PROJECTS} 个。")
    day = date.today()
    projects = [_filled(backend, rule, values, day) for rule, _, values in asked]
    address = _address(request)
    if len(projects) == 1:
        kb, _ = backend.get()
        title = kb.document(document_of(projects[0].rule)).name
        made = estimate_docx(projects[0], title, day, address)
        return _file(made, f"补贴测算单-{projects[0].rule.title}-{day.isoformat()}.docx", CONTENT_TYPE)
    names = numbered([name for _, name, _ in asked])
    whole = together(projects, day, clauses_of(backend, projects))
    made = comparison_docx(names, projects, whole, day, address)
    return _file(made, f"补贴测算对比-{day.isoformat()}.docx", CONTENT_TYPE)


def _filled(backend: Backend, rule_id: str, values: dict[str, str], day: date) -> Filled:
    """A project, computed.

    Raises:
        PolicyKBError: there is no such rule, or a value is wrong.
    """
    from chat.page.calculator_tab import find_rule
    from chat.subsidy.form import fill_in

    filled = fill_in(find_rule(backend, rule_id), values, day)
    if filled.outcome is None:
        raise UsageError(filled.problem)
    return filled


def _match(backend: Backend, request: Request, kind: str) -> Response:
    from chat.export.docx import CONTENT_TYPE
    from chat.export.matched import file_name, matched_docx, matched_table
    from chat.export.sheets import xlsx_bytes
    from chat.page.match_tab import find_measures

    facts = {name: value for name, value in request.query_params.items() if value.strip()}
    if not facts:
        raise UsageError("请至少给一项情况，例如 region=烟台。")
    found = find_measures(backend, facts)
    if found.matched is None:
        raise UsageError("；".join(f"{name}：{said}" for name, said in found.wrong.items()))
    name = file_name("政策匹配", found.matched.as_of, kind)
    if kind == "docx":
        return _file(matched_docx(found.matched, _address(request)), name, CONTENT_TYPE)
    return _file(xlsx_bytes(matched_table(found.matched, _address(request))), name, _XLSX)


def _address(request: Request) -> Callable[[str], str]:
    base = str(request.base_url)
    return lambda clause: base + clause_path(clause)


def _made(backend: Backend, make: Callable[[], Response]) -> Response:
    if not backend.ready:
        return PlainTextResponse(_NOT_YET, 503, {"Retry-After": "5"})
    try:
        return make()
    except Exception as error:
        status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, PolicyKBError) else 500
        return PlainTextResponse(friendly(error), status)


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)
