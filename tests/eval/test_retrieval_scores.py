"""What counts as found, what a ranking is worth, what a difference is worth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpus import PolicyDocument, Span
from corpus.register import Register
from eval.errors import EvalFileError
from eval.retrieval.absent import auc, calibration_error, reliability
from eval.retrieval.data import Question, read_questions
from eval.retrieval.evidence import find_evidence, is_right
from eval.retrieval.ranked import Unit
from eval.retrieval.scores import judge
from eval.retrieval.significance import compare
from eval.retrieval.vectors import CachedEmbedder
from ingest import parse_file
from tests.conftest import HashEmbedder

TEXT = "一、本市设立专项资金。对新认定的企业，给予最高50万元奖励。申报时间为每年三月。解释权归市财政局。"
PASSAGE = Span(0, len(TEXT))
AWARD = Span(TEXT.index("对新"), TEXT.index("申报"))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("给予最高50万元的奖励", ["对新认定的企业，给予最高50万元奖励。"]),
        ("每年三月申报，归市财政局解释", ["申报时间为每年三月。解释权归市财政局。"]),  # neighbours become one
        ("可以", [TEXT]),  # shares nothing: all of the passage
    ],
)
def test_evidence_is_the_sentences_that_carry_the_answer(answer: str, expected: list[str]) -> None:
    assert [TEXT[s.start : s.end] for s in find_evidence(TEXT, PASSAGE, answer)] == expected


@pytest.mark.parametrize(
    ("unit", "right"),
    [
        (AWARD, True),
        (PASSAGE, True),  # holds it all
        (Span(AWARD.start, AWARD.start + 6), True),  # a small unit about nothing else
        (Span(0, AWARD.start + 3), False),  # merely touches
        (Span(AWARD.end, PASSAGE.end), False),
    ],
)
def test_what_is_right(unit: Span, right: bool) -> None:
    assert is_right(unit, (AWARD,)) is right


def test_a_ranking_is_judged_by_its_first_right_unit() -> None:
    question = Question("a.txt", "奖励多少", PASSAGE, (AWARD,))
    found = [Unit("b.txt", AWARD), Unit("a.txt", Span(0, 5)), Unit("a.txt", AWARD)]
    judged = judge(question, found)
    assert (judged.rank, judged.lax_rank, judged.read) == (3, 2, 1.0)
    assert judge(question, found[:2]).rank == 0
    assert judge(question, []).read == 0.0


def test_text_beyond_the_budget_is_not_read() -> None:
    question = Question("a.txt", "奖励多少", Span(0, 1010), (Span(990, 1010),))
    assert judge(question, [Unit("a.txt", Span(0, 1010))]).read == 0.5


def test_a_clear_difference_is_told_from_none() -> None:
    files = [f"{n % 20}.txt" for n in range(100)]
    noise = np.random.default_rng(1).random(100)
    ahead = compare(noise + 0.2, noise, files)
    assert ahead.p_value < 0.01 > ahead.p_by_file
    assert ahead.difference.mean == pytest.approx(0.2)
    assert (ahead.better, ahead.worse) == (100, 0)
    assert compare(noise, noise, files).p_value == 1.0
    assert compare(noise, np.random.default_rng(2).permutation(noise), files).p_value > 0.05


def test_scores_that_mean_what_they_say() -> None:
    random = np.random.default_rng(3)
    scores = random.random(4000)
    assert calibration_error(reliability(scores, random.random(4000) < scores)) < 0.04
    assert calibration_error(reliability(scores, random.random(4000) < scores**3)) > 0.2
    assert auc(scores + 1, scores) == 1.0


ROW = {
    "file": "甲.txt",
    "question": "奖励多少？",
    "answer": "最高50万元",
    "context": TEXT,
    "context_start": 0,
}


@pytest.fixture
def documents(tmp_path: Path) -> dict[str, PolicyDocument]:
    (tmp_path / "甲.txt").write_text(f"甲市扶持办法\n{TEXT}\n", "utf-8")
    return {"甲.txt": parse_file(tmp_path / "甲.txt", Register())}


def _write(folder: Path, **changed: object) -> Path:
    (folder / "qa").mkdir()
    line = json.dumps({**ROW, **changed}, ensure_ascii=False)
    (folder / "qa" / "clause_retrieval.jsonl").write_text(line, "utf-8")
    return folder


def test_a_passage_is_found_where_it_stands(tmp_path: Path, documents: dict[str, PolicyDocument]) -> None:
    (question,) = read_questions(_write(tmp_path), documents)
    source = documents["甲.txt"].source
    assert source[question.passage.start : question.passage.end] == TEXT
    assert [source[s.start : s.end] for s in question.evidence] == [TEXT[AWARD.start : AWARD.end]]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"context": "没有这句话"}, "第 1 行的原文在 甲.txt 中找不到"),
        ({"file": "乙.txt"}, "第 1 行的文件 乙.txt 不在"),
        ({"answer": None}, "第 1 行不合格式"),
        ({"extra": 1}, "第 1 行不合格式"),
    ],
)
def test_a_malformed_set(
    tmp_path: Path, documents: dict[str, PolicyDocument], changed: dict[str, object], message: str
) -> None:
    with pytest.raises(EvalFileError, match=message):
        read_questions(_write(tmp_path, **changed), documents)


def test_vectors_are_made_once(tmp_path: Path) -> None:
    inner = HashEmbedder()
    first = CachedEmbedder(inner, tmp_path)
    made = first.embed_passages(["研发补贴", "人才公寓", "研发补贴"])
    first.save()
    again = CachedEmbedder(inner, tmp_path)
    assert np.array_equal(again.embed_passages(["人才公寓", "研发补贴"]), made[[1, 0]])
    assert sorted(inner.embedded) == ["人才公寓", "研发补贴"]
    assert again.embed_query("研发补贴").shape == (64,)


def test_damaged_vectors_are_told(tmp_path: Path) -> None:
    (tmp_path / "hash-64.npz").write_bytes(b"PK broken")
    with pytest.raises(EvalFileError, match="请删除后重跑"):
        CachedEmbedder(HashEmbedder(), tmp_path)
