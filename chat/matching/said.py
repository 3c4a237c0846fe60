"""What a message says besides its question, and the figures in it that name what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from chat.subsidy.mentions import Mention, Role, read_mentions
from chat.subsidy.phases import read_phases
from chat.subsidy.segments import BREAKS
from kb.numerals import fold, read_counts

_GIVEN = r"(?:政策|补贴|补助|支持|扶持|奖励|资助|资金|优惠|措施|好处|待遇)"
# 能享受什么, 能享受哪些政策, 有哪些补贴可以申请, 符合哪些条件
ASKS_IN_GENERAL = re.compile(
    rf"""
      (?:能|能够|可以|可|还能|都能|该|够)?(?:享受|申请|申报|领|拿|得到|获得|用|吃)(?:到|上|得到)?
        (?:什么|哪些|哪几[项条个]|啥|多少种)(?:样的|好)?{_GIVEN}*(?!.{{0,4}}(?:条件|材料|流程|要求))
    | (?:有|都有|还有)(?:什么|哪些|哪几[项条个]|啥){_GIVEN}+[^，。；！？!?\n]{{0,4}}?
        (?:可以|能|可|适合|适用|用得)(?:申请|申报|享受|拿|领|用|我们|上|给|于)*
    | (?<![要需须应])(?<!应当)(?:符合|满足|够得?上)(?:了)?(?:什么|哪些|哪几[项条个]|啥)(?:的|项目|{_GIVEN})*(?:{_GIVEN}|条件|要求)
    | (?:什么|哪些|哪几[项条个]|啥){_GIVEN}+[^，。；！？!?\n]{{0,4}}?
        (?:可以|能|可|适合|适用|用得)(?:申请|申报|享受|拿|领|用|我们|上|给|于)+
    """,
    re.VERBOSE,
)
_TAIL = re.compile(r"^[^，。；！？!?\n]*[？?]?")
_HEAD = re.compile(
    r"(?:请问|想问|问一?下|请教|帮.{0,3}看看|看看|我们|我司|公司|企业)*(?:都|还|目前|现在|一共)*$"
)


# who asks: 我们是一家企业, 我院, 公司在烟台
_ASKER = re.compile(
    r"""
      (?:我们|我司|我公司|本公司|咱们|咱|俺们|我厂|我单位|本单位|我企业|本企业|我方)(?:公司|企业|医院|单位|团队|这边)?
        (?:是|为|属于|在|位于|来自|做|从事|有|刚|已|主要|目前|的|[^，。；]{0,8}(?:企业|公司|医院|药企|高校|平台|机构))
    | 我院 | 我校 | 我所 | 本院 | 本校
    | (?:公司|企业|医院|单位)(?:是|在|位于|注册|从事|主要|属于)
    """,
    re.VERBOSE,
)
# 花了1亿, 一共投了6000万元左右
_ONLY_SPENT = re.compile(
    r"(?:我们|大概|大约|约|一共|总共|共|合计|已经|已|前后|差不多)*(?:花费|花|投入|投|用|耗资|烧)(?:了|掉)?(?:大概|大约|约|近)?"
    r"[0-9.,]+[千百十]*[万亿]*元?(?:人民币|左右)?"
)
_ASKS = re.compile(
    r"[？?]|吗|呢|什么|哪|怎么|如何|多少|几(?!年|个月|期)|谁|能不能|能否|是否|可否|有没有|是不是"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A figure and the words it stands in."""

    value: Decimal
    text: str


def without_ask(text: str) -> str:
    """A message without what it asks for: the rest are facts.

    >>> without_ask("我们是烟台的细胞治疗企业能享受哪些政策？"), without_ask("研发投入1亿")
    ('我们是烟台的细胞治疗企业', '研发投入1亿')
    >>> without_ask("我院在济南，有哪些补贴可以申请")
    '我院在济南，'
    """
    found = ASKS_IN_GENERAL.search(text)
    while found:
        before = text[: found.start()]
        if (head := _HEAD.search(before)) and (
            not before[: head.start()] or before[: head.start()][-1] in BREAKS
        ):
            before = before[: head.start()]
        text = before + _TAIL.sub("", text[found.end() :], count=1)
        found = ASKS_IN_GENERAL.search(text)
    return text.strip()


