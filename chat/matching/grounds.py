"""Whether words that meet a condition speak of what the condition is about.

A rule's words are made for questions that are about the rule already. A profile is about everything: ``已进入`` is no
sign that a product entered a review procedure where a sentence says 已进入上市辅导, and a company in 山东 is not thereby
a 高水平医院. What is not grounded is left open, never taken as met.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chat.matching.said import segment_at, segments
from chat.subsidy.phases import canonical, phase_name, read_phases
from chat.subsidy.region import provinces, read_whereabouts
from chat.subsidy.segments import BREAKS, find_words, is_denied
from kb.rules import Condition, Rule

# a verb that says nothing by itself: 已进入, 做完, 新升级
_BARE_VERB = re.compile(
    r"""^(?:已经?|刚刚?|都|新|均|正式|顺利|首次)*
    (?:进入|完成|做完|升级?|通过|取得|获得|获批|获评|认定|入选|建成|购买|缴纳|投产|批准|备案|评为|开展|开工|竣工|验收|落地|实施|列入|纳入)+
    (?:了|过|完)?$""",
    re.VERBOSE,
)
_CLASS = re.compile(r"^(?:第?[一二三四1-4]|I{1,3}|IV)类$", re.IGNORECASE)
_DEVICE = re.compile(r"器械|诊断试剂|医疗设备|诊断设备|植入")
# what must be said where a condition requires it, whatever other words meet it
_MUST = (
    "首次", "首台", "首套", "首批", "注册证", "批件", "许可证", "生产许可", "重点研发", "高水平", "高新技术企业",
    "规模以上", "专精特新", "龙头", "链主", "独角兽", "瞪羚", "小微企业", "中小企业", "上市公司", "新认定", "新建", "新设立",
    "备案", "通过验收", "一致性评价", "科技型", "高价值",
)  # fmt: skip
_SAME = {
    "首台": ("首台", "首套"), "首套": ("首台", "首套"), "高新技术企业": ("高新技术企业", "高企"),
    "规模以上": ("规模以上", "规上"), "小微企业": ("小微", "小型微利", "微型企业"),
    "上市公司": ("上市公司", "已上市", "上市企业"),
}  # fmt: skip
# a condition about where something is made, and words that speak of making it; a 生产企业 need not make it where it sits
_MADE = re.compile(r"转化|生产")
_SAYS_MADE = re.compile(
    r"(?<!未)(?<!没)(?<!不)(?:转化|落地|产业化|投产|生产(?!型|性|力|制造)(?!.{0,3}(?:企业|公司|单位|厂家|厂商|商|许可)))"
)
WHO = {
    "企业": re.compile(r"企业|公司|药企|我厂|工厂|我司"),
    "医院": re.compile(r"医院|我院(?!士)|医疗机构|卫生院|诊所"),
    "高校": re.compile(r"高校|大学(?!生)|我校|高等院校"),
    "科研院所": re.compile(r"科研院所|研究院|研究所|科研机构"),
}
_GLUE = re.compile(
    r"""位于|设在|注册|登记|落户|落地|实施|开展|转化|生产|研发|使用|推广|该|其|产品|项目|平台|成果|单位|机构|内|境|省级|市级
    |企业|公司|医院|医疗机构|高校|科研院所|在|的|和|与|及|或|、|，|对|为|并|且|所|有""",
    re.VERBOSE,
)


def met_words(text: str, rule: Rule, condition: Condition, whole: str) -> tuple[str, ...]:
    """The words of a text that meet a condition and are grounded; none where nothing does.

    Args:
        text: the sentence in which the rule's own words found the condition met.
        rule: the rule.
        condition: its condition.
        whole: all that the profile says, for what may be said elsewhere.
    """
    if not _is_said(condition, whole):
        return ()
    said = canonical(text)
    found = [
        match[0]
        for match in find_words(
            said, condition.satisfied_by
        )  # a hint is enough to compute, not to say that it is met
        if not is_denied(said, match.start(), reach=2) and _is_grounded(match, rule, condition, whole)
    ]
    if is_about_making(condition):
        return _made_in(text, condition)
    if found and _has_matter(rule, condition, whole):
        return tuple(dict.fromkeys(found))
    return places_in(text, condition) if condition.home and _is_whole_place(rule, condition, whole) else ()


def places_in(text: str, condition: Condition) -> tuple[str, ...]:
    """The places of a text that a condition about the place accepts."""
    if not condition.home:
        return ()
    return tuple(
        dict.fromkeys(where.place for where in read_whereabouts(text, condition.home) if where.at_home)
    )


def is_about_making(condition: Condition) -> bool:
    """Whether a condition is about where something is converted or produced: the applicant's seat does not meet it."""
    return bool(condition.home and _MADE.search(condition.requires))


