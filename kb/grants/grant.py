"""The grant that one draft is: its figures given their parts, its words their spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Span
from kb.grants.basis import MONEY_WORDS, is_count, object_of, share_basis
from kb.grants.drafts import Draft
from kb.grants.figures import Found, read_found
from kb.grants.limits import is_limit, limit_of, opens_limit
from kb.grants.sentences import COVER, Part, Phrase
from kb.grants.stages import capped_stages, stages_of, with_caps
from kb.grants.types import Bound, Figure, Grant, Kind, Period, Stage
from kb.grants.units import counted, counted_in_condition, period
from kb.grants.verbs import given_at, gives, opens_at
from kb.grants.who import conditions, who_before, who_behind, who_given, who_heading

_INTEREST = re.compile(r"贴息|贷款利息|利息补贴|利息补助|利息支持")
# 贴息期限不超过1年, 贴息三年
_TERM = re.compile(
    r"(?:贴息|补贴|期限|时间)[^，。；0-9一二三四五六七八九十]{0,10}?(?P<term>(?:最长)?(?:不超过)?\s?[0-9一二三四五六七八九十]{1,3}\s?(?:年|个月))"
)
_TERM_AHEAD = 60
# 按一定比例, 按规定标准: the standard itself is elsewhere
_ELSEWHERE = re.compile(
    r"(?:一定|相应|适当|规定的?|有关|同等|不同|核定的?)(?:的)?(?:比例|标准|费率)|按比例|[0-9][：:][0-9]|据实|等额|[一二三四五六七八九]分之[一二三四五六]|按照?[^，0-9]{2,30}(?:计算|核定|测算)"
)
# 每新增1人再奖励…: goes on from the sentence before
_GOES_ON = re.compile(r"并|同时|每(?:新增|增加|再|招用|超过)|再|另|其中|同一|在此基础上|最高")
_ONCE = re.compile(r"(?:享受|给予|申请|申领|发放)一次性")  # 可申请一次性补贴，标准为每人3000元
_FAR = 200
_LABEL_FAR = 12
_AWARDS = ("补贴", "补助", "奖励", "奖补", "资助", "支持", "返还", "减免", "救助")
_SOMEBODY = re.compile(r"的(?:家庭|企业|项目|单位|机构|个人|人员|平台|农户)?$")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a clause in the forms that the steps need; all have the same offsets."""

    text: str
    covered: str
    parts: Sequence[Part]


def grant_of(source: Source, one: Draft, previous: Grant | None) -> Grant:
    """The grant of one draft; ``previous`` is the grant before it in the same sentence, None if there is none."""
    covered = source.covered
    shares = one.shares
    awards, caps = _awards(covered, one)
    main = shares or awards or caps
    who = _who(source, one, previous)
    stages = _stages(source, one, awards, caps, who)
    if stages and who and _is_label(covered, stages[0].span, who):
        who = _who(source, one, previous, stages[0].span.start)
    if stages and who and stages[0].span.end <= who.end and stages[1].span.start > one.figures[0].start:
        before = [c for c in _conditions(source.parts, who) if c.end <= stages[0].span.start]
        pause = covered.rfind("，", who.start, stages[0].span.start) + 1
        if (
            before
            and pause == stages[0].span.start
            and one.figures[0].start - stages[0].span.end <= _LABEL_FAR
        ):
            who = Span(who.start, before[-1].end)  # 对改造对象，C级危房户均补助1万元，D级危房…
    if one.item and (not stages or stages[-1].span.end <= one.item.end):
        who = one.item
    label = next((s.span.start for s in stages if who is None or s.span.start >= who.end), one.start)
    per = None if shares else _counted(covered, one, awards or caps, who)
    basis = _basis(covered, one, who) if shares else per
    if basis and any(basis.start < s.span.end and s.span.start < basis.end for s in stages):
        basis = None
    kind = _kind(covered, one, awards or caps, basis, per)
    term = _TERM.search(covered, one.start, min(len(covered), one.end + _TERM_AHEAD))
    limits = [limit_of(covered, _before(one, cap), _figure(cap)) for cap in caps]
    return Grant(
        Span(min(one.start, label), one.end),
        kind,
        who,
        amounts=tuple(_figure(f) for f in one.money),
        caps=tuple(_figure(f) for f in one.money if f.bound == "max" and not _is_range_end(f, one.money)),
        rates=tuple(_figure(f) for f in shares),
        basis=basis,
        per=covered[per.start : per.end] if per else "",
        stages=stages,
        period=_period(covered, one, [*shares, *awards] or caps),
        limits=tuple(limit for limit in limits if limit),
        conditions=_conditions(source.parts, who),
        bound=_bound(main),
        term=Span(*term.span("term")) if term and kind is Kind.INTEREST else None,
    )


