"""Judging models, and taking layers out of them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import UsageError
from kb.embedding import Embedder
from kb.train.adapt import Judgement, report
from kb.train.evaluation import EvalSet, Gain, Quality, gain, pair_set, rank_all
from kb.train.pairs import Pair, PairKind
from kb.train.student import freeze, layer_numbers, shorten


def test_ranks_of_the_first_right_passage(embedder: Embedder) -> None:
    judged = EvalSet(
        "甲",
        ("支持研发投入", "支持研发投入", "支持研发投入"),
        ("支持研发投入", "支持研发设备", "城市道路"),
        (frozenset({0}), frozenset({1, 2}), frozenset({2})),
    )
    assert rank_all(embedder, judged).tolist() == [1, 2, 3]


def test_equal_cosines_count_against_the_right_passage(embedder: Embedder) -> None:
    judged = EvalSet("甲", ("研发",), ("研发", "研发"), (frozenset({1}),))
    assert rank_all(embedder, judged).tolist() == [2]


def test_passages_of_the_own_clause_are_right() -> None:
    pairs = [
        Pair("问一", "答一", PairKind.ASKED, "甲", "甲 一"),
        Pair("题二", "答二", PairKind.TITLE, "甲", "甲 一"),
        Pair("问三", "答三", PairKind.ASKED, "甲", "甲 二"),
    ]
    judged = pair_set(pairs, ["别的", "答三"], "样本")
    assert judged.passages == ("答一", "答二", "答三", "别的")
    assert judged.right == (frozenset({0, 1}), frozenset({0, 1}), frozenset({2}))


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=1, max_size=20))
def test_an_interval_holds_its_mean(ranks: list[tuple[int, int]]) -> None:
    before, after = np.array(ranks).T
    change = gain(before, after)
    assert change.low - 1e-9 <= change.mean <= change.high + 1e-9
    assert not (change.is_beyond_noise and change.is_loss)


def test_a_gain_of_a_few_questions_is_noise_and_of_many_is_not() -> None:
    few, many = np.array([2, 1, 1, 1]), np.array([2, 1] * 100)
    assert not gain(few, np.ones(4, dtype=int)).is_beyond_noise
    assert gain(many, np.ones(200, dtype=int)).is_beyond_noise
    assert gain(np.ones(200, dtype=int), many).is_loss
    with pytest.raises(ValueError, match="same questions"):
        gain(few, many)


@pytest.mark.parametrize(
    ("change", "is_student", "expected"),
    [
        (Gain(0.1, 0.05, 0.15), False, "可以换用"),
        (Gain(0.1, -0.05, 0.15), False, "建议不换用：未见"),
        (Gain(-0.1, -0.15, -0.05), False, "建议不换用：有的题变差"),
        (Gain(0.0, -0.01, 0.01), True, "层数减少"),
        (Gain(-0.03, -0.08, 0.01), True, "建议不换用"),
        (Gain(-0.1, -0.15, -0.05), True, "建议不换用：有的题变差"),
    ],
)
def test_advice(change: Gain, is_student: bool, expected: str) -> None:
    quality = Quality(0.5, 0.6, 0.7, 0.55)
    said = report([Judgement("题目", 10, 20, quality, quality, change)], Path("out"), is_student=is_student)
    assert expected in said
    assert ("POLICYKB_EMBEDDING_MODEL=out" in said) is (expected in ("可以换用", "层数减少"))
    assert "没有留出文件" in report([], Path("out"))


@settings(deadline=None)
@given(st.integers(1, 30), st.data())
def test_a_student_takes_rising_layers_with_the_last(layers: int, data: st.DataObject) -> None:
    keep = data.draw(st.integers(1, layers))
    numbers = layer_numbers(layers, keep)
    assert len(set(numbers)) == keep and numbers == sorted(numbers)
    assert numbers[-1] == layers - 1 and (keep == 1 or numbers[0] == 0)


def test_a_model_of_another_build_is_refused() -> None:
    other = [SimpleNamespace()]
    freeze(other, 0)
    with pytest.raises(UsageError, match="不是 BERT 类结构"):
        freeze(other, 1)
    with pytest.raises(UsageError, match="不是 BERT 类结构"):
        shorten(other, 1)
