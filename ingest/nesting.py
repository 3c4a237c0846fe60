"""Which style of numbers stands below which in a document.

GB/T 9704-2012 §7.3.3 gives the order 一、（一）1.（1）, statutes 编章节条款项. Some texts turn it round: questions 1. 2. 3. with
lists （一）（二） in their answers, or a charter whose 一、二、 hold articles. The numbers themselves show it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ingest.numbering import PRINTED_ORDER, Style
from ingest.starts import Boundary, Candidate


def nesting(candidates: Sequence[Candidate]) -> tuple[Style, ...]:
    """Styles from the outermost to the innermost, as printed order has it unless the numbers show the contrary.

    >>> from ingest.mapped import Mapped
    >>> from ingest.starts import find_candidates
    >>> lines = ["1.谁能申报？", "（一）企业", "（二）高校", "2.怎么申报？", "3.何时？"]
    >>> order = nesting(find_candidates([Mapped(line, tuple(range(len(line)))) for line in lines]))
    >>> order.index(Style.ARABIC) < order.index(Style.CHINESE_PAREN)
    True
    """
    held = _holdings(candidates)
    order = list(PRINTED_ORDER)
    for inner in PRINTED_ORDER:
        for outer in PRINTED_ORDER:
            if order.index(inner) < order.index(outer) and held[outer, inner] and not held[inner, outer]:
                order.remove(outer)
                order.insert(order.index(inner), outer)
    return tuple(order)


def _holdings(candidates: Sequence[Candidate]) -> Counter[tuple[Style, Style]]:
    """How often a whole list of one style stands between two successive numbers of another: (outer, inner)."""
    last: dict[Style, tuple[int, int]] = {}  # number and index
    list_at: dict[Style, int] = {}  # where the latest list 1, 2 of a style began
    ones: dict[Style, int] = {}
    held: Counter[tuple[Style, Style]] = Counter()
    for index, candidate in enumerate(candidates):
        if candidate.boundary < Boundary.HEADING:
            continue
        style, number = candidate.marker.style, candidate.marker.number
        if number == 1:
            ones[style] = index
        elif style in last and last[style][0] == number - 1:
            if number == 2:
                list_at[style] = ones.get(style, index)
            held.update((style, other) for other, at in list_at.items() if at > last[style][1])
        last[style] = number, index
    return held
