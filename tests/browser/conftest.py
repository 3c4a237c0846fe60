"""A server of its own and a headless Chromium, for the tests of the whole page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest


@contextmanager
def served(home: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Address of a server on a home, which an empty one fills with the policies we ship; it has to stop without a traceback.

    Args:
        home: the home, in a folder that is its own.
        settings: environment variables beside those of the tests.
    """
    env = {**os.environ, "POLICYKB_HOME": str(home), **(settings or {})}
    command = [str(Path(sys.executable).with_name("policykb")), "serve", "--port", "0"]
    with (home.parent / "log").open("w") as log:
        server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, env=env, cwd=home.parent, encoding="utf-8"
        )
        assert server.stdout is not None
        yield server.stdout.readline().partition("：")[2].partition("（")[0]
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=120)
    assert "Traceback" not in (home.parent / "log").read_text("utf-8")


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve") / "home"


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """A server that the tests of a worker share; what they take in they take away again (``documents_beside``)."""
    with served(home) as started:
        until = time.monotonic() + 300
        while time.monotonic() < until:  # two workers start two servers at once
            with suppress(OSError), urlopen(f"{started}api/health", timeout=60) as reply:
                if json.load(reply)["state"] != "opening":
                    break
            time.sleep(0.5)
        yield started


@pytest.fixture(scope="module")  # not longer: the loop it runs is in the way of tests that run one
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium")
    from playwright.sync_api import sync_playwright

    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield started
        started.close()


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def page(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page, ready; no console error and no request to another host is forgiven."""
    faults: list[str] = []
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
    opened = context.new_page()
    opened.set_default_timeout(180_000)
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "request",
        lambda sent: None if sent.url.startswith((address, "data:", "blob:")) else faults.append(sent.url),
    )
    opened.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    opened.goto(address)
    opened.get_by_text("知识库已就绪").wait_for()
    yield opened
    wider = opened.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    context.close()
    assert faults == []
    assert wider <= 0, "the page scrolls sideways"
