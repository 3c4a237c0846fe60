"""The amounts in a user's message and what each of them is: spending, support received or asked for, premium, other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import zip_longest

from chat.subsidy.phases import read_phases
from chat.subsidy.segments import BREAKS, SENTENCE_ENDS, is_denied
from kb.money import Amount, VagueAmount, read_amounts, read_vague_amounts
from kb.numerals import fold


class Role(Enum):
    """What an amount is."""

    SPENDING = "spending"  # 研发投入, or cost in general
    PRIOR = "prior"  # support already received this year
    SUPPORT = "support"  # support asked for or talked about
    PREMIUM = "premium"  # 保费
    OTHER = "other"  # 营收, 融资, support of an earlier year
    UNCLEAR = "unclear"  # may be spending or support


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount with its role.

    Attributes:
        value: yuan; None where the words give no exact figure (``6000多万``).
        start: offset of the first character.
        end: offset after the last.
        text: as written.
        role: what it is.
        each: said of every one of several things (各, 每个, 都).
        total: said of several things together (一共, 合计).
    """

    value: Decimal | None
    start: int
    end: int
    text: str
    role: Role
    each: bool
    total: bool


# The last of these before an amount says what it is: 花了6000万, 已经拿了8000万, 交了300万保费
_MARKER = re.compile(
    r"""
    (?P<premium> 保费 | 保险费 | 投保 | 买保险 )
  | (?P<spending> 投入 | 投资 | 投 | 花费 | 花 | 耗费 | 耗资 | 支出 | 成本 | 费用 | 研发 | 烧 | 砸 | 掏 | 开支 | 用[了掉去] | 经费 )
  | (?P<support> 拿 | (?<![引带率]) 领 (?![域先军导]) | 获得 | 获 | 得到 | 取得 | 享受 | 收到 | 到账 | 到手 | 批了
      | 补贴 | 补助 | 补 | 支持 | 资助 | 奖 | 给 (?! [我咱]们?(?: 算 | 看 | 讲 | 说 ) ) | 申请 | 申报
      | 上限 | 封顶 | 最高 | 限额 | 额度
      | 为什么 | 为啥 | 怎么 | 凭什么 | 难道 | (?<!投入)(?<!费用)(?<!花费)(?<!投资)应该是 | 算出来 | 结果 | [0-9]% )
  | (?P<other> 多出 | 超出 | 多的那 | 剩下 | 营收 | 收入
      | 销售 | 融资 | 注册资本 | 市值 | 估值 | 产值 | 利润 | 贷款 | 借款 | 规模 | 纳税 | 转让 | 里程碑 | 临床前
      | 去年 | 前年 | 往年 | 上一年 )
    """,
    re.VERBOSE,
)
# right after an amount: 6000万的研发投入, 300万保费, 2000万补贴; but not 6000万补贴多少
_MARKER_AFTER = re.compile(
    r"""
    \s? 的? \s? (?:
        (?P<spending> 研发投入 | 投入 | 研发费用?| 研发 | 成本 | 费用 | 经费 )
      | (?P<premium> 保费 | 保险费 )
      | (?P<received> (?: 都 | 也 )? (?: 已经? | 刚刚? ) (?: 到账 | 到手 | 拿 | 领 | 收 | 获 | 批 )
          | (?: 补贴 | 补助 | 支持 | 资金 ) 已 )
      | (?P<support> (?: 补贴 | 补助 | 支持 | 资助 | 奖励 | 资金 | 上限 | 封顶 | 额度 )
          (?! \s? (?: 多少 | 几 | 吗 | 什么 | 哪 | 比例 ) ) )
      | (?P<asked> [^0-9]{0,5} (?: 到账 | 到手 | 下来 | 拨付 | 发放 | 兑现 ) )
      | (?P<other> 营收 | 收入 | 销售 | 融资 | 利润 | 贷款 )
    )
    """,
    re.VERBOSE,
)
_RECEIVED = re.compile(r"已|过|了|到账|到手|累计|此前|之前|前面|年初|上半年")
_WISHED = re.compile(
    r"能|可以|会(?!议)|想|希望|预计|最多|最高|应该|应得|还[要可]|再|怎么|为什么|申请(?!到|下来)|申报|要(?!是)"
)
_EARLIER_YEAR = re.compile(r"去年|前年|往年|上一年|上年度")
_OTHER_GIVER = re.compile(
    r"国家|中央|市里|市级|市财政|区里|区级|县里|县级|市[^，。]{0,4}[给补奖拨]|20[0-9]{2}年"
)
_EACH = re.compile(r"各|每[个项期款一]|均|都|皆")
_TOTAL = re.compile(r"一共|总共|合计|总计|共计|加起来|加在一起|总投入|总的|总费用|共[花投用]|全部")
_BOUND_BEFORE = re.compile(
    r"(?:不到|不足|不超过|超过|超|至少|起码|大于|小于|高于|低于|多于|少于|未满|不满|最少)\s?$"
)
# 每年投入2000万 is not what the trial cost
_PER_SOMETHING = re.compile(r"每年|每月|每季|每例|每人|年均|月均|人均|平均|单价")
_BOUND_AFTER = re.compile(r"\s?(?:以上|以下|以内|打底|起步|不到)")
_QUESTION = re.compile(r"多少|几|吗|呢|什么|怎么")
_JOINED = re.compile(r"[、/和与及+]|以及|")


