"""Which figure goes with what: lists said one for one (分别为…), from and to, figures of neighbouring phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chat.check.figures import CLASS, PHASE, RANK, Fact, read_facts
from chat.subsidy.phases import read_phases
from kb.grants.labels import named_classes

_RESPECTIVELY = re.compile(r"分别|依次|各为|各给")
_LISTED = re.compile(r"\s?(?:[、和与及,，]|以及)\s?")
_GROUP = re.compile(r"[^。；;\n]+")
_FROM = re.compile(r"(?:由|从|自|原(?:来|定|先)?(?:的|为|是)?)\s?$")
_TO = re.compile(
    r"(?:[缩压减降提增升延调扩上下][一-鿿]{0,3}?(?:至|到|为|成))\s?$|(?:变|改)为\s?$|(?<=[日月年个]|[天家项])(?:至|到)\s?$"
)
_LEAST = 4  # characters by which another phrase must fit better
_KINDS = (PHASE, CLASS, RANK)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Labels and figures that a text pairs one for one.

    Attributes:
        values: key of the figure each label has.
        phases: the labels are phases of trials.
    """

    values: dict[str, tuple[str, str]]
    phases: bool


def pair_problems(
    claim: str, quotes: Sequence[str], question: str, free: set[tuple[str, str]]
) -> Iterator[str]:
    """Figures that a claim gives to another label, end or phrase than the quotes do.

    Args:
        claim: words of the answer.
        quotes: texts whose pairs count: the clause of each quote.
        question: what was asked; its label holds where the claim has none.
        free: keys that stand elsewhere too (the user's words, the calculation), which may go with anything.
    """
    facts = read_facts(claim)
    for pairing in (each for quote in quotes for each in pairings(quote)):
        yield from _mispaired(claim, facts, pairing, question, free)
    yield from _of_other_class(claim, quotes)
    yield from _turned(claim, facts, quotes, free)
    yield from _misplaced(claim, facts, quotes, free)


# -- one for one -------------------------------------------------------------------------------------------------


@lru_cache(2048)
def pairings(text: str) -> tuple[Pairing, ...]:
    """The lists of a text that are said one for one.

    >>> [p.values for p in pairings("完成I、II期的，最高分别为10万元、20万元")]
    [{'I': ('amount', '100000'), 'II': ('amount', '200000')}]
    >>> [list(p.values) for p in pairings("对国家级、省级绿色工厂，分别给予奖励10万元、5万元")]
    [['国家级', '省级']]
    """
    if not _RESPECTIVELY.search(text):
        return ()
    found = []
    for group in _GROUP.finditer(text):
        words = group.group()
        facts = [fact for fact in read_facts(words) if fact.is_measured]
        for said in _RESPECTIVELY.finditer(words):
            run = _run(words, [fact for fact in facts if fact.start >= said.end()])
            if len(run) > 1 and (labels := _labels(words[: said.start()], len(run))):
                keys = [fact.key for fact in run]
                found.append(
                    Pairing(dict(zip(labels, keys, strict=True)), labels[0] in ("I", "II", "III", "IV"))
                )
    return tuple(found)


def _run(words: str, facts: Sequence[Fact]) -> list[Fact]:
    """The first facts of one kind that stand in a list."""
    run: list[Fact] = []
    for fact in facts:
        if run and (fact.kind != run[0].kind or not _LISTED.fullmatch(words[run[-1].end : fact.start])):
            break
        run.append(fact)
    return run


def _labels(before: str, count: int) -> list[str]:
    for mention in reversed(read_phases(before)):
        if len(mention.phases) == count:
            return list(mention.phases)
    spans = named_classes(before, 0, len(before), count)
    return [before[span.start : span.end] for span in spans]


