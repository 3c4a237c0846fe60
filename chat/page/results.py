"""Search results as HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from chat.page.chips import conditions_html
from chat.page.markup import Tagged, inside, styled_paragraphs
from chat.relevance import level, remark, shown_scores
from chat.wording import short_label
from corpus import Clause, Span
from kb.finding import Found
from kb.hits import Hit

_EXCERPT = 320  # characters of a clause shown on a search card


def search_results_html(found: Found, words: Iterable[str]) -> str:
    """What was understood, what to know of the result, then hits as cards with the words that matched marked."""
    wanted = sorted({word for word in words if len(word) > 1}, key=len, reverse=True)
    scored = shown_scores(found)
    cards = "".join(_hit_html(hit, wanted, hit.clause.id in scored) for hit in found.hits)
    return (
        conditions_html(found) + _remarks_html(found) + (f'<ol class="pk-hits">{cards}</ol>' if cards else "")
    )


def _remarks_html(found: Found) -> str:
    """What the query names and is not there, and that a result is empty or doubtful."""
    notices = "".join(
        f'<p class="pk-warning">{escape(unknown.notice)}</p>' for unknown in found.understood.unknown
    )
    said = remark(found)
    if said:
        notices += f'<p class="{"pk-remark" if found.hits else "pk-none"}">{escape(said)}</p>'
    return f'<div class="pk-remarks" role="status">{notices}</div>' if notices else ""


def _hit_html(hit: Hit, words: Sequence[str], scored: bool) -> str:
    clause = hit.clause
    first, last = _excerpt(clause, hit.passage)
    shown = f"{'…' if first else ''}{clause.text[first:last].strip()}{'…' if last < len(clause.text) else ''}"
    text = styled_paragraphs(shown, [Tagged(a, b, "mark") for a, b in find_words(shown, words)])
    units = "、".join(dict.fromkeys((*clause.lead, *clause.participants)))
    place = short_label(clause, hit.document_id)
    return (
        f'<li><div class="pk-hit-head"><span class="pk-where">{escape(place)}</span>'
        f'<span class="pk-meta">{escape(hit.document_name)}</span>{_level_html(hit) if scored else ""}</div>'
        f'<div class="pk-text">{text}</div>'
        f'<div class="pk-hit-foot"><span class="pk-meta">{escape(units)}</span>'
        f'<button type="button" class="pk-open" data-clause="{escape(clause.id)}" data-start="{hit.passage.start}"'
        f' data-end="{hit.passage.end}">在原文中打开</button></div></li>'
    )


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
