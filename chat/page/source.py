"""The source panel as HTML: a document with one clause highlighted, or the list of documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from urllib.parse import quote as quote_path

from chat.links import clause_path
from chat.page.markup import Tagged, inside, styled_paragraphs
from chat.page.notices import pending_html
from chat.wording import KIND_NAMES, citation_text, document_facts, is_part, standing_text
from corpus import Clause, NodeKind, PolicyDocument, Span
from kb.lifecycle import DocumentRecord, Standing

_LONG = 600  # nodes of a document that is shown whole
_CLOSE = '<button type="button" class="pk-close" data-close aria-label="关闭原文">关闭</button>'
_AROUND = 150  # nodes before and after the clause in a longer one


def source_html(
    document: PolicyDocument,
    clause_id: str | None = None,
    span: Span | None = None,
    record: DocumentRecord | None = None,
    *,
    whole: bool = False,
    has_pages: Callable[[], bool] = lambda: False,
) -> str:
    """A document as a readable page, one clause highlighted and the quoted words marked in it.

    Args:
        document: the document.
        clause_id: the node to highlight; none, or an unknown one, highlights nothing.
        span: source offsets of the quote inside that node.
        record: the same in the knowledge base, which knows whether it was repealed.
        whole: show a long document to its ends, not only what stands around the clause.
        has_pages: whether there are images of the pages of the original; called only where the document has pages.
    """
    cited = document.clause(clause_id) if clause_id else None
    head = _source_head(document, cited, span, record, has_pages)
    start, end = (0, len(document.clauses)) if whole else _window(document, cited)
    nodes = "".join(_node_html(node, node is cited, span) for node in document.clauses[start:end])
    above = _rest_html(document, cited, span, start, "前面") if start else ""
    below = _rest_html(document, cited, span, rest, "后面") if (rest := len(document.clauses) - end) else ""
    label = f"《{document.title}》全文"
    return (
        f'<div class="pk-source">{head}<div class="pk-paper" tabindex="0" role="region" aria-label="{escape(label)}">'
        f"{above}{nodes}{below}</div></div>"
    )


def _window(document: PolicyDocument, cited: Clause | None) -> tuple[int, int]:
    """The nodes to show: all of a document that is not long, else those around the clause."""
    number = len(document.clauses)
    if number <= _LONG:
        return 0, number
    at = document.clauses.index(cited) if cited else 0
    start = max(0, min(at - _AROUND, number - 2 * _AROUND))
    return start, min(number, start + 2 * _AROUND)


def _rest_html(
    document: PolicyDocument, cited: Clause | None, span: Span | None, number: int, where: str
) -> str:
    """What is left out, and the button that shows it."""
    opens = f'data-clause="{escape(cited.id)}"' if cited else f'data-document="{escape(document.id)}"'
    if cited and span:
        opens += f' data-start="{span.start}" data-end="{span.end}"'
    return (
        f'<p class="pk-rest">{where}还有 {number} 段没有显示。<button type="button" class="pk-small" {opens} data-whole="1">'
        "显示全文</button></p>"
    )


def shelf_html(records: Sequence[DocumentRecord] | None) -> str:
    """The empty source panel: what is in the knowledge base; None while that is not known."""
    items = "".join(
        f'<li><button type="button" class="pk-cite" data-document="{escape(r.id)}"><span class="pk-where">《{escape(r.title)}》</span>'
        f'<span class="pk-meta">{escape(_record_line(r))}</span></button></li>'
        for r in records or ()
    )
    empty = "<p>知识库里还没有文件。管理员可以在“知识库”页上传文件，收入后刷新本页。</p>"
    if records is None:
        empty = pending_html("正在读取文件目录……")
    return (
        '<div class="pk-source pk-shelf"><div class="pk-head"><h3>政策原文</h3><p class="pk-meta">点回答中的序号或“查看原文”，'
        f'条款会在这里的原文中标出。</p></div><div class="pk-paper">{f"<ol>{items}</ol>" if items else empty}</div></div>'
    )


def unopened_html(message: str) -> str:
    """The panel where what was to be opened is not there."""
    return (
        f'<div class="pk-source"><div class="pk-head">{_CLOSE}<h3>政策原文</h3></div>'
        f'<div class="pk-paper" tabindex="0"><p class="pk-failure" role="alert">{escape(message)}</p></div></div>'
    )


def _record_line(record: DocumentRecord) -> str:
    issued = f"{record.issued_on:%Y-%m-%d} 印发" if record.issued_on else ""
    standing = record.standing(date.today())
    shown = "" if standing is Standing.IN_FORCE else standing_text(record, date.today())
    return " · ".join(filter(None, (record.doc_number, issued, f"{record.clause_count} 条", shown)))


def _source_head(
    document: PolicyDocument,
    cited: Clause | None,
    span: Span | None,
    record: DocumentRecord | None,
    has_pages: Callable[[], bool],
) -> str:
    place = _place_html(document, cited, span, has_pages) if cited is not None else ""
    facts = escape(" · ".join(document_facts(document, record)))
    return f'<div class="pk-head">{_CLOSE}<h3>《{escape(document.title)}》</h3><p class="pk-meta">{facts}</p>{place}</div>'


def _place_html(
    document: PolicyDocument, cited: Clause, span: Span | None, has_pages: Callable[[], bool]
) -> str:
    """Where a clause stands, who is in charge of it, and what can be done with it."""
    steps = "".join(
        f'<li><button type="button" {_opens(above)}>{escape(trail_name(above))}</button></li>'
        for above in document.ancestors(cited)
    )
    here = f'<li aria-current="location">{escape(trail_name(cited))}</li>'
    units = "".join(f'<p class="pk-meta">{escape(line)}</p>' for line in unit_lines(cited))
    quote = _quoted(cited, span) or cited.text
    copied = escape(citation_text(document, cited, quote.replace("\n", "")))
    before, after = neighbours(document, cited)
    moves = "".join(
        f'<button type="button" class="pk-small" {_opens(other)} data-move="{way}" title="{escape(trail_name(other))}">{name}</button>'
        if other
        else f'<button type="button" class="pk-small" data-move="{way}" disabled>{name}</button>'
        for other, way, name in ((before, "before", "上一条"), (after, "after", "下一条"))
    )
    return (
        f'<ol class="pk-trail" aria-label="所在位置">{steps}{here}</ol>{units}<div class="pk-tools">'
        f'<button type="button" class="pk-copy" data-copy="{copied}">复制引用</button>'
        f'<button type="button" class="pk-copy" data-copy-link="{escape(clause_path(cited.id))}">复制链接</button>'
        f"{_page_button(document, cited, span, has_pages)}"
        f'<span class="pk-moves" role="group" aria-label="相邻条款">{moves}</span></div>'
    )


def _opens(clause: Clause) -> str:
    return f'data-clause="{escape(clause.id)}"'


def _page_button(
    document: PolicyDocument, cited: Clause, span: Span | None, has_pages: Callable[[], bool]
) -> str:
    """The button that shows the page of the original; "" where there is no image of it."""
    place = document.place(span.start if span and span.length else cited.span.start)
    if place is None or not place.page or not has_pages():
        return ""
    address = f"pages/{quote_path(document.id, safe='')}/{place.page}.png"
    return (
        f'<button type="button" class="pk-small" data-page="{escape(address)}" aria-pressed="false"'
        f' data-alt="《{escape(document.title)}》原件第 {place.page} 页">原件第 {place.page} 页</button>'
    )


def neighbours(document: PolicyDocument, clause: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses printed before and after one."""
    printed = [each for each in document.clauses if each.kind is NodeKind.CLAUSE or each is clause]
    at = printed.index(clause)
    return printed[at - 1] if at else None, printed[at + 1] if at + 1 < len(printed) else None


