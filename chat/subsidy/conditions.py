"""Which conditions of a rule the user's words meet or break. The words are data of the rule (`kb.rules.Condition`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from chat.subsidy.calc_types import Doubt, Violation
from chat.subsidy.phases import canonical
from chat.subsidy.region import read_whereabouts
from chat.subsidy.segments import find_words, is_denied
from kb.rules import Condition, Rule


class _Verdict(Enum):
    MET = "met"
    BROKEN = "broken"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ConditionReading:
    """What a conversation says about the conditions of a rule."""

    violations: tuple[Violation, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    met: frozenset[str] = frozenset()


def read_conditions(turns: Sequence[str], rule: Rule) -> ConditionReading:
    """Judge every condition by the newest message that says anything about it.

    Args:
        turns: the user's messages, oldest first.
        rule: the rule whose conditions are judged.
    """
    violations, doubts, met = [], [], set()
    for condition in rule.conditions:
        for turn in reversed(turns):
            verdict, words = _judge(turn, condition)
            if verdict is None:
                continue
            if verdict is _Verdict.BROKEN:
                violations.append(_violation(condition, words))
            elif verdict is _Verdict.BOTH:
                said = "、".join(words)
                doubts.append(
                    Doubt(
                        condition.id,
                        f"您同时提到了不符合条件的“{said}”。条件是：{condition.requires}。请只说明符合条件的那部分。",
                    )
                )
            else:
                met.add(condition.id)
            break
    return ConditionReading(tuple(violations), tuple(doubts), frozenset(met))


def _judge(turn: str, condition: Condition) -> tuple[_Verdict | None, tuple[str, ...]]:
    """What one message says about one condition, and the words that break it."""
    text = canonical(turn)
    met = broken = hinted = False
    words: list[str] = []
    taken: list[tuple[int, int]] = []
    for listed, good in ((condition.violated_by, False), (condition.satisfied_by, True)):
        for match in find_words(text, listed):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue  # 省内创新药 inside 不在省内…: the longer finding counts
            # 非仿制药II期: the denial reaches 仿制药, not the phase after it
            denied = is_denied(text, match.start(), reach=2 if good else 6)
            if good and not denied:
                met = True
            elif not good and denied:
                hinted = True
            else:
                broken = True
                words.append(("不是" if good else "") + match[0])
            taken.append(match.span())
    for where in read_whereabouts(text, condition.home) if condition.home else ():
        if where.at_home:
            met = True
        else:
            broken = True
            words.append(where.place)
    hinted = hinted or any(
        not is_denied(text, match.start()) for match in find_words(text, condition.hinted_by)
    )
    words = [each for each in dict.fromkeys(words) if not any(each in other != each for other in words)]
    if met and broken:
        both = {"ask": _Verdict.BOTH, "satisfied": _Verdict.MET, "ignore": None}[condition.when_both]
        return both, tuple(words)
    if broken:
        return _Verdict.BROKEN, tuple(words)
    return (_Verdict.MET if met or hinted else None), ()


def _violation(condition: Condition, words: tuple[str, ...]) -> Violation:
    source = condition.sources[0]
    blocks = condition.effect == "not_eligible"
    return Violation(condition.id, words, condition.reason, source.clause, source.quote, blocks)
