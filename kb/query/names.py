"""The documents a text names: 鲁科字[2024]137号, 687号文, 国务院令第707号, 《若干措施》, 生物医药行动计划."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from corpus import Span
from kb.query.bodies import read_body
from kb.query.known import Known
from kb.query.textform import fold_mapped
from kb.query.titles import Number, Order

_NUMBERED = re.compile(
    r"""
      (?P<agency>[一-鿿]{1,14}?)
        (?: [〔\[(【《〈<](?P<year>(?:19|20)\d\d)[〕\])】》〉>] 第?(?P<serial>\d{1,4})(?!\d)号?   # 鲁科字[2024]137号
          | (?<!公告)(?<!通告)(?<!令)(?P<bare_year>(?:19|20)\d\d)(?:年第?)?(?P<bare_serial>\d{1,4})号(?!令|公告|通告)
        )                                                                             # 鲁发改高技2025年687号
    | (?P<organ>[一-鿿]{0,30}?)(?P<order>令|公告|通告)(?:(?P<of>(?:19|20)\d\d)年)?第?(?P<nth>\d{1,4})号
      # 国务院令第707号, 商务部公告2024年第5号
    | (?P<by>[一-鿿]{0,30}?)(?:(?P<of_first>(?:19|20)\d\d)年)?第?(?P<nth_first>\d{1,4})号(?P<order_last>令|公告|通告)
      # 国务院第707号令, 商务部2024年第5号公告
    | (?<![\d月第.])(?:(?<=[字发函办规政通秘])第)?(?P<short>\d{1,4})号(?P<wen>文件|文(?![化物])|通知)?   # 687号文, 687号
    """,
    re.VERBOSE,
)
_QUOTED_TITLE = re.compile(r"《([^《》]{2,60})》")
_BOTH = re.compile(r"(?:两|2|这俩|俩)(?:个|份|项|部)?(?:文件|政策|文|通知)|(?:这|那)(?:两|俩)(?:个|份)")
# 3号楼, 1号线, 15号截止, 20号之前: no numbers of documents
_NO_DOCUMENT = re.compile(
    r"[楼线院门厅仓车机店桌房厂库井站台铺床路标窗柜坑矿桥岛船舱池炉泵码]|电[话厂]|地块|机组|召开|之?[前后]|以[前后]|"
    r"截止|起|到|至|开始|[上下]午|晚|左右|就"
)
_LED_IN = re.compile(
    r"^.*(?:请问|根据|按照|依据|依照|关于|查询?|看|把|在|对|文件|的|和|与|及|把|是|叫)(?=[一-鿿]{2})"
)
_YEAR_BEFORE = re.compile(r"(?P<year>(?:19|20)\d\d)年?的?$")


class Strength(IntEnum):
    """How surely words name a document."""

    LAST_WORDS = 1  # 若干措施: the one document that ends so
    SHORTENED = 2  # 生物医药行动计划
    SERIAL = 3  # 687号
    TITLE = 4  # its whole title
    QUOTED = 5  # 《若干措施》
    NUMBER = 6  # 鲁科字〔2024〕137号, 687号文


@dataclass(frozen=True, slots=True)
class Named:
    """Words that name documents, with folded offsets; no documents where there is none of that name."""

    documents: tuple[str, ...]
    start: int
    end: int
    strength: Strength


@dataclass(frozen=True, slots=True)
class Mention:
    """Documents a text names.

    Attributes:
        documents: ids of those in the knowledge base, in its order.
        unknown: names or numbers of documents that are not there, as written.
        rest: the folded text without the names, for reading a clause address.
        after: what follows the last name, folded.
        both: several documents are meant.
        sure: a document is named by its number or its whole title, not only by words of it.
        named: each name, in the order found.
    """

    documents: tuple[str, ...]
    unknown: tuple[str, ...]
    rest: str
    after: str
    both: bool = False
    sure: bool = False
    named: tuple[Named, ...] = ()


def find_documents(text: str, known: Known) -> Mention:
    """Which documents a text names, by 文号, its short form, title, shortened title or nickname."""
    folded = fold_mapped(text)
    marked = [*_numbered(folded.text, known), *_quoted(folded.text, known)]
    found = {document for each in marked for document in each.documents}
    unknown = [each for each in marked if not each.documents]
    if found:  # one that is there is meant; the title beside it may be its notice's
        unknown = [each for each in unknown if folded.text[each.start] != "《"]
    marked = [each for each in marked if each.documents or each in unknown]
    names = _unmarked(folded.text, known, [(each.start, each.end) for each in marked])
    named = [*marked, *(each for each in names if not found.issuperset(each.documents))]
    found |= {document for each in names for document in each.documents}
    last = marked[-1].end if marked else max((each.end for each in names), default=None)
    ordered = known.in_order(found)
    return Mention(
        ordered,
        tuple(_as_typed(text, folded.span(each.start, each.end)) for each in unknown),
        _BOTH.sub(" ", _without(folded.text, [*marked, *names])),
        folded.text[last:] if last is not None else "",
        bool(_BOTH.search(folded.text)) or len(ordered) > 1,
        any(each.documents for each in marked) or any(each.strength is Strength.TITLE for each in names),
        tuple(named),
    )


def _as_typed(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _without(text: str, named: Sequence[Named]) -> str:
    left, at = "", 0
    for each in sorted(named, key=lambda one: one.start):
        if each.start >= at:
            left += text[at : each.start] + " "
            at = each.end
    return left + text[at:]


def _quoted(text: str, known: Known) -> Iterator[Named]:
    for match in _QUOTED_TITLE.finditer(text):
        if not re.fullmatch(r"(?:19|20)\d\d", match[1]):
            yield Named(known.titles.by_title(match[1]), match.start(), match.end(), Strength.QUOTED)


def _unmarked(text: str, known: Known, taken: Sequence[tuple[int, int]]) -> list[Named]:
    """Titles and nicknames that stand outside the names already found."""
    for start, end in taken:
        text = text[:start] + "\0" * (end - start) + text[end:]
    found = []
    for start, end, nick in known.titles.names_in(text):
        is_title = nick.text in known.titles.folded[nick.document]
        strength = Strength.TITLE if is_title else Strength.LAST_WORDS
        found.append(Named((nick.document,), start, end, strength))
    for start, end, document in known.titles.short_titles_in(text):
        inside = [each for each in found if each.start < end and start < each.end]
        if all(each.strength is Strength.LAST_WORDS for each in inside):
            found = [each for each in found if each not in inside]
            found.append(Named((document,), start, end, Strength.SHORTENED))
    return sorted(found, key=lambda each: each.start)


def _numbered(text: str, known: Known) -> Iterator[Named]:
    at = 0
    while match := _NUMBERED.search(text, at):
        at = match.end()
        if match["agency"]:
            yield _by_number(match, text, known)
        elif match["short"]:
            named = _by_serial(match, text, known)
            if named is not None:
                yield named
        else:
            named = _by_order(match, text, known)
            if named is not None:
                yield named


def _by_number(match: re.Match[str], text: str, known: Known) -> Named:
    year, serial = match["year"] or match["bare_year"], match["serial"] or match["bare_serial"]
    fitting = [
        each
        for each in known.titles.numbers.get(str(int(serial)), ())
        if each.year == year and match["agency"].endswith(each.agency)
    ]
    longest = max((len(each.agency) for each in fitting), default=0)
    kept = tuple(each.document for each in fitting if len(each.agency) == longest)
    end = match.end()
    if kept:
        return Named(kept, match.end("agency") - longest, end, Strength.NUMBER)
    led_in = _LED_IN.match(match["agency"])
    return Named((), match.start() + (led_in.end() if led_in else 0), end, Strength.NUMBER)


def _by_serial(match: re.Match[str], text: str, known: Known) -> Named | None:
    """687号文; where the words before it are the agency or the year of some of them, those only."""
    before = text[: match.start()]
    hits: Sequence[Number] = known.titles.numbers.get(str(int(match["short"])), ())
    start = match.start()
    strength = Strength.NUMBER if match["wen"] else Strength.SERIAL
    own = [each for each in hits if each.agency and before.endswith(each.agency)]
    if own:
        longest = max(len(each.agency) for each in own)
        hits = [each for each in own if len(each.agency) == longest]
        start, strength = start - longest, Strength.NUMBER
    elif year := _YEAR_BEFORE.search(before):
        hits = [each for each in hits if each.year == year["year"]]
        start = year.start()
    after = text[match.end() :]
    if strength is Strength.SERIAL and _NO_DOCUMENT.match(after):
        return None
    if not hits and not match["wen"] and not after.startswith("第"):
        return None  # 3号 of something else
    return Named(tuple(each.document for each in hits), start, match.end(), strength)


def _by_order(match: re.Match[str], text: str, known: Known) -> Named | None:
    kind = match["order"] or match["order_last"]
    nth = int(match["nth"] or match["nth_first"])
    year = match["of"] or match["of_first"] or ""
    organ = match["organ"] or match["by"] or ""

    def is_meant(order: Order) -> bool:
        return not (year and order.year and year != order.year) and same_organ(organ, order.organ)

    hits = tuple(each.document for each in known.titles.orders.get((kind, nth), ()) if is_meant(each))
    if not hits and not organ and not text.startswith("第", match.end()):
        return None
    return Named(hits, match.start(), match.end(), Strength.NUMBER)


def same_organ(asked: str, own: str) -> bool:
    """Whether words end in the name of an organ, in full or in short.

    >>> same_organ("请问国务院", "中华人民共和国国务院"), same_organ("请问人社部", "人力资源和社会保障部")
    (True, True)
    >>> same_organ("广州市政府", "广州市人民政府"), same_organ("财政部", "民政部")
    (True, False)
    """
    asked, own = (
        name.replace("中华人民共和国", "").replace("人民政府", "政府").replace("中国", "")
        for name in (asked, own)
    )
    if asked.endswith(own) or own.endswith(asked):
        return True
    body = read_body(own)
    return any(
        _shortens(asked[start:], own) or read_body(asked[start:]).is_same(body)
        for start in range(len(asked) - 1)
    )


def _shortens(short: str, full: str) -> bool:
    rest = iter(full)
    return short[0] == full[0] and short[-1] == full[-1] and all(char in rest for char in short)
