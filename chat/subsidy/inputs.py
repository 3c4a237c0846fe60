"""What a user has told the calculator so far, read from their own words; later words correct earlier ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, Doubt, Item
from chat.subsidy.conditions import read_conditions
from chat.subsidy.intent import has_amount_intent, match_rules, named_beside
from chat.subsidy.items import counts_of, read_choice, read_items
from chat.subsidy.mentions import Mention, Role, read_mentions
from chat.subsidy.pairing import TrialReading, count_of_things, read_trials
from kb.numerals import fold
from kb.rules import Input, Rule

__all__ = ["Reading", "has_amount_intent", "match_rules", "named_beside", "read_inputs", "read_product"]

# 不对，是III期: what follows replaces what came before, also within one message
_CORRECTION = re.compile(
    r"(?:不对|不是这样|[说写搞填报弄记看算]错了?|[说写搞填报弄记]岔了?|报[低高少多]了|更正一?下?|纠正一?下?)"
    r"(?:[，,。！!]?\s*(?:应该?是|应该?为|应当[是为]|其实是|实际[是为]|实际上是|准确[地说]*是))?"
    r"|不是[^，。；,不]{1,10}[，,]\s*(?:而是|是)(?![^，。；]{0,4}不是)"
    r"|^\s*(?:应该是|应当是|其实是|实际是|实际上是)"
)
# 另外III期投入1亿: adds to what came before
_ADDITION = re.compile(r"另外|还有|此外|再加|加上|外加|以及|同时|也(?!许)")
_MORE = re.compile(r"又|再(?!改|换|按)|追加|另外|还花|还投|还有|增加")
# 投入翻倍呢: a change we do not compute
_CHANGE = re.compile(
    r"翻倍|翻番|减半|一半|倍|[\d一二两三四五六七八九]成(?!了|功|为|立|果|本|效)|增加|减少|追加|多投|少投|再投"
)
_ALIKE = re.compile(r"这样|这种|同样|一样|相同")
# 今年还没拿过
_NONE_RECEIVED = re.compile(
    r"(?:没有?|未|尚未|还没|从未|从没)(?:有)?(?:[^，。；,]{0,4})(?:拿|领|获得|得到|享受|收到|申请)(?!多少)[^，。；,]{0,3}(?:过|到|任何|支持|补|$|[，。；,])"
)
_ASK_EACH = "请分别说明每一期、每个项目的研发投入。"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes:
        inputs: ready for `chat.subsidy.calculator.calculate`; carries violations, doubts and notes.
        newest: whether the newest message itself told something (a figure, a phase, a condition).
    """

    inputs: CalculatorInputs
    newest: bool = False


def read_inputs(turns: Sequence[str], rule: Rule) -> Reading:
    """Read a conversation for one rule.

    Args:
        turns: the user's messages, oldest first.
        rule: the rule to compute.

    Raises:
        InputError: an amount or a number in a message is negative or in foreign currency.
    """
    parts = [
        (piece, n > 0) for turn in turns for n, piece in enumerate(_CORRECTION.split(turn)) if piece.strip()
    ]
    pieces = [piece for piece, _ in parts]
    inputs = CalculatorInputs()
    told = False
    for number, (piece, corrects) in enumerate(parts):
        # 说错了，投入也只有3500万: after a correction nothing is added to what was wrong
        updated = _read_piece(_ADDITION.sub("", piece) if corrects else piece, rule, inputs)
        if number == len(pieces) - 1:
            told = updated != inputs or bool(read_mentions(piece))
        inputs = updated
    conditions = read_conditions(pieces, rule)
    doubts = (*inputs.doubts, *conditions.doubts)
    newest = told or bool(pieces and _says_condition(pieces[-1], rule))
    return Reading(replace(inputs, violations=conditions.violations, doubts=doubts), newest)


def _says_condition(piece: str, rule: Rule) -> bool:
    reading = read_conditions([piece], rule)
    return bool(reading.violations or reading.doubts or reading.met)


def _read_piece(text: str, rule: Rule, known: CalculatorInputs) -> CalculatorInputs:
    """What is known after one more message."""
    mentions = read_mentions(text)
    measured, stage = rule.measured, rule.input(rule.stage_by)
    if stage is not None and stage.type == "phase":
        known = _merge_trials(known, read_trials(text, mentions), text)
    else:
        known = read_items(known, rule, text, mentions)
    if rule.input("prior_support"):
        known = _merge_prior(known, mentions, text)
    for declared in rule.inputs:
        if declared in (measured, stage) or declared.name == "prior_support":
            continue
        if declared.type in ("count", "months"):
            known = _merge_count(known, declared, text)
        elif declared.type == "choice" and (choice := read_choice(text, declared)):
            known = known.with_choice(declared.name, choice)
    return known


# -- trials ------------------------------------------------------------------------------------------------------


def _merge_trials(known: CalculatorInputs, said: TrialReading, text: str) -> CalculatorInputs:
    notes = said.notes or known.notes
    if said.doubts:
        return replace(known, items=said.items or known.items, doubts=said.doubts, notes=notes)
    if not said.items:
        return _merge_change(known, text)
    said = replace(said, items=_recall(said.items, known.items))
    phases = [item.stage for item in said.items if item.stage]
    amounts = [item.base for item in said.items if item.base is not None]
    if not amounts:
        items, doubts = _new_phases(known.items, [phase for phase in phases if phase])
    elif not phases:
        items, doubts = _new_amounts(known.items, amounts, said.each, text)
    else:
        items, doubts = _new_pairs(known.items, said.items, text), ()
    notes = said.notes or (known.notes if not phases else ())
    return replace(known, items=items, doubts=doubts, notes=notes)


