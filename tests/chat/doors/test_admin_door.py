"""The admin's cookie, and whose requests may use it."""

from __future__ import annotations

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from chat.backend import Backend
from chat.doors import admin
from chat.doors.problems import add_problems


@pytest.fixture
def client(backend: Backend) -> TestClient:
    app = FastAPI()
    add_problems(app)
    app.include_router(admin.router(backend))

    @app.post("/change", dependencies=[Depends(admin.require_admin(backend))])
    def change() -> str:
        return "done"

    return TestClient(app, base_url="http://127.0.0.1:7860")


def test_a_change_needs_the_cookie_and_our_own_page(client: TestClient, backend: Backend) -> None:
    assert client.post("/change").status_code == 401
    assert client.post("/admin/session", json={"password": "不对"}).status_code == 401
    assert client.post("/admin/session", json={"password": backend.admin.password()}).json() == {
        "admin": True
    }
    assert client.post("/change").json() == "done"
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:3000"},  # another program of this machine
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert client.post("/change", headers=headers).status_code == 403
        assert client.post("/admin/session", json={"password": "x"}, headers=headers).status_code == 403
    assert client.post("/change", headers={"Origin": "http://127.0.0.1:7860"}).json() == "done"
    client.delete("/admin/session")
    assert client.post("/change").status_code == 401
