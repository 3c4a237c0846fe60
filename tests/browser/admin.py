"""What an admin does to a test's server without a page: documents put in for a while, and taken away again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from chat.admin import PASSWORD_FILE


def password_of(home: Path) -> str:
    """The password of a server for which nobody chose one."""
    return (home / PASSWORD_FILE).read_text("utf-8").strip()


@contextmanager
def documents_beside(address: str, home: Path, texts: Mapping[str, str] | None = None) -> Iterator[None]:
    """More documents, by file name, in the knowledge base of a server; when it ends all are gone that were not there before."""
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as admin:
        assert admin.post("admin/session", json={"password": password_of(home)}).status_code == 200
        before = _ids(admin)
        tokens = [_sent(admin, name, text) for name, text in (texts or {}).items()]
        for token in tokens:
            _until(admin, token, "ready")
            assert admin.post(f"library/files/{token}/accept", json={}).status_code == 202
            _until(admin, token, "accepted")
        try:
            yield
        finally:
            for document in _ids(admin) - before:
                assert admin.post("library/remove", json={"id": document}).status_code == 200
            for token in tokens:
                admin.delete(f"library/files/{token}")


def _ids(admin: httpx.Client) -> set[str]:
    return {each["id"] for each in admin.get("api/v1/docs").json()["documents"]}


def _sent(admin: httpx.Client, name: str, text: str) -> str:
    sent = admin.post("library/files", params={"name": name}, content=text.encode())
    assert sent.status_code == 201, sent.text
    return str(sent.json()["token"])


def _until(admin: httpx.Client, token: str, state: str) -> None:
    until = time.monotonic() + 120
    while True:
        files: list[dict[str, Any]] = admin.get("library/files").json()["files"]
        now = next(each["state"] for each in files if each["token"] == token)
        if now == state:
            return
        assert now != "failed" and time.monotonic() < until, files
        time.sleep(0.1)
