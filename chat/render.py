"""Answers, clauses and hits as HTML for the page and as plain text for the terminal.

Pure functions of values; whatever comes from a question or a document is escaped here and nowhere else. A click is
described by data attributes, which the page's script reads: ``data-clause`` (with ``data-start`` and ``data-end``, source
offsets) opens a clause in the source panel, ``data-document`` opens a document, ``data-ask`` asks a question and ``data-copy``
copies its text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import Any

from chat.answer import Answer, Calculation, Citation, Status
from chat.subsidy.calc_types import Ineligible, Missing, Outcome
from corpus import Clause, NodeKind, PolicyDocument, Span
from ingest.numbering import join_labels
from kb.catalog import DocumentRecord
from kb.hits import Hit
from kb.money import format_yuan
from kb.rules import Rule

_MARK = re.compile(r"\[(\d{1,3})\]")
_PAUSE = re.compile(r"[，。；：！？、\n]")
_EXCERPT = 320  # characters of a clause shown on a search card
_KIND_NAMES = {
    NodeKind.HEADER: "版头",
    NodeKind.TITLE: "标题",
    NodeKind.BODY: "正文",
    NodeKind.SIGNATURE: "落款",
}


# What is said of an answer ---------------------------------------------------------------------------------------


def conclusion(answer: Answer) -> str:
    """The outcome in a few plain words, shown above the answer."""
    amount = answer.calculation.amount_yuan if answer.calculation else None
    if answer.status is Status.ANSWERED and answer.calculation and amount is not None:
        return f"{'最高' if answer.calculation.is_ceiling else '可得'} {format_yuan(amount)}"
    return {
        Status.ANSWERED: "依据政策原文回答",
        Status.NEEDS_INPUT: "还需补充信息",
        Status.NOT_ELIGIBLE: "不符合支持条件",
        Status.NOT_FOUND: "知识库中没有依据",
        Status.INVALID_INPUT: "输入的信息有误",
    }[answer.status]


def short_label(clause: Clause, document_id: str) -> str:
    """A clause's label without the document: ``三、（一）``; the name of its part for unnumbered ones."""
    if clause.kind is not NodeKind.CLAUSE:
        return _KIND_NAMES[clause.kind]
    return clause.label.removeprefix(document_id).strip()


def citation_text(document: PolicyDocument, clause: Clause, quote: str) -> str:
    """A citation to paste into a memo: document, clause, words."""
    place = "" if clause.kind is not NodeKind.CLAUSE else short_label(clause, document.id)
    return f"{document.name}{place}：“{quote}”"


def reveal_ends(text: str, least: int = 12) -> list[int]:
    """Where to stop when a text is shown step by step: after punctuation, never inside a ``[1]``.

    >>> reveal_ends("甲乙丙丁，戊己庚辛。壬癸[1]", least=4)
    [5, 10, 15]
    >>> reveal_ends("")
    []
    """
    ends, last = [], 0
    for match in _PAUSE.finditer(text):
        if match.end() - last >= least:
            ends.append(match.end())
            last = match.end()
    return [*ends, len(text)] if last < len(text) else ends


# The conversation ------------------------------------------------------------------------------------------------


def question_html(question: str) -> str:
    """What the user said."""
    return f'<article class="pk-turn pk-user" aria-label="提问"><p>{_lines(question)}</p></article>'


def pending_html(state: str) -> str:
    """A turn that is being worked on."""
    return (
        f'<article class="pk-turn pk-bot"><p class="pk-pending" role="status">{escape(state)}</p></article>'
    )


def failure_html(message: str) -> str:
    """One line that says what went wrong."""
    return f'<p class="pk-failure" role="alert">{escape(message)}</p>'


def answer_html(answer: Answer, shown: int | None = None) -> str:
    """An answer with its citations and calculation.

    Args:
        answer: what the assistant said.
        shown: show only so many characters of the text, and nothing below it.
    """
    text = _paragraphs(answer.answer[:shown], answer.citations)
    if shown is not None:
        return f'<article class="pk-turn pk-bot" aria-busy="true">{text}</article>'
    badge = f'<p class="pk-badge pk-{answer.status.value}">{escape(conclusion(answer))}</p>'
    parts = [badge, text]
    if answer.calculation:
        parts.append(calculation_html(_without_repeats(answer.calculation, answer.answer)))
    parts += [f'<p class="pk-warning">{escape(warning)}</p>' for warning in answer.warnings]
    parts.append(citations_html(answer.citations))
    return f'<article class="pk-turn pk-bot" aria-label="回答">{"".join(parts)}</article>'


