"""Whom to turn to: the unit that explains a document, and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus import NodeKind
from ingest.found import Found, found_in
from ingest.mapped import Mapped
from ingest.tree import Node

_PHONE = (
    r"(?:(?:\(|（)?0\d{2,3}(?:\)|）)?[\-—－– ]?)?\d{7,8}(?:[\-—－]\d{1,5}|转\d{1,5})?"  # 020-38622512, 28450520转8001
    r"|1[3-9]\d{9}|12\d{3}|400[\-—－]?\d{3,4}[\-—－]?\d{3,4}"  # 13800000000, 12345, 400-100-2000
)
_OFFICE_LABEL = (
    r"(?:联系单位|联系部门|联系科室|联系处室|咨询单位|咨询部门|受理单位|受理部门|对接部门|对接单位)[：:]"
)
_OFFICE = rf"{_OFFICE_LABEL}[^，。；：:\n]{{2,40}}[，；、,;]?"
_CALL_WORD = r"(?:联系电话|咨询电话|联系方式|咨询热线|服务热线|服务电话|办公电话|业务咨询|政策咨询|(?<![一-鿿])电话(?=[：:]))"
_CALL = re.compile(
    rf"""
    (?P<who>(?:[一-鿿、]{{2,30}}(?:（[一-鿿]{{2,20}}）)?|{_OFFICE})?)                   # 市科技局
    (?P<person>(?:联系人|经办人)[：:]?[一-鿿、]{{2,20}}?[，；、,;]?)?                    # 联系人：张三；
    {_CALL_WORD} [：:]? (?P<phones>(?:{_PHONE})(?:[、，,/或](?:{_PHONE}))*)             # 联系电话：28450520
    """,
    re.VERBOSE,
)
_SHARED = r"(?:按(?:照)?(?:各自)?(?:的)?职(?:责|能)(?:分工)?)?(?:分别|共同)?"
_WHAT = r"(?:具体|本[一-鿿]{2,8})?(?:应用|政策)?的?解释"
_EXPLAINS = re.compile(
    rf"""
      由(?P<by>[^，。；：:由]{{2,80}}?){_SHARED}负责{_WHAT}            # 由市教育局负责解释
    | (?:^|[，。；、])(?P<subject>[^由本第，。；、]{{3,30}}?)负责{_WHAT}  # 市教育局负责本办法的解释
    | 由(?P<alone>[^，。；：:由]{{2,60}}?)(?:进行)?解释                 # 由市教育局解释
    | 解释权(?:归|属于?|由)(?P<right>[^，。；：:]{{2,40}}?)(?:所有|享有|行使|$|[，。；])
    """,
    re.VERBOSE,
)
_SPLIT = re.compile(
    r"、|会同|会商|(?<=[厅局委部办])[会商](?=[市省区县国各有相])|联合|和(?=[省市县区州国])|以及|及(?=[省市县区州国])"
)
_UNIT = re.compile(
    r"(?:人民政府|政府|委员会|办公厅|办公室|管委会|[厅局委办署处部院会]|中心|海关|银行|公司|部门|机构|支队|总队|大队)(?:（[^（）]{2,40}）)?$"
)
_DESK = re.compile(rf"{_UNIT.pattern}|[科股站所队组]$")
_NAMED_OFFICE = re.compile(rf"^{_OFFICE_LABEL}(?P<name>[^，。；：:\n]{{2,40}}?)[，；、,;]?$")
_TALK = re.compile(r"[请可如]|拨打|咨询(?!服务)|致电|联系|具体|疑问")  # 如有疑问请咨询市科技局
_NO_UNIT = re.compile(
    r"^(?:各|有关|相关|其他|责任|其|我|本|牵头|主管|上述|以上|制定|发文|印发|同级|所在|具体)"
)
_ALARM = re.compile(r"拨打|报警|举报|投诉")
_CHROME = re.compile(r"网站|ICP|备案|版权|主办|承办|公网安备|技术支持|无障碍")
_CALL_KEYS = ("电话", "热线", "联系方式", "咨询")
_LINE = re.compile(r"[^\n]+")
_MAX_CONTACTS = 20
_CHROME_WITHIN = 200  # characters at the start of a paragraph that show it is no part of the text
_MAX_PARAGRAPH = 20_000


def read_contacts(nodes: Sequence[Node]) -> list[Found[str]]:
    """Units that explain the document, then units with their telephone numbers, each as printed and once."""
    lines = [
        line
        for node in nodes
        if node.kind not in (NodeKind.HEADER, NodeKind.TITLE)
        for line in _printed(node)
        if not _CHROME.search(line.text, 0, _CHROME_WITHIN)
    ]
    found: dict[str, Found[str]] = {}
    for read, keys in ((_explaining, ("解释",)), (_called, _CALL_KEYS)):
        for line in lines:
            if not any(key in line.text for key in keys):
                continue
            for contact in read(line):
                if len(found) < _MAX_CONTACTS:
                    found.setdefault(contact.value, contact)
    return list(found.values())


def _printed(node: Node) -> Iterator[Mapped]:
    """The paragraphs as the source prints them: a lead-in may have been parted from what follows it."""
    text = node.text()
    for line in _LINE.finditer(text.text):
        yield text.cut(*line.span())


def _explaining(line: Mapped) -> Iterator[Found[str]]:
    """The units that explain.

    >>> def read(text): return [unit.value for unit in _explaining(Mapped(text, tuple(range(len(text)))))]
    >>> read("本办法由市教育局、市财政局负责解释。"), read("由区发展改革委会同相关部门负责解释。"), read("由责任单位负责解释。")
    (['市教育局', '市财政局'], ['区发展改革委'], [])
    """
    for found in _EXPLAINS.finditer(line.text, 0, _MAX_PARAGRAPH):
        group = next(name for name in ("by", "subject", "alone", "right") if found[name])
        start, end = found.span(group)
        cuts = [(mark.start(), mark.end()) for mark in _SPLIT.finditer(line.text, start, end)]
        starts, ends = [start, *(b for _, b in cuts)], [*(a for a, _ in cuts), end]
        for a, b in zip(starts, ends, strict=True):
            name = line.text[a:b]
            if len(name) >= 3 and _UNIT.search(name) and not _NO_UNIT.match(name):
                yield found_in(line, a, b)


def _called(line: Mapped) -> Iterator[Found[str]]:
    """Telephone numbers with the unit that answers them, else as printed.

    >>> def read(text): return [unit.value for unit in _called(Mapped(text, tuple(range(len(text)))))]
    >>> read("（联系人：张三；联系电话：28450520）"), read("市科技局咨询电话：020-38622512。"), read("电话：见附件")
    (['联系人：张三；联系电话：28450520'], ['市科技局 020-38622512'], [])
    >>> read("（对接部门：区科信局；联系人：张三；联系电话：28450520）"), read("如有疑问请找市科技局咨询电话：28450520")
    (['区科信局 28450520'], ['如有疑问请找市科技局咨询电话：28450520'])
    """
    for found in _CALL.finditer(line.text, 0, _MAX_PARAGRAPH):
        if _ALARM.search(found.group()):
            continue
        if unit := _unit(line.text, *found.span("who")):
            name, phones = found_in(line, *unit), found_in(line, *found.span("phones"))
            yield Found(f"{name.value} {phones.value}", (*name.spans, *phones.spans))
            continue
        start = found.start() + len(found.group()) - len(found.group().lstrip("（）、"))
        yield found_in(line, start, found.end())


def _unit(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the name of a unit stands in what comes before a telephone number, None where that is not a unit alone.

    >>> _unit("联系科室：教育科，", 0, 9), _unit("区教育局教育科", 0, 7), _unit("如有疑问请找市科技局", 0, 10)
    ((5, 8), (0, 7), None)
    """
    who = text[start:end]
    if office := _NAMED_OFFICE.match(who):
        return start + office.start("name"), start + office.end("name")
    return (start, end) if _DESK.search(who) and not _TALK.search(who) and who[0] not in "、" else None