def read_mentions(text: str) -> tuple[Mention, ...]:
    """All amounts with their roles; those that are denied (``不是6000万``) are left out.

    Raises:
        InputError: an amount is negative or in foreign currency.

    >>> [(m.text, m.role.value) for m in read_mentions("II期投入6000万，今年已经拿了8000万，能再拿2000万吗")]
    [('6000万', 'spending'), ('8000万', 'prior'), ('2000万', 'support')]
    """
    folded = fold(text)
    found: list[Amount | VagueAmount] = sorted(
        [*read_amounts(text), *read_vague_amounts(text)], key=lambda each: each.start
    )
    found = [each for each, later in zip_longest(found, found[1:]) if not _is_restated(folded, each, later)]
    mentions: list[Mention] = []
    for number, amount in enumerate(found):
        after = found[number + 1].start if number + 1 < len(found) else len(folded)
        mentions.append(_mention(folded, amount, mentions[-1] if mentions else None, after))
    asked_why = re.search(r"为什么|为啥|怎么", folded)
    return tuple(each for each in mentions if asked_why or not is_denied(folded, each.start))


def _is_restated(folded: str, amount: Amount | VagueAmount, later: Amount | VagueAmount | None) -> bool:
    """Whether a vague amount is made exact right after it: 半个亿也就是5000万."""
    if not isinstance(amount, VagueAmount) or not isinstance(later, Amount):
        return False
    return bool(
        re.fullmatch(r"[，,（(]?(?:也就是|就是|即|等于|折合)", folded[amount.end : later.start].strip())
    )


@dataclass(frozen=True, slots=True)
class _Context:
    """What surrounds an amount: the text, where its segment starts, the words before and after in it, the amount before."""

    text: str
    start: int
    segment: int
    before: str
    after: str
    previous: Mention | None


def _mention(folded: str, amount: Amount | VagueAmount, previous: Mention | None, next_start: int) -> Mention:
    segment = _start_of(folded, amount.start, BREAKS + ",:：")
    before = folded[max(segment, previous.end if previous else 0) : amount.start]
    after = folded[amount.end : min(_end_of(folded, amount.end), next_start)]
    bounded = _BOUND_BEFORE.search(before) or _BOUND_AFTER.match(after) or _PER_SOMETHING.search(before)
    exact = isinstance(amount, Amount) and not bounded
    return Mention(
        value=amount.value if exact and isinstance(amount, Amount) else None,
        start=amount.start,
        end=amount.end,
        text=amount.text,
        role=_role(_Context(folded, amount.start, segment, before, after, previous)),
        each=bool(_EACH.search(before)),
        total=bool(_TOTAL.search(before)),
    )


def _role(at: _Context) -> Role:
    """The role of an amount, from the nearest words that tell."""
    if marker := _last_marker(at.before):
        return _by_marker(marker, at.text[at.segment : at.start], at.after)
    if following := _MARKER_AFTER.match(at.after):
        kind = following.lastgroup or ""
        return {"received": Role.PRIOR, "asked": Role.SUPPORT}.get(kind) or Role(kind)
    return _inherited(at)


def _inherited(at: _Context) -> Role:
    """The role of an amount that has no telling word of its own: 已拿了500万、1000万."""
    has_phase = bool(read_phases(at.before))
    previous = at.previous
    if previous and previous.end > at.segment:
        same_breath = has_phase or _JOINED.fullmatch(at.before.strip())
        return previous.role if same_breath else Role.SPENDING
    sentence = _start_of(at.text, at.start, SENTENCE_ENDS)
    if previous and previous.end > sentence and previous.role in (Role.PRIOR, Role.SUPPORT) and has_phase:
        earlier = at.text[_start_of(at.text, previous.start, BREAKS + ",") : previous.end]
        return Role.UNCLEAR if read_phases(earlier) else Role.SPENDING
    if at.segment > sentence and not has_phase:
        leading = at.text[max(sentence, previous.end if previous else 0) : at.segment]
        marker = _last_marker(leading)
        if marker and not _QUESTION.search(leading):
            return _by_marker(marker, leading + at.before, at.after)
    return Role.SPENDING


def _last_marker(text: str) -> re.Match[str] | None:
    return max(_MARKER.finditer(text), key=lambda match: match.start(), default=None)


def _by_marker(marker: re.Match[str], before: str, after: str) -> Role:
    """The role the nearest marker gives, support already received told from support wished for."""
    if marker.lastgroup != "support":
        return Role(marker.lastgroup)
    if re.match(r"\s?来?(?:做|投|用于|用来|搞|开展)", after):
        return Role.SPENDING  # 拿了6000万做II期
    if _EARLIER_YEAR.search(before):
        return Role.OTHER
    received = _RECEIVED.search(before) or re.match(r"\s?(?:了|已|到账)", after)
    if received and not _WISHED.search(before):
        return Role.UNCLEAR if _OTHER_GIVER.search(before) else Role.PRIOR
    return Role.SUPPORT


def _start_of(text: str, at: int, marks: str) -> int:
    """Where the piece between marks that holds this offset starts; a comma inside a number is no mark."""
    for position in range(at - 1, -1, -1):
        if text[position] in marks and not re.fullmatch(r"[0-9],[0-9]", text[position - 1 : position + 2]):
            return position + 1
    return 0


def _end_of(text: str, at: int) -> int:
    for position in range(at, len(text)):
        if text[position] in BREAKS + ",":
            return position
    return len(text)
