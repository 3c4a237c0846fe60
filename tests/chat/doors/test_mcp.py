"""A real MCP client, over HTTP and over a pipe, searches, asks and calculates; citations stay intact."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from chat.backend import Backend
from chat.doors.mcp_http import security

QUESTION = "II期临床研发投入6000万能拿多少"
TOOLS = {
    "search_clauses",
    "get_clause",
    "ask",
    "calculate",
    "list_rules",
    "match_measures",
    "list_documents",
}


def run(server: Any, use: Callable[[Client], Awaitable[None]], **options: Any) -> None:
    async def connect() -> None:
        async with Client(server, **options) as client:
            await use(client)

    asyncio.run(connect())


async def called(client: Client, tool: str, **arguments: Any) -> tuple[dict[str, Any], str]:
    """What a tool gives: its data and its text."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content[0].text
    assert result.structured_content is not None
    return result.structured_content, result.content[0].text


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    assert result.structured_content is None
    (content,) = result.content
    return content.text


async def citations_are_intact(client: Client, data: dict[str, Any], text: str) -> None:
    assert data["citations"]
    for citation in data["citations"]:
        clause, shown = await called(client, "get_clause", clause=citation["id"])
        assert citation["quote"] in clause["text"]
        assert clause["start"] <= citation["start"] < citation["end"] <= clause["end"]
        assert f"[{citation['n']}] {citation['label']}" in text
        assert f"“{citation['quote']}”" in text
        assert clause["label"] == citation["label"] and f"“{clause['text']}”" in shown


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http_it_lists_searches_asks_and_calculates(address: str, mode: str) -> None:
    async def use(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        assert all(tool.output_schema and tool.description and tool.title for tool in tools)
        assert all(
            each.get("description") for tool in tools for each in tool.input_schema["properties"].values()
        )

        answer, text = await called(client, "ask", question=QUESTION)
        assert answer["status"] == "answered"
        assert answer["calculation"]["amount_yuan"] == "20000000"
        await citations_are_intact(client, answer, text)

        found, text = await called(client, "search_clauses", query="首台套保费补贴", top=3)
        assert 1 <= len(found["hits"]) <= 3
        for hit in found["hits"]:
            assert f"{hit['label']}" in text and f"“{hit['text']}”" in text

    run(f"{address}/mcp", use, mode=mode)


def test_an_earlier_question_counts(shared: Backend, address: str) -> None:
    async def use(client: Client) -> None:
        answer, _ = await called(client, "ask", question="那III期呢", history=[QUESTION])
        assert answer == shared.get()[1].ask("那III期呢", [QUESTION]).to_dict()
        assert answer["calculation"]["amount_yuan"] == "24000000"

    run(f"{address}/mcp", use)


def test_rules_are_listed_with_the_inputs_to_calculate_with(address: str) -> None:
    async def use(client: Client) -> None:
        listed, _ = await called(client, "list_rules", words="临床试验研发")
        (rule,) = (rule for rule in listed["rules"] if len(rule["inputs"]) > 1)
        inputs = {each["name"]: each["example"] for each in rule["inputs"] if each["required"]}
        made, text = await called(client, "calculate", rule=rule["id"], inputs=inputs)
        assert made["status"] == "answered"
        assert made["steps"] and all(step["value"] in text for step in made["steps"])
        as_number = {**inputs, "rd_spending": 60_000_000}
        assert (await called(client, "calculate", rule=rule["id"], inputs=as_number))[0]["steps"] == made[
            "steps"
        ]
        lacking, text = await called(client, "calculate", rule=rule["id"])
        assert lacking["status"] == "needs_input" and lacking["reason"] in text

    run(f"{address}/mcp", use)


def test_measures_and_documents(address: str) -> None:
    async def use(client: Client) -> None:
        matched, text = await called(
            client, "match_measures", profile={"region": "烟台", "stage": "III"}, note="细胞治疗"
        )
        assert matched["measures"] and matched["question"]["text"] in text
        assert matched["profile"]["region"] == "烟台"
        listed, text = await called(client, "list_documents", limit=1)
        assert (len(listed["documents"]), listed["total"]) == (1, 2)
        assert listed["documents"][0]["id"] in text
        assert (await called(client, "list_documents", words="没有这样的文件"))[0]["total"] == 0

    run(f"{address}/mcp", use)


@pytest.mark.parametrize(
    "name", ["137号文三（一）", "鲁科字〔2024〕137号 三、（一）", "鲁科字〔2024〕137号 三/（一）"]
)
def test_a_clause_is_read_by_id_label_or_address(address: str, name: str) -> None:
    async def use(client: Client) -> None:
        clause, _ = await called(client, "get_clause", clause=name)
        assert clause["id"] == "鲁科字〔2024〕137号 三/（一）"
        assert [each["id"] for each in clause["above"]] == ["鲁科字〔2024〕137号 三"]

    run(f"{address}/mcp", use)


def test_documents_and_clauses_are_resources(address: str) -> None:
    async def use(client: Client) -> None:
        resources = (await client.list_resources()).resources
        assert len(resources) == 2
        templates = (await client.list_resource_templates()).resource_templates
        assert {each.uri_template for each in templates} == {
            "policy://documents/{+name}",
            "policy://clauses/{+name}",
        }
        document = (await client.read_resource(resources[0].uri)).contents[0].text
        clause, _ = await called(client, "get_clause", clause=f"{resources[0].name} 二/8")
        assert f"【{clause['label']}】\n{clause['text']}" in document
        read = (await client.read_resource(f"policy://clauses/{clause['id']}")).contents[0].text
        assert clause["label"] in read and clause["text"] in read
        for uri in ("policy://clauses/../etc/passwd", "policy://documents/没有", "policy://other/x"):
            with pytest.raises(MCPError, match=r"^(没有|知识库中没有)"):
                await client.read_resource(uri)

    run(f"{address}/mcp", use)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("get_clause", {"clause": "鲁科字〔2024〕137号 九/（九）"}, "没有"),
        ("calculate", {"rule": "nothing"}, "没有规则“nothing”"),
        ("calculate", {"rule": "clinical_trial", "inputs": {"phase": "II", "rd_spending": "-1万"}}, "-1万"),
        ("search_clauses", {"query": "补贴", "doc": "没有的文件"}, "没有"),
        ("search_clauses", {"query": "补贴", "top": 0}, "top 应不小于 1"),
        ("ask", {"question": "补贴", "as_of": "昨天"}, "as_of 应是日期"),
        ("match_measures", {"profile": {"colour": "red"}}, "没有“colour”这一项"),
        ("delete_everything", {}, "没有工具"),
    ],
)
def test_what_goes_wrong_is_one_chinese_line(
    address: str, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async def use(client: Client) -> None:
        line = await refused(client, tool, **arguments)
        assert said in line and "\n" not in line
        assert "Error" not in line and line.endswith("。")

    run(f"{address}/mcp", use)


def test_a_bug_is_told_in_general_words(
    shared: Backend, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(shared, "ask", break_)

    async def use(client: Client) -> None:
        line = await refused(client, "ask", question=QUESTION)
        assert "secret" not in line and "意外" in line

    run(f"{address}/mcp", use)


def test_a_slow_tool_holds_up_nobody(shared: Backend, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    go_on = Event()
    ask = shared.ask
    monkeypatch.setattr(shared, "ask", lambda *args: go_on.wait(10) and ask(*args))

    async def use(client: Client) -> None:
        slow = asyncio.ensure_future(called(client, "ask", question=QUESTION))
        await called(client, "list_documents")
        assert not slow.done()
        go_on.set()
        assert (await slow)[0]["status"] == "answered"

    run(f"{address}/mcp", use)


def test_it_needs_the_key_where_one_is_set(locked: str) -> None:
    async def use(client: Client) -> None:
        assert (await called(client, "list_documents"))[0]["total"] == 2

    reply = httpx2.post(f"{locked}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    assert reply.status_code == 401
    http = httpx2.AsyncClient(headers={"Authorization": "Bearer s3cret"}, timeout=30)
    run(streamable_http_client(f"{locked}/mcp", http_client=http), use)


def test_another_name_for_this_machine_is_refused(address: str) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}

    def status(**more: str) -> int:
        return httpx2.post(f"{address}/mcp", json=ping, headers={**headers, **more}).status_code

    assert status() == 200
    assert httpx2.post(f"{address}/mcp/", json=ping, headers=headers).status_code == 200
    assert status(Host="evil.example:7860") == 421
    assert status(Origin="http://evil.example") == 403
    assert status(Host="localhost:7860", Origin="http://localhost:7860") == 200


@pytest.mark.parametrize(
    ("host", "name", "let_in"),
    [
        ("127.0.0.1", "127.0.0.1:7860", True),
        ("127.0.0.1", "policy.example", False),
        ("policy.example", "policy.example:7860", True),
        ("::1", "[::1]:7860", True),
        ("0.0.0.0", "policy.example", True),
    ],
)
def test_names_follow_from_where_it_listens(shared: Backend, host: str, name: str, let_in: bool) -> None:
    from mcp.server.transport_security import TransportSecurityMiddleware
    from starlette.requests import Request

    made = Backend(shared.settings.model_copy(update={"host": host}))
    guard = TransportSecurityMiddleware(security(made))
    request = Request({"type": "http", "method": "GET", "headers": [(b"host", name.encode())]})
    assert (asyncio.run(guard.validate_request(request)) is None) == let_in


NOISY = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import app, kb.knowledge_base
from conftest import HashEmbedder

class Noisy(HashEmbedder):
    def embed_query(self, text):
        print("noise")
        return super().embed_query(text)

kb.knowledge_base.SentenceTransformerEmbedder = lambda *_: Noisy()
sys.exit(app.main())
"""


def test_over_a_pipe_it_speaks_nothing_but_the_protocol(tmp_path: Path) -> None:
    tests = Path(__file__).parents[2]
    arguments = ["-c", NOISY, str(tests), "mcp", "--home", str(tmp_path / "home")]
    faults: list[object] = []

    async def note(message: object) -> None:
        if isinstance(message, Exception):
            faults.append(message)

    async def use(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        inputs = {"phase": "II", "rd_spending": "6000万"}
        made, _ = await called(client, "calculate", rule="clinical_trial", inputs=inputs)
        assert made["amount_yuan"] == "20000000"
        await called(client, "search_clauses", query="床位")
        answer, text = await called(client, "ask", question=QUESTION)
        await citations_are_intact(client, answer, text)
        (resource, _) = (await client.list_resources()).resources
        assert (await client.read_resource(resource.uri)).contents[0].text

    with (tmp_path / "log").open("w+") as log:
        parameters = StdioServerParameters(command=sys.executable, args=arguments, cwd=tests.parent)
        run(stdio_client(parameters, errlog=log), use, message_handler=note)
        log.seek(0)
        logged = log.read()
    assert faults == []
    assert "noise" in logged and "Traceback" not in logged
