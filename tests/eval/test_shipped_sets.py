"""The gate of the project: the question sets we ship, asked of the policies we ship, with the model we ship."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from chat.answer import Status
from eval.benchmark import run_eval
from eval.gates import check_gates, load_gates
from eval.qa_set import DEFAULT_QA, load_qa
from eval.run import EvalResult
from kb import Settings

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
def result(tmp_path_factory: pytest.TempPathFactory) -> EvalResult:
    import torch

    folder = tmp_path_factory.mktemp("shipped")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # one short question at a time: more threads only wait for each other
    try:
        return run_eval(None, folder / "out", Settings(home=folder / "home", _env_file=None))
    finally:
        torch.set_num_threads(threads)


def test_no_gate_fails(result: EvalResult) -> None:
    wrong = [
        f"{r.item.id} {r.item.question} {'；'.join(r.faults) or r.error}"
        for r in result.records
        if not r.passed
    ]
    assert check_gates(result, load_gates()) == [], "\n".join(wrong)


def test_every_question_was_asked_and_judged(result: EvalResult) -> None:
    assert [record.item for record in result.records] == load_qa(DEFAULT_QA)
    assert result.errors == 0
    judged = {metric.name for metric in result.metrics if result.overall.means[metric.name].count}
    assert set(load_gates()) <= judged, "a gate that no question is judged by stops nothing"


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


def test_the_report_is_written(result: EvalResult, tmp_path_factory: pytest.TempPathFactory) -> None:
    written = {
        path.name
        for path in Path(tmp_path_factory.getbasetemp()).glob("shipped*/out/*")
        if path.stat().st_size
    }
    assert {"metrics.json", "answers.jsonl", "report.html"} <= written
