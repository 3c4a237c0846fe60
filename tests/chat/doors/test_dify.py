"""Dify's external knowledge API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import httpx2
import pytest

from chat.backend import Backend
from chat.wording import short_label

Retrieve = Callable[..., httpx2.Response]
ID = "鲁科字〔2024〕137号"
OTHER = "鲁发改高技〔2025〕687号"


def body(**changes: Any) -> dict[str, Any]:
    return {
        "knowledge_id": "policykb",
        "query": "临床试验补贴",
        "retrieval_setting": {"top_k": 5, "score_threshold": 0.0},
        **changes,
    }


def where(*conditions: tuple[Any, ...], operator: str = "and") -> dict[str, Any]:
    """Conditions as Dify sends them."""
    keys = ("name", "comparison_operator", "value")
    return {
        "logical_operator": operator,
        "conditions": [dict(zip(keys, each, strict=False)) for each in conditions],
    }


@pytest.fixture
def records(address: str) -> Callable[..., list[dict[str, Any]]]:
    """What is found."""

    def found(**changes: Any) -> list[dict[str, Any]]:
        reply = httpx2.post(f"{address}/dify/retrieval", json=body(**changes))
        assert reply.status_code == 200, reply.text
        return list(reply.json()["records"])

    return found


def test_records_are_clauses_word_for_word(address: str, shared: Backend) -> None:
    kb = shared.get()[0]
    reply = httpx2.post(f"{address}/retrieval", json=body())
    assert reply.json() == httpx2.post(f"{address}/dify/retrieval", json=body()).json()
    found = reply.json()["records"]
    assert len(found) == 5
    assert [each["score"] for each in found] == sorted((each["score"] for each in found), reverse=True)
    for record in found:
        metadata = record["metadata"]
        clause = kb.clause(metadata["id"])
        assert record["content"] == clause.text
        assert 0 <= record["score"] <= 1
        assert metadata["label"] == clause.label
        assert record["title"].endswith(short_label(clause, metadata["document_id"]))
        assert (metadata["start"], metadata["end"]) == (clause.span.start, clause.span.end)
        assert metadata["document"] == kb.document_of(clause.id).name


def test_no_more_than_asked_for_and_no_worse(records: Callable[..., list[dict[str, Any]]]) -> None:
    every = records(retrieval_setting={"top_k": 20, "score_threshold": 0.0})
    bound = every[2]["score"]
    good = records(retrieval_setting={"top_k": 20, "score_threshold": bound})
    assert good == [each for each in every if each["score"] >= bound] and len(good) < len(every)
    assert records(retrieval_setting={"top_k": 2, "score_threshold": None}) == every[:2]


@pytest.mark.parametrize("name", [OTHER, "细胞与基因治疗产业"])
def test_a_knowledge_id_may_be_a_document(records: Callable[..., list[dict[str, Any]]], name: str) -> None:
    found = records(knowledge_id=name)
    assert len(found) == 5
    assert {each["metadata"]["doc_number"] for each in found} == {OTHER}


def test_a_clause_is_found_by_its_address(records: Callable[..., list[dict[str, Any]]]) -> None:
    (record,) = records(query="687号文第8条")
    assert (record["metadata"]["id"], record["score"]) == (f"{OTHER} 二/8", 1.0)
    assert records(query="687号文第99条") == []


@pytest.mark.parametrize(
    ("condition", "documents"),
    [
        (("doc_number", "is", ID), {ID}),
        (("文号", "is", ID), {ID}),
        ((["doc_number"], "is not", ID), {OTHER}),
        (("title", "contains", "细胞"), {OTHER}),
        (("title", "not contains", "细胞"), {ID}),
        (("title", "start with", "山东省"), {ID}),
        (("title", "end with", "若干措施"), {OTHER}),
        (("doc_number", "in", [ID, "别的"]), {ID}),
        (("doc_number", "in", f"{ID},{OTHER}"), {ID, OTHER}),
        (("doc_number", "not in", [ID]), {OTHER}),
        (("issuers", "contains", "海关"), {OTHER}),
        (("region", "not empty"), {ID, OTHER}),
        (("region", "empty"), set()),
        (("issued_on", "before", "2025-01-01"), {ID}),
        (("issued_on", "after", "2025-01-01"), {OTHER}),
        (("issued_on", ">", 1735689600), {OTHER}),
        (("issued_on", "≠", "2025-09-19"), {ID}),
        (("status", "is", "已废止"), set()),
    ],
)
def test_conditions_on_documents(
    records: Callable[..., list[dict[str, Any]]], condition: tuple[Any, ...], documents: set[str]
) -> None:
    found = records(
        metadata_condition=where(condition), retrieval_setting={"top_k": 40, "score_threshold": 0}
    )
    assert {each["metadata"]["doc_number"] for each in found} == documents


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (("lead", "is", "省科技厅"), lambda m: "省科技厅" in m["lead"]),
        (("lead", "empty"), lambda m: not m["lead"]),
        (("label", "contains", "三、"), lambda m: "三、" in m["label"]),
        (("start", "≥", "1000"), lambda m: m["start"] >= 1000),
        (("start", "≤", 1000), lambda m: m["start"] <= 1000),
        (("start", "<", 1000), lambda m: m["start"] < 1000),
    ],
)
def test_conditions_on_clauses(
    records: Callable[..., list[dict[str, Any]]],
    condition: tuple[Any, ...],
    holds: Callable[[dict[str, Any]], bool],
) -> None:
    wide = {"top_k": 100, "score_threshold": 0}
    every = records(retrieval_setting=wide)
    wanted = [each for each in every if holds(each["metadata"])]
    assert 0 < len(wanted) < len(every)
    assert records(metadata_condition=where(condition), retrieval_setting=wide) == wanted


def test_all_or_any(records: Callable[..., list[dict[str, Any]]]) -> None:
    one, other = ("doc_number", "is", OTHER), ("lead", "contains", "省科技厅")
    wide = {"top_k": 100, "score_threshold": 0}

    def ids(operator: str) -> set[str]:
        found = records(metadata_condition=where(one, other, operator=operator), retrieval_setting=wide)
        return {each["metadata"]["id"] for each in found}

    every = records(retrieval_setting=wide)
    of_one = {each["metadata"]["id"] for each in every if each["metadata"]["doc_number"] == OTHER}
    of_other = {each["metadata"]["id"] for each in every if "省科技厅" in each["metadata"]["lead"]}
    assert ids("and") == of_one & of_other != set()
    assert ids("or") == of_one | of_other
    assert of_other - of_one


@pytest.mark.parametrize(
    ("changes", "status", "code", "said"),
    [
        ({"knowledge_id": "没有的文件"}, 404, 2001, "没有的文件"),
        ({"retrieval_setting": {"top_k": 0, "score_threshold": 0}}, 400, 400, "top_k"),
        ({"query": None}, 400, 400, "query"),
        ({"metadata_condition": where(("colour", "is", "红"))}, 400, 400, "没有元数据字段“colour”"),
        ({"metadata_condition": where(("title", "is"))}, 400, 400, "缺少 value"),
        ({"metadata_condition": where(("title", ">", 3))}, 400, 400, "不能用 > 与“3”比较"),
        ({"metadata_condition": where(("start", ">", "nan"))}, 400, 400, "nan"),
        ({"metadata_condition": where(("issued_on", "before", "去年"))}, 400, 400, "去年"),
        ({"metadata_condition": where(("title", "like", "甲"))}, 400, 400, "comparison_operator"),
    ],
)
def test_errors_are_told_as_dify_expects(
    address: str, changes: dict[str, Any], status: int, code: int, said: str
) -> None:
    reply = httpx2.post(f"{address}/dify/retrieval", json=body(**changes))
    assert (reply.status_code, reply.json()["error_code"]) == (status, code)
    assert said in reply.json()["error_msg"]


def test_the_check_dify_makes_when_it_is_set_up_is_not_taken_for_a_missing_service(address: str) -> None:
    assert httpx2.post(f"{address}/dify/retrieval").status_code == 400  # 403 and 404 would refuse the set-up


def test_keys(locked: str) -> None:
    def told(path: str = "/dify/retrieval", **headers: str) -> tuple[int, int | None]:
        reply = httpx2.post(f"{locked}{path}", json=body(), headers=headers)
        return reply.status_code, reply.json().get("error_code")

    assert told() == (403, 1001)
    assert told(Authorization="s3cret") == (403, 1001)
    assert told("/retrieval", Authorization="Bearer guess") == (403, 1002)
    assert told(Authorization="Bearer s3cret") == (200, None)


def test_metadata_is_plain_json(records: Callable[..., list[dict[str, Any]]]) -> None:
    (record,) = records(retrieval_setting={"top_k": 1, "score_threshold": 0.0}, knowledge_id=OTHER)
    assert date.fromisoformat(record["metadata"]["issued_on"]) == date(2025, 9, 19)
    assert isinstance(record["metadata"]["issuers"], list)
    assert None not in record["metadata"].values()