def top_html(title: str, state: str, busy: bool) -> str:
    """The head of the page with the state of the knowledge base."""
    mood = "pk-state pk-busy" if busy else "pk-state"
    return (
        f'<header class="pk-top"><h1>{escape(title)}</h1><span class="{mood}" role="status">{escape(state)}</span>'
        '<button type="button" class="pk-shelf-button" data-document="">文件目录</button></header>'
    )


def notice_html(text: str) -> str:
    """A quiet line where there is nothing to show yet."""
    return f'<p class="pk-meta">{escape(text)}</p>'


def citations_html(citations: Sequence[Citation]) -> str:
    """The citations of an answer as a list of cards that open the source."""
    if not citations:
        return ""
    cards = "".join(
        f'<li><button type="button" class="pk-cite" {_target(c)}>'
        f'<span class="pk-n">{c.n}</span><span class="pk-where">{escape(c.label)}</span>'
        f'<span class="pk-open">查看原文</span><q>{_lines(c.quote)}</q></button></li>'
        for c in citations
    )
    return f'<section class="pk-cites" aria-label="引用依据"><h4>引用依据</h4><ol>{cards}</ol></section>'


def calculation_html(calculation: Calculation) -> str:
    """The steps of a calculation as a table, with what was taken for granted."""
    rows = "".join(
        f"<tr><td>{escape(step.text)}</td><td>{escape(step.value)}</td></tr>" for step in calculation.steps
    )
    assumed = "".join(f"<li>{escape(text)}</li>" for text in calculation.assumptions)
    notes = f'<div class="pk-assumed"><h5>测算前提</h5><ul>{assumed}</ul></div>' if assumed else ""
    return (
        '<section class="pk-calc" aria-label="测算过程"><h4>测算过程</h4><table><thead><tr><th scope="col">步骤</th>'
        f'<th scope="col">结果</th></tr></thead><tbody>{rows}</tbody></table>{notes}</section>'
    )


def _without_repeats(calculation: Calculation, text: str) -> Calculation:
    """The calculation without the assumptions that the text above it states."""
    return replace(calculation, assumptions=tuple(a for a in calculation.assumptions if a not in text))


def welcome_html(examples: Sequence[str]) -> str:
    """The empty conversation: what can be asked, with questions to click."""
    chips = "".join(
        f'<li><button type="button" class="pk-chip" data-ask="{escape(e)}">{escape(e)}</button></li>'
        for e in examples
    )
    return (
        '<div class="pk-welcome"><h2>想了解哪项政策？</h2><p>每句回答都附条款原文，点开 <span class="pk-mark">[1]</span> '
        f"即可核对出处；金额逐步列出算式。</p><ul>{chips}</ul></div>"
    )


# The calculator --------------------------------------------------------------------------------------------------


def rule_html(rule: Rule) -> str:
    """What a rule is about: the words of the clauses it rests on."""
    return f'<div class="pk-result">{_basis_html([(b.clause, b.quote) for b in rule.bases])}</div>'


def outcome_html(rule: Rule, outcome: Outcome) -> str:
    """What the calculator says, with the clauses the rule rests on."""
    if isinstance(outcome, Missing):
        body = f'<p class="pk-badge pk-needs_input">还需补充信息</p><p>{escape(outcome.question)}</p>'
    elif isinstance(outcome, Ineligible):
        reason = escape(outcome.reason)
        body = f'<p class="pk-badge pk-not_eligible">不符合支持条件</p><p>{reason}</p>'
        return f'<div class="pk-result">{body}{_basis_html([(outcome.clause, outcome.quote)])}</div>'
    else:
        body = f"{_amount_html(outcome)}{calculation_html(outcome)}"
    return f'<div class="pk-result">{body}{_basis_html([(b.clause, b.quote) for b in rule.bases])}</div>'


def _amount_html(calculation: Calculation) -> str:
    if calculation.amount_yuan is None:
        figure = calculation.steps[-1].value if calculation.steps else ""
        return f'<p class="pk-amount"><b>{escape(figure)}</b></p>'
    word = "最高可得" if calculation.is_ceiling else "可得"
    return f'<p class="pk-amount"><span>{word}</span><b>{format_yuan(calculation.amount_yuan)}</b></p>'


def _written(clause_id: str) -> str:
    """A clause id as a person writes it.

    >>> _written("鲁科字〔2024〕137号 三/（一）")
    '鲁科字〔2024〕137号 三、（一）'
    """
    document, _, path = clause_id.rpartition(" ")
    return f"{document} {join_labels(tuple(path.split('/')))}"


def _basis_html(sources: Iterable[tuple[str, str]]) -> str:
    cards = "".join(
        f'<li><button type="button" class="pk-cite" data-clause="{escape(clause)}" data-quote="{escape(quote)}">'
        f'<span class="pk-where">{escape(_written(clause))}</span><span class="pk-open">查看原文</span><q>{escape(quote)}</q></button></li>'
        for clause, quote in sources
    )
    return f'<section class="pk-cites" aria-label="条款依据"><h4>条款依据</h4><ol>{cards}</ol></section>'


