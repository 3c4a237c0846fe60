"""The files of a benchmark: metrics.json, answers.jsonl and report.html."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from eval.compare import comparison_json
from eval.errors import EvalFileError
from eval.gates import Gates, check_gates
from eval.judge import verdicts_json
from eval.latency import speed_json
from eval.outcome import Benchmark
from eval.pages.page import render_page
from eval.robustness.run import outcomes_json
from eval.run import Record, Summary
from eval.statistics import Interval

_SETTINGS = {"embedding_model": "向量模型", "engine": "回答引擎"}


def write_report(
    benchmark: Benchmark, out: Path, *, gates: Gates, qa_name: str, settings: Mapping[str, str], at: datetime
) -> None:
    """Write the three files into a folder, which is made if need be.

    Args:
        benchmark: the run and what was found beside it.
        out: folder; files of an earlier report in it are replaced.
        gates: thresholds by metric name.
        qa_name: the question set, as people know it.
        settings: what the run was made with: embedding model, versions.
        at: when it was run.

    Raises:
        EvalFileError: the folder cannot be written.
    """
    metrics = metrics_json(benchmark, gates=gates, qa_name=qa_name, settings=settings, at=at)
    lines = [json.dumps(record_json(record), ensure_ascii=False) for record in benchmark.result.records]
    shown = {_SETTINGS.get(name, name): value for name, value in settings.items()}
    about = {"题集": qa_name, "日期": f"{at:%Y-%m-%d %H:%M}", **shown}
    texts = {
        "metrics.json": json.dumps(metrics, ensure_ascii=False, indent=2) + "\n",
        "answers.jsonl": "".join(line + "\n" for line in lines),
        "report.html": render_page(benchmark, gates, about),
    }
    prepare(out)
    for name, text in texts.items():
        try:
            # a lone surrogate in a question is JSON that cannot be UTF-8
            (out / name).write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            raise _unwritable(out / name, error) from error


def prepare(out: Path) -> None:
    """Make the folder.

    Raises:
        EvalFileError: it cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def metrics_json(
    benchmark: Benchmark, *, gates: Gates, qa_name: str, settings: Mapping[str, str], at: datetime
) -> dict[str, Any]:
    """What metrics.json holds; means are of 0 to 1, null where no question was judged."""
    result = benchmark.result
    failed = check_gates(benchmark, gates)
    confusion: dict[str, dict[str, int]] = {}
    for (expected, actual), count in result.confusion.items():
        confusion.setdefault(expected, {})[actual] = count
    return {
        "date": at.isoformat(timespec="seconds"),
        "qa": qa_name,
        "settings": dict(settings),
        "errors": result.errors,
        "overall": _summary(result.overall),
        "by_type": {name: _summary(summary) for name, summary in result.by_type.items()},
        "by_difficulty": {name: _summary(summary) for name, summary in result.by_difficulty.items()},
        "failures": {reason.value: count for reason, count in result.reasons.items()},
        "latency_ms": {"p50": _tenths(result.latency.p50), "p95": _tenths(result.latency.p95)},
        "status_confusion": confusion,
        "gates": {"passed": not failed, "failed": failed, "thresholds": dict(gates)},
        **_beside(benchmark),
    }


def _beside(benchmark: Benchmark) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if benchmark.comparison:
        found["comparison"] = comparison_json(benchmark.comparison)
    if benchmark.robustness:
        found["robustness"] = outcomes_json(benchmark.robustness)
    if benchmark.verdicts:
        found["judge"] = verdicts_json(benchmark.verdicts)
    if benchmark.speed:
        found["speed"] = speed_json(benchmark.speed)
    return found


def record_json(record: Record) -> dict[str, Any]:
    """One line of answers.jsonl."""
    return {
        "id": record.item.id,
        "type": record.item.type,
        "difficulty": record.item.difficulty,
        "question": record.item.question,
        "history": list(record.item.history),
        "expected": record.item.expectation(),
        "status": record.status,
        "passed": record.passed if record.item.is_scored else None,
        "reason": record.reason,
        "faults": list(record.faults),
        "misses": list(record.misses),
        "error": record.error,
        "answer": record.answer.to_dict() if record.answer else None,
        "retrieved": list(record.answer.retrieved) if record.answer else [],
        "scores": {name: score.value for name, score in record.scores.items()},
        "ms": _tenths(record.ms),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "questions": summary.count,
        "without_expectation": summary.unscored,
        "passed": summary.passed,
        "passed_ci95": _range(summary.passed_interval),
        "metrics": {
            name: {"mean": mean.value, "count": mean.count, "ci95": _range(summary.interval(name))}
            for name, mean in summary.means.items()
        },
    }


def _range(found: Interval | None) -> list[float] | None:
    return [found.low, found.high] if found else None


def _tenths(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 1)


def _unwritable(path: Path, error: OSError) -> EvalFileError:
    return EvalFileError(f"{path}：写不进去（{error.strerror}）。请换一个可写的 --out 文件夹。")
