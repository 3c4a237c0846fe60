"""The routes that work something out: answers, calculations, matches."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import StreamingResponse

from chat import forms
from chat.backend import Backend
from chat.doors import schemas
from chat.doors.asked import AskRequest, CalcRequest, MatchRequest, pairs
from chat.doors.rest_routes import NOT_THERE, Responses, gated_routes
from chat.doors.rest_stream import answer_events, ask_aside
from chat.matching.profile import read_profile
from chat.subsidy.calculator import calculate, parse_cli_inputs
from kb.rule_shelf import usable_rule

_STOPPED: Responses = {409: {"model": schemas.Problem, "description": "规则与条款原文不符，已停用"}}
_STREAM: Responses = {
    200: {
        "description": "一个回答；stream 为 true 时是事件流：若干 sentence，最后一个 answer",
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "description": "一个事件，data 是 JSON",
                    "properties": {
                        "event": {"type": "string", "enum": ["sentence", "answer", "error"]},
                        "data": {"type": "string"},
                    },
                },
                "example": 'event: answer\ndata: {"question": "…", "status": "answered", …}\n\n',
            }
        },
    }
}


def router(backend: Backend) -> APIRouter:
    """``POST`` ask, calc and match."""
    routes = gated_routes(backend)
    aside = ask_aside()

    @routes.post(
        "/ask",
        response_model=schemas.Answer,
        response_model_exclude_unset=True,
        responses=_STREAM,
        summary="提问",
        tags=["问答"],
    )
    async def ask(asked: Annotated[AskRequest, Body()]) -> Any:
        """一个回答，带引文、算式和提示。多轮对话时把先前的问题放进 history。"""
        if asked.stream:
            head = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingResponse(answer_events(backend, asked, aside), 200, head, "text/event-stream")
        answer = await aside(partial(backend.ask, asked.question, asked.history, asked.as_of))
        return answer.to_dict()

    @routes.post(
        "/calc",
        response_model=schemas.CalculationResult,
        responses={**NOT_THERE, **_STOPPED},
        summary="测算",
        tags=["测算"],
    )
    def calc(asked: Annotated[CalcRequest, Body()]) -> dict[str, Any]:
        """按一条规则测算；缺输入时 status 为 needs_input，missing 列出还缺什么，reason 是要问的话。"""
        kb, assistant = backend.get()
        rule = usable_rule(kb, assistant.shelf, asked.rule)
        inputs = parse_cli_inputs(rule, pairs(asked.inputs))
        return forms.outcome_dict(rule, calculate(rule, inputs, asked.as_of or date.today()))

    @routes.post(
        "/match",
        response_model=schemas.Match,
        response_model_exclude_unset=True,
        summary="政策匹配",
        tags=["匹配"],
    )
    def match(asked: Annotated[MatchRequest, Body()]) -> dict[str, Any]:
        """把情况与全部措施逐条对照：每个条件满足、不满足还是待补充，并指出最该补充的一点。"""
        _, assistant = backend.get()
        profile = read_profile(pairs(asked.facts), assistant.measures)
        return assistant.match(profile, asked.as_of or date.today()).to_dict()

    return routes
