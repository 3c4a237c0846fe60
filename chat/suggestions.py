"""What to ask next: questions made from the rule, the clause and the document behind an answer, each known to have an answer.

A candidate is asked (without a language model) before it is offered: it must be answered, and by what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat.answer import Answer, Status
from chat.judged import Settled, inquiry_of, settled_by
from chat.subsidy.calc_types import show_stage
from chat.wording import is_part, short_label
from corpus import Clause, InputError, PolicyDocument
from kb.rules import Condition, Rule

if TYPE_CHECKING:
    from chat.assistant import Assistant
    from chat.inquiry import Inquiry

MOST = 3
_TRIED = 12  # candidates asked, at most
_OPENING = re.compile(r"[^，,。；;：:\n（(]{1,18}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked next.

    Attributes:
        kind: of several of a kind only the first that holds is offered, but for the values of a missing input.
        text: the question, as it is offered and asked.
        holds: whether an answer to it says what it should.
    """

    kind: str
    text: str
    holds: Callable[[Answer], bool]


def suggest(assistant: Assistant, answer: Answer, history: Sequence[str]) -> list[str]:
    """Up to three questions that can follow an answer.

    Args:
        assistant: who gave it.
        answer: what it said.
        history: the questions before it, oldest first.
    """
    asked = {turn.strip() for turn in (*history, answer.question)}
    found: list[str] = []
    kinds: set[str] = set()
    tried = 0
    for each in _candidates(assistant, answer, history):
        if each.text in asked or (each.kind in kinds and each.kind != "value"):
            continue
        if len(found) == MOST or tried == _TRIED:
            break
        tried += 1
        asked.add(each.text)
        if _holds(assistant, each, answer, history):
            found.append(each.text)
            kinds.add(each.kind)
    return found


def _holds(assistant: Assistant, candidate: Candidate, answer: Answer, history: Sequence[str]) -> bool:
    asking = Answer(candidate.text, answer.as_of, Status.NOT_FOUND, "")
    try:
        given = inquiry_of(assistant, asking, [*history, answer.question]).answer()
    except InputError:
        return False
    if given.status not in (Status.ANSWERED, Status.NEEDS_INPUT) or given.answer == answer.answer:
        return False
    return candidate.holds(given)


def _candidates(assistant: Assistant, answer: Answer, history: Sequence[str]) -> Iterator[Candidate]:
    if answer.status is Status.INVALID_INPUT:
        return
    inquiry = inquiry_of(assistant, answer, history)
    settled = None
    with suppress(InputError):
        settled = settled_by(inquiry, answer)
    if answer.status is Status.NEEDS_INPUT:
        yield from _values(inquiry, answer, settled)
    if settled:
        yield from _stages(settled)
    cited = list(_cited(inquiry, answer))
    for document, clause in cited[:1]:
        yield from _units(answer, clause)
        yield from _support(inquiry.rules, answer, clause, settled)
        yield from _beside(document, clause)
        yield from _term(document)
    if not cited:
        yield from _near(inquiry, answer)


def _cited(inquiry: Inquiry, answer: Answer) -> Iterator[tuple[PolicyDocument, Clause]]:
    """The clauses an answer cites, each once, in its order."""
    for clause_id in dict.fromkeys(citation.id for citation in answer.citations):
        document = inquiry.by_id.get(clause_id.rpartition(" ")[0])
        clause = document.clause(clause_id) if document else None
        if document and clause:
            yield document, clause


def _cites(clause_id: str) -> Callable[[Answer], bool]:
    return lambda given: any(citation.id == clause_id for citation in given.citations)


# -- what is missing ------------------------------------------------------------------------------------------------


def _values(inquiry: Inquiry, answer: Answer, settled: Settled | None) -> Iterator[Candidate]:
    """The values of the first input that is missing, or the condition in doubt as met."""

    def goes_on(given: Answer) -> bool:
        return given.calculation is not None or not set(missing) & set(given.missing)

    for name in answer.missing:
        missing = [name]
        texts = list(_choices(settled.rule, name)) if settled else []
        if not texts:
            texts = [_met(each) for each in _conditions(inquiry, name)]
        if texts:
            yield from (Candidate("value", text, goes_on) for text in dict.fromkeys(texts))
            return


def _choices(rule: Rule, name: str) -> Iterator[str]:
    declared = rule.input(name)
    if declared is None:
        return
    if name == rule.stage_by:
        yield from (show_stage(rule, stage.stage) for stage in rule.stages)
    elif declared.type == "choice":
        yield from (choice.value for choice in declared.choices)