def _recall(said: tuple[Item, ...], known: tuple[Item, ...]) -> tuple[Item, ...]:
    """III期投入9000万，连同前面的II期: a phase named again beside a new one keeps the spending it was told."""
    if not any(item.base is not None for item in said):
        return said
    told = {item.stage: item.base for item in known if item.base is not None}
    return tuple(Item(item.stage, told.get(item.stage) if item.base is None else item.base) for item in said)


def _merge_change(known: CalculatorInputs, text: str) -> CalculatorInputs:
    """A message without phase or spending of its own: 四个这样的项目呢 repeats the trial, 投入翻倍呢 has to be asked."""
    times = count_of_things(text)
    if not known.items or (times == 1 and not _CHANGE.search(text)) or read_mentions(text):
        return known
    if times > 1 and len(known.items) == 1 and _ALIKE.search(text):
        return replace(known, items=known.items * times)
    return replace(known, doubts=(Doubt("rd_spending", _ASK_EACH),))


_Merged = tuple[tuple[Item, ...], tuple[Doubt, ...]]


def _new_phases(items: tuple[Item, ...], phases: list[str]) -> _Merged:
    """那III期呢 keeps the spending of a single trial; 都是II期 answers for all that had no phase."""
    if [item.stage for item in items] == phases:
        return items, ()
    if items and all(item.stage is None for item in items):
        if len(phases) == 1:
            return tuple(Item(phases[0], item.base) for item in items), ()
        if len(phases) == len(items):
            return tuple(Item(phase, item.base) for phase, item in zip(phases, items, strict=True)), ()
    if len(phases) == 1:
        if len(items) == 1:
            return (Item(phases[0], items[0].base),), ()
        same = tuple(item for item in items if item.stage == phases[0])
        return same or (Item(phases[0], None),), ()
    return tuple(Item(phase, None) for phase in phases), ()


def _new_amounts(items: tuple[Item, ...], amounts: list[Decimal], each: bool, text: str) -> _Merged:
    """如果投入是1亿呢 replaces the spending of a single trial, or answers for the trials that had none."""
    asked = (Doubt("rd_spending", _ASK_EACH),)
    if not items:
        return tuple(Item(None, amount) for amount in amounts), ()
    if _MORE.search(text):
        return items, asked
    open_items = [item for item in items if item.base is None]
    if each and len(amounts) == 1:
        return tuple(Item(item.stage, amounts[0]) for item in items), ()
    if len(amounts) == len(items):
        return tuple(Item(item.stage, amount) for item, amount in zip(items, amounts, strict=True)), ()
    if len(amounts) == len(open_items):
        given = iter(amounts)
        return tuple(Item(i.stage, next(given)) if i.base is None else i for i in items), ()
    return items, asked


def _new_pairs(items: tuple[Item, ...], pairs: tuple[Item, ...], text: str) -> tuple[Item, ...]:
    """New pairs fill or correct the trials of the same phase, add to them (另外), or start over."""
    phases = [item.stage for item in items]
    if _ADDITION.search(text):
        added = [pair for pair in pairs if pair not in items]
        kept = [item for item in items if item.base is not None or item.stage not in {p.stage for p in added}]
        return (*kept, *added)
    if all(phases.count(pair.stage) == 1 for pair in pairs) and len({pair.stage for pair in pairs}) == len(
        pairs
    ):
        by_phase = {pair.stage: pair for pair in pairs}
        return tuple(by_phase.get(item.stage, item) for item in items)
    return pairs


# -- the other inputs --------------------------------------------------------------------------------------------


def _merge_prior(known: CalculatorInputs, mentions: Sequence[Mention], text: str) -> CalculatorInputs:
    received = [each for each in mentions if each.role is Role.PRIOR]
    others = tuple(doubt for doubt in known.doubts if doubt.name != "prior_support")
    if not received:
        if _NONE_RECEIVED.search(fold(text)):
            return replace(known.with_value("prior_support", Decimal(0)), doubts=others)
        return known
    if len(received) > 1 or received[0].value is None:
        said = "、".join(each.text for each in received)
        ask = Doubt("prior_support", f"您提到已获支持“{said}”，请给出本年度已获同类支持的确切合计。")
        return replace(known.with_value("prior_support", None), doubts=(*others, ask))
    return replace(known.with_value("prior_support", received[0].value), doubts=others)


def _merge_count(known: CalculatorInputs, declared: Input, text: str) -> CalculatorInputs:
    values = set(counts_of(text, declared))
    if not values:
        return known
    if len(values) > 1:
        doubt = Doubt(declared.name, declared.question)
        return replace(known.with_value(declared.name, None), doubts=(doubt,))
    return known.with_value(declared.name, values.pop())


def read_product(text: str, rule: Rule) -> str | None:
    """The product a text names, as a value of the rule's choice; one that is denied is not named."""
    product = rule.input("product")
    return read_choice(text, product) if product else None
