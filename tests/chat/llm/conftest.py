"""A small OpenAI-compatible server on loopback: it streams, calls tools, and fails in every way we know of."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chat.assistant import Assistant
from chat.llm.engine import Engine
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder

KEY = "sk-test-5f2e9c7a1b"


@dataclass
class Reply:
    """What the server does with one request."""

    text: str = ""
    tools: tuple[tuple[str, str], ...] = ()  # name and arguments, as text: they need not be JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""  # of a failure
    wait: float = 0.0  # before anything is sent
    drip: float = 0.0  # between two pieces
    cut: str = ""  # "broken" closes in the middle of a chunk, "short" ends without saying why
    raw: str = ""  # sent in place of events


class Server:
    """The server, its script and what it was asked."""

    def __init__(self) -> None:
        self.script: deque[Reply] = deque()
        self.brain: Callable[[dict[str, Any]], Reply] | None = None
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def reset(self) -> None:
        self.script.clear()
        self.asked.clear()
        self.keys.clear()
        self.brain = None

    def calls(self, name: str, **arguments: Any) -> None:
        self.script.append(Reply(tools=((name, json.dumps(arguments, ensure_ascii=False)),)))

    def does(self, text: str = "", **how: Any) -> None:
        self.script.append(self.reply(text, **how))

    says = does

    @staticmethod
    def reply(text: str = "", **how: Any) -> Reply:
        return Reply(text, **how)

    def last(self, role: str) -> str:
        """The last message of a role the server was sent."""
        found = [m["content"] for each in self.asked for m in each["messages"] if m["role"] == role]
        return found[-1]

    def _reply(self, request: dict[str, Any]) -> Reply:
        if self.brain:
            return self.brain(request)
        return self.script.popleft() if len(self.script) > 1 else self.script[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.asked.append(request)
                server.keys.append(self.headers.get("authorization", ""))
                reply = server._reply(request)
                self.close_connection = True
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client gave up
                    self._send(reply)

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.wait)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("connection", "close")
                if reply.status != 200:
                    self.send_header("content-type", "application/json")
                    self.end_headers()
                    self.wfile.write(reply.body.encode())
                    return
                self.send_header("content-type", "text/event-stream")
                if reply.cut == "broken":
                    self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                events = [reply.raw] if reply.raw else events_of(reply)
                for event in events:
                    data = event.encode()
                    if reply.cut == "broken":
                        data = f"{len(data):x}\r\n".encode() + data + b"\r\n"
                    self.wfile.write(data)
                    self.wfile.flush()
                    time.sleep(reply.drip)

        return Handler


def events_of(reply: Reply) -> list[str]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": reply.text[at : at + 7]} for at in range(0, len(reply.text), 7)]
    for index, (name, arguments) in enumerate(reply.tools):
        call = {"index": index, "id": f"call_{index}", "type": "function"}
        deltas.append({"tool_calls": [{**call, "function": {"name": name, "arguments": arguments[:5]}}]})
        rest = {"index": index, "function": {"arguments": arguments[5:]}}
        deltas.append({"tool_calls": [rest]})
    chunks: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    if not reply.cut:
        reason = "tool_calls" if reply.tools else "stop"
        chunks.append({"index": 0, "delta": {}, "finish_reason": reason})
    head = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "fake"}
    lines = [f"data: {json.dumps({**head, 'choices': [chunk]})}\n\n" for chunk in chunks]
    return lines if reply.cut else [*lines, "data: [DONE]\n\n"]


@pytest.fixture(scope="session")
def running_server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def server(running_server: Server) -> Server:
    running_server.reset()
    return running_server


def settings_for(server: Server, **more: Any) -> Settings:
    given: dict[str, Any] = {
        "llm": "fake",
        "llm_url": server.url,
        "llm_key": KEY,
        "llm_timeout": 5,
        "llm_budget": 20,
    }
    return Settings(**{**given, **more}, _env_file=None)


@pytest.fixture
def engine(server: Server) -> Callable[..., Engine]:
    """Makes an engine that asks the server."""
    return lambda **more: Engine(settings_for(server, **more))


@pytest.fixture(scope="session")
def seeds(bundled: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The policies we ship, with the model we ship; not to be written to."""
    settings = Settings(home=tmp_path_factory.mktemp("seeds"), _env_file=None)
    with KnowledgeBase(settings, bundled) as opened:
        yield opened


@pytest.fixture
def assistant(seeds: KnowledgeBase, engine: Callable[..., Engine]) -> Assistant:
    """The assistant of the shipped policies, with the server as its model."""
    return Assistant(seeds, llm=engine())
