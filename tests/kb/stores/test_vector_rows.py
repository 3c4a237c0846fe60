"""Vectors a row each beside Chroma: quick, never out of date, never needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb.stores.base import ChunkEntry
from kb.stores.chroma import ChromaVectors, open_folder
from kb.stores.vector_rows import VectorRows


def unit(*values: float) -> NDArray[np.float32]:
    made = np.asarray([values], dtype=np.float32)
    return made / np.linalg.norm(made)


def put(store: ChromaVectors, chunk: str, vector: NDArray[np.float32]) -> None:
    store.upsert([ChunkEntry(chunk, "甲")], vector)


def rows_of(store: ChromaVectors) -> set[str]:
    assert store._place.rows is not None
    return store._place.rows.ids(store._identity)


@pytest.fixture
def store(tmp_path: Path) -> ChromaVectors:
    opened = open_folder(tmp_path, "m", writing=True)
    put(opened, "c1", unit(1, 2, 3))
    put(opened, "c2", unit(3, 2, 1))
    return opened


def test_vectors_are_read_from_the_rows_and_the_rest_from_chroma(
    store: ChromaVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store._place.rows is not None
    store._place.rows.forget(store._identity, ["c2"])
    asked: list[list[str]] = []
    fetch = store._stored
    monkeypatch.setattr(store, "_stored", lambda ids: asked.append(sorted(ids)) or fetch(ids))
    found = store.vectors(["c1", "c2", "c3"])
    assert asked == [["c2", "c3"]] and found.keys() == {"c1", "c2"}
    assert np.array_equal(found["c1"], unit(1, 2, 3)[0]) and np.allclose(found["c2"], unit(3, 2, 1)[0])


def test_a_vector_that_is_replaced_or_removed_is_never_read_as_it_was(
    store: ChromaVectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = open_folder(tmp_path, "m")  # as another process has it open
    assert np.allclose(beside.vectors(["c1"])["c1"], unit(1, 2, 3)[0])
    put(store, "c1", unit(-1, 0, 0))
    assert np.allclose(beside.vectors(["c1"])["c1"], unit(-1, 0, 0)[0])
    monkeypatch.setattr(VectorRows, "keep", lambda *_: 1 / 0)  # as if killed between Chroma and the row
    with pytest.raises(ZeroDivisionError):
        put(store, "c1", unit(0, 1, 0))
    assert rows_of(store) == {"c2"}
    assert np.allclose(store.vectors(["c1"])["c1"], unit(0, 1, 0)[0])
    store.delete(["c2"])
    assert rows_of(store) == set() and store.vectors(["c2"]) == {}


def test_rows_that_are_not_there_are_put_in_when_a_writer_is_done(
    store: ChromaVectors, tmp_path: Path
) -> None:
    store.close()
    for path in tmp_path.glob("vectors.sqlite*"):
        path.unlink()
    again = open_folder(tmp_path, "m", writing=True)
    assert again.vectors(["c1"]).keys() == {"c1"} and rows_of(again) == set()
    again.settle()
    assert rows_of(again) == {"c1", "c2"}


def test_rows_of_a_collection_made_anew_are_not_those_of_the_last(
    store: ChromaVectors, tmp_path: Path
) -> None:
    store.close()
    anew = open_folder(tmp_path, "m", writing=True, replace=True)
    assert anew.vectors(["c1"]) == {}
    put(anew, "c2", unit(0, 0, 1))
    assert rows_of(anew) == {"c2"} and np.allclose(anew.vectors(["c2"])["c2"], unit(0, 0, 1)[0])


def test_a_damaged_file_is_never_in_the_way(store: ChromaVectors, tmp_path: Path) -> None:
    store.close()
    for path in tmp_path.glob("vectors.sqlite*"):
        path.unlink()
    (tmp_path / "vectors.sqlite").write_bytes(b"this is no database" * 100)
    again = open_folder(tmp_path, "m", writing=True)
    assert np.allclose(again.vectors(["c1"])["c1"], unit(1, 2, 3)[0])
    put(again, "c3", unit(0, 0, 1))
    again.settle()
    assert rows_of(again) == {"c1", "c2", "c3"}
