"""Phases of clinical trials as people write them: ``I、II、III期``, ``二期``, ``Ⅱ期``, ``phase 2``, ``IIa期``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.numerals import fold

_NAMES = {
    **dict.fromkeys(("Ⅰ", "I", "1", "一"), "I"),
    **dict.fromkeys(("Ⅱ", "II", "2", "二"), "II"),
    **dict.fromkeys(("Ⅲ", "III", "3", "三"), "III"),
    **dict.fromkeys(("Ⅳ", "IV", "4", "四"), "IV"),
    **dict.fromkeys(("Ⅴ", "V", "5", "五"), "V"),
    **dict.fromkeys(("0", "零"), "0"),
}
_ROMANS = str.maketrans({"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "Ⅴ": "V"})
_ORDER = ("0", "I", "II", "III", "IV", "V")

_ONE = r"(?: Ⅰ | Ⅱ | Ⅲ | Ⅳ | Ⅴ | IV | III | II | I | V | [0-5] | [零一二三四五] )"
_ITEM = rf"(?: {_ONE} (?: \s?[abc](?![a-z]) )? )"
_JOIN = r"(?: \s? (?: [、,，/+&~～—–-] | 和 | 与 | 及 | 以及 | 到 | 至 | 或 ) \s? )"
_SPAN = r"(?: \s? 期 \s? (?: 临床 )? (?: 一直 )? (?: 做到 | 到 | 至 | [~～—–-] ) \s? )"  # I期到III期
# what makes 一期 a part of something else than a trial: 一期工程, 二期厂房
_NOT_A_TRIAL = r"""
    工程 | 项目建设 | 建设 | 厂房 | 厂区 | 车间 | 扩建 | 改造 | 基地 | 园区 | 产业园 | 建成 | 开工 | 竣工 | 贷款 | 债券 | 基金
  | 付款 | 款项 | 款(?!药|产品) | 货 | 培训 | 刊 | 征稿 | 融资
"""
_MENTION = re.compile(
    rf"""
    (?<! [A-Za-z0-9ⅠⅡⅢⅣⅤ十百千] ) (?<! [0-9]\.(?=[0-9]) )
    (?: (?: phase | ph | 第 ) \s? )?
    (?: (?P<run> (?<!分)(?!(?<=[哪某每任同])[一1]) (?: [一二三四]{{2,4}} | [ⅠⅡⅢⅣ]{{2,4}} ) ) \s? 期
      | (?P<list> (?<!分)(?!(?<=[哪某每任同])[一1]) {_ITEM} (?: (?: {_JOIN} | {_SPAN} ) {_ITEM} )* ) \s? (?: 期 | (?= \s? 临床 ) )
    )
    (?! \s? (?: {_NOT_A_TRIAL} ) )
  | (?<! [A-Za-z] ) (?: phase | ph ) \s? (?P<english> {_ITEM} ) (?! [A-Za-z0-9] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# 三期都做完了 is all three phases, not phase III; which ones cost what has to be said anyway
_ALL_THREE = re.compile(r"(?<![、，,和与及期])[三3]\s?期(?:都|全部?|均|一起)")
_EACH = re.compile(_ONE, re.VERBOSE | re.IGNORECASE)
_RANGE = re.compile(r"[~～—–-]|到|至")
_SUBSTAGE = re.compile(rf"{_ONE} \s? [abc]", re.VERBOSE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhaseMention:
    """Phases named together.

    Attributes:
        phases: canonical names (I, II, III, IV, V, 0) in the order named; a range names all in between.
        start: offset of the first character.
        end: offset after the last.
        seamless: two phases run as one trial, ``I/II期``: which one it counts as is not ours to say.
        substage: a part of a phase, ``IIa期``.
    """

    phases: tuple[str, ...]
    start: int
    end: int
    seamless: bool = False
    substage: bool = False


def read_phases(text: str) -> tuple[PhaseMention, ...]:
    """All phases named in a text.

    >>> [m.phases for m in read_phases("I、II、III期；二期；Ⅰ-Ⅲ期；phase 2；一期工程；分三期；短期")]
    [('I', 'II', 'III'), ('II',), ('I', 'II', 'III'), ('II',)]
    """
    folded = fold(text)
    found = _MENTION.finditer(folded)
    return tuple(_mention(match) for match in found if not (_ALL_THREE.match(folded, match.start())))


def canonical(text: str) -> str:
    """The folded text with every phase and Roman numeral written the same way, for looking up words.

    >>> canonical("做完了二期、Ⅳ期的Ⅰ类药")
    '做完了II期、IV期的I类药'
    """
    folded, written, end = fold(text), [], 0
    for mention in read_phases(text):
        written += [folded[end : mention.start], "、".join(f"{phase}期" for phase in mention.phases)]
        end = mention.end
    return "".join([*written, folded[end:]]).translate(_ROMANS)


def phase_name(text: str) -> str | None:
    """The one phase a field names, with or without 期.

    >>> phase_name("ii"), phase_name("二期"), phase_name("Phase 3"), phase_name("六")
    ('II', 'II', 'III', None)
    """
    written = fold(text).strip()
    if bare := re.fullmatch(_ONE, written, re.VERBOSE | re.IGNORECASE):
        return _NAMES[bare[0].upper()]
    mentions = read_phases(written)
    if (
        len(mentions) == 1
        and len(mentions[0].phases) == 1
        and mentions[0].end - mentions[0].start == len(written)
    ):
        return mentions[0].phases[0]
    return None


def _mention(match: re.Match[str]) -> PhaseMention:
    written = match["run"] or match["list"] or match["english"]
    pieces = list(written) if match["run"] else [each[0].upper() for each in _EACH.finditer(written)]
    names = [_NAMES[piece] for piece in pieces]
    if len(names) == 2 and _RANGE.search(written) and _ORDER.index(names[0]) < _ORDER.index(names[1]):
        names = list(_ORDER[_ORDER.index(names[0]) : _ORDER.index(names[1]) + 1])
    seamless = "/" in written and len(names) == 2
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    return PhaseMention(tuple(names), start, match.end(), seamless, bool(_SUBSTAGE.search(written)))
