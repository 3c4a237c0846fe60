"""Every vector store behaves alike; Chroma besides survives damage, other models and other processes."""

import logging
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus import KnowledgeBaseError
from kb.embedding import FloatArray
from kb.vectors import (
    ChromaVectors,
    VectorEntry,
    VectorFilter,
    VectorStore,
    open_chroma,
    open_existing,
)

ROOT = Path(__file__).parents[2]


class MemoryVectors:
    """The contract in its plainest form: a dictionary and a matrix product."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[VectorEntry, FloatArray]] = {}

    def upsert(self, entries: Sequence[VectorEntry], vectors: FloatArray) -> None:
        self.rows |= {e.chunk_id: (e, v) for e, v in zip(entries, vectors, strict=True)}

    def delete(self, chunk_ids: Iterable[str]) -> None:
        for chunk in chunk_ids:
            self.rows.pop(chunk, None)

    def query(self, vector: FloatArray, k: int, where: VectorFilter | None = None) -> list[tuple[str, float]]:
        found = [(c, float(v @ vector)) for c, (e, v) in self.rows.items() if where is None or fits(e, where)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[: max(0, k)]

    def similarities(self, vector: FloatArray, chunk_ids: Sequence[str]) -> dict[str, float]:
        return {chunk: float(self.rows[chunk][1] @ vector) for chunk in chunk_ids if chunk in self.rows}

    def ids(self, document_id: str | None = None) -> set[str]:
        return {c for c, (e, _) in self.rows.items() if document_id in (None, e.document_id)}

    def count(self) -> int:
        return len(self.rows)

    def refresh(self) -> None: ...

    def close(self) -> None: ...


def fits(entry: VectorEntry, where: VectorFilter) -> bool:
    return (
        (where.documents is None or entry.document_id in where.documents)
        and (where.kinds is None or entry.kind in where.kinds)
        and (where.units is None or not where.units.isdisjoint(entry.lead + entry.participants))
    )


@pytest.fixture(params=["memory", "chroma"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> VectorStore:
    return MemoryVectors() if request.param == "memory" else ChromaVectors(tmp_path / "chroma", "model")


def entry(chunk: str, document: str = "甲", **more: object) -> VectorEntry:
    given = {
        "doc_number": document,
        "path": "一",
        "kind": "clause",
    }
    return VectorEntry(chunk, document, **{**given, "lead": (), "participants": (), **more})


def unit(*values: float) -> FloatArray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def fill(store: VectorStore) -> None:
    entries = [
        entry("a", lead=("省科技厅",)),
        entry("b", kind="title", participants=("省财政厅", "省科技厅")),
        entry("c", "乙"),
    ]
    store.upsert(entries, np.stack([unit(1, 0, 0), unit(1, 1, 0), unit(0, 0, 1)]))


def found(store: VectorStore, **where: object) -> list[str]:
    return [chunk for chunk, _ in store.query(unit(1, 0.1, 0), 10, VectorFilter(**where))]


def test_nearest_first_with_cosines(store: VectorStore) -> None:
    fill(store)
    hits = store.query(unit(1, 0, 0), 10)
    assert [chunk for chunk, _ in hits] == ["a", "b", "c"]
    assert [score for _, score in hits] == pytest.approx([1, 2**-0.5, 0], abs=1e-5)
    assert len(store.query(unit(1, 0, 0), 2)) == 2
    assert store.query(unit(1, 0, 0), 0) == []


def test_filters(store: VectorStore) -> None:
    fill(store)
    assert found(store) == ["a", "b", "c"]
    assert found(store, documents=frozenset({"乙"})) == ["c"]
    assert found(store, documents=frozenset()) == []
    assert found(store, kinds=frozenset({"clause", "body"})) == ["a", "c"]
    assert found(store, units=frozenset({"省科技厅"})) == ["a", "b"]
    assert found(store, units=frozenset({"省财政厅", "省卫健委"})) == ["b"]
    assert found(store, units=frozenset()) == []
    assert found(store, kinds=frozenset({"clause"}), documents=frozenset({"甲"})) == ["a"]


def test_upsert_replaces(store: VectorStore) -> None:
    fill(store)
    store.upsert([entry("a", "乙")], unit(0, 1, 0)[None])
    assert store.count() == 3
    assert store.ids("乙") == {"a", "c"}
    assert store.query(unit(0, 1, 0), 1)[0] == ("a", pytest.approx(1))


def test_delete_and_ids(store: VectorStore) -> None:
    assert (store.ids(), store.count()) == (set(), 0)
    fill(store)
    assert store.ids("甲") == {"a", "b"}
    store.delete(["a", "unknown"])
    store.delete([])
    assert (store.ids(), store.count()) == ({"b", "c"}, 2)
    assert found(store) == ["b", "c"]


def test_similarities(store: VectorStore) -> None:
    assert store.similarities(unit(1, 0, 0), ["a"]) == {}
    fill(store)
    assert store.similarities(unit(0, 0, 1), ["c", "a", "unknown"]) == pytest.approx({"c": 1, "a": 0})
    assert store.similarities(unit(0, 0, 1), []) == {}


def test_empty_store_finds_nothing(store: VectorStore) -> None:
    assert store.query(unit(1, 0, 0), 5) == []
    store.upsert([], np.zeros((0, 3), dtype=np.float32))
    assert store.count() == 0


def test_chroma_keeps_what_it_got(tmp_path: Path) -> None:
    store = ChromaVectors(tmp_path / "chroma", "model")
    fill(store)
    before = store.query(unit(1, 0.5, 0.2), 3)
    store.close()
    again = open_existing(tmp_path / "chroma", "model")
    assert again is not None
    assert again.query(unit(1, 0.5, 0.2), 3) == before


def test_other_model_is_refused_until_replaced(tmp_path: Path) -> None:
    store = ChromaVectors(tmp_path / "chroma", "old")
    fill(store)
    store.close()
    for opener in (open_existing, open_chroma):
        with pytest.raises(KnowledgeBaseError, match=r"由模型 old 生成.*new.*policykb ingest --rebuild"):
            opener(tmp_path / "chroma", "new")
    replaced = open_chroma(tmp_path / "chroma", "new", replace=True)
    assert replaced.count() == 0
    replaced.upsert([entry("a")], unit(1, 0)[None])  # another dimension is fine now
    with pytest.raises(KnowledgeBaseError, match=r"2 维.*3 维"):
        replaced.query(unit(1, 0, 0), 1)


@pytest.mark.parametrize("damage", ["garbage", "half", "zeros", "no folder but a file"])
def test_damaged_store_is_moved_aside(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "chroma"
    store = ChromaVectors(folder, "model")
    fill(store)
    store.close()
    hurt(folder, damage)
    assert open_existing(folder, "model") is None
    with caplog.at_level(logging.WARNING):
        fresh = open_chroma(folder, "model")
    fill(fresh)
    assert found(fresh) == ["a", "b", "c"]
    assert "已损坏" in caplog.text
    assert len(list(tmp_path.glob("chroma.damaged-*"))) == 1


def hurt(folder: Path, damage: str) -> None:
    database = folder / "chroma.sqlite3"
    content = database.read_bytes()
    if damage == "garbage":
        database.write_bytes(b"garbage" * 1000)
    elif damage == "half":
        database.write_bytes(content[: len(content) // 2])
    elif damage == "zeros":
        database.write_bytes(content[:8192] + bytes(60000) + content[68192:])
    else:
        folder.rename(folder.with_name("elsewhere"))
        folder.write_text("x")


def test_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(KnowledgeBaseError, match="向量库"):
        open_chroma(tmp_path / "file" / "chroma", "model")


def test_sees_what_another_process_wrote(tmp_path: Path) -> None:
    store = ChromaVectors(tmp_path / "chroma", "model")
    fill(store)
    assert found(store) == ["a", "b", "c"]
    child = f"""
import numpy as np, sys
sys.path[:0] = {[str(ROOT), str(Path(__file__).parent)]!r}
from pathlib import Path
from kb.vectors import ChromaVectors
from test_vectors import entry, unit
store = ChromaVectors(Path({str(tmp_path / "chroma")!r}), "model")
store.upsert([entry(f"n{{n}}", "丙") for n in range(50)], np.stack([unit(1, 0.1, n) for n in range(50)]))
store.delete(["a"])
"""
    subprocess.run([sys.executable, "-c", child], check=True)
    assert store.query(
        unit(1, 0.1, 0), 5, VectorFilter(documents=frozenset({"丙"}))
    )  # an unknown id to our graph
    store.refresh()
    assert "n0" in found(store)
    assert "a" not in found(store)
