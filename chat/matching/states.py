"""The state of each condition of a rule before a profile, judged by the rule's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chat.matching.applicant import kind_of, kinds_of
from chat.matching.grounds import WHO, is_about_making, met_words, places_in, says_made
from chat.matching.places import holds_at, places_of
from chat.matching.profile import Profile
from chat.matching.types import Judged, State
from chat.subsidy.conditions import ConditionReading, read_conditions
from corpus import PolicyDocument
from kb.rules import Basis, Condition, Rule

Documents = Mapping[str, PolicyDocument]
REGION = "region"
_WITH_OTHERS = re.compile(r"合作|联合|委托|依托|或|与|由.*发起|向")
# …企业, 早期企业（种子期、初创期）, 企业牵头, 医疗器械企业为首台（套）产品购买
_FOR_WHOM = re.compile(r"(?:企业|公司|医院|医疗机构|高校|科研院所)(?:$|（|等|牵头|为)")


@dataclass(frozen=True, slots=True)
class _Heard:
    """One thing said: its sentence, how it was given ("" for a message), and what it says of a rule's conditions."""

    sentence: str
    value: str
    reading: ConditionReading


@dataclass(frozen=True, slots=True)
class _Vote:
    """What is said of a condition: words that meet it, and words that break it."""

    met: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def judge(rule: Rule, basis: Basis, profile: Profile, documents: Documents) -> tuple[Judged, ...]:
    """All conditions of a rule, and where its document holds, if no condition says so.

    Args:
        rule: the rule, with those of its bases that count.
        basis: the one that applies.
        profile: what is known.
        documents: documents of the knowledge base by id.
    """
    whole = "。".join(profile.sentences)
    told = [fact for fact in profile.facts if fact.figure is None]  # a sum is no word for what it is spent on
    facts = [_Heard(fact.sentence, fact.value, read_conditions([fact.sentence], rule)) for fact in told]
    turns = [_Heard(turn, "", read_conditions([turn], rule)) for turn in reversed(profile.words)]
    applicant = _applicant(profile)
    found = []
    for condition in rule.conditions:
        votes = [_vote(heard, rule, condition, whole) for heard in facts]
        later = (_vote(heard, rule, condition, whole) for heard in turns)
        votes.append(next((vote for vote in later if vote.met or vote.broken), _Vote()))
        here = tuple(place for heard in (*facts, *turns) for place in places_in(heard.sentence, condition))
        vote = _united(votes)
        if is_about_making(condition) and here and not vote.met and not says_made(vote.broken, profile.texts):
            vote = _Vote()  # told two seats, and nothing of where it is made
        if _is_for_another(condition, applicant):
            refused = _judged(condition, _Vote((), (applicant,)), here, basis, documents)
            reason = condition.reason if condition.id == "who" else f"条件是“{condition.requires}”"
            found.append(replace(refused, reason=reason, home=""))
            continue
        found.append(_judged(condition, vote, here, basis, documents))
    document = documents[basis.clause.rpartition(" ")[0]]
    if where := _where(rule, basis, document, profile):
        found.append(where)
    return tuple(found)


def _judged(
    condition: Condition, vote: _Vote, here: Sequence[str], basis: Basis, documents: Documents
) -> Judged:
    """One condition; where the place is right and the rest is open, the rest is asked."""
    state, said = _state(condition, vote)
    rest = state is State.OPEN and not said and bool(here)
    asks_rest = rest and not is_about_making(condition)  # that question is about the rest already
    sources = [each for each in condition.sources if stands(each.clause, each.quote, documents)]
    source = next((each for each in sources if each.clause == basis.clause), sources[0] if sources else basis)
    return Judged(
        id=condition.id,
        requires=condition.requires,
        state=state,
        said=said,
        clause=source.clause,
        quote=source.quote,
        blocks=condition.effect == "not_eligible",
        reason=condition.reason,
        question=f"请问是否属于“{condition.requires}”？" if asks_rest else condition.question,
        words=frozenset({condition.requires})
        if rest
        else frozenset((*condition.satisfied_by, *condition.hinted_by, *condition.violated_by)),
        home="" if rest else condition.home,
    )


