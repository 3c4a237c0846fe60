"""Which amount was spent on which phase, within one message.

Nothing is guessed: where the words leave more than one way to pair phases and amounts, the result is a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from chat.subsidy.calc_types import Doubt, Item, show_phase
from chat.subsidy.mentions import Mention, Role
from chat.subsidy.phases import PhaseMention, read_phases
from chat.subsidy.segments import BREAKS
from kb.money import format_yuan
from kb.numerals import NUMBER, fold, parse_number

_BETWEEN_PHASES = re.compile(r"\s?(?:临床)?(?:试验|研究)?\s?(?:[、和与及跟，,/+]|以及|还有)?\s?")
_BETWEEN_AMOUNTS = re.compile(r"\s?(?:[、和与及，,/+]|以及)?\s?")
# 两个II期 / 3个1类新药 / II期项目有两个
_THINGS = r"(?: 新药 | 化药 | 中药 | 生物药 | 药物 | 药 | 品种 | 产品 | 项目 | 管线 | 制品 | 分子 )"
_COUNT_OF_THINGS = re.compile(
    rf"(?<![0-9.第]) (?P<n>{NUMBER}) \s? [个项款种] (?![月亿多]) (?P<of> [^，。；,、！？]{{0,12}}? ) {_THINGS}",
    re.VERBOSE,
)
_COUNT_BEFORE_PHASE = re.compile(
    rf"(?<![0-9.第]) (?P<n>{NUMBER}) \s? [个项款] \s? (?:都)?(?:完成了?|做完了?|做了|过了)? \s? $", re.VERBOSE
)
_COUNT_AFTER_PHASE = re.compile(
    rf"\s? (?:临床)? (?:项目|试验)? (?: 有 | 做了 | 做完了? | 完成了? ) \s? (?P<n>{NUMBER}) \s? [个项] (?![月亿])",
    re.VERBOSE,
)
_COMPANIES = re.compile(
    rf"(?P<n>{NUMBER}) \s? [家个] (?: 不同的? )? (?: 企业 | 公司 | 子公司 | 药企 )", re.VERBOSE
)
_DISTINCT = re.compile(r"另|又|还有|药|品种|产品|项目|管线|个")
_ASK_SEPARATELY = "请分别说明每一期、每个项目的研发投入。"


@dataclass(frozen=True, slots=True)
class TrialReading:
    """Trials read from one message.

    Attributes:
        items: phase and spending as far as given; a phase without spending, or spending without a phase, has None.
        doubts: what has to be asked.
        notes: how the words were read.
        each: the one amount was said of each of several things.
    """

    items: tuple[Item, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    each: bool = False


def count_of_things(text: str) -> int:
    """How many products or projects a message speaks of, 1 where it does not say.

    >>> count_of_things("四个这样的项目呢"), count_of_things("II期投入6000万")
    (4, 1)
    """
    return max((_times(match) for match in _COUNT_OF_THINGS.finditer(fold(text))), default=1)


@dataclass(slots=True)
class _Group:
    """Phases, or amounts, named together."""

    start: int
    end: int
    segment: int
    phases: list[str] = field(default_factory=list)
    amounts: list[Mention] = field(default_factory=list)


class _UnclearPairing(Exception):
    """The message can be read in more than one way; the text says what to ask."""


def read_trials(text: str, mentions: Sequence[Mention]) -> TrialReading:
    """Pair the phases of one message with its spending amounts.

    >>> from chat.subsidy.mentions import read_mentions
    >>> said = "二期花了6000万、三期花了1.2亿"
    >>> [(item.stage, str(item.base)) for item in read_trials(said, read_mentions(said)).items]
    [('II', '60000000'), ('III', '120000000')]
    >>> said = "II期和III期一共投入1.6亿"
    >>> [doubt.name for doubt in read_trials(said, read_mentions(said)).doubts]
    ['rd_spending']
    """
    folded = fold(text)
    phases = _without_support(folded, read_phases(text), mentions)
    spending = [each for each in mentions if each.role is Role.SPENDING]
    notes = tuple(
        f"“{folded[each.start : each.end]}”按{show_phase(each.phases[0])}计，是否算完成该期临床试验以评审为准"
        for each in phases
        if each.substage and len(each.phases) == 1
    )
    groups = _phase_groups(folded, phases, {_segment(folded, each.start) for each in spending})
    try:
        _refuse_unclear(folded, phases, mentions)
        items = _pair(folded, groups, _amount_groups(folded, spending, phases))
    except _UnclearPairing as unclear:
        known = tuple(Item(phase, None) for group in groups for phase in group.phases)
        return TrialReading(_without_repeats(known), (Doubt("rd_spending", str(unclear)),), notes)
    each_said = len(spending) == 1 and spending[0].each
    return TrialReading(items, (), notes, each_said)


def _without_support(
    folded: str, phases: Sequence[PhaseMention], mentions: Sequence[Mention]
) -> tuple[PhaseMention, ...]:
    """The phases that are about spending: I期已经拿到800万 tells of support, not of a trial to compute."""
    roles: dict[int, set[Role]] = {}
    for each in mentions:
        roles.setdefault(_segment(folded, each.start), set()).add(each.role)
    elsewhere = {Role.PRIOR, Role.OTHER}
    without = {segment for segment, said in roles.items() if said <= elsewhere}
    return tuple(each for each in phases if _segment(folded, each.start) not in without)


def _refuse_unclear(folded: str, phases: Sequence[PhaseMention], mentions: Sequence[Mention]) -> None:
    """Raise for words that have no single reading, whatever the pairing."""
    for each in phases:
        if each.seamless:
            raise _UnclearPairing(
                f"“{folded[each.start : each.end]}”是跨期合并的试验，条款没有写明适用哪一期的上限。请说明按哪一期、投入多少。"
            )
    for each_amount in mentions:
        if each_amount.role is Role.UNCLEAR:
            raise _UnclearPairing(f"请说明“{each_amount.text}”是研发投入，还是本年度已获得的同类支持。")
        if each_amount.role is Role.SPENDING and each_amount.value is None:
            raise _UnclearPairing(f"“{each_amount.text}”不是一个确切数额，请给出该期研发投入的具体金额。")
    companies = _COMPANIES.search(folded)
    if (
        companies
        and (parse_number(companies["n"]) or 0) > 1
        and any(m.role is Role.SPENDING for m in mentions)
    ):
        raise _UnclearPairing("累计上限按每个企业计算，请一次只算一家企业：说明它完成的期别和各期研发投入。")


# -- groups ------------------------------------------------------------------------------------------------------


def _phase_groups(folded: str, phases: Sequence[PhaseMention], paid_segments: set[int]) -> list[_Group]:
    """Neighbouring phases together, each as often as a count says (两个II期 twice).

    A phase whose own segment has an amount does not belong to the segment before: 做完I期，II期花了6000万.
    """
    groups: list[_Group] = []
    for each in phases:
        before = _COUNT_BEFORE_PHASE.search(folded[: each.start])
        after = _COUNT_AFTER_PHASE.match(folded, each.end)
        times = _times(before or after) if len(each.phases) == 1 else 1
        named = list(each.phases) * times
        segment = _segment(folded, each.start)
        apart = bool(groups) and segment != groups[-1].segment and segment in paid_segments
        gap = folded[groups[-1].end : each.start] if groups and not apart else None
        if groups and gap is not None and not before and _BETWEEN_PHASES.fullmatch(gap):
            if named != groups[-1].phases[-1:]:
                groups[-1].phases += named
            groups[-1].end = each.end
        elif groups and gap is not None and before and _BETWEEN_PHASES.fullmatch(gap[: gap.rfind(before[0])]):
            groups[-1].phases += named
            groups[-1].end = each.end
        else:
            groups.append(_Group(each.start, each.end, segment, phases=named))
    return groups


def _times(count: re.Match[str] | None) -> int:
    number = parse_number(count["n"]) if count else None
    return int(number) if number is not None and 1 <= number <= 50 and number == int(number) else 1


def _amount_groups(folded: str, spending: Sequence[Mention], phases: Sequence[PhaseMention]) -> list[_Group]:
    groups: list[_Group] = []
    for each in spending:
        gap = folded[groups[-1].end : each.start] if groups else None
        if gap is not None and _BETWEEN_AMOUNTS.fullmatch(gap) and not each.each:
            groups[-1].amounts.append(each)
            groups[-1].end = each.end
        else:
            groups.append(_Group(each.start, each.end, _segment(folded, each.start), amounts=[each]))
    return _without_total(groups)


def _without_total(groups: list[_Group]) -> list[_Group]:
    """Leave out 一共1.6亿 where it is the sum of the other amounts; a total that is not is unclear."""
    amounts = [amount for group in groups for amount in group.amounts]
    totals = [amount for amount in amounts if amount.total]
    if not totals or len(amounts) == 1:
        return groups
    parts = [amount.value or Decimal(0) for amount in amounts if not amount.total]
    if len(totals) == 1 and totals[0].value == sum(parts):
        kept = [
            _Group(g.start, g.end, g.segment, amounts=[a for a in g.amounts if not a.total]) for g in groups
        ]
        return [group for group in kept if group.amounts]
    raise _UnclearPairing(f"合计的投入与各期投入对不上。{_ASK_SEPARATELY}")


def _segment(folded: str, at: int) -> int:
    return sum(folded.count(mark, 0, at) for mark in BREAKS)


# -- pairing -----------------------------------------------------------------------------------------------------


def _pair(folded: str, phases: list[_Group], amounts: list[_Group]) -> tuple[Item, ...]:
    """Pair groups segment by segment; what a segment lacks is looked for in its neighbours."""
    _multiply(folded, phases)
    items: list[Item] = []
    waiting_phases: list[_Group] = []
    waiting_amounts: list[_Group] = []
    groups = sorted([*phases, *amounts], key=lambda group: group.start)
    for number in sorted({group.segment for group in groups}):
        here = [group for group in groups if group.segment == number]
        kinds = "".join("P" if group.phases else "M" for group in here)
        if kinds[0] == "M" and waiting_phases and not re.fullmatch(r"(?:MP)+", kinds):
            items += _match(waiting_phases, here[:1])
            waiting_phases, here, kinds = [], here[1:], kinds[1:]
        if not kinds:
            continue
        if set(kinds) == {"P"}:
            if waiting_amounts:
                items += _match(here, waiting_amounts)
                waiting_amounts = []
            else:
                waiting_phases += here
        elif set(kinds) == {"M"}:
            if any(item.base is not None for item in items) or len(here) > 1:
                raise _UnclearPairing(_ASK_SEPARATELY)
            waiting_amounts += here
        elif kinds[0] == "P":
            items += _phase_first(here)
        else:
            items += _amount_first(folded, here, kinds, bool(waiting_phases))
    if waiting_amounts and items:
        raise _UnclearPairing(_ASK_SEPARATELY)
    items += [Item(phase, None) for group in waiting_phases for phase in group.phases]
    items += _bare_amounts(folded, waiting_amounts)
    checked = _checked(folded, _without_repeats(tuple(items)))
    if any(item.base is None for item in checked) and any(
        a.total for group in amounts for a in group.amounts
    ):
        raise _UnclearPairing(_ASK_SEPARATELY)  # 做完I期，II期总共花了6000万: the total may be of both
    return checked


def _phase_first(here: list[_Group]) -> list[Item]:
    """II期6000万III期1亿: each phase takes the amounts up to the next phase."""
    items: list[Item] = []
    for number, group in enumerate(here):
        if group.phases:
            following = here[number + 1 : number + 2]
            items += _match([group], [each for each in following if each.amounts])
    if len(here) != len([g for g in here if g.phases]) + len(
        [g for n, g in enumerate(here) if g.amounts and here[n - 1].phases]
    ):
        raise _UnclearPairing(_ASK_SEPARATELY)
    return items


def _amount_first(folded: str, here: list[_Group], kinds: str, phases_wait: bool) -> list[Item]:
    """6000万的II期和1亿的III期: each amount belongs to the phase after it."""
    if not re.fullmatch(r"(?:MP)+", kinds):
        raise _UnclearPairing(_ASK_SEPARATELY)
    pairs = list(zip(here[::2], here[1::2], strict=True))
    if phases_wait and not all(
        folded[amount.end : phase.start].strip().startswith("的") for amount, phase in pairs
    ):
        raise _UnclearPairing(_ASK_SEPARATELY)  # II期做完了，花6000万准备III期
    return [item for amount, phase in pairs for item in _match([phase], [amount])]


def _match(phases: list[_Group], amounts: list[_Group]) -> list[Item]:
    """One for one in order, or one amount for each of several phases where the words say each."""
    slots = [phase for group in phases for phase in group.phases]
    given = [amount for group in amounts for amount in group.amounts]
    if not given:
        return [Item(phase, None) for phase in slots]
    if len(given) == 1 and (len(slots) == 1 or given[0].each):
        if len(slots) == 1 and given[0].each:
            raise _UnclearPairing(f"请说明{show_phase(slots[0])}有几个项目、每个项目的研发投入是多少。")
        return [Item(phase, given[0].value) for phase in slots]
    if len(given) == len(slots):
        return [Item(phase, amount.value) for phase, amount in zip(slots, given, strict=True)]
    raise _UnclearPairing(_ASK_SEPARATELY)


def _multiply(folded: str, phases: list[_Group]) -> None:
    """两个1类新药都完成了II期: the phase counts once for each product."""
    slots = [phase for group in phases for phase in group.phases]
    times = count_of_things(folded)
    if times == 1 or len(slots) in (0, times):
        return
    if len(set(slots)) > 1:
        raise _UnclearPairing(_ASK_SEPARATELY)
    phases[0].phases = slots[:1] * times
    del phases[1:]


def _bare_amounts(folded: str, amounts: list[_Group]) -> list[Item]:
    """Spending without any phase in the message."""
    given = [amount for group in amounts for amount in group.amounts]
    times = count_of_things(folded)
    if len(given) == 1 and times > 1:
        if not given[0].each:
            raise _UnclearPairing(_ASK_SEPARATELY)
        given *= times
    return [Item(None, amount.value) for amount in given]


def _without_repeats(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """A phase named again without an amount adds nothing: II期花了6000万，II期能拿多少."""
    paid = {item.stage for item in items if item.base is not None}
    counted = [item for item in items if item.base is not None or item.stage not in paid]
    return tuple(counted)


def _checked(folded: str, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Refuse the same phase and amount twice where nothing says that there were two trials."""
    paid = [item for item in items if item.base is not None]
    for item in paid:
        if paid.count(item) > 1 and not _DISTINCT.search(folded):
            amount = format_yuan(item.base or Decimal(0))
            raise _UnclearPairing(
                f"{show_phase(item.stage or '')}投入{amount}出现了不止一次，请说明是几个项目。"
            )
    return items
