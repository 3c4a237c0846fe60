"""Whether the rules say what the clauses say: every quote is verbatim, every figure stands in its quote as it is meant.

A figure is more than its number: 不超过40% is not 不低于40%, and the caps of 分别为1000万元、2000万元 belong to their
stages in order. What a rule's clause says in figures and no rule quotes is told too (`uncovered`), so that no figure
can change unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from corpus import InputError
from kb.money import format_yuan, read_amounts
from kb.numerals import fold, parse_number, read_percents
from kb.rules import Condition, Days, Kind, MoneyFigure, RateFigure, Rule, Source, Stage, Tier

ClauseText = Callable[[str], str | None]
Problem = tuple[str, str]  # field, what is wrong

_MOST = re.compile(r"不超过|不得超过|不高于|最高|最多|上限|封顶|以内|以下|至多|不多于|额度内|限额")
_LEAST = re.compile(r"不低于|不少于|至少|最低(?!工资|生活|社会|缴费|保障|限价|价)|以上|不得低于|不得少于")
# 1000万元以下: the bound that a step of a ladder is given by
_EDGES = {
    "above": re.compile(r"超过|大于|高于|以上(?:（不含[^）]*）)?|多于|超出|不含"),
    "at_least": re.compile(r"以上|及以上|不低于|不少于|达到|达|满|至少|含|[—–~～至-]|招用|≥"),
    "below": re.compile(r"以下|不足|不满|低于|小于|少于|未达到|[—–~～至-]|不含"),
    "at_most": re.compile(r"以下|以内|及以下|不超过|不高于|至多|含|[—–~～至-]|≤"),
}
# 最高200万元; 不超过技术合同实际支付额15%; 最高分别为300万元、100万元
_LEADING_MOST = re.compile(
    r"(?:最高|不超过|不得超过|不高于|最多|至多)[^，。；：0-9]{0,20}(?:[0-9][0-9.]*\s*(?:[万亿]?元|%)?[、和及与或])*$"
)
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[零一二两三四五六七八九十百千]+")
_MORE_THAN = re.compile(r"超过|大于|高于|多于|超出|不含")
_BY_PARTS = re.compile(r"累进|部分")
_A_YEAR = re.compile(r"每年|年度|每一年度|一年内|当年|/年")
_A_MONTH = re.compile(r"每月|每个月|按月|/月|[人个]·?月")
# What a figure is in a text: money, a share, days, a phase or class of a trial or device
_FIGURES = re.compile(
    r"""
      [0-9][0-9,.]*\s*(?:万|亿)?\s*元                          # 1000 万元
    | [0-9][0-9.]*\s*[%％‰] | 百分之[零一二三四五六七八九十百]+    # 40%
    | [0-9]+\s*个?(?:工作日|个月|年内)                            # 60个工作日
    | (?:[IVⅠⅡⅢⅣ]+\s*[、，]?\s*)+期 | 第[一二三四]类            # I、II、III期; 第三类
    | 不超过 | 不低于 | 不少于 | 最高 | 最低 | 以上 | 以下        # what turns the meaning of a figure
    """,
    re.VERBOSE,
)


def check_rules(rules: Iterable[Rule], clause_text: ClauseText, *, whole: bool = True) -> list[str]:
    """Problems of the rules against the clauses, one Chinese line each; none is the good case.

    Args:
        rules: the rules to check.
        clause_text: cleaned text of the clause with an id, None if there is no such clause.
        whole: tell also of figures in the clauses that no rule quotes; for rules that are to cover their clauses.
    """
    rules = list(rules)
    return [
        f"规则 {rule.id} 的 {field}：{problem}"
        for rule in rules
        for field, problem in (
            *_quote_problems(rule, clause_text),
            *_figure_problems(rule),
            *_reference_problems(rule),
        )
    ] + (uncovered(rules, clause_text) if whole else [])


def uncovered(rules: Sequence[Rule], clause_text: ClauseText) -> list[str]:
    """Figures in the sentences that rules rest on which no rule quotes, one Chinese line each."""
    quotes: dict[str, set[str]] = {}
    owners: dict[str, Rule] = {}
    for rule in rules:
        for _, source in sources(rule) if rule.is_confirmed else ():
            quotes.setdefault(source.clause, set()).add(source.quote)
            owners.setdefault(source.clause, rule)
    found = []
    for clause, quoted in quotes.items():
        text = clause_text(clause) or ""
        covered = [(at, at + len(quote)) for quote in sorted(quoted) for at in _places(text, quote)]
        for figure in _FIGURES.finditer(text):
            if not any(start <= figure.start() and figure.end() <= end for start, end in covered):
                found.append(
                    f"规则 {owners[clause].id} 的 bases：条款 {clause} 里的“{figure[0]}”没有任何规则引用，"
                    "请核对它是否改动过，或把它写进引文。"
                )
    return found


def sources(rule: Rule) -> Iterator[tuple[str, Source]]:
    """Every source a rule names, with the field that names it."""
    for number, basis in enumerate(rule.bases):
        yield f"bases.{number}", basis
    for name, figure in _figures(rule):
        for source in figure.sources:
            yield name, source
    for stage in rule.stages:
        for source in stage.sources:
            yield f"stages.{stage.stage}", source
    for number, tier in enumerate(rule.tiers):
        for source in tier.sources:
            yield f"tiers.{number}", source
    for name, stated in (
        ("most", rule.most),
        ("longest", rule.longest),
        ("days", rule.days),
        ("stacking", rule.stacking),
    ):
        for source in stated.sources if stated else ():
            yield name, source
    for condition in rule.conditions:
        for source in condition.sources:
            yield f"conditions.{condition.id}", source


def support_quotes(rule: Rule) -> list[tuple[str, str]]:
    """Clause id and words of what a rule gives, conditions apart, each once; words inside longer ones are left out."""
    found = [
        (source.clause, source.quote)
        for field, source in sources(rule)
        if not field.startswith(("conditions", "stacking"))
    ]
    kept = [
        (clause, quote)
        for clause, quote in dict.fromkeys(found)
        if not any(clause == c and quote != q and quote in q for c, q in found)
    ]
    return sorted(kept, key=lambda each: rule.clauses.index(each[0]) if each[0] in rule.clauses else 0)


def _figures(rule: Rule) -> Iterator[tuple[str, RateFigure | MoneyFigure]]:
    for name in ("rate", "amount", "cap", "yearly_cap", "entity_cap"):
        figure: RateFigure | MoneyFigure | None = getattr(rule, name)
        if figure:
            yield name, figure


def _quote_problems(rule: Rule, clause_text: ClauseText) -> Iterator[Problem]:
    for field, source in sources(rule):
        text = clause_text(source.clause)
        if text is None:
            yield field, f"没有条款 {source.clause}。"
        elif source.quote not in text:
            yield field, f"引文“{source.quote}”不是条款 {source.clause} 的原文。"


def _figure_problems(rule: Rule) -> Iterator[Problem]:
    for name, figure in _figures(rule):
        for source in figure.sources:
            yield from ((name, problem) for problem in _value_problems(figure, source))
    yield from _stage_problems(rule.stages)
    for number, tier in enumerate(rule.tiers):
        yield from ((f"tiers.{number}", problem) for problem in _tier_problems(tier))
    for condition in rule.conditions:
        if condition.input:
            yield from ((f"conditions.{condition.id}", problem) for problem in _edge_problems(condition))
    if rule.method == "marginal" and any(tier.rate is None for tier in rule.tiers):
        yield "tiers", "超额累进（method: marginal）的每一档都要写 rate。"
    yield from _gaps(rule.tiers)
    yield from _method_problems(rule)
    yield from _period_problems(rule)
    yield from _plain_numbers(rule)


def _value_problems(figure: RateFigure | MoneyFigure, source: Source) -> Iterator[str]:
    """The value stands in the quote, worded as the bound says."""
    if isinstance(figure, RateFigure):
        if figure.value not in read_percents(source.quote):
            yield f"引文“{source.quote}”里没有 {(figure.value * 100).normalize():f}%。"
            return
    elif figure.value not in _amounts(source):
        yield f"引文“{source.quote}”里没有 {format_yuan(figure.value)}。"
        return
    if figure.bound == "max" and not _MOST.search(source.quote):
        yield f"引文“{source.quote}”没有说是上限（最高、不超过等），bound 不应是 max。"
    if figure.bound == "min" and not _LEAST.search(source.quote):
        yield f"引文“{source.quote}”没有说是下限（不低于、至少等），bound 不应是 min。"
    if figure.bound != "min" and _LEAST.search(source.quote) and not _MOST.search(source.quote):
        yield f"引文“{source.quote}”说的是下限，bound 应是 min。"
    if figure.bound == "exact" and is_worded_as_most(source.quote, figure.value):
        yield f"引文“{source.quote}”说的是上限，bound 应是 max。"


def is_worded_as_most(quote: str, value: Decimal) -> bool:
    """Whether a word for an upper limit stands right before a figure: an amount, or a share of one.

    >>> is_worded_as_most("给予最高200万元支持", Decimal(2_000_000)), is_worded_as_most("按不超过8%", Decimal("0.08"))
    (True, True)
    >>> is_worded_as_most("营业收入不超过1000万元的，奖励20万元", Decimal(200_000))
    False
    """
    try:
        spans = [a.start for a in read_amounts(quote) if a.value == value]
    except InputError:
        return False
    number = f"{(value * 100).normalize():f}"
    spans += [m.start() for m in re.finditer(rf"(?<![0-9.]){re.escape(number)}\s*%", fold(quote))]
    return any(_LEADING_MOST.search(fold(quote[:at])) for at in spans)


def _stage_problems(stages: Sequence[Stage]) -> Iterator[Problem]:
    """Each figure stands in its quote; a quote that several stages share names their figures in the same order."""
    shared: dict[tuple[str, str], list[Stage]] = {}
    for stage in stages:
        for source in stage.sources:
            shared.setdefault((source.clause, source.quote), []).append(stage)
            for value in (stage.amount, stage.cap):
                if value is not None and value not in _amounts(source):
                    yield f"stages.{stage.stage}", f"引文“{source.quote}”里没有 {format_yuan(value)}。"
            if stage.rate is not None and stage.rate not in read_percents(source.quote):
                share = f"{(stage.rate * 100).normalize():f}%"
                yield f"stages.{stage.stage}", f"引文“{source.quote}”里没有 {share}。"
    for (clause, quote), those in shared.items():
        yield from _order_problems(those, Source(clause=clause, quote=quote))


def _order_problems(stages: Sequence[Stage], source: Source) -> Iterator[Problem]:
    stated = _amounts(source)
    for name in ("amount", "cap"):
        values = [value for stage in stages if (value := getattr(stage, name)) is not None]
        alone = all(
            getattr(stage, other) is None for stage in stages for other in ("amount", "cap") if other != name
        )
        if len(values) < 2 or not all(value in stated for value in values):
            continue
        if (alone and stated != values) or not _in_order(values, stated):
            listed = "、".join(map(format_yuan, values))
            what = "上限" if name == "cap" else "金额"
            yield "stages", f"{what}依次为 {listed}，与引文“{source.quote}”的次序或个数不一致。"
    rates = [stage.rate for stage in stages if stage.rate is not None]
    shares = read_percents(source.quote)
    if len(rates) > 1 and all(rate in shares for rate in rates) and not _in_order(rates, list(shares)):
        yield "stages", f"比例的次序与引文“{source.quote}”不一致。"


def _in_order(values: Sequence[Decimal], stated: Sequence[Decimal]) -> bool:
    """Whether values stand among the stated ones in this order.

    >>> _in_order([Decimal(1), Decimal(3)], [Decimal(1), Decimal(2), Decimal(3)])
    True
    """
    rest = iter(stated)
    return all(any(value == each for each in rest) for value in values)


def _tier_problems(tier: Tier) -> Iterator[str]:
    """Its figures and bounds stand in its quotes; a bound may be the beginning of the next step, quoted too."""
    quote = "……".join(source.quote for source in tier.sources)
    if tier.amount is not None and tier.amount not in _all_amounts(tier.sources):
        yield f"引文“{quote}”里没有 {format_yuan(tier.amount)}。"
    if tier.rate is not None and tier.rate not in read_percents(quote):
        yield f"引文“{quote}”里没有 {(tier.rate * 100).normalize():f}%。"
    yield from _edge_problems(tier)


def _edge_problems(limited: Tier | Condition) -> Iterator[str]:
    """Its bounds stand in its quotes, with a word for what kind of bound each is."""
    quote = "……".join(source.quote for source in limited.sources)
    known = {*_all_amounts(limited.sources), *read_percents(quote), *_numbers(_without_money(quote))}
    for edge, words in _EDGES.items():
        bound: Decimal | None = getattr(limited, edge)
        if bound is None:
            continue
        if bound not in known:
            yield f"引文“{quote}”里没有 {edge} 所写的 {bound.normalize():f}。"
        elif not words.search(quote):
            yield f"引文“{quote}”里没有与 {edge} 相应的说法（以上、以下、超过、不超过等）。"


def _without_money(quote: str) -> str:
    """A quote without its amounts: the 5 of 5万元 is no number of people."""
    try:
        amounts = read_amounts(quote)
    except InputError:
        return quote
    for amount in reversed(amounts):
        quote = f"{quote[: amount.start]}，{quote[amount.end :]}"
    return quote


def _all_amounts(quoted: Iterable[Source]) -> list[Decimal]:
    return [amount for source in quoted for amount in _amounts(source)]


def _gaps(tiers: Sequence[Tier]) -> Iterator[Problem]:
    """Steps that overlap: a quantity would be given two amounts."""
    ordered = sorted(enumerate(tiers), key=lambda each: each[1].lower or Decimal("-Infinity"))
    for (_, one), (number, other) in pairwise(ordered):
        if one.upper is None or (other.lower is not None and one.upper > other.lower):
            yield f"tiers.{number}", "与前一档的范围重叠。"
        elif one.upper == other.lower and one.at_most is not None and other.at_least is not None:
            yield f"tiers.{number}", "与前一档在边界上重叠，请写明边界属于哪一档。"
        elif one.upper == other.lower and one.below is not None and other.above is not None:
            yield f"tiers.{number}", "与前一档之间漏了边界本身，请写明边界属于哪一档。"
    if ordered and (lowest := ordered[0][1]).above is not None:
        quote = "……".join(source.quote for source in lowest.sources)
        if not _MORE_THAN.search(quote):
            yield (
                f"tiers.{ordered[0][0]}",
                f"引文“{quote}”说的“以上”包括本数，above 应写成 at_least。",
            )


def _method_problems(rule: Rule) -> Iterator[Problem]:
    """Whether a ladder is read as its clause words it: the whole quantity, or each part for itself."""
    said = "……".join(source.quote for field, source in sources(rule) if field.startswith(("bases", "tiers")))
    by_parts = bool(_BY_PARTS.search(said))
    if rule.method == "marginal" and not by_parts:
        yield "method", "引文没有说只算超过的部分（超额累进、……的部分），method 不应是 marginal。"
    if rule.method == "whole" and rule.tiers and by_parts:
        yield "method", "引文说的是超额累进（……的部分），method 应是 marginal。"


def _period_problems(rule: Rule) -> Iterator[Problem]:
    """Whether what holds for a year or a month is taken as such."""
    for name, figure in (("yearly_cap", rule.yearly_cap), ("entity_cap", rule.entity_cap)):
        for source in figure.sources if figure else ():
            if name == "yearly_cap" and "年" not in source.quote:
                yield name, f"引文“{source.quote}”没有说每年，应写成 entity_cap 或 cap。"
            if name == "entity_cap" and _A_YEAR.search(source.quote):
                yield name, f"引文“{source.quote}”说的是每年，应写成 yearly_cap。"
    if rule.kind is not Kind.PER_UNIT:
        return
    by_month = any(each.type == "months" for each in rule.inputs)
    figures = ([("amount", rule.amount.sources)] if rule.amount else []) + [
        (f"stages.{stage.stage}", stage.sources) for stage in rule.stages
    ]
    for field, quoted in figures:
        said = "……".join(source.quote for source in quoted)
        if by_month and "月" not in said:
            yield field, f"引文“{said}”没有说按月给，inputs 里不应有月数。"
        if not by_month and _A_MONTH.search(said):
            yield field, f"引文“{said}”说的是按月给，inputs 里要有月数（type: months）。"


def _plain_numbers(rule: Rule) -> Iterator[Problem]:
    for name, stated in (("most", rule.most), ("longest", rule.longest)):
        for source in stated.sources if stated else ():
            years = {value * 12 for value in _numbers(source.quote)} if name == "longest" else set()
            if stated and stated.value not in {*_numbers(source.quote), *years}:
                yield name, f"引文“{source.quote}”里没有 {stated.value.normalize():f}。"
    if rule.days:
        yield from _day_problems(rule.days)
        for source in rule.days.sources:
            for field, days in (("before", rule.days.before), ("after", rule.days.after)):
                if days is not None and days not in _numbers(source.quote):
                    yield f"days.{field}", f"引文“{source.quote}”里没有 {days.normalize():f}。"


def _day_problems(days: Days) -> Iterator[Problem]:
    """The old time limit is named first, and the unit is the one of the text."""
    for source in days.sources:
        stated = [number for _, number in _placed_numbers(source.quote)]
        if days.before is not None and {days.before, days.after} <= set(stated):
            first, last = stated.index(days.before), len(stated) - 1 - stated[::-1].index(days.after)
            if first >= last:
                yield "days", f"引文“{source.quote}”里先说的是原来的时限（before），后说的是现在的（after）。"
        working = "工作日" in days.unit
        if working != ("工作日" in source.quote) or not any(unit in source.quote for unit in "日天月年"):
            yield "days.unit", f"引文“{source.quote}”里的时间单位不是{days.unit}。"


def _reference_problems(rule: Rule) -> Iterator[Problem]:
    """Sources and choices name only clauses that are bases of the rule."""
    known = set(rule.clauses)
    for field, source in sources(rule):
        if source.clause not in known:
            yield field, f"条款 {source.clause} 没有列入 bases。"
    for each in rule.inputs:
        for choice in each.choices:
            for clause in choice.clauses:
                if clause not in known:
                    yield f"inputs.{each.name}", f"条款 {clause} 没有列入 bases。"


def _amounts(source: Source) -> list[Decimal]:
    try:
        return [amount.value for amount in read_amounts(source.quote)]
    except InputError:  # an amount in foreign currency
        return []


def _numbers(text: str) -> set[Decimal]:
    """All plain numbers of a text."""
    return {number for _, number in _placed_numbers(text)}


def _placed_numbers(text: str) -> list[tuple[int, Decimal]]:
    """The plain numbers of a text in order, with their places."""
    found = ((match.start(), parse_number(match[0])) for match in _NUMBER.finditer(fold(text)))
    return [(at, number) for at, number in found if number is not None]


def _places(text: str, quote: str) -> Iterator[int]:
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)
