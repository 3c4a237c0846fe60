"""What a benchmark is asked for beyond the questions themselves, and all that it found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval.compare import Comparison
from eval.judge import Verdicts
from eval.latency import Speed
from eval.robustness.run import Outcome
from eval.run import EvalResult


@dataclass(frozen=True, slots=True)
class More:
    """What else to do with a run.

    Attributes:
        compare_to: results folder of an earlier run to compare with.
        robustness: ask the questions again, written otherwise.
        sample: how many of them, evenly over the types; all where not given.
        judge: let the language model of the settings give a second opinion.
        latency: measure the time of an answer beside that of a bare query embedding.
        extractive: answer without the language model, also where the settings name one.
    """

    compare_to: Path | None = None
    robustness: bool = False
    sample: int | None = None
    judge: bool = False
    latency: bool = False
    extractive: bool = False


NOTHING_MORE = More()


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A run and what was found beside it; None and () for what was not asked for."""

    result: EvalResult
    comparison: Comparison | None = None
    robustness: tuple[Outcome, ...] = ()
    verdicts: Verdicts | None = None
    speed: Speed | None = None
