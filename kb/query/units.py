"""Units that a query restricts the search to: 由省人社厅牵头的, 卫健委参与的, 牵头单位：省科技厅.

谁牵头 and 省科技厅负责什么 ask about the matter and restrict nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus import Span
from kb.query.bodies import Bodies
from kb.query.conditions import Condition, Kind, UnitRole, Units, Unknown

_NOUN = r"(?:政策)?(?:条款|条文|任务|措施|工作|事项|政策|内容|项目|部分|规定)"
_WHAT = rf"(?:有?哪些|哪几[条项个]|所有|全部|什么)(?:重点)?{_NOUN}?"
_END = r"(?=[\s，,、。；;？?！!\0]|$)"
_VERB = re.compile(
    rf"""
    \s*(?:共同|联合|分别|一起|单独|具体|都|均)?
    (?P<verb> 牵头(?:负责|组织|落实|办理|承办)? | 负责(?:牵头)?(?!人) | 主办 | 承办 | 参与 | 参加 | 配合 | 协办 )
    (?: \s*的 (?:{_NOUN}|{_END}|(?<=牵头的)(?!单位|部门|机构|领导|人)|(?<=主办的)(?!单位|部门|机构))   # 牵头的条款
      | (?: (?<=参与)|(?<=配合) ) 了? (?:哪些|哪几[条项个]){_NOUN}
      | (?: (?<=牵头)|(?<=牵头负责) ) 了? {_WHAT}                                                     # 牵头哪些任务
      | {_END}                                                                                       # 由省人社厅牵头
    )
    """,
    re.VERBOSE,
)
_NAMED = re.compile(
    rf"""
    (?P<role>牵头|主办|责任|负责|参与|参加|配合|协办)(?:单位|部门)\s*(?:[:：=]|是|为|包括|含|有)?\s*
    (?P<names>[一-鿿（）()、和与及]{{2,60}}?)
    (?: 的{_NOUN} | 的?(?=[\s，,。；;？?！!\0]|$) )
    """,
    re.VERBOSE,
)
_OF = re.compile(rf"的(?:牵头|责任)?(?:条款|条文|任务|措施|工作任务|任务分工|事项){_END}")
_ASKS_WHETHER = re.compile(
    r"吗|是否|是不是|对不对|有没有|能不能|为什么|为何|怎么|如何|多少|谁|哪(?:个|家|一)"
)
# what may stand before a unit that ends its clause: 哪些条款由省人社厅牵头, 由省人社厅牵头
_LEADS_IN = re.compile(
    rf"^(?:请问|请|帮我|查一?下?|找一?下?|列出|看看|有?哪些|哪几[条项个]|所有|全部|{_NOUN}|是|要|需要?|都|由|归|的|[\s\0，,。、：:])*$"
)
_BODY = re.compile(
    r"(?:由|是|为|[\s，,。\0]|^)(?P<name>(?!谁|哪|什么|各|有关|相关)[一-鿿]{2,16}(?:厅|局|委|部|办|海关|委员会|办公室|总局))$"
)
_DENIED = re.compile(r"(?:[不非]|除了?|没有?|不是)(?:是|由|在)?\s*$")
_GOES_ON = re.compile(r"(?!都?有(?:哪些|什么))[一-鿿A-Za-z0-9]")
_JOINED = "、和与及,，"
_ROLE_OF = {"牵": UnitRole.LEAD, "主": UnitRole.LEAD, "参": UnitRole.PARTICIPANT, "配": UnitRole.PARTICIPANT}
_ROLE_OF |= {"协": UnitRole.PARTICIPANT}
_CALLED = {UnitRole.LEAD: "牵头单位", UnitRole.PARTICIPANT: "参与单位", UnitRole.ANY: "单位"}


def read_units(text: str, bodies: Bodies) -> Iterator[Condition | Unknown]:
    """Units that a text restricts the search to.

    Args:
        text: as typed, with what was understood already blotted out.
        bodies: units of the knowledge base.
    """
    whole = text.strip()
    if names := bodies.matching(whole) if re.fullmatch(r"[一-鿿（）()]{3,20}", whole) else None:
        at = text.index(whole)
        yield _condition(UnitRole.ANY, whole, names, Span(at, at + len(whole)))
        return
    for match in _VERB.finditer(text):
        yield from _before(text, match, bodies)
    for match in _NAMED.finditer(text):
        if _ASKS_WHETHER.search(text, match.end("names")):
            continue
        found = [(name, bodies.matching(name)) for name in _split(match["names"])]
        if found and all(names for _, names in found):
            role = _ROLE_OF.get(match["role"][0], UnitRole.ANY)
            every = frozenset().union(*(names for _, names in found))
            yield _condition(role, "、".join(n for n, _ in found), every, Span(match.start(), match.end()))
    for match in _OF.finditer(text):
        if found_unit := _units_ending_at(text, match.start(), bodies):
            start, name, names = found_unit
            if _LEADS_IN.match(text[:start]):
                yield _condition(UnitRole.ANY, name, names, Span(start, match.end()))


def _before(text: str, match: re.Match[str], bodies: Bodies) -> Iterator[Condition | Unknown]:
    """The units before a verb such as 牵头."""
    role = _ROLE_OF.get(match["verb"][0], UnitRole.ANY)
    said = match.group()
    open_ended = "的" not in said and not re.search(_WHAT + "$", said)
    found = _units_ending_at(text, match.start(), bodies)
    if found is None:
        body = _BODY.search(text[: match.start()])
        if body and role is UnitRole.LEAD and not open_ended and not _ASKS_WHETHER.search(body["name"]):
            span = Span(body.start("name"), match.end())
            notice = f"知识库里没有由“{body['name']}”牵头的条款。"
            yield Unknown(Kind.UNIT, body["name"], notice, span)
        return
    start, name, names = found
    before = text[:start]
    if _DENIED.search(before):
        return  # 非省科技厅牵头的
    loose = said.rstrip().endswith("的") and _GOES_ON.match(text, match.end())
    if loose and _ASKS_WHETHER.search(text):
        return  # 省科技厅牵头的专项怎么申报: led is the matter, not the clause
    if open_ended and (_ASKS_WHETHER.search(text) or not _LEADS_IN.match(before)):
        return  # a sentence about who leads, no restriction
    if role is UnitRole.ANY and not _LEADS_IN.match(before):
        return
    led_in = re.search(r"(?:由|归)\s*$", before)
    yield _condition(role, name, names, Span(led_in.start() if led_in else start, _end(match)))


def _end(match: re.Match[str]) -> int:
    """Up to the verb and the 的 behind it; the noun after it is left to rank by only where it says something."""
    return match.start() + len(match.group().rstrip())


def _units_ending_at(text: str, end: int, bodies: Bodies) -> tuple[int, str, frozenset[str]] | None:
    """One unit or a list of them that ends at an offset: where it starts, as typed, and the printed names."""
    end = len(text[:end].rstrip())
    found = bodies.ending_at(text, end)
    if found is None:
        return None
    start, names = found
    while start > 2 and text[start - 1] in _JOINED and (more := bodies.ending_at(text, start - 1)):
        start, names = more[0], names | more[1]
    return start, text[start:end], names


def _split(names: str) -> list[str]:
    """``省科技厅、省财政厅`` to names; 和 within a name is kept where it is not followed by 省 or 市."""
    return [name for name in re.split(r"[、,，]|[和与及](?=[省市县区])", names) if name]


def _condition(role: UnitRole, typed: str, names: frozenset[str], span: Span) -> Condition:
    name = re.sub(r"\s+", "", typed)
    printed = sorted(names)
    same = (
        ""
        if printed == [name] or name in printed
        else f"（{'、'.join(printed[:3])}{'等' if len(printed) > 3 else ''}）"
    )
    any_of = "（任一）" if re.search(rf"[{_JOINED}]", name) and len(printed) > 1 and not same else ""
    return Condition(
        Kind.UNIT,
        f"{role.value}:{name}",
        f"{_CALLED[role]}：{name}{same}{any_of}",
        span,
        Units(tuple(printed), role),
    )
