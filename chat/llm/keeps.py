"""Whether a sentence keeps to what its quotes say: no word of its own, and no qualifier of theirs left out.

Quotes are taken apart at their punctuation. What ends at a semicolon or a full stop is a group, which says one thing of
one subject; its pieces between commas are segments. A sentence, or a part of it with a subject of its own, rests on one
group and on those segments of it that it visibly uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chat.evidence import question_words
from chat.llm.words import BOUNDS, JOINING, numbers, sums, without_sums
from ingest.words import segment
from kb.lexicon import default_lexicon
from kb.query.textform import fold

_USED = 1 / 3  # share of the words of a segment in a sentence that uses it
_RUN = 5  # characters in a row that show the same
_MOST_PIECES = 16  # between the commas of one part
_GROUP = re.compile(r"[;。!?\n]+")
_SEGMENT = re.compile(r"[:：]|[,，](?!\d{3}(?!\d))")
_PART = re.compile(r"[;。!?\n]+|[,，](?=(?:每[个家年户]|单个|对|另外|此外|同时))")
_LEAD_IN = re.compile(r"(?:到|至|截至|自|从)?\d{4}年(?:底|末|前|起)?")
_UNITS = re.compile(r"牵头|参与单位|责任单位|分工负责|配合")
_PRINTED = re.compile(r"[()\"《》]")
_WORD = re.compile(r"[一-鿿]{2,}")
_LATIN = re.compile(r"[a-z]+")
_SPELLED = re.compile(r"[二两三四五六七八九十百千]+[个家项年月天日类条批种名人次期倍成]")
_FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.年])")
_LABEL = re.compile(r"^(?:结论|答案|对象|条件|标准|金额|额度|依据|牵头|办理单位):")
_CHANGE = re.compile(r"由(\d+(?:\.\d+)?)[^;。]*?(?:至|到|为)(\d+(?:\.\d+)?)")
# Words that say when, whether and who must: they join nothing here.
_TELLING = frozenset("目前 现在 之后 以后 之前 只有 必须 应当 需要".split())
_FREE = (JOINING | frozenset("部门 有关 其他 标准 万元 亿元".split())) - _TELLING
_COMPUTING = frozenset("计为 乘以 等于 超过 高于 低于 所以 封顶 按照 取较小者 较小 研发 投入".split())
_TURNING = frozenset("已 或 拟 均 全 必 须 应 都 市 县 区".split())  # as words by themselves
# What narrows a promise, and how else it may be said.
_QUALIFIERS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(found), re.compile(kept or found))
    for found, kept in (
        ("首次", "首次|第一次"),
        ("仅|只(?!有|要)", "仅|只"),
        ("经[^,;。]{0,12}评审", "评审"),
        ("经[^,;。]{0,12}认定", "认定"),
        ("经[^,;。]{0,12}审核", "审核"),
        ("经[^,;。]{0,12}批准", "批准"),
        ("符合[^,;。]{0,6}条件|有条件的", "条件"),
        ("鼓励", ""),
        ("探索", ""),
        ("力争|争取", "力争|争取|努力"),
        ("高水平", ""),
        ("择优", ""),
        ("试点", ""),
        ("优先", ""),
        ("原则上", ""),
        ("按(?:照)?(?:有关|相关)?(?:规定|政策)", "规定|政策"),
    )
)
# What each figure is for: kept where a calculation is told too.
_PER = tuple(
    (re.compile(found), re.compile(kept))
    for found, kept in (
        ("每年", "每年|每一年|一年|年度|当年|全年"),
        ("每月", "每月|每个月|月度"),
        ("累计", "累计|合计|总共"),
        ("每[个家户]|单[个家]", "每[个家户]|单[个家]|一[个家]企业"),
    )
)
# What goes with a figure.
_OF_FIGURES = (
    *((bound, bound) for bound in BOUNDS),
    (re.compile("左右"), re.compile("左右|大约|约|上下")),
)
_SINGLE_QUALIFIERS = {"新": ("新",), "且": ("且", "并", "并且", "而且", "同时", "以及")}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A segment of a quote, or several: its text, words and numbers."""

    text: str
    bare: str
    words: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> _Piece:
        bare = _PRINTED.sub("", text)
        return cls(text, bare, frozenset(segment(bare)), numbers(text))

    @property
    def content(self) -> frozenset[str]:
        """Its words that say something."""
        return frozenset(word for word in self.words if _WORD.fullmatch(word)) - _FREE

    def is_used(self, part: _Piece) -> bool:
        """Whether a part of a sentence speaks of it."""
        shared = sum(map(part.has, self.content)) + len(self.numbers & part.numbers)
        whole = len(self.content) + len(self.numbers)
        return (whole > 0 and shared / whole >= _USED) or _share(self.bare, part.bare)

    def has(self, word: str) -> bool:
        """Whether a word stands in it, both halves of a long one, or what it means."""
        if word in self.bare:
            return True
        half = len(word) // 2
        if len(word) >= 4 and word[:half] in self.bare and word[half:] in self.bare:
            return True
        return any(known.in_text(self.bare) for known in question_words(word, default_lexicon()))


