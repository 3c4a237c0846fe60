"""What a rule gives against one of its inputs: straight pieces between the points where the calculator turns.

Nothing of a rule is computed here: `chat.subsidy.calculator.calculate` is asked at points of a grid, and between two points
that do not lie on one line with what is between them it is asked again, down to the fen or to the single thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from chat.answer import Calculation
from chat.subsidy.calc_types import CalculatorInputs, Item
from chat.subsidy.calculator import calculate
from chat.subsidy.caps import Cap, caps_of
from chat.subsidy.spans import spans_of
from corpus import InputError
from kb.money import read_amount
from kb.numerals import parse_number
from kb.rules import Input, Kind, Rule

_PER_DECADE = (10, 18, 32, 56)
_STOPS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """An input and the amount for it."""

    x: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight piece; between two pieces that do not touch nothing is given."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Curve:
    """Amounts against one input.

    Attributes:
        input: the input.
        pieces: in order; where one ends and the next begins one unit further, the amount jumps.
        turns: where the slope changes or the amount jumps, the first point of what comes next.
        stops: points to be read off, the turns and the asker's own among them.
        here: the asker's own point, None where the input was not given.
        caps: the limits that hold.
        reach: how far to the right it is worth looking.
    """

    input: Input
    pieces: tuple[Piece, ...]
    turns: tuple[Point, ...]
    stops: tuple[Point, ...]
    here: Point | None
    caps: tuple[Cap, ...]
    reach: Decimal


def varied_input(rule: Rule) -> Input | None:
    """The number or the money whose change changes the amount; None where a rule has none."""
    if rule.measured is not None:
        return rule.measured
    return rule.input("count") if rule.kind is Kind.FIXED else None


def curve_of(rule: Rule, inputs: CalculatorInputs, as_of: date | None = None) -> Curve | None:
    """The curve for one item, all other inputs as they are; None where the result is no money or nothing can vary.

    Args:
        rule: the rule.
        inputs: complete but for the input that varies.
        as_of: see `calculate`.
    """
    declared = varied_input(rule)
    if declared is None or len(inputs.items) > 1:
        return None
    own = inputs.base if declared is rule.measured else inputs.value(declared.name)
    unit = Decimal("0.01") if declared.type == "money" else Decimal(1)

    def amount(number: int) -> Decimal | None:
        if number not in known:
            known[number] = _amount(rule, _with(rule, inputs, declared, number * unit), as_of)
        return known[number]

    known: dict[int, Decimal | None] = {}
    spans = spans_of(amount, _grid(rule, declared, unit, own), is_money=declared.type == "money")
    if not spans:
        return None

    def point(number: int) -> Point | None:
        found = amount(number)
        return None if found is None else Point(number * unit, found)

    turns = [found for found in map(point, _turns(spans)) if found]
    here = point(int(own / unit)) if own is not None else None
    reach = _reach([turn.x for turn in turns], own if own is not None else _example(declared), unit)
    return Curve(
        declared,
        tuple(_pieces(spans, point, int(reach / unit))),
        tuple(turn for turn in turns if turn.x < reach),
        tuple(_stops(point, turns, here, reach, unit)),
        here,
        caps_of(rule, inputs),
        reach,
    )


def _with(rule: Rule, inputs: CalculatorInputs, declared: Input, x: Decimal) -> CalculatorInputs:
    if declared is not rule.measured:
        return inputs.with_value(declared.name, x)
    stage = inputs.items[0].stage if inputs.items else None
    return replace(inputs, items=(Item(stage, x),))


def _amount(rule: Rule, inputs: CalculatorInputs, as_of: date | None) -> Decimal | None:
    try:
        outcome = calculate(rule, inputs, as_of)
    except InputError:  # more than anyone has
        return None
    return outcome.amount_yuan if isinstance(outcome, Calculation) else None


def _grid(rule: Rule, declared: Input, unit: Decimal, own: Decimal | None) -> list[int]:
    """Numbers of units to begin with: evenly on a log scale, and on both sides of every bound the rule names."""
    most = int(1_000_00000000 / unit) if declared.type == "money" else 100_000_000
    found = {step * 10**power // 10 for power in range(14) for step in _PER_DECADE}
    ranges = [*rule.tiers, *(each for each in rule.conditions if each.input == declared.name)]
    bounds = [bound for each in ranges for bound in (each.lower, each.upper) if bound is not None]
    for bound in (*bounds, *([own] if own is not None else [])):
        found |= {int(bound / unit) + near for near in (-1, 0, 1)}
    return sorted(number for number in found if 0 < number <= most)


def _turns(spans: list[tuple[int, int]]) -> Iterator[int]:
    """Where each span but the first begins; the first too where nothing is given before it."""
    for number, (start, _) in enumerate(spans):
        if number or start > 1:
            yield start


def _pieces(
    spans: Iterable[tuple[int, int]], point: Callable[[int], Point | None], reach: int
) -> Iterator[Piece]:
    for low, high in spans:
        start, end = point(low), point(min(high, reach))
        if low < reach and start and end:
            yield Piece(start, end)


def _example(declared: Input) -> Decimal:
    """The size of what one may put in, where nothing was."""
    try:
        value = read_amount(declared.example) if declared.type == "money" else parse_number(declared.example)
    except InputError:
        value = None
    return value or Decimal(10)


def _reach(turns: list[Decimal], own: Decimal, unit: Decimal) -> Decimal:
    """Past the asker's own point, and past the turns that are near enough to be seen beside it."""
    near = [turn for turn in turns if turn <= own * 25] or turns[:1]
    wanted = max([own * Decimal("1.3"), *(turn * Decimal("1.4") for turn in near), 4 * unit])
    return rounded_up(wanted, 10)


def rounded_up(value: Decimal, parts: int) -> Decimal:
    """The next number that so many round steps, or half of them, reach.

    >>> rounded_up(Decimal(78_000_000), 10), rounded_up(Decimal(3), 10)
    (Decimal('80000000'), Decimal('10'))
    """
    step = round_step(value, parts)
    steps = (value / step).to_integral_value(ROUND_CEILING)
    return steps * step if value > step * parts / 2 else step * parts


def round_step(value: Decimal, parts: int) -> Decimal:
    """The least of 1, 2, 5, 10, 20 … that so many steps of reach a value.

    >>> round_step(Decimal(70_000_000), 60), round_step(Decimal(3), 10)
    (Decimal('2000000'), Decimal('1'))
    """
    power = Decimal(10) ** (value / parts).adjusted()
    return max(next(power * m for m in (1, 2, 5, 10) if power * m * parts >= value), Decimal(1))


def _stops(
    point: Callable[[int], Point | None],
    turns: list[Point],
    here: Point | None,
    reach: Decimal,
    unit: Decimal,
) -> Iterator[Point]:
    step = round_step(reach, _STOPS)
    numbers = {int(step * each / unit) for each in range(1, int(reach / step) + 1)}
    numbers |= {int(each.x / unit) for each in (*turns, *([here] if here else [])) if each.x <= reach}
    for number in sorted(numbers):
        if number > 0 and (found := point(number)):
            yield found
