"""Bounds on figures that a query restricts the search to: 上限不低于500万元的条款, 比例超过30%, 不少于20家.

What the asker spends (我投了6000万), what a figure is asked about (补贴500万能拿多少) and words that read like a clause
(给予最高不超过500万元资助) restrict nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from corpus import InputError, Span
from kb.money import format_yuan, read_amounts
from kb.numerals import NUMBER, fold, parse_number
from kb.query.conditions import Condition, Kind, Limit
from kb.query.figures import AMOUNT, COUNT, COUNTED, PERCENT, Role

_MORE = r"不低于|不少于|不小于|至少|大于等于|大于或等于|≥|>=|达到"
_OVER = r"(?<!不)超过|(?<!不)大于|(?<!不)高于|(?<!不)多于|(?<!不)超出|>|＞"
_LESS = r"不超过|不高于|不大于|不多于|至多|小于等于|小于或等于|≤|<="
_UNDER = r"低于|少于|小于|不足|不到|不满|<|＜"
_BEFORE = rf"(?P<more>{_MORE})|(?P<less>{_LESS})|(?P<over>{_OVER})|(?P<under>(?<!不){_UNDER})"
_AFTER = (
    r"(?P<more_after>(?:及|或|含|\(含\)|（含）)?以上|起步)|(?P<less_after>(?:及|或|\(含\)|（含）)?以[下内])"
)
_BENEFIT = r"补贴|补助|奖励|奖补|资助|支持|扶持|经费|资金|补偿|奖金|津贴|贴息|红包"
_CAP = rf"""(?:
    (?:{_BENEFIT})?(?:金额|额度|标准|比例)?的?(?:上限|最高(?:金额|额度?)?|封顶|顶格|限额)   # 上限, 补助最高
  | 最高(?:{_BENEFIT})(?:金额|额度?|标准|比例)?                                             # 最高补助
  | 最多(?:{_BENEFIT})?                                                                     # 最多奖励
)"""
_RATE = rf"(?:{_BENEFIT}|报销|配套|支付)?的?(?:比例|比率|比重)"
_SUBJECT = rf"""
    (?P<cap>{_CAP})
  | (?P<rate>{_RATE})                                                        # 补助比例
  | (?P<benefit>(?:{_BENEFIT})(?:金额|额度|标准|资金)?|金额|额度)            # 补贴
