"""What ``policykb mcp`` does: the MCP server over standard input and output."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from chat.backend import Backend
from kb.settings import load_settings


def serve_mcp(home: Path | None) -> None:
    """Serve until the client closes the input; nothing but the protocol goes to the output.

    The knowledge base is opened meanwhile; the first tool called waits for it.
    """
    from chat.doors.mcp_server import PolicyServer

    backend = Backend(load_settings(home=home))

    @asynccontextmanager
    async def opening(_: Any) -> AsyncIterator[None]:
        with redirect_stdout(sys.stderr):  # the protocol has its own hold of the output by now
            backend.start()
            yield

    signal.signal(signal.SIGINT, _interrupted)
    PolicyServer(backend, opening).run("stdio")


def _interrupted(*_: Any) -> None:
    """Leave at once: the thread that reads the input waits for the client and cannot be stopped."""
    print("已中断。", file=sys.stderr, flush=True)
    os._exit(130)
