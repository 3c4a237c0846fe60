"""Checks an Answer before anyone sees it, whichever engine wrote it.

Every citation resolves, every quote is verbatim, every mark has its citation, and every number in the text is in a
cited clause, in the user's own words, or in the calculation. A refusal carries neither citation nor figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from chat.answer import Answer, Status
from corpus import Clause
from kb.query.textform import fold

_MARK = re.compile(r"\[(\d{1,2})\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def problems(answer: Answer, clause: Callable[[str], Clause | None], turns: Iterable[str] = ()) -> list[str]:
    """What is wrong with an answer, one English line each; empty if nothing is.

    Args:
        answer: the answer.
        clause: gives a clause by id, None if there is none.
        turns: the user's messages; their numbers may be repeated.
    """
    return [
        *_citation_problems(answer, clause),
        *_mark_problems(answer),
        *_number_problems(answer, clause, turns),
    ]


def _citation_problems(answer: Answer, clause: Callable[[str], Clause | None]) -> Iterator[str]:
    for citation in answer.citations:
        cited = clause(citation.id)
        if cited is None:
            yield f"[{citation.n}] cites {citation.id}, which does not exist"
        elif not citation.quote or citation.quote not in cited.text:
            yield f"[{citation.n}] is not verbatim in {citation.id}"
    if answer.status is Status.NOT_FOUND and (answer.citations or answer.calculation):
        yield "a refusal carries a citation or a calculation"


def _mark_problems(answer: Answer) -> Iterator[str]:
    marks = {int(n) for n in _MARK.findall(answer.answer)}
    numbers = {citation.n for citation in answer.citations}
    for n in sorted(marks - numbers):
        yield f"mark [{n}] has no citation"
    for n in sorted(numbers - marks):
        yield f"citation [{n}] supports no words"


def _number_problems(
    answer: Answer, clause: Callable[[str], Clause | None], turns: Iterable[str]
) -> Iterator[str]:
    allowed = set(_numbers(*turns, answer.question, answer.as_of.isoformat()))
    for citation in answer.citations:
        cited = clause(citation.id)
        allowed |= set(_numbers(citation.label, citation.document, cited.text if cited else ""))
        allowed.add(str(len(citation.quote.splitlines())))  # how many units a quoted list names
    if answer.calculation:
        made = answer.calculation
        steps = [part for step in made.steps for part in (step.text, step.value)]
        allowed |= set(_numbers(*steps, *made.inputs.values(), *made.assumptions))
    if answer.status is Status.INVALID_INPUT:
        return  # it repeats what was refused and gives an example of what is accepted
    for number in _numbers(_MARK.sub("", answer.answer)):
        if number not in allowed:
            yield f"number {number} is neither cited, given nor computed"


def _numbers(*texts: str) -> list[str]:
    """Numbers of texts, in one form.

    >>> _numbers("１,５００万元", "40％")
    ['1500', '40']
    """
    return [number for text in texts for number in _NUMBER.findall(fold(text))]
