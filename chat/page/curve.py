"""The amount against one input as a drawing: a light SVG of our own, with the same figures as a table.

An SVG made here needs no library in the browser, takes the page's colours in light and dark, and can be read aloud; Plotly would
be 4 MB for one line. ``calculator.js`` reads ``data-stops`` to tell the exact amounts under the pointer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from html import escape
from itertools import pairwise

from chat.subsidy.caps import Cap, reached
from chat.subsidy.curve import Curve, Point, round_step, rounded_up
from chat.subsidy.form import show_value
from chat.wording import written
from kb.money import format_yuan

_WIDTH, _HEIGHT = 520, 312
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 14, 26, 46
_MOST_CAPS = Decimal("1.6")  # a limit so many times above the highest amount is told below the drawing
_LEAST_GAP = 15  # between two lines of text
_NEAR = 84  # between the middles of two figures on one line


def curve_html(curve: Curve) -> str:
    """The drawing with its words: what it shows, the limits with their clauses, and a table of its points."""
    chart = _Chart(curve)
    return (
        f'<figure class="pk-curve"><figcaption>{escape(chart.title)}</figcaption>'
        f'<p class="pk-reading" role="status" aria-live="polite">{escape(_reading(curve, curve.here))}</p>'
        f"{chart.svg()}{_caps_html(curve, chart)}{_table_html(curve)}</figure>"
    )


def show_x(curve: Curve, x: Decimal) -> str:
    """A value of the input: 6000万元, 800张."""
    return show_value(curve.input, x)


class _Chart:
    """Where things are on the drawing, in its own units."""

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        highest = max(point.amount for piece in curve.pieces for point in (piece.start, piece.end))
        self.caps = [cap for cap in curve.caps if 0 < cap.value <= highest * _MOST_CAPS]
        top = max([highest, *(cap.value for cap in self.caps)])
        self.top = rounded_up(top * Decimal("1.12"), 5) if top else Decimal(1)
        self.title = f"{curve.input.label}与可得金额"

    def x(self, value: Decimal) -> float:
        """Across."""
        return round(_LEFT + float(value / self.curve.reach) * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, amount: Decimal) -> float:
        """Down."""
        return round(_HEIGHT - _BOTTOM - float(amount / self.top) * (_HEIGHT - _TOP - _BOTTOM), 1)

    def svg(self) -> str:
        """The drawing."""
        stops = [
            [self.x(stop.x), self.y(stop.amount), show_x(self.curve, stop.x), format_yuan(stop.amount)]
            for stop in self.curve.stops
        ]
        parts = (*self._axes(), *self._lines(), *self._cap_lines(), *self._dots())
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" tabindex="0" aria-labelledby="pk-curve-title pk-curve-desc"'
            f' data-input="{escape(self.curve.input.name)}" data-label="{escape(self.curve.input.label)}"'
            f' data-bottom="{_HEIGHT - _BOTTOM}" data-stops="{escape(json.dumps(stops, ensure_ascii=False))}">'
            f'<title id="pk-curve-title">{escape(self.title)}</title>'
            f'<desc id="pk-curve-desc">{escape(_described(self.curve))}</desc>{"".join(parts)}'
            '<g class="pk-cursor" hidden><line /><circle r="4" /></g></svg>'
        )

    def _axes(self) -> Iterator[str]:
        bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
        for amount in _ticks(self.top, 5):
            at = self.y(amount)
            yield f'<line class="pk-grid" x1="{_LEFT}" x2="{right}" y1="{at}" y2="{at}" />'
            yield f'<text x="{_LEFT - 6}" y="{at + 4}" text-anchor="end">{format_yuan(amount)}</text>'
        ticks = list(_ticks(self.curve.reach, 8))
        for value in ticks[:: 2 if len(ticks) > 5 else 1]:
            anchor = "end" if self.x(value) > right - 20 else "middle"
            shown = show_x(self.curve, value) if value else "0"
            yield f'<text x="{self.x(value)}" y="{bottom + 18}" text-anchor="{anchor}">{escape(shown)}</text>'
        yield '<text class="pk-axis" x="4" y="14">可得金额</text>'
        yield (
            f'<text class="pk-axis" x="{right}" y="{_HEIGHT - 6}" text-anchor="end">'
            f"{escape(self.curve.input.label)} →</text>"
        )

    def _lines(self) -> Iterator[str]:
        pieces = self.curve.pieces
        for piece in pieces:
            start, end = piece.start, piece.end
            yield (
                f'<line class="pk-line" x1="{self.x(start.x)}" y1="{self.y(start.amount)}"'
                f' x2="{self.x(end.x)}" y2="{self.y(end.amount)}" />'
            )
        for before, after in pairwise(pieces):
            if before.end.amount != after.start.amount and after.start.x - before.end.x <= 1:
                yield (
                    f'<line class="pk-jump" x1="{self.x(before.end.x)}" y1="{self.y(before.end.amount)}"'
                    f' x2="{self.x(after.start.x)}" y2="{self.y(after.start.amount)}" />'
                )

    def _cap_lines(self) -> Iterator[str]:
        right, taken = _WIDTH - _RIGHT, float("inf")
        for cap in self.caps:
            at = self.y(cap.value)
            words = min(at - 6, taken - _LEAST_GAP)
            taken = words
            yield f'<line class="pk-cap" x1="{_LEFT}" x2="{right}" y1="{at}" y2="{at}" />'
            yield (
                f'<text class="pk-cap-words" x="{_LEFT + 6}" y="{words}">{escape(_in_short(cap))}'
                f"<title>{escape(cap.quote)}</title></text>"
            )

    def _dots(self) -> Iterator[str]:
        """Turns with the value they lie at, above the axis where there is room, and the asker's own point."""
        curve, bottom = self.curve, _HEIGHT - _BOTTOM
        last = float(-_NEAR)
        for turn in curve.turns:
            x, y = self.x(turn.x), self.y(turn.amount)
            yield f'<line class="pk-plumb" x1="{x}" x2="{x}" y1="{y}" y2="{bottom}" />'
            yield f'<circle class="pk-turn-dot" cx="{x}" cy="{y}" r="3.5" />'
            if x - last >= _NEAR:
                last = x
                yield self._beside("pk-turn-words", x, bottom - 8, show_x(curve, turn.x))
        if curve.here and curve.here.x <= curve.reach:
            x, y = self.x(curve.here.x), self.y(curve.here.amount)
            # further right the words stand to the left of the point, where the line is below
            room = y + 44 < bottom and x < _WIDTH * 0.6
            at = y + 22 if room else y - 12
            yield f'<line class="pk-plumb pk-own" x1="{x}" x2="{x}" y1="{y}" y2="{bottom}" />'
            yield f'<circle class="pk-here" cx="{x}" cy="{y}" r="6" />'
            yield self._beside("pk-here-words", x, at, f"您填的 {show_x(curve, curve.here.x)}")

    @staticmethod
    def _beside(name: str, x: float, y: float, words: str) -> str:
        """Words to the right of a point, or to its left where they would not fit."""
        at, anchor = (x + 8, "start") if x < _WIDTH * 0.7 else (x - 8, "end")
        return f'<text class="{name}" x="{at}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _ticks(top: Decimal, parts: int) -> Iterator[Decimal]:
    """Round values from 0 to the top."""
    step = round_step(top, parts)
    value = Decimal(0)
    while value <= top:
        yield value
        value += step


