"""Pages that can be linked to for good: ``GET /clause/{id}`` and ``GET /answer/{key}``, plain HTML without a script."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from chat.answer import Citation
from chat.backend import Backend
from chat.page.answer_page import answer_page_html, read_shown
from chat.page.standalone import clause_html, missing_html, page_html
from chat.wording import standing_text
from corpus import KnowledgeBaseError, NotFound
from kb.knowledge_base import KnowledgeBase
from kb.lifecycle import DocumentRecord, Standing
from kb.shared_answers import SharedAnswers

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_NO_ANSWER = (
    "<h1>没有这条回答</h1><p>链接可能不完整，或者这条回答保存得太久，已让位给新的回答。请重新提问。</p>"
)


def router(backend: Backend) -> APIRouter:
    """Both pages; 404 with a way on where there is nothing, 503 while the knowledge base is being opened."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/clause/{clause_id:path}")
    def clause_page(clause_id: str, request: Request) -> HTMLResponse:
        home = _home(request)
        if not backend.is_open:
            return _not_yet(backend, home)
        kb, _ = backend.get()
        try:
            document = kb.document_of(clause_id)
        except NotFound:
            return _page(404, "没有这一条", "条款", missing_html(clause_id, home), home)
        clause = next(each for each in document.clauses if each.id == clause_id)
        body = clause_html(document, clause, kb.records_by_id().get(document.id), home)
        return _page(200, clause.label, "条款", body, home, indexed=True)

    @routes.get("/answer/{key}")
    def answer_page(key: str, request: Request) -> HTMLResponse:
        home = _home(request)
        if not backend.is_open:
            return _not_yet(backend, home)
        try:
            shared = SharedAnswers(backend.settings.home).get(key)
        except KnowledgeBaseError as error:
            return _page(503, "暂时打不开", "回答", f"<h1>暂时打不开</h1><p>{escape(str(error))}</p>", home)
        if shared is None:
            body = f'{_NO_ANSWER}<a class="button" href="{home}">在知识库中提问</a>'
            return _page(404, "没有这条回答", "回答", body, home)
        shown = read_shown(shared.receipt)
        kb, _ = backend.get()
        body = answer_page_html(
            shown, shared.at, lambda cited: change_of(kb, kb.records_by_id(), cited), home
        )
        return _page(200, shown.answer.question[:60], "回答", body, home)

    return routes


def change_of(kb: KnowledgeBase, records: Mapping[str, DocumentRecord], citation: Citation) -> str:
    """What has become of a citation, as one line; "" where its words stand in a document in force as they did."""
    try:
        clause = kb.clause(citation.id)
    except NotFound:
        return "这一条已不在知识库中。"
    if citation.quote not in clause.text:
        return "这一条的原文此后有改动，与下面的引文不同。"
    record = records.get(citation.id.rpartition(" ")[0])
    if record and record.standing(date.today()) is Standing.REPEALED:
        return f"这份文件{standing_text(record, date.today())}。"
    return ""


def _home(request: Request) -> str:
    return f"{request.scope.get('root_path', '')}/"


def _page(status: int, title: str, kind: str, body: str, home: str, *, indexed: bool = False) -> HTMLResponse:
    return HTMLResponse(page_html(title, kind, body, home, indexed=indexed), status, _HEADERS)


def _not_yet(backend: Backend, home: str) -> HTMLResponse:
    body = f"<h1>知识库还没有打开</h1><p>{escape(backend.state)}</p><p>请稍后刷新本页。</p>"
    page = _page(503, "请稍候", "请稍候", body, home)
    page.headers["Retry-After"] = "5"
    return page
