"""The gate before the doors: keys, rates, sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from chat.doors.bounds import MOST_BYTES, Bounds
from chat.doors.keys import Gate
from chat.doors.problems import add_problems
from chat.keys import Keys, read_keys
from corpus import UsageError

Make = Callable[..., TestClient]


@pytest.fixture
def door() -> Make:
    """A door that says who called, behind a gate of some keys."""

    def make(*args: object, **kwargs: object) -> TestClient:
        app = FastAPI()
        add_problems(app)
        app.add_middleware(Gate, keys=Keys(*args, **kwargs))  # type: ignore[arg-type]
        app.add_middleware(Bounds)

        @app.post("/api/v1/who")
        async def who(request: Request) -> dict[str, object]:
            return {"caller": request.state.caller, "bytes": len(await request.body())}

        @app.post("/elsewhere/too")
        async def too(request: Request) -> int:
            return len(await request.body())

        @app.get("/elsewhere")
        async def elsewhere() -> str:
            return "open"

        return TestClient(app)

    return make


def test_without_keys_the_doors_are_open(door: Make) -> None:
    assert door().post("/api/v1/who").json() == {"caller": "", "bytes": 0}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer s3cret"},
        {"authorization": "bearer  s3cret "},
        {"X-API-Key": "s3cret"},
        {"Authorization": "Basic Og==", "X-API-Key": "s3cret"},
    ],
)
def test_a_key_lets_in_by_either_header(door: Make, headers: dict[str, str]) -> None:
    assert door("oa:s3cret,crm:0ther").post("/api/v1/who", headers=headers).json()["caller"] == "oa"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": "guess"},
        {"Authorization": "s3cret"},
        {"X-API-Key": "oa"},
        {"X-API-Key": "密钥".encode()},
    ],
)
def test_no_key_or_a_wrong_one_is_refused(door: Make, headers: dict[str, str]) -> None:
    client = door("oa:s3cret")
    reply = client.post("/api/v1/who", headers=headers)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.json()["error"]["code"] == "unauthorized"
    assert "密钥" in reply.json()["error"]["message"]
    assert client.get("/elsewhere").status_code == 200


def test_behind_a_login_without_keys_it_says_what_to_set(door: Make) -> None:
    reply = door("", behind_login=True).post("/api/v1/who", headers={"X-API-Key": "any"})
    assert (reply.status_code, "POLICYKB_API_KEYS" in reply.text) == (401, True)


def test_a_rate_is_told_and_kept_for_each_key_apart(door: Make) -> None:
    client = door("oa:s3cret,crm:0ther", rate=2)
    replies = [client.post("/api/v1/who", headers={"X-API-Key": "s3cret"}) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert [reply.headers["ratelimit-remaining"] for reply in replies] == ["1", "0", "0"]
    assert 1 <= int(replies[2].headers["retry-after"]) <= 60
    assert "每分钟最多 2 次" in replies[2].json()["error"]["message"]
    assert client.post("/api/v1/who", headers={"X-API-Key": "0ther"}).status_code == 200


def test_guessing_keys_is_slowed_down(door: Make) -> None:
    client = door("oa:s3cret", rate=2)
    guesses = [client.post("/api/v1/who", headers={"X-API-Key": str(n)}).status_code for n in range(4)]
    assert guesses == [401, 401, 429, 429]


def test_a_flood_of_addresses_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.keys._MOST_CALLERS", 10)
    keys = Keys(rate=5)
    for last in range(50):
        keys.admit({}, f"10.0.0.{last}")
    assert len(keys._storage.events) <= 11


def test_a_body_too_large_is_refused_before_it_is_read(door: Make) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(10):
            yield b"x" * (MOST_BYTES // 2)

    client = door()
    for path in ("/api/v1/who", "/elsewhere/too"):
        for content in (b"x" * (MOST_BYTES + 1), endless()):
            reply = client.post(path, content=content)
            assert (reply.status_code, reply.json()["error"]["code"]) == (413, "too_large")
    assert client.post("/api/v1/who", content=b"x" * MOST_BYTES).json()["bytes"] == MOST_BYTES


@pytest.mark.parametrize("chosen", ["s3cret", "oa:", ":s3cret", "oa:a b", "oa:密", "oa:1,oa:2", "oa:1,crm:1"])
def test_keys_written_wrongly_are_told_without_showing_them(chosen: str) -> None:
    with pytest.raises(UsageError, match="POLICYKB_API_KEYS 的第") as told:
        read_keys(chosen)
    assert "s3cret" not in str(told.value)


def test_what_goes_wrong_inside_is_one_chinese_line(door: Make) -> None:
    client = door()

    @client.app.get("/api/v1/broken")  # type: ignore[attr-defined]
    def broken() -> None:
        raise ZeroDivisionError("secret path")

    reply = client.get("/api/v1/broken")
    assert reply.status_code == 500
    assert reply.json()["error"]["code"] == "internal_error"
    assert "secret" not in reply.text
