"""Clause addresses and document names as people write them, resolved against the documents there are.

687号文第8条 · 鲁科字[2024]137号第三部分第1条 · 137号三（一） · 《若干措施》第十二条
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from chat.textform import fold
from corpus import Clause, NodeKind, PolicyDocument
from ingest.numbering import chinese_number
from ingest.words import segment

_NUM = r"(?:\d{1,3}|[一二三四五六七八九十百零]{1,6})"
_NUMBERED_DOCUMENT = re.compile(
    r"""
      (?P<full>[一-鿿]{1,14}?\s*[〔\[(【]\s*(?P<year>(?:19|20)\d\d)\s*[〕\])】]\s*第?\s*(?P<serial>\d{1,4})\s*号)
    | (?P<organ>[一-鿿]{0,30}?)(?P<order>令|公告|通告)\s*(?:(?P<of>(?:19|20)\d\d)\s*年)?\s*第?\s*(?P<nth>\d{1,4})\s*号
      # 国务院令第707号, 商务部公告2024年第5号
    | (?P<by>[一-鿿]{0,30}?)(?:(?P<of_first>(?:19|20)\d\d)年)?第?(?P<nth_first>\d{1,4})号(?P<order_last>令|公告|通告)
      # 国务院第707号令, 商务部2024年第5号公告
    | (?<![\d月第])(?P<short>\d{1,4})\s*号(?P<wen>文件|文|通知)?
    """,
    re.VERBOSE,
)
_ORDER = re.compile(r"(?P<organ>.*)(?P<order>令|公告|通告)(?:(?P<of>\d{4})年)?第(?P<nth>\d+)号")
_BARE_YEAR = re.compile(
    r"(?<=[一-鿿])(?<!公告|通告)(?<!令)\s*((?:19|20)\d\d)\s*(?:年第?|\s)\s*(\d{1,4})\s*号(?!令|公告|通告)"
)  # 鲁发改高技 2025 687号
_BETWEEN = re.compile(r"[和与及跟,，;；]|以及")
_NEIGHBOUR = re.compile(r"(?P<before>上|前)一?(?:条|项|款)|(?P<next>下|后)一?(?:条|项|款)")
_QUOTED_TITLE = re.compile(r"《([^《》]{2,60})》")
_BOTH = re.compile(r"(?:两|2|这俩|俩)(?:个|份|项|部)?(?:文件|政策|文|通知)|(?:这|那)(?:两|俩)(?:个|份)")
_STEP = re.compile(
    rf"""
      第(?P<part>{_NUM})(?:大)?(?:部分|章|节|大项|大点|方面|大条)
    | 第?[(（](?P<paren>{_NUM})[)）](?:条|项|点|款)?
    | 第(?P<item>{_NUM})(?:小)?(?:条|项|点)
    | 第(?P<para>{_NUM})款    # as an item where no article stands before it, see _walk
    | (?P<bare>{_NUM})(?=\s*(?:[、/.之-]\s*)?[(（]{_NUM}[)）])[、/.之-]?    # the 三 of 三（一）, 三、（一）, 三/(一)
    | (?P<chain>[一二三四五六七八九十]{{1,3}})\s*[、/]\s*(?P<leaf>\d{{1,3}})(?!\d|[类期年月%万亿家个])  # 二/8
    """,
    re.VERBOSE,
)
_ITEM_AFTER_DOCUMENT = re.compile(
    rf"^(?:文|文件|通知|的|里|中|、|\s)*(?P<n>{_NUM})(?:(?:条|项|点)(?!里|中|措施|政策)|[？?。]?$)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Documents a question names.

    Attributes:
        documents: those found in the knowledge base, in document order.
        unknown: names or numbers of documents that are not there, as written.
        rest: the question without the names, for reading a clause address.
        after: what follows the last name.
        both: several documents are meant.
        sure: a document is named by its number or its whole title, not only by words of it.
    """

    documents: tuple[PolicyDocument, ...]
    unknown: tuple[str, ...]
    rest: str
    after: str
    both: bool = False
    sure: bool = False


