"""The thresholds a benchmark must reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from eval.errors import EvalFileError
from eval.metrics import all_metrics
from eval.outcome import Benchmark
from eval.robustness.run import are_enough
from eval.run import EvalResult

ROBUSTNESS = "robustness"  # beside the metrics: of every suite, see `eval.robustness.run.Outcome.holds`
DEFAULT_GATES = Path(__file__).parent / "gates.yaml"

Gates = Mapping[str, float]
"""The least acceptable mean by metric name."""

_GATES = TypeAdapter(dict[str, Annotated[float, Field(ge=0, le=1)]], config=ConfigDict(strict=True))


def load_gates(path: Path = DEFAULT_GATES) -> dict[str, float]:
    """The thresholds of a file.

    Raises:
        EvalFileError: unreadable, malformed, or it names an unknown metric.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        detail = " ".join(str(error).split())
        raise EvalFileError(f"{path}：门槛文件读不了（{detail}）。请检查路径和 YAML 格式。") from error
    try:
        gates = _GATES.validate_python(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "全文"
        raise EvalFileError(
            f"{path}：{where} 的值 {first['input']!r} 不可用。每行应为“指标名: 0 到 1 的数”。"
        ) from error
    known = [*(metric.name for metric in all_metrics(lambda _id: None)), ROBUSTNESS]
    unknown = [name for name in gates if name not in known]
    if unknown:
        raise EvalFileError(f"{path}：不认识指标 {unknown[0]!r}。可用指标：{'、'.join(known)}。")
    return gates


def check_gates(benchmark: Benchmark, gates: Gates) -> list[str]:
    """One Chinese line for each threshold missed; what was not asked for or judged misses none, nor do few questions."""
    return [*_missed(benchmark.result, gates), *_not_robust(benchmark, gates)]


def _not_robust(benchmark: Benchmark, gates: Gates) -> Iterator[str]:
    least = gates.get(ROBUSTNESS)
    if not are_enough(benchmark.robustness):
        return
    for outcome in benchmark.robustness:
        if least is not None and not outcome.holds(least):
            yield (
                f"{outcome.suite.label}：状态和金额不变 {show_share(outcome.unchanged_share)}，门槛 {show_share(least)}；"
                f"全对率低 {outcome.loss * 100:.1f} 个百分点，至多 {(1 - least) * 100:.1f}（{outcome.count} 题）"
            )


def _missed(result: EvalResult, gates: Gates) -> list[str]:
    failed = [f"有 {result.errors} 题运行出错，应为 0"] if result.errors else []
    for metric in result.metrics:
        mean = result.overall.means[metric.name]
        least = gates.get(metric.name)
        if least is None or mean.value is None or mean.value >= least:
            continue
        short = sum(
            record.scores[metric.name].value < 1 for record in result.records if metric.name in record.scores
        )
        failed.append(
            f"{metric.label} {show_share(mean.value)}，低于门槛 {show_share(least)}"
            f"（计分 {mean.count} 题，{short} 题未满分）"
        )
    return failed


def show_share(value: float | None) -> str:
    """A share as a percentage, cut and not rounded: what falls short of 100% never reads 100%; a dash for none.

    >>> show_share(1.0), show_share(0.99999), show_share(0.95), show_share(0.9), show_share(0.29)
    ('100%', '99.9%', '95%', '90%', '29%')
    """
    if value is None:
        return "—"
    tenths = int(value * 1000 + 1e-9)
    return f"{tenths / 10:.1f}".removesuffix(".0") + "%"
