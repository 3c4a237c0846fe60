"""What passes between the assistant and the LLM engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chat.answer import Answer, Citation
from chat.matching.profile import Profile
from chat.matching.types import Matched
from corpus import Clause, PolicyDocument
from kb.hits import Hit
from kb.rules import Rule


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer that passed the check; its marks are the numbers of its citations.

    The Answer that comes last is what counts: it may say more, and takes the place of what came before.
    """

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """One question, and all that a model may look at to answer it.

    Attributes:
        turns: the user's messages it is about, oldest first, the question last.
        condensed: the question on its own feet.
        answer: the Answer made without a model, which stands wherever the model's does not.
        documents: the documents that may answer, by id; those the answer cites are among them.
        search: the best clauses of these documents for a text.
        related: whether a clause, by id, fits the question well enough to be cited beside, or without, the answer's own.
        rules: subsidy rules for the calculator.
        match: all measures before a profile.
    """

    turns: tuple[str, ...]
    condensed: str
    answer: Answer
    documents: Mapping[str, PolicyDocument]
    search: Callable[[str], Sequence[Hit]]
    related: Callable[[str], bool]
    rules: tuple[Rule, ...]
    match: Callable[[Profile], Matched]

    def clause(self, clause_id: str) -> Clause | None:
        """A clause of these documents."""
        document = self.documents.get(clause_id.rpartition(" ")[0])
        return document.clause(clause_id) if document else None
