"""Chroma in a folder: saved graphs that no kill can break; and behind a server: several processes at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus import KnowledgeBaseError
from kb.stores import chroma
from kb.stores.base import ChunkEntry, DamagedStore, VectorStore
from kb.stores.chroma import ChromaVectors, open_folder
from kb.stores.chroma_places import Folder

ROOT = Path(__file__).parents[3]
DIMENSION = 8
WRITER = """
import sys
from pathlib import Path
from pydantic import SecretStr
sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/tests/kb/stores"]
from kb.settings import Settings
from kb.stores import chroma
from kb.stores.homes import open_home
from test_chroma import entries, rows

chroma._SETTLE_WHILE_WRITING = 30
store = open_home(Settings(home=Path(sys.argv[2]), store=sys.argv[3], _env_file=None), "m", "n").open_vectors(False)
print("open", flush=True)
for start in range(int(sys.argv[4]), int(sys.argv[5]), 20):
    store.upsert(entries(start, start + 20), rows(start, start + 20))
    print(start + 20, flush=True)
store.close()
"""


def rows(start: int, stop: int) -> NDArray[np.float32]:
    made = np.stack([np.random.default_rng(n).standard_normal(DIMENSION) for n in range(start, stop)])
    vectors: NDArray[np.float32] = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return vectors


def entries(start: int, stop: int) -> list[ChunkEntry]:
    return [ChunkEntry(f"c{n}", f"文件{n % 7}") for n in range(start, stop)]


def fill(store: VectorStore, start: int, stop: int) -> None:
    store.upsert(entries(start, stop), rows(start, stop))


def is_whole(store: VectorStore, n: int) -> bool:
    """Whether the store holds the first ``n`` as they were given, and finds them."""
    back = store.vectors([f"c{at}" for at in range(n)])
    same = len(back) == n and np.allclose(
        np.stack([back[f"c{at}"] for at in range(n)]), rows(0, n), atol=1e-6
    )
    return same and all(store.query(rows(at, at + 1)[0], 1)[0][0] == f"c{at}" for at in range(0, n, 9))


def start_writer(home: Path, store: str, start: int, stop: int) -> subprocess.Popen[str]:
    arguments = [str(ROOT), str(home), store, str(start), str(stop)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE, text=True)


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("vectors.sqlite"))


def test_a_settled_folder_has_one_generation_and_an_empty_log(tmp_path: Path) -> None:
    store = open_folder(tmp_path, "m", writing=True)
    fill(store, 0, 60)
    store.settle()
    assert generations(tmp_path) == ["000001", "current"]  # too few to be worth it
    chroma._SETTLE_AT_END, before = 30, chroma._SETTLE_AT_END
    try:
        store.settle()
    finally:
        chroma._SETTLE_AT_END = before
    assert generations(tmp_path) == ["000002", "current"]
    assert Folder(tmp_path).unsettled() <= 1
    fill(store, 60, 80)
    store.delete(["c79"])
    assert is_whole(store, 79)
    store.close()
    again = open_folder(tmp_path, "m")
    assert is_whole(again, 79) and again.count() == 79
    again.close()


def test_what_cannot_be_settled_is_still_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma, "_SETTLE_AT_END", 10)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store = open_folder(tmp_path, "m", writing=True)
    fill(store, 0, 40)
    monkeypatch.setattr("kb.stores.chroma_places._to_disk", full)
    store.settle()
    assert generations(tmp_path) == ["000001", "current"] and is_whole(store, 40)
    store.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_writer_killed_at_any_moment_loses_nothing(tmp_path: Path, seed: int) -> None:
    writer = start_writer(tmp_path, "local", 0, 2000)
    assert writer.stdout is not None and writer.stdout.readline() == "open\n"
    time.sleep(random.Random(seed).uniform(0.1, 1.2))
    os.kill(writer.pid, signal.SIGKILL)
    told = [int(line) for line in writer.stdout]
    writer.wait()
    reader = open_folder(tmp_path / "chroma", "m")
    n = reader.count()
    assert n >= max(told, default=0) and n % 20 == 0
    assert n == 0 or is_whole(reader, n)
    reader.close()
    store = open_folder(tmp_path / "chroma", "m", writing=True)
    fill(store, n, n + 20)
    store.delete(["c0"])
    fill(store, 0, 1)
    assert is_whole(store, n + 20)
    store.close()


def test_a_reader_beside_a_writer_that_settles(tmp_path: Path) -> None:
    first = open_folder(tmp_path / "chroma", "m", writing=True)
    fill(first, 0, 20)
    first.close()
    reader = open_folder(tmp_path / "chroma", "m")
    writer = start_writer(tmp_path, "local", 20, 200)
    assert writer.stdout is not None
    for _ in writer.stdout:
        reader.refresh()
        n = reader.count()
        assert n >= 20 and reader.query(rows(3, 4)[0], 1) == [("c3", 1.0)]
        assert len(reader.vectors(["c0", "c19"])) == 2
    assert writer.wait() == 0
    reader.refresh()
    assert is_whole(reader, 200)
    reader.close()


@pytest.mark.parametrize("damage", ["database", "graph", "generation"])
def test_a_damaged_folder_is_moved_aside_by_the_next_writer(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "chroma"
    store = open_folder(folder, "m", writing=True)
    fill(store, 0, 40)
    chroma._SETTLE_AT_END, before = 10, chroma._SETTLE_AT_END
    store.settle()
    chroma._SETTLE_AT_END = before
    store.close()
    generation = folder / "000002"
    if damage == "database":
        (generation / "chroma.sqlite3").write_bytes(b"x" * 9000)
    elif damage == "graph":
        for part in generation.rglob("*.bin"):
            part.write_bytes(b"\0" * 50)
    else:
        (folder / "current").write_text("000009")
    with pytest.raises(DamagedStore, match="打开失败") as failed:
        open_folder(folder, "m")
    assert "\n" not in str(failed.value)
    mended = open_folder(folder, "m", writing=True)
    assert mended.count() == 0 and len(list(tmp_path.glob("chroma.damaged-*"))) == 1
    fill(mended, 0, 20)
    assert is_whole(mended, 20)
    mended.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "chroma").write_text("a file")
    with pytest.raises(KnowledgeBaseError, match="请检查磁盘空间和权限"):
        open_folder(tmp_path / "chroma", "m", writing=True)


def test_files_of_an_earlier_version_are_swept(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"old")
    (tmp_path / "0b9c").mkdir()
    reader = open_folder(tmp_path, "m")
    assert reader.count() == 0 and len(generations(tmp_path)) == 2
    store = open_folder(tmp_path, "m", writing=True)
    assert generations(tmp_path) == ["000001", "current"]
    store.close()


def test_two_processes_on_one_server_find_what_the_other_writes(tmp_path: Path, chroma_server: str) -> None:
    from kb.settings import Settings
    from kb.stores.homes import open_home

    home = open_home(Settings(home=tmp_path, store=chroma_server, _env_file=None), "m", "n")
    ours = home.open_vectors(True)
    assert ours.count() == 0
    writer = start_writer(tmp_path, chroma_server, 0, 60)
    assert writer.stdout is not None and writer.stdout.readline() == "open\n"
    for line in writer.stdout:
        n = int(line)
        assert ours.query(rows(n - 1, n)[0], 1) == [(f"c{n - 1}", 1.0)]
    assert writer.wait() == 0
    fill(ours, 60, 80)
    assert is_whole(ours, 80)
    other = home.open_vectors(True)  # made anew by another: the old handle finds the new collection
    fill(other, 0, 5)
    assert ours.count() == 5 == len(ours.ids())
    ours.delete(["c0"])
    assert other.ids() == {"c1", "c2", "c3", "c4"}
    ours.close()
    other.close()


def test_a_server_that_goes_away_and_comes_back(
    tmp_path: Path, free_port: int, run_chroma: Callable[[Path, int], subprocess.Popen[bytes]]
) -> None:
    from kb.stores.chroma import open_server
    from kb.stores.chroma_places import Server

    server = run_chroma(tmp_path, free_port)
    try:
        store: ChromaVectors = open_server(Server("127.0.0.1", free_port), "m", "n", writing=True)
        fill(store, 0, 40)
        server.terminate()
        server.wait(timeout=20)
        start = time.monotonic()
        with pytest.raises(KnowledgeBaseError, match="请确认服务已启动"):
            store.query(rows(0, 1)[0], 1)
        assert time.monotonic() - start < 5
        server = run_chroma(tmp_path, free_port)
        assert is_whole(store, 40)
        store.close()
    finally:
        server.kill()
        server.wait()


def test_what_a_server_loses_is_written_again(
    make_opener: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.api.models.Collection import Collection

    store = make_opener("chroma server").vectors()
    fill(store, 0, 20)
    whole, asked = Collection.upsert, []

    def losing(self: Collection, ids: list[str], embeddings: Any, metadatas: Any) -> None:
        asked.append(list(ids))
        first = len(ids) > 1  # the first record of a batch does not get into the graph
        whole(self, ids=ids[first:], embeddings=embeddings[first:], metadatas=metadatas[first:])

    monkeypatch.setattr(Collection, "upsert", losing)
    fill(store, 20, 40)
    assert (
        asked[0] == [f"c{n}" for n in range(20, 40)] and "c20" in asked[1]
    )  # and what the server lost of itself
    assert store.count() == 40 and is_whole(store, 40)
