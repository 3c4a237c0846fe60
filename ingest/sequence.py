"""Which candidates are clauses: sequence is evidence.

Styles are decided one after the other, outermost first. Within a style the best chain of numbers is sought: each number
counts for as much as the place it stands at is credible, opening a series costs, going on with one costs nothing, and a gap
or a repeat costs so much that only a number at the start of a line makes one by itself. What is in no chain is text.
The search is a dynamic programme over the last number of a chain: linear in the number of candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from ingest.numbering import PRINTED_ORDER, Style
from ingest.starts import Boundary, Candidate

_WORTH = {
    Boundary.COMMA: 0.1,
    Boundary.GLUED: 0.5,
    Boundary.BLANK: 1.4,
    Boundary.HEADING: 1.6,
    Boundary.SENTENCE: 2.0,
    Boundary.LINE: 3.0,
}
_OPEN = 2.1  # to open a series at one: one number at the start of a line does, else it takes two
_OPEN_AGAIN = 2.8  # to open a second one below the same outer number
_CROSS = 0.3  # to go on with a series below another outer number: 1 to 18 under 一 to 四
_GAP = 2.0  # to leave numbers out at the start of a line
_GAP_INSIDE = 2.4  # to leave numbers out inside a paragraph
_REPEAT = 2.5
_OPEN_LATE = 4.5  # to open a series at another number than one
_CUT_OFF = 2.5  # the same for a text whose first articles or main headings are missing
_BACK = 2.9  # to go back to a smaller number with a heading that has a line of its own: a misprint, or a lost outer heading
_MAX_GAP = 3


@dataclass(frozen=True, slots=True)
class _Chain:
    """The best way to take candidates so far that ends with a certain number.

    Attributes:
        score: its worth.
        last: index of the candidate it ends with, -1 for none.
        below: how many outer numbers stand before that one.
    """

    score: float
    last: int
    below: int


def choose(candidates: Sequence[Candidate], order: Sequence[Style] = PRINTED_ORDER) -> list[Candidate]:
    """The candidates that are clauses, in document order; ``order`` has the styles from the outermost to the innermost.

    >>> from ingest.mapped import Mapped
    >>> from ingest.starts import find_candidates
    >>> text = "一、目标（一）支持 二、三级医院。（二）按（五）补助。二、实施（三）督查。四十、其他"
    >>> [c.marker.label for c in choose(find_candidates([Mapped(text, tuple(range(len(text))))]))]
    ['一', '（一）', '（二）', '二', '（三）']
    """
    chosen = [False] * len(candidates)
    for style in order:
        own = [n for n, candidate in enumerate(candidates) if candidate.marker.style is style]
        if own:
            outer = list(accumulate(chosen))
            for n in _best_chain(candidates, own, outer):
                chosen[n] = True
    return [candidate for candidate, taken in zip(candidates, chosen, strict=True) if taken]


def _best_chain(candidates: Sequence[Candidate], own: Sequence[int], outer: Sequence[int]) -> list[int]:
    """Indexes of the candidates of one style that are taken; ``outer`` counts the outer clauses up to each index."""
    chains: dict[int, _Chain] = {}
    best = _Chain(0.0, -1, -1)
    came_from: dict[int, int] = {}
    for n in own:
        candidate = candidates[n]
        before = _best_before(candidate, chains, best, outer[n], candidates)
        if before is None:
            continue
        cost, previous = before
        chain = _Chain(previous.score + _WORTH[candidate.boundary] - cost, n, outer[n])
        number = candidate.marker.number
        if number in chains and chains[number].score >= chain.score:
            continue
        came_from[n] = previous.last
        chains[number] = chain
        if chain.score > best.score:
            best = chain
    taken = []
    at = best.last
    while at >= 0:
        taken.append(at)
        at = came_from[at]
    return taken[::-1]


def _best_before(
    candidate: Candidate, chains: dict[int, _Chain], best: _Chain, below: int, candidates: Sequence[Candidate]
) -> tuple[float, _Chain] | None:
    """What a candidate costs after the chain that it follows best, and that chain; None where it follows none."""
    number, boundary = candidate.marker.number, candidate.boundary
    ways: list[tuple[float, _Chain]] = []
    if previous := chains.get(number - 1):
        ways.append((0.0 if previous.below == below else _CROSS, previous))
    if number == 1:
        ways.append((_OPEN_AGAIN if best.below == below else _OPEN, best))
    elif boundary >= Boundary.SENTENCE:
        is_cut_off = boundary is Boundary.LINE and best.last < 0 and number <= _MAX_GAP + 1
        is_cut_off = is_cut_off and (candidate.marker.style <= Style.ARTICLE or _is_main_heading(candidate))
        ways.append((_CUT_OFF if is_cut_off else _OPEN_LATE, best))
    if boundary >= Boundary.SENTENCE:
        gap = _GAP if boundary is Boundary.LINE else _GAP_INSIDE
        for step in range(2, _MAX_GAP + 2):
            if skipped := chains.get(number - step):
                ways.append((gap if skipped.below == below else gap + 4 * _CROSS, skipped))
    reached = candidates[best.last].marker.number if best.last >= 0 else 0
    if candidate.is_heading and 1 < number <= reached:
        ways.append((_BACK, best))
    if (same := chains.get(number)) and boundary is Boundary.LINE and same.below == below:
        is_other = candidates[same.last].marker.label != candidate.marker.label  # 第三条之一
        ways.append((0.0 if is_other else _REPEAT, same))
    return max(ways, key=lambda way: way[1].score - way[0], default=None)


def _is_main_heading(candidate: Candidate) -> bool:
    """Whether 三、 and a phrase have a line of their own."""
    return candidate.marker.style is Style.CHINESE and candidate.is_heading
