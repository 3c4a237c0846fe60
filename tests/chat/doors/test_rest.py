"""The REST door: each route gives what the command gives, and hostile calls end in one Chinese line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chat import forms
from chat.answer import Answer, Citation
from chat.backend import Backend
from chat.command.rule_verbs import rules_dict
from chat.doors import rest_routes
from chat.doors.mount import add_doors
from chat.llm.types import Sentence
from chat.matching.profile import read_profile
from corpus import KnowledgeBaseError
from kb import Settings

ASKED = "II期临床研发投入6000万能拿多少"
CLAUSE = "鲁科字〔2024〕137号 三/（一）"


def client_of(backend: Backend) -> TestClient:
    app = FastAPI(openapi_url=None)
    add_doors(app, backend)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def client(backend: Backend) -> TestClient:
    backend.keys = type(backend.keys)()
    return client_of(backend)


def said(reply: Any) -> str:
    """The one line of a failure."""
    error = reply.json()["error"]
    assert set(error) == {"code", "message"}
    assert re.search("[一-鿿]", error["message"])
    assert "\n" not in error["message"]
    assert "Traceback" not in reply.text
    return str(error["message"])


def test_what_is_asked_is_answered_with_the_receipt(client: TestClient, backend: Backend) -> None:
    asked = {"question": ASKED, "as_of": "2025-06-30"}
    reply = client.post("/api/v1/ask", json=asked)
    assert reply.json() == backend.get()[1].ask(ASKED, as_of=date(2025, 6, 30)).to_dict()
    assert reply.json()["calculation"]["amount_yuan"] == "20000000"


def test_earlier_questions_are_heard(client: TestClient) -> None:
    reply = client.post("/api/v1/ask", json={"question": "投入6000万", "history": ["II期临床能拿多少"]})
    assert "II期临床" in reply.json()["condensed"]


def events(text: str) -> list[tuple[str, Any]]:
    found = re.findall(r"event: (\w+)\ndata: (.*)\n\n", text)
    return [(name, json.loads(data)) for name, data in found]


def test_an_answer_comes_as_events(
    client: TestClient, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    citation = Citation(1, CLAUSE, CLAUSE, "《某文件》", "原文", 0, 2)

    def stream(*_: object) -> Iterator[Sentence | Answer]:
        yield Sentence("可得2000万元。\n[1]", (citation,))
        yield backend.get()[1].ask(ASKED)

    plain = client.post("/api/v1/ask", json={"question": ASKED, "stream": True})
    assert plain.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in events(plain.text)] == ["answer"]
    monkeypatch.setattr(backend, "stream", stream)
    (one, sentence), (two, answer) = events(
        client.post("/api/v1/ask", json={"question": ASKED, "stream": True}).text
    )
    assert (one, two) == ("sentence", "answer")
    assert sentence["text"] == "可得2000万元。\n[1]"
    assert sentence["citations"][0]["id"] == CLAUSE
    assert answer == client.post("/api/v1/ask", json={"question": ASKED}).json()


def test_a_failure_in_the_middle_of_events_is_told(
    client: TestClient, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stream(*_: object) -> Iterator[Sentence]:
        yield Sentence("一句。", ())
        raise ZeroDivisionError("inner")

    monkeypatch.setattr(backend, "stream", stream)
    *_, (name, data) = events(client.post("/api/v1/ask", json={"question": ASKED, "stream": True}).text)
    assert (name, data["error"]["code"], "inner" in str(data)) == ("error", "internal_error", False)


def test_a_search_is_that_of_the_command(client: TestClient, backend: Backend) -> None:
    kb, _ = backend.get()
    query = "由省科技厅牵头的临床试验"
    whole = client.get("/api/v1/search", params={"q": query, "top": 3})
    assert whole.json() == forms.found_dict(kb.find(query, 3))
    (key,) = [each["key"] for each in whole.json()["conditions"]]
    freed = client.get("/api/v1/search", params={"q": query, "without": [key]}).json()
    assert freed["conditions"] == []
    assert client.get("/api/v1/search", params={"q": query, "without": ["all"]}).json() == freed
    narrow = {
        "q": "临床试验",
        "mode": "keyword",
        "doc": "137",
        "unit": "省科技厅",
        "as_of": "2026-01-01",
        "top": 1,
    }
    (hit,) = client.get("/api/v1/search", params=narrow).json()["hits"]
    assert hit["id"].startswith("鲁科字〔2024〕137号")
    assert client.get("/api/v1/search", params={**narrow, "as_of": "2035-01-01"}).json()["hits"] == []


def test_a_clause_comes_with_its_document_and_what_is_above_it(client: TestClient, backend: Backend) -> None:
    kb, _ = backend.get()
    found = client.get(f"/api/v1/clauses/{quote(CLAUSE, safe='')}").json()
    assert found == client.get(f"/api/v1/clauses/{quote(CLAUSE)}").json()
    document, clause = kb.document_of(CLAUSE), kb.clause(CLAUSE)
    assert (found["text"], found["start"], found["end"]) == (clause.text, clause.span.start, clause.span.end)
    assert [above["id"] for above in found["ancestors"]] == ["鲁科字〔2024〕137号 三"]
    assert found["document"]["title"] == document.title


def test_documents_and_their_clauses(client: TestClient, backend: Backend) -> None:
    kb, _ = backend.get()
    assert client.get("/api/v1/docs").json() == forms.records_dict(kb.records())
    whole = client.get(f"/api/v1/docs/{quote('鲁科字〔2024〕137号')}").json()
    assert whole == json.loads(json.dumps(forms.document_dict(kb.document("鲁科字〔2024〕137号"))))
    part = client.get("/api/v1/clauses", params={"doc": "鲁科字〔2024〕137号"}).json()
    assert part == {key: whole[key] for key in ("document", "clauses")}


def test_rules_calculations_and_matches_are_those_of_the_command(
    client: TestClient, backend: Backend
) -> None:
    _, assistant = backend.get()
    assert client.get("/api/v1/rules").json() == rules_dict(assistant.rules)
    inputs = {"phase": ["II", "III"], "rd_spending": ["6000万", 100000000]}
    found = client.post("/api/v1/calc", json={"rule": "clinical_trial", "inputs": inputs}).json()
    assert (found["status"], found["amount_yuan"]) == ("answered", "50000000")
    lacking = client.post("/api/v1/calc", json={"rule": "clinical_trial", "inputs": {"phase": "II"}}).json()
    assert (lacking["status"], lacking["missing"]) == ("needs_input", ["rd_spending"])
    facts = {"region": "烟台", "stage": "III", "rd_spending": "1亿"}
    matched = client.post("/api/v1/match", json={"facts": facts, "as_of": "2026-01-01"}).json()
    profile = read_profile([f"{name}={value}" for name, value in facts.items()], assistant.measures)
    assert matched == assistant.match(profile, date(2026, 1, 1)).to_dict()


def test_health_tells_the_state_at_once(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_routes, "_WAIT", 0.0)
    backend = Backend(Settings(home=tmp_path / "home", policies=tmp_path / "none", _env_file=None))
    client = client_of(backend)
    assert client.get("/api/health").json()["state"] == "opening"
    early = client.get("/api/v1/docs")
    assert (early.status_code, early.headers["retry-after"]) == (503, "5")
    assert "正在打开" in said(early)
    backend.start()
    with pytest.raises(KnowledgeBaseError):
        backend.get()
    assert client.get("/api/health").json() == {
        **client.get("/api/health").json(),
        "state": "failed",
        "documents": 0,
    }
    late = client.post("/api/v1/ask", json={"question": ASKED})
    assert (late.status_code, "retry-after" in late.headers) == (503, True)
    assert "POLICYKB_POLICIES" in said(late)


def test_health_counts_the_documents(client: TestClient) -> None:
    assert client.get("/api/health").json() == {
        **client.get("/api/health").json(),
        "state": "ready",
        "documents": 2,
    }


HOSTILE = [
    "\x00",
    "a\x00b",
    "\u202e\u200f\ufeff",
    "😀" * 50,
    "'; DROP TABLE clause; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "*:* AND (",
    '"',
    "(" * 200,
    "%s%n{0}{x}",
    "٣٤",
    "\r\n\r\n",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_strange_text_is_taken_as_text(client: TestClient, text: str) -> None:
    replies: list[Any] = [
        client.get("/api/v1/search", params={"q": text, "mode": mode})
        for mode in ("hybrid", "keyword", "exact")
    ]
    replies += [client.get("/api/v1/search", params={"q": "补贴", "doc": text, "unit": text})]
    replies += [
        client.get(f"/api/v1/clauses/{quote(text)}"),
        client.get("/api/v1/clauses", params={"doc": text}),
    ]
    replies += [client.get(f"/api/v1/docs/{quote(text)}")]
    replies += [client.post("/api/v1/ask", json={"question": text, "history": [text]})]
    replies += [client.post("/api/v1/calc", json={"rule": text, "inputs": {text: text}})]
    replies += [client.post("/api/v1/calc", json={"rule": "clinical_trial", "inputs": {"phase": text}})]
    replies += [client.post("/api/v1/match", json={"facts": {"note": text, "region": text}})]
    assert {reply.status_code for reply in replies} <= {200, 404, 422}
    for reply in replies:
        if reply.status_code != 200:
            said(reply)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("search", "q"),
        ("search?q=", "q"),
        ("search?q=a&top=0", "top 应不小于 1"),
        ("search?q=a&top=-5", "top 应不小于 1"),
        ("search?q=a&top=999999999999999999999", "top 应不大于 100"),
        ("search?q=a&top=x", "top 应是整数"),
        ("search?q=a&mode=magic", "mode 应是 hybrid、keyword、semantic、exact 之一"),
        ("search?q=a&as_of=2025-02-30", "as_of"),
        ("search?q=a&as_of=1750000000", "as_of"),
        ("search?q=补贴&without=unit:1", "没有条件"),
        (f"search?q={'长' * 2001}", "q 太长"),
        ("clauses", "doc 缺少这一项"),
    ],
)
def test_a_wrong_query_is_told(client: TestClient, path: str, wrong: str) -> None:
    reply = client.get(f"/api/v1/{path}")
    assert reply.status_code == 422
    assert wrong in said(reply)


@pytest.mark.parametrize(
    ("path", "body", "status", "wrong"),
    [
        ("ask", b"", 422, "缺少"),
        ("ask", b"{", 422, "JSON"),
        ("ask", b"\xff\xfe", 422, "JSON"),
        ("ask", b"[" * 5000, 400, "JSON"),
        ("ask", b"[]", 422, "JSON 对象"),
        ("ask", b'{"question": "\\ud800"}', 422, "question 含有不完整的字符"),
        ("ask", b'{"question": 5}', 422, "question 应是文字"),
        ("ask", b'{"question": "a", "stream": "yes"}', 422, "stream 应是"),
        ("ask", b'{"question": "a", "as_of": 0}', 422, "as_of 应是日期"),
        ("ask", b'{"question": "a", "model": "x"}', 422, "model 没有这一项"),
        ("ask", json.dumps({"question": "a", "history": ["x"] * 51}).encode(), 422, "history 太多"),
        ("ask", json.dumps({"question": "a", "history": ["x" * 2001]}).encode(), 422, "history.0 太长"),
        ("calc", b'{"rule": "none"}', 404, "none"),
        ("calc", b'{"rule": "clinical_trial", "inputs": {"rd_spending": "-5"}}', 422, "负数"),
        ("calc", b'{"rule": "clinical_trial", "inputs": {"x": "1"}}', 422, "没有输入"),
        ("match", b'{"facts": {"x": "1"}}', 422, "没有"),
        ("ask", b" " * (10 * 2**20), 413, "太大"),
    ],
)
def test_a_wrong_body_is_told(client: TestClient, path: str, body: bytes, status: int, wrong: str) -> None:
    reply = client.post(f"/api/v1/{path}", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == status
    assert wrong in said(reply)


def test_a_question_too_long_is_an_answer_that_says_so(client: TestClient) -> None:
    reply = client.post("/api/v1/ask", json={"question": "问" * 3000})
    assert (reply.status_code, reply.json()["status"]) == (200, "invalid_input")


def test_what_is_not_there_is_told(client: TestClient) -> None:
    replies: list[tuple[Callable[..., Any], str, int]] = [
        (client.get, "/api/v1/clauses/无", 404),
        (client.get, "/api/v1/docs/无此文件", 404),
        (client.get, "/api/v1/nothing", 404),
        (client.get, "/api/v1/ask", 405),
        (client.delete, "/api/v1/docs/137", 405),
    ]
    for call, path, status in replies:
        reply = call(path)
        assert (reply.status_code, bool(said(reply))) == (status, True)


def test_the_doors_need_a_key_where_keys_are_set(backend: Backend) -> None:
    backend.keys = type(backend.keys)("oa:s3cret", rate=3)
    client = client_of(backend)
    assert client.get("/api/v1/docs").status_code == 401
    assert client.get("/api/v1/docs", headers={"X-API-Key": "s3cret"}).headers["ratelimit-remaining"] == "2"
    assert client.get("/api/health").status_code == 200
    assert "Authorization: Bearer" in client.get("/api/docs").text
