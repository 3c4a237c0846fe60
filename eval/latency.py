"""How long an answer takes beside what no answer by meaning can do without: the vector of its question.

``python -m eval.latency`` asks in turns, one question and one bare embedding of the same text, so that both see the
same machine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from corpus import PolicyKBError
from eval.metrics import Latency, latency
from eval.qa_set import DEFAULT_QA, QAItem, load_qa
from eval.run import Ask

SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds of both.

    Attributes:
        asked: of a whole answer, without a language model.
        embedded: of the embedding of the same questions, alone.
        count: questions.
    """

    asked: Latency
    embedded: Latency
    count: int

    @property
    def ratio(self) -> float | None:
        """How many times as long an answer takes, by the medians."""
        if self.asked.p50 is None or not self.embedded.p50:
            return None
        return self.asked.p50 / self.embedded.p50


def measure_speed(
    items: Sequence[QAItem], ask: Ask, embed: Callable[[str], object], count: int = SAMPLE
) -> Speed:
    """Time answers and embeddings in turns, over so many questions evenly from a set.

    Args:
        items: the set.
        ask: gives the answer to a question.
        embed: gives the vector of a text.
        count: how many questions.
    """
    from eval.robustness.suites import spread

    asked: list[float] = []
    embedded: list[float] = []
    chosen = spread(items, count)
    for item in chosen[:1]:  # what is loaded once is nobody's time
        ask(item)
        embed(item.question)
    for at, item in enumerate(chosen):
        pair = [(asked, lambda item=item: ask(item)), (embedded, lambda item=item: embed(item.question))]
        for times, call in pair if at % 2 else reversed(pair):
            start = perf_counter()
            call()
            times.append((perf_counter() - start) * 1000)
    return Speed(latency(asked), latency(embedded), len(chosen))


def speed_json(speed: Speed) -> dict[str, Any]:
    """What metrics.json holds of it."""
    return {
        "questions": speed.count,
        "ask_ms": {"p50": speed.asked.p50, "p95": speed.asked.p95},
        "embed_ms": {"p50": speed.embedded.p50, "p95": speed.embedded.p95},
        "ratio": speed.ratio,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    from eval.benchmark import opened
    from kb.settings import load_settings

    parser = argparse.ArgumentParser(
        prog="python -m eval.latency", description="回答用时，与单独向量化同一问题的用时并列，轮流测量。"
    )
    parser.add_argument("--home", type=Path, help="知识库文件夹")
    parser.add_argument("--qa", type=Path, default=DEFAULT_QA, help="题集，默认自带题集")
    parser.add_argument("--count", type=int, default=SAMPLE, help=f"题数，默认 {SAMPLE}")
    given = parser.parse_args(arguments)
    try:
        with opened(load_settings(home=given.home)) as subject:
            speed = measure_speed(load_qa(given.qa), subject.ask, subject.embed, given.count)
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, times in (("ask", speed.asked), ("embed", speed.embedded)):
        print(f"{name:6} p50 {times.p50:7.1f} ms   p95 {times.p95:7.1f} ms")
    print(f"ratio of the medians {speed.ratio:.2f}, {speed.count} questions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