def asks_what_fits(turns: Sequence[str]) -> bool:
    """Whether the last thing asked is what the asker can get in general, and the asker tells of themselves.

    Args:
        turns: the user's messages, oldest first; those after the question only add facts.

    >>> asks_what_fits(["我们是烟台的细胞治疗企业，能享受什么"]), asks_what_fits(["我院在济南，有哪些补贴可以申请？", "核定床位800张"])
    (True, True)
    >>> asks_what_fits(["细胞治疗能享受哪些政策"]), asks_what_fits(["我们是企业，能享受什么", "由谁牵头"])
    (False, False)
    >>> asks_what_fits(["我们是烟台的企业，II期能拿多少"]), asks_what_fits(["我们是企业，申请要符合哪些条件"])
    (False, False)
    """
    asking = [n for n, turn in enumerate(turns) if _ASKS.search(turn) or ASKS_IN_GENERAL.search(turn)]
    if not asking or not ASKS_IN_GENERAL.search(turns[asking[-1]]):
        return False
    left = without_ask(turns[asking[-1]])
    return not _ASKS.search(left) and any(map(_ASKER.search, turns))


def telling(turns: Sequence[str]) -> list[str]:
    """The turns that tell something, without those that ask about something else: their words are no facts.

    >>> telling(["首台套保险怎么补？", "我们是烟台的企业", "能享受什么"])
    ['我们是烟台的企业', '能享受什么']
    """
    return [turn for turn in turns if not _ASKS.search(without_ask(turn))]


def segments(text: str) -> list[str]:
    """A message between punctuation; a comma inside a number is none.

    >>> segments("研发投入1,500万，做完III期。")
    ['研发投入1,500万', '做完III期']
    """
    marks = re.escape(BREAKS)
    return [part for part in re.split(rf"[{marks}]|,(?![0-9]{{3}}(?![0-9]))", text) if part.strip()]


def figures_of(turns: Sequence[str]) -> Mapping[str, Said]:
    """Spending on research, premium and beds that messages give; where one message gives several, none is taken.

    Raises:
        InputError: an amount is negative or in foreign currency.

    >>> {name: str(said.value) for name, said in figures_of(["III期研发投入1亿", "营收2亿，保费30万，核定床位800张"]).items()}
    {'rd_spending': '100000000', 'premium': '300000', 'beds': '800'}
    >>> figures_of(["II期研发投入6000万、III期研发投入1亿"]), figures_of(["投了1亿建厂房"])
    ({}, {})
    """
    found: dict[str, Said] = {}
    for turn in turns:
        for name, values in _figures(turn).items():
            if len({each.value for each in values}) == 1:
                found[name] = values[0]
            else:
                found.pop(name, None)
    return found


def _figures(turn: str) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = {}
    for mention in read_mentions(turn):
        if mention.value is not None and (name := _name_of(turn, mention)):
            found.setdefault(name, []).append(Said(mention.value, mention.text))
    folded = fold(turn)
    for count in read_counts(turn, ("张", "床", "个床位"), ("核定床位", "床位", "病床")):
        if not re.search(r"研究(?:型|用)?(?:床位|病床)[^，。；,]{0,6}$", folded[: count.start]):
            found.setdefault("beds", []).append(Said(count.value, f"{count.value:f}张"))
    return found


def _name_of(turn: str, mention: Mention) -> str:
    """What an amount is, where its own segment says so: a building is no research."""
    segment = segment_at(turn, mention.start)
    if mention.role is Role.PREMIUM:
        return "premium"
    if mention.role is not Role.SPENDING:
        return ""
    if (
        re.search(r"研发|临床|试验", segment)
        or read_phases(segment)
        or is_spent_on_phase(turn, mention.start)
    ):
        return "rd_spending"
    return ""


def is_spent_on_phase(text: str, at: int) -> bool:
    """Whether an amount stands in a segment that says no more than that it was spent, right after one with a phase.

    >>> [is_spent_on_phase(text, text.index("1亿")) for text in ("做完III期，花了1亿", "做完III期，花了1亿建厂房", "花了1亿")]
    [True, False, False]
    """
    start = max((text.rfind(mark, 0, at) for mark in BREAKS), default=-1)
    if (
        start < 0
        or text[start] not in "，,、"
        or not _ONLY_SPENT.fullmatch(fold(segment_at(text, at)).strip())
    ):
        return False
    before = segments(text[:start])
    return bool(before and read_phases(before[-1]))


def segment_at(text: str, at: int) -> str:
    """The segment of a text that an offset lies in."""
    start = max((text.rfind(mark, 0, at) for mark in BREAKS), default=-1) + 1
    ends = [end for mark in BREAKS if (end := text.find(mark, at)) >= 0]
    return text[start : min(ends, default=len(text))]
