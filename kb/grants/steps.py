"""Grants that are the steps of one ladder, or the classes of one award, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from corpus import Span
from kb.grants.drafts import Draft
from kb.grants.labels import RANK
from kb.grants.sentences import COVER
from kb.grants.tiers import Step, ladder, listed_steps, read_step
from kb.grants.types import Figure, Grant, Kind, Method, Stage, Tier

_PART = re.compile(r"(?:超过|超出|以上|之间|以内|以下)[^，。；]{0,6}部分|分段|超额累进")
# 五星级的, 省级企业的: a class and nothing else
_BARE = re.compile(
    rf"(?:其中|对|为|被评为|获)?(?P<rank>{RANK})(?:企业|单位|机构|项目|平台|园区|基地|奖项?)?的?{COVER}*"
)
_ENDS_WITH_RANK = re.compile(rf"(?P<rank>{RANK})[^，、级等]{{0,6}}$")
_CLASS = re.compile(rf"{RANK}|(?:国家|省|市)(?=重点|工程|技术|企业|产业|制造业|非遗|示范)")
# 低保家庭: a name without a verb
_NAMED = re.compile(
    r"(?!对|其他|其余)[一-鿿“”]{0,8}(?:家庭|企业|人员|人才|老人|学生|项目|机构|城市|地区|农户|职工|居民|病种|岗位|园区|作物|毕业生|研究生|本科生|医院|院校|学校|失能|残疾|型车|车辆|危房|展会|赛事|团队|合作社|养殖场)(?<![的新获达取成入].)"
)
_NAME_MAX = 24
_Cell = tuple[Grant, Step, Figure | None, Figure | None]


def within(covered: str, folded: str, grant: Grant) -> Grant:
    """A grant whose classes are ranges as a ladder: 1—3人的4000元、4—6人的6000元, or 突破50亿元、100亿元的分别奖励."""
    figures = [a for a in grant.amounts if a not in grant.caps] or list(grant.caps)
    steps = [
        read_step(covered, folded, s.span.start, _label_end(covered, grant, n))
        for n, s in enumerate(grant.stages)
    ]
    if grant.who and len(figures) > 1 and not grant.rates and not all(steps):
        last = grant.conditions[-1] if grant.conditions else grant.who
        steps = list(listed_steps(covered, last.start, last.end, len(figures)))
    elif not steps:
        return grant
    else:
        figures = [s.amount or s.cap or s.rate or grant.amounts[0] for s in grant.stages]
    known = [step for step in steps if step]
    if len(known) != len(figures) or len(known) != len(steps):
        return grant
    by_rate = bool(grant.stages and grant.stages[0].rate)
    cells = [
        (
            step,
            None if by_rate else figure,
            figure if by_rate else None,
            Span(min(step.span.start, figure.span.start), figure.span.end),
        )
        for step, figure in zip(known, figures, strict=True)
    ]
    tiers = ladder(cells)
    return _as_ladder(covered, grant, tiers, known[0], grant.span) if tiers else grant


def _label_end(covered: str, grant: Grant, number: int) -> int:
    """Where the words of a range end: 以上 behind the last label of a list belongs to it."""
    label = grant.stages[number].span
    listed = grant.who is not None and label.end <= grant.who.end
    if not listed or number + 1 < len(grant.stages) or grant.who is None:
        return label.end
    pause = covered.find("，", label.end, grant.who.end)
    return pause if pause >= 0 else grant.who.end


def merged(
    text: str, covered: str, folded: str, drafts: Sequence[Draft], grants: Sequence[Grant]
) -> list[Grant]:
    """Neighbouring grants of one sentence that are steps of one ladder or classes of one award; others as they are."""
    result: list[Grant] = []
    for _, members in groupby(zip(drafts, grants, strict=True), key=lambda pair: pair[0].group):
        together = list(members)
        owner = together[0][0].owner
        items = [one.item for one, _ in together if one.item]
        whole = _without_breakdown(covered, [grant for _, grant in together])
        named = _classes(text, covered, _items(text, covered, folded, whole, items=items, owner=owner))
        result += [
            replace(grant, who=owner, conditions=(owner,))
            if owner and grant.tiers and grant.who in items
            else replace(grant, who=owner, conditions=(owner,))
            if owner and grant.stages and grant.who is None and owner.end <= grant.span.start
            else grant
            for grant in _runs(covered, folded, named)
        ]
    return result


def _items(
    text: str, covered: str, folded: str, grants: list[Grant], *, items: Sequence[Span], owner: Span | None
) -> list[Grant]:
    """Items of a list that differ by a name alone as one award: 其中甲类培训每人300元；乙类培训每人1200元."""
    result: list[Grant] = []
    run: list[tuple[Grant, Span]] = []
    for grant in grants:
        item = grant.who if grant.who in items else None
        if item and (not _is_name(grant, item) or read_step(covered, folded, item.start, item.end)):
            item = None
        if run and not (item and _alike(covered, run[0][0], grant)):
            result += _owned(text, run, owner)
            run = []
        if item:
            called = item.start + 1 if covered[item.start] == "对" else item.start
            run.append((grant, Span(called, item.end)))
        else:
            result.append(grant)
    return result + _owned(text, run, owner)


def _is_name(grant: Grant, item: Span) -> bool:
    """Whether an item is a short name with one figure."""
    plain = not (grant.stages or grant.tiers) and len(grant.amounts) + len(grant.rates) == 1
    return plain and item.length <= _NAME_MAX


def _owned(text: str, run: Sequence[tuple[Grant, Span]], owner: Span | None) -> list[Grant]:
    """The award of a run of items, given to whom the list was opened for."""
    made = _as_classes(text, run)
    if len(run) < 2 or len(made) > 1:
        return made
    return [replace(made[0], who=owner, conditions=(owner,) if owner else ())]


def _without_breakdown(covered: str, grants: Sequence[Grant]) -> list[Grant]:
    """Without the grants behind 其中 that add up to the one before: 给予500万元，其中备案奖励100万元，上市奖励400万元."""
    result: list[Grant] = []
    skipped = 0
    for number, grant in enumerate(grants):
        if skipped:
            skipped -= 1
            continue
        result.append(grant)
        following = grants[number + 1 :]
        if not following or len(grant.amounts) != 1 or grant.rates:
            continue
        if "其中" not in covered[grant.span.end : following[0].span.start]:
            continue
        if all(each.rates and each.basis is None and not each.amounts for each in following):
            skipped = len(following)  # 给予100万元，其中首年拨付30%
            continue
        total = sum(a.value for each in following for a in each.amounts)
        if len(following) > 1 and total == grant.amounts[0].value:
            skipped = len(following)
    return result


def _classes(text: str, covered: str, grants: Sequence[Grant]) -> list[Grant]:
    """被评为五星级的给予10万元，四星级的给予5万元 as one award with classes."""
    result: list[Grant] = []
    run: list[tuple[Grant, Span]] = []
    for grant in grants:
        first = _rank(covered, grant, _ENDS_WITH_RANK)
        bare = _rank(covered, grant, _BARE, whole=True)
        if run and bare and _alike(covered, run[0][0], grant):
            run.append((grant, bare))
            continue
        pair = _same_but_class(covered, run[0][0] if run else None, grant)
        if pair and _alike(covered, run[0][0], grant):
            run[0] = (run[0][0], pair[0]) if len(run) == 1 else run[0]
            run.append((grant, pair[1]))
            continue
        result += _as_classes(text, run)
        run = [(grant, first or grant.who)] if grant.who and (first or _has_one_figure(grant)) else []
        first = run[0][1] if run else None
        if not first:
            result.append(grant)
    return result + _as_classes(text, run)


def _has_one_figure(grant: Grant) -> bool:
    """Whether a grant has one award of its own; limits over it do not count."""
    limits = {limit.amount.span for limit in grant.limits}
    sums = [a for a in grant.amounts if a.span not in limits]
    if grant.stages or grant.tiers or len(grant.rates) > 1:
        return False
    return len(sums) <= 1 if grant.rates else len(sums) == 1


def _same_but_class(covered: str, one: Grant | None, other: Grant) -> tuple[Span, Span] | None:
    """The classes of two beneficiaries that differ by a class alone: 获得省级认定的 and 获得市级认定的, 低保家庭 and 低收入家庭."""
    if one is None or one.who is None or other.who is None:
        return None
    if not (_has_one_figure(one) and _has_one_figure(other)):
        return None
    first = one.conditions[-1] if one.conditions else one.who
    a, b = covered[first.start : first.end], covered[other.who.start : other.who.end]
    of_a, of_b = list(_CLASS.finditer(a)), list(_CLASS.finditer(b))
    if of_b and of_a and len(of_b) == 1:
        mine, theirs = of_a[-1], of_b[0]
        before, after = b[: theirs.start()].removeprefix("对"), b[theirs.end() :]
        if a[mine.end() :] == after and a[: mine.start()].endswith(before):
            return (
                Span(first.start + mine.start(), first.start + mine.end()),
                Span(other.who.start + theirs.start(), other.who.start + theirs.end()),
            )
    if _NAMED.fullmatch(a) and _NAMED.fullmatch(b) and a[-2:] == b[-2:]:
        return first, other.who
    return None


def _rank(covered: str, grant: Grant, pattern: re.Pattern[str], whole: bool = False) -> Span | None:
    """The class that closes the words for the beneficiary, or is all of them."""
    if grant.who is None or grant.stages or grant.tiers or len(grant.amounts) + len(grant.rates) != 1:
        return None
    last = grant.who if whole or not grant.conditions else grant.conditions[-1]
    words = covered[last.start : last.end]
    found = pattern.fullmatch(words) if whole else pattern.search(words)
    return Span(last.start + found.start("rank"), last.start + found.end("rank")) if found else None


def _alike(covered: str, one: Grant, other: Grant) -> bool:
    """Whether two grants are measured in the same way."""

    def measure(grant: Grant) -> tuple[object, ...]:
        basis = covered[grant.basis.start : grant.basis.end] if grant.basis and grant.rates else ""
        return grant.kind, grant.per, grant.bound, bool(grant.rates), basis

    return measure(one) == measure(other)


def _as_classes(text: str, run: Sequence[tuple[Grant, Span]]) -> list[Grant]:
    grants = [grant for grant, _ in run]
    names = [text[span.start : span.end] for _, span in run]
    if len(run) < 2 or len(set(names)) < len(names):
        return grants
    stages = []
    capped = all(_own(grant, grant.caps) for grant in grants)
    for name, (grant, span) in zip(names, run, strict=True):
        own, caps = _own(grant, grant.amounts), _own(grant, grant.caps)
        amount = own[0] if own and own[0] not in caps else None
        cap = caps[0] if capped else None
        stages.append(Stage(name, span, amount, cap, grant.rates[0] if grant.rates else None))
    return [_for_all(replace(_joined(grants), stages=tuple(stages)))]


def _for_all(grant: Grant) -> Grant:
    """Without the class of the first figure among the conditions, since the others have classes of their own."""
    first = grant.stages[0].span
    kept = tuple(c for c in grant.conditions if c.end <= first.start or c.start >= first.end)
    if grant.who is None or not grant.conditions:
        return grant
    last = grant.conditions[-1]
    if last.start != first.start or (last.end != first.end and not kept):
        return replace(grant, conditions=kept)
    who = Span(grant.who.start, kept[-1].end) if kept else None
    return replace(grant, who=who, conditions=kept)


def _own(grant: Grant, figures: Sequence[Figure]) -> list[Figure]:
    """The figures without the limits over all of it."""
    limits = {limit.amount.span for limit in grant.limits if limit.kind != "project" or not grant.rates}
    return [figure for figure in figures if figure.span not in limits]


def _joined(grants: Sequence[Grant]) -> Grant:
    """The first grant with the figures of all."""
    return replace(
        grants[0],
        span=Span(grants[0].span.start, grants[-1].span.end),
        amounts=tuple(a for grant in grants for a in grant.amounts),
        caps=tuple(a for grant in grants for a in grant.caps),
        rates=tuple(r for grant in grants for r in grant.rates),
        limits=tuple(limit for grant in grants for limit in grant.limits),
        period=next((grant.period for grant in grants if grant.period), ""),
    )


def _runs(covered: str, folded: str, grants: Sequence[Grant]) -> list[Grant]:
    result: list[Grant] = []
    run: list[_Cell] = []
    for grant in grants:
        cell = _cell(covered, folded, grant)
        if cell is None:
            result += _closed(covered, run)
            result.append(grant)
            run = []
            continue
        if run and (
            cell[1].unit != run[0][1].unit
            or not run[0][1].name.endswith(cell[1].name)
            or bool(cell[3]) != bool(run[0][3])
        ):
            result += _closed(covered, run)
            run = []
        run.append(cell)
    return result + _closed(covered, run)


def _cell(covered: str, folded: str, grant: Grant) -> _Cell | None:
    """The range and the one figure of a grant, None where it has no range or several figures."""
    awards = [a for a in grant.amounts if a not in grant.caps] or list(grant.caps)
    if grant.who is None or grant.stages or grant.tiers or len(grant.rates) > 1:
        return None
    if not grant.rates and len(awards) != 1:
        return None
    last = grant.conditions[-1] if grant.conditions else grant.who
    step = read_step(covered, folded, last.start, min(last.end, grant.span.start))
    if step is None:
        return None
    return grant, step, awards[0] if awards else None, grant.rates[0] if grant.rates else None


def _closed(covered: str, run: Sequence[_Cell]) -> list[Grant]:
    """One ladder for a run of cells, or the grants themselves where they are none."""
    cells = [(step, amount, rate, Span(step.span.start, grant.span.end)) for grant, step, amount, rate in run]
    tiers = ladder(cells)
    grants = [grant for grant, *_ in run]
    if not tiers:
        return grants
    first, step = grants[0], cells[0][0]
    before = tuple(c for c in first.conditions if c.end <= step.span.start)
    who = Span(first.who.start, before[-1].end) if first.who and before else first.who
    span = Span(step.span.start, grants[-1].span.end)
    whole = replace(_joined(grants), who=who, conditions=before or first.conditions)
    return [_as_ladder(covered, whole, tiers, step, span)]


def _as_ladder(covered: str, grant: Grant, tiers: tuple[Tier, ...], step: Step, span: Span) -> Grant:
    words = covered[span.start : span.end]
    basis = grant.basis
    if (
        grant.rates
        and step.name_span.length
        and (basis is None or step.span.start <= basis.start < step.span.end)
    ):
        basis = step.name_span
    method: Method = "marginal" if _PART.search(words) else "whole" if not grant.rates else ""
    return replace(
        grant,
        kind=Kind.TIERS,
        span=span,
        basis=basis,
        stages=(),
        tiers=tiers,
        tier_basis=step.name_span if step.name_span.length else None,
        tier_unit=step.unit,
        method=method,
    )
