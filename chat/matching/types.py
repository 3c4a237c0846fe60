"""What comes out of a matching: measures, the state of each of their conditions, and one question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from chat.answer import Calculation
from chat.matching.profile import Profile


class State(StrEnum):
    """Whether a condition, or all of a measure's conditions, are met."""

    MET = "满足"
    OPEN = "待补充"
    NOT_MET = "不满足"


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition and what the profile says of it.

    Attributes:
        id: id of the condition.
        requires: what must be true.
        state: whether it is.
        said: the words of the profile that decided it, or that leave it in doubt.
        clause: id of the clause that sets it.
        quote: its verbatim words.
        blocks: the measure is not given where it is not met.
        reason: why it matters, where it is not met.
        question: what to ask, where it is open.
        words: the words that decide it; conditions of other rules with the same words ask the same thing.
        home: the province or region meant, where it is about the place.
    """

    id: str
    requires: str
    state: State
    said: tuple[str, ...]
    clause: str
    quote: str
    blocks: bool = True
    reason: str = ""
    question: str = ""
    words: frozenset[str] = frozenset()
    home: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "id": self.id,
            "requires": self.requires,
            "state": self.state.value,
            "said": list(self.said),
            "clause": self.clause,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """An input of the calculator that is not known: its name and the question for it."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One rule before a profile.

    Attributes:
        rule: id of the rule.
        title: what it gives.
        state: 满足 only where every condition is.
        conditions: its conditions, in the rule's order.
        calculation: what it comes to; None where it cannot be computed or is not given.
        missing: inputs without which it cannot be computed.
        lead: units in charge.
        participants: units that take part.
        clauses: ids of the clauses that grant it, the one that applies first.
        quote: verbatim words of that clause.
        document: name of its document.
        note: what else to know, Chinese.
        is_draft: whether nobody has confirmed the rule yet.
        figures: verbatim words of that clause that give the figures.
        gives_money: whether it is more than a qualification or a deadline.
        is_placed: whether its document says where it holds; one that does not is never 满足.
    """

    rule: str
    title: str
    state: State
    conditions: tuple[Judged, ...]
    calculation: Calculation | None
    missing: tuple[Wanted, ...]
    lead: tuple[str, ...]
    participants: tuple[str, ...]
    clauses: tuple[str, ...]
    quote: str
    document: str
    note: str = ""
    is_draft: bool = False
    figures: tuple[str, ...] = ()
    gives_money: bool = False
    is_placed: bool = True

    @property
    def shown(self) -> tuple[Judged, ...]:
        """Its conditions, without those that require and say the same as one before."""
        return tuple({(each.requires, each.state, each.said): each for each in self.conditions}.values())

    @property
    def open(self) -> tuple[Judged, ...]:
        """Its conditions that are not decided."""
        return tuple(each for each in self.conditions if each.state is State.OPEN)

    @property
    def broken(self) -> tuple[Judged, ...]:
        """Its conditions that end it."""
        return tuple(each for each in self.conditions if each.state is State.NOT_MET and each.blocks)

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "rule": self.rule,
            "title": self.title,
            "state": self.state.value,
            "conditions": [each.to_dict() for each in self.conditions],
            "calculation": self.calculation.to_dict() if self.calculation else None,
            "missing": [each.name for each in self.missing],
            "lead": list(self.lead),
            "participants": list(self.participants),
            "clauses": list(self.clauses),
            "quote": self.quote,
            "document": self.document,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next.

    Attributes:
        text: the question.
        about: ids of the conditions and inputs it is about.
        settles: number of measures that the answer takes further.
    """

    text: str
    about: tuple[str, ...]
    settles: int

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"text": self.text, "about": list(self.about), "settles": self.settles}


@dataclass(frozen=True, slots=True)
class Matched:
    """All measures before one profile, those it can use first.

    Attributes:
        as_of: the day the measures must be in force.
        profile: what was known.
        measures: in the order to be shown.
        question: what to ask next, None where nothing is open.
        left_out: number of measures not in force on the day.
    """

    as_of: date
    profile: Profile
    measures: tuple[Measure, ...]
    question: Question | None
    left_out: int

    @property
    def notice(self) -> str:
        """What was given and could not be used; "" where all could."""
        return self.profile.notice

    def of(self, state: State) -> tuple[Measure, ...]:
        """The measures of one state."""
        return tuple(each for each in self.measures if each.state is state)

    def to_dict(self) -> dict[str, Any]:
        """JSON form, as ``policykb match --json`` prints it; ``notice`` where there is one."""
        notice = {"notice": self.notice} if self.notice else {}
        return {
            "as_of": self.as_of.isoformat(),
            "profile": self.profile.to_dict(),
            "measures": [each.to_dict() for each in self.measures],
            "question": self.question.to_dict() if self.question else None,
            "left_out": self.left_out,
            **notice,
        }
