"""The conditions behind an answer: evaluated again from what was asked, and shown only where that comes to the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from chat.answer import Answer, Calculation, Status
from chat.directives import what_is_asked
from chat.inquiry import Inquiry
from chat.matching.match import match
from chat.matching.profile import Profile, profile_of, read_words
from chat.matching.reply import MOST, reply
from chat.matching.said import asks_what_fits, telling
from chat.matching.states import judge, standing
from chat.matching.types import Judged, Matched, State
from chat.subsidy.calc_types import CalculatorInputs, Ineligible, Missing, Outcome
from chat.subsidy.calculator import calculate
from chat.subsidy.inputs import match_rules, read_inputs
from corpus import InputError, PolicyDocument
from kb.money import format_yuan
from kb.query.spelling import read_typed
from kb.rules import Basis, Condition, Rule

if TYPE_CHECKING:
    from chat.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Settled:
    """The rule that settled a question, and what it gave.

    Attributes:
        rule: with those of its bases that counted.
        turns: the messages it was read from, oldest first.
        inputs: what was read.
        outcome: what the calculator said.
    """

    rule: Rule
    turns: tuple[str, ...]
    inputs: CalculatorInputs
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Table:
    """The conditions of one measure: its title, the state of the whole where that was judged, and each condition."""

    title: str
    state: State | None
    rows: tuple[Judged, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON form, with what is said of each condition."""
        rows = [row.to_dict() | {"reason": row.reason} for row in self.rows]
        return {"title": self.title, "state": self.state and self.state.value, "conditions": rows}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Table:
        """A table from its JSON form."""
        rows = [
            Judged(**row | {"state": State(row["state"]), "said": tuple(row["said"])})
            for row in told["conditions"]
        ]
        return cls(told["title"], State(told["state"]) if told["state"] else None, tuple(rows))


def explained(row: Judged) -> str:
    """Why a condition is judged as it is; "" where there is nothing to say.

    >>> explained(Judged("a", "在本省", State.OPEN, (), "甲 一", "本省"))
    '问题里没有说到'
    """
    said = (
        f"您说的是“{'”“'.join(row.said)}”"
        if row.said
        else "问题里没有说到"
        if row.state is State.OPEN
        else ""
    )
    return "；".join(filter(None, (said, row.reason if row.state is State.NOT_MET else "")))


def inquiry_of(assistant: Assistant, answer: Answer, history: Sequence[str]) -> Inquiry:
    """The question as the assistant read it."""
    question, *turns = [what_is_asked(read_typed(turn.strip()).text) for turn in (answer.question, *history)]
    return Inquiry(assistant, question, turns, answer.as_of)


def conditions_of(assistant: Assistant, answer: Answer, history: Sequence[str]) -> tuple[Table, ...]:
    """The conditions an answer rests on; none where it rests on none, or where they cannot be known for certain.

    Args:
        assistant: who gave it.
        answer: what it said.
        history: the questions before, oldest first.
    """
    if not (answer.calculation or answer.citations) or answer.status is Status.INVALID_INPUT:
        return ()
    inquiry = inquiry_of(assistant, answer, history)
    with suppress(InputError):  # a figure that cannot be true: nothing was judged
        if matched := _matched(inquiry, answer):
            return tuple(Table(each.title, each.state, each.shown) for each in matched.measures[:MOST])
        if settled := settled_by(inquiry, answer):
            rows = _rows(settled, inquiry.by_id)
            return (Table(settled.rule.title, None, rows),) if rows else ()
    return ()


def settled_by(inquiry: Inquiry, answer: Answer) -> Settled | None:
    """The rule an answer computed with, was refused by or wants an input of; None where none comes to the same.

    Raises:
        InputError: a figure of the question cannot be true.
    """
    wanted = answer.calculation is not None or answer.status in (Status.NOT_ELIGIBLE, Status.NEEDS_INPUT)
    rule = _rule(inquiry, answer) if wanted else None
    if rule is None:
        return None
    there = standing(rule.bases, inquiry.by_id)
    cited = {citation.id.rpartition(" ")[0] for citation in answer.citations}
    named = tuple(basis for basis in there if basis.clause.rpartition(" ")[0] in cited)
    for bases in dict.fromkeys((there, named)):
        if not bases:
            continue
        within = rule.model_copy(update={"bases": bases})
        inputs = read_inputs(inquiry.turns, within).inputs
        outcome = calculate(within, inputs, inquiry.day)
        if _is_same(outcome, answer):
            return Settled(within, tuple(inquiry.turns), inputs, outcome)
    return None