def keeps(
    sentence: str, quotes: Iterable[str], computed: Sequence[str] = (), names: Iterable[str] = ()
) -> bool:
    """Whether a sentence keeps to its quotes.

    Args:
        sentence: without its marks.
        quotes: what it cites, verbatim.
        computed: the texts of a calculation that it may tell too.
        names: of the clauses and documents it cites, which it may give as they are printed.

    >>> quote = "对首次取得注册证的企业，经评审给予最高200万元资金支持；建设3家左右中心。"
    >>> keeps("首次取得注册证的企业，经评审给予最高200万元资金支持", [quote]), keeps("建设3家左右中心", [quote])
    (True, True)
    >>> [keeps(t, [quote]) for t in ("取得注册证的企业，经评审给予最高200万元", "建设3家中心", "首次取得批件的企业")]
    [False, False, False]
    """
    text = fold(sentence)
    for name in sorted(map(fold, names), key=len, reverse=True):
        text = text.replace(name, "") if len(name) > 1 else text
    text = re.sub(r"\d+号(?:文件?)?", "", text)
    text = _LABEL.sub("", text)
    groups = list(_groups(map(fold, quotes)))
    told = _Piece.of(fold("，".join(computed)))
    parts = [each for each in _PART.split(text) if re.search(r"\w", each)]
    return all(_stands(part, groups, told) for part in parts)


def _stands(part: str, groups: list[list[_Piece]], told: _Piece) -> bool:
    """Whether a part rests on one group, or its pieces on several, each of which it takes up with its subject."""
    ends = [0, *(found.end() for found in _SEGMENT.finditer(part)), len(part)]
    if len(ends) > _MOST_PIECES:
        return False
    holds = [False] * (len(ends) - 1) + [True]  # whether what is left from there on stands
    for first in reversed(range(len(ends) - 1)):
        for last in range(len(ends) - 1, first, -1):
            if not holds[last]:
                continue
            piece = _Piece.of(part[ends[first] : ends[last]])
            among = groups if first == 0 else [group for group in groups if _opens(piece, group)]
            holds[first] = any(_rests(piece, group, told) for group in among)
            if holds[first]:
                break
    return holds[0]


def _opens(part: _Piece, group: list[_Piece]) -> bool:
    """Whether a part has what a group begins with."""
    first = next((each for each in group if each.content), None)
    begins = [word for word in segment(first.bare) if word in first.content][:3] if first else []
    return bool(begins) and sum(map(part.has, begins)) >= min(2, len(begins))


