"""The doors of an open knowledge base, served on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from chat.backend import Backend
from chat.doors.mount import add_doors
from kb import KnowledgeBase


@contextmanager
def serving(backend: Backend) -> Iterator[str]:
    """Address of the doors, without the page."""
    app = FastAPI(openapi_url=None)
    add_doors(app, backend)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def shared(knowledge_base: KnowledgeBase) -> Iterator[Backend]:
    """An open backend whose doors need no key and let in any number of calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.knowledge_base.KnowledgeBase", lambda *_: knowledge_base)
        made = Backend(knowledge_base.settings.model_copy(update={"api_rate": 0}))
        made.start()
        made.get()
    yield made


@pytest.fixture(scope="module")
def address(shared: Backend) -> Iterator[str]:
    """Where the doors of ``shared`` are."""
    with serving(shared) as served:
        yield served


@pytest.fixture
def locked(backend: Backend) -> Iterator[str]:
    """Doors that need the key ``s3cret``; ten calls a minute."""
    changed = {"api_keys": SecretStr("oa:s3cret"), "api_rate": 10}
    made = Backend(backend.settings.model_copy(update=changed))
    made.start()
    made.get()
    with serving(made) as served:
        yield served
