"""What a run says of itself in a terminal: a few lines, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.compare import PASSED, Comparison
from eval.gates import Gates, check_gates, show_share
from eval.outcome import Benchmark
from eval.robustness.run import FEWEST, Outcome, are_enough
from eval.run import Summary


def run_lines(benchmark: Benchmark, gates: Gates, out: Path) -> Iterator[str]:
    """How many are right, what was found beside the run, the gates missed, and where the report is."""
    yield _right(benchmark.result.overall)
    if benchmark.comparison:
        yield comparison_line(benchmark.comparison)
    yield from map(suite_line, benchmark.robustness)
    if benchmark.robustness and not are_enough(benchmark.robustness):
        yield few_line(benchmark.robustness)
    yield from (f"未达门槛：{line}" for line in check_gates(benchmark, gates))
    yield f"报告：{out / 'report.html'}"


def run_json(benchmark: Benchmark, gates: Gates, out: Path) -> dict[str, Any]:
    """What ``policykb eval --json`` prints; all of it is in metrics.json."""
    whole = benchmark.result.overall
    return {
        "count": whole.count,
        "without_expectation": whole.unscored,
        "passed": whole.passed,
        "missed_gates": check_gates(benchmark, gates),
        "out": str(out),
    }


def comparison_line(found: Comparison) -> str:
    """What a comparison comes to; a warning where there is nothing to compare."""
    if not found.common:
        return f"警告：与 {found.other} 没有相同的题（问题、前几轮和预期都要相同），没有可比的结果。"
    passed = next((one for one in found.differences if one.metric == PASSED), None)
    if passed is None:
        return f"与 {found.other} 比较：相同的 {found.common} 题都没有写预期，只比较了检索和引文。"
    sure = "，差别显著" if passed.adjusted < 0.05 else "，没有显著差别"
    return (
        f"与 {found.other} 比较：相同的题 {found.common}，全对率 {show_share(passed.theirs)} → {show_share(passed.ours)}{sure}；"
        f"由错变对 {len(found.turned_right)} 题，由对变错 {len(found.turned_wrong)} 题"
    )


def suite_line(outcome: Outcome) -> str:
    """What a suite comes to."""
    if not outcome.count:
        return f"{outcome.suite.label}：没有能这样改写的题"
    return (
        f"{outcome.suite.label}：{outcome.count} 题，状态和金额不变 {show_share(outcome.unchanged_share)}，"
        f"全对 {show_share(outcome.share_after)}（原题 {show_share(outcome.share_before)}）"
    )


def few_line(outcomes: tuple[Outcome, ...]) -> str:
    """That the suites say nothing of the gate."""
    count = sum(outcome.count for outcome in outcomes)
    return f"各种写法合计 {count} 题，不足 {FEWEST} 题，样本太小，不判断是否达到门槛。"


def _right(whole: Summary) -> str:
    line = f"{whole.count} 题"
    if whole.unscored:
        line += f"，其中 {whole.unscored} 题没有写预期，不计分"
    if not whole.scored:
        return f"{line}。没有可计分的题，请在题集里补上 status、clauses、facts 等预期。"
    of = f"；计分的 {whole.scored} 题中" if whole.unscored else "，"
    return f"{line}{of}全对 {whole.passed} 题（{show_share(whole.passed_share.value)}）"