def _matched(inquiry: Inquiry, answer: Answer) -> Matched | None:
    """The matching an answer reports; None where it is something else."""
    turns = [*inquiry.history, inquiry.question]
    if not asks_what_fits(turns):
        return None
    documents = {document.id: document for document in inquiry.named or inquiry.documents}
    in_force = partial(inquiry.in_force, day=inquiry.day)
    matched = match(inquiry.rules, read_words(telling(turns)), inquiry.day, documents, in_force)
    made = reply(matched, documents, inquiry.question)
    if made is None or made.status is not answer.status or made.calculation != answer.calculation:
        return None
    quoted = {(citation.id, citation.quote) for citation in made.citations}
    return matched if all((each.id, each.quote) in quoted for each in answer.citations) else None


def _rule(inquiry: Inquiry, answer: Answer) -> Rule | None:
    if answer.calculation:
        return next((each for each in inquiry.rules if each.id == answer.calculation.rule), None)
    there = [rule for rule in inquiry.rules if standing(rule.bases, inquiry.by_id)]
    for text in (inquiry.question, " ".join(inquiry.turns)):
        if found := match_rules(text, there):
            return found[0]
    return None


def _is_same(outcome: Outcome, answer: Answer) -> bool:
    if isinstance(outcome, Calculation):
        return outcome == answer.calculation
    if isinstance(outcome, Missing):
        return answer.status is Status.NEEDS_INPUT and outcome.names == answer.missing
    said = any(each.id == outcome.clause and outcome.quote in each.quote for each in answer.citations)
    return (
        answer.status is Status.NOT_ELIGIBLE and said and (outcome.short or outcome.reason) in answer.answer
    )


def _rows(settled: Settled, documents: Mapping[str, PolicyDocument]) -> tuple[Judged, ...]:
    """Every condition of a rule; none where they say something else than the outcome."""
    rule, outcome = settled.rule, settled.outcome
    basis = _basis(rule, settled)
    profile = profile_of(Profile((), settled.turns))
    rows = [_as_read(row, settled) for row in judge(rule, basis, profile, documents)]
    broken = [row for row in rows if row.state is State.NOT_MET and row.blocks]
    if isinstance(outcome, Ineligible):
        if not any(row.clause == outcome.clause and row.quote == outcome.quote for row in broken):
            rows.append(_refusal(rule, outcome))
    elif broken:
        return ()
    return _merged(rows)


def _merged(rows: Sequence[Judged]) -> tuple[Judged, ...]:
    """Each requirement once, with all words that decided it; the place and the kind of one applicant read alike."""
    found: dict[tuple[str, State], Judged] = {}
    for row in rows:
        before = found.get((row.requires, row.state))
        said = dict.fromkeys((*(before.said if before else ()), *row.said))
        found[row.requires, row.state] = replace(before or row, said=tuple(said))
    return tuple(found.values())


def _basis(rule: Rule, settled: Settled) -> Basis:
    used = settled.outcome.clauses if isinstance(settled.outcome, Calculation) else ()
    own = next((basis for basis in rule.bases if basis.clause in used), None)
    return own or rule.basis_for(settled.inputs.product) or rule.bases[0]


def _as_read(row: Judged, settled: Settled) -> Judged:
    """A condition as the calculation read it, where it did: broken by words, left in doubt, or measured by a figure."""
    inputs, condition = settled.inputs, settled.rule.condition(row.id)
    violation = next((each for each in inputs.violations if each.condition == row.id), None)
    if violation is not None:
        return replace(row, state=State.NOT_MET, said=violation.words)
    if any(doubt.name == row.id for doubt in inputs.doubts):
        return replace(row, state=State.OPEN)
    if condition is None or not condition.input:
        return row
    return _measured(row, condition, settled)


def _measured(row: Judged, condition: Condition, settled: Settled) -> Judged:
    rule, inputs = settled.rule, settled.inputs
    if condition.input == rule.measured_by:
        figures = [item.base for item in inputs.items if item.base is not None]
    else:
        figures = [figure for figure in (inputs.value(condition.input),) if figure is not None]
    declared = rule.input(condition.input)
    if not figures or declared is None:
        return row
    money = declared.type == "money"
    said = tuple(format_yuan(figure) if money else f"{figure.normalize():f}" for figure in figures)
    state = State.MET if all(map(condition.holds, figures)) else State.NOT_MET
    return replace(row, state=state, said=said)


def _refusal(rule: Rule, outcome: Ineligible) -> Judged:
    """What is refused although no condition says so: the day, a stage the rule does not cover."""
    requires = "所问日期在文件的实施期内" if outcome.short else outcome.reason.rstrip("。")
    return Judged(
        rule.stage_by or "refused", requires, State.NOT_MET, (), outcome.clause, outcome.quote, reason=""
    )