def _mispaired(
    claim: str, facts: Sequence[Fact], pairing: Pairing, question: str, free: set[tuple[str, str]]
) -> Iterator[str]:
    keys = set(pairing.values.values())
    figures = [fact for fact in facts if fact.key in keys and fact.key not in free]
    if not figures:
        return
    named = _named(claim, facts, pairing)
    if not named:
        asked = {label for label, _, _ in _named(question, read_facts(question), pairing)}
        named = [(asked.pop(), -1, 0)] if len(asked) == 1 and len(figures) == 1 else []
    if not named and len(figures) > 1 and _RESPECTIVELY.search(claim):
        order = [list(pairing.values.values()).index(figure.key) for figure in figures]
        if order != sorted(order):
            yield f"“{claim[figures[0].start : figures[-1].end]}”的次序与依据不同"
    if len(figures) > 1 and len(named) == len(figures) and _RESPECTIVELY.search(claim):
        chosen = [[label] for label, _, _ in named]
    else:
        chosen = [_nearest(claim, figure, facts, named) for figure in figures]
    for figure, labels in zip(figures, chosen, strict=True):
        if labels and not any(pairing.values[label] == figure.key for label in labels):
            yield f"“{claim[figure.start : figure.end]}”不是{'、'.join(labels)}的数额"


def _named(text: str, facts: Sequence[Fact], pairing: Pairing) -> list[tuple[str, int, int]]:
    """The labels of a pairing in a text, with where they stand."""
    if pairing.phases:
        return [(f.value, f.start, f.end) for f in facts if f.kind == PHASE and f.value in pairing.values]
    labels = sorted(pairing.values, key=len, reverse=True)
    pattern = "|".join(map(re.escape, labels))
    return [(m.group(), m.start(), m.end()) for m in re.finditer(pattern, text)] if labels else []


def _nearest(
    claim: str, figure: Fact, facts: Sequence[Fact], named: Sequence[tuple[str, int, int]]
) -> list[str]:
    """The labels a figure goes with: those right behind it in brackets, else those before it, back to the last figure."""
    behind = [
        label
        for label, start, _ in named
        if 0 <= start - figure.end <= 2 and re.match(r"\s?[（(]", claim[figure.end :])
    ]
    if behind:
        return behind
    bound = max((f.end for f in facts if f.kind == figure.kind and f.end <= figure.start), default=-1)
    before = [(label, start) for label, start, end in named if bound <= end <= figure.start]
    if before:
        return [label for label, _ in before]
    earlier = [(start, label) for label, start, end in named if end <= figure.start]
    if earlier:
        last = max(earlier)[0]
        return [label for start, label in earlier if start == last]
    later = [label for label, start, _ in named if start >= figure.end]
    return later if len(set(later)) == 1 else []


# -- classes and what they are classes of ------------------------------------------------------------------------

_ASIDE = re.compile(
    r"没有?(?:规定|写明|提到|提及|明确|涉及)|未(?:规定|写明|提到|提及|明确|涉及)|您|贵|不(?:属于|符合|适用|在)"
)


def _classes_of(text: str) -> Iterator[tuple[str, str, Fact]]:
    """Each class with the two characters behind it: 3 and 医疗 of 第三类医疗器械."""
    for fact in read_facts(text):
        noun = text[fact.end : fact.end + 2]
        if fact.kind == CLASS and re.fullmatch("[一-鿿]{2}", noun):
            yield fact.value, noun, fact


def _of_other_class(claim: str, quotes: Sequence[str]) -> Iterator[str]:
    known = {(value, noun) for quote in quotes for value, noun, _ in _classes_of(quote)}
    for piece in re.split(r"[，,：:；;。]", claim):
        if _ASIDE.search(piece):
            continue
        for value, noun, fact in _classes_of(piece):
            if (value, noun) not in known and any(noun == other for _, other in known):
                yield f"“{piece[fact.start : fact.end]}{noun}”在依据里是另一类"


# -- from and to -------------------------------------------------------------------------------------------------