# The source panel ------------------------------------------------------------------------------------------------


def source_html(document: PolicyDocument, clause_id: str | None = None, span: Span | None = None) -> str:
    """A document as a readable page, one clause highlighted and the quoted words marked in it.

    Args:
        document: the document.
        clause_id: the node to highlight; none, or an unknown one, highlights nothing.
        span: source offsets of the quote inside that node.
    """
    cited = document.clause(clause_id) if clause_id else None
    nodes = "".join(_node_html(node, node is cited, span) for node in document.clauses)
    head = _source_head(document, cited, span)
    return f'<div class="pk-source">{head}<div class="pk-paper" tabindex="0">{nodes}</div></div>'


def shelf_html(records: Sequence[DocumentRecord] | None) -> str:
    """The empty source panel: what is in the knowledge base; None while that is not known."""
    items = "".join(
        f'<li><button type="button" class="pk-cite" data-document="{escape(r.id)}"><span class="pk-where">《{escape(r.title)}》</span>'
        f'<span class="pk-meta">{escape(_record_line(r))}</span></button></li>'
        for r in records or ()
    )
    empty = "<p>知识库里还没有文件。用命令 <code>policykb ingest 文件或文件夹</code> 入库后刷新本页。</p>"
    if records is None:
        empty = pending_html("正在读取文件目录……")
    return (
        '<div class="pk-source pk-shelf"><div class="pk-head"><h3>政策原文</h3><p class="pk-meta">点回答中的序号或“查看原文”，'
        f'条款会在这里的原文中标出。</p></div><div class="pk-paper">{f"<ol>{items}</ol>" if items else empty}</div></div>'
    )


def _record_line(record: DocumentRecord) -> str:
    issued = f"{record.issued_on:%Y-%m-%d} 印发" if record.issued_on else ""
    return " · ".join(filter(None, (record.doc_number, issued, f"{record.clause_count} 条")))


def _source_head(document: PolicyDocument, cited: Clause | None, span: Span | None) -> str:
    trail = ""
    if cited is not None:
        above = [_trail_name(c) for c in document.ancestors(cited)]
        steps = [f"<li>{escape(name)}</li>" for name in above]
        here = f'<li aria-current="location">{escape(_trail_name(cited))}</li>'
        quote = _quoted(cited, span) or cited.text
        copied = escape(citation_text(document, cited, quote.replace("\n", "")))
        units = "".join(
            f'<p class="pk-meta">{title}：{escape("、".join(names))}</p>'
            for title, names in (("牵头单位", cited.lead), ("参与（责任）单位", cited.participants))
            if names
        )
        trail = (
            f'<ol class="pk-trail" aria-label="所在位置">{"".join(steps)}{here}</ol>{units}'
            f'<button type="button" class="pk-copy" data-copy="{copied}">复制引用</button>'
        )
    return (
        '<div class="pk-head"><button type="button" class="pk-close" data-close aria-label="关闭原文">关闭</button>'
        f'<h3>《{escape(document.title)}》</h3><p class="pk-meta">{escape(" · ".join(_facts(document)))}</p>{trail}</div>'
    )


def _facts(document: PolicyDocument) -> Iterator[str]:
    if document.doc_number:
        yield document.doc_number
    if document.issuers:
        more = f"等 {len(document.issuers)} 个机关" if len(document.issuers) > 1 else ""
        yield document.issuers[0] + more
    if document.issued_on:
        yield f"{document.issued_on} 印发"
    if document.effective_from or document.effective_to:
        yield f"有效期 {document.effective_from or '印发之日'} 至 {document.effective_to or '未写明'}"


def _trail_name(clause: Clause) -> str:
    """A step of the breadcrumb: the clause's own number and heading."""
    if clause.kind is not NodeKind.CLAUSE:
        return _KIND_NAMES[clause.kind]
    number = clause.path[-1]
    separator = "、" if clause.heading and not number.endswith(("）", "章", "节", "条")) else ""
    return f"{number}{separator}{clause.heading}"


def _node_html(node: Clause, cited: bool, span: Span | None) -> str:
    spans = []
    if node.heading and (at := node.text.find(node.heading)) >= 0:
        spans.append(_Style(0, at + len(node.heading), "b"))
    if cited and span is not None:
        start, end = _inside(node, span)
        spans.append(_Style(start, end, "mark"))
    kind = f"pk-node pk-{node.kind.value} pk-l{min(node.level, 4)}"
    here = ' pk-cited" id="pk-cited' if cited else ""
    return f'<section class="{kind}{here}">{_styled_paragraphs(node.text, spans)}</section>'


