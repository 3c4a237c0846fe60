"""Ladders: what is given depends on the range in which one quantity lies.

By the Civil Code (民法典第一千二百五十九条) 以上, 以下, 以内 include the figure itself; 不满, 超过, 以外 do not. Brackets in the
text, （含） or （不含）, come first, and where two steps would both include the figure between them the upper one does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from corpus import Span
from kb.grants.sentences import COVER
from kb.grants.types import Figure, Tier
from kb.money import WAN, YI
from kb.numerals import NUMBER, parse_number

_UNIT = (
    r"[十百千]?[万亿]?\s?(?:美元|欧元|元|%|个百分点|人次|人|名|户|家|亩|吨|张|台|套|平方米|平米|立方米|米|公里|小时|架次|列|班|床|个|项|件|千瓦|分|层|辆|标准箱|公顷|周?岁"
    r"|万(?!元))"
)
_TOKEN = re.compile(rf"(?<![0-9.第])(?P<number>{NUMBER})\s?(?P<unit>{_UNIT}|[万亿](?!元))?")
_JOIN = re.compile(
    rf"(?:{COVER}|[（(](?:含|不含)[）)]|\(含\)|及|含|以上|、|至|到|-|—|–|～|~|，|且|但|并|不满|不足|不超过|低于|小于|未达到?|在|\s)*"
)
_OVER = re.compile(r"(?<!不)(?:超过|高于|大于|多于|突破)\s?$")
_FROM = re.compile(r"(?:达到?|满|不低于|不少于|不小于)(?:了|到)?\s?$")
_UNDER = re.compile(r"(?:不足|不满|(?<!不)低于|(?<!不)小于|(?<!不)少于|未达到|未满)\s?$")
_TO = re.compile(r"(?:不超过|不高于|不大于|不多于)\s?$")
_UP = re.compile(rf"(?:{COVER}|[（(]含[）)])*(?:及|含)?(?:以上|之上|以外|起)")
_DOWN = re.compile(rf"(?:{COVER}|[（(]含[）)])*(?:及|含)?(?:以下|之下|以内|之内|部分以内)")
_NAME_TAIL = re.compile(
    r"(?:在|达到?|为|超过|突破|满|不足|不满|低于|高于|大于|小于|不低于|不少于|不超过|每年|介于)+$"
)
_NAME_HEAD = re.compile(r"^(?:对于?|其中|按照?|每|且|如|若|凡|的)+")


@dataclass(frozen=True, slots=True)
class Step:
    """A range of a quantity, as one condition words it."""

    name: str
    unit: str
    lower: Decimal | None
    upper: Decimal | None
    lower_included: bool
    upper_included: bool
    span: Span
    name_span: Span


def read_step(covered: str, folded: str, start: int, end: int) -> Step | None:
    """The range that a condition names, None unless it names exactly one.

    >>> def show(words):
    ...     step = read_step(words, words, 0, len(words))
    ...     return step and (step.name, step.unit, str(step.lower), str(step.upper), step.lower_included, step.upper_included)
    >>> show("投资额在500万元以上1000万元以下的")
    ('投资额', '元', '5000000', '10000000', True, True)
    >>> show("招用超过3人的")
    ('招用', '人', '3', 'None', False, False)
    >>> show("连续两年入库的")
    """
    tokens = list(_TOKEN.finditer(covered, start, end))
    tokens = [m for m in tokens if m["unit"] or _leads(covered, m, tokens)]
    if not tokens or len(tokens) > 2:
        return None
    first, last = tokens[0], tokens[-1]
    before, after = covered[start : first.start()], covered[last.end() : end]
    unit = _plain_unit(last["unit"] or "")
    values = [_value(m, last) for m in tokens]
    if unit == "元" and re.search("人口|人数", before):
        unit = "人"  # 户籍人口超过100万
    if any(value is None for value in values) or not unit:
        return None
    name_to = first.start() - (len(before) - len(_NAME_TAIL.sub("", before)))
    head = _NAME_HEAD.match(covered[start:name_to])
    name_from = start + (head.end() if head else 0)
    name = covered[name_from:name_to]
    span, name_span = Span(start, end), Span(name_from, max(name_from, name_to))
    if len(tokens) == 2:
        between = covered[first.end() : last.start()]
        low, high = values
        if low is None or high is None or not low < high or not _JOIN.fullmatch(between):
            return None
        includes_low = not _OVER.search(before) and not _excludes(folded, first.end(), last.start())
        ends_open = bool(re.search(r"不满|不足|低于|小于|未达", between)) or _excludes(
            folded, last.end(), end
        )
        return Step(name, unit, low, high, includes_low, not ends_open, span, name_span)
    return _one_sided(
        Step(name, unit, None, None, False, False, span, name_span),
        values[0],
        before,
        after,
        folded[last.end() : end],
    )


def listed_steps(covered: str, start: int, end: int, count: int) -> list[Step]:
    """Lower bounds in a list, 首次突破50亿元、100亿元的, as steps; empty unless there are exactly so many.

    >>> words = "产值首次突破50亿元、100亿元的企业"
    >>> [(step.name, str(step.lower)) for step in listed_steps(words, 0, len(words), 2)]
    [('产值首次', '5000000000'), ('产值首次', '10000000000')]
    """
    tokens = [m for m in _TOKEN.finditer(covered, start, end) if m["unit"]]
    tokens = tokens[-count:]
    if len(tokens) < count or count < 2:
        return []
    first, last = tokens[0], tokens[-1]
    between = [covered[a.end() : b.start()] for a, b in pairwise(tokens)]
    if not all(re.fullmatch(rf"(?:{COVER}|及?以上)*(?:、|和|或|及|与)", gap) for gap in between):
        return []
    before, after = covered[start : first.start()], covered[last.end() : end]
    over, reached, up = _OVER.search(before), _FROM.search(before), _UP.match(after)
    if not (over or reached or up) or len({_plain_unit(m["unit"]) for m in tokens}) > 1:
        return []
    name_to = first.start() - (len(before) - len(_NAME_TAIL.sub("", before)))
    head = _NAME_HEAD.match(covered[start:name_to])
    name_span = Span(start + (head.end() if head else 0), max(start + (head.end() if head else 0), name_to))
    name = covered[name_span.start : name_span.end]
    included = bool(up) or not over
    steps = []
    for token in tokens:
        value = _value(token, last)
        if value is None:
            return []
        unit = _plain_unit(token["unit"])
        steps.append(Step(name, unit, value, None, included, False, Span(*token.span()), name_span))
    return steps


def _one_sided(step: Step, value: Decimal | None, before: str, after: str, written: str) -> Step | None:
    """A step that is open at one end."""
    excluded = bool(re.match(r"\s?[（(]不含", written))
    if _UP.match(after) or _OVER.search(before) or _FROM.search(before):
        included = not excluded and not (_OVER.search(before) and not _UP.match(after))
        return replace(step, lower=value, lower_included=included)
    if _DOWN.match(after) or _UNDER.search(before) or _TO.search(before):
        included = not excluded and not (_UNDER.search(before) and not _DOWN.match(after))
        return replace(step, upper=value, upper_included=included)
    return None


def _leads(covered: str, token: re.Match[str], tokens: Sequence[re.Match[str]]) -> bool:
    """Whether a number without unit is the lower end of a range, 1 of 1—3人."""
    return any(
        other["unit"]
        and re.fullmatch(r"\s?(?:-|—{1,2}|–|~|～|至|到)\s?", covered[token.end() : other.start()])
        for other in tokens
        if other.start() > token.start()
    )


def _value(token: re.Match[str], last: re.Match[str]) -> Decimal | None:
    number = parse_number(token["number"])
    if number is None:
        return None
    unit = token["unit"] or last["unit"] or ""
    scale = WAN if "万" in unit else YI if "亿" in unit else Decimal(1)
    for char, times in (("十", 10), ("百", 100), ("千", 1000)):
        scale *= times if char in unit and "千瓦" not in unit else 1
    return number * scale


def _plain_unit(unit: str) -> str:
    return re.sub(r"[十百千]?[万亿]", "", unit).strip() or ("元" if unit else "")


def _excludes(folded: str, start: int, end: int) -> bool:
    """Whether a bracket right behind a bound takes it out."""
    return bool(re.match(r"\s?[（(]不含", folded[start:end]))


def ladder(steps: Sequence[tuple[Step, Figure | None, Figure | None, Span]]) -> tuple[Tier, ...]:
    """Tiers of steps with their amount and rate; empty unless they are disjoint ranges of one quantity in order.

    Where the text gives lower bounds alone (1亿元以上…；5亿元以上…), so do the tiers; the highest one reached holds.

    >>> from decimal import Decimal as D
    >>> def step(words):
    ...     return read_step(words, words, 0, len(words))
    >>> pay = Figure(D(1), Span(0, 1))
    >>> cells = [(step(w), pay, None, Span(0, 1)) for w in ("投资1000万元以上2000万元以下的", "投资2000万元以上的")]
    >>> [(str(t.lower), str(t.upper), t.upper_included) for t in ladder(cells)]
    [('10000000', '20000000', False), ('20000000', 'None', False)]
    >>> ladder([cells[0], cells[0]])
    ()
    """
    if len(steps) < 2:
        return ()
    name, unit = steps[0][0].name, steps[0][0].unit
    if any(step.unit != unit or not name.endswith(step.name) for step, *_ in steps):
        return ()
    rising = sorted(steps, key=lambda each: (each[0].lower is not None, each[0].lower or Decimal(0)))
    if list(rising) != list(steps) and list(rising) != list(reversed(steps)):
        return ()
    open_above = all(step.upper is None for step, *_ in steps)
    tiers: list[Tier] = []
    for number, (step, amount, rate, span) in enumerate(rising):
        upper_included = step.upper_included
        following = rising[number + 1][0] if number + 1 < len(rising) else None
        if following is not None:
            if following.lower is None:
                return ()
            if step.upper is None and not open_above:
                return ()
            if step.upper is not None and following.lower < step.upper:
                return ()
            if following.lower == step.lower:
                return ()
            if following.lower == step.upper and following.lower_included:
                upper_included = False
        tiers.append(Tier(step.lower, step.upper, step.lower_included, upper_included, amount, rate, span))
    return tuple(tiers) if list(rising) == list(steps) else tuple(reversed(tiers))
