"""A profile against all rules: `match`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from chat.answer import Calculation
from chat.matching.figures import compute, inputs_of
from chat.matching.profile import Profile
from chat.matching.question import next_question
from chat.matching.states import Documents, judge, standing
from chat.matching.types import Judged, Matched, Measure, State
from chat.subsidy.calc_types import Ineligible
from corpus import PolicyDocument
from kb.rules import Basis, Rule

DRAFT = "规则尚未经人工确认"
NO_REGION = "文件没有写明适用地区"
NO_CONDITIONS = "条款没有写明条件，以主管部门解释为准"


def match(
    rules: Iterable[Rule],
    profile: Profile,
    day: date,
    documents: Mapping[str, PolicyDocument],
    in_force: Callable[[str], bool] = lambda _: True,
) -> Matched:
    """Judge every rule whose clauses stand in the knowledge base.

    Args:
        rules: confirmed ones and drafts.
        profile: what is known.
        day: the day the measures must be in force.
        documents: documents of the knowledge base by id.
        in_force: whether a document, by id, is in force on that day; besides what the rules say.

    Raises:
        InputError: a figure of the profile cannot be true.
    """
    measures: list[tuple[tuple[int, int], Measure]] = []
    left_out = 0
    places = _clause_places(documents)
    for rule in rules:
        there = standing(rule.bases, documents)
        if not there:
            continue
        bases = [
            basis for basis in there if basis.in_force(day) and in_force(basis.clause.rpartition(" ")[0])
        ]
        if not bases:
            left_out += 1
            continue
        measure = _measure(rule.model_copy(update={"bases": tuple(bases)}), profile, day, documents)
        measures.append((places[measure.clauses[0]], measure))
    ordered = tuple(measure for _, measure in sorted(measures, key=lambda each: _rank(*each)))
    return Matched(day, profile, ordered, next_question(ordered), left_out)


def _measure(rule: Rule, profile: Profile, day: date, documents: Documents) -> Measure:
    basis = rule.basis_for(inputs_of(rule, profile).product, day) or rule.bases[0]
    conditions = judge(rule, basis, profile, documents)
    document = documents[basis.clause.rpartition(" ")[0]]
    state = _state(rule, conditions)
    if state is State.MET and not document.region:
        state = State.OPEN  # nobody can say that it holds where the asker is
    notes = [DRAFT] if not rule.is_confirmed else [] if rule.conditions else [NO_CONDITIONS]
    if not document.region:
        notes.append(NO_REGION)
    measure = Measure(
        rule=rule.id,
        title=rule.title,
        state=state,
        conditions=conditions,
        calculation=None,
        missing=(),
        lead=basis.lead,
        participants=basis.participants,
        clauses=(basis.clause, *(clause for clause in rule.clauses if clause != basis.clause)),
        quote=basis.quote,
        document=document.name,
        note="；".join(notes),
        figures=_figures(rule, basis),
        is_draft=not rule.is_confirmed,
        gives_money=rule.gives_money,
        is_placed=bool(document.region),
    )
    if measure.is_draft or measure.state is State.NOT_MET:
        return measure
    outcome, missing = compute(rule, profile, day, certain=measure.state is State.MET)
    if isinstance(outcome, Ineligible):
        return replace(
            measure, state=State.NOT_MET, conditions=(*conditions, _refused(rule, outcome, profile))
        )
    return replace(measure, calculation=outcome, missing=missing)


def _state(rule: Rule, conditions: Iterable[Judged]) -> State:
    conditions = tuple(conditions)
    broken = [each for each in conditions if each.state is State.NOT_MET and each.blocks]
    if not rule.is_confirmed:  # nobody has said yet that its conditions are those of the clause
        broken = [each for each in broken if each.home]
    if broken:
        return State.NOT_MET
    if not rule.is_confirmed or not rule.conditions:
        return State.OPEN
    return State.MET if all(each.state is State.MET for each in conditions) else State.OPEN


def _refused(rule: Rule, outcome: Ineligible, profile: Profile) -> Judged:
    """What the calculator refuses although no condition says so: a stage the rule does not cover."""
    fact = profile.fact("stage")
    said = (fact.value,) if fact else ()
    return Judged(
        rule.stage_by or "stage", outcome.reason, State.NOT_MET, said, outcome.clause, outcome.quote
    )


def _figures(rule: Rule, basis: Basis) -> tuple[str, ...]:
    """The words of the clause that give the rule's figures, verbatim."""
    figures = (rule.rate, rule.amount, *rule.stages, *rule.tiers, rule.cap, rule.yearly_cap, rule.entity_cap)
    quotes = (s.quote for figure in figures if figure for s in figure.sources if s.clause == basis.clause)
    return tuple(dict.fromkeys(quotes))


def _clause_places(documents: Documents) -> dict[str, tuple[int, int]]:
    """Where each clause stands: number of its document, number in it."""
    return {
        clause.id: (number, at)
        for number, document in enumerate(documents.values())
        for at, clause in enumerate(document.clauses)
    }


def _rank(
    place: tuple[int, int], measure: Measure
) -> tuple[int, Decimal, bool, bool, bool, int, tuple[int, int]]:
    """Those met with an amount by amount, those met without, those open, those not met; else as in the documents.

    Of those open: those of documents that say where they hold, those that give money, those of whose matter the profile
    speaks, those with less open.
    """
    amount = amount_of(measure.calculation) if measure.state is State.MET else None
    group = {State.MET: 1, State.OPEN: 2, State.NOT_MET: 3}[measure.state] - (amount is not None)
    amount = -(amount or Decimal(0))
    if measure.state is not State.OPEN:
        return group, amount, False, False, False, 0, place
    open_ones = sum(each.state is State.OPEN and each.blocks for each in measure.shown)
    spoken_of = any(each.state is State.MET and not each.home for each in measure.shown)
    return group, amount, not measure.is_placed, not measure.gives_money, not spoken_of, open_ones, place


def amount_of(calculation: Calculation | None) -> Decimal | None:
    """The yuan a calculation comes to, None where it is not money."""
    return calculation.amount_yuan if calculation else None