def _turned(
    claim: str, facts: Sequence[Fact], quotes: Sequence[str], free: set[tuple[str, str]]
) -> Iterator[str]:
    ends = [(fact, end) for fact in facts if fact.is_measured and (end := _end(claim, fact))]
    if not ends:
        return
    known = {
        (fact.key, end)
        for quote in quotes
        for fact in read_facts(quote)
        if fact.is_measured and (end := _end(quote, fact))
    }
    for fact, end in ends:
        other = "to" if end == "from" else "from"
        if (fact.key, other) in known and (fact.key, end) not in known and fact.key not in free:
            yield f"“{claim[fact.start : fact.end]}”在依据里是{'改后' if other == 'to' else '改前'}的数"


def _end(text: str, fact: Fact) -> str:
    before = text[max(0, fact.start - 8) : fact.start]
    return "from" if _FROM.search(before) else "to" if _TO.search(before) else ""


# -- neighbouring phrases ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Placed:
    """A figure and the words it stands among."""

    fact: Fact
    words: frozenset[str]
    phrase: str


@lru_cache(2048)
def _placed(text: str) -> tuple[_Placed, ...]:
    """Each figure with the pairs of characters from behind the last figure of its kind to the end of its phrase."""
    found = []
    for group in _GROUP.finditer(text):
        words = group.group()
        facts = read_facts(words)
        for fact in (each for each in facts if each.is_measured):
            earlier = [f.end for f in facts if f.kind == fact.kind and f.end <= fact.start]
            start = max(earlier, default=0)
            comma = re.search(r"[，,]|(?<=[元%家个项日月年张名])、", words[fact.end :])
            end = fact.end + comma.start() if comma else len(words)
            if earlier and (cut := re.search(r"[，,、]", words[start : fact.start])):
                start += cut.end()
            later = [f.start for f in facts if f.kind == fact.kind and f.start >= fact.end]
            context = words[start : fact.start] + " " + words[fact.end : min([end, *later])]
            labels = {f"{f.kind}{f.value}" for f in facts if f.kind in _KINDS and start <= f.start < end}
            phrase = re.split(r"[，,]", words[: fact.start])[-1] + re.split(r"[，,]", words[fact.start :])[0]
            found.append(_Placed(fact, frozenset(_pairs(context) | labels), phrase))
    return tuple(found)


def context_of(text: str, fact: Fact) -> frozenset[str]:
    """The pairs of characters a number stands among."""
    group = next((g for g in _GROUP.finditer(text) if g.start() <= fact.start < g.end()), None)
    if group is None:
        return frozenset()
    at = fact.start - group.start()
    return next((placed.words for placed in _placed(group.group()) if placed.fact.start == at), frozenset())


def _pairs(words: str) -> set[str]:
    words = re.sub(
        r"不(?:超过|低于|少于|高于)|达到|培育|最高|最低|至少|以上|以下|以内|给予|支持|资金|奖励|补贴|补助|左右|其中|万元|亿元",
        " ",
        words,
    )
    return {words[at : at + 2] for at in range(len(words) - 1) if re.match("[一-鿿]{2}", words[at : at + 2])}


def _misplaced(
    claim: str, facts: Sequence[Fact], quotes: Sequence[str], free: set[tuple[str, str]]
) -> Iterator[str]:
    known = [placed for quote in quotes for placed in _placed(quote)]
    for own in _placed(claim):
        near = {each.phrase for each in known if each.fact.key == own.fact.key}
        rivals = [
            each
            for each in known
            if each.fact.kind == own.fact.kind and (each.fact.key == own.fact.key or each.phrase not in near)
        ]
        if own.fact.key in free or len({each.fact.key for each in rivals}) < 2:
            continue
        common = frozenset.intersection(*(each.words for each in rivals))
        same = max(
            (len(own.words & each.words - common) for each in rivals if each.fact.key == own.fact.key),
            default=-1,
        )
        other = max(
            (len(own.words & each.words - common) for each in rivals if each.fact.key != own.fact.key),
            default=-1,
        )
        if same >= 0 and other >= same + _LEAST and other >= 2 * same:
            yield f"“{claim[own.fact.start : own.fact.end]}”在依据里说的是另一件事"
