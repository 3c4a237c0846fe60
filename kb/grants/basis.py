"""What a share is taken of: 固定资产投资额 in 按固定资产投资额的5%给予补助."""

from __future__ import annotations

import re

from corpus import Span
from kb.grants.sentences import COVER

# words before the basis: 按照不超过…5%, 给予…50%补助, 给予每家企业…
_LEAD = re.compile(
    r"""(?:按照?(?:有关|相关)?规定 | 按照? | 以(?![上下内]) | 由[^，]{0,8}按 | 给予 | 予以 | 返还 | 补助 | 补贴 | 奖励 | 资助 | 减免
       | 贴息 | 优惠 | 报销 | 支付 | 享受 | 可?提高[到至] | 增加 | 标准(?!化|厂房|地)
       | 最高 | 最多 | 至少 | 不(?:得)?(?:超过|高于|低于|少于|多于) | 分别 | 一次性 | 原则上 | 可 | 将 | 为 | 再 | ：
       | 该企业 | 该(?:项目|单位) | 对?其 | 财政 | 资金 | 每家企业 | 企业(?!年|研|实|上|应|缴|投|新|主|增|当|贡|贷|所|利)
       | 每年 | 每月 | 逐年 | [前后][一二三1-9]年 | 在(?=年度|缴)
       )+""",
    re.VERBOSE,
)
_TRAIL = re.compile(
    rf"(?:的|不(?:得)?(?:超过|高于|低于|少于)|最高|至少|总额不超过|按照?|予以|给予|各?为|分别|以|{COVER}|\s|之|达到?)+$"
)
_MULTIPLE = re.compile(r"[一-鿿“”A-Za-z]")
_GENERIC = "比例 支持比例 报销比例 支付比例 补贴比例 补助比例 额度 幅度 年化 资金 企业 项目 单位 个人".split()
# 50%的租金补助, 给予租金优惠: the basis stands behind
_BEHIND = re.compile(
    r"""(?:的|给予|予以|比例)*(?:一次性)?
        (?P<basis>[一-鿿]{0,8}?(?:租金|房租|费用|费|利息|保费|投资额|贷款额|税款|税|价款|成本|工资|公积金|金额))的?
        (?:补贴|补助|奖励|优惠|减免|返还|支持|资助|奖补|报销)
    """,
    re.VERBOSE,
)
_COUNTED = re.compile(r"(?:床位数?|名额|人数|学位数?|户数|座位数?|指标数?|岗位数?|编制数?)$")
MONEY_WORDS = re.compile(
    r"[费额金款租息税价资本]|投入|支出|投资|利率|收入|成本|标准|LPR|财力|贡献|设备|产值|余额|损失|部分"
)


def share_basis(covered: str, start: int, figure: int, end: int, stop: int) -> Span | None:
    """The words between the giving words and a share, or those behind it; None where there are none.

    Args:
        covered: the covered clause.
        start: where the phrase begins, or the figure before ends.
        figure: where the share begins.
        end: where it ends.
        stop: where its phrase ends.

    >>> for words in ("按不超过实际投资额的5%", "给予2月份租金50%的减免", "给予30%补助", "按50%给予租金优惠"):
    ...     at = words.index("%")
    ...     span = share_basis(words, 0, at - len(words[:at]) + len(words[:at].rstrip("0123456789")), at + 1, len(words))
    ...     print(words[span.start:span.end] if span else None)
    实际投资额
    2月份租金
    None
    租金
    """
    words = covered[start:figure]
    trailing = _TRAIL.search(words)
    to = trailing.start() if trailing else len(words)
    begin = 0
    for lead in _LEAD.finditer(words, 0, to):
        if lead.end() < to or not lead[0].endswith("标准"):
            begin = lead.end()
        break_at = words.find("、", lead.end(), to)
        if break_at < 0 and lead.end() < to and _opening(lead[0]):
            begin = lead.end()
            break
    if begin < to and _MULTIPLE.search(words[begin:to]) and words[begin:to].strip(f"的{COVER} ") in _GENERIC:
        begin = to
    if begin < to and _MULTIPLE.search(words[begin:to]):
        while begin < to and words[begin] in f"{COVER} 的":
            begin += 1
        if begin < to:
            return Span(start + begin, start + to)
    behind = _BEHIND.match(covered, end, stop)
    return Span(behind.start("basis"), behind.end("basis")) if behind else None


def _opening(lead: str) -> bool:
    """Whether the lead opens the giving part, so that what follows is all basis."""
    return bool(re.search(r"按|给予|予以|以|不超过|返还|最高", lead))


# 对企业发生的场地费用等，给予80%补贴: the object of 对 is what the share is taken of
_OBJECT = re.compile(
    r"(?:的|企业|机构|单位|项目|人员|对)(?P<basis>[^的，、企]{0,10}?(?:[、和及][^的，、]{1,10}?){0,3}(?:费用?|支出|投入|成本|利息|租金|房租|保费|设备|投资额?|金额|税款|总额|部分))等?(?:费用|支出)?等?$"
)


def object_of(covered: str, start: int, end: int) -> Span | None:
    """The sum that closes the words for the beneficiary, if they close with one.

    >>> words = "对农户创建平台的场地费用和网络使用费等"
    >>> span = object_of(words, 0, len(words))
    >>> words[span.start:span.end]
    '场地费用和网络使用费'
    """
    found = _OBJECT.search(covered[start:end])
    return Span(start + found.start("basis"), start + found.end("basis")) if found else None


def is_count(basis: str) -> bool:
    """Whether a share of this is a number of things and not money.

    >>> is_count("核定床位数"), is_count("投资额")
    (True, False)
    """
    return bool(_COUNTED.search(basis))
