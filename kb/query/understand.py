"""A typed query in, its conditions out: every one can be taken away, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from corpus import Clause, Span
from kb.names import name_key
from kb.query.address import STEP, ClausesOf, Found, find_clause
from kb.query.conditions import (
    Clauses,
    Condition,
    Documents,
    Kind,
    Understood,
    Unknown,
    remainder,
)
from kb.query.days import read_days
from kb.query.issuers import read_issuers
from kb.query.known import Known
from kb.query.limits import read_limits
from kb.query.names import Mention, Named, Strength, find_documents
from kb.query.phrases import read_phrases
from kb.query.regions import read_regions
from kb.query.textform import Folded, fold_mapped
from kb.query.units import read_units

WALKED = 200  # documents in which an address without a document is looked for, at most
_LAST_DAY = 31
_MANY = 4  # documents of a name whose titles a chip still lists
# what may stand beside an address that is all a query asks for: 第8条讲了什么
_FILLER = re.compile(
    r"^(?:请问|请|查|看|找|一下|的|是|讲|说|规定|内容|具体|原文|全文|什么|啥|了|怎么|如何|在|哪|里|呢|吗|条款|文件|有|这|那|、|,|和|与|及|[\s\0?？。.!！])*$"
)
_DENIED = re.compile(r"(?:除了?|不是|不含|不包括|不在)\s*$")
_QUOTED = re.compile(r"“[^“”]*”|「[^「」]*」|『[^『』]*』|\"[^\"]*\"")

Read = Callable[[str], Iterable[Condition | Unknown]]


def understand(text: str, known: Known, today: date, clauses_of: ClausesOf | None = None) -> Understood:
    """What a typed query restricts the search to, and what is left to rank by.

    Args:
        text: as typed: an address, a question, keywords.
        known: the names of the knowledge base.
        today: the day the query is typed, for 现行有效 and 今年.
        clauses_of: gives the nodes of a document; without it no clause is looked up.
    """
    mention = find_documents(text, known)
    folded = fold_mapped(text)
    found = list(_addresses(text, folded, mention, known, clauses_of))
    found += _documents(text, folded, mention, known, [each.span for each in found])
    blotted = _blot(text, (each.span for each in found))
    names_document = any(each.kind is Kind.DOCUMENT for each in found)
    readers: tuple[Read, ...] = (
        lambda left: read_units(left, known.units),
        lambda left: read_issuers(left, known),
        lambda left: () if names_document else read_days(left, today),
        read_limits,
        lambda left: () if names_document else read_regions(left, known),
    )
    for read in readers:
        new = list(read(_QUOTED.sub(_hide, blotted)))
        found += new
        blotted = _blot(blotted, (each.span for each in new))
    found += read_phrases(blotted)
    conditions: dict[str, Condition] = {}
    for each in _in_order(found):
        if isinstance(each, Condition):
            conditions.setdefault(each.key, each)
    return Understood(
        text,
        remainder(text, (each.span for each in conditions.values())),
        tuple(conditions.values()),
        tuple(each for each in _in_order(found) if isinstance(each, Unknown)),
    )


def _hide(quoted: re.Match[str]) -> str:
    """Words in quotation marks are no conditions of another kind: “现行有效”."""
    return "\1" * len(quoted[0])


def _in_order(found: Iterable[Condition | Unknown]) -> list[Condition | Unknown]:
    return sorted(found, key=lambda each: each.span)


def _blot(text: str, spans: Iterable[Span]) -> str:
    """The text with what is understood made unreadable, at the same length."""
    for span in spans:
        text = text[: span.start] + "\0" * span.length + text[span.end :]
    return text


def _documents(
    text: str, folded: Folded, mention: Mention, known: Known, addresses: Sequence[Span]
) -> Iterator[Condition | Unknown]:
    for named in mention.named:
        span = folded.span(named.start, named.end)
        words = text[span.start : span.end]
        if any(address.start <= span.start < address.end for address in addresses):
            continue  # the title of a part
        if named.strength is Strength.SERIAL and not _is_number(folded, named):
            continue  # 5号的会议
        if _DENIED.search(text[: span.start]) or re.match(r"\s*(?:以外|之外)", text[span.end :]):
            continue  # 除137号文以外
        if not named.documents:
            yield Unknown(Kind.DOCUMENT, words, f"知识库里没有{words}这份文件。", span)
        elif named.strength > Strength.LAST_WORDS or addresses or _FILLER.match(_around(text, span)):
            yield _document(named, words, span, known)


def _is_number(folded: Folded, named: Named) -> bool:
    """Whether 8号 alone is a 文号 and no day of a month: nothing else is typed, an address follows, or it is above 31."""
    after = folded.text[named.end :]
    number = int("".join(filter(str.isdigit, folded.text[named.start : named.end][-5:])))
    alone = len(folded.text) == named.end - named.start
    addressed = bool(STEP.match(after)) or (bool(named.documents) and after[:1].isdigit())
    return alone or addressed or (bool(named.documents) and number > _LAST_DAY)


def _around(text: str, span: Span) -> str:
    return text[: span.start] + "\0" + text[span.end :]


def _document(named: Named, words: str, span: Span, known: Known) -> Condition:
    ids = known.in_order(named.documents)
    if len(ids) == 1:
        document = known.documents[ids[0]]
        number = f"（{document.doc_number}）" if document.doc_number else ""
        return Condition(
            Kind.DOCUMENT, f"doc:{ids[0]}", f"文件：《{document.title}》{number}", span, Documents(ids)
        )
    name = re.sub(r"\s+", "", words)
    listed = "、".join(ids) if len(ids) < _MANY else f"{'、'.join(ids[:_MANY])}等"
    return Condition(
        Kind.DOCUMENT,
        f"doc:{name}",
        f"文件：与“{name.strip('《》')}”相符的{len(ids)}份（{listed}）",
        span,
        Documents(ids),
    )


def _addresses(
    text: str, folded: Folded, mention: Mention, known: Known, clauses_of: ClausesOf | None
) -> Iterator[Condition | Unknown]:
    """The clauses an address stands for; without a document only where the address is all there is."""
    if clauses_of is None:
        return
    span = _address_span(folded, mention)
    among: Sequence[str] = mention.documents
    if not among:
        if mention.unknown or span is None:
            return
        if not _FILLER.match(_around(text, span)):
            return
        among = tuple(known.documents)
    if len(among) > WALKED:
        return
    found = _labelled(text, folded, mention, clauses_of) if mention.documents else None
    if found is not None:
        yield _clause(found[0], text, found[1])
        return
    asked, reached = find_clause(mention, among, clauses_of)
    if not asked or span is None:
        return
    if reached:
        yield _clause(reached, text, span)
    else:
        words = text[span.start : span.end]
        where = "该文件" if mention.documents else "知识库"
        yield Unknown(Kind.CLAUSE, words, f"{where}里没有“{words}”这一条。", span)


def _clause(found: Sequence[Found], text: str, span: Span) -> Condition:
    ids = tuple(each.clause.id for each in found)
    if len(found) == 1:
        return Condition(
            Kind.CLAUSE, f"clause:{ids[0]}", f"条款：{found[0].clause.label}", span, Clauses(ids)
        )
    words = re.sub(r"\s+", "", text[span.start : span.end])
    listed = "；".join(each.clause.label for each in found[:_MANY]) + ("等" if len(found) > _MANY else "")
    return Condition(
        Kind.CLAUSE, f"clause:{words}", f"条款：{words}（{len(ids)}条：{listed}）", span, Clauses(ids)
    )


def _labelled(
    text: str, folded: Folded, mention: Mention, clauses_of: ClausesOf
) -> tuple[list[Found], Span] | None:
    """A clause whose id or label is all that stands behind the one document named: 附件2/一, 1.1, ①."""
    if len(mention.documents) != 1 or not mention.named:
        return None
    document = mention.documents[0]
    first = min(mention.named, key=lambda each: each.start)
    for end in (first.end, max(each.end for each in mention.named)):  # a part of a document may have a title
        if first.start or end >= len(folded.text):
            continue
        span = Span(folded.origin[end], len(text.rstrip()))
        name = name_key(text[span.start : span.end])
        hits = [c for c in clauses_of(document) if name in _labels(c, document)]
        if len(hits) == 1:
            return [Found(document, hits[0])], span
    return None


def _labels(clause: Clause, document: str) -> set[str]:
    names = (clause.id.removeprefix(document), clause.label.removeprefix(document), "".join(clause.path))
    return {name_key(name) for name in names}


def _address_span(folded: Folded, mention: Mention) -> Span | None:
    """From the first to the last step of an address, names of documents left out."""
    text = folded.text
    for named in mention.named:
        text = text[: named.start] + "\0" * (named.end - named.start) + text[named.end :]
    steps = list(STEP.finditer(text))
    if steps:
        return folded.span(steps[0].start(), steps[-1].end())
    if mention.named and mention.after:
        item = re.match(
            r"(?:文|文件|通知|的|里|中|、)*[\d一二三四五六七八九十百零]{1,6}(?:条|项|点)?", mention.after
        )
        if item and item.end():
            start = len(text) - len(mention.after)
            return folded.span(start, start + item.end())
    return None
