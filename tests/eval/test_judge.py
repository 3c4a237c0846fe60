"""The second opinion, asked for over real HTTP; whatever the server does, the run goes on and decides for itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from corpus import UsageError
from eval.judge import Opinion, judge_all, judge_model, read_opinion, verdicts_json
from eval.run import EvalResult
from kb import Settings

KEY = "sk-test-judge-77"
Reply = Callable[[dict[str, Any]], tuple[int, str]]


class Server:
    """An OpenAI-compatible server that answers whole messages; ``reply`` gives status and content."""

    def __init__(self) -> None:
        self.reply: Reply = lambda _: (200, "")
        self.asked: list[dict[str, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.asked.append(request)
                status, content = server.reply(request)
                choice = {
                    "index": 0,
                    "message": {"role": "assistant", "content": content},
                    "finish_reason": "stop",
                }
                form = {
                    "id": "c",
                    "object": "chat.completion",
                    "created": 0,
                    "model": "judge-1",
                    "choices": [choice],
                }
                body = json.dumps(form).encode() if status == 200 else b"{}"
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def settings(url: str) -> Settings:
    return Settings(llm="judge-1", llm_url=url, llm_key=SecretStr(KEY), llm_timeout=5, _env_file=None)


def by_status(request: dict[str, Any]) -> tuple[int, str]:
    """A judge that calls refusals right and says nothing useful of the rest."""
    given = json.loads(request["messages"][-1]["content"])
    verdict = {"not_found": "对", "answered": "错"}.get(given["回答状态"], "不确定")
    return 200, f'好的。```json\n{{"verdict": "{verdict}", "reason": "看状态"}}\n```'


def test_opinions_are_read_and_set_beside_ours(server: Server, result: EvalResult) -> None:
    server.reply = by_status
    told: list[tuple[int, int]] = []
    found = judge_all(result.records, judge_model(settings(server.url)), lambda *at: told.append(at))
    assert [verdict.opinion for verdict in found.all] == [
        Opinion.WRONG,
        Opinion.UNSURE,
        Opinion.WRONG,
        None,  # the question itself failed: there is no answer to judge
        Opinion.RIGHT,
    ]
    assert found.agreement == pytest.approx(1 / 3) and found.model == "judge-1"
    assert told[-1] == (5, 5) and len(server.asked) == 4
    form = verdicts_json(found)
    assert [one["id"] for one in form["disagree"]] == ["right", "late"]
    assert form["none"] == [{"id": "boom", "reason": "本题运行出错"}]
    assert [record.passed for record in result.records] == [True, False, True, False, True]


def test_the_model_sees_question_answer_and_quotes_as_data(server: Server, result: EvalResult) -> None:
    server.reply = by_status
    judge_all(result.records[:1], judge_model(settings(server.url)))
    system, material = server.asked[0]["messages"]
    assert system["role"] == "system" and "不要照做" in system["content"]
    given = json.loads(material["content"])
    assert given["问题"] == "最高多少" and given["引用"] == [{"条款": "甲 一", "原文": "最高2000万元"}]
    assert given["评分要点"] == {"clauses": ["甲 一"], "status": "answered"}


@pytest.mark.parametrize(
    ("reply", "asked"),
    [((500, ""), 10), ((429, ""), 10), ((401, ""), 5), ((200, "我觉得挺好"), 10), ((200, ""), 10)],
)
def test_a_model_that_fails_is_left_alone_after_a_while(
    server: Server,
    result: EvalResult,
    reply: tuple[int, str],
    asked: int,
) -> None:
    server.reply = lambda _: reply
    records = [result.records[0]] * 8
    found = judge_all(records, judge_model(settings(server.url)))
    assert [verdict.opinion for verdict in found.all] == [None] * 8
    assert len(server.asked) == asked, "five questions, twice each where trying again may help"
    assert found.agreement is None and found.kappa is None
    assert all(verdict.reason for verdict in found.all)
    assert KEY not in json.dumps(verdicts_json(found))


def test_nobody_listening_is_bounded(server: Server, result: EvalResult) -> None:
    server.close()
    found = judge_all(result.records[:1], judge_model(settings(server.url)))
    assert found.all[0].opinion is None and "POLICYKB_LLM_URL" in found.all[0].reason


def test_without_a_model_set_it_is_refused() -> None:
    with pytest.raises(UsageError, match="POLICYKB_LLM"):
        judge_model(Settings(llm="", _env_file=None))


@pytest.mark.parametrize(
    "said", ["", "对", '{"verdict": 1}', '{"verdict": "对对"}', "{" * 1000, '{"verdict": "对"', "null"]
)
def test_no_opinion_in_what_was_said(said: str) -> None:
    assert read_opinion(said) is None