def _inside(clause: Clause, span: Span) -> tuple[int, int]:
    """Offsets in the clause text of the source span; empty where it lies outside."""
    found = [n for n, at in enumerate(clause.origin) if span.start <= at < span.end]
    return (found[0], found[-1] + 1) if found else (0, 0)


def _quoted(clause: Clause, span: Span | None) -> str:
    if span is None:
        return ""
    start, end = _inside(clause, span)
    return clause.text[start:end]


# Search results --------------------------------------------------------------------------------------------------


def search_results_html(hits: Sequence[Hit], words: Iterable[str]) -> str:
    """Hits as cards, with the words that matched marked."""
    if not hits:
        return (
            '<div class="pk-none"><p>没有找到相符的条款。</p>'
            "<p>可以换个说法、减少关键词，或者去掉文件和单位的限制再试。</p></div>"
        )
    wanted = sorted({word for word in words if len(word) > 1}, key=len, reverse=True)
    return f'<ol class="pk-hits">{"".join(_hit_html(hit, wanted) for hit in hits)}</ol>'


def _hit_html(hit: Hit, words: Sequence[str]) -> str:
    clause = hit.clause
    first, last = _excerpt(clause, hit.passage)
    shown = clause.text[first:last]
    text = _styled_paragraphs(shown, [_Style(a, b, "mark") for a, b in find_words(shown, words)])
    units = "、".join(dict.fromkeys((*clause.lead, *clause.participants)))
    place = short_label(clause, hit.document_id)
    return (
        f'<li><div class="pk-hit-head"><span class="pk-where">{escape(place)}</span>'
        f'<span class="pk-meta">{escape(hit.document_name)}</span></div>'
        f'<div class="pk-text">{"…" if first else ""}{text}{"…" if last < len(clause.text) else ""}</div>'
        f'<div class="pk-hit-foot"><span class="pk-meta">{escape(units)}</span>'
        f'<button type="button" class="pk-open" data-clause="{escape(clause.id)}" data-start="{hit.passage.start}"'
        f' data-end="{hit.passage.end}">在原文中打开</button></div></li>'
    )


def _excerpt(clause: Clause, passage: Span) -> tuple[int, int]:
    """The part of a long clause to show: where the passage that matched begins."""
    if len(clause.text) <= _EXCERPT:
        return 0, len(clause.text)
    first = min(_inside(clause, passage)[0], len(clause.text) - _EXCERPT)
    return first, first + _EXCERPT


