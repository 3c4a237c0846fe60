"""What a message says of the things a rule measures, where they are not phases of a trial: amounts, counts and classes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, Doubt, Item
from chat.subsidy.mentions import Mention, Role
from chat.subsidy.segments import find_words, is_denied
from kb.numerals import fold, read_counts
from kb.rules import Input, Rule, Stage

# 贴息24个月 / 租了2年
_MONTHS = re.compile(
    r"(?<![0-9.第])(?P<number>[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?(?P<unit>个月|年(?![度初底内前]))"
)
_MEASURED = frozenset({Role.SPENDING, Role.PREMIUM, Role.UNCLEAR})


def read_items(
    known: CalculatorInputs, rule: Rule, text: str, mentions: Sequence[Mention]
) -> CalculatorInputs:
    """What is known after a message: one item at a time; what could be several is asked about."""
    stages, bases, doubts = _stages(rule, text), *_bases(rule, text, mentions)
    if doubts:
        return replace(known, doubts=doubts)
    if len(stages) > 1 and len(bases) == len(stages):
        return replace(known, items=tuple(map(Item, stages, bases)), doubts=())
    if len(stages) > 1 and not rule.measured:
        return replace(known, items=tuple(Item(stage, None) for stage in stages), doubts=())
    if len(stages) > 1:
        listed = "、".join(stages)
        return replace(known, doubts=(Doubt(rule.stage_by, f"您提到了{listed}，请说明要算的是哪一项。"),))
    if not stages and not bases:
        return known
    item = known.items[0] if len(known.items) == 1 else Item(None, None)
    stage = stages[0] if stages else item.stage
    base = bases[0] if bases else item.base
    others = tuple(
        doubt
        for doubt in known.doubts
        if not (doubt.name == rule.measured_by and bases) and not (doubt.name == rule.stage_by and stages)
    )
    return replace(known, items=(Item(stage, base),), doubts=others)


def _stages(rule: Rule, text: str) -> list[str]:
    """The classes a message names, in the order of the rule; a name inside a longer one of another does not count."""
    folded = fold(text)
    words = {fold(word): stage.stage for stage in rule.stages for word in _names(stage)}
    found = {
        words[match[0]]
        for match in find_words(folded, words)
        if match[0] in words and not is_denied(folded, match.start())
    }
    return [stage.stage for stage in rule.stages if stage.stage in found]


def _names(stage: Stage) -> tuple[str, ...]:
    return (stage.stage, *stage.words)


def _bases(rule: Rule, text: str, mentions: Sequence[Mention]) -> tuple[list[Decimal], tuple[Doubt, ...]]:
    """What the rule measures, as a message gives it, and what has to be asked about it."""
    measured = rule.measured
    if measured is None:
        return [], ()
    if measured.type != "money":
        return _counted(rule, measured, text)
    named = [each for each in mentions if each.role is Role.PREMIUM] if "保费" in measured.label else []
    told = named or [each for each in mentions if each.role in _MEASURED]
    several = len(told) > 1 and not (rule.stages and len(_stages(rule, text)) == len(told))
    if several or any(each.value is None for each in told):
        said = "、".join(each.text for each in told)
        return [], (Doubt(measured.name, f"您提到“{said}”，请给出{measured.label}的确切数额。"),)
    return [each.value for each in told if each.value is not None], ()


def _counted(rule: Rule, measured: Input, text: str) -> tuple[list[Decimal], tuple[Doubt, ...]]:
    values = list(dict.fromkeys(counts_of(text, measured)))
    if len(values) > 1 and len(values) != len(_stages(rule, text)):
        ask = f"您提到了不止一个数，请说明哪一个是{measured.label}。"
        return [], (Doubt(measured.name, ask),)
    return values, ()


def counts_of(text: str, declared: Input) -> list[Decimal]:
    """The numbers of things or months a message gives for an input.

    Where the label says which number is meant (核定床位数) and the text says it, others do not count.
    """
    folded = fold(text)
    if declared.type == "months":
        return [
            Decimal(number) * (12 if match["unit"] == "年" else 1)
            for match in _MONTHS.finditer(folded)
            if (number := _number(match["number"])) is not None
        ]
    counts = [
        each
        for each in read_counts(text, declared.units, declared.markers)
        if not _is_result(folded, each.start)
    ]
    approved = [each for each in counts if "核定" in folded[max(0, each.start - 8) : each.start]]
    return [each.value for each in (approved or counts)]


def _number(written: str) -> int | None:
    from kb.numerals import parse_number

    value = parse_number(written)
    return int(value) if value is not None else None


def _is_result(folded: str, at: int) -> bool:
    """研究型床位80张 is the result, not the input."""
    return bool(re.search(r"研究(?:型|用)?(?:床位|病床)[^，。；,]{0,6}$", folded[:at]))


def read_choice(text: str, declared: Input) -> str | None:
    """The value of a choice that a text names; one that is denied is not named."""
    folded = fold(text)
    for choice in declared.choices:
        if any(not is_denied(folded, match.start()) for match in find_words(folded, choice.words)):
            return choice.value
    return None
