"""The knowledge base as a chat model: ``/v1/models`` and ``/v1/chat/completions``, for any OpenAI client."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import JSONResponse, StreamingResponse

from chat.answer import Answer, Status
from chat.backend import friendly
from chat.doors.openai_forms import ChatRequest, question_of
from chat.doors.reply import pieces, reply_text
from chat.doors.rest_routes import opened
from chat.doors.rest_stream import ask_aside
from corpus import NotFound

if TYPE_CHECKING:
    from chat.backend import Backend

MODEL = "policykb"
_TASK = "### Task:"  # how Open WebUI opens the prompts by which it has titles, tags and suggestions made
_NO_TASK = "这里只依据政策原文回答政策问题，不生成标题、标签或建议。"
_ALIVE = 10.0  # seconds between signs of life while an answer is awaited


def router(backend: Backend) -> APIRouter:
    """``GET /v1/models``, ``GET /v1/models/policykb`` and ``POST /v1/chat/completions``."""
    routes = APIRouter(prefix="/v1", include_in_schema=False)
    aside = ask_aside()
    model = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": "policykb"}

    @routes.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [model]}

    @routes.get("/models/{name}")
    def one_model(name: str) -> dict[str, Any]:
        _check_model(name)
        return model

    @routes.post("/chat/completions", response_model=None, dependencies=[Depends(opened(backend))])
    async def complete(request: ChatRequest) -> JSONResponse | StreamingResponse:
        _check_model(request.model)
        if request.n not in (None, 1):
            raise HTTPException(400, "一次只给一个回答，请把 n 设为 1 或不设。")
        question, history = question_of(request.messages)
        exchange = _Exchange(question, history)
        work = partial(_answer, backend, question, history)
        if not request.stream:
            return JSONResponse(exchange.completion(await aside(work)))
        options = request.stream_options
        events = exchange.events(aside(work), with_usage=bool(options and options.include_usage))
        return StreamingResponse(
            events,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )

    return routes


def _check_model(name: str) -> None:
    if name != MODEL:
        raise NotFound(f"没有模型“{name[:80]}”，可用的只有 {MODEL}。")


def _answer(backend: Backend, question: str, history: Sequence[str]) -> Answer:
    """The assistant's answer; what a chat client asks for itself is not looked up."""
    if question.lstrip().startswith(_TASK):
        return Answer(question, date.today(), Status.NOT_FOUND, _NO_TASK)
    return backend.ask(question, history)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One question and the form of its reply."""

    question: str
    history: Sequence[str]

    def completion(self, answer: Answer) -> dict[str, Any]:
        """The whole reply at once."""
        text = reply_text(answer)
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {
            **_head("chat.completion"),
            "choices": [choice],
            "usage": self._usage(text),
            "policykb": answer.to_dict(),
        }

    async def events(self, awaited: Awaitable[Answer], with_usage: bool) -> AsyncIterator[str]:
        """The reply as server-sent events; the text comes once the whole answer has passed its checks."""
        head = _head("chat.completion.chunk")
        if with_usage:
            head["usage"] = None

        def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            return _event({**head, "choices": [choice], **more})

        yield chunk({"role": "assistant", "content": ""})
        waiting = asyncio.ensure_future(awaited)
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=_ALIVE)
            if not waiting.done():
                yield ": 正在查找条款\n\n"
        try:
            answer = waiting.result()
        except Exception as error:  # the head is sent already
            yield _event(
                {"error": {"message": friendly(error), "type": "server_error", "param": None, "code": None}}
            )
            yield "data: [DONE]\n\n"
            return
        text = reply_text(answer)
        for piece in pieces(text):
            yield chunk({"content": piece})
        yield chunk({}, "stop", policykb=answer.to_dict())
        if with_usage:
            yield _event({**head, "choices": [], "usage": self._usage(text)})
        yield "data: [DONE]\n\n"

    def _usage(self, text: str) -> dict[str, int]:
        """Sizes in characters: what is read is counted as a person would, no model's tokens are used up."""
        asked = len(self.question) + sum(map(len, self.history))
        return {"prompt_tokens": asked, "completion_tokens": len(text), "total_tokens": asked + len(text)}


def _head(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
