"""The gate of the project: the question sets we ship, asked of the policies we ship, with the model we ship."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from chat.answer import Status
from eval.benchmark import run_eval
from eval.gates import ROBUSTNESS, check_gates, load_gates
from eval.outcome import Benchmark, More
from eval.qa_set import DEFAULT_QA, load_qa
from eval.run import EvalResult
from kb import Settings

SAMPLE = 60  # questions asked again in every suite
TYPES = (
    "lookup",
    "address",
    "amount",
    "missing_input",
    "ineligible",
    "out_of_scope",
    "document_fact",
    "eligibility",
    "followup",
)


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    import torch

    folder = tmp_path_factory.mktemp("shipped")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # one short question at a time: more threads only wait for each other
    try:
        settings = Settings(home=folder / "home", llm="", _env_file=None)
        return run_eval(None, folder / "out", settings, more=More(robustness=True, sample=SAMPLE))
    finally:
        torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def result(benchmark: Benchmark) -> EvalResult:
    return benchmark.result


def test_no_gate_fails(result: EvalResult) -> None:
    wrong = [
        f"{r.item.id} {r.item.question} {'；'.join(r.faults) or r.error}"
        for r in result.records
        if not r.passed
    ]
    assert check_gates(Benchmark(result), load_gates()) == [], "\n".join(wrong)


def test_writing_a_question_otherwise_changes_no_answer(benchmark: Benchmark) -> None:
    """Over all suites: one of sixty questions is more than a gate of a suite allows for."""
    count = sum(outcome.count for outcome in benchmark.robustness)
    changed = [one.after.item.question for outcome in benchmark.robustness for one in outcome.changed]
    assert count >= 4 * SAMPLE
    assert len(changed) / count <= 1 - load_gates()[ROBUSTNESS], "\n".join(changed)


def test_every_question_was_asked_and_judged(result: EvalResult) -> None:
    assert [record.item for record in result.records] == load_qa(DEFAULT_QA)
    assert result.errors == 0
    judged = {metric.name for metric in result.metrics if result.overall.means[metric.name].count}
    assert set(load_gates()) - {ROBUSTNESS} <= judged, "a gate that no question is judged by stops nothing"


def test_the_seed_set_covers_the_ways_of_asking() -> None:
    items = load_qa(DEFAULT_QA / "seeds.jsonl")
    many = Counter(item.type for item in items)
    assert len(items) >= 80
    assert all(many[kind] >= 5 for kind in TYPES), many
    assert {item.status for item in items} >= set(Status)


def test_expected_clauses_are_clauses_of_the_seeds_and_both_are_asked_about() -> None:
    named = [clause for item in load_qa(DEFAULT_QA) for clause in item.clauses]
    documents = Counter(clause.rpartition(" ")[0] for clause in named)
    assert set(documents) == {"鲁科字〔2024〕137号", "鲁发改高技〔2025〕687号"}
    assert min(documents.values()) >= 30


def test_a_set_expects_something_of_every_question() -> None:
    for item in load_qa(DEFAULT_QA):
        assert item.expectation(), item.id


def test_refusals_expect_neither_clauses_nor_figures() -> None:
    refused = [item for item in load_qa(DEFAULT_QA) if item.status is Status.NOT_FOUND]
    assert len(refused) >= 100
    assert not [item.id for item in refused if item.clauses or item.facts or item.amount_yuan]


def test_the_report_is_written(benchmark: Benchmark, tmp_path_factory: pytest.TempPathFactory) -> None:
    written = {
        path.name
        for path in Path(tmp_path_factory.getbasetemp()).glob("shipped*/out/*")
        if path.stat().st_size
    }
    assert {"metrics.json", "answers.jsonl", "report.html"} <= written