def _period(covered: str, one: Draft, figures: Sequence[Found]) -> Period:
    """How often, by the words around the figures; a period of the caps alone does not count."""
    last = _phrase(one, max(figures, key=lambda figure: figure.start))
    goes_on = one.end > last.end >= max(f.end for f in one.figures)
    after = _next_end(one, last) if goes_on else last.end
    often = period(covered[min(one.start, figures[0].start) : after])
    before = covered[one.since : one.start]
    return often or ("once" if _ONCE.search(before) else "")


def _figure(found: Found) -> Figure:
    return Figure(found.value, found.span, found.bound)


def _awards(covered: str, one: Draft) -> tuple[list[Found], list[Found]]:
    """Sums that are given, and caps over them: a cap behind a share, an exact sum or another award."""
    awards: list[Found] = []
    caps: list[Found] = []
    for figure in one.money:
        over = bool(one.shares) or any(f.bound != "max" for f in awards)
        phrase = _phrase(one, figure)
        opens = bool(awards) and awards[0].start < phrase.start
        total = bool(awards) and is_limit(covered, _before(one, figure), figure.start)
        total = total or (opens and opens_limit(covered[phrase.start : figure.start]))
        is_cap = figure.bound == "max" and not _is_range_end(figure, one.money)
        (caps if is_cap and (over or total or caps) else awards).append(figure)
    return awards, caps


def _is_range_end(figure: Found, money: Sequence[Found]) -> bool:
    """Whether a figure is the upper end of a range such as 15-20万元, which is not worded as a limit."""
    return any(f.bound == "min" and 0 <= figure.start - f.end <= 2 for f in money)


def _before(one: Draft, figure: Found) -> int:
    """Where the figure before this one ends, or the words of the draft begin."""
    return max((f.end for f in one.figures if f.end <= figure.start), default=one.since)


def _phrase(one: Draft, figure: Found) -> Phrase:
    """The phrase of a figure."""
    inside = (p for p in one.phrases if p.start <= figure.start < p.end)
    return next(inside, Phrase(figure.start, figure.end, ""))


def _stages(
    source: Source, one: Draft, awards: Sequence[Found], caps: Sequence[Found], who: Span | None
) -> tuple[Stage, ...]:
    """Named classes, paired with shares, sums, or the caps of one share."""
    since = who.start if who else one.since
    covered, text = source.covered, source.text
    shares = one.shares
    if len(shares) == 1 and len(caps) > 1:
        return capped_stages(covered, text, shares[0], caps, one.lead, since=since, named=one.classes)
    if len(shares) > 1 and len(shares) == len(caps):
        return with_caps(covered, stages_of(covered, text, shares, one.lead, since), caps)
    return stages_of(covered, text, shares if len(shares) > 1 else awards, one.lead, since)


def _owner(covered: str, one: Draft) -> Span | None:
    """The beneficiary of the words that opened a list in the same sentence part."""
    return one.owner if one.owner and not re.search("[；。]", covered[one.owner.end : one.start]) else None


def _next_end(one: Draft, phrase: Phrase) -> int:
    """Where the phrase behind this one ends, if there is one."""
    return next((p.end for p in one.phrases if p.start >= phrase.end), phrase.end)


def _is_label(covered: str, label: Span, who: Span) -> bool:
    """Whether the words for the beneficiary end with the label of the first figure."""
    return who.start < label.end and not covered[label.end : max(label.end, who.end)].strip(f"{COVER} 为的")