def _groups(quotes: Iterable[str]) -> Iterator[list[_Piece]]:
    """Each group of the quotes as its segments, with the year that leads in and the units that close its quote."""
    for quote in quotes:
        whole = [each for each in _GROUP.split(quote) if each]
        units = [each for each in whole if _UNITS.search(each)]
        lead: list[str] = []
        for sentence in re.split(r"[。\n]", quote):
            lead = _LEAD_IN.findall(sentence)[:1] if _LEAD_IN.match(sentence) else []
            for group in filter(None, re.split(r"[;!?]", sentence)):
                more = [each for each in units if each != group]
                found = [text for each in (group, *more) for text in _SEGMENT.split(each)]
                yield [_Piece.of(each) for each in (*lead, *found) if each]


def _rests(part: _Piece, group: list[_Piece], told: _Piece) -> bool:
    used = _needed(part, [each for each in group if each.is_used(part)])
    ground = _Piece.of(",".join(each.text for each in used))
    computes = bool(sums(part.text) & sums(told.text))
    return (
        bool(used or computes)
        and _says_nothing_else(part, ground, told, computes)
        and all(_keeps_qualifiers(part, each, computes) for each in used)
        and all(_keeps_qualifiers(part, each, True) for each in _pieces(told.text) if each.is_used(part))
        and (computes or all(_counts_the_same(part, each) for each in used))
        and all(_keeps_change(part, each) for each in used)
    )


def _pieces(text: str) -> list[_Piece]:
    return [_Piece.of(each) for each in _SEGMENT.split(text) if each]


def _needed(part: _Piece, used: list[_Piece]) -> list[_Piece]:
    """Those segments that give a part something the others do not, in their order."""
    gives = {each: {*filter(each.has, part.content), *(part.numbers & each.numbers)} for each in used}
    kept: list[_Piece] = []
    had: set[str] = set()
    for each in sorted(used, key=lambda each: -len(gives[each])):
        if not gives[each] <= had or not gives[each]:
            kept.append(each)
            had |= gives[each]
    return [each for each in used if each in kept]


def _says_nothing_else(part: _Piece, ground: _Piece, told: _Piece, computes: bool) -> bool:
    free = _FREE | _COMPUTING if computes else _FREE
    if any(word in _TURNING and word not in ground.words | told.words for word in part.words):
        return False
    if not all(ground.has(word) or told.has(word) for word in part.content - free):
        return False
    figures = numbers(without_sums(part.text)) <= ground.numbers | told.numbers
    spelled = all(each in ground.text + told.text for each in _SPELLED.findall(part.text))
    latin = all(each in ground.text + told.text for each in _LATIN.findall(part.text))
    return figures and spelled and latin and sums(part.text) <= sums(ground.text) | sums(told.text)


def _keeps_qualifiers(part: _Piece, used: _Piece, computes: bool) -> bool:
    of_figures = bool(used.numbers & part.numbers)
    asked = () if computes else _QUALIFIERS + (_OF_FIGURES if of_figures else ())
    asked += _PER if of_figures else ()
    if any(found.search(used.text) and not kept.search(part.text) for found, kept in asked):
        return False
    return computes or all(
        any(other in part.words for other in others)
        for word, others in _SINGLE_QUALIFIERS.items()
        if word in used.words
    )


def _counts_the_same(part: _Piece, used: _Piece) -> bool:
    """What is said right before a figure stands in the segment of that figure: 新增 is not 总数达到."""
    for piece in _SEGMENT.split(part.text):
        for figure in _FIGURE.finditer(piece):
            before = _Piece.of(piece[: figure.start()])
            words = [word for word in segment(before.bare) if word in before.content]
            if figure.group() in used.numbers and words and not used.has(words[-1]):
                return False
    return True


def _keeps_change(part: _Piece, used: _Piece) -> bool:
    """由60个缩减至30个: never the old figure alone, and the new one as what it comes to."""
    for old, new in _CHANGE.findall(used.text):
        if old in part.numbers and new not in part.numbers:
            return False
        if new in part.numbers and not re.search(rf"[至到为](?:原来的)?{re.escape(new)}(?!\d)", part.text):
            return False
    return True


def _share(text: str, other: str) -> bool:
    left, right = (re.sub(r"\W", "", each) for each in (text, other))
    return any(left[at : at + _RUN] in right for at in range(len(left) - _RUN + 1))
