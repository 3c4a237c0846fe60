"""Suites write questions otherwise and mean the same; what an assistant makes of them is told."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from random import Random

import pytest

from chat.answer import Answer, Status
from eval.console import run_lines
from eval.gates import ROBUSTNESS, check_gates
from eval.metrics.samples import sample_answer
from eval.outcome import Benchmark
from eval.pages.beside import robustness
from eval.qa_set import DEFAULT_QA, QAItem, load_qa
from eval.robustness.run import FEWEST, outcomes_json, run_suites
from eval.robustness.suites import SUITES, Suite, spread
from eval.robustness.words import misheard, mistyped, paraphrased
from eval.run import evaluate

BY_NAME = {suite.name: suite for suite in SUITES}
DIGITS = re.compile(r"\d+")


@pytest.fixture(scope="module")
def questions() -> list[QAItem]:
    return spread(load_qa(DEFAULT_QA), 120)


def figures(text: str) -> list[str]:
    return DIGITS.findall(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_suite_changes_many_questions_the_same_way_every_time(
    suite: Suite, questions: list[QAItem]
) -> None:
    varied = [(item, suite.vary(item)) for item in questions]
    assert varied == [(item, suite.vary(item)) for item in questions]
    changed = [(item, new) for item, new in varied if new]
    assert len(changed) > len(questions) // 2
    for item, new in changed:
        assert new.question.strip() and new.expectation() == item.expectation()
        assert len(new.history) == len(item.history)
        if suite.name != "paraphrase":  # 二期 may be said II期
            assert figures(new.question) == figures(item.question), new.question


def test_characters_alone_change_in_the_suites_of_writing(questions: list[QAItem]) -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()

    for name in ("unpunctuated", "width", "spaces"):
        for item in questions:
            new = BY_NAME[name].vary(item)
            assert new is None or bare(new.question) == bare(item.question)


def test_words_that_turn_a_condition_and_names_are_never_made_wrong() -> None:
    text = "《临床试验办法》不超过上限、以下不得，第三条，鲁科字〔2024〕137号，青岛"
    for seed in range(20):
        for change in (misheard, mistyped):
            changed = change(text, Random(seed))
            for kept in (
                "《临床试验办法》",
                "不超过",
                "以下",
                "不得",
                "第三条",
                "鲁科字〔2024〕137号",
                "青岛",
            ):
                assert kept in changed, changed


def test_a_homophone_sounds_the_same_and_a_synonym_is_of_the_lexicon() -> None:
    assert misheard("临床试验", Random(0)) in ("临床实验", "临床试药")
    assert paraphrased("专精特新", Random(0)) == "专精特新企业"
    assert paraphrased("“高企”", Random(0)) == "“高企”", "a quotation stays"


def test_what_is_answered_otherwise_is_counted(questions: list[QAItem]) -> None:
    items = [QAItem(id=str(n), question="多少，", status=Status.ANSWERED) for n in range(FEWEST)]

    def ask(item: QAItem) -> Answer:
        if "，" in item.question:
            return sample_answer(amount="5")
        if item.id.endswith("0"):
            raise RuntimeError
        return (
            sample_answer(status=Status.NOT_FOUND)
            if item.id.endswith("1")
            else sample_answer(amount="6" if item.id.endswith("2") else "5")
        )

    clean = evaluate(items, ask)
    (outcome,) = run_suites(clean.records, ask, {}.get, suites=[BY_NAME["unpunctuated"]])
    assert (outcome.count, outcome.unchanged, outcome.passed_before, outcome.passed_after) == (
        FEWEST,
        FEWEST - 30,
        FEWEST,
        FEWEST - 20,
    )
    assert [one.before.item.id for one in outcome.changed[:4]] == ["0", "1", "2", "10"]
    assert outcome.loss == pytest.approx(0.2) and outcome.holds(0.7) and not outcome.holds(0.71)
    form = outcomes_json([outcome])["unpunctuated"]
    assert form["changed"][1]["status"] == ["answered", "not_found"]
    failed = check_gates(Benchmark(clean, robustness=(outcome,)), {ROBUSTNESS: 0.97})
    assert failed == ["没有标点：状态和金额不变 70%，门槛 97%；全对率低 20.0 个百分点，至多 3.0（100 题）"]


def test_progress_counts_all_suites_and_a_sample_is_taken() -> None:
    items = [QAItem(id=str(n), question="高企，有3000家") for n in range(9)]
    clean = evaluate(items, lambda _: sample_answer())
    told: list[tuple[int, int]] = []
    outcomes = run_suites(
        clean.records, lambda _: sample_answer(), {}.get, sample=2, progress=lambda *at: told.append(at)
    )
    total = sum(outcome.count for outcome in outcomes)
    assert total <= 2 * len(SUITES) and told == [(n, total) for n in range(1, total + 1)]
    assert all(outcome.holds(1.0) for outcome in outcomes)


def test_few_questions_say_nothing_of_a_gate() -> None:
    items = [QAItem(id=str(n), question="多少，", status=Status.ANSWERED) for n in range(FEWEST - 1)]
    clean = evaluate(items, lambda _: sample_answer())
    outcomes = run_suites(
        clean.records, lambda _: sample_answer(amount="1"), {}.get, suites=[BY_NAME["unpunctuated"]]
    )
    assert outcomes[0].count == FEWEST - 1 and not outcomes[0].holds(0.97)
    benchmark = Benchmark(clean, robustness=outcomes)
    assert check_gates(benchmark, {ROBUSTNESS: 0.97}) == []
    (line,) = (line for line in run_lines(benchmark, {ROBUSTNESS: 0.97}, Path()) if "样本太小" in line)
    assert f"{FEWEST - 1} 题" in line
    assert "样本太小" in robustness(outcomes, 0.97) and "未达到" not in robustness(outcomes, 0.97)


def test_what_expects_nothing_is_neither_right_nor_wrong_written_otherwise() -> None:
    items = [QAItem(id=str(n), question="多少，", status=Status.ANSWERED if n else None) for n in range(4)]
    clean = evaluate(items, lambda _: sample_answer())
    refused = sample_answer(status=Status.NOT_FOUND)
    (outcome,) = run_suites(clean.records, lambda _: refused, {}.get, suites=[BY_NAME["unpunctuated"]])
    assert (outcome.count, outcome.scored, outcome.loss) == (4, 3, 1.0)
    assert (outcome.share_before, outcome.share_after) == (1.0, 0.0)
