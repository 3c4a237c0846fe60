"""Who may do what by the 知识库 tab's routes: anyone looks at documents, only the admin changes them; readers where a login is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from chat.backend import Backend
from chat.doors.mount import add_doors
from chat.login import Readers
from corpus import UsageError
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder

NUMBER = "示府办〔2024〕8号"
NOTICE = """示范市人民政府办公室关于印发示范市技术改造奖补办法的通知

示府办〔2024〕8号

一、支持技术改造。对企业实施的技术改造项目，按设备投资的8%给予补助，最高不超过500万元。

二、支持平台建设。对新认定的国家级、省级企业技术中心，分别给予200万元、100万元一次性奖励。

示范市人民政府办公室
2024年3月1日
"""
CHANGES = (
    ("/library/preview", {"id": NUMBER, "version": "", "fields": {"title": "坏"}}),
    ("/library/correct", {"id": NUMBER, "version": "", "fields": {"title": "坏"}}),
    ("/library/remove", {"id": NUMBER}),
    ("/library/rules/check", {"id": "a", "text": "id: a"}),
    ("/library/rules/confirm", {"id": "a"}),
    ("/library/rules/reject", {"id": "a"}),
    ("/library/rules/drop", {"id": "a"}),
)
SIGHTS = (f"/library/form?id={NUMBER}", f"/library/removal?id={NUMBER}", "/library/rules", "/library/changes")


@pytest.fixture
def own(
    embedder: Embedder, no_policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Backend]:
    """Open, on a knowledge base of its own with one document."""
    (tmp_path / "办法.txt").write_text(NOTICE, "utf-8")
    chosen: dict[str, Any] = {"admin_password": "a-password", "api_rate": 0}
    settings = Settings(home=tmp_path / "home", policies=no_policies, _env_file=None, **chosen)
    with KnowledgeBase(settings, embedder) as kb:
        kb.ingest([tmp_path / "办法.txt"])
        monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", lambda *_: kb)
        backend = Backend(settings)
        backend.start()
        backend.get()
        yield backend


def client(backend: Backend) -> TestClient:
    app = FastAPI(openapi_url=None)
    add_doors(app, backend)
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def visitor(own: Backend) -> TestClient:
    return client(own)


@pytest.fixture
def admin(visitor: TestClient) -> TestClient:
    assert visitor.post("/admin/session", json={"password": "a-password"}).json() == {"admin": True}
    return visitor


def test_a_visitor_sees_documents_and_changes_nothing(own: Backend, visitor: TestClient) -> None:
    told = visitor.get("/library/documents").json()
    assert "示府办〔2024〕8号" in told["html"] and "data-remove" not in told["html"]
    before = own.get()[0].documents()
    visitor.cookies.set("pk-admin", "made-up")
    for path, body in CHANGES:
        assert visitor.post(path, json=body).status_code == 401, path
    for path in SIGHTS:
        assert visitor.get(path).status_code == 401, path
    assert own.get()[0].documents() == before
    assert [change.action for change in own.get()[0].audit.latest()] == ["入库"]


def test_a_wrong_password_and_too_many(visitor: TestClient) -> None:
    for _ in range(5):
        told = visitor.post("/admin/session", json={"password": "guess"})
    assert told.status_code == 401
    shut = visitor.post("/admin/session", json={"password": "a-password"})
    assert shut.status_code == 401 and "一分钟后" in shut.json()["message"]


def test_the_admin_corrects_and_removes(own: Backend, admin: TestClient) -> None:
    kb = own.get()[0]
    version = kb.records()[0].content_hash
    sent = {
        "id": NUMBER,
        "version": version,
        "fields": {"doc_number": "示政发[2024] 9号", "title": "<b>奖补</b>办法"},
    }
    told = admin.post("/library/preview", json=sent).json()["html"]
    assert "示政发〔2024〕9号" in told and "&lt;b&gt;" in told and "<b>" not in told
    assert kb.records()[0].id == NUMBER
    assert "已保存" in admin.post("/library/correct", json=sent).json()["message"]
    again = admin.post(
        "/library/correct", json={**sent, "id": "示政发〔2024〕9号", "fields": {"title": "丙"}}
    )
    assert "被改动过" in again.json()["error"]["message"]
    for path in ("documents", "form?id=示政发〔2024〕9号", "removal?id=示政发〔2024〕9号", "changes"):
        html = admin.get(f"/library/{path}").json()["html"]
        assert "奖补" in html and "<b>" not in html, path
    assert (
        "已从知识库删除" in admin.post("/library/remove", json={"id": "示政发〔2024〕9号"}).json()["message"]
    )
    assert [(change.who, change.action) for change in kb.audit.latest(2)] == [
        ("网页管理员", "删除"),
        ("网页管理员", "改信息"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", " ", "标题不能为空"),
        ("doc_number", "9号", "文号“9号”不完整"),
        ("effective_to", "2025-13-01", "失效日期“2025-13-01”不是日期"),
        ("effective_to", "明年", "应写作 2025-01-31"),
        ("level", "乡", "层级应为"),
        ("issuers", "长" * 301, "太长"),
    ],
)
def test_what_cannot_be_used_is_told_by_field(admin: TestClient, field: str, value: str, said: str) -> None:
    got = admin.post("/library/preview", json={"id": NUMBER, "version": "", "fields": {field: value}})
    assert said in got.json()["wrong"]
    got = admin.post("/library/correct", json={"id": NUMBER, "version": "", "fields": {field: value}})
    assert got.status_code == 422 and said in got.json()["error"]["message"]


def test_days_in_the_wrong_order(admin: TestClient) -> None:
    fields = {"effective_from": "2025年1月2日", "effective_to": "2025/1/1"}
    got = admin.post("/library/preview", json={"id": NUMBER, "version": "", "fields": fields})
    assert "早于施行日期" in got.json()["wrong"]


def test_a_draft_is_edited_checked_and_confirmed(own: Backend, admin: TestClient) -> None:
    kb, assistant = own.get()
    first, second = (rule.id for rule in assistant.measures)
    told = admin.get("/library/rules").json()
    assert told["counts"] == {"draft": 2, "confirmed": 0, "stopped": 0, "rejected": 0}
    assert "<mark>" in told["html"] and "<b><mark>8%</mark></b>" in told["html"]
    text = admin.get(f"/library/rules/text?id={first}").json()["text"]
    wrong = admin.post(
        "/library/rules/confirm", json={"id": first, "text": text.replace("value: 8%", "value: 80%")}
    )
    assert wrong.json()["fits"] is False and "里没有 80%" in wrong.json()["html"]
    for broken, said in (("id: [", "第1行"), (text.replace(first, "../../x"), "id"), ("- 1", "字段: 值")):
        html = admin.post("/library/rules/check", json={"id": first, "text": broken}).json()["html"]
        assert said in html and "Traceback" not in html
    assert assistant.rules == ()
    renamed = text.replace("title: ", "title: 改过的")
    assert admin.post("/library/rules/confirm", json={"id": first, "text": renamed}).json()["fits"]
    assert [rule.title[:3] for rule in assistant.rules] == ["改过的"]
    assert "网页管理员 于" in admin.get("/library/rules?state=confirmed").json()["html"]
    admin.post("/library/rules/reject", json={"id": second})
    counts = admin.get("/library/rules", params={"doc": NUMBER}).json()["counts"]
    assert counts == {"draft": 0, "confirmed": 1, "stopped": 0, "rejected": 1}
    admin.post("/library/rules/drop", json={"id": first})
    admin.post("/library/rules/drop", json={"id": second})
    assert admin.get("/library/rules").json()["counts"]["draft"] == 2
    actions = [change.action for change in kb.audit.latest(4)]
    assert actions == ["恢复草稿", "撤销规则", "不采用草稿", "确认规则"]


def test_thousands_are_listed_a_page_at_a_time(own: Backend) -> None:
    from dataclasses import replace
    from datetime import date

    from chat.page.library_list import PAGE, listed

    (one,) = own.get()[0].records()
    many = [replace(one, id=f"示府办〔2024〕{n}号", title=f"第{n}号办法") for n in range(3000)]
    day = date(2025, 1, 1)
    found = listed(many, day, words="示府办[2024] 办法", sort="title", page=2)
    assert (found.total, found.page, found.pages, len(found.records)) == (3000, 2, 150, PAGE)
    assert [each.title for each in listed(many, day, words="第2999号").records] == ["第2999号办法"]
    assert listed(many, day, words="没有这个").total == 0 == listed(many, day, standing="已废止").total


# Readers ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(own: Backend) -> TestClient:
    """Doors behind a login, and a page that takes every path that is left."""
    settings = own.settings.model_copy(update={"login": SecretStr("张三:a-word,李四:b:word")})
    backend = Backend(settings)
    backend.start()
    backend.get()
    app = FastAPI(openapi_url=None)
    add_doors(app, backend)
    app.add_api_route("/{path:path}", lambda path: {"page": path})
    return TestClient(app, follow_redirects=False)


def test_without_the_setting_reading_is_open(visitor: TestClient) -> None:
    assert visitor.get("/library/documents").status_code == 200
    assert visitor.get("/login").status_code == 303


def test_nothing_is_read_without_a_login(closed: TestClient) -> None:
    browser = {"accept": "text/html,*/*"}
    for path in (
        "/",
        "/clause/示府办〔2024〕8号 一",
        "/gradio_api/queue/join",
        "/export/x",
        "/library/documents",
    ):
        assert closed.get(path).status_code == 401, path
        assert closed.get(path, headers=browser).status_code == 303, path
    assert closed.post("/gradio_api/queue/join", json={}).status_code == 401
    assert closed.post("/admin/session", json={"password": "a-password"}).status_code == 401
    assert closed.get("/api/v1/docs").status_code == 401  # asks for a key, of which there is none
    sent = closed.get("/clause?id=甲 一&x=1", headers=browser).headers["location"]
    form = closed.get(sent)
    assert form.status_code == 200 and form.headers["cache-control"] == "no-store"
    assert 'value="/clause?id=' in form.text and "&amp;x=1" in form.text


def test_a_reader_comes_in_and_leaves(closed: TestClient) -> None:
    wrong = closed.post("/login", data={"name": '"><script>', "password": "x", "next": "/"})
    assert wrong.status_code == 401 and "用户名或密码不对" in wrong.text and "<script>" not in wrong.text
    right = closed.post("/login", data={"name": "李四", "password": "b:word", "next": "//evil.example"})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    cookie = right.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert closed.get("/anything").json() == {"page": "anything"}
    assert closed.get("/library/session").json() == {"admin": False, "reader": "李四"}
    closed.post("/logout")
    assert closed.get("/anything").status_code == 401


def test_guessing_passwords_is_slowed_down(closed: TestClient) -> None:
    for _ in range(5):
        closed.post("/login", data={"name": "张三", "password": "guess"})
    shut = closed.post("/login", data={"name": "张三", "password": "a-word"})
    assert shut.status_code == 429 and "一分钟后" in shut.text


def test_tries_count_for_an_address_and_a_minute() -> None:
    now = [0.0]
    readers = Readers("张三:a-word", clock=lambda: now[0])
    for _ in range(5):
        assert readers.enter("张三", "", "10.0.0.1") is None
    assert readers.enter("张三", "a-word", "10.0.0.1") is None
    assert readers.enter("没有", "", "10.0.0.2") is None
    key = readers.enter("张三", "a-word", "10.0.0.2")
    assert key and readers.name_of({"pk-reader": key}) == "张三"
    now[0] = 61
    assert readers.enter("张三", "a-word", "10.0.0.1")
    now[0] = 13 * 3600
    assert readers.name_of({"pk-reader": key}) == ""


@pytest.mark.parametrize("chosen", ["张三", "张三:", ":a", "张三:a,", "张三:a,张三:b"])
def test_a_login_written_wrongly_is_one_line_without_the_password(chosen: str) -> None:
    with pytest.raises(UsageError, match=r"^设置 POLICYKB_LOGIN 的第 \d 项不可用：[^\n]*$"):
        Readers(chosen)


def test_serving_with_such_a_setting_ends_at_once(tmp_path: Path) -> None:
    from chat.page.server import serve

    with pytest.raises(UsageError, match="POLICYKB_LOGIN"):
        serve(Settings(home=tmp_path, port=0, login="oops", _env_file=None), lambda _: None)  # type: ignore[arg-type, return-value]


def test_a_password_nobody_chose_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from chat.page.server import _tell_password

    _tell_password(Settings(home=tmp_path, admin_password="chosen", _env_file=None))  # type: ignore[arg-type]
    assert capsys.readouterr().out == ""
    _tell_password(Settings(home=tmp_path, _env_file=None))
    password = (tmp_path / "admin-password.txt").read_text("utf-8").strip()
    assert capsys.readouterr().out.startswith(f"管理密码：{password}（保存在 ")