def _who(source: Source, one: Draft, previous: Grant | None, end: int | None = None) -> Span | None:
    """The beneficiary named before the giving words, behind them, or in the sentence that opened the giving."""
    covered = source.covered
    stop = one.start if end is None else min(end, one.start)
    for phrase in one.phrases:  # 可享受一次性补贴，标准为：甲3万元: the beneficiary ends before 可享受
        words = covered[phrase.start : phrase.end]
        if (
            one.since <= phrase.start < phrase.end <= stop
            and gives(words)
            and not words.endswith(("的", "上", "后", "时"))
        ):
            item = who_before(covered, one.phrases, phrase.end, stop)
            if (
                item
                and words.endswith(_AWARDS)
                and phrase.end <= one.lead == one.start
                and _SOMEBODY.search(covered, item.start, item.end)
            ):
                return item  # 对多子女家庭给予补贴，生育二孩的家庭补贴3万元
            stop = opens_at(covered, phrase.start, phrase.end) or stop
            break
    own = who_before(covered, one.phrases, one.since, stop)
    if own is None and covered[one.end - 2 : one.end] in ("支持", "奖励", "补助", "资助", "补贴"):
        own = who_behind(covered, one.end)
    if own is None:
        last = _phrase(one, one.figures[-1])
        own = who_given(covered, one.start, max(one.end, last.end, _next_end(one, last)))
        own = own or who_heading(covered, one.phrases, one.start) or _owner(covered, one)
    if own is not None:
        return own
    if previous is not None and (
        _GOES_ON.match(covered, one.start) or re.search("(?:并|同时|另|再)$", covered[one.since : one.start])
    ):
        return previous.who
    before = [part for part in source.parts if part.end <= one.start and one.start - part.end <= _FAR]
    if not before or before[-1].phrases == one.phrases:
        return None
    phrases = before[-1].phrases
    giving = [p for p in phrases if gives(covered[p.start : p.end])]
    if not giving or any(not f.threshold for p in giving for f in read_found(covered, p)):
        return None
    return who_before(covered, phrases, before[-1].start, given_at(covered, giving[-1].start, giving[-1].end))


def _conditions(parts: Sequence[Part], who: Span | None) -> tuple[Span, ...]:
    holding = [part for part in parts if who and part.start <= who.start < part.end]
    return conditions(holding[0].phrases, who) if holding else ()


def _counted(covered: str, one: Draft, awards: Sequence[Found], who: Span | None) -> Span | None:
    """What a sum is given for each of."""
    first = awards[0]
    found = counted(covered, min(one.start, first.start), first.start, first.end)
    if not found and one.lead == one.start:
        found = counted(covered, _phrase(one, first).start, first.start, first.end)
    if not found and who:
        found = counted_in_condition(covered, who.start, who.end)
    return found


def _basis(covered: str, one: Draft, who: Span | None) -> Span | None:
    """What the first share is taken of; it may stand behind the last one, or close the words for the beneficiary."""
    first, last = one.shares[0], one.shares[-1]
    phrase = _phrase(one, first)
    start = phrase.start if one.figures[0] == first else max(phrase.start, _before(one, first))
    start = max(start, one.start) if one.start < first.start else start
    found = share_basis(covered, start, first.start, first.end, phrase.end)
    if found is None or not MONEY_WORDS.search(covered[found.start : found.end]):
        found = share_basis(covered, last.start, last.start, last.end, _phrase(one, last).end) or found
    if found is None and who is not None and one.start - who.end <= 16:
        found = object_of(covered, who.start, who.end)
    return found


def _bound(figures: Sequence[Found]) -> Bound:
    """How the award is bounded: both ends of a range together are neither limit."""
    return "exact" if {f.bound for f in figures} == {"min", "max"} else figures[0].bound


def _kind(covered: str, one: Draft, awards: Sequence[Found], basis: Span | None, per: Span | None) -> Kind:
    """How the grant is measured, by its figures first."""
    if one.shares:
        if _INTEREST.search(covered, one.start, max(one.end, _phrase(one, one.shares[-1]).end)):
            return Kind.INTEREST
        counts = basis is not None and is_count(covered[basis.start : basis.end])
        return Kind.SHARE_OF_COUNT if counts and not one.money else Kind.RATE
    start = min((p.start for p in one.phrases if p.end > one.start), default=one.start)
    if all(f.bound == "max" for f in awards) and _ELSEWHERE.search(
        covered, max(one.since, start - 40), one.end
    ):
        return Kind.CAP_ONLY
    return Kind.PER_UNIT if per else Kind.FIXED
