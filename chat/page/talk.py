"""A conversation on the page: a question in, the turns so far as HTML out, and what a reader does with an answer."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chat.answer import Answer
from chat.backend import Backend, friendly, log
from chat.page import answers, notices

if TYPE_CHECKING:
    from chat.judged import Table
    from chat.llm.types import Sentence

Turns = list[tuple[str, str]]
"""A conversation: each question, and the HTML of question and answer."""

SEARCHING = "正在查找条款……"
CHECKING = "正在写下一句，并逐句核对原文……"
_LOOK = (
    0.4  # seconds after which a step comes although nothing is new, so that the conversation can be stopped
)
_suggesting = threading.BoundedSemaphore(1)
_PATIENCE = 8  # seconds that suggestions wait for others; they are not worth more
_MOST_RESTORED = 100  # answers
_END = 3  # seconds that whoever stops an answer waits for its end


class Stops:
    """The answers being written, by the page that shows them, so that their readers can stop them.

    Gradio's own ``cancels`` loses a question that is sent before the page has heard that the one before was stopped.
    """

    def __init__(self) -> None:
        self._running: dict[str, tuple[threading.Event, threading.Event]] = {}

    @contextmanager
    def answering(self, page: str) -> Iterator[threading.Event]:
        """While an answer is written: what is set when its reader wants it to stop."""
        asked, ended = self._running[page] = (threading.Event(), threading.Event())
        try:
            yield asked
        finally:
            ended.set()
            if self._running.get(page) == (asked, ended):
                del self._running[page]

    def stop(self, page: str) -> None:
        """End the answer a page shows, if one is being written, and wait until it has ended."""
        if running := self._running.get(page):
            asked, ended = running
            asked.set()
            ended.wait(_END)


def converse(
    backend: Backend, question: str, turns: Turns, stop: threading.Event | None = None
) -> Iterator[tuple[str, Turns]]:
    """Answer a question step by step.

    Each time the whole conversation as HTML, and the turns to remember if it ended there: whoever stops it keeps what
    was said so far. Closing the iterator stops the work behind it, and so does ``stop`` once it is set.
    """
    asked = answers.question_html(question)
    before = so_far(turns) + asked
    said: list[Sentence] = []

    stopping = stop or threading.Event()

    def step(state: str) -> tuple[str, Turns]:
        stopped = asked + answers.stopped_html(said)
        return before + answers.growing_html(said, state), [*turns, (question, stopped)]

    while not (backend.ready or stopping.is_set()):
        yield step(backend.state)
        time.sleep(_LOOK)
    reply = ""
    try:
        earlier = [asked_before for asked_before, _ in turns]
        if not stopping.is_set():
            yield step(SEARCHING)
            for item in _bits(backend, question, earlier):
                if isinstance(item, Answer):
                    reply = _kept(backend, item, earlier)
                    break
                if item is not None:
                    said.append(item)
                if stopping.is_set():
                    break
                yield step(CHECKING if said else SEARCHING)
    except Exception as error:  # the chat goes on
        reply = notices.failure_html(friendly(error))
    reply = reply or answers.stopped_html(said)
    yield before + reply, [*turns, (question, asked + reply)]


def so_far(turns: Turns) -> str:
    """The conversation as it is remembered."""
    return "".join(html for _, html in turns)


def _bits(backend: Backend, question: str, earlier: Sequence[str]) -> Iterator[Sentence | Answer | None]:
    """The bits of an answer as they come, made in a thread of their own; None where none came for a while."""
    made: queue.SimpleQueue[Sentence | Answer | Exception] = queue.SimpleQueue()
    stopped = threading.Event()

    def work() -> None:
        try:
            for bit in backend.stream(question, earlier):
                made.put(bit)
                if stopped.is_set():
                    return
        except Exception as error:
            made.put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while True:
            try:
                bit = made.get(timeout=_LOOK)
            except queue.Empty:
                yield None
                continue
            if isinstance(bit, Exception):
                raise bit
            yield bit
    finally:
        stopped.set()


def _kept(backend: Backend, answer: Answer, earlier: Sequence[str]) -> str:
    """The answer as it is shown, remembered for what its reader does with it."""
    from chat.page.conditions import conditions_html

    conditions = _conditions(backend, answer, earlier)
    return answers.answer_html(
        answer, backend.ratings.keep(answer, earlier, conditions), conditions_html(conditions)
    )


def _conditions(backend: Backend, answer: Answer, earlier: Sequence[str]) -> tuple[Table, ...]:
    from chat.judged import conditions_of

    try:
        return conditions_of(backend.get()[1], answer, earlier)
    except Exception:  # the answer stands without them
        log.exception("conditions of %r", answer.question)
        return ()


def restored(backend: Backend, keys: Any) -> Turns:
    """A conversation that a page showed before it was loaded anew: those of its answers that are remembered."""
    from chat.page.conditions import conditions_html

    turns: Turns = []
    for key in [str(each) for each in keys][-_MOST_RESTORED:] if isinstance(keys, list) else ():
        if shown := backend.ratings.shown(key):
            question = shown.answer.question
            reply = answers.answer_html(shown.answer, key, conditions_html(shown.conditions))
            turns.append((question, answers.question_html(question) + reply))
    return turns


def rate_answer(backend: Backend, sent: Any) -> dict[str, Any]:
    """Store a vote on an answer: whether it is stored, and what to say to the reader."""
    try:
        return {"stored": True, "message": backend.ratings.rate(sent)}
    except Exception as error:
        return {"stored": False, "message": friendly(error)}


def share_answer(backend: Backend, key: Any) -> dict[str, str]:
    """Store an answer for others to open: the path of its page, or what to say to the reader."""
    from kb.shared_answers import SharedAnswers

    try:
        shown = backend.ratings.shown(str(key))
        if shown is None:
            return {"message": "这次对话已经失效，不能再生成链接，请重新提问。"}
        stored = SharedAnswers(backend.settings.home).add(str(key), shown.to_dict())
        return {"path": f"answer/{stored}"}
    except Exception as error:
        return {"message": friendly(error)}


def suggest_questions(backend: Backend, key: Any) -> list[str]:
    """What to ask after an answer; nothing where it is not known any more, or where too many ask at once."""
    from chat.suggestions import suggest

    shown = backend.ratings.shown(str(key))
    if shown is None or not _suggesting.acquire(timeout=_PATIENCE):
        return []
    try:
        return suggest(backend.get()[1], shown.answer, shown.history)
    except Exception:  # nobody waits for them
        log.exception("suggestions after %r", shown.answer.question)
        return []
    finally:
        _suggesting.release()
