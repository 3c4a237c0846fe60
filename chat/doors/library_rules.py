"""What the 知识库 tab asks for about subsidy rules; all of it is for the admin alone."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chat.admin import WHO
from chat.backend import Backend
from chat.doors.admin import require_admin
from chat.doors.library import opened
from chat.page.library_documents import pager_html
from chat.page.library_list import paged
from chat.page.library_rules import PAGE, STATES, Shown, of_words, problems_by_rule, problems_html, rules_html
from corpus import RegisterError
from kb.audit import acting
from kb.knowledge_base import KnowledgeBase
from kb.rule_drafts import summary
from kb.rule_files import read_rule, rule_yaml
from kb.rule_shelf import (
    Shelf,
    clause_texts,
    confirm,
    drop,
    find_rule,
    problems_of,
    read_shelf,
    reject,
    rule_path,
)
from kb.rules import Rule

_CONFIRMED = ("确认规则", "改规则")


class Named(BaseModel):
    """Names a rule."""

    id: str = Field(max_length=100)


class Edited(Named):
    """A rule as an admin has written it."""

    text: str = Field("", max_length=20_000)


def router(backend: Backend) -> APIRouter:
    """``/library/rules…``: lists of each state, the text of a rule, its check, and what is decided about it."""
    routes = APIRouter(
        prefix="/library/rules", include_in_schema=False, dependencies=[Depends(require_admin(backend))]
    )

    @routes.get("")
    def rules(state: str = "draft", words: str = "", doc: str = "", page: int = 1) -> dict[str, Any]:
        kb = opened(backend)
        state = state if state in STATES else "draft"
        shelf = read_shelf(kb)
        every = {
            name: of_words(found, words[:200], doc) for name, found in _by_state(backend, kb, shelf).items()
        }
        number, pages = paged(len(every[state]), page, PAGE)
        shown = every[state][(number - 1) * PAGE : number * PAGE]
        titles = {record.id: record.title for record in kb.records()}
        return {
            "html": rules_html(shown, state, clause_texts(kb), titles),
            "pager": pager_html(number, pages),
            "said": "",
            "counts": {name: len(found) for name, found in every.items()},
        }

    @routes.get("/text")
    def text(id: str) -> dict[str, str]:
        kb = opened(backend)
        return {"text": rule_yaml(find_rule(kb, read_shelf(kb), id))}

    @routes.post("/check")
    def check(sent: Edited) -> dict[str, Any]:
        _, problems = _read(opened(backend), sent)
        return {"html": problems_html(problems), "fits": not problems}

    @routes.post("/confirm")
    def approve(sent: Edited) -> dict[str, Any]:
        kb = opened(backend)
        shelf = read_shelf(kb)
        rule, problems = _read(kb, sent) if sent.text else (find_rule(kb, shelf, sent.id), None)
        if problems is None and rule is not None:
            problems = problems_of(kb, rule)
        if problems or rule is None:
            return {"html": problems_html(problems or ()), "fits": False}
        with acting(WHO):
            done = confirm(kb, shelf, sent.id, rule)
        return {"message": f"已确认规则“{done.title}”：{summary(done)}。", "fits": True}

    @routes.post("/reject")
    def put_away(sent: Named) -> dict[str, Any]:
        kb = opened(backend)
        with acting(WHO):
            done = reject(kb, read_shelf(kb), sent.id)
        return {"message": f"不采用草稿“{done.title}”，可在“不采用”里恢复。"}

    @routes.post("/drop")
    def take_back(sent: Named) -> dict[str, Any]:
        kb = opened(backend)
        title = find_rule(kb, read_shelf(kb), sent.id).title
        with acting(WHO):
            drop(kb, sent.id)
        return {"message": f"已撤回“{title}”；条款里仍有数额时，会重新列为草稿。"}

    return routes


def _by_state(backend: Backend, kb: KnowledgeBase, shelf: Shelf) -> dict[str, list[Shown]]:
    """All rules and drafts."""
    when = {}
    for change in reversed(kb.audit.latest(100_000)):
        if change.action in _CONFIRMED:
            when[change.target] = change
    problems = problems_by_rule(shelf.problems)
    _, assistant = backend.get()
    waiting = [rule for rule in assistant.measures if not rule.is_confirmed]
    return {
        "draft": [Shown(rule, "draft") for rule in waiting],
        "confirmed": [
            Shown(rule, "confirmed", rule_path(kb, rule.id).exists(), when.get(rule.id))
            for rule in shelf.rules
        ],
        "stopped": [
            Shown(
                rule, "stopped", rule_path(kb, rule.id).exists(), when.get(rule.id), problems.get(rule.id, ())
            )
            for rule in shelf.stopped
        ],
        "rejected": [Shown(rule, "rejected", True) for rule in shelf.rejected],
    }


def _read(kb: KnowledgeBase, sent: Edited) -> tuple[Rule | None, list[str]]:
    """The rule that was written and what is wrong with it."""
    try:
        rule = read_rule(sent.text, "这条规则")
    except RegisterError as error:
        return None, [str(error)]
    if rule.id != sent.id:
        return None, [f"id 应保持为 {sent.id}，收到的是 {rule.id}。"]
    return rule, problems_of(kb, rule)
