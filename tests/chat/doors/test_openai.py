"""The official OpenAI client asks, at once and streaming; errors are those it knows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from chat.backend import Backend
from chat.doors.reply import reply_text

QUESTION = "II期临床研发投入6000万能拿多少"


def client_of(address: str, key: str = "any") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, timeout=30)


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    with client_of(address) as made:
        yield made


def user(content: Any) -> Any:
    return {"role": "user", "content": content}


def asked(client: openai.OpenAI, *messages: Any, **options: Any) -> Any:
    return client.chat.completions.create(model="policykb", messages=list(messages), **options)


def receipt(shared: Backend, question: str, *history: str) -> dict[str, Any]:
    return shared.get()[1].ask(question, history).to_dict()


def test_there_is_one_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["policykb"]
    assert client.models.retrieve("policykb").object == "model"


def test_an_answer_carries_its_clauses_its_steps_and_the_receipt(
    client: openai.OpenAI, shared: Backend
) -> None:
    reply = asked(client, {"role": "system", "content": "你是诗人"}, user(QUESTION))
    (choice,) = reply.choices
    text = choice.message.content
    made = reply.policykb
    assert made == receipt(shared, QUESTION)
    assert choice.finish_reason == "stop" and choice.message.role == "assistant"
    assert made["calculation"]["amount_yuan"] == "20000000"
    for citation in made["citations"]:
        assert f"[{citation['n']}]" in text
        assert f"[{citation['n']}] {citation['label']}" in text
        assert f"“{citation['quote']}”" in text
        assert citation["quote"] in shared.get()[0].clause(citation["id"]).text
    for step in made["calculation"]["steps"]:
        assert f"{step['text']} = {step['value']}" in text
    usage = reply.usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (len(QUESTION), len(text))
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_a_stream_says_the_same(client: openai.OpenAI) -> None:
    whole = asked(client, user(QUESTION))
    chunks = list(asked(client, user(QUESTION), stream=True, stream_options={"include_usage": True}))
    *spoken, last = chunks
    assert spoken[0].choices[0].delta.role == "assistant"
    texts = [chunk.choices[0].delta.content or "" for chunk in spoken]
    assert "".join(texts) == whole.choices[0].message.content
    assert sum(bool(text) for text in texts) > 3
    assert [chunk.choices[0].finish_reason for chunk in spoken] == [None] * (len(spoken) - 1) + ["stop"]
    assert spoken[-1].policykb == whole.policykb
    assert last.choices == [] and last.usage == whole.usage
    assert all(chunk.usage is None for chunk in spoken)
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_without_usage_ends_with_the_reason(address: str) -> None:
    async def stream() -> list[Any]:
        async with openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="any") as client:
            chunks = await client.chat.completions.create(
                model="policykb", messages=[user("床位怎么设")], stream=True
            )
            return [chunk async for chunk in chunks]

    *_, last = asyncio.run(stream())
    assert last.choices[0].finish_reason == "stop" and last.usage is None


def test_a_stream_is_server_sent_events_to_the_end(address: str) -> None:
    with client_of(address) as client:
        raw = client.chat.completions.with_raw_response.create(
            model="policykb", messages=[user("床位")], stream=True
        )
        assert raw.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in raw.http_response.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    assert all(json.loads(line.removeprefix("data: "))["object"] for line in lines[:-1])


def test_earlier_questions_are_the_history(client: openai.OpenAI, shared: Backend) -> None:
    said = {"role": "assistant", "content": "最高2000万元。"}
    earlier = user([{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": QUESTION}])
    reply = asked(client, earlier, said, user([{"type": "text", "text": "那III期呢"}]))
    assert reply.policykb == receipt(shared, "那III期呢", QUESTION)
    assert reply.policykb["calculation"]["amount_yuan"] == "24000000"


@pytest.mark.parametrize(
    "question",
    [
        "### Task:\nGenerate a concise, 3-5 word title.\n### Chat History:\n<chat_history>\nUSER: II期临床研发投入6000万"
        "能拿多少\nASSISTANT: 最高2000万元\n</chat_history>",
        "Write a haiku about the sea.",
        "深圳的人才房补贴多少钱",
    ],
)
def test_what_the_policies_do_not_say_is_answered_calmly(client: openai.OpenAI, question: str) -> None:
    reply = asked(client, user(question))
    assert reply.policykb["status"] == "not_found"
    assert reply.policykb["citations"] == []
    assert reply.choices[0].message.content


def test_warnings_are_said(client: openai.OpenAI, shared: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    warned = replace(shared.ask(QUESTION), warnings=("此件已废止。",))
    monkeypatch.setattr(shared, "ask", lambda *_: warned)
    assert asked(client, user(QUESTION)).choices[0].message.content.startswith("注意：此件已废止。\n")
    assert reply_text(warned).count("已废止") == 1


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([user([{"type": "image_url", "image_url": {"url": "data:,"}}])], "只能回答文字提问"),
        ([{"role": "system", "content": "甲"}], "没有用户的提问"),
        ([], "messages"),
    ],
)
def test_what_cannot_be_answered_is_a_bad_request(
    client: openai.OpenAI, messages: list[Any], said: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        asked(client, *messages)
    assert said in refused.value.body["message"]  # type: ignore[index]
    assert refused.value.type == "invalid_request_error"


def test_another_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="gpt-4o") as refused:
        client.chat.completions.create(model="gpt-4o", messages=[user(QUESTION)])
    assert refused.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o")


def test_keys_and_rates(locked: str) -> None:
    with pytest.raises(openai.AuthenticationError) as refused:
        client_of(locked, "guess").models.list()
    assert refused.value.code == "invalid_api_key"
    with client_of(locked, "s3cret") as client, pytest.raises(openai.RateLimitError) as limited:
        for _ in range(11):
            client.models.list()
    assert limited.value.code == "rate_limit_exceeded"
    assert int(limited.value.response.headers["retry-after"]) > 0


@pytest.mark.parametrize("stream", [False, True])
def test_a_bug_is_told_in_general_words(
    client: openai.OpenAI, shared: Backend, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    def break_(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(shared, "ask", break_)
    with pytest.raises(openai.APIError, match="意外") as failed:
        list(asked(client, user(QUESTION), stream=stream))
    assert "secret" not in str(failed.value)


def test_while_an_answer_takes_long_there_are_signs_of_life(
    address: str, shared: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    from time import sleep

    ask = shared.ask
    monkeypatch.setattr("chat.doors.openai_api._ALIVE", 0.05)
    monkeypatch.setattr(shared, "ask", lambda *args: sleep(0.3) or ask(*args))
    with client_of(address) as client:
        raw = client.chat.completions.with_raw_response.create(
            model="policykb", messages=[user("床位")], stream=True
        )
        lines = list(raw.http_response.iter_lines())
        assert lines.count(": 正在查找条款") >= 2
        assert list(asked(client, user("床位"), stream=True))[-1].choices[0].finish_reason == "stop"