"""
_FIGURE = rf"""(?<![0-9.零一二三四五六七八九十百千]) (?:
    (?P<percent>{NUMBER}\s?%|百分之{NUMBER})                                 # 30%
  | (?P<amount>{NUMBER}\s?(?:个?亿元?|[千百十]?万元?|元|块))                 # 500万元
  | (?P<count>{NUMBER})\s?(?P<unit>[{COUNTED}])                              # 20家
)"""
_CLAUSES = rf"(?:条款|条文|政策|措施|规定|文件|{_BENEFIT}|项目支持)"
_END = r"(?=[\s\0，,。；;？?！!]|$)"
_LIMIT = re.compile(
    rf"""
    (?:{_SUBJECT})? \s? (?:[是为在]|要|能|可以?|须|应)? \s?
    (?:{_BEFORE})? \s? (?:{_FIGURE}) \s? (?:{_AFTER})?
    (?: 的(?P<noun>{_CLAUSES}) | 的?(?P<end>{_END}|有?哪些|都?有什么) | (?P<next>(?={_BENEFIT}) ) )
    """,
    re.VERBOSE,
)
_ASKS = re.compile(
    r"多少|几|吗|怎么|如何|怎样|能不能|能否|可否|是否|可以|能[拿补领得享报]|谁|为什么|什么(?!政策|条款|措施)|哪(?!些)|算|呢|吧"
)
_ASKER = re.compile(
    r"我们?|咱|本公司|本单位|贵|公司|企业(?!的?条款)|医院|花了?|投了?(?!资|标|放)|投入|投资|营收|收入|销售|产值|注册资本|利润|保费|贷款|资产|人口|面积|缴"
)
_ROLES_OF_CAP = frozenset({Role.CAP})
_ROLES_GIVEN = frozenset({Role.CAP, Role.PLAIN})
_ROLES_ANY = frozenset(Role)
_SIGNS = {"more": ">=", "over": ">", "less": "<=", "under": "<", "more_after": ">=", "less_after": "<="}
_SHOWN = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "=": "="}


def read_limits(text: str) -> Iterator[Condition]:
    """Bounds on figures that a text restricts the search to.

    Args:
        text: as typed, with what was understood already blotted out.
    """
    folded = fold(text)
    asks = bool(_ASKS.search(re.sub(r"(?:有|是)?哪些|都?有什么", "", folded)))
    for match in _LIMIT.finditer(folded):
        condition = _read(match, folded, asks)
        if condition is not None:
            yield condition


def _read(match: re.Match[str], text: str, asks: bool) -> Condition | None:
    signs = [sign for name, sign in _SIGNS.items() if match[name]]
    if len(signs) != 1:
        return None  # 最高500万, 超过500万以上
    comparator, limit = signs[0], _value(match)
    if limit is None or not _restricts(match, text, asks, comparator):
        return None
    kind, value, written = limit
    roles = _ROLES_OF_CAP if match["cap"] else _ROLES_GIVEN if kind == AMOUNT else _ROLES_ANY
    role = ":cap" if roles is _ROLES_OF_CAP else ""
    named = "count" if kind.startswith(COUNT) else kind
    unit = f":{kind.removeprefix(COUNT)}" if kind.startswith(COUNT) else ""
    key = f"{named}{comparator}{value.normalize():f}{unit}{role}"
    called = "上限" if role else {AMOUNT: "金额", PERCENT: "比例"}.get(kind, "数量")
    if role and kind == PERCENT:
        called = "比例上限"
    return Condition(
        Kind.FIGURE,
        key,
        f"{called} {_SHOWN[comparator]} {written}",
        Span(_start(match), _end(match)),
        Limit(kind, comparator, value, roles),
    )


def _start(match: re.Match[str]) -> int:
    """A benefit before the bound says what is looked for and stays to rank by: 补助 of 补助比例不低于40%."""
    if match["benefit"]:
        return match.end("benefit")
    benefit = re.match(_BENEFIT, match["rate"] or "")
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    return start + benefit.end() if benefit else start


def _end(match: re.Match[str]) -> int:
    """A benefit behind 的 says what is looked for and stays to rank by; 条款 and the like go with the condition."""
    if match["noun"] and re.fullmatch(_BENEFIT, match["noun"]):
        return match.start("noun")
    return match.start() + len(match[0].rstrip())


def _restricts(match: re.Match[str], text: str, asks: bool, comparator: str) -> bool:
    before, told = text[: match.start()], text[: match.end()]
    subject = match["cap"] or match["rate"] or match["benefit"]
    if _ASKER.search(told) and not re.search(r"的\s?$|[，,；;]\s?$", before):
        return False
    if asks and not match["noun"]:
        return False
    if asks and re.search(r"我们?|咱|公司|花|投", text):
        return False
    if comparator in ("<=", "<") and not match["noun"]:
        return False  # 最高不超过500万元 is how clauses put it
    if match["next"] is not None and not (match["more_after"] or match["less_after"]):
        return False
    free = not before.strip(" \t\0，,。；;、的") or before[-1] in " \t\0，,；;的" or bool(subject)
    if subject and before and before[-1] not in " \t\0，,；;、的":
        return False  # 研发人员比例超过30%
    if not free and not match["noun"]:
        return bool(match["count"]) and not asks and len(before) <= 8
    if not free:
        return bool(match["count"]) and match["noun"] in ("条款", "条文", "措施", "政策")
    if not subject and not match["noun"] and not match["count"] and match["next"] is None:
        return not before.strip(" \t\0") and not text[match.end() :].strip(" \t\0。？?！!")
    return True


def _value(match: re.Match[str]) -> tuple[str, Decimal, str] | None:
    """Kind, exact value and how it is shown."""
    if match["amount"]:
        try:
            (amount,) = read_amounts(match["amount"])
        except (InputError, ValueError):
            return None
        return AMOUNT, amount.value, format_yuan(amount.value)
    if match["percent"]:
        value = parse_number(match["percent"].removeprefix("百分之").rstrip("% "))
        return None if value is None else (PERCENT, value, f"{value.normalize():f}%")
    value = parse_number(match["count"])
    unit = match["unit"]
    return None if value is None else (COUNT + unit, value, f"{value.normalize():f}{unit}")
