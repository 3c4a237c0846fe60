"""Clauses of two documents on one matter side by side as HTML."""

from __future__ import annotations

from html import escape

from chat.comparing.facts import Fact
from chat.comparing.matter import Beside, Matter, Side
from chat.page.markup import Tagged, styled_paragraphs
from chat.wording import short_label
from corpus import PolicyDocument

_LEGEND = '<p class="pk-meta pk-compare-legend">标出的是金额、比例、数量、日期、期限和单位：<u>两边相同</u>，<mark>只在一边</mark>。</p>'


def compared_html(matter: Matter) -> str:
    """The heads of both documents, then a row for each pair of clauses."""
    if not matter.rows:
        said = f"两份文件都没有找到与“{matter.words}”相关的条款，可以换个说法再试。"
        return f'<p class="pk-none" role="status">{escape(said)}</p>'
    heads = "".join(_head_html(document) for document in (matter.one, matter.other))
    rows = "".join(_row_html(matter, row) for row in matter.rows)
    return f'{_LEGEND}<div class="pk-columns pk-columns-head">{heads}</div>{rows}'


def _head_html(document: PolicyDocument) -> str:
    return (
        f'<button type="button" class="pk-columns-title" data-document="{escape(document.id)}">'
        f'<span>《{escape(document.title)}》</span><span class="pk-meta">{escape(document.doc_number)}</span></button>'
    )


def _row_html(matter: Matter, row: Beside) -> str:
    sides = _side_html(matter.one, row.one) + _side_html(matter.other, row.other)
    told = _told_html(row) if row.one and row.other else ""
    return f'<section class="pk-matter-row"><div class="pk-columns">{sides}</div>{told}</section>'


def _side_html(document: PolicyDocument, side: Side | None) -> str:
    name = f'<span class="pk-column-name pk-meta">{escape(document.doc_number or document.title)}</span>'
    if side is None:
        return f'<div class="pk-column pk-column-none">{name}<p>另一份文件未找到相应条款</p></div>'
    clause = side.clause
    place = escape(short_label(clause, document.id))
    tags = [Tagged(fact.start, fact.end, "u" if fact in side.shared else "mark") for fact in side.facts]
    doubt = '<span class="pk-level">相关度低，请核对</span>' if side.doubtful else ""
    return (
        f'<div class="pk-column">{name}<div class="pk-hit-head"><span class="pk-where">{place}</span>{doubt}</div>'
        f'<div class="pk-clause-text">{styled_paragraphs(clause.text, tags)}</div><button type="button" class="pk-open"'
        f' data-clause="{escape(clause.id)}" data-start="{clause.span.start}" data-end="{clause.span.end}">在原文中打开</button></div>'
    )


def _told_html(row: Beside) -> str:
    """What both have and what only one has, in words."""
    assert row.one is not None and row.other is not None
    shared = _listed([fact for fact in row.one.facts if fact in row.one.shared])
    lines = [("相同", shared or "无")]
    own = [_listed([fact for fact in side.facts if fact not in side.shared]) for side in (row.one, row.other)]
    if any(own):
        lines += [("仅左", own[0] or "无"), ("仅右", own[1] or "无")]
    if not shared and not any(own):
        return ""
    items = "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in lines)
    return f'<dl class="pk-told-facts">{items}</dl>'


def _listed(facts: list[Fact]) -> str:
    return "；".join(dict.fromkeys(f"{fact.name} {fact.text}" for fact in facts))
