"""What the 知识库 tab asks for: lists for every reader, changes for the admin alone, who is asked for again at each of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from chat.admin import WHO
from chat.backend import Backend
from chat.doors.admin import require_admin
from chat.page.library_changes import changes_html
from chat.page.library_documents import correction_html, documents_html, form_html, pager_html, removal_html
from chat.page.library_form import read_form
from chat.page.library_list import listed, paged
from chat.page.notices import failure_html, notice_html
from corpus import DocumentError, InputError
from kb.amending import amend, exactly, foresee, resting_on
from kb.audit import acting
from kb.knowledge_base import KnowledgeBase

_CHANGES = 100  # on a page


class Doc(BaseModel):
    """Names a document."""

    id: str = Field(max_length=400)


class Form(Doc):
    """What an admin has written of a document."""

    version: str = Field(max_length=100)
    fields: dict[str, str] = Field(max_length=20)


def opened(backend: Backend) -> KnowledgeBase:
    """The knowledge base, once it is open.

    Raises:
        HTTPException: it is not yet, or could not be opened.
    """
    if not backend.is_open:
        raise HTTPException(503, backend.state)
    return backend.get()[0]


def router(backend: Backend) -> APIRouter:
    """``/library/…``: the documents, their metadata, their removal, and the audit log."""
    routes = APIRouter(prefix="/library", include_in_schema=False)
    admin = [Depends(require_admin(backend))]

    @routes.get("/session")
    def session(request: Request) -> dict[str, Any]:
        return {
            "admin": backend.admin.is_admin(request.cookies),
            "reader": backend.readers.name_of(request.cookies),
        }

    @routes.get("/documents")
    def documents(
        request: Request, words: str = "", standing: str = "", sort: str = "", page: int = 1
    ) -> dict[str, Any]:
        if not backend.is_open:
            busy = not backend.ready
            html = notice_html("打开之后，文件会列在这里。") if busy else failure_html(backend.state)
            return {"html": html, "pager": "", "said": backend.state if busy else "", "opening": busy}
        records, day = opened(backend).records(), date.today()
        found = listed(records, day, words=words[:200], standing=standing, sort=sort, page=page)
        html = documents_html(found, day, backend.admin.is_admin(request.cookies), not records)
        return {
            "html": html,
            "pager": pager_html(found.page, found.pages),
            "said": _count(found.total, len(records)),
        }

    @routes.get("/form", dependencies=admin)
    def form(id: str) -> dict[str, Any]:
        kb = opened(backend)
        document = exactly(kb, id)
        version = next(record.content_hash for record in kb.records() if record.id == id)
        return {"html": form_html(document, version)}

    @routes.post("/preview", dependencies=admin)
    def preview(sent: Form) -> dict[str, Any]:
        kb = opened(backend)
        document = exactly(kb, sent.id)
        try:
            return {"html": correction_html(foresee(kb, sent.id, read_form(sent.fields, document)))}
        except (InputError, DocumentError) as error:  # to be mended in the form, and no failure
            return {"wrong": str(error)}

    @routes.post("/correct", dependencies=admin)
    def correct(sent: Form) -> dict[str, Any]:
        kb = opened(backend)
        entry = read_form(sent.fields, exactly(kb, sent.id))
        with acting(WHO):
            done = amend(kb, sent.id, entry, sent.version)
        stopped = "".join(f"规则 {rule.id}（{rule.title}）已停用。" for rule in done.stopped)
        return {"message": f"已保存“{done.after.title}”的信息。{stopped}"}

    @routes.get("/removal", dependencies=admin)
    def removal(id: str) -> dict[str, Any]:
        kb = opened(backend)
        document = exactly(kb, id)
        count = next(record.clause_count for record in kb.records() if record.id == id)
        return {"html": removal_html(document, count, resting_on(kb, id))}

    @routes.post("/remove", dependencies=admin)
    def remove(sent: Doc) -> dict[str, Any]:
        kb = opened(backend)
        document = exactly(kb, sent.id)
        with acting(WHO):
            kb.remove(document.id)
        return {"message": f"已从知识库删除{document.name}。"}

    @routes.get("/changes", dependencies=admin)
    def changes(words: str = "", page: int = 1) -> dict[str, Any]:
        found = opened(backend).audit.latest(100_000, words[:200])
        number, pages = paged(len(found), page, _CHANGES)
        shown = found[(number - 1) * _CHANGES : number * _CHANGES]
        return {
            "html": changes_html(shown, words),
            "pager": pager_html(number, pages),
            "said": f"{len(found)} 项变更",
        }

    return routes


def _count(found: int, of: int) -> str:
    return f"共 {of} 份文件" if found == of else f"{found} 份，共 {of} 份文件"
