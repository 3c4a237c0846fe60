"""Answers without holding up the routes beside them: in threads of their own, and as Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from chat.answer import Answer
from chat.doors.problems import fault_of

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.doors.asked import AskRequest
    from chat.llm.types import Sentence

_T = TypeVar("_T")
Aside = Callable[[Callable[[], Any]], Awaitable[Any]]

_WAITING = 200  # questions in hand at once, nearly all of them asleep until it is their turn
_SIGN_OF_LIFE = 15.0  # seconds


def ask_aside() -> Aside:
    """Runs questions in threads apart from the forty that all other routes share."""
    limiter = anyio.CapacityLimiter(_WAITING)

    def aside(work: Callable[[], _T]) -> Awaitable[_T]:
        return anyio.to_thread.run_sync(work, limiter=limiter, abandon_on_cancel=True)

    return aside


async def answer_events(backend: Backend, asked: AskRequest, aside: Aside) -> AsyncIterator[str]:
    """``sentence`` for each of a model's sentences that holds, then ``answer`` with the receipt, or ``error``."""
    steps: asyncio.Queue[Sentence | Answer | Exception] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    gone = threading.Event()

    def tell(step: Sentence | Answer | Exception) -> None:
        loop.call_soon_threadsafe(steps.put_nowait, step)

    def work() -> None:
        try:
            for step in backend.stream(asked.question, asked.history, asked.as_of):
                if gone.is_set():
                    return
                tell(step)
        except Exception as error:
            tell(error)

    running = asyncio.ensure_future(aside(work))
    try:
        while True:
            try:
                step = await asyncio.wait_for(steps.get(), _SIGN_OF_LIFE)
            except TimeoutError:
                yield ": 正在回答\n\n"
                continue
            if isinstance(step, Answer):
                yield _event("answer", step.to_dict())
                return
            if isinstance(step, Exception):
                yield _event("error", fault_of(step))
                return
            yield _event("sentence", asdict(step))
    finally:
        gone.set()
        running.cancel()


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
