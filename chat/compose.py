"""Answers from verbatim quotes: what to quote, how to say who is responsible, how to say no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher

from chat.answer import Answer, Calculation, Citation, Status
from chat.evidence import Evidence, Sentence
from chat.facts import Fact
from chat.points import Point, asks_for_unit, points
from corpus import Clause, NodeKind, PolicyDocument
from kb.money import read_amounts
from kb.numerals import read_percents

_WHOLE_CLAUSE = 200  # characters up to which a clause is quoted whole
_UNITS = re.compile(r"（[^（）]*(?:牵头|负责|单位：|配合)[^（）]*）\s*$")
_WHOLE_UNDER_HEADING = 400  # the same where only its heading is about the question
_WHOLE_ITEM = 120  # the same for an item in a list
_MAX_SENTENCES = 3
_REGIONS = 5
_FEW = 3  # documents up to which a refusal names them all


@dataclass(slots=True)
class Draft:
    """An answer being written: lines of text, and the quotes they rest on, numbered as they come."""

    lines: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def cite(self, document: PolicyDocument, clause: Clause, quote: str) -> int:
        """Register a verbatim quote and return its number; the same quote keeps its number.

        Raises:
            ValueError: the quote is not verbatim in the clause.
        """
        span = clause.locate(quote)
        return self.adopt(Citation(0, clause.id, clause.label, document.name, quote, span.start, span.end))

    def adopt(self, citation: Citation) -> int:
        """Register a citation, whatever its number, and return the number it has here."""
        for known in self.citations:
            if known.id == citation.id and known.quote == citation.quote:
                return known.n
        self.citations.append(replace(citation, n=len(self.citations) + 1))
        return len(self.citations)

    def quote_line(
        self, document: PolicyDocument, clause: Clause, quotes: Sequence[str], lead: str = ""
    ) -> None:
        """``鲁科字〔2024〕137号 三、（三）规定：“…”[1]“…”[2]``, with 依据： before it where an answer stands above."""
        said = "".join(f"“{_one_line(quote)}”[{self.cite(document, clause, quote)}]" for quote in quotes)
        self.lines.append(f"{lead}{clause.label}规定：{said}")

    def point_lines(
        self, document: PolicyDocument, clause: Clause, points: Sequence[Point], quotes: Sequence[str]
    ) -> None:
        """``支持标准：…。[1]``: words of the quotes, each with the mark of the quote it stands in."""
        for quote in quotes:
            self.cite(document, clause, quote)  # numbered in the order they stand in below
        for point in points:
            quote = next(quote for quote in quotes if point.text in quote)
            said = _one_line(point.text).rstrip("。；;，, ")
            label = f"{point.label}：" if point.label else ""
            self.lines.append(f"{label}{said}。[{self.cite(document, clause, quote)}]")

    def units_line(self, document: PolicyDocument, clause: Clause) -> None:
        """``牵头单位：省科技厅；参与（责任）单位：…[2]``, where the clause names any."""
        bracket = _UNITS.search(clause.text)
        if bracket is None or not (clause.lead or clause.participants):
            return
        parts = []
        if clause.lead:
            parts.append(f"牵头单位：{'、'.join(clause.lead)}")
        if clause.participants:
            parts.append(f"{'参与' if clause.lead else '责任'}单位：{'、'.join(clause.participants)}")
        covering = next(
            (c for c in self.citations if c.id == clause.id and bracket.group().strip() in c.quote), None
        )
        n = covering.n if covering else self.cite(document, clause, bracket.group().strip())
        self.lines.append(f"{'；'.join(parts)}。[{n}]")

    def finish(
        self,
        question: str,
        as_of: date,
        status: Status,
        *,
        calculation: Calculation | None = None,
        missing: Sequence[str] = (),
        warnings: Sequence[str] = (),
        retrieved: Sequence[str] = (),
    ) -> Answer:
        """The Answer."""
        return Answer(
            question=question,
            as_of=as_of,
            status=status,
            answer="\n".join(self.lines),
            citations=tuple(self.citations),
            calculation=calculation,
            missing=tuple(missing),
            warnings=tuple(warnings),
            retrieved=tuple(retrieved),
        )


def choose_quotes(evidence: Evidence, needed: Sequence[Sentence] = ()) -> list[str]:
    """What to quote of a clause: all of a short one, else the sentences that answer, adjoining ones as one quote.

    Args:
        evidence: the clause with its weighed sentences.
        needed: sentences that must be among them (e.g. the one with the amount asked for).
    """
    clause = evidence.clause
    if len(clause.text) <= _WHOLE_CLAUSE:
        return [clause.text]
    passage = evidence.hit.passage
    inside = clause.locate(evidence.best.text).start if evidence.best.share else -1

    def rank(sentence: Sentence) -> float:
        span = clause.locate(sentence.text)
        overlap = max(0, min(span.end, passage.end) - max(span.start, passage.start))
        return sentence.share + (0.25 if overlap > 0 else 0.0) + (0.01 if span.start == inside else 0.0)

    ranked = sorted(evidence.sentences, key=rank, reverse=True)
    top = rank(ranked[0])
    chosen = {s.start: s for s in ranked[:_MAX_SENTENCES] if rank(s) >= 0.55 * top}
    chosen |= {s.start: s for s in needed}
    if all(_is_heading(s, clause) for s in chosen.values()):  # which says nothing by itself
        if len(clause.text) <= _WHOLE_UNDER_HEADING:
            return [clause.text]
        chosen |= {s.start: s for s in evidence.sentences[:_MAX_SENTENCES]}
    return merge(clause.text, sorted(chosen.values(), key=lambda s: s.start))


def _is_heading(sentence: Sentence, clause: Clause) -> bool:
    return bool(clause.heading) and sentence.start < len(clause.heading) and clause.heading in sentence.text


def merge(text: str, sentences: Sequence[Sentence]) -> list[str]:
    """Sentences as quotes of a clause text; those that adjoin become one."""
    runs: list[list[int]] = []
    for sentence in sentences:
        if runs and sentence.start == runs[-1][1]:
            runs[-1][1] = sentence.end
        else:
            runs.append([sentence.start, sentence.end])
    return [text[start:end].strip() for start, end in runs]


def _one_line(quote: str) -> str:
    return quote.replace("\n", " ")


def lookup(
    draft: Draft,
    document: PolicyDocument,
    evidence: Evidence,
    needed: Sequence[Sentence] = (),
    question: str = "",
) -> None:
    """Write one clause's answer into a draft: what answers first, then who is in charge, then the words of the clause.

    A lead-in (…职责是：) comes with the items it leads to.
    """
    clause = evidence.clause
    if clause.text.rstrip().endswith(("：", ":")) and any(document.children(clause)):
        whole_clause(draft, document, clause)
        return
    quotes = choose_quotes(evidence, needed)
    before = len(draft.lines)
    if asks_for_unit(question):
        for quote in quotes:
            draft.cite(document, clause, quote)
        draft.units_line(document, clause)
    else:
        draft.point_lines(document, clause, points(question, evidence, quotes), quotes)
        if len(draft.lines) > before:
            draft.units_line(document, clause)
    answered = len(draft.lines) > before
    draft.quote_line(document, clause, quotes, "依据：" if answered else "")
    if not answered:
        draft.units_line(document, clause)


def whole_clause(draft: Draft, document: PolicyDocument, clause: Clause) -> None:
    """Write a clause asked for by its address: all of its text, what stands below it, and what follows that."""
    draft.quote_line(document, clause, [clause.text])
    below = [*document.children(clause), *continuations(document, clause)]
    for child in below:
        head = _head(child)
        draft.lines.append(f"{child.label}：“{_one_line(head)}”[{draft.cite(document, child, head)}]")
    draft.units_line(document, clause)


def continuations(document: PolicyDocument, clause: Clause) -> Iterator[Clause]:
    """Paragraphs of a clause that stand after its list of items."""
    for other in document.clauses:
        if continues(other) and other.path[:-1] == clause.path:
            yield other


def continues(clause: Clause) -> bool:
    """Whether a node is a paragraph of the clause above it that stands after its items."""
    return clause.kind is NodeKind.BODY and len(clause.path) > 1 and clause.path[-1].startswith("后段")


def _head(clause: Clause) -> str:
    """A short clause, or the heading line of a long one."""
    if (
        len(clause.text) <= _WHOLE_ITEM
        or clause.heading not in clause.text[:_WHOLE_ITEM]
        or not clause.heading
    ):
        return clause.text
    return clause.text[: clause.text.find(clause.heading) + len(clause.heading)]


def summary_quotes(clause: Clause) -> list[str]:
    """A clause in a list: its heading line or first sentence, and the bracket that names units."""
    first = re.match(r"[^。；]*[。；]?", clause.text)
    bracket = _UNITS.search(clause.text)
    quotes = [first.group()] if first and first.group() else []
    return quotes + ([bracket.group().strip()] if bracket and bracket.group().strip() not in quotes else [])


def document_fact(draft: Draft, document: PolicyDocument, fact: Fact) -> None:
    """Write a fact about a document with the words it rests on."""
    draft.lines.append(f"{fact.sentence}[{draft.cite(document, fact.clause, fact.quote)}]")


def joined(question: str, parts: Sequence[tuple[str, Answer | None]]) -> Answer:
    """The answers to the parts of a question as one; a part without an answer is said to have none."""
    draft = Draft()
    told = [answer for _, answer in parts if answer and answer.citations]
    for part, answer in parts:
        if answer is None or not answer.citations:
            draft.lines.append(f"关于“{part}”，没有找到能回答的条款。")
            continue
        numbers = {f"[{citation.n}]": f"[{draft.adopt(citation)}]" for citation in answer.citations}
        pieces = re.split(r"(\[\d+\])", answer.answer)
        draft.lines.append("".join(numbers.get(piece, piece) for piece in pieces))
    return draft.finish(
        question,
        told[0].as_of,
        next((answer.status for answer in told if answer.status is not Status.ANSWERED), Status.ANSWERED),
        calculation=next((answer.calculation for answer in told if answer.calculation), None),
        missing=[name for answer in told for name in answer.missing],
        warnings=list(dict.fromkeys(warning for answer in told for warning in answer.warnings)),
        retrieved=list(dict.fromkeys(each for answer in told for each in answer.retrieved)),
    )


_SAID_FIGURE = re.compile(r"\d[\d.,]*\s*(?:[%％]|[千百]?[万亿]元?|元)")


def with_verdict(question: str, answer: Answer) -> Answer:
    """III期最高5000万对吗: that the amount or share to be confirmed is not in what is quoted, where it is not."""
    said = _SAID_FIGURE.findall(question)
    if len(said) != 1 or not answer.citations or answer.calculation:
        return answer
    quotes = "\n".join(citation.quote for citation in answer.citations)
    asked = {*(amount.value for amount in read_amounts(said[0])), *read_percents(said[0])}
    given = {*(amount.value for amount in read_amounts(quotes)), *read_percents(quotes)}
    if not asked or asked & given:
        return answer
    return replace(answer, answer=f"所引条款里没有“{said[0]}”，写的是：\n{answer.answer}")


def nearest(name: str, documents: Sequence[PolicyDocument]) -> list[PolicyDocument]:
    """The documents whose number or title is most like a name that none has, best first."""

    def likeness(document: PolicyDocument) -> float:
        known = (document.doc_number, document.title, document.notice_title)
        return max(SequenceMatcher(None, name, each).ratio() for each in known)

    return sorted(documents, key=likeness, reverse=True)[:_FEW]


def name_of(document: PolicyDocument) -> str:
    """``《题目》``, without what stands in brackets, which may be figures."""
    return f"《{re.sub('（[^（）]*）', '', document.title)}》"


def coverage(
    documents: Sequence[PolicyDocument],
    nearest: Sequence[PolicyDocument] = (),
    *,
    by_region: bool = False,
) -> str:
    """What the knowledge base has, in one sentence; a refusal carries no figure, so neither do the titles in it.

    Args:
        documents: all it has.
        nearest: those nearest to what was asked, best first; named where not all can be.
        by_region: where not all can be named, tell the regions they are of instead.
    """
    if not documents:
        return "知识库里还没有政策文件，请先入库。"
    many = len(documents) > _FEW
    shown = nearest if many and nearest else documents
    names = [name for name in map(name_of, shown) if not re.search(r"\d", name)][:3]
    if many:
        regions = list(dict.fromkeys(document.region for document in documents if document.region))
        near = f"，较接近的有{'、'.join(names)}" if nearest and names else ""
        if by_region:
            more = "等地" if len(regions) > _REGIONS else ""
            near = f"，有{'、'.join(regions[:_REGIONS])}{more}的" if regions else ""
        return f"现有{in_words(len(documents))}份文件{near}，可以查看文件清单。"
    if not names:
        return "可以就已入库文件的条款提问。"
    more = "等文件" if len(names) < len(documents) else ""
    return f"目前收录的是{'、'.join(names)}{more}，可以就其中的条款提问。"


def in_words(number: int) -> str:
    """A count in Chinese numerals, since a refusal carries no figure.

    >>> [in_words(n) for n in (4, 10, 25, 107, 1010, 12000)]
    ['四', '十', '二十五', '一百零七', '一千零一十', '一万多']
    """
    if number >= 10_000:
        return f"{in_words(number // 10_000)}万多"
    digits = str(number)
    said = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        said += "零" if digit == "0" else "一二三四五六七八九"[int(digit) - 1] + ("", "十", "百", "千")[place]
    said = re.sub("零+", "零", said).rstrip("零")
    return said.removeprefix("一") if said.startswith("一十") else said