def _made_in(text: str, condition: Condition) -> tuple[str, ...]:
    """The places of a text, at home, of which it says that something is made there."""
    made = [segment for segment in segments(canonical(text)) if _SAYS_MADE.search(segment)]
    return tuple(dict.fromkeys(place for segment in made for place in places_in(segment, condition)))


def says_made(words: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether any of the words stands where a text says that something is made."""
    made = [part for text in texts for part in segments(canonical(text)) if _SAYS_MADE.search(part)]
    return any(word in part for word in words for part in made)


def _is_said(condition: Condition, whole: str) -> bool:
    """Whether what a condition must have is said; where the rule's own words have it, they look for it themselves."""
    own = "".join((*condition.satisfied_by, *condition.hinted_by))
    return all(
        any(each in whole for each in _SAME.get(word, (word,)))
        for word in _MUST
        if word in condition.requires and word not in own
    )


def _is_grounded(match: re.Match[str], rule: Rule, condition: Condition, whole: str) -> bool:
    """Whether one word that was found speaks of the condition's matter."""
    said, word, start, end = match.string, match[0], match.start(), match.end()
    if (phase := phase_name(word)) and word.endswith("期"):
        return any(phase in mention.phases for mention in read_phases(condition.requires))
    if _CLASS.match(word) and "器械" in condition.requires:
        return bool(_DEVICE.search(whole)) and not re.match(r"[^，。；]{0,4}(?:药|制品)", said[end:])
    if not _BARE_VERB.match(word):
        return True
    segment = segment_at(said, start)
    about = _matter(rule)
    if any(find_words(segment, about)) or _shares(segment.replace(word, ""), condition.requires):
        return True
    # …特别审查程序，已进入了: nothing follows, and the segment before says what
    if re.match(rf"(?:了|过|完)*\s*(?:[{re.escape(BREAKS)}]|$)", said[end:]) is None:
        return False
    before = [
        part
        for part in re.split(f"[{re.escape(BREAKS)}]", said[: start - segment.index(word)])
        if part.strip()
    ]
    return bool(before) and (any(find_words(before[-1], about)) or _shares(before[-1], condition.requires))


def _has_matter(rule: Rule, condition: Condition, whole: str) -> bool:
    """Whether the profile speaks of the rule's matter at all, where the condition names it: 首台（套）."""
    named = [word for word in _matter(rule) if word in condition.requires]
    return not named or any(find_words(canonical(whole), _matter(rule)))


def _matter(rule: Rule) -> Sequence[str]:
    return (*rule.subject, *rule.keywords)


def _shares(text: str, requires: str, length: int = 3) -> bool:
    """Whether a text has some characters in a row that the condition has."""
    return any(requires[at : at + length] in text for at in range(len(requires) - length + 1))


def _is_whole_place(rule: Rule, condition: Condition, whole: str) -> bool:
    """Whether being at a place is all that a condition requires, or the rest of it is said too.

    Who the applicant must be is not asked here where another condition of the rule asks it.
    """
    names = {condition.home, *provinces().get(condition.home, ()), "本省", "我省"}
    longest = sorted(map(re.escape, names), key=len, reverse=True)
    rest = re.sub("|".join(longest) + "|[省市]", " ", condition.requires)
    pieces = [piece for piece in _GLUE.sub(" ", rest).split() if len(piece) > 1]
    others = [each.requires for each in rule.conditions if not each.home]
    wanted = [
        who
        for who in WHO.values()
        if who.search(condition.requires) and not any(who.search(other) for other in others)
    ]
    return all(piece in whole for piece in pieces) and (
        not wanted or any(who.search(whole) for who in wanted)
    )
