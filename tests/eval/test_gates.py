from pathlib import Path

import pytest

from eval.errors import EvalFileError
from eval.gates import ROBUSTNESS, check_gates, load_gates
from eval.metrics import all_metrics
from eval.outcome import Benchmark
from eval.run import EvalResult


def test_the_gates_we_ship_cover_every_metric() -> None:
    gates = load_gates()
    assert set(gates) == {metric.name for metric in all_metrics({}.get)} | {ROBUSTNESS}
    assert gates["exact_amount"] == gates["citation_precision"] == gates["quote_verbatim"] == 1
    assert min(gates["refusal_precision"], gates["refusal_recall"], gates[ROBUSTNESS]) >= 0.97
    assert min(gates["hit_at_1"], gates["fact_recall"]) >= 0.95


def test_missed_gates_are_named(result: EvalResult) -> None:
    failed = check_gates(Benchmark(result), {"status_accuracy": 0.95, "hit_at_5": 1.0})
    assert failed == ["有 1 题运行出错，应为 0", "状态准确 50%，低于门槛 95%（计分 4 题，2 题未满分）"]


def test_a_mean_at_its_gate_passes(result: EvalResult) -> None:
    assert check_gates(Benchmark(result), {"status_accuracy": 0.5}) == ["有 1 题运行出错，应为 0"]


def test_a_metric_nobody_was_judged_by_passes(result: EvalResult) -> None:
    assert len(check_gates(Benchmark(result), {"exact_amount": 1.0, "no_amount": 1.0})) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("status_accuracy: 1.5", "status_accuracy 的值 1.5 不可用"),
        ("status_accuracy: true", "不可用"),
        ("status_accuracy: 高", "不可用"),
        ("speed: 0.5", "不认识指标 'speed'。可用指标：status_accuracy"),
        ("- 1", "全文"),
        ("", "全文"),
        ("a: [", "读不了"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "gates.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EvalFileError) as caught:
        load_gates(file)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalFileError, match="读不了"):
        load_gates(tmp_path / "none.yaml")
