"""What goes into the calculator and what comes out of it besides a `Calculation`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from chat.answer import Calculation
from kb.rules import Rule

_SHOWN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ"}


def show_phase(phase: str) -> str:
    """A phase as printed in answers.

    >>> show_phase("II")
    'Ⅱ期'
    """
    return f"{_SHOWN.get(phase, phase)}期"


def show_stage(rule: Rule, stage: str) -> str:
    """A stage of a rule as printed in answers: a phase of a trial, or the class as the text names it."""
    declared = rule.input(rule.stage_by)
    return show_phase(stage) if declared and declared.type == "phase" else stage


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be supported; None where the user has not said.

    Attributes:
        stage: which of the rule's stages it is: the phase of a trial, 国家级.
        base: what the rule measures: yuan spent on it, a number of beds.
    """

    stage: str | None
    base: Decimal | None


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
    """What is known for one rule; what the rule does not ask for stays empty.

    Attributes:
        items: what is to be supported, in the order given; stage and measure of each.
        values: further money in yuan, counts and months by the name of their input (prior_support, count, months).
        choices: chosen value by the name of its input (product, region).
        violations: conditions not met.
        doubts: what has to be asked before anything is computed.
        notes: how the user's words were read, where that is worth saying.
    """

    items: tuple[Item, ...] = ()
    values: Mapping[str, Decimal] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()

    def value(self, name: str) -> Decimal | None:
        """A further value, None if it was not said."""
        return self.values.get(name)

    def with_value(self, name: str, value: Decimal | None) -> CalculatorInputs:
        """The same with one value set, or taken away."""
        others = {key: each for key, each in self.values.items() if key != name}
        return replace(self, values=others if value is None else {**others, name: value})

    def with_choice(self, name: str, value: str) -> CalculatorInputs:
        """The same with one choice made."""
        return replace(self, choices={**self.choices, name: value})

    @property
    def product(self) -> str | None:
        """The product chosen, which decides among clauses that state the same support."""
        return self.choices.get("product")

    @property
    def base(self) -> Decimal | None:
        """What the only item measures; None if it is not said or there are several."""
        return self.items[0].base if len(self.items) == 1 else None


@dataclass(frozen=True, slots=True)
class Missing:
    """The calculation needs more: names of the inputs, and one Chinese question."""

    names: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Ineligible:
    """The support is not given: why, and the clause that says so; ``short`` is the reason without days, if it has any."""

    reason: str
    clause: str
    quote: str
    short: str = ""


Outcome = Calculation | Missing | Ineligible
