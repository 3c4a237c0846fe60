"""The source panel as HTML: a document with one clause highlighted, or the list of documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from chat.page.markup import Tagged, inside, styled_paragraphs
from chat.page.notices import pending_html
from chat.wording import KIND_NAMES, citation_text, document_facts, is_part, standing_text
from corpus import Clause, PolicyDocument, Span
from kb.lifecycle import DocumentRecord, Standing


def source_html(
    document: PolicyDocument,
    clause_id: str | None = None,
    span: Span | None = None,
    record: DocumentRecord | None = None,
) -> str:
    """A document as a readable page, one clause highlighted and the quoted words marked in it.

    Args:
        document: the document.
        clause_id: the node to highlight; none, or an unknown one, highlights nothing.
        span: source offsets of the quote inside that node.
        record: the same in the knowledge base, which knows whether it was repealed.
    """
    cited = document.clause(clause_id) if clause_id else None
    nodes = "".join(_node_html(node, node is cited, span) for node in document.clauses)
    head = _source_head(document, cited, span, record)
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
    standing = record.standing(date.today())
    shown = "" if standing is Standing.IN_FORCE else standing_text(record, date.today())
    return " · ".join(filter(None, (record.doc_number, issued, f"{record.clause_count} 条", shown)))


def _source_head(
    document: PolicyDocument, cited: Clause | None, span: Span | None, record: DocumentRecord | None
) -> str:
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
        f'<h3>《{escape(document.title)}》</h3><p class="pk-meta">{escape(" · ".join(document_facts(document, record)))}</p>{trail}</div>'
    )


def _trail_name(clause: Clause) -> str:
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
