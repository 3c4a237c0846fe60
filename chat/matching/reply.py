"""A matching as an Answer of the conversation: short, cited, no figure that is not quoted or computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chat.answer import Answer, Calculation, Status
from chat.compose import Draft, in_words
from chat.matching.types import Judged, Matched, Measure, State
from corpus import Clause, PolicyDocument
from kb.money import format_yuan
from kb.query.textform import fold

MOST = 8  # measures named
_FEW = 3  # conditions named of one measure
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_HEADS = {
    State.MET: "条件都已满足的（以主管部门审核为准）：",
    State.OPEN: "还要补充情况才能判断的：",
    State.NOT_MET: "按现有条款不能享受的：",
}


def reply(matched: Matched, documents: Mapping[str, PolicyDocument], question: str) -> Answer | None:
    """The Answer; None where the profile decides no condition of any measure.

    Args:
        matched: what was found.
        documents: documents of the knowledge base by id.
        question: the newest message.
    """
    if not any(c.state is not State.OPEN for measure in matched.measures for c in measure.conditions):
        return None
    computed = [each for each in matched.of(State.MET) if each.calculation]
    alone = computed[0] if len(computed) == 1 else None
    writing = _Writing(documents, alone)
    named = matched.measures[:MOST]
    for state in State:
        these = [measure for measure in named if measure.state is state]
        if these:
            writing.draft.lines.append(_HEADS[state])
        for measure in these:
            writing.write(measure)
    writing.draft.lines += _rest(matched)
    status, ask = _status(matched), matched.question
    if ask:
        writing.draft.lines.append(f"再请补充一点：{ask.text}")
    return writing.draft.finish(
        question,
        matched.as_of,
        status,
        calculation=alone.calculation if alone else None,
        missing=ask.about if ask and status is Status.NEEDS_INPUT else (),
        retrieved=[citation.id for citation in writing.draft.citations],
    )


def _status(matched: Matched) -> Status:
    if matched.of(State.MET):
        return Status.ANSWERED
    if all(measure.state is State.NOT_MET for measure in matched.measures):
        return Status.NOT_ELIGIBLE
    return Status.NEEDS_INPUT if matched.question else Status.ANSWERED


def _rest(matched: Matched) -> list[str]:
    """How many more there are, in Chinese numerals: no figure that nothing supports."""
    more = [measure.state for measure in matched.measures[MOST:]]
    counted = [f"{state}的{_several(more.count(state))}项" for state in State if state in more]
    return [f"另有{'、'.join(counted)}没有列出，可在网页的“政策匹配”里查看。"] if counted else []


def _several(number: int) -> str:
    return "两" if number == 2 else in_words(number)


@dataclass(slots=True)
class _Writing:
    """The answer being written.

    Attributes:
        documents: documents by id.
        alone: the measure whose calculation goes with the answer.
        draft: lines and citations so far.
    """

    documents: Mapping[str, PolicyDocument]
    alone: Measure | None
    draft: Draft = field(default_factory=Draft)

    def write(self, measure: Measure) -> None:
        """One line for a measure, and one for its calculation."""
        document, clause = self._clause(measure.clauses[0])
        title = _supported(measure.title, clause) or "本条措施"
        if measure.state is State.NOT_MET:
            self.draft.lines.append(f"· {title}：{self._refusal(measure)}")
            return
        quotes = [measure.quote]
        if measure.state is State.MET:
            quotes += [quote for quote in measure.figures if quote not in measure.quote]
        said = "".join(
            f"“{quote.replace(chr(10), ' ')}”[{self.draft.cite(document, clause, quote)}]" for quote in quotes
        )
        units = f"（{'、'.join(measure.lead)}牵头）" if measure.lead else ""
        parts = [said + units, _open(measure, clause)]
        if measure is self.alone and measure.calculation:
            parts.append(_amount(measure.calculation))
        self.draft.lines.append(f"· {title}：{'。'.join(filter(None, parts)).rstrip('。')}。")
        if measure is self.alone and measure.calculation:
            steps = "；".join(f"{step.text}，得{step.value}" for step in measure.calculation.steps)
            self.draft.lines.append(f"计算：{steps}。[{self.draft.cite(document, clause, measure.quote)}]")
            self.draft.lines.append(f"前提：{'；'.join(measure.calculation.assumptions)}。")

    def _refusal(self, measure: Measure) -> str:
        broken = next((each for each in measure.broken), None) or measure.conditions[0]
        document, clause = self._clause(broken.clause)
        n = self.draft.cite(document, clause, broken.quote)
        said = f"您提到“{'”“'.join(broken.said)}”，" if broken.said else ""
        reason = _supported(broken.reason, clause) or f"条件是{_supported(broken.requires, clause)}"
        return f"{said}{reason.rstrip('。')}。“{broken.quote.replace(chr(10), ' ')}”[{n}]"

    def _clause(self, clause_id: str) -> tuple[PolicyDocument, Clause]:
        document = self.documents[clause_id.rpartition(" ")[0]]
        clause = document.clause(clause_id)
        if clause is None:
            raise KeyError(clause_id)  # measures whose clauses do not stand are left out
        return document, clause


def _open(measure: Measure, clause: Clause) -> str:
    """What is not known yet, in the rule's words."""
    if measure.is_draft or not measure.conditions or (measure.note and measure.is_placed):
        return measure.note
    wanted = [_condition(each, clause) for each in measure.open if each.blocks]
    lacking = [each.question.rstrip("？?") for each in measure.missing]
    if measure.state is State.MET:
        return (
            f"要算出金额，{_supported(lacking[0], clause)}"
            if lacking and _supported(lacking[0], clause)
            else ""
        )
    shown = list(dict.fromkeys(filter(None, wanted)))
    listed = "；".join(shown[:_FEW])
    more = "等" if len(shown) > _FEW and not listed.endswith("等") else ""
    return "。".join(filter(None, (measure.note, f"还要确认：{listed}{more}" if shown else "")))


def _condition(judged: Judged, clause: Clause) -> str:
    return _supported(judged.requires, clause)


def _amount(calculation: Calculation) -> str:
    if calculation.amount_yuan is None:
        return f"按条款计算为{calculation.steps[-1].value}"
    most = "最多可获" if calculation.is_ceiling else "可获"
    limit = "（上限，不是承诺，最终以评审为准）" if calculation.is_ceiling else ""
    return f"按您提供的情况，{most}{format_yuan(calculation.amount_yuan)}{limit}"


def _supported(text: str, clause: Clause) -> str:
    """A text whose numbers all stand in the clause that is cited beside it; "" for another."""
    known = set(_NUMBER.findall(fold(clause.text + clause.label)))
    return text if set(_NUMBER.findall(fold(text))) <= known else ""
