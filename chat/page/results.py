"""Search results as HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from chat.page.markup import Tagged, inside, styled_paragraphs
from chat.page.wording import short_label
from corpus import Clause, Span
from kb.hits import Hit

_EXCERPT = 320  # characters of a clause shown on a search card


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
    text = styled_paragraphs(shown, [Tagged(a, b, "mark") for a, b in find_words(shown, words)])
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
