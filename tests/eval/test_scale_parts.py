"""The pieces of the scale benchmark, against figures worked out by hand."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus import UsageError
from eval.errors import EvalFileError
from eval.scale.job import Asked, Built, Changed, Extent, Opened, Prepared, Report, Rivals, Size
from eval.scale.laws import Law, law_text, make_questions, prefixes, read_laws, read_questions
from eval.scale.measure import Crowd, Memory, Times, crowd, disk
from eval.scale.parts import Clock, clocked
from eval.scale.synthetic import Pool, Structure, SyntheticEmbedder, fit_weight, mixed, structure
from eval.scale.table import embed_rate, sizing, store_seconds, targets

ROWS = [
    ("甲法", "第一条", "为了发展，制定本法。"),
    ("甲法", "第二条", "略。"),
    ("乙法", "第一条", "有关单位应当配合。"),
]


def write_rows(path: Path, lines: list[str]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return path


def test_articles_become_laws_in_the_same_order_every_time(tmp_path: Path) -> None:
    lines = [json.dumps(dict(zip(("law", "article", "text"), row, strict=True))) for row in ROWS]
    path = write_rows(tmp_path / "a.gz", lines)
    laws = read_laws(path)
    assert {law.name: law.articles for law in laws} == {
        "甲法": ("第一条　为了发展，制定本法。", "第二条　略。"),
        "乙法": ("第一条　有关单位应当配合。",),
    }
    assert laws == read_laws(path)


@pytest.mark.parametrize("lines", [["{}"], ["不是 JSON"], ['{"law": "甲", "article": "第一条"}']])
def test_a_malformed_line_is_named(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(EvalFileError, match="第 1 行"):
        read_laws(write_rows(tmp_path / "a.gz", lines))


def test_a_file_that_is_no_gzip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_text("{}", "utf-8")
    with pytest.raises(EvalFileError, match="无法读取"):
        read_laws(tmp_path / "a.gz")


def test_questions_file_must_have_questions(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "几年"}\n\n{"answer": "三年"}\n', "utf-8")
    with pytest.raises(EvalFileError, match="question"):
        read_questions(path)


def test_units_stand_at_the_eleventh_of_each_25_articles() -> None:
    text = law_text(Law("甲法", tuple(f"第{n}条　应当。" for n in range(40))))
    assert [n for n, line in enumerate(text.splitlines()[1:]) if "责任单位" in line] == [10, 35]


def test_one_law_is_left_over() -> None:
    laws = [Law(name, ("一",) * 2) for name in "甲乙丙"]
    assert prefixes(laws, [4, 2]) == [1, 2]
    with pytest.raises(UsageError, match="不够 5 条"):
        prefixes(laws, [2, 5])


def test_half_of_the_questions_are_natural() -> None:
    laws = [Law("甲法", ("第一条　国家鼓励创新发展。", "第二条　企业应当依法纳税。"))]
    asked = make_questions(laws, ["几年", "多少", "哪里"], 4)
    assert sorted(question.text in ("几年", "多少", "哪里") for question in asked) == [
        False,
        False,
        True,
        True,
    ]
    assert {question.title for question in asked} == {"甲法"}


def random_vectors(count: int, seed: int = 0, crowded: float = 0.3) -> np.ndarray:
    """Vectors around a common mean, as those of a sentence model lie."""
    chance = np.random.default_rng(seed)
    around = chance.normal(size=64) + crowded * chance.normal(size=(count, 64))
    return (around / np.linalg.norm(around, axis=1, keepdims=True)).astype(np.float32)


def test_mixed_vectors_lie_to_each_other_as_real_ones() -> None:
    real = random_vectors(400)
    pool = Pool("m", tuple(f"真{n}" for n in range(400)), real, fit_weight(real), 1.0)
    made = SyntheticEmbedder(pool).embed_passages([f"合成{n}" for n in range(400)])
    ours, theirs = structure(made), structure(real)
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert ours.mean == pytest.approx(theirs.mean, abs=0.02)
    assert ours.spread == pytest.approx(theirs.spread, abs=0.02)
    assert ours.nearest == pytest.approx(theirs.nearest, abs=0.03)


def test_a_text_of_the_pool_keeps_its_vector_and_others_are_counted(tmp_path: Path) -> None:
    real = random_vectors(3)
    pool = Pool("m", ("甲", "乙", "丙"), real, 0.8, 2.5)
    pool.save(tmp_path / "p.npz")
    embedder = SyntheticEmbedder(Pool.load(tmp_path / "p.npz"))
    made = embedder.embed_passages(["乙", "丁", "丁"])
    assert embedder.name == "m"
    assert embedder.synthetic == 2
    assert np.array_equal(made[0], real[1])
    assert np.array_equal(made[1], made[2])
    assert np.array_equal(made[1], embedder.embed_query("丁"))


def test_mixing_by_hand() -> None:
    two = np.array([[1, 0], [0, 1]], dtype=np.float32)  # mean (0.5, 0.5)
    made = mixed(two, np.array([0]), np.array([1]), np.array([0.8], dtype=np.float32))
    expected = np.array([0.5 + 0.8 * 0.5 - 0.6 * 0.5, 0.5 - 0.8 * 0.5 + 0.6 * 0.5])
    assert made[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)


def test_clients_at_once_are_all_answered() -> None:
    found = crowd(lambda n: n, list(range(20)), 4)
    assert (found.times.count, found.clients) == (20, 4)
    assert found.per_second > 0


def test_disk_counts_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"x" * 2**19)
    (tmp_path / "c").write_bytes(b"x" * 2**19)
    assert disk([tmp_path / "a", tmp_path / "c", tmp_path / "none"]) == 1.0


def test_a_part_within_a_part_is_not_counted_twice_and_classes_are_left_as_they_were() -> None:
    class Above:
        def outer(self) -> int:
            return 1

    class Store(Above):
        def inner(self) -> int:
            return self.outer()

    clock = Clock()
    with clocked(clock, {Store: {"inner": "in", "outer": "out"}}):
        assert Store().inner() == 1
    assert set(clock.taken) == {"in"}
    assert clock.own == clock.taken["in"]
    assert "outer" not in vars(Store)
    Store().outer()
    assert set(clock.taken) == {"in"}


def times(p50: float) -> Times:
    return Times(p50, 2 * p50, p50, 10)


@pytest.fixture
def size() -> Size:
    opened = Opened(1.0, 2.0, 0.5, Memory(900.0, 950.0), Memory(700.0, 700.0))
    asked = Asked(
        {
            name: times(value)
            for name, value in {
                "embed": 10.0,
                "hybrid": 12.5,
                "typed": 13.0,
                "keyword": 2.0,
                "document": 11.0,
                "unit": 11.0,
                "in_force": 14.0,
            }.items()
        },
        {name: Crowd(times(40.0), 80.0, 8) for name in ("embed", "hybrid", "keyword", "document")},
        {"embed": times(10.0), "rest": times(1.0), "whole": times(12.5)},
        "2010-01-01",
        3,
        Memory(900.0, 950.0),
    )
    return Size(
        store="local",
        extent=Extent(5, 100, 2048, 400, 9000, 3.0),
        built=Built(10.0, 12.0, 1.0, 300, 0, Memory(800.0, 1000.0), {"catalog": 1.5, "vectors": 0.5}),
        by_keyword=opened,
        by_hybrid=opened,
        asked=asked,
        changed=Changed(4, 0.5, 0.1, 0.2),
        rivals=Rivals(1000, times(0.5), times(20.0), None, 1.0),
        server=None,
    )


def test_what_a_clause_costs(size: Size) -> None:
    assert store_seconds(size) == 6.0  # 10 without 3 of parsing and 1 of mixing
    one = sizing(size)
    assert (one.disk_kb, one.memory_kb, one.store_ms) == (1.0, 100.0, 2.93)
    served = replace(size, server=Memory(100.0, 100.0))
    assert sizing(served).memory_kb == 150.0


def test_promises_are_judged_at_the_largest_size(size: Size) -> None:
    assert [(one.value, one.is_met) for one in targets([size])] == [(1.25, True), (40.0, True)]
    slow = replace(
        size, asked=replace(size.asked, one={**size.asked.one, "hybrid": times(13.5)}), rivals=None
    )
    assert [(one.value, one.is_met) for one in targets([size, slow])] == [(1.35, False)]


def test_the_rate_of_the_model(size: Size) -> None:
    same = Structure(0.8, 0.05, 0.9)
    prepared = Prepared((size.extent,), (), 300, 2.5, 0.9, same, same)
    assert embed_rate(Report("", "", prepared, (size,))) == 120.0
