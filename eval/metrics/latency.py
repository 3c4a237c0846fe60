"""Latency percentiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question takes: half take at most ``p50``, 95 of 100 at most ``p95``; None of no question."""

    p50: float | None
    p95: float | None


def latency(milliseconds: Sequence[float]) -> Latency:
    """Median and 95th percentile, linearly interpolated.

    >>> latency([10.0, 20.0, 30.0, 40.0, 50.0])
    Latency(p50=30.0, p95=48.0)
    >>> latency([])
    Latency(p50=None, p95=None)
    """
    import numpy as np

    if not milliseconds:
        return Latency(None, None)
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return Latency(float(p50), float(p95))
