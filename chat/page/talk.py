"""A conversation on the page: a question in, the turns so far as HTML out, and what a reader thinks of an answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from chat.backend import Backend, friendly
from chat.page import answers, notices
from chat.wording import reveal_ends, shown_text

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
