"""What the page's events give: a question, a click, a search or the calculator's fields in, HTML out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chat.page import answers, notices, outcomes, results, source
from chat.page.backend import Backend, friendly
from chat.page.wording import reveal_ends, shown_text
from corpus import Clause, PolicyDocument, Span
from kb.finding import Found
from kb.knowledge_base import KnowledgeBase
from kb.lifecycle import DocumentRecord
from kb.query.conditions import Phrase
from kb.rule_files import shipped_rules
from kb.rules import Kind, Rule

Turns = list[tuple[str, str]]
"""A conversation: each question, and the HTML of question and answer."""


def converse(backend: Backend, question: str, turns: Turns) -> Iterator[tuple[str, Turns]]:
    """Answer a question step by step: each time the whole conversation as HTML, and the turns to remember."""
    before = "".join(html for _, html in turns) + answers.question_html(question)
    while not backend.ready:
        yield before + notices.pending_html(backend.state), turns
        time.sleep(0.4)
    yield before + notices.pending_html("正在查找条款……"), turns
    try:
        _, assistant = backend.get()
        earlier = [asked for asked, _ in turns]
        answer = assistant.ask(question, earlier)
        for end in reveal_ends(shown_text(answer)):
            yield before + answers.answer_html(answer, shown=end), turns
            time.sleep(0.04)
        reply = answers.answer_html(answer, key=backend.ratings.keep(answer, earlier))
    except Exception as error:  # the chat goes on
        reply = notices.failure_html(friendly(error))
    yield before + reply, [*turns, (question, answers.question_html(question) + reply)]


def rate_answer(backend: Backend, sent: Any) -> dict[str, Any]:
    """Store a vote on an answer: whether it is stored, and what to say to the reader."""
    try:
        return {"stored": True, "message": backend.ratings.rate(sent)}
    except Exception as error:
        return {"stored": False, "message": friendly(error)}


def open_source(backend: Backend, asked: Mapping[str, str]) -> str:
    """The source panel for a click, described by the data attributes of what was clicked (see `chat.page`)."""
    kb, _ = backend.get()
    if clause_id := asked.get("clause"):
        document = backend.document_of(clause_id)
        return source.source_html(
            document, clause_id, _span(kb.clause(clause_id), asked), _record(kb, document)
        )
    if document_id := asked.get("document"):
        document = kb.document(document_id)
        return source.source_html(document, record=_record(kb, document))
    return source.shelf_html(kb.records())


def _record(kb: KnowledgeBase, document: PolicyDocument) -> DocumentRecord | None:
    return next((record for record in kb.records() if record.id == document.id), None)


def _span(clause: Clause, asked: Mapping[str, str]) -> Span | None:
    if "quote" in asked:
        return clause.locate(asked["quote"])
    return Span(int(asked["start"]), int(asked["end"])) if "start" in asked else None


def find(
    backend: Backend, query: str, mode: str, doc: str, unit: str, *, without: Collection[str] = ()
) -> str:
    """Search results with the conditions that were understood; ``without`` names those not to be applied."""
    if not query.strip():
        return notices.notice_html(
            "输入问题、关键词或条款编号，可以带上文件、单位、日期和金额条件，例如：保费补贴、二、8、省科技厅牵头的上限不低于500万元的条款。"
        )
    kb, _ = backend.get()
    found = kb.find(query, top=20, mode=mode, doc=doc or None, unit=unit or None, without=without)
    return results.search_results_html(found, _words(found, mode))


def _words(found: Found, mode: str) -> list[str]:
    """What to mark in the hits: the words ranked by, and phrases that must be there."""
    from kb.tokens import fold, tokenize

    phrases = [c.value.words for c in found.understood.conditions if isinstance(c.value, Phrase)]
    rest = [found.understood.rest] if mode == "exact" else tokenize(found.understood.rest)
    return [fold(words) for words in (*phrases, *rest)]


def computing_rules(backend: Backend) -> dict[str, Rule]:
    """The rules that give a figure, by id: those of the knowledge base, those we ship before it is open."""
    rules = backend.get()[1].rules if backend.is_open else shipped_rules()
    return {rule.id: rule for rule in rules if rule.kind is not Kind.QUALIFICATION}


def compute(rule: Rule, values: Sequence[str]) -> str:
    """The calculator's result for what the fields hold."""
    from chat.subsidy.calculator import calculate, parse_cli_inputs

    pairs = [
        f"{each.name}={value.strip()}"
        for each, value in zip(rule.inputs, values, strict=True)
        if (value or "").strip()
    ]
    return outcomes.outcome_html(rule, calculate(rule, parse_cli_inputs(rule, pairs), date.today()))


def safely(make: Callable[..., str]) -> Callable[..., str]:
    """An event that shows a failure as one line of HTML."""

    def show(*values: Any) -> str:
        try:
            return make(*values)
        except Exception as error:
            return notices.failure_html(friendly(error))

    return show
