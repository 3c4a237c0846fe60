"""Names in a claim: documents, clause addresses, government bodies with their part, places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chat.check.support import Source, Support, fold_text
from corpus import Clause
from ingest.numbering import chinese_number
from ingest.regions import divisions
from kb.query.address import STEP
from kb.query.bodies import read_body
from kb.query.places import find_places

_DOC = re.compile(
    r"(?P<agency>[一-鿿]{0,14})\s?[〔\[(（【]\s?(?P<year>(?:19|20)\d\d)\s?[〕\])）】]\s?第?\s?(?P<n>\d{1,5})\s?号"
)
_SERIAL = re.compile(r"(?<![\d〕\])）】第A-Za-z])第?(?P<n>\d{1,4})\s?号(?![楼线院门厅仓车机店桌房])")
_TITLE = re.compile(r"《([^《》]{2,80})》")
_LONE_PAREN = re.compile(r"(?:号|文件?|通知|第|、|[一二三四五六七八九十]|部分|章|条|》|\s)$")

_CORES = (
    "科技|科学技术|发展和?改革|发改|工业和信息化|工信|经济和信息化|经信|财政|教育|民政|公安|司法|"
    "人力资源和?社会保障|人社|商务|卫生健康|卫健|医疗保障|医保"
    "|药品监督管理|药监|市场监督管理|市场监管|市监|自然资源和?规划|自然资源|生态环境|环保|住房和?城乡建设|住建|"
    "交通运输|交通|水利|农业农村|农业|文化和旅游"
    "|文旅|文化广电和?旅游|应急管理|应急|审计|统计|体育|税务|国资|大数据(?:管理|发展)?|数据(?:管理)?|林业和?草原|"
    "林草|海洋|能源|粮食和?物资储备|外事|知识产权|退役军人(?:事务)?"
    "|地方金融(?:监督)?管理|金融(?:监督管理|监管|工作)?|投资促进|招商|政务服务|机关事务|信访|行政审批(?:服务)?|"
    "网信|宣传|组织|统战|政法|编|科技|国家发展改革"
)
_BODY = re.compile(
    rf"""
    (?P<name>
      (?: 省 | 市 | 自治区 | 州 | 县 | 区 | 国家 )? 委?
      (?: (?:{_CORES}) (?: 委员会办公室 | 委员会 | 委 | 厅 | 局 | 部(?![分门署委件]) | 办公室 | 办(?![法理事公]) | 总局 )
        | 人民政府(?:办公[厅室])? | (?:省|市|县|区)政府办公[厅室] | 海关(?!总署|特殊|监管|编码) | 科技委 )
    )
    """,
    re.VERBOSE,
)
_UNKNOWN_PLACE = re.compile(
    r"(?:^|[^一-鿿]|[由是为对向经和与及在报请同])(?P<place>(?![由是为对向经和与及在报请同])[一-鿿]{2,3})$"
)
_JOIN = re.compile(r"\s?(?:[、,，]|和|与|及|以及|会同|联合|、?（)?\s?")
_LEADS = re.compile(
    r"(?:等)?(?:\d+|[一二两三四五六七八九十]+)?(?:个|家)?(?:部门|单位)?(?:共同|联合|分别|具体|一起|单独|为|是|"
    r"作为)*(?:负责)?(?:牵头(?!单位的配合)|主办|组织牵头)"
)
_TAKES_PART = re.compile(
    r"(?:等)?(?:\d+|[一二两三四五六七八九十]+)?(?:个|家)?(?:部门|单位)?(?:共同|联合|分别|为|是|作为|"
    r"按(?:照)?(?:各自)?职责(?:分工)?)*(?:参与|参加|配合|协办|协助|协同)"
)
_LEAD_BEFORE = re.compile(
    r"(?:牵头|主办)(?:(?:单位|部门|方|机构)(?:的?(?:是|为|由|包括|有|均为|都是|：|:|，))*|(?:的|：|:|是|为)+)\s?$"
)
_PART_BEFORE = re.compile(
    r"(?:参与|配合|协办|参加)(?:的)?(?:单位|部门|方)?(?:的?(?:是|为|由|包括|有|还有|：|:|（责任）单位：))*\s?$|会同\s?$"
)


def name_problems(claim: str, support: Support, everywhere: Sequence[Source]) -> Iterator[str]:
    """Names that the support does not have, or not in this part.

    Args:
        claim: words of the answer.
        support: what they rest on.
        everywhere: all citations of the answer, whose documents any sentence may name.
    """
    yield from _documents(claim, support, everywhere)
    yield from _addresses(claim, support)
    yield from _bodies(claim, support)
    yield from _places(claim, support, everywhere)


# -- documents ---------------------------------------------------------------------------------------------------


def _documents(claim: str, support: Support, everywhere: Sequence[Source]) -> Iterator[str]:
    sources = support.sources or everywhere
    ids = {source.document_id for source in sources}
    told = "\n".join((support.said, support.made, support.quoted))
    numbers = {(m["agency"], m["year"], m["n"]) for m in _DOC.finditer(told)}
    own = {(m["year"], m["n"], m["agency"]) for each in ids if (m := _DOC.match(each))}
    for match in _DOC.finditer(claim):
        agency = match["agency"]
        of_id = any(
            (match["year"], match["n"]) == (year, n) and (agency.endswith(code) or not agency)
            for year, n, code in own
        )
        is_cited = any((match["year"], match["n"]) == (year, n) for year, n, _ in own)
        of_told = any(
            (match["year"], match["n"]) == (year, n) and _same_code(agency, code) for code, year, n in numbers
        )
        if not of_id and (is_cited or not of_told):
            yield f"文号“{match.group().strip()}”不是所引文件的文号"
    serials = {n for _, n, _ in own} | {n for _, _, n in numbers} | {m["n"] for m in _SERIAL.finditer(told)}
    serials |= set(re.findall(r"(\d{1,5})号", " ".join(ids)))
    for match in _SERIAL.finditer(_DOC.sub(" ", claim)):
        if match["n"] not in serials:
            yield f"“{match.group().strip()}”不是所引文件的文号"
    titles = fold_text("\n".join((told, *(s.citation.document for s in everywhere))))
    for match in _TITLE.finditer(claim):
        if fold_text(match[1]) not in titles:
            yield f"“{match.group()}”不是所引文件的名称"


def without_addresses(text: str) -> str:
    """A text whose document numbers and clause addresses are blotted out, in the same length."""
    masked = _DOC.sub(lambda match: "\0" * len(match.group()), text)
    for address in _read_addresses(text):
        masked = masked[: address.start] + "\0" * (address.end - address.start) + masked[address.end :]
    return _SERIAL.sub(lambda match: "\0" * len(match.group()), masked)


def _same_code(one: str, other: str) -> bool:
    """Whether two runs of characters before a number end in the same code of an agency: 与鲁科字 and 鲁科字."""
    shared = next((n for n in range(min(len(one), len(other)), 0, -1) if one[-n:] == other[-n:]), 0)
    rest = one[: len(one) - shared][-1:], other[: len(other) - shared][-1:]
    return (shared >= 2 and not any(char in _PROVINCES for char in rest if char)) or one == other


# -- clause addresses --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Address:
    """A clause address: its numbers, and the words."""

    numbers: tuple[int, ...]
    start: int
    end: int
    text: str


def _read_addresses(text: str) -> list[_Address]:
    found: list[_Address] = []
    masked = _DOC.sub(lambda match: "号" * len(match.group()), text)
    for step in STEP.finditer(masked):
        if (
            step["paren"]
            and not step.group().startswith("第")
            and not _LONE_PAREN.search(masked[: step.start()])
        ):
            continue  # （一） of an enumeration
        if (
            step["bare"]
            and not re.search(r"(?:号|文件?|》|第|的|\s|^)$", masked[: step.start()])
            and not re.match(r"[、/.]", masked[step.end("bare") :])
        ):
            continue
        written = (step["chain"], step["leaf"]) if step["chain"] else (step[step.lastgroup or ""],)
        numbers = tuple(n for each in written if (n := chinese_number(each)) is not None)
        if (
            found
            and step.start() - found[-1].end <= 2
            and not re.search("[，和与及；]", masked[found[-1].end : step.start()])
            and not _begins_anew(step)
        ):
            last = found.pop()
            found.append(
                _Address(last.numbers + numbers, last.start, step.end(), text[last.start : step.end()])
            )
        else:
            found.append(_Address(numbers, step.start(), step.end(), step.group()))
    return found


def _begins_anew(step: re.Match[str]) -> bool:
    """第8条、第9条 are two addresses."""
    return bool(step["item"]) and step.group().endswith("条") and False


@lru_cache(4096)
def _path_numbers(clause_path: tuple[str, ...]) -> tuple[int, ...]:
    found = []
    for label in clause_path:
        bare = re.sub(r"·\d+$", "", label).strip("第（）()章节条编部分款、.")
        if (number := chinese_number(bare)) is not None:
            found.append(number)
    return tuple(found)


def _is_of(address: _Address, clause: Clause) -> bool:
    """Whether an address is that of a clause or of one above it."""
    path = _path_numbers(clause.path)
    length = len(address.numbers)
    return any(path[at : at + length] == address.numbers for at in range(len(path) - length + 1))


def _addresses(claim: str, support: Support) -> Iterator[str]:
    if not support.sources:
        return
    told = fold_text("\n".join((support.quoted, support.said, support.made, support.named)))
    for address in _read_addresses(claim):
        sources = support.sources
        if named := list(_DOC.finditer(claim[: address.start])):
            last = named[-1]
            if address.start - last.end() <= 2:
                sources = (
                    tuple(s for s in sources if s.document_id.endswith(f"〔{last['year']}〕{last['n']}号"))
                    or sources
                )
        if any(_is_of(address, source.clause) for source in sources):
            continue
        if fold_text(address.text) in told and address.text.startswith("第"):
            continue
        yield f"“{address.text.strip()}”不是所引条款的位置"


# -- government bodies -------------------------------------------------------------------------------------------


@lru_cache(4096)
def _bodies_in(text: str) -> tuple[tuple[int, int, str], ...]:
    found = []
    for match in _BODY.finditer(text):
        start = match.start() - _place_before(text[: match.start()], match["name"])
        found.append((start, match.end(), text[start : match.end()]))
    return tuple(found)


def _place_before(before: str, name: str) -> int:
    """How many characters of a place stand before a body: 山东 of 山东省科技厅, 青岛 of 青岛海关."""
    known = divisions()
    for length in range(min(8, len(before)), 1, -1):
        words = before[-length:]
        if any(
            words + suffix in known for suffix in ("", *(name[:1] if name[:1] in "省市县区州" else "省市"))
        ):
            return length
    unknown = _UNKNOWN_PLACE.search(before) if name[:1] in "市县区" else None
    return len(unknown["place"]) if unknown else 0


def _same(name: str, others: Sequence[str]) -> bool:
    body = read_body(name)
    return any(name == other or body.is_same(read_body(other)) for other in others)


def _bodies(claim: str, support: Support) -> Iterator[str]:
    found = _bodies_in(claim)
    if not found:
        return
    lead = [unit for source in support.sources for unit in source.clause.lead]
    part = [unit for source in support.sources for unit in source.clause.participants]
    told = "\n".join((support.quoted, support.said, support.made, support.named))
    known = [*lead, *part, *(name for _, _, name in _bodies_in(told)), *support.quoted.split("\n")]
    for run in _runs(claim, found):
        after, before = claim[run[-1][1] :], claim[: run[0][0]]
        leads = bool(_LEADS.match(after)) or bool(_LEAD_BEFORE.search(before))
        takes_part = not leads and (bool(_TAKES_PART.match(after)) or bool(_PART_BEFORE.search(before)))
        for _, _, name in run:
            if not _same(name, known) and name not in told:
                yield f"“{name}”不在所引的原文里"
            elif leads and (lead or part) and not _same(name, lead):
                yield f"“{name}”不是所引条款的牵头单位"
            elif takes_part and (lead or part) and not _same(name, part):
                yield f"“{name}”不是所引条款的参与单位"


def _runs(claim: str, found: Sequence[tuple[int, int, str]]) -> Iterator[list[tuple[int, int, str]]]:
    """Bodies named in one list."""
    run: list[tuple[int, int, str]] = []
    for each in found:
        if run and not _JOIN.fullmatch(claim[run[-1][1] : each[0]]):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


# -- places ------------------------------------------------------------------------------------------------------

_PROVINCES = dict(
    pair.split(":")
    for pair in (
        "鲁:山东 京:北京 津:天津 沪:上海 渝:重庆 冀:河北 晋:山西 辽:辽宁 吉:吉林 黑:黑龙江 苏:江苏 浙:浙江 皖:安徽 "
        "闽:福建 赣:江西 豫:河南 鄂:湖北 湘:湖南 "
        "粤:广东 桂:广西 琼:海南 川:四川 黔:贵州 滇:云南 云:云南 陕:陕西 甘:甘肃 青:青海 藏:西藏 宁:宁夏 新:新疆 蒙:内蒙古"
    ).split()
)


def _places(claim: str, support: Support, everywhere: Sequence[Source]) -> Iterator[str]:
    found = find_places(claim)
    if not found:
        return
    told = "\n".join((support.quoted, support.said, support.made, support.named))
    told += "\n".join(
        part for s in everywhere for part in (s.citation.document, *s.clause.lead, *s.clause.participants)
    )
    codes = {source.document_id[:1] for source in everywhere}
    homes = [_PROVINCES[code] for code in codes if code in _PROVINCES]
    for place in found:
        short = re.sub(r"[省市区县]$", "", place.name) if len(place.name) > 2 else place.name
        if short in told or any(short.startswith(home) for home in homes) or short[:1] in codes:
            continue
        yield f"地名“{place.name}”不在所引的原文里"
