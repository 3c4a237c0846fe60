"""The pages of clauses and answers, and the download of a conversation."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chat.answer import Answer
from chat.backend import Backend
from chat.doors import export_conversation, links
from chat.page import talk
from kb.settings import Settings

CLAUSE = "鲁科字〔2024〕137号 三/（一）"
PARENT = "鲁科字〔2024〕137号 三"
QUESTION = "II期临床研发投入6000万能拿多少"
EVIL = "<script>alert(1)</script>"


def client_of(backend: Backend) -> TestClient:
    app = FastAPI()
    app.include_router(links.router(backend))
    app.include_router(export_conversation.router(backend))
    return TestClient(app)


@pytest.fixture
def client(backend: Backend) -> Iterator[TestClient]:
    with client_of(backend) as made:
        yield made


def shared(backend: Backend, answer: Answer) -> str:
    """The path of the page of an answer."""
    return "/" + talk.share_answer(backend, backend.ratings.keep(answer, ()))["path"]


def is_plain(page: Any) -> bool:
    """Whether a page runs nothing and asks no other host for anything."""
    hosts = re.findall(r"(?:src|href)=\"(?:https?:)?//", page.text)
    return (
        "<script" not in page.text
        and not hosts
        and "default-src 'none'" in page.headers["content-security-policy"]
    )


def test_a_clause_has_a_page_of_its_own(client: TestClient) -> None:
    page = client.get(f"/clause/{quote(CLAUSE)}")
    assert page.status_code == 200 and is_plain(page) and page.headers["content-type"].startswith("text/html")
    text = unescape(re.sub(r"<[^>]*>", "", page.text.partition("<main>")[2]))
    for said in (
        "鲁科字〔2024〕137号 三、（一）",
        "不超过研发投入40%",
        "牵头单位：省科技厅",
        "有效期",
        "下一条：（二）",
    ):
        assert said in text, said
    for linked in (f"/clause/{quote(PARENT)}", f"/?clause={quote(CLAUSE, safe='')}"):
        assert f'href="{linked}"' in page.text
    assert "本条下的各项" not in text
    parent = client.get(f"/clause/{quote(PARENT)}").text
    assert "本条下的各项" in parent and f'href="/clause/{quote(CLAUSE)}"' in parent and "研究型床位" in parent


def test_every_clause_has_a_page(client: TestClient, backend: Backend) -> None:
    for document in backend.get()[0].documents():
        for clause in document.clauses:
            page = client.get(f"/clause/{quote(clause.id)}")
            assert page.status_code == 200, clause.id
            assert unescape(page.text).count(clause.text.splitlines()[-1][-20:]) >= 1


def test_a_clause_that_is_not_there_is_named_with_a_way_on(client: TestClient) -> None:
    page = client.get(f"/clause/{quote(f'甲字〔2024〕1号 {EVIL}')}")
    assert page.status_code == 404 and is_plain(page)
    assert "没有“甲字〔2024〕1号 &lt;script&gt;" in page.text and "#search" in page.text


def test_an_answer_has_a_page_once_it_is_shared(client: TestClient, backend: Backend) -> None:
    answer = backend.ask(QUESTION)
    page = client.get(shared(backend, answer))
    assert page.status_code == 200 and is_plain(page) and 'name="robots" content="noindex"' in page.text
    for said in (
        QUESTION,
        "最高 2000万元",
        "2400万元",
        answer.citations[0].quote,
        "的原文一致",
        str(answer.as_of),
    ):
        assert said in page.text, said
    assert (
        'href="#c1"' in page.text
        and 'id="c1"' in page.text
        and f'href="/clause/{quote(CLAUSE)}"' in page.text
    )
    for key in ("0" * 32, "x", quote("../a")):
        missing = client.get(f"/answer/{key}")
        assert missing.status_code == 404 and (key == quote("../a") or "没有这条回答" in missing.text)


def test_an_answers_page_shows_the_conditions_it_was_shown_with(client: TestClient, backend: Backend) -> None:
    *_, (html, _) = talk.converse(backend, QUESTION, [])
    assert "条件对照" in html
    key = re.findall(r'data-key="([0-9a-f]+)"', html)[0]
    page = client.get("/" + talk.share_answer(backend, key)["path"])
    assert page.status_code == 200 and "条件对照" in page.text and "待补充" in page.text and is_plain(page)
    assert page.text.count("<table") == 2 and "/clause/" in page.text.partition("条件对照")[2]


def test_an_answer_says_which_of_its_clauses_have_changed(
    client: TestClient, backend: Backend, answer: Callable[..., Answer]
) -> None:
    real = backend.ask(QUESTION)
    first, second = real.citations[:2]
    changed = replace(
        real, citations=(first, replace(second, quote="从前的话"), replace(first, n=3, id="没有 一"))
    )
    page = client.get(shared(backend, changed)).text
    assert "所引条款此后有改动：[2]、[3]" in page and "与下面的引文不同" in page and "已不在知识库中" in page


def test_what_was_asked_and_said_is_escaped(
    client: TestClient, backend: Backend, answer: Callable[..., Answer]
) -> None:
    cited = answer().citations[0]
    evil = answer(
        question=EVIL,
        answer=EVIL,
        warnings=(EVIL,),
        citations=(replace(cited, label=EVIL, quote=EVIL, id=EVIL),),
    )
    page = client.get(shared(backend, evil))
    assert is_plain(page) and page.text.count("&lt;script&gt;") >= 5


def test_while_the_knowledge_base_is_opened_the_pages_ask_for_patience(tmp_path: Any) -> None:
    client = client_of(Backend(Settings(home=tmp_path, _env_file=None)))
    for path in (f"/clause/{quote(CLAUSE)}", f"/answer/{'0' * 32}"):
        page = client.get(path)
        assert page.status_code == 503 and "retry-after" in page.headers and "正在打开知识库" in page.text


def test_a_conversation_is_downloaded_by_its_keys(client: TestClient, backend: Backend) -> None:
    key = backend.ratings.keep(backend.ask(QUESTION), ())
    for form in ("md", "docx"):
        sent = client.get(f"/export/conversation.{form}", params={"keys": f"{key},gone"})
        assert sent.status_code == 200 and quote("政策问答记录") in sent.headers["content-disposition"]
        paragraphs = Document(io.BytesIO(sent.content)).paragraphs if form == "docx" else ()
        text = "\n".join(each.text for each in paragraphs) or sent.text
        assert (
            QUESTION in text
            and "已不再保留" in text
            and "http://testserver/clause/" in (sent.text if form == "md" else "http://testserver/clause/")
        )
    for bad in ({"keys": ""}, {"keys": ","}, {"keys": ",".join(["k"] * 101)}, {}):
        assert client.get("/export/conversation.md", params=bad).status_code == 422
    assert client.get("/export/conversation.exe", params={"keys": key}).status_code == 422
