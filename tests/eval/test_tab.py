"""The tab 评测 behind the page: who may run what, how far it is, what is kept and shown."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chat.admin import Admin
from chat.answer import Answer
from eval.doors import router
from eval.metrics.samples import sample_answer
from kb import KnowledgeBase
from kb.settings import Settings

ATTACK = "<img src=x onerror=alert(1)>"
CLAUSE = "鲁科字〔2024〕137号 一"
QA = [
    {"id": "right", "question": "对的", "status": "answered", "difficulty": "easy"},
    {"id": "wrong", "question": ATTACK, "facts": [ATTACK], "clauses": [CLAUSE], "type": ATTACK},
    {"id": "boom", "question": "出错", "status": "answered"},
]
TEXT = "".join(json.dumps(each, ensure_ascii=False) + "\r\n" for each in QA)


class Slow:
    """An assistant that answers when it is let, so that a run stands still where a test looks at it."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()

    def ask(self, question: str, *_: object) -> Answer:
        assert self.go.wait(30)
        if question == "出错":
            raise RuntimeError(ATTACK)
        return sample_answer(ATTACK)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def door(knowledge_base: KnowledgeBase, slow: Slow, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path, _env_file=None)
    backend = SimpleNamespace(
        settings=settings, admin=Admin(tmp_path, "密码"), get=lambda: (knowledge_base, slow)
    )
    app = FastAPI()
    app.include_router(router(backend))  # type: ignore[arg-type]
    client = TestClient(app)
    client.cookies.set("pk-admin", backend.admin.enter("密码") or "")
    yield client
    slow.go.set()
    wait(client, lambda now: now["run"] is None)


def wait(client: TestClient, holds: Callable[[Any], bool]) -> Any:
    until = time.monotonic() + 30
    while not holds(now := client.get("/evaluation").json()):
        assert time.monotonic() < until, now
        time.sleep(0.01)
    return now


def start(client: TestClient, **order: Any) -> Any:
    return client.post("/evaluation", json={"source": "text", "text": TEXT, "name": "我的.jsonl", **order})


def finished(client: TestClient, **order: Any) -> str:
    assert start(client, **order).status_code == 202
    wait(client, lambda now: now["run"] is None)
    return next(iter(client.get("/evaluation/runs").text.split('data-run="')[1:])).partition('"')[0]


def test_only_the_admin_runs_stops_and_deletes_and_everyone_reads(door: TestClient) -> None:
    name = finished(door)
    door.cookies.clear()
    refused = [start(door), door.delete("/evaluation"), door.delete(f"/evaluation/runs/{name}")]
    assert [reply.status_code for reply in refused] == [401] * 3
    assert all("管理密码" in reply.json()["message"] for reply in refused)
    assert "开始评测" not in door.get("/evaluation/form").text
    assert name in door.get("/evaluation/runs").text
    assert "data-remove" not in door.get(f"/evaluation/runs/{name}").text


def test_one_run_at_a_time_tells_how_far_it_is_and_stops_without_a_trace(
    door: TestClient, slow: Slow, tmp_path: Path
) -> None:
    slow.go.clear()
    assert start(door).status_code == 202
    now = door.get("/evaluation").json()
    assert now["run"]["total"] == 3 and now["run"]["left"] is None and "我的.jsonl" in now["run"]["name"]
    assert start(door).status_code == 409
    door.delete("/evaluation")
    assert door.get("/evaluation").json()["run"]["stopping"]
    slow.go.set()
    assert "已停止" in wait(door, lambda now: now["run"] is None)["said"]
    assert list((tmp_path / "evaluations").iterdir()) == []
    assert start(door).status_code == 202


def test_results_are_those_of_the_command_and_shown_without_running_what_is_in_them(
    door: TestClient, tmp_path: Path
) -> None:
    name = finished(door)
    kept = {path.name for path in (tmp_path / "evaluations" / name).iterdir()}
    assert kept == {"qa.jsonl", "answers.jsonl", "metrics.json", "report.html"}
    page = door.get(f"/evaluation/runs/{name}").text
    assert ATTACK not in page and "&lt;img src=x" in page
    assert f'data-clause="{CLAUSE}"' in page and "运行出错" in page and "1 / 3 题" in page
    assert ATTACK not in door.get("/evaluation/runs").text
    report = door.get(f"/export/evaluations/{name}/report.html")
    policy = report.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts;") and "allow-same-origin" not in policy
    answers = door.get(f"/export/evaluations/{name}/answers.jsonl")
    assert len(answers.text.splitlines()) == 3 and "attachment" in answers.headers["content-disposition"]


def test_two_runs_are_compared_question_by_question(door: TestClient, slow: Slow) -> None:
    before = finished(door)
    slow.ask = lambda *_: sample_answer("好了")  # type: ignore[method-assign]
    after = finished(door)
    page = door.get(f"/evaluation/runs/{after}", params={"against": before}).text
    assert "由错变对（1 题）" in page and "由对变错：没有" in page and "的 3 题参加比较" in page
    assert door.delete(f"/evaluation/runs/{before}").status_code == 200
    assert f'"{before}"' not in door.get("/evaluation/runs").text


def test_a_sample_is_spread_and_said(door: TestClient) -> None:
    name = finished(door, source="all", text="", sample=8)
    found = door.get(f"/export/evaluations/{name}/metrics.json").json()
    assert found["overall"]["questions"] == 8 and len(found["by_type"]) > 3
    assert found["qa"] == "全部自带题集，抽 8 题"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"text": '{"id": "a"}'}, "题集.jsonl 第 1 行：缺少字段 question"),
        ({"text": " "}, "请粘贴题集"),
        ({"source": "../../etc/passwd"}, "没有题集"),
        ({"source": "feedback"}, "还没有读者评价"),
        ({"sample": 0}, "抽取题数"),
    ],
)
def test_what_is_wrong_with_an_order_is_said_in_a_line(
    door: TestClient, tmp_path: Path, order: dict[str, Any], said: str
) -> None:
    reply = start(door, **order)
    assert reply.status_code == 400 and said in reply.json()["message"]
    folder = tmp_path / "evaluations"
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize("path", ["%2e%2e", "..%2f..", "none", "a%00b"])
def test_no_name_leads_out_of_the_folder(door: TestClient, path: str) -> None:
    assert door.get(f"/evaluation/runs/{path}").status_code == 404
    assert door.get(f"/export/evaluations/{path}/metrics.json").status_code == 404
    assert door.delete(f"/evaluation/runs/{path}").status_code == 404


def test_a_result_that_cannot_be_read_does_not_hide_the_others(door: TestClient, tmp_path: Path) -> None:
    name = finished(door)
    (tmp_path / "evaluations" / "broken").mkdir()
    (tmp_path / "evaluations" / "broken" / "metrics.json").write_text("{}")
    listed = door.get("/evaluation/runs").text
    assert name in listed and "结果文件读不了" in listed
    assert door.get("/evaluation/runs/broken").status_code == 400
