"""Everything a model's server can do wrong ends in the extractive answer, one line in Chinese, and no key anywhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from chat.answer import Answer
from chat.assistant import Assistant
from chat.llm.engine import NOT_PASSED, Engine
from chat.llm.faults import Kind
from kb import KnowledgeBase

from .conftest import KEY

DAY = date(2026, 1, 5)
QUESTION = "首台套保费补贴怎么补"
GOOD = "购买首台套符合条件的保险的山东省医疗器械企业，可以获得保费补贴，单个企业最高500万元。[1]"
ERROR = f'{{"error": {{"message": "Incorrect API key provided: {KEY}", "code": "x"}}}}'

# What the server does once, how the warning begins, and whether it is worth another try.
FAULTS: dict[str, tuple[dict[str, Any], Kind, bool]] = {
    "429": ({"status": 429, "headers": {"retry-after": "0"}, "body": ERROR}, Kind.BUSY, True),
    "500": ({"status": 500, "body": ERROR}, Kind.SERVER, True),
    "503 in HTML": ({"status": 503, "body": "<html>unavailable</html>"}, Kind.SERVER, True),
    "401": ({"status": 401, "body": ERROR}, Kind.KEY, False),
    "403": ({"status": 403, "body": ERROR}, Kind.KEY, False),
    "404": ({"status": 404, "body": ERROR}, Kind.MODEL, False),
    "400": ({"status": 400, "body": ERROR}, Kind.REQUEST, False),
    "broken stream": ({"text": GOOD, "cut": "broken"}, Kind.BROKEN, True),
    "stream that just ends": ({"text": GOOD[:40], "cut": "short"}, Kind.BROKEN, True),
    "error inside the stream": ({"raw": f"data: {ERROR}\n\n"}, Kind.BROKEN, True),
    "not JSON": ({"raw": "data: {oops\n\n"}, Kind.BROKEN, True),
    "nothing": ({"text": ""}, Kind.EMPTY, True),
    "blanks": ({"text": " \n "}, Kind.EMPTY, True),
    "tool call that is no JSON": ({"tools": (("search_clauses", "]oops["),)}, Kind.TOOL_CALLS, True),
    "silence": ({"wait": 1.5}, Kind.TIMEOUT, True),
}


def ask(seeds: KnowledgeBase, made: Engine) -> Answer:
    return Assistant(seeds, llm=made).ask(QUESTION, (), DAY)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.llm.agent._FIRST_WAIT", 0.01)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_stays_ends_in_the_extractive_answer(
    name: str,
    seeds: KnowledgeBase,
    engine: Callable[..., Engine],
    server: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    how, kind, again = FAULTS[name]
    caplog.set_level(logging.DEBUG)
    server.does(**how)
    made = engine(llm_timeout=0.4 if "wait" in how else 5, llm_retries=1)
    answer = ask(seeds, made)
    assert answer.engine == "extractive" and answer.citations
    assert answer.warnings == (f"语言模型{kind.words}。本次用原文回答。",)
    assert len(server.asked) == (2 if again else 1)
    shown = "".join([repr(answer), str(answer.to_dict()), repr(made), repr(vars(made)), caplog.text])
    assert KEY not in shown
    assert set(server.keys) == {f"Bearer {KEY}"}  # it was sent, and only there


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", [name for name, (_, _, again) in FAULTS.items() if again])
def test_a_fault_that_passes_is_not_noticed(
    name: str, seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    how, _, _ = FAULTS[name]
    server.does(**how)
    server.says(GOOD)
    answer = ask(seeds, engine(llm_timeout=0.4 if "wait" in how else 5))
    assert (answer.engine, answer.warnings) == ("llm:fake", ())
    assert len(server.asked) == 2


def test_a_broken_stream_is_not_said_twice(
    seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    server.does(text=f"{GOOD}由省科技厅", cut="broken")
    server.says(GOOD)
    *sentences, answer = Assistant(seeds, llm=engine()).stream(QUESTION, (), DAY)
    assert len(sentences) == 1 and isinstance(answer, Answer) and answer.answer.count("500万元") == 1


@pytest.mark.parametrize(
    "after",
    ["0.3", format_datetime(datetime.now(UTC) + timedelta(days=-1)), "soon"],
    ids=["seconds", "date", "words"],
)
def test_the_server_says_how_long_to_wait(
    after: str, seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    server.does(status=429, headers={"retry-after": after})
    server.says(GOOD)
    start = time.monotonic()
    assert ask(seeds, engine()).engine == "llm:fake"
    assert after != "0.3" or time.monotonic() - start >= 0.3


def test_a_wait_beyond_the_bound_is_not_waited(
    seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    server.does(status=429, headers={"retry-after": "3600"})
    start = time.monotonic()
    answer = ask(seeds, engine())
    assert answer.engine == "extractive" and "429" in answer.warnings[0]
    assert len(server.asked) == 1 and time.monotonic() - start < 5


def test_one_question_has_its_time_however_slowly_the_model_writes(
    seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    server.says("首台套" * 200, drip=0.05)  # never silent long enough for a time-out
    made = engine(llm_budget=0.6)
    start = time.monotonic()
    answer = ask(seeds, made)
    assert answer.engine == "extractive" and "POLICYKB_LLM_BUDGET" in answer.warnings[0]
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("delete_everything", "{}"),
        ("search_clauses", '{"wrong": 1}'),
        ("search_clauses", '{"query": ""}'),
        ("search_clauses", '{"query": '),  # cut off
        ("get_clause", '{"clause": "../../etc/passwd"}'),
        ("calculate", '{"rule": "no such rule"}'),
        ("match_measures", '{"facts": ["colour=red"]}'),
        ("match_measures", '{"facts": "region=烟台"}'),
    ],
)
def test_a_wrong_tool_call_is_told_to_the_model(
    name: str, arguments: str, seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    server.does(tools=((name, arguments),))
    server.says(GOOD)
    answer = ask(seeds, engine())
    assert (answer.engine, answer.warnings) == ("llm:fake", ())
    assert "home" not in server.last("tool") and "Traceback" not in server.last("tool")


def test_calling_tools_for_ever_ends(
    seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    server.calls("search_clauses", query="保费补贴")
    answer = ask(seeds, engine(llm_steps=3))
    assert answer.engine == "extractive" and "POLICYKB_LLM_STEPS" in answer.warnings[0]
    assert len(server.asked) == 3


def test_nothing_listens(seeds: KnowledgeBase, engine: Callable[..., Engine]) -> None:
    answer = ask(seeds, engine(llm_url="http://127.0.0.1:9/v1", llm_retries=0))
    assert answer.engine == "extractive" and "POLICYKB_LLM_URL" in answer.warnings[0]


def test_a_provider_that_is_not_installed(seeds: KnowledgeBase, engine: Callable[..., Engine]) -> None:
    answer = ask(seeds, engine(llm="cohere:command", llm_url=""))
    assert answer.engine == "extractive" and "软件包没有安装" in answer.warnings[0]


def test_a_refusal_keeps_its_words_whatever_the_server_does(
    seeds: KnowledgeBase, engine: Callable[..., Engine], server: Any
) -> None:
    server.does(status=500)
    answer = Assistant(seeds, llm=engine(llm_retries=0)).ask("食堂的饭菜价格是怎么定的", (), DAY)
    assert answer.status == "not_found" and NOT_PASSED not in answer.warnings


def test_the_key_is_in_no_representation(server: Any, engine: Callable[..., Engine]) -> None:
    made = engine()
    assert KEY not in "".join([repr(made._settings), str(made._settings), made._settings.model_dump_json()])
    assert KEY not in repr(made._model()) and KEY not in str(made._model())