def find_documents(question: str, documents: Sequence[PolicyDocument]) -> Mention:
    """Which documents a question names, by 文号, its short form, title or nickname."""
    text = fold(_BARE_YEAR.sub(r"〔\1〕\2号", question))
    found: list[PolicyDocument] = []
    unknown: list[str] = []
    rest, after = text, ""
    for match in _NUMBERED_DOCUMENT.finditer(text):
        hits = _by_number(match, documents)
        named = match["full"] or match["wen"] or match["organ"] or match["by"]
        if not hits and not named and not text[match.end() :].startswith("第"):
            continue  # 3号 of something else
        found += hits
        if not hits:
            unknown.append(match.group())
        rest = rest.replace(match.group(), " ", 1)
        after = text[match.end() :]
    for match in _QUOTED_TITLE.finditer(text):
        hits = [d for d in documents if _same_title(match[1], d)]
        found += hits
        if not hits and not found:
            unknown.append(match.group())
        rest = rest.replace(match.group(), " ", 1)
        after = text[match.end() :]
    titles = {fold(document.title) for document in documents}
    sure = bool(found) or any(title and title in text for title in titles)
    for nickname, document in _nicknames(documents).items():
        if document not in found and (at := text.find(nickname)) >= 0:
            found.append(document)
            after = after or text[at + len(nickname) :]
        rest = rest.replace(nickname, " ")
    rest = _BOTH.sub(" ", rest)
    ordered = tuple(d for d in documents if d in found)
    return Mention(ordered, tuple(unknown), rest, after, bool(_BOTH.search(text)) or len(ordered) > 1, sure)


def _by_number(match: re.Match[str], documents: Sequence[PolicyDocument]) -> list[PolicyDocument]:
    hits = []
    for document in documents:
        number = fold(document.doc_number)
        if match["full"]:
            tail = f"〔{match['year']}〕{match['serial']}号"
            agency = re.sub(r"\s*[〔\[(【].*", "", match["full"])
            own_agency = number.split("〔")[0]
            if number.endswith(tail) and agency.endswith(own_agency):
                hits.append(document)
        elif match["short"]:
            if number.endswith(f"〕{match['short']}号"):
                hits.append(document)
        elif (order := _ORDER.fullmatch(number)) and _same_order(match, order):
            hits.append(document)
    return hits


def _same_order(match: re.Match[str], order: re.Match[str]) -> bool:
    """Whether an order or announcement as a question names it is the one with this number."""
    kind, nth = match["order"] or match["order_last"], match["nth"] or match["nth_first"]
    if kind != order["order"] or int(nth) != int(order["nth"]):
        return False
    year = match["of"] or match["of_first"]
    if year and order["of"] and year != order["of"]:
        return False
    return _same_organ(match["organ"] or match["by"] or "", order["organ"])


def _same_organ(asked: str, own: str) -> bool:
    """Whether words end in the name of an organ, in full or in short.

    >>> _same_organ("请问国务院", "中华人民共和国国务院"), _same_organ("请问人社部", "人力资源和社会保障部")
    (True, True)
    >>> _same_organ("广州市政府", "广州市人民政府"), _same_organ("财政部", "民政部")
    (True, False)
    """
    asked, own = (
        name.replace("中华人民共和国", "").replace("人民政府", "政府").replace("中国", "")
        for name in (asked, own)
    )
    if asked.endswith(own) or own.endswith(asked):
        return True
    return any(_shortens(asked[start:], own) for start in range(len(asked) - 1))


def _shortens(short: str, full: str) -> bool:
    rest = iter(full)
    return short[0] == full[0] and short[-1] == full[-1] and all(char in rest for char in short)


def _same_title(name: str, document: PolicyDocument) -> bool:
    title = fold(document.title)
    return name in title or title in name or name in fold(document.notice_title)


def _nicknames(documents: Sequence[PolicyDocument]) -> dict[str, PolicyDocument]:
    """Short names that point at exactly one document: its kind of text where no other has it, parts of its title."""
    owners: dict[str, set[str]] = {}
    by_id = {document.id: document for document in documents}
    for document in documents:
        title = re.sub(r"\([^()]*\)$", "", fold(document.title))
        for nickname in {title, *_KIND.findall(title), "".join(segment(title)[-2:])}:
            if len(nickname) >= 4:
                owners.setdefault(nickname, set()).add(document.id)
    return {nickname: by_id[next(iter(ids))] for nickname, ids in owners.items() if len(ids) == 1}


_KIND = re.compile(
    r"(?:若干措施|若干政策|若干意见|若干规定|行动计划|行动方案|实施方案|实施意见|实施细则|管理办法|暂行办法)$"
)


