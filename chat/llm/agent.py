"""Running the model with its tools: within a number of steps, of tries and of seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from chat.llm.faults import Fault, Kind, fault_of

if TYPE_CHECKING:
    from langchain.agents.middleware import ModelRequest, ModelResponse
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.tools import BaseTool

log = logging.getLogger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take.

    Attributes:
        budget: seconds for one question, all tries and tools together.
        retries: tries after the first, for each call of the model.
        steps: calls of the model.
    """

    budget: float
    retries: int
    steps: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what the model writes; ``call`` counts calls and tries, a later one takes back an earlier one's."""

    call: int
    text: str


def run(
    model: Callable[[], BaseChatModel], tools: Sequence[BaseTool], system: str, opening: str, limits: Limits
) -> Iterator[Piece]:
    """The model's writing as it comes; the pieces of the last call are its answer.

    The work is done in a thread of its own, so that no server can hold a question longer than its time.

    Args:
        model: makes or gives the model.
        tools: what it may call.
        system: its instructions.
        opening: the first message.
        limits: time, tries, steps.

    Raises:
        Fault: it could not be done.
    """
    try:
        made = model()
        import langchain.agents.middleware  # noqa: F401 - its time is not the question's
    except Exception as error:
        raise _logged(error) from None
    work = _Work(made, tools, system, opening, limits)
    thread = threading.Thread(target=work.run, name="policykb-llm", daemon=True)
    thread.start()
    try:
        while True:
            left = work.deadline - time.monotonic()
            try:
                item = work.out.get(timeout=max(0.0, left))
            except Empty:
                raise Fault(Kind.BUDGET) from None
            if item is None:
                return
            if isinstance(item, Fault):
                raise item
            yield item
    finally:
        work.stopped.set()


class _Work:
    """One run, in its thread."""

    def __init__(
        self,
        model: BaseChatModel,
        tools: Sequence[BaseTool],
        system: str,
        opening: str,
        limits: Limits,
    ) -> None:
        self._model, self._tools, self._system, self._opening = model, tools, system, opening
        self._limits = limits
        self.deadline = time.monotonic() + limits.budget
        self.stopped = threading.Event()
        self.out: Queue[Piece | Fault | None] = Queue()
        self._call = 0

    def run(self) -> None:
        """Do it, and put the end or the fault into the queue."""
        try:
            self._run()
            self.out.put(None)
        except Exception as error:  # whatever a client raises ends as one line for the user
            self.out.put(_logged(error))

    def _run(self) -> None:
        from langchain.agents import create_agent
        from langchain.agents.middleware import ModelCallLimitMiddleware, wrap_model_call

        limit: Any = ModelCallLimitMiddleware(run_limit=self._limits.steps, exit_behavior="error")
        retry: Any = wrap_model_call(self._with_retries)
        agent = create_agent(self._model, self._tools, system_prompt=self._system, middleware=[limit, retry])
        given: Any = {"messages": [{"role": "user", "content": self._opening}]}
        steps = agent.stream(given, {"recursion_limit": 10 * self._limits.steps + 10}, stream_mode="messages")
        chunk: Any
        for chunk, _ in steps:
            if self.stopped.is_set():
                return
            if chunk.type in ("AIMessageChunk", "ai") and (text := chunk.text):
                self.out.put(Piece(self._call, text))

    def _with_retries(
        self, request: ModelRequest, handler: Callable[[ModelRequest], ModelResponse]
    ) -> ModelResponse:
        """One call of the model, tried again within bounds."""
        for attempt in range(self._limits.retries + 1):
            self._call += 1
            try:
                response = handler(request)
                _check(response.result[-1])  # type: ignore[arg-type]
                return response
            except Exception as error:
                fault = fault_of(error)
                if not fault.kind.again or attempt == self._limits.retries or self.stopped.is_set():
                    raise
                log.info("language model: %s, trying again", fault.kind.name)
                self._wait(fault, attempt)
        raise AssertionError("the last try returns or raises")

    def _wait(self, fault: Fault, attempt: int) -> None:
        """Wait as long as the server asks, else longer each time; not where that is more than is left.

        Raises:
            Fault: it would take too long.
        """
        pause = fault.retry_after if fault.retry_after is not None else _FIRST_WAIT * 2**attempt
        if pause > min(_LONGEST_WAIT, self.deadline - time.monotonic()):
            raise fault
        self.stopped.wait(pause)


def _logged(error: Exception) -> Fault:
    """The fault of an exception, logged by its kind; the words of an exception may hold the key."""
    fault = fault_of(error)
    log.warning("language model: %s (%s)", fault.kind.name, type(error).__name__)
    return fault


def _check(message: AIMessage) -> None:
    """Whether a call of the model came to something.

    Raises:
        Fault: it broke off, wrote a tool call that cannot be read, or nothing.
    """
    if message.tool_calls:
        return
    if message.invalid_tool_calls:
        raise Fault(Kind.TOOL_CALLS)
    ended = any(key.endswith("_reason") and value for key, value in message.response_metadata.items())
    if not ended and message.response_metadata.get("model_provider") == "openai":
        raise Fault(Kind.BROKEN)
    if not message.text.strip():
        raise Fault(Kind.EMPTY)