def unit_lines(clause: Clause) -> list[str]:
    """Who is in charge of a clause, a line a role."""
    roles = (("牵头单位", clause.lead), ("参与（责任）单位", clause.participants))
    return [f"{title}：{'、'.join(names)}" for title, names in roles if names]


def trail_name(clause: Clause) -> str:
    """A step of the breadcrumb: the clause's own number and heading."""
    if is_part(clause):
        return KIND_NAMES[clause.kind]
    number = clause.path[-1]
    separator = "、" if clause.heading and not number.endswith(("）", "章", "节", "条")) else ""
    return f"{number}{separator}{clause.heading}"


def _node_html(node: Clause, cited: bool, span: Span | None) -> str:
    spans = []
    if node.heading and (at := node.text.find(node.heading)) >= 0:
        spans.append(Tagged(0, at + len(node.heading), "b"))
    if cited and span is not None:
        start, end = inside(node, span)
        spans.append(Tagged(start, end, "mark"))
    kind = f"pk-node pk-{node.kind.value} pk-l{min(node.level, 4)}"
    here = ' pk-cited" id="pk-cited' if cited else ""
    return f'<section class="{kind}{here}">{styled_paragraphs(node.text, spans)}</section>'


def _quoted(clause: Clause, span: Span | None) -> str:
    if span is None:
        return ""
    start, end = inside(clause, span)
    return clause.text[start:end]
