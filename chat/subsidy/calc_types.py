"""What goes into the calculator and what comes out of it besides a `Calculation`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chat.answer import Calculation

_SHOWN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ"}


def show_phase(phase: str) -> str:
    """A phase as printed in answers.

    >>> show_phase("II")
    'Ⅱ期'
    """
    return f"{_SHOWN.get(phase, phase)}期"


@dataclass(frozen=True, slots=True)
class TrialItem:
    """One trial: its phase and what was spent on it, in yuan; None where the user has not said."""

    phase: str | None
    rd_spending: Decimal | None


@dataclass(frozen=True, slots=True)
class Violation:
    """A condition of a rule that the user's words say is not met.

    Attributes:
        condition: id of the condition.
        words: the words that say so.
        reason: why this matters, Chinese.
        clause: id of the clause that sets the condition.
        quote: its verbatim words.
        blocks: the support is not given; otherwise it is only worth a note.
    """

    condition: str
    words: tuple[str, ...]
    reason: str
    clause: str
    quote: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the user said that can be read in more than one way: which input, and what to ask."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class CalculatorInputs:
    """All a rule may ask for; what a rule does not use stays empty.

    Attributes:
        items: trials, in the order given.
        prior_support: support of the same kind already received this year, yuan; None if not said.
        premium: insurance premium, yuan.
        beds: approved number of beds.
        count: number of products or platforms.
        product: value of the rule's product choice.
        violations: conditions not met.
        doubts: what has to be asked before anything is computed.
        notes: how the user's words were read, where that is worth saying.
    """

    items: tuple[TrialItem, ...] = ()
    prior_support: Decimal | None = None
    premium: Decimal | None = None
    beds: Decimal | None = None
    count: Decimal | None = None
    product: str | None = None
    violations: tuple[Violation, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """The calculation needs more: names of the inputs, and one Chinese question for all of them."""

    names: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Ineligible:
    """The support is not given: why, and the clause that says so."""

    reason: str
    clause: str
    quote: str


Outcome = Calculation | Missing | Ineligible
