"""Asking every suite and comparing each answer with the one the question got as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chat.answer import Answer
from eval.metrics import ClauseText
from eval.qa_set import QAItem
from eval.robustness.suites import SUITES, Suite, spread
from eval.run import Ask, Progress, Record, evaluate

FEWEST = 100  # questions over all suites, with fewer of which nothing is said of a gate


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that was answered otherwise, or is right only as it was written."""

    before: Record
    after: Record


@dataclass(frozen=True, slots=True)
class Outcome:
    """One suite.

    Attributes:
        suite: which.
        count: questions it changes.
        unchanged: of them those with the same status and the same amount.
        passed_before: of them those that are right as they were written.
        passed_after: those that are right written otherwise.
        changed: where status or amount differ, or a right answer is wrong now.
        scored: questions it changes and of which something is expected.
    """

    suite: Suite
    count: int
    unchanged: int
    passed_before: int
    passed_after: int
    changed: tuple[Changed, ...]
    scored: int

    @property
    def unchanged_share(self) -> float:
        """Share of the questions with the same status and amount; 1 of none."""
        return self.unchanged / self.count if self.count else 1.0

    @property
    def loss(self) -> float:
        """By how much the share of right answers is lower, 0 to 1; negative where it is higher."""
        return (self.passed_before - self.passed_after) / self.scored if self.scored else 0.0

    @property
    def share_before(self) -> float | None:
        """Share of the scored questions that are right as they were written, None of none."""
        return self.passed_before / self.scored if self.scored else None

    @property
    def share_after(self) -> float | None:
        """Share of them that are right written otherwise, None of none."""
        return self.passed_after / self.scored if self.scored else None

    def holds(self, least: float) -> bool:
        """Whether so large a share is unchanged, and no more than the rest of right answers is lost."""
        return self.unchanged_share >= least and self.loss <= 1 - least + 1e-9


def are_enough(outcomes: Sequence[Outcome]) -> bool:
    """Whether so many questions were asked that a share of them says something."""
    return sum(outcome.count for outcome in outcomes) >= FEWEST


def run_suites(
    records: Sequence[Record],
    ask: Ask,
    clause_text: ClauseText,
    *,
    sample: int | None = None,
    suites: Sequence[Suite] = SUITES,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Ask the questions of a run again in every suite.

    Args:
        records: the run: questions as they were written, with their answers.
        ask: gives the answer to one.
        clause_text: the clauses of the knowledge base.
        sample: how many questions of the run, evenly over its types; all where not given.
        suites: ways to write them otherwise.
        progress: told after each question.
    """
    by_id = {record.item.id: record for record in records}
    chosen = spread([record.item for record in records], sample)
    varied = [(suite, [new for item in chosen if (new := suite.vary(item))]) for suite in suites]
    total = sum(len(items) for _, items in varied)
    done = 0
    outcomes = []
    for suite, items in varied:
        told = _told(progress, done, total)
        after = evaluate(items, ask, told, clause_text=clause_text).records
        outcomes.append(_outcome(suite, [(by_id[record.item.id], record) for record in after]))
        done += len(items)
    return tuple(outcomes)


def _told(progress: Progress | None, before: int, total: int) -> Progress | None:
    return None if progress is None else lambda done, _: progress(before + done, total)


def _outcome(suite: Suite, pairs: Sequence[tuple[Record, Record]]) -> Outcome:
    same = [_said(before.answer) == _said(after.answer) for before, after in pairs]
    return Outcome(
        suite,
        len(pairs),
        sum(same),
        sum(before.passed for before, _ in pairs),
        sum(after.passed for _, after in pairs),
        tuple(
            Changed(before, after)
            for (before, after), is_same in zip(pairs, same, strict=True)
            if not is_same or (before.passed and not after.passed)
        ),
        sum(before.item.is_scored for before, _ in pairs),
    )


def _said(answer: Answer | None) -> tuple[str, Decimal | None] | None:
    if answer is None:
        return None
    return answer.status.value, answer.calculation.amount_yuan if answer.calculation else None


def outcomes_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What metrics.json holds of them."""
    return {
        outcome.suite.name: {
            "questions": outcome.count,
            "unchanged": outcome.unchanged_share,
            "passed_clean": outcome.share_before,
            "passed": outcome.share_after,
            "changed": [_changed_json(one) for one in outcome.changed],
        }
        for outcome in outcomes
    }


def _changed_json(changed: Changed) -> dict[str, Any]:
    item: QAItem = changed.after.item
    return {
        "id": item.id,
        "question": item.question,
        "status": [changed.before.status, changed.after.status],
        "faults": list(changed.after.faults),
    }