def _conditions(inquiry: Inquiry, name: str) -> Iterator[Condition]:
    yield from (each for rule in inquiry.rules if (each := rule.condition(name)))


def _met(condition: Condition) -> str:
    """A condition as what the asker would say who meets it."""
    return (
        f"我们{condition.requires}"
        if condition.requires.startswith(("在", "已"))
        else f"我们属于{condition.requires}"
    )


# -- around the answer ----------------------------------------------------------------------------------------------


def _stages(settled: Settled) -> Iterator[Candidate]:
    """The rule's other stages: 那Ⅲ期呢."""
    rule = settled.rule
    said = {item.stage for item in settled.inputs.items}
    if not said:
        return
    for stage in rule.stages:
        if stage.stage not in said:
            yield Candidate(
                "stage",
                f"那{show_stage(rule, stage.stage)}呢？",
                lambda given: given.calculation is not None and given.calculation.rule == rule.id,
            )


def _units(answer: Answer, clause: Clause) -> Iterator[Candidate]:
    names = (*clause.lead, *clause.participants)
    if not names or all(name in answer.answer for name in clause.lead or names):
        return
    asks = "由谁牵头？" if clause.lead else "由哪些单位负责？"

    def names_them(given: Answer) -> bool:
        return all(name in given.answer for name in clause.lead or names)

    yield Candidate("units", f"{clause.label}{asks}", names_them)


def _support(
    rules: Sequence[Rule], answer: Answer, clause: Clause, settled: Settled | None
) -> Iterator[Candidate]:
    """To whom the cited measure is given, and how much where that was not computed."""
    quotes = [citation.quote for citation in answer.citations if citation.id == clause.id]

    def is_quoted(rule: Rule) -> bool:
        words = [basis.quote for basis in rule.bases if basis.clause == clause.id]
        return any(word in quote or quote in word for word in words for quote in quotes)

    resting = [settled.rule] if settled else [rule for rule in rules if clause.id in rule.clauses]
    if not resting:
        return
    rule = max(resting, key=is_quoted)

    def about(given: Answer) -> bool:
        return any(citation.id in rule.clauses for citation in given.citations)

    subject = rule.title.removesuffix("支持").removesuffix("补贴")
    yield Candidate("conditions", f"{subject}要符合什么条件？", about)
    if answer.calculation is None:
        yield Candidate("amount", f"{rule.title}最多能给多少？", about)


def _beside(document: PolicyDocument, clause: Clause) -> Iterator[Candidate]:
    """The other clauses under the same heading, those that follow first."""
    if is_part(clause):
        return
    under = [
        each for each in document.clauses if each.kind is clause.kind and each.path[:-1] == clause.path[:-1]
    ]
    at = next(n for n, each in enumerate(under) if each.id == clause.id)
    for other in (*under[at + 1 :], *reversed(under[:at])):
        yield from _what_it_says(document, other)


def _what_it_says(document: PolicyDocument, clause: Clause) -> Iterator[Candidate]:
    named = document.doc_number or f"《{document.title}》"
    place, about = short_label(clause, document.id), _about(clause)
    text = f"{named} {place}{f'“{about}”' if about else ''}是怎么规定的？"
    yield Candidate("beside", text, _cites(clause.id))


def _about(clause: Clause) -> str:
    """A clause's heading, or the words it opens with."""
    if heading := clause.heading.strip("。：:，, "):
        return heading
    text = clause.text.removeprefix(clause.path[-1]).lstrip("、.．。 　")
    opening = _OPENING.match(text)
    return opening[0] if opening else ""


def _term(document: PolicyDocument) -> Iterator[Candidate]:
    if document.effective_to:
        named = document.doc_number or f"《{document.title}》"
        yield Candidate("term", f"{named}有效期到什么时候？", lambda given: bool(given.citations))


def _near(inquiry: Inquiry, answer: Answer) -> Iterator[Candidate]:
    """Where nothing was found: what the clauses say that came nearest."""
    for clause_id in answer.retrieved:
        document = inquiry.by_id.get(clause_id.rpartition(" ")[0])
        clause = document.clause(clause_id) if document else None
        if document and clause and clause.heading:
            for each in _what_it_says(document, clause):
                yield Candidate("value", each.text, each.holds)