def _in_short(cap: Cap) -> str:
    """A limit on the drawing: the words of the clause where they are short, else its name and figure."""
    return f"“{cap.quote}”" if len(cap.quote) <= 26 else cap.name


def _reading(curve: Curve, point: Point | None) -> str:
    """One point in words."""
    if point is None:
        return "把指针移到线上，或按左右方向键，读出每一处的金额。"
    return f"{curve.input.label}{show_x(curve, point.x)}：{format_yuan(point.amount)}"


def _described(curve: Curve) -> str:
    """The drawing for those who do not see it."""
    turns = "；".join(f"{show_x(curve, turn.x)}处{format_yuan(turn.amount)}" for turn in curve.turns)
    caps = "；".join(cap.name for cap in curve.caps)
    parts = [
        f"横轴是{curve.input.label}，从0到{show_x(curve, curve.reach)}，纵轴是可得金额",
        f"转折点：{turns}" if turns else "",
        f"上限：{caps}" if caps else "",
        f"您填的是{_reading(curve, curve.here)}" if curve.here else "",
    ]
    return "。".join(filter(None, parts)) + "。"


def _caps_html(curve: Curve, chart: _Chart) -> str:
    """Each limit with the words of its clause, to open; those that are too high to be drawn say so."""
    amount = curve.here.amount if curve.here else None
    there = reached(curve.caps, amount)
    items = []
    for cap in curve.caps:
        mood = "已达到" if cap in there else "未达到" if amount is not None else ""
        off = "" if cap in chart.caps else "（高于图的范围，没有画出）"
        badge = f'<b class="pk-cap-{"full" if cap in there else "free"}">{mood}</b>' if mood else ""
        items.append(
            f'<li><button type="button" class="pk-cap-source" data-clause="{escape(cap.clause)}" data-quote="{escape(cap.quote)}">'
            f"{badge}<span>{escape(cap.name)}{off}</span>"
            f'<q>{escape(cap.quote)}</q><span class="pk-meta">{escape(written(cap.clause))}</span></button></li>'
        )
    return f'<ul class="pk-caps" aria-label="上限">{"".join(items)}</ul>' if items else ""


def _table_html(curve: Curve) -> str:
    """The points worth knowing as a table: about ten steps, the turns, the asker's own."""
    every = max(len(curve.stops) // 10, 1)
    marks = {turn.x: "转折点" for turn in curve.turns} | ({curve.here.x: "您填的"} if curve.here else {})
    rows = "".join(
        f"<tr><td>{escape(show_x(curve, stop.x))}</td><td>{escape(format_yuan(stop.amount))}</td>"
        f"<td>{marks.get(stop.x, '')}</td></tr>"
        for number, stop in enumerate(curve.stops, 1)
        if number % every == 0 or stop.x in marks
    )
    return (
        '<details class="pk-points"><summary>用表格看</summary><table><thead><tr>'
        f'<th scope="col">{escape(curve.input.label)}</th><th scope="col">金额</th><th scope="col">说明</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )
