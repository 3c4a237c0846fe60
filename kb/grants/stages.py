"""Figures paired with named classes: 国家级、省级分别奖励50万元、30万元; 博士10万元、硕士5万元."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from corpus import Span
from kb.grants.figures import MONEY, Found
from kb.grants.labels import ends_with_rank, is_rank, named_classes
from kb.grants.sentences import COVER
from kb.grants.types import Figure, Stage
from kb.grants.units import SORT

# before a label: 按博士, 给予国家级; behind it: 每人, 最高, 为, 奖励
_OPEN = re.compile(
    rf"^(?:[^，]*(?:标准|限额|额度)(?:分别)?(?:为|是|：)|[^，]*由[^，]*?按|[^，]*(?:给予|予以|发放)|每[一-鿿]{{1,6}}?[一1][个家项名件]"
    rf"|其中|按照?|给予|予以|奖励|补助|补贴|资助|标准(?:为|是|：)|具体|分别|为|对|最高|一次性|可|享受|由|各|{COVER}|[：:，、\s])+"
)
_CLOSE = re.compile(
    rf"(?:每(?!家|个)[一-鿿]{{1,3}}|每[人户名家个张亩项]|按照?[^，、按]{{0,14}}|给予|予以|奖励|补助|补贴|奖补|资助|标准|分别|最高|最多|不(?:得)?(?:超过|低于|高于|少于)|一次性|可|为|是|则|的|再|增加|达到?|至少|上限|调整|提高|到|至|{COVER}|[：:，、\s])+$"
)
# 农村低保标准由每人每月650元提高到720元
_OLD = re.compile(r"(?:标准|金额|额度|比例|限额)*(?:分别|统一)*(?:由|从)(?:原来?的?)?[^，、]{0,10}?[0-9]")
_OF_STANDARD = re.compile(
    r"(?:其中|对)?(?P<name>[^，、：按给由]{2,16}?)(?:基本生活|生活|保障|补助|补贴|资助)?(?:标准|限额)(?:为|是)(?:每[人户名生](?:每[年月天日])?)?(?:最高|不低于|不超过)?"
)
_SUM = re.compile(r"[0-9.,]+[十百千]?[万亿]?[元%]")
_LABEL_MAX = 30
_LISTED = re.compile(r"\s?(?:、|和|或|及|与|/|以及)?\s?(?:最高|不超过|分别|每[人户年月]){0,2}")


def stages_of(covered: str, text: str, figures: Sequence[Found], begin: int, since: int) -> tuple[Stage, ...]:
    """A stage for each figure, or nothing where labels and figures do not pair one to one.

    Args:
        covered: the covered clause.
        text: the clause itself, for the words of the labels.
        figures: sums or shares of one kind that may be the awards of classes.
        begin: where the giving words begin.
        since: where the words before them begin.

    >>> from kb.grants.sentences import Phrase
    >>> from kb.grants.figures import read_found
    >>> def show(words, begin):
    ...     found = read_found(words, Phrase(0, len(words), ""))
    ...     return [(s.label, str(s.amount.value)) for s in stages_of(words, words, found, begin, 0)]
    >>> show("对国家级、省级企业分别奖励50万元、30万元", 9)
    [('国家级', '500000'), ('省级', '300000')]
    >>> show("按博士每人10万元、硕士每人5万元", 0)
    [('博士', '100000'), ('硕士', '50000')]
    >>> show("对国家级、省级企业奖励50万元、30万元、10万元", 9)
    []
    """
    if len(figures) < 2:
        return ()
    labels = _inline(covered, figures, since, begin)
    if not labels and _is_list(covered, figures):
        old = _OLD.search(covered, since, begin)
        labels = named_classes(covered, since, old.start() if old else begin, len(figures))
        labels = labels or ([] if old else named_classes(covered, begin, figures[0].start, len(figures)))
    words = [text[label.start : label.end] for label in labels]
    if len(labels) != len(figures) or len(set(words)) != len(words):
        return ()
    return tuple(
        _stage(word, label, figure) for word, label, figure in zip(words, labels, figures, strict=True)
    )


def capped_stages(
    covered: str,
    text: str,
    share: Found,
    caps: Sequence[Found],
    begin: int,
    *,
    since: int,
    named: bool = False,
) -> tuple[Stage, ...]:
    """Classes with one share and a cap each: 不超过40%，最高分别为1000万元、2000万元; caps behind the list are left out.

    With ``named``, each cap has its class before it instead.

    >>> from kb.grants.sentences import Phrase
    >>> from kb.grants.figures import read_found
    >>> words = "对甲类、乙类企业按40%、最高分别为10万元、20万元补助"
    >>> share, *caps = read_found(words, Phrase(0, len(words), ""))
    >>> [(s.label, str(s.cap.value), str(s.rate.value)) for s in capped_stages(words, words, share, caps, 8, since=0)]
    [('甲类', '100000', '0.4'), ('乙类', '200000', '0.4')]
    """
    listed = [caps[0]]
    for cap in caps[1:]:
        if not _LISTED.fullmatch(covered[listed[-1].end : cap.start]):
            break
        listed.append(cap)
    labels = [] if len(listed) < 2 else named_classes(covered, since, begin, len(listed))
    if not labels and named:
        listed, labels = list(caps), _inline(covered, caps, share.end, begin)
    rate = Figure(share.value, share.span, share.bound)
    return tuple(
        Stage(text[label.start : label.end], label, None, Figure(cap.value, cap.span, cap.bound), rate)
        for label, cap in zip(labels, listed, strict=False)
    )


def with_caps(covered: str, stages: tuple[Stage, ...], caps: Sequence[Found]) -> tuple[Stage, ...]:
    """Shares of classes with their caps where these are listed with 分别: 分别不超过20万元、50万元."""
    listed = _is_list(covered, caps) and re.search(r"分别[^，]*$", covered[: caps[0].start])
    if not listed or len(stages) != len(caps):
        return stages
    return tuple(
        replace(stage, cap=Figure(cap.value, cap.span, cap.bound))
        for stage, cap in zip(stages, caps, strict=True)
    )


def _stage(word: str, label: Span, found: Found) -> Stage:
    figure = Figure(found.value, found.span, found.bound)
    if found.kind != MONEY:
        return Stage(word, label, rate=figure)
    return Stage(word, label, cap=figure) if found.bound == "max" else Stage(word, label, amount=figure)


def _is_list(covered: str, figures: Sequence[Found]) -> bool:
    """Whether only list marks stand between the figures."""
    return all(_LISTED.fullmatch(covered[a.end : b.start]) for a, b in pairwise(figures))


def _inline(covered: str, figures: Sequence[Found], since: int, begin: int) -> list[Span]:
    """Labels that stand right before their figures; empty unless each figure has one."""
    labels: list[Span] = []
    for number, figure in enumerate(figures):
        if number == 0:
            pause = max(covered.rfind(mark, since, figure.start) for mark in "，：:；。\n")
            label = _strip(covered, max(pause + 1, since), figure.start)
        else:
            between = covered[figures[number - 1].end : figure.start]
            mark = re.search(r"[、，；;和及]", between)
            if mark is None:
                return []
            label = _strip(covered, figures[number - 1].end + mark.end(), figure.start)
        if label is None or label.length > _LABEL_MAX:
            return []
        labels.append(label)
    sorts = [bool(SORT.fullmatch(covered, label.start, label.end)) for label in labels]
    if any(sorts) and not all(sorts) and (sorts[0] or len(labels) == 2):
        return []  # 给予创业补贴5000元，其中返乡农民工标准提高到1万元
    rank = ends_with_rank(covered, labels[0])
    if rank and rank.start > labels[0].start and all(is_rank(covered, label) for label in labels[1:]):
        labels[0] = rank  # 护理补贴一级每人120元、二级每人90元
    return labels


def _strip(covered: str, start: int, end: int) -> Span | None:
    """A label without the words that give and count around it; None where nothing is left."""
    standard = _OF_STANDARD.fullmatch(covered, start, end)
    if standard and not re.search(r"[0-9]", standard["name"]):
        return Span(*standard.span("name"))  # 县城低保标准为每人每月
    opening = _OPEN.match(covered[start:end])
    start += opening.end() if opening else 0
    old = _OLD.search(covered, start, end)
    end = old.start() if old else end
    closing = _CLOSE.search(covered[start:end])
    end = start + closing.start() if closing else end
    if _SUM.fullmatch(covered, start, end):
        return None
    if start >= end or "，" in covered[start:end] or not re.search(r"[一-鿿A-Za-z0-9]", covered[start:end]):
        return None
    return Span(start, end)
