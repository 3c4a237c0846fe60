"""The OpenAPI of the REST door is honest: a fuzzer that believes it finds no failure of ours and no lie."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import SecretStr
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from chat.backend import Backend
from chat.doors.docs_page import page_html
from chat.doors.mount import add_doors
from chat.doors.rest import rest_app
from kb import KnowledgeBase

KEY = "s3cret"
NAMED = ("/v1/calc", "/v1/match")  # which names are accepted depends on the rules, so no schema can say it
CALLS = [
    ("get", "/health"),
    ("get", "/v1/search"),
    ("get", "/v1/clauses"),
    ("get", "/v1/clauses/{id}"),
    ("get", "/v1/docs"),
    ("get", "/v1/docs/{id}"),
    ("get", "/v1/rules"),
    ("post", "/v1/ask"),
    ("post", "/v1/calc"),
    ("post", "/v1/match"),
]


@pytest.fixture(scope="module")
def app(knowledge_base: KnowledgeBase) -> FastAPI:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.knowledge_base.KnowledgeBase", lambda *_: knowledge_base)
        keys = {"api_rate": 0, "api_keys": SecretStr(f"oa:{KEY}")}
        backend = Backend(knowledge_base.settings.model_copy(update=keys))
        backend.start()
        backend.get()
    made = FastAPI(openapi_url=None)
    add_doors(made, backend)
    return made


@pytest.fixture(scope="module")
def spec(app: FastAPI) -> dict[str, Any]:
    told: dict[str, Any] = TestClient(app).get("/api/openapi.json").json()
    return told


@pytest.fixture(scope="module")
def api(app: FastAPI) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", app)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        (*call, mode)
        for call in CALLS
        for mode in GenerationMode
        if mode is GenerationMode.POSITIVE
        or call != ("get", "/health")  # it takes nothing that could be wrong
    ],
)
def test_a_fuzzer_finds_no_failure_and_no_lie(api: Any, method: str, path: str, mode: GenerationMode) -> None:
    cases = api[path][method].as_strategy(generation_mode=mode)
    taken = [positive_data_acceptance] if path in NAMED else []
    if mode is GenerationMode.NEGATIVE:
        taken.append(ignored_auth)  # it spoils one header of two and wonders that the other lets it in

    @given(case=cases)
    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def fuzz(case: Case) -> None:
        case.call_and_validate(headers={"X-API-Key": KEY}, excluded_checks=taken)

    fuzz()


def test_it_speaks_of_every_call_in_chinese(spec: dict[str, Any]) -> None:
    told = {(method, path) for path, methods in spec["paths"].items() for method in methods}
    assert told == set(CALLS)
    for methods in spec["paths"].values():
        for operation in methods.values():
            words = [operation["summary"], operation["description"]]
            words += [each["description"] for each in operation.get("parameters", ())]
            assert all(re.search("[一-鿿]", text) for text in words)
    assert spec["servers"] == [{"url": "/api"}]


def test_it_says_how_keys_are_given(spec: dict[str, Any]) -> None:
    kinds = {each["type"] for each in spec["components"]["securitySchemes"].values()}
    assert kinds == {"http", "apiKey"}
    assert len(spec["paths"]["/v1/ask"]["post"]["security"]) == 2
    assert "security" not in spec["paths"]["/health"]["get"]


def test_it_says_that_keys_are_not_needed_where_none_are_set(backend: Backend) -> None:
    operation = rest_app(backend).openapi()["paths"]["/v1/ask"]["post"]
    assert {} in operation["security"]


def test_the_page_of_it_asks_nobody_else(spec: dict[str, Any]) -> None:
    page = page_html(spec, "http://here/api", needs_key=True)
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", page) == []
    assert page.count("<section id=") == 10
    assert "Authorization: Bearer 密钥" in page
    assert "curl -G &#x27;http://here/api/v1/search&#x27;" in page


def test_the_page_of_it_shows_what_is_told_as_text() -> None:
    told = {
        "summary": "<script>",
        "tags": ["<b>"],
        "description": "<i>",
        "responses": {"200": {"content": {"application/json": {"schema": {}}}}},
    }
    spec = {"info": {"title": "<u>", "version": "1", "description": "d"}, "paths": {"/<q>": {"get": told}}}
    page = page_html(spec, "http://h/'\"<s>")
    assert not re.search("<(?:b>|i>|u>|q>|s>)", page.replace("<b>&lt;", ""))
