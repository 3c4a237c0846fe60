"""Answers made by hand, for the examples of the metrics and their tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from chat.answer import Answer, Calculation, Citation, Status


def sample_answer(
    text: str = "",
    status: Status = Status.ANSWERED,
    *,
    cited: tuple[str, ...] = (),
    quote: str = "原文",
    retrieved: tuple[str, ...] = (),
    amount: str | None = None,
) -> Answer:
    """An answer that cites these clause ids, each with the same quote, and computed this amount (None: nothing)."""
    citations = tuple(
        Citation(n, clause, clause, "《示例》", quote, 0, len(quote))
        for n, clause in enumerate(cited, start=1)
    )
    calculation = Calculation("example", Decimal(amount), True, {}, (), ()) if amount is not None else None
    return Answer("？", date(2026, 1, 1), status, text, citations, calculation, retrieved=retrieved)