def find_clause(
    mention: Mention, documents: Sequence[PolicyDocument]
) -> tuple[bool, list[tuple[PolicyDocument, Clause]]]:
    """Whether the question gives a clause address, and the clauses it stands for among ``documents``.

    An address without a document is looked for in all; the caller decides what several hits mean.
    """
    steps = _steps(mention)
    if not steps:
        return False, []
    hits = _reach(documents, steps)
    if not hits and mention.documents:
        pieces = [replace(mention, rest=piece, after=piece) for piece in _BETWEEN.split(mention.rest)]
        each = [_reach(documents, found) for piece in pieces if (found := _steps(piece))]
        if len(each) > 1 and all(len(found) == 1 for found in each):
            hits = [found[0] for found in each]  # 第8条和第9条
    return True, hits


def asks_paragraph(mention: Mention) -> bool:
    """Whether a 款 of an article is asked for: 第九条第二款."""
    kinds = [kind for kind, _ in _steps(mention)]
    return any(pair == ("item", "para") for pair in pairwise(kinds))


def _reach(
    documents: Sequence[PolicyDocument], steps: list[tuple[str, int]]
) -> list[tuple[PolicyDocument, Clause]]:
    found = ((document, _walk(document, steps)) for document in documents)
    return [(document, clause) for document, clause in found if clause is not None]


def find_neighbour(question: str, document: PolicyDocument, clause: Clause) -> Clause | None:
    """The clause before or after another, where a question asks so (上一条, 下一条); None where it does not or none is.

    Only clauses with text of their own count, so 上一条 of the first item of a part is the last of the part before.
    """
    asked = _NEIGHBOUR.search(question)
    if asked is None:
        return None
    parents = {c.path[:-1] for c in document.clauses if c.kind is NodeKind.CLAUSE}
    leaves = [c for c in document.clauses if c.kind is NodeKind.CLAUSE and c.path not in parents]
    if clause not in leaves:
        return None
    at = leaves.index(clause) + (1 if asked["next"] else -1)
    return leaves[at] if 0 <= at < len(leaves) else None


def _steps(mention: Mention) -> list[tuple[str, int]]:
    steps: list[tuple[str, int]] = []
    for match in _STEP.finditer(mention.rest):
        if match["chain"]:
            pairs = [("bare", match["chain"]), ("leaf", match["leaf"])]
        else:
            kind = match.lastgroup or ""
            pairs = [(kind, match[kind])]
        for kind, digits in pairs:
            number = chinese_number(digits)
            if number is not None:
                steps.append((kind, number))
    if not steps and mention.documents and (item := _ITEM_AFTER_DOCUMENT.match(mention.after)):
        number = chinese_number(item["n"])
        steps = [("item", number)] if number else []
    if len(steps) == 1 and steps[0][0] == "paren" and not mention.documents:
        return []  # a lone （二） is no address
    return steps


def _walk(document: PolicyDocument, steps: list[tuple[str, int]]) -> Clause | None:
    """Follow the steps down the tree; a first 条 or 项 may stand at any depth where its number is unique."""
    clauses = [c for c in document.clauses if c.kind is NodeKind.CLAUSE]
    here: Clause | None = None
    for written, number in steps:
        kind = "item" if written == "para" else written
        if written == "para" and here is not None and here.path[-1].endswith("条"):
            continue  # 款 are paragraphs without a number: the article is all there is to cite
        if here is None:
            candidates = [c for c in clauses if _number(c) == number]
            if kind in ("item", "leaf"):
                articles = [
                    c for c in candidates if c.path[-1].startswith("第") and c.path[-1].endswith("条")
                ]
                running = [c for c in candidates if c.path[-1].isdecimal()]
                candidates = articles or running or [c for c in candidates if c.level == 1]
            elif kind == "paren":
                candidates = [c for c in candidates if c.path[-1].startswith("（")]
            else:
                candidates = [c for c in candidates if c.level == 1]
        else:
            below = list(document.children(here))
            candidates = [c for c in below if _number(c) == number]
            if not candidates and kind in ("item", "leaf") and 0 < number <= len(below):
                candidates = [below[number - 1]]  # 第二部分第1条 of items that run on from part to part
        if len(candidates) != 1:
            return None
        here = candidates[0]
    return here


def _number(clause: Clause) -> int | None:
    label = re.sub(r"^[第（]|[）编章节条]$|[）]$|·\d+$", "", clause.path[-1])
    return chinese_number(label.strip("（）第条章节编"))