def find_words(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where folded words stand in a text, overlapping places joined.

    >>> find_words("Ⅱ期临床试验", ["ii", "临床", "床试"])
    [(0, 1), (2, 5)]
    """
    folded, origin = "", []
    for at, char in enumerate(text):
        form = unicodedata.normalize("NFKC", char).lower()
        folded += form
        origin += [at] * len(form)
    places = sorted(
        (origin[m.start()], origin[m.end() - 1] + 1)
        for word in words
        for m in re.finditer(re.escape(word), folded)
    )
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


# Plain text for the terminal -------------------------------------------------------------------------------------


def answer_text(answer: Answer) -> str:
    """The answer, then its citations, then the calculation."""
    parts = [f"【{conclusion(answer)}】", answer.answer]
    if answer.citations:
        parts.append("\n引用依据")
        parts += [
            f"[{c.n}] {c.label}\n    “{c.quote.replace(chr(10), chr(10) + '    ')}”" for c in answer.citations
        ]
    if answer.calculation:
        parts.append("\n" + calculation_text(_without_repeats(answer.calculation, answer.answer)))
    if answer.warnings:
        parts.append("\n注意")
        parts += [f"  · {warning}" for warning in answer.warnings]
    return "\n".join(parts)


def calculation_text(calculation: Calculation) -> str:
    """The steps of a calculation, one a line, and what was taken for granted."""
    lines = [
        "测算过程",
        *(f"  {n}. {step.text} = {step.value}" for n, step in enumerate(calculation.steps, 1)),
    ]
    if calculation.amount_yuan is not None:
        word = "最高" if calculation.is_ceiling else "金额"
        lines.append(f"  结果：{word} {format_yuan(calculation.amount_yuan)}")
    if calculation.assumptions:
        lines += ["测算前提", *(f"  · {text}" for text in calculation.assumptions)]
    return "\n".join(lines)


def outcome_text(rule: Rule, outcome: Outcome) -> str:
    """What the calculator says, with the clauses."""
    if isinstance(outcome, Missing):
        body, sources = f"【还需补充信息】\n{outcome.question}", [(b.clause, b.quote) for b in rule.bases]
    elif isinstance(outcome, Ineligible):
        body, sources = f"【不符合支持条件】\n{outcome.reason}", [(outcome.clause, outcome.quote)]
    else:
        body, sources = calculation_text(outcome), [(b.clause, b.quote) for b in rule.bases]
    return "\n".join(
        [body, "\n条款依据", *(f"  {_written(clause)}\n    “{quote}”" for clause, quote in sources)]
    )


def document_text(document: PolicyDocument) -> str:
    """A document as an indented tree of its clauses."""
    lines = [document.name, "  ".join(_facts(document)), ""]
    for node in document.clauses:
        first, *rest = node.text.split("\n")
        indent = "  " * node.level
        name = "" if node.kind is NodeKind.CLAUSE else f"〔{_KIND_NAMES[node.kind]}〕"
        lines += [f"{indent}{name}{first}", *(f"{indent}  {line}" for line in rest)]
    return "\n".join([*lines, *(f"提示：{warning}" for warning in document.warnings)])


# JSON ------------------------------------------------------------------------------------------------------------


def document_dict(document: PolicyDocument) -> dict[str, Any]:
    """A document with its clauses, as ``policykb clauses --json`` prints it."""
    days = ("issued_on", "effective_from", "effective_to")
    return {
        "document": {
            "id": document.id,
            "title": document.title,
            "notice_title": document.notice_title,
            "doc_number": document.doc_number,
            "issuers": list(document.issuers),
            **{name: day.isoformat() if (day := getattr(document, name)) else None for name in days},
            "region": document.region,
            "source_name": document.source_name,
            "warnings": list(document.warnings),
        },
        "source": document.source,
        "clauses": [
            {
                "id": c.id,
                "path": list(c.path),
                "label": c.label,
                "level": c.level,
                "kind": c.kind.value,
                "heading": c.heading,
                "text": c.text,
                "start": c.span.start,
                "end": c.span.end,
                "lead": list(c.lead),
                "participants": list(c.participants),
            }
            for c in document.clauses
        ],
    }


def outcome_dict(rule: Rule, outcome: Outcome) -> dict[str, Any]:
    """What the calculator says, as ``policykb calc --json`` prints it: a calculation, empty where there is none."""
    if isinstance(outcome, Calculation):
        return {"status": Status.ANSWERED.value, **outcome.to_dict(), "missing": [], "reason": ""}
    status, missing, reason, clauses = Status.NEEDS_INPUT, list[str](), "", rule.clauses
    if isinstance(outcome, Missing):
        missing, reason = list(outcome.names), outcome.question
    else:
        status, reason, clauses = Status.NOT_ELIGIBLE, outcome.reason, (outcome.clause,)
    empty = Calculation(rule.id, None, False, {}, (), tuple(clauses))
    return {"status": status.value, **empty.to_dict(), "missing": missing, "reason": reason}


# Escaping and styling --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """A tag around a half-open range of a text."""

    start: int
    end: int
    tag: str


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _target(citation: Citation) -> str:
    return (
        f'data-clause="{escape(citation.id)}" data-start="{citation.start}" data-end="{citation.end}"'
        f' title="{escape(citation.label)}"'
    )


def _paragraphs(text: str, citations: Sequence[Citation]) -> str:
    """Answer text as paragraphs, each ``[n]`` that has a citation as a link to it."""
    known: Mapping[str, Citation] = {str(c.n): c for c in citations}

    def link(match: re.Match[str]) -> str:
        citation = known.get(match[1])
        if citation is None:
            return match[0]
        return f'<a href="#pk-panel" class="pk-mark" {_target(citation)} aria-label="查看依据{match[1]}">[{match[1]}]</a>'

    return "".join(
        f"<p>{_MARK.sub(link, _lines(block.strip()))}</p>" for block in text.split("\n") if block.strip()
    )


def _styled_paragraphs(text: str, styles: Sequence[_Style]) -> str:
    """Escaped text, a ``<p>`` a line, with tags around the ranges; overlapping ranges nest piece by piece."""
    result, at = "", 0
    for line in text.split("\n"):
        result += f"<p>{_styled(line, at, styles)}</p>"
        at += len(line) + 1
    return result


def _styled(line: str, offset: int, styles: Sequence[_Style]) -> str:
    clip: Callable[[int], int] = lambda at: min(max(at - offset, 0), len(line))  # noqa: E731
    cuts = sorted({0, len(line), *(clip(s.start) for s in styles), *(clip(s.end) for s in styles)})
    pieces = []
    for start, end in pairwise(cuts):
        piece = escape(line[start:end])
        for tag in [s.tag for s in styles if clip(s.start) <= start and end <= clip(s.end)]:
            piece = f"<{tag}>{piece}</{tag}>"
        pieces.append(piece)
    return "".join(pieces)


# What the page looks like and does -------------------------------------------------------------------------------

THEME = {
    "body_background_fill": "#f4f6f9",
    "body_background_fill_dark": "#10171f",
    "body_text_color": "#1c2733",
    "body_text_color_dark": "#e4e9ef",
    "button_primary_background_fill": "#1b4f91",
    "button_primary_background_fill_hover": "#163f75",
    "button_primary_background_fill_dark": "#2c5f9e",
    "button_primary_background_fill_hover_dark": "#3a70b3",
    "button_primary_text_color": "#ffffff",
    "button_primary_text_color_dark": "#ffffff",
}

STYLE = """
:root { --pk-ink: #1c2733; --pk-soft: #55616f; --pk-line: #d9dfe6; --pk-paper: #ffffff; --pk-ground: #f4f6f9;
  --pk-blue: #1b4f91; --pk-tint: #e8f0fa; --pk-mark: #ffe9a8; --pk-good: #1f6f4a; --pk-warn: #8a5a00; --pk-bad: #a32a2a; }
.dark { --pk-ink: #e4e9ef; --pk-soft: #a3afbd; --pk-line: #35414f; --pk-paper: #18212b; --pk-ground: #10171f;
  --pk-blue: #8fbcf5; --pk-tint: #1f3350; --pk-mark: #6b5512; --pk-good: #7fd0a6; --pk-warn: #e6bd6a; --pk-bad: #f19a9a; }
.gradio-container { max-width: none !important; padding: 0 !important; overflow: visible !important; }
.gradio-container > .main { max-width: 1480px !important; padding: 0 clamp(10px, 2vw, 28px) 8px !important; margin: 0 auto; }
.gradio-container .prose :is(h2, h3, h4, h5, p, ol, ul, li, table) { margin: 0; padding: 0; color: inherit; }
.gradio-container .prose :is(ol, ul) { list-style: none; }
.gradio-container button:focus-visible, a:focus-visible, .pk-paper:focus-visible { outline: 2px solid var(--pk-blue);
  outline-offset: 1px; }
#pk-top { border-bottom: 2px solid var(--pk-blue); border-radius: 0; padding: 14px 0 8px !important; }
.pk-top { display: flex; align-items: baseline; gap: 16px; flex-wrap: wrap; color: var(--pk-ink); }
.pk-top h1 { margin: 0; font-size: 22px; font-weight: 700; letter-spacing: .04em; color: var(--pk-ink); }
.pk-state { color: var(--pk-soft); font-size: 14px; }
.pk-state.pk-busy::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin-right: 6px;
  background: var(--pk-warn); animation: pk-pulse 1.2s infinite; }
@keyframes pk-pulse { 50% { opacity: .25; } }
.pk-shelf-button { display: none; margin-left: auto; }
#pk-main { gap: 24px; flex-wrap: nowrap; align-items: stretch; }
#pk-main .prose, #pk-main .html-container { color: var(--pk-ink); font-size: 15px; line-height: 1.75; }
.tabs button[role=tab] { font-size: 15px; }

#pk-log { height: calc(100dvh - 270px); min-height: 260px; overflow-y: auto !important; scrollbar-width: thin; }
.pk-turn { margin: 0 0 16px; } .pk-turn p + p { margin-top: 6px !important; }
.pk-user { display: flex; justify-content: flex-end; padding-left: 15%; }
.pk-user p { background: var(--pk-tint); border-radius: 10px 10px 2px 10px; padding: 8px 14px !important; overflow-wrap: anywhere; }
.pk-bot { border: 1px solid var(--pk-line); border-radius: 2px 10px 10px 10px; background: var(--pk-paper); padding: 14px 18px;
  overflow-wrap: anywhere; }
.pk-pending { color: var(--pk-soft) !important; animation: pk-pulse 1.6s infinite; }
.pk-badge { display: inline-block; border-left: 4px solid currentColor; padding-left: 10px !important; margin-bottom: 8px !important;
  font-weight: 700; font-size: 16px; }
p.pk-answered { color: var(--pk-blue) !important; } p.pk-needs_input { color: var(--pk-warn) !important; }
p.pk-not_eligible, p.pk-invalid_input { color: var(--pk-bad) !important; } p.pk-not_found { color: var(--pk-soft) !important; }
.pk-mark { color: var(--pk-blue) !important; font-size: .82em; vertical-align: .28em; text-decoration: none !important;
  padding: 0 1px; font-weight: 600; }
a.pk-mark:hover { text-decoration: underline !important; }
.pk-warning, .pk-failure { color: var(--pk-warn) !important; font-size: 14px; } .pk-failure { color: var(--pk-bad) !important;
  padding: 10px 0 !important; }
.pk-turn h4, .pk-result h4 { font-size: 14px; font-weight: 600; color: var(--pk-soft) !important; margin: 14px 0 6px !important; }
.pk-cites ol { display: grid; gap: 8px; }
.pk-cite { display: grid; grid-template-columns: auto 1fr auto; gap: 2px 8px; width: 100%; text-align: left;
  background: var(--pk-ground);
  border: 1px solid var(--pk-line); border-radius: 6px; padding: 8px 12px; color: var(--pk-ink); line-height: 1.65; font-size: 14px;
  cursor: pointer; }
.pk-cite:hover, .pk-cite.pk-active { border-color: var(--pk-blue); }
.pk-n { background: var(--pk-blue); color: var(--pk-paper); border-radius: 3px; font-size: 12px; line-height: 18px; min-width: 18px;
  height: 18px; text-align: center; align-self: center; }
.pk-where { font-weight: 600; } .pk-open { color: var(--pk-blue); font-size: 13px; white-space: nowrap; grid-column: 3; }
.pk-cite q { grid-column: 1 / -1; color: var(--pk-soft); quotes: "“" "”"; display: -webkit-box; -webkit-box-orient: vertical;
  -webkit-line-clamp: 4; overflow: hidden; }
.pk-cite .pk-meta { grid-column: 1 / -1; }
.pk-meta { color: var(--pk-soft) !important; font-size: 13px; }
.pk-calc table { width: 100%; border-collapse: collapse; font-size: 14px; border: 1px solid var(--pk-line) !important; }
.pk-calc :is(th, td) { border: 1px solid var(--pk-line) !important; padding: 6px 12px !important; text-align: left;
  color: var(--pk-ink) !important; }
.pk-calc th { background: var(--pk-ground); font-weight: 600; } .pk-calc :is(th, td):last-child { text-align: right;
  white-space: nowrap; }
.pk-assumed { margin-top: 8px; font-size: 13px; color: var(--pk-soft); } .pk-assumed h5 { font-size: 13px; font-weight: 600; }
.gradio-container .prose .pk-assumed ul { list-style: disc; padding-left: 1.4em; }
.pk-amount { display: flex; align-items: baseline; gap: 10px; } .pk-amount b { font-size: 30px; color: var(--pk-blue);
  font-weight: 700; }
.pk-welcome { padding: 9vh 4% 0; } .pk-welcome h2 { font-size: 22px; font-weight: 600; }
.pk-welcome p { color: var(--pk-soft) !important; margin: 4px 0 18px !important; }
.pk-welcome ul { display: flex; flex-wrap: wrap; gap: 10px; }
.pk-chip, .pk-copy, .pk-close, .pk-shelf-button, button.pk-open { border: 1px solid var(--pk-line); background: var(--pk-paper);
  color: var(--pk-ink);
  border-radius: 6px; padding: 7px 14px; font-size: 14px; line-height: 1.5; cursor: pointer; text-align: left; }
.pk-chip:hover, .pk-copy:hover, .pk-close:hover, .pk-shelf-button:hover, button.pk-open:hover { border-color: var(--pk-blue);
  color: var(--pk-blue); }
.pk-copy, .pk-close, .pk-shelf-button, button.pk-open { padding: 3px 10px; font-size: 13px; }
#pk-hint p { color: var(--pk-soft) !important; font-size: 13px; padding: 2px 0; }
.gradio-container .html-container { padding: 0 !important; }
.tabs button[role=tab][aria-selected=true] { color: var(--pk-blue); } .tabs button[role=tab]::after { background-color: var(--pk-blue); }
#pk-ask { border: 1px solid var(--pk-line); border-radius: 8px; } #pk-ask:focus-within { border-color: var(--pk-blue); }
#pk-ask button, #pk-query button { background: #1b4f91; color: #fff; border-radius: 6px; padding: 4px 16px; }
.gradio-container .prose :is(.pk-cite, .pk-chip, .pk-copy, .pk-close, .pk-shelf-button, button.pk-open) { font-weight: 400; }

#pk-side { position: sticky; top: 10px; align-self: flex-start; margin-top: 12px;
  border: 1px solid var(--pk-line); border-radius: 8px; background: var(--pk-paper); overflow: hidden; }
#pk-panel { height: calc(100dvh - 94px); padding: 0; } #pk-panel > div, #pk-panel .prose { height: 100%; }
.pk-source { display: flex; flex-direction: column; height: 100%; }
.pk-head { padding: 14px 20px 10px; border-bottom: 1px solid var(--pk-line); } .pk-head h3 { font-size: 17px; font-weight: 700;
  line-height: 1.5; }
.pk-close { float: right; margin-left: 10px; }
.pk-trail { display: flex; flex-wrap: wrap; font-size: 14px; margin: 6px 0 2px !important; }
.pk-trail li + li::before { content: "›"; margin: 0 8px; color: var(--pk-soft); }
.pk-trail li:last-child { font-weight: 700; color: var(--pk-blue) !important; } .pk-copy { margin-top: 8px; }
.pk-paper { flex: 1; overflow-y: auto; padding: 18px 24px 40vh; scrollbar-width: thin; position: relative; }
.pk-shelf .pk-paper { padding: 16px 20px; } .pk-shelf ol { display: grid; gap: 10px; }
.pk-node { padding: 1px 12px; border-left: 3px solid transparent; } .pk-node p { margin: 6px 0 !important; text-indent: 2em; }
.pk-node b { font-weight: 700; color: inherit; } .pk-header p, .pk-title p { text-align: center; text-indent: 0; }
.pk-signature p { text-align: right; }
.pk-header p { color: var(--pk-soft); } .pk-title p { font-size: 18px; font-weight: 700; margin: 14px 0 !important; }
.pk-l1 > p:first-child { font-size: 16px; margin-top: 16px !important; }
.pk-cited { background: var(--pk-tint); border-left-color: var(--pk-blue); border-radius: 0 6px 6px 0; scroll-margin: 30vh; }
.gradio-container mark { background: var(--pk-mark); color: inherit; padding: 1px 0; border-radius: 2px; }
.pk-hits { display: grid; gap: 12px; } .pk-hits > li { border: 1px solid var(--pk-line); border-radius: 6px;
  padding: 12px 16px !important; background: var(--pk-paper); }
.pk-hit-head, .pk-hit-foot { display: flex; gap: 10px; align-items: baseline; flex-wrap: wrap; }
.pk-hit-foot { justify-content: space-between; margin-top: 8px; }
.pk-hit-head .pk-where { color: var(--pk-blue); } .pk-none { padding: 5vh 0; text-align: center; color: var(--pk-soft); }

@media (max-width: 900px) {
  .pk-top h1 { font-size: 18px; } .pk-shelf-button { display: block; } .pk-state { order: 1; width: 100%; }
  #pk-main { flex-direction: column; } #pk-log { height: auto; min-height: calc(100dvh - 290px); overflow: visible; }
  .pk-user { padding-left: 8%; } .pk-bot { padding: 12px 14px; } .pk-welcome { padding-top: 3vh; }
  #pk-ask { position: sticky; bottom: 8px; z-index: 5; }
  #pk-side { position: fixed; inset: 0; z-index: 50; margin: 0; border: 0; border-radius: 0; display: none !important; }
  #pk-side.pk-opened { display: flex !important; } #pk-panel { height: 100dvh; }
  .pk-paper { padding: 12px 12px 40vh; } .pk-head { padding: 12px 16px 10px; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
"""

LOG_SCRIPT = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  if (chip) trigger('submit', { question: chip.dataset.ask });
});
watch('value', () => {
  const asked = [...element.querySelectorAll('.pk-user')].at(-1);
  const log = document.getElementById('pk-log');
  if (!asked) log.scrollTop = 0;
  else if (log.scrollHeight > log.clientHeight) log.scrollTop += asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 8;
  else if (asked.getBoundingClientRect().bottom > innerHeight / 2) asked.scrollIntoView({ block: 'start' });
});
"""

RESULT_SCRIPT = "watch('value', () => element.scrollIntoView({ block: 'nearest' }));"

PANEL_SCRIPT = """
let opener = null;
const side = document.getElementById('pk-side');
const copy = async (button) => {
  const area = document.createElement('textarea');
  area.value = button.dataset.copy;
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(area.value);
    else { document.body.append(area); area.select(); document.execCommand('copy'); }
    button.textContent = '已复制';
  } catch { button.textContent = '复制失败，请手动选择文字'; }
  area.remove();
  setTimeout(() => { button.textContent = '复制引用'; }, 1800);
};
const close = () => {
  side.classList.remove('pk-opened');
  trigger('select', {});
  opener?.focus();
};
document.addEventListener('click', (event) => {
  const at = event.target.closest('[data-clause], [data-document], [data-copy], [data-close]');
  if (!at) return;
  event.preventDefault();
  if ('copy' in at.dataset) return copy(at);
  if ('close' in at.dataset) return close();
  opener = at;
  document.querySelectorAll('.pk-active').forEach((old) => old.classList.remove('pk-active'));
  at.classList.add('pk-active');
  side.classList.add('pk-opened');
  trigger('select', { ...at.dataset });
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && side.classList.contains('pk-opened')) close();
});
watch('value', () => {
  const paper = element.querySelector('.pk-paper');
  const goal = element.querySelector('mark') ?? element.querySelector('#pk-cited');
  if (!paper || !goal) return;
  paper.scrollTop += goal.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 4;
  paper.focus({ preventScroll: true });
});
"""