def _applicant(profile: Profile) -> str:
    """What the asker is; "" where that is not known, or the fact and the newest words contradict."""
    fact = profile.fact("applicant")
    kind = kind_of(fact.value) if fact else ""
    told = next((kinds for turn in reversed(profile.words) if (kinds := kinds_of(turn))), {kind})
    return kind if told == {kind} else ""


def _is_for_another(condition: Condition, applicant: str) -> bool:
    """Whether a condition is for one kind of applicant, and the asker is of another: 企业 for a hospital."""
    if not applicant or _WITH_OTHERS.search(condition.requires):
        return False
    kinds = [kind for kind, words in WHO.items() if words.search(condition.requires)]
    if len(kinds) != 1 or kinds[0] == applicant:
        return False
    return bool(_FOR_WHOM.search(condition.requires)) or condition.id == "who"


def _state(condition: Condition, vote: _Vote) -> tuple[State, tuple[str, ...]]:
    if vote.met and vote.broken:
        if condition.when_both == "satisfied":
            return State.MET, vote.met
        return State.OPEN, (*vote.met, *vote.broken)
    if vote.broken:
        return State.NOT_MET, vote.broken
    return (State.MET, vote.met) if vote.met else (State.OPEN, ())


def _united(votes: Sequence[_Vote]) -> _Vote:
    return _Vote(
        tuple(dict.fromkeys(word for vote in votes for word in vote.met)),
        tuple(dict.fromkeys(word for vote in votes for word in vote.broken)),
    )


def _vote(heard: _Heard, rule: Rule, condition: Condition, whole: str) -> _Vote:
    """What one text says of one condition; a fact's words are the fact as given."""
    broken = tuple(
        word
        for violation in heard.reading.violations
        if violation.condition == condition.id
        for word in violation.words
    )
    doubt = next((each for each in heard.reading.doubts if each.name == condition.id), None)
    met: tuple[str, ...] = ()
    if doubt is not None or condition.id in heard.reading.met:
        met = met_words(heard.sentence, rule, condition, whole)
    if doubt is not None:
        broken = (doubt.question.partition("“")[2].partition("”")[0],)  # 您同时提到了…的“仿制药”
    if heard.value:
        return _Vote((heard.value,) if met else (), (heard.value,) if broken else ())
    return _Vote(met, broken)


def _where(rule: Rule, basis: Basis, document: PolicyDocument, profile: Profile) -> Judged | None:
    """Whether the document holds where the asker is; None where it holds everywhere or a condition says it all."""
    region = document.region
    own = [condition for condition in rule.conditions if condition.home]
    if not region or any(region.rstrip("省市") == condition.home for condition in own):
        return None
    holds, said = holds_at(region, places_of(profile))
    state = State.OPEN if holds is None else State.MET if holds else State.NOT_MET
    name = REGION if rule.condition(REGION) is None else "document_region"
    return Judged(
        id=name,
        requires=f"在{region}（文件适用的地区）",
        state=state,
        said=said,
        clause=basis.clause,
        quote=basis.quote,
        reason=f"这份文件适用于{region}",
        home=region,
    )


def stands(clause_id: str, quote: str, documents: Documents) -> bool:
    """Whether words stand in a clause of the knowledge base."""
    document = documents.get(clause_id.rpartition(" ")[0])
    clause = document.clause(clause_id) if document else None
    return clause is not None and quote in clause.text


def standing(bases: Sequence[Basis], documents: Documents) -> tuple[Basis, ...]:
    """The bases whose words stand in a document of the knowledge base."""
    return tuple(basis for basis in bases if stands(basis.clause, basis.quote, documents))
