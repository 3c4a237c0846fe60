"""Text for the terminal."""

from __future__ import annotations

from collections.abc import Callable

from chat.answer import Answer
from chat.command import plain

MakeAnswer = Callable[..., Answer]


def test_the_terminal_gets_answer_citations_and_steps_in_order(answer: MakeAnswer) -> None:
    lines = plain.answer_text(answer()).split("\n")
    places = [
        next(n for n, line in enumerate(lines) if part in line)
        for part in ("最高2000万元", "“原文”", "6000万元 × 40% = 2400万元")
    ]
    assert places == sorted(places)
