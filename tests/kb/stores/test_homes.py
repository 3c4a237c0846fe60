"""Choosing a home: what can be written, what is loaded, and what a user is told when it cannot be had."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from corpus import KnowledgeBaseError, UsageError
from kb.settings import Settings
from kb.stores.homes import StoreAddress, open_home, parse

ROOT = Path(__file__).parents[3]


def settings(home: Path, store: str, token: str = "") -> Settings:
    return Settings(home=home, store=store, store_token=SecretStr(token), _env_file=None)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("local", StoreAddress("local")),
        (" local ", StoreAddress("local")),
        ("chroma://127.0.0.1:8000", StoreAddress("chroma", "127.0.0.1", 8000)),
        ("chroma://[::1]:8000", StoreAddress("chroma", "::1", 8000)),
        ("milvus://milvus.example.gov.cn:19530/", StoreAddress("milvus", "milvus.example.gov.cn", 19530)),
        ("milvus:/数据 库/政策.db", StoreAddress("milvus", file="/数据 库/政策.db")),
        ("milvus:policy.db", StoreAddress("milvus", file="policy.db")),
    ],
)
def test_settings_that_are_understood(text: str, address: StoreAddress) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "Local", "chroma", "chroma://", "chroma://h", "chroma://h:0", "chroma://h:65536"),
        *("chroma://h:80/x", "chroma://a b:1", "chroma://u:p@h:1", "http://h:1"),
        *("milvus:", "milvus:.db", "milvus:a.sqlite", "milvus://h", "milvus://h:x"),
    ],
)
def test_settings_that_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"POLICYKB_STORE .* 不可用，可选：local、chroma://") as refused:
        parse(text)
    assert "\n" not in str(refused.value)


def test_the_token_does_not_show(tmp_path: Path) -> None:
    assert "geheim" not in repr(settings(tmp_path, "local", "geheim"))


def test_words_alone_load_neither_engine_of_vectors(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kb.settings import Settings\n"
        "from kb.stores.homes import open_home\n"
        f"home = open_home(Settings(home=Path({str(tmp_path)!r}), _env_file=None), 'm', 'n')\n"
        "assert home.read_vectors() is None and home.read_words() is None\n"
        "home.open_words(False).query({'研发': 1.0}, 3)\n"
        "print([name for name in ('chromadb', 'pymilvus', 'milvus_lite', 'torch') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("kind", ["chroma", "milvus"])
def test_a_server_that_is_not_there(tmp_path: Path, free_port: int, kind: str) -> None:
    home = open_home(settings(tmp_path, f"{kind}://127.0.0.1:{free_port}"), "m", "n")
    for opening in (home.read_vectors, lambda: home.open_vectors(False)):
        with pytest.raises(KnowledgeBaseError, match=rf"{kind}://127.0.0.1:{free_port} .*请确认") as failed:
            opening()
        assert "\n" not in str(failed.value)


@pytest.mark.parametrize("kind", ["chroma", "milvus"])
def test_a_server_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr("kb.stores.chroma_places.CONNECT_SECONDS", 0.5)
    monkeypatch.setattr("kb.stores.milvus_place.CONNECT_SECONDS", 0.5)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        home = open_home(settings(tmp_path, f"{kind}://127.0.0.1:{deaf.getsockname()[1]}"), "m", "n")
        start = time.monotonic()
        with pytest.raises(KnowledgeBaseError, match="打开失败"):
            home.open_vectors(False)
        assert time.monotonic() - start < 8


def test_something_else_listens_there(tmp_path: Path, chroma_server: str) -> None:
    home = open_home(settings(tmp_path, chroma_server.replace("chroma:", "milvus:")), "m", "n")
    start = time.monotonic()
    with pytest.raises(KnowledgeBaseError, match="打开失败"):
        home.open_vectors(False)
    assert time.monotonic() - start < 8


def test_a_missing_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    present = importlib.util.find_spec

    def missing(name: str, package: str | None = None) -> object:
        return None if name == "pymilvus" else present(name, package)

    monkeypatch.setattr("kb.stores.milvus_place.find_spec", missing)
    home = open_home(settings(tmp_path, f"milvus:{tmp_path}/x.db"), "m", "n")
    with pytest.raises(UsageError, match=r'pip install "policykb\[milvus\]"'):
        home.open_words(False)


def test_a_file_of_milvus_lite_that_another_process_uses(tmp_path: Path) -> None:
    store = f"milvus:{tmp_path}/x.db"
    program = (
        "import sys, time; from pathlib import Path; from kb.settings import Settings\n"
        "from kb.stores.homes import open_home\n"
        f"settings = Settings(home=Path({str(tmp_path)!r}), store={store!r}, _env_file=None)\n"
        "words = open_home(settings, 'm', 'n').open_words(False)\n"
        "print('open', flush=True); sys.stdin.readline(); words.close(); print('closed', flush=True)\n"
        "sys.stdin.readline()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin is not None and other.stdout is not None
    try:
        assert other.stdout.readline() == "open\n"
        home = open_home(settings(tmp_path, store), "m", "n")
        with pytest.raises(KnowledgeBaseError, match="没有其他进程正在使用该文件"):
            home.open_words(False)
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "closed\n"
        words = home.open_words(False)  # it was released, though the other process lives
        assert words.count() == 0
        words.close()
    finally:
        other.kill()
        other.communicate()
