"""What a message says of the things a rule measures, where they are not phases of a trial: amounts, counts and classes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, Doubt, Item
from chat.subsidy.mentions import Mention, Role
from chat.subsidy.region import outside_of
from chat.subsidy.segments import find_words, is_denied
from kb.numerals import NUMBER, fold, read_counts
from kb.rules import Input, Rule, Stage

# 贴息24个月 / 租了2年
_MONTHS = re.compile(
    r"(?<![0-9.第])(?P<number>[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?(?P<unit>个月|年(?![度初底内前]))"
)
_MEASURED = frozenset({Role.SPENDING, Role.PREMIUM, Role.UNCLEAR})
# 营业收入去年达到2亿: what may stand between the name of a quantity and its number
_FILLER = re.compile(
    r"(?:[的了是为有共约在]|达到?|大概|大约|一共|总共|合计|总计|总额|金额|额|实际|支付|缴纳?|付|[今去当全]年|年度|新增|首次|已经?|[:：\s])*"
)
_PARTS = re.compile(r"[，、；;。！？!?\n]|还有|另外|以及|[和与及]")
_ADDITION = re.compile(r"另外|还有|此外|再加|加上|外加|追加|增加|以及|同时|又|也(?!许)")
_ANOTHER = re.compile(r"另|又|还有|第[一二两三2]个|分别|再")
_RATHER = re.compile(r"其中|[一总]共|合计|包括|包含")  # the numbers may be of parts and whole
_BOUND_BEFORE = (
    "不到|不足|不满|未满|不超过|超过|突破|至少|起码|最少|最多|大于|小于|高于|低于|多于|少于|将近|接近|近"
)
_BOUND_AFTER = "以上|以下|以内|左右|上下|不到|打底|起步|多"
_BOUNDED = (re.compile(rf"(?:{_BOUND_BEFORE})\s?$"), re.compile(rf"\s?(?:{_BOUND_AFTER})"))
_JOINED = re.compile(r"\s?(?:[、和与及]|以及)\s?")
_CORRECTS = re.compile(r"(?:应该?是|应为|应当是|改[成为]|实际是)\s?$")
_ASKS_WHY = re.compile(r"为什么|为啥|怎么|不是|吗|难道")
_PEOPLE = frozenset("人名位")
# 12个月, 1个亿: 个 counts nothing here
_NO_THING = re.compile(r"\s?(?:月|年|亿|[百千]?万|工作日|百分点|小时|星期|季度)")


@dataclass(frozen=True, slots=True)
class _Said:
    """A class or a quantity that a message names, and where."""

    start: int
    stage: str | None = None
    base: Decimal | None = None


def read_items(
    known: CalculatorInputs, rule: Rule, text: str, mentions: Sequence[Mention]
) -> CalculatorInputs:
    """What is known after a message; where classes and quantities pair in more than one way, it is asked."""
    known = _read_items(_without_answered(known, rule, text), rule, text, mentions)
    asked = {doubt.name for doubt in known.doubts}
    vague = tuple(doubt for doubt in _vague(known, rule, text, mentions) if doubt.name not in asked)
    return replace(known, doubts=(*known.doubts, *vague)) if vague else known


def _read_items(
    known: CalculatorInputs, rule: Rule, text: str, mentions: Sequence[Mention]
) -> CalculatorInputs:
    stages, (bases, doubts) = _stages(rule, text), _bases(rule, text, mentions)
    if doubts:
        return replace(known, doubts=doubts)
    names = list(dict.fromkeys(each.stage for each in stages if each.stage))
    if len(names) > 1 and not rule.measured:
        return replace(known, items=tuple(Item(name, None) for name in names), doubts=())
    if len(names) > 1 or len(bases) > 1:
        return _several(known, rule, text, stages, bases)
    if not stages and not bases:
        return known
    return _one(known, rule, text, names[0] if names else None, bases[0].base if bases else None)


def _vague(known: CalculatorInputs, rule: Rule, text: str, mentions: Sequence[Mention]) -> Iterator[Doubt]:
    """Numbers that are not exact (不到30人, 30多人), and a sum that may correct what was told (应该是410万)."""
    folded = fold(text)
    for each in rule.inputs:
        if each.type not in ("count", "months") or counts_of(text, each):
            continue
        if said := _inexact(folded, each):
            yield Doubt(each.name, f"您提到“{said}”，请给出{each.label}的确切数。")
    measured = rule.measured
    if measured and measured.type == "money" and any(item.base is not None for item in known.items):
        for mention in mentions:
            before = folded[: mention.start]
            if mention.role is Role.SUPPORT and _CORRECTS.search(before) and not _ASKS_WHY.search(folded):
                yield Doubt(
                    measured.name, f"“{mention.text}”是不是{measured.label}？请写明{measured.label}是多少。"
                )


def _inexact(folded: str, declared: Input) -> str:
    """The words of a number that is not exact, "" if there is none."""
    if declared.type == "months":
        units = r"个月|年"
    else:
        listed = {unit.partition("…")[0] for unit in _units(declared)} - {""}
        units = "|".join(map(re.escape, sorted(listed, key=len, reverse=True)))
    if not units:
        return ""
    patterns = (
        rf"(?:{_BOUND_BEFORE})\s?{NUMBER}\s?(?:{units})",
        rf"{NUMBER}\s?(?:多|余|来)个?\s?(?:{units})",
        rf"(?:好几|十几|几十|数十|上百)\s?(?:{units})",
        rf"{NUMBER}\s?(?:{units})\s?(?:{_BOUND_AFTER})",
    )
    found = next((match for each in patterns if (match := re.search(each, folded))), None)
    return found[0] if found else ""


def _without_answered(known: CalculatorInputs, rule: Rule, text: str) -> CalculatorInputs:
    """A doubt about a number is settled by a message that gives exactly one."""
    answered = {
        each.name
        for each in rule.inputs
        if each.type in ("count", "months") and len(set(counts_of(text, each))) == 1
    }
    return replace(known, doubts=tuple(doubt for doubt in known.doubts if doubt.name not in answered))


def _several(
    known: CalculatorInputs, rule: Rule, text: str, stages: list[_Said], bases: list[_Said]
) -> CalculatorInputs:
    """Several classes or quantities in one message."""
    pairs = None if _RATHER.search(text) else _paired(fold(text), stages, bases)
    counted = rule.measured is not None and rule.measured.type != "money"
    names = [item.stage for item in pairs or ()]
    repeated = len(set(names)) < len(names) and (counted or not _ANOTHER.search(text))
    if pairs is None or repeated:
        listed = "、".join(dict.fromkeys(each.stage for each in stages if each.stage))
        label = rule.measured.label if rule.measured else "数额"
        ask = Doubt(rule.measured_by, f"您提到了{listed}，请分别说明每一项的{label}。")
        if len(bases) == 1:
            only = bases[0].base
            ask = Doubt(
                rule.stage_by, f"您提到了{listed}，请说明要算的是哪一项；几项都要算的，请分别说明{label}。"
            )
            return replace(known, items=(Item(None, only),), doubts=(ask,))
        if not bases:
            return replace(known, items=tuple(Item(name, None) for name in listed.split("、")), doubts=())
        return replace(known, doubts=(ask,))
    return replace(known, items=_merged(known.items, pairs, text), doubts=())


def _paired(folded: str, stages: list[_Said], bases: list[_Said]) -> tuple[Item, ...] | None:
    """Classes and quantities one to one, None where the words leave it open.

    Part by part (博士3人，硕士5人; 3名博士和5名硕士), else all classes first and the quantities in the same order.
    """
    marks = [0, *(match.end() for match in _PARTS.finditer(folded))]
    parts: dict[int, list[_Said]] = {}
    for each in sorted((*stages, *bases), key=lambda said: said.start):
        parts.setdefault(sum(mark <= each.start for mark in marks), []).append(each)
    paired = {each.stage for part in parts.values() if len(part) == 2 for each in part}
    for number in [n for n, part in parts.items() if len(part) == 1 and part[0].stage in paired - {None}]:
        del parts[number]  # named alone, and with its quantity in another part
    if all(len(part) == 2 and sum(each.base is not None for each in part) == 1 for part in parts.values()):
        return tuple(
            Item(
                next(each.stage for each in part if each.base is None),
                next(each.base for each in part if each.base is not None),
            )
            for part in parts.values()
        )
    names = [each.stage for each in stages]
    told = sorted(bases, key=lambda said: said.start)
    if len(names) == len(told) == len(set(names)) and max(each.start for each in stages) < told[0].start:
        return tuple(Item(name, each.base) for name, each in zip(names, told, strict=True))
    return None


def _merged(items: tuple[Item, ...], pairs: tuple[Item, ...], text: str) -> tuple[Item, ...]:
    """New pairs correct the items of their class; those of other classes add to them where the words say so."""
    stages = [item.stage for item in items]
    new = {pair.stage: pair for pair in pairs}
    if len(new) == len(pairs) and all(stages.count(stage) == 1 for stage in new):
        return tuple(new.get(item.stage, item) for item in items)
    if _ADDITION.match(text.lstrip("，,。 ")) and all(item.base is not None for item in items):
        return (*items, *pairs)
    return pairs


def _one(
    known: CalculatorInputs, rule: Rule, text: str, stage: str | None, base: Decimal | None
) -> CalculatorInputs:
    """At most one class and one quantity in a message."""
    others = tuple(
        doubt
        for doubt in known.doubts
        if not (doubt.name == rule.measured_by and base is not None)
        and not (doubt.name == rule.stage_by and stage)
    )
    ask = Doubt(rule.measured_by, f"请分别说明每一项的{rule.measured.label if rule.measured else '数额'}。")
    adds = bool(_ADDITION.search(text)) and any(item.base is not None for item in known.items)
    if base is not None and stage is None and (adds or len(known.items) > 1):
        without = [item for item in known.items if item.base is None]
        if len(without) != 1:
            return replace(known, doubts=(ask,))
        filled = (Item(item.stage, base) if item.base is None else item for item in known.items)
        return replace(known, items=tuple(filled), doubts=others)
    if base is not None and stage is not None and (adds or len(known.items) > 1):
        pair = Item(stage, base)
        if adds and stage in {item.stage for item in known.items}:
            return replace(known, doubts=(ask,))
        items = (*known.items, pair) if adds else _merged(known.items, (pair,), text)
        return replace(known, items=items, doubts=others)
    if len(known.items) > 1:  # 那省级的呢
        same = tuple(item for item in known.items if item.stage == stage)
        return replace(known, items=same or (Item(stage, None),), doubts=others)
    item = known.items[0] if known.items else Item(None, None)
    updated = Item(stage or item.stage, base if base is not None else item.base)
    return replace(known, items=(updated,), doubts=others)


def _stages(rule: Rule, text: str) -> list[_Said]:
    """The classes a message names, in its order."""
    folded = fold(text)
    words = {fold(word): stage.stage for stage in rule.stages for word in _names(stage)}
    found: list[_Said] = []
    for match in find_words(folded, words):
        name = words.get(match[0])
        if name is None or is_denied(folded, match.start()):
            continue
        found.append(_Said(match.start(), stage=name))
    return found


def _names(stage: Stage) -> tuple[str, ...]:
    return (stage.stage, *stage.words)


def _bases(rule: Rule, text: str, mentions: Sequence[Mention]) -> tuple[list[_Said], tuple[Doubt, ...]]:
    """What the rule measures, as a message gives it, and what has to be asked about it."""
    measured = rule.measured
    if measured is None:
        return [], ()
    if measured.type != "money":
        return _counted(rule, measured, text)
    told = _amounts_of(measured, fold(text), mentions, bool(rule.input("prior_support")))
    classes = len(_stages(rule, text))
    folded = fold(text)
    bounded = any(_BOUNDED[0].search(folded[: each.start]) for each in told)
    if (
        bounded
        or any(each.value is None for each in told)
        or (len(told) > 1 and len(told) != classes and classes < 2)
    ):
        said = "、".join(each.text for each in told)
        return [], (Doubt(measured.name, f"您提到“{said}”，请给出{measured.label}的确切数额。"),)
    return [_Said(each.start, base=each.value) for each in told], ()


def _amounts_of(
    measured: Input, folded: str, mentions: Sequence[Mention], prior_asked: bool
) -> list[Mention]:
    """The amounts that are what a rule measures: those named so, else those spent."""
    usable = [each for each in mentions if not (prior_asked and each.role is Role.PRIOR)]
    markers = [fold(word) for word in (*measured.markers, measured.label)]
    named: list[Mention] = []
    for each in usable:
        listed = named and _JOINED.fullmatch(folded, named[-1].end, each.start)  # 分别自筹400万、300万
        if listed or _is_named(folded, each, markers):
            named.append(each)
    if not named and "保费" in measured.label:
        named = [each for each in usable if each.role is Role.PREMIUM]
    return named or [each for each in usable if each.role in _MEASURED]


def _is_named(folded: str, mention: Mention, markers: Sequence[str]) -> bool:
    """Whether the name of the quantity stands right before an amount or right after it."""
    before, after = folded[: mention.start], folded[mention.end :].lstrip(" 元的")
    if any(after.startswith(marker) for marker in markers):
        return True
    ends = [at + len(marker) for marker in markers if (at := before.rfind(marker)) >= 0]
    between = _BOUNDED[0].sub("", before[max(ends) :]) if ends else ""
    return bool(ends) and bool(_FILLER.fullmatch(between))


def _counted(rule: Rule, measured: Input, text: str) -> tuple[list[_Said], tuple[Doubt, ...]]:
    counts = _counts_at(text, measured)
    classes = {each.stage for each in _stages(rule, text)}
    if len(classes) < 2:
        values = list(dict.fromkeys(value for value, _ in counts))
        if len(values) > 1:
            ask = f"您提到了不止一个数，请说明哪一个是{measured.label}。"
            return [], (Doubt(measured.name, ask),)
        counts = counts[:1]
    return [_Said(at, base=value) for value, at in counts], ()


def counts_of(text: str, declared: Input) -> list[Decimal]:
    """The numbers of things or months a message gives for an input.

    Where the label says which number is meant (核定床位数) and the text says it, others do not count.
    """
    return [value for value, _ in _counts_at(text, declared)]


def _counts_at(text: str, declared: Input) -> list[tuple[Decimal, int]]:
    """The same with the place of each."""
    folded = fold(text)
    if declared.type == "months":
        return [
            (Decimal(number) * (12 if match["unit"] == "年" else 1), match.start())
            for match in _MONTHS.finditer(folded)
            if not (_BOUNDED[0].search(folded[: match.start()]) or _BOUNDED[1].match(folded, match.end()))
            and (number := _number(match["number"])) is not None
        ]
    counts = [
        each
        for each in read_counts(text, _units(declared), declared.markers)
        if not _is_result(folded, each.start)
        and not _NO_THING.match(folded, each.end)
        and not (_BOUNDED[0].search(folded[: each.start]) or _BOUNDED[1].match(folded, each.end))
    ]
    approved = [each for each in counts if "核定" in folded[max(0, each.start - 8) : each.start]]
    return [(each.value, each.start) for each in (approved or counts)]


def _units(declared: Input) -> tuple[str, ...]:
    """The units of a count; who counts people in 名 is understood in 人 too."""
    if not _PEOPLE & set(declared.units):
        return declared.units
    return (*declared.units, "个人", *sorted(_PEOPLE - set(declared.units)))


def _number(written: str) -> int | None:
    from kb.numerals import parse_number

    value = parse_number(written)
    return int(value) if value is not None else None


def _is_result(folded: str, at: int) -> bool:
    """研究型床位80张 is the result, not the input."""
    return bool(re.search(r"研究(?:型|用)?(?:床位|病床)[^，。；,]{0,6}$", folded[:at]))


def read_choice(text: str, declared: Input) -> str | None:
    """The value of a choice that a text names, by its longest words; one that is denied is not named.

    山东省外 is no word of 山东省内, although 山东 is; nor is 山东以外.
    """
    folded = fold(text)
    named = [
        (match.start(), match.end(), choice.value)
        for choice in declared.choices
        for match in find_words(folded, tuple(map(fold, (choice.value, *choice.words))))
        if not is_denied(folded, match.start())
    ]
    for start, end, value in named:
        longer = any(
            s <= start and end <= e and e - s > end - start and other != value for s, e, other in named
        )
        if not longer and not outside_of(folded, end):
            return value
    return None
