"""The straight spans of an amount over whole numbers (fen, people), found by asking for it at ever more of them.

An amount here is a function of a number; None where nothing is given. Shares are cut to whole fen, so a straight line is one
to the fen, and where two lines meet the scraps between them are put right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

Amount = Callable[[int], Decimal | None]
_SLACK = Decimal("0.01")  # yuan: amounts are cut to whole fen
_SCRAP = 1_000_000  # fen: a span no longer than this
_MUCH = 50  # and so many times shorter than one beside it comes of cutting to fen


def spans_of(amount: Amount, grid: Iterable[int], is_money: bool) -> list[tuple[int, int]]:
    """Straight spans of numbers, in order, as long as they can be; what is not given is left out."""
    found: list[tuple[int, int]] = []
    for start, end in pairwise(grid):
        for span in _straight(amount, start, end):
            if found and found[-1][1] == span[0] and _is_on_line(amount, found[-1][0], *span):
                found[-1] = (found[-1][0], span[1])
            else:
                found.append(span)
    return _sharpened(amount, found) if is_money else _stepped(found)


def _straight(amount: Amount, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans inside one, each straight as far as four looks tell."""
    looks = sorted({start + (end - start) * part // 5 for part in range(1, 5)} - {start, end})
    first, last = amount(start), amount(end)
    if first is None and last is None and all(amount(look) is None for look in looks):
        return
    if (
        first is not None
        and last is not None
        and all(_is_on_line(amount, start, look, end) for look in looks)
    ):
        yield start, end
    elif end - start > 1:
        middle = (start + end) // 2
        yield from _straight(amount, start, middle)
        yield from _straight(amount, middle, end)


def _is_on_line(amount: Amount, start: int, between: int, end: int) -> bool:
    first, middle, last = amount(start), amount(between), amount(end)
    if first is None or middle is None or last is None:
        return False
    return abs(middle - first - (last - first) * (between - start) / (end - start)) <= _SLACK


def _stepped(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of a number of things without those from one thing to the next, which are jumps."""
    ends = {end for _, end in spans if end > 1}
    starts = {start for start, _ in spans}
    return [(start, end) for start, end in spans if end - start > 1 or start not in ends or end not in starts]


def _sharpened(amount: Amount, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of money without the scraps around a turn: a turn lies where two lines meet, a jump where it is."""
    result: list[tuple[int, int]] = []
    joined = True  # whether something is given all the way from the last long span
    for number, (start, end) in enumerate(spans):
        joined = joined and number > 0 and spans[number - 1][1] == start
        beside = [
            high - low for low, high in (*spans[max(number - 1, 0) : number], *spans[number + 1 : number + 2])
        ]
        if end - start <= _SCRAP and any(length > _MUCH * (end - start) for length in beside):
            continue
        begin = start
        if result and joined:
            last, low = result[-1]
            jump = _jump(amount, (last, low), (start, end))
            begin = _meet(amount, (last, low), (start, end)) if jump is None else jump + 1
            result[-1] = (last, begin if jump is None else jump)
        result.append((begin, end))
        joined = True
    return result


def _slope(amount: Amount, span: tuple[int, int]) -> Decimal:
    """Yuan a number."""
    first, last = amount(span[0]), amount(span[1])
    assert first is not None and last is not None  # spans are where something is given
    return (last - first) / (span[1] - span[0])


def _jump(amount: Amount, before: tuple[int, int], after: tuple[int, int]) -> int | None:
    """The last number before the amount jumps from one span to the next; None where it only turns."""

    def leap(start: int, end: int) -> Decimal:
        first, last = amount(start), amount(end)
        assert first is not None and last is not None
        return abs(last - first)

    low, high = before[1], after[0]
    steepest = max(abs(_slope(amount, before)), abs(_slope(amount, after)))
    if leap(low, high) <= 4 * _SLACK + (high - low) * steepest:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if leap(low, middle) > leap(middle, high) else (middle, high)
    return low


def _meet(amount: Amount, before: tuple[int, int], after: tuple[int, int]) -> int:
    """The roundest number where two lines meet, as near as whole fen tell."""
    rise, then = _slope(amount, before), _slope(amount, after)
    first, last = amount(before[0]), amount(after[1])
    assert first is not None and last is not None
    if rise == then:
        return after[0]
    if then == 0:  # the least that gives all there is
        low, high = before[0], after[1]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if amount(middle) == last else (middle, high)
        return high
    at = (last - then * after[1] - first + rise * before[0]) / (rise - then)
    room = 2 + 2 * _SLACK / abs(rise - then)
    return roundest(max(int(at - room), before[0] + 1), min(int(at + room) + 1, after[1] - 1))


def roundest(low: int, high: int) -> int:
    """The whole number from ``low`` to ``high`` that ends in most zeros.

    >>> roundest(4_999_999_990, 5_000_000_017), roundest(1234, 1239)
    (5000000000, 1234)
    """
    step = 1
    while -(-low // (step * 10)) * step * 10 <= high and step < high:
        step *= 10
    return -(-low // step) * step
