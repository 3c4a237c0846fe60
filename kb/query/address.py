"""Clause addresses as people write them, resolved against the clauses there are.

687号文第8条 · 鲁科字[2024]137号第三部分第1条 · 137号三（一） · 《若干措施》第十二条
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus import Clause, NodeKind
from ingest.numbering import chinese_number
from kb.query.names import Mention

ClausesOf = Callable[[str], Sequence[Clause]]
"""The nodes of a document by its id, in document order."""

_NUM = r"(?:\d{1,3}|[一二三四五六七八九十百零]{1,6})"
_BETWEEN = re.compile(r"[和与及跟,，;；]|以及")
_RANGE = re.compile(rf"第(?P<first>{_NUM})条?[至到~—-]+第?(?P<last>{_NUM})条")
_MOST = 30
_SIDE_BY_SIDE = re.compile(r"条(?:[和与及跟、,，;；]|以及|[至到~—-]+)第[^部章节款项]{1,6}条")  # 第8条和第9条
_LISTED = re.compile(r"[和与及跟,，;；、]|以及")
_NEIGHBOUR = re.compile(r"(?P<before>上|前)一?(?:条|项|款)|(?P<next>下|后)一?(?:条|项|款)")
STEP = re.compile(
    rf"""
      第(?P<part>{_NUM})(?:大)?(?:部分|章|节|大项|大点|方面|大条)
    | 第?[(（](?P<paren>{_NUM})[)）](?:条|项|点|款)?
    | 第(?P<item>{_NUM})(?:小)?(?:条(?!例)|项(?!目)|点)
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
class Found:
    """A clause an address stands for, and the document it is in."""

    document: str
    clause: Clause


def find_clause(
    mention: Mention, documents: Iterable[str], clauses_of: ClausesOf
) -> tuple[bool, list[Found]]:
    """Whether a text gives a clause address, and the clauses it stands for among some documents.

    An address without a document is looked for in all; the caller decides what several hits mean.
    """
    mention = replace(mention, rest=_RANGE.sub(_each, mention.rest))
    steps = _steps(mention)
    if not steps:
        return False, []
    among = list(documents)
    hits = []
    if mention.documents and _SIDE_BY_SIDE.search(mention.rest):
        hits = _several(mention, among, clauses_of)
    elif not _SIDE_BY_SIDE.search(mention.rest):
        hits = _reach(among, clauses_of, steps)
    if not hits and mention.documents:
        hits = _several(mention, among, clauses_of)
    return True, hits


def _each(span: re.Match[str]) -> str:
    """第3条至第5条 with all it stands for; as it is where it is no span of a few articles."""
    first, last = chinese_number(span["first"]) or 0, chinese_number(span["last"]) or 0
    if not 0 < first < last < first + _MOST:
        return span.group()
    return "、".join(f"第{number}条" for number in range(first, last + 1))


def _several(mention: Mention, among: Sequence[str], clauses_of: ClausesOf) -> list[Found]:
    """Clauses of a list of addresses: 第8条和第9条, 第8条、第9条."""
    for between in (_BETWEEN, _LISTED):
        pieces = [replace(mention, rest=piece, after=piece) for piece in between.split(mention.rest)]
        each = [_reach(among, clauses_of, found) for piece in pieces if (found := _steps(piece))]
        if len(each) > 1 and all(len(found) == 1 for found in each):
            return [found[0] for found in each]
    return []


def asks_paragraph(mention: Mention) -> bool:
    """Whether a 款 of an article is asked for: 第九条第二款."""
    kinds = [kind for kind, _ in _steps(mention)]
    return any(pair == ("item", "para") for pair in pairwise(kinds))


def find_neighbour(question: str, clauses: Sequence[Clause], clause: Clause) -> Clause | None:
    """The clause before or after another, where a question asks so (上一条, 下一条); None where it does not or none is.

    Only clauses with text of their own count, so 上一条 of the first item of a part is the last of the part before.

    Args:
        question: as typed.
        clauses: all of the document, in order.
        clause: the one asked about before.
    """
    asked = _NEIGHBOUR.search(question)
    if asked is None:
        return None
    parents = {c.path[:-1] for c in clauses if c.kind is NodeKind.CLAUSE}
    leaves = [c.id for c in clauses if c.kind is NodeKind.CLAUSE and c.path not in parents]
    if clause.id not in leaves:
        return None
    at = leaves.index(clause.id) + (1 if asked["next"] else -1)
    wanted = leaves[at] if 0 <= at < len(leaves) else None
    return next((c for c in clauses if c.id == wanted), None)


def _reach(documents: Sequence[str], clauses_of: ClausesOf, steps: Sequence[tuple[str, int]]) -> list[Found]:
    found = ((document, _walk(clauses_of(document), steps)) for document in documents)
    return [Found(document, clause) for document, clause in found if clause is not None]


def _steps(mention: Mention) -> list[tuple[str, int]]:
    steps: list[tuple[str, int]] = []
    for match in STEP.finditer(mention.rest):
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


def _walk(every: Sequence[Clause], steps: Sequence[tuple[str, int]]) -> Clause | None:
    """Follow the steps down the tree; a first 条 or 项 may stand at any depth where its number is unique."""
    clauses = [c for c in every if c.kind is NodeKind.CLAUSE]
    here: Clause | None = None
    for written, number in steps:
        kind = "item" if written == "para" else written
        if written == "para" and here is not None and here.path[-1].endswith("条"):
            continue  # 款 are paragraphs without a number: the article is all there is to cite
        if here is None:
            candidates = _outermost([c for c in clauses if _number(c) == number], kind)
        else:
            below = [c for c in clauses if c.path[:-1] == here.path]
            candidates = [c for c in below if _number(c) == number]
            if not candidates and kind in ("item", "leaf") and 0 < number <= len(below):
                candidates = [below[number - 1]]  # 第二部分第1条 of items that run on from part to part
        if len(candidates) != 1:
            return None
        here = candidates[0]
    return here


def _outermost(numbered: list[Clause], kind: str) -> list[Clause]:
    """Of the clauses of a number, those that the first step of an address may mean."""
    if kind in ("item", "leaf"):
        articles = [c for c in numbered if c.path[-1].startswith("第") and c.path[-1].endswith("条")]
        running = [c for c in numbered if c.path[-1].isdecimal()]
        return articles or running or [c for c in numbered if c.level == 1]
    if kind == "paren":
        return [c for c in numbered if c.path[-1].startswith("（")]
    return [c for c in numbered if c.level == 1]


def _number(clause: Clause) -> int | None:
    label = re.sub(r"^[第（]|[）编章节条]$|[）]$|·\d+$", "", clause.path[-1])
    return chinese_number(label.strip("（）第条章节编"))
