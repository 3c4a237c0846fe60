"""Search results as HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from itertools import groupby

from chat.links import clause_path
from chat.page.chips import conditions_html
from chat.page.markup import Tagged, inside, styled_paragraphs
from chat.relevance import level, remark, shown_scores
from chat.wording import short_label, standing_text
from corpus import Clause, Span
from kb.finding import Found
from kb.hits import Hit
from kb.lifecycle import DocumentRecord, Standing

_EXCERPT = 320  # characters of a clause shown on a search card


@dataclass(frozen=True, slots=True)
class Shown:
    """How a result is shown.

    Attributes:
        words: what to mark in the hits.
        records: documents by id.
        day: the day on which their standing is told.
        quick: whether the query is still being typed.
        grouped: whether hits of one document stand together.
        more: whether there are further hits.
        download: the search as a query string, "" where there is nothing to take away.
    """

    words: tuple[str, ...] = ()
    records: Mapping[str, DocumentRecord] = field(default_factory=dict)
    day: date = date.min
    quick: bool = False
    grouped: bool = False
    more: bool = False
    download: str = ""


def search_results_html(found: Found, shown: Shown) -> str:
    """What was understood, what to know of the result, then hits as cards with the words that matched marked."""
    wanted = sorted({word for word in shown.words if len(word) > 1}, key=len, reverse=True)
    scored = shown_scores(found)
    hits = _grouped(found.hits) if shown.grouped else list(found.hits)
    body = ""
    for document_id, some in groupby(hits, key=lambda hit: hit.document_id if shown.grouped else ""):
        cards = [_hit_html(hit, wanted, hit.clause.id in scored, shown) for hit in some]
        if shown.grouped:
            body += _group_head(document_id, len(cards), shown)
        body += f'<ol class="pk-hits">{"".join(cards)}</ol>'
    if shown.more:
        body += '<button type="button" class="pk-chip pk-more-hits" data-more>更多</button>'
    return conditions_html(found) + _remarks_html(found, shown.quick) + _bar_html(found, shown) + body


def _grouped(hits: Sequence[Hit]) -> list[Hit]:
    """Documents in the order of their best hits."""
    order = {document: n for n, document in enumerate(dict.fromkeys(hit.document_id for hit in hits))}
    return sorted(hits, key=lambda hit: order[hit.document_id])


def _group_head(document_id: str, count: int, shown: Shown) -> str:
    record = shown.records.get(document_id)
    name = record.name if record else document_id
    return (
        f'<h3 class="pk-hits-group"><span>{escape(name)}</span>{_standing_html(record, shown.day)}'
        f'<span class="pk-meta">{count} 条</span></h3>'
    )


def _bar_html(found: Found, shown: Shown) -> str:
    """How many hits there are, and the ways to take them away."""
    if not found.hits:
        return ""
    count = f"{'前 ' if shown.more else ''}{len(found.hits)} 条"
    said = "按关键词匹配，停顿后按相关度排序" if shown.quick else ""
    links = "".join(
        f'<a class="pk-take-away" href="export/search.{kind}?{escape(shown.download)}" download>{name}</a>'
        for kind, name in (("xlsx", "导出 Excel"), ("csv", "导出 CSV"))
        if shown.download
    )
    told = " · ".join(filter(None, (count, said)))
    return f'<div class="pk-found-bar"><span class="pk-meta" role="status">{told}</span>{links}</div>'


def _remarks_html(found: Found, quick: bool) -> str:
    """What the query names and is not there, and that a result is empty or doubtful; not while it is being typed."""
    if quick and found.hits:
        return ""
    notices = "".join(
        f'<p class="pk-warning">{escape(unknown.notice)}</p>'
        for unknown in found.understood.unknown
        if not quick
    )
    said = remark(found)
    if said:
        notices += f'<p class="{"pk-remark" if found.hits else "pk-none"}">{escape(said)}</p>'
    return f'<div class="pk-remarks" role="status">{notices}</div>' if notices else ""


def _hit_html(hit: Hit, words: Sequence[str], scored: bool, shown: Shown) -> str:
    clause = hit.clause
    first, last = _excerpt(clause, hit.passage)
    text = f"{'…' if first else ''}{clause.text[first:last].strip()}{'…' if last < len(clause.text) else ''}"
    marked = styled_paragraphs(text, [Tagged(a, b, "mark") for a, b in find_words(text, words)])
    units = "、".join(dict.fromkeys((*clause.lead, *clause.participants)))
    place = short_label(clause, hit.document_id)
    standing = "" if shown.grouped else _standing_html(shown.records.get(hit.document_id), shown.day)
    document = "" if shown.grouped else f'<span class="pk-meta">{escape(hit.document_name)}</span>'
    return (
        f'<li tabindex="-1" aria-label="{escape(clause.label)}"><div class="pk-hit-head"><span class="pk-where">{escape(place)}</span>'
        f"{document}{standing}{_level_html(hit) if scored else ''}</div>"
        f'<div class="pk-clause-text">{marked}</div>'
        f'<div class="pk-hit-foot"><span class="pk-meta">{escape(units)}</span><span class="pk-hit-ways">'
        f'<a class="pk-clause-link" href="{escape(clause_path(clause.id))}" target="_blank" rel="noopener">固定链接</a>'
        f'<button type="button" class="pk-open" data-clause="{escape(clause.id)}" data-start="{hit.passage.start}"'
        f' data-end="{hit.passage.end}">在原文中打开</button></span></div></li>'
    )


def _standing_html(record: DocumentRecord | None, day: date) -> str:
    """A mark on what is not in force, "" on what is."""
    if record is None or record.standing(day) is Standing.IN_FORCE:
        return ""
    told = record.standing(day).value
    return f'<span class="pk-standing-badge" title="{escape(standing_text(record, day))}">{told}</span>'


def _level_html(hit: Hit) -> str:
    return f'<span class="pk-level" title="相关度 {hit.score:.2f}（0 至 1）">相关度 {level(hit)}</span>'


def _excerpt(clause: Clause, passage: Span) -> tuple[int, int]:
    """The part of a long clause to show: where the passage that matched begins."""
    if len(clause.text) <= _EXCERPT:
        return 0, len(clause.text)
    first = min(inside(clause, passage)[0], len(clause.text) - _EXCERPT)
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
