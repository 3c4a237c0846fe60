"""One inquiry as a model may see it: which answers it may say again, and which clauses it may look at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chat.answer import Answer, Status
from chat.evidence import relevance_model
from chat.llm.types import Matter
from chat.matching.profile import Profile
from chat.matching.said import asks_what_fits
from chat.matching.types import Matched
from kb.hits import Hit

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.inquiry import Inquiry

_CANDIDATES = 10
_LEAST_SHARE = (
    0.5  # share of the question's words asked of a sentence of a clause the answer does not cite itself
)
_MOST_CITED = 6  # a list of more is said by the code, which leaves none out


def matter_of(assistant: Assistant, inquiry: Inquiry, answer: Answer) -> Matter | None:
    """What a model is given to say an answer again; None where the answer is not for a model to touch.

    Refusals for a reason, questions back, and what rules decided stand as they are. A refusal because nothing was
    found may be answered from clauses that fit the question by every measure but the order they were found in.
    """
    if not _is_open(inquiry, answer):
        return None
    named = {document.id for document in inquiry.named}
    among = named if len(named) == 1 else inquiry._standing(in_force=True)
    shown = among | {citation.id.rpartition(" ")[0] for citation in answer.citations}

    def search(text: str) -> list[Hit]:
        return inquiry.kb.search(text, _CANDIDATES, among=among) if among else []

    def related(clause_id: str) -> bool:
        evidence = inquiry.candidates()
        found = next((each for each in evidence if each.clause.id == clause_id), None)
        if found is None or found.best.share < _LEAST_SHARE or not inquiry.fit.fits(found):
            return False
        ordered = [found, *(each for each in evidence if each is not found)]
        return inquiry.fit.confidence(ordered) >= relevance_model().threshold

    def match(profile: Profile) -> Matched:
        return assistant.match(profile, inquiry.day)

    return Matter(
        turns=tuple(inquiry.turns),
        condensed=inquiry.condensed or inquiry.question,
        answer=answer,
        documents={key: document for key, document in inquiry.by_id.items() if key in shown},
        search=search,
        related=related,
        rules=inquiry.rules,
        match=match,
    )


def _is_open(inquiry: Inquiry, answer: Answer) -> bool:
    if asks_what_fits([*inquiry.history, inquiry.question]):
        return False  # the state of each measure's conditions is no matter of words
    if answer.status is Status.ANSWERED:
        return 0 < len(answer.citations) <= _MOST_CITED
    nothing_found = replace(inquiry._not_found(), question=answer.question)
    if answer.status is not Status.NOT_FOUND or answer != nothing_found:
        return False
    return inquiry.jurisdiction.has_own or not inquiry.jurisdiction.is_restricted
