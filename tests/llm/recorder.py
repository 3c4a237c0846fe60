"""A proxy before an OpenAI-compatible server that keeps what the model wrote, and can put marks into it.

A small model forgets the marks its sentences must end with, and would fail for its form alone. With the marks put in, each
sentence is judged by what it says.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

_TIMEOUT = 600
_UNMARKED_END = re.compile(r"(?<![\]\s。；！？])([。；！？]+|(?=\n)|$)")


class Recorder:
    """Passes requests on to a server, streams back what it says, and remembers the text of each reply.

    Attributes:
        marking: whether a mark is put to each sentence without one; the reply then comes in one piece.
    """

    def __init__(self, server: str) -> None:
        self.marking = False
        self._said: list[str] = []
        self._lock = threading.Lock()
        recorder, upstream = self, urlsplit(server).netloc

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                kept = b""
                try:
                    connection = http.client.HTTPConnection(upstream, timeout=_TIMEOUT)
                    connection.request("POST", self.path, body, {"content-type": "application/json"})
                    reply = connection.getresponse()
                    self.send_response(reply.status)
                    self.send_header("content-type", reply.headers.get("content-type", "application/json"))
                    self.end_headers()
                    while part := reply.read1(65536):
                        kept += part
                        if not recorder.marking:
                            self.wfile.write(part)
                            self.wfile.flush()
                    if recorder.marking:
                        kept = marked_body(kept.decode("utf-8", "replace")).encode()
                        self.wfile.write(kept)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client has gone, as it does when its time is up
                finally:
                    connection.close()
                    recorder._keep(kept.decode("utf-8", "replace"))

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def take(self) -> list[str]:
        """The replies since the last call, each as the text of the model, or as it came where it is none."""
        with self._lock:
            said, self._said = self._said, []
        return said

    def __enter__(self) -> Recorder:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _keep(self, body: str) -> None:
        with self._lock:
            self._said.append(text_of(body))


def text_of(body: str) -> str:
    """The text in the body of a reply, streamed or whole; the body itself where it is no reply of a model.

    >>> text_of('data: {"choices": [{"delta": {"content": "甲"}}]}\\n\\ndata: [DONE]\\n')
    '甲'
    >>> text_of('data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}')
    ''
    >>> text_of('{"error": "busy"}')
    '{"error": "busy"}'
    """
    lines = [line.removeprefix("data:").strip() for line in body.splitlines() if line.startswith("data:")]
    text, replied = "", False
    for line in lines or [body]:
        try:
            choices = json.loads(line).get("choices") or []
        except (ValueError, AttributeError):
            continue
        for choice in choices:
            replied = True
            message = choice.get("delta") or choice.get("message") or {}
            text += message.get("content") or ""
            if calls := message.get("tool_calls"):
                text += f"\n{json.dumps(calls, ensure_ascii=False)}"
    return text if replied else body


def marked(text: str) -> str:
    """A text with ``[1]`` at the end of each sentence that has no mark there.

    >>> marked("甲。乙[2]。\\n[1] 丙；丁")
    '甲[1]。乙[2]。\\n[1] 丙[1]；丁[1]'
    """
    return _UNMARKED_END.sub(r"[1]\1", text)


def marked_body(body: str) -> str:
    """The body of a streamed reply as one with marks, in one piece; any other body as it is."""
    text = text_of(body)
    if not text or not body.startswith("data:") or '"tool_calls": [' in body:
        return body
    ended = (re.findall(r'"finish_reason": ?"(\w+)"', body) or ["stop"])[-1]
    head = {"id": "marked", "object": "chat.completion.chunk", "created": 0, "model": "marked"}
    delta = {"role": "assistant", "content": marked(text)}
    pieces = [{"delta": delta, "finish_reason": None}, {"delta": {}, "finish_reason": ended}]
    events = [json.dumps({**head, "choices": [{"index": 0, **piece}]}) for piece in pieces]
    return "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"])
