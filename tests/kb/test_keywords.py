import os
import time
from pathlib import Path

import pytest

from kb.keywords import KeywordIndex, open_index
from kb.tokens import tokenize

TEXTS = {"a": "企业研发投入补贴不超过2000万元", "b": "完成III期临床试验奖励", "c": "支持企业建设中试平台"}


@pytest.fixture
def index() -> KeywordIndex:
    return KeywordIndex.build(list(TEXTS), [tokenize(text) for text in TEXTS.values()])


def test_finds_and_scores(index: KeywordIndex) -> None:
    assert [chunk for chunk, _ in index.query("Ⅲ期临床奖励多少", 5)] == ["b"]
    ranking = index.query("企业研发", 5)
    assert [chunk for chunk, _ in ranking] == ["a", "c"]
    assert ranking[0][1] > ranking[1][1] > 0


def test_fewer_chunks_than_asked_for(index: KeywordIndex) -> None:
    assert len(index.query("企业", 100)) == 2
    assert len(index.query("企业", 1)) == 1


def test_only_allowed_chunks(index: KeywordIndex) -> None:
    assert [chunk for chunk, _ in index.query("企业研发", 5, {"b", "c"})] == ["c"]
    assert index.query("企业研发", 5, set()) == []


@pytest.mark.parametrize("query", ["？", "的", "xyzzy", "量子"])
def test_no_known_token(index: KeywordIndex, query: str) -> None:
    assert index.query(query, 5) == []


@pytest.mark.parametrize("texts", [[], ["。"], ["", "的"]])
def test_nothing_to_index(texts: list[str], tmp_path: Path) -> None:
    index = KeywordIndex.build([str(n) for n in range(len(texts))], [tokenize(text) for text in texts])
    assert index.query("补贴", 3) == []
    index.save(tmp_path / "1-x")
    assert KeywordIndex.load(tmp_path / "1-x").query("补贴", 3) == []


def test_wrong_number_of_token_lists() -> None:
    with pytest.raises(ValueError, match="2 chunks, but 1"):
        KeywordIndex.build(["a", "b"], [["补贴"]])


def test_saved_and_loaded_alike(index: KeywordIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "keywords" / "1-x")
    loaded = KeywordIndex.load(tmp_path / "keywords" / "1-x")
    for query in ("企业研发投入", "2000", "临床", "？"):
        assert loaded.query(query, 5) == index.query(query, 5)
    assert [p.name for p in (tmp_path / "keywords").iterdir()] == ["1-x"]
    index.save(tmp_path / "keywords" / "1-x")  # as another process may have done before us


class Texts:
    """Counts how often the texts are asked for."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> list[str]:
        self.reads += 1
        return list(TEXTS.values())


def test_built_once_per_revision(tmp_path: Path) -> None:
    texts = Texts()
    for name, age in ((".new-killed", 7200), (".new-busy", 0)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    first = open_index(tmp_path, 1, list(TEXTS), texts)
    again = open_index(tmp_path, 1, list(TEXTS), texts)
    assert texts.reads == 1
    assert first.query("企业", 5) == again.query("企业", 5)
    open_index(tmp_path, 2, list(TEXTS), texts)
    assert texts.reads == 2
    assert sorted(p.name[:6] for p in tmp_path.iterdir())[0] == ".new-b"  # somebody is at it
    assert [p.name[:2] for p in tmp_path.glob("[!.]*")] == ["2-"]  # the old one went
    assert not (tmp_path / ".new-killed").exists()


@pytest.mark.parametrize("damage", ["vocab.index.json", "chunk_ids.json", "data.csc.index.npy"])
def test_damaged_index_is_rebuilt(tmp_path: Path, damage: str) -> None:
    texts = Texts()
    open_index(tmp_path, 1, list(TEXTS), texts)
    (file,) = tmp_path.rglob(damage)
    file.write_bytes(b"\x00garbage")
    assert open_index(tmp_path, 1, list(TEXTS), texts).query("临床", 5)
    assert texts.reads == 2
    assert open_index(tmp_path, 1, list(TEXTS), texts).query("临床", 5)
    assert texts.reads == 2


def test_unwritable_place_costs_only_the_saving(tmp_path: Path) -> None:
    (tmp_path / "keywords").write_text("a file")
    assert open_index(tmp_path / "keywords", 1, list(TEXTS), Texts()).query("临床", 5)
