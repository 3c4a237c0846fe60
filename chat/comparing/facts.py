"""The figures, days, periods and units of a clause, and which of them another clause has as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus import Clause
from kb.numerals import NUMBER, fold, parse_number
from kb.query.figures import AMOUNT, PERCENT, Role, read_figures

_ROLES = {Role.CAP: "上限", Role.FLOOR: "下限", Role.PLAIN: ""}
_DAY = re.compile(r"(?:19|20)\d\d\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?|[底末]|度)?")
_PERIOD = re.compile(
    rf"(?<![第0-9.])(?P<number>{NUMBER})\s?(?P<unit>个?(?:工作日|自然日|月|季度|年度)|年|日|天|周|小时)(?![一-鿿]?(?:代|级|生))"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure, day, period or unit of a clause.

    Attributes:
        name: what it is: 金额上限, 比例, 日期, 期限, 牵头单位.
        value: what is compared, the same however it is written.
        text: as printed.
        start: where it stands in the clause's text.
        end: where it ends.
    """

    name: str
    value: str
    text: str
    start: int
    end: int

    def is_as(self, other: Fact) -> bool:
        """Whether both say the same."""
        return (self.name, self.value) == (other.name, other.value)


def facts_of(clause: Clause) -> tuple[Fact, ...]:
    """All of a clause, in order, none inside another."""
    found = sorted((*_figures(clause.text), *_days(clause.text), *_units(clause)), key=_place)
    kept: list[Fact] = []
    for fact in found:
        if not kept or kept[-1].end <= fact.start:
            kept.append(fact)
    return tuple(kept)


def _place(fact: Fact) -> tuple[int, int]:
    return fact.start, -fact.end


def _figures(text: str) -> Iterator[Fact]:
    for figure in read_figures(text):
        kind = {AMOUNT: "金额", PERCENT: "比例"}.get(figure.kind, "数量")
        if figure.start < figure.end:
            value = f"{figure.kind} {figure.value.normalize():f}"
            yield _fact(kind + _ROLES[figure.role], value, text, figure.start, figure.end)


def _days(text: str) -> Iterator[Fact]:
    folded = fold(text) if len(fold(text)) == len(text) else text
    taken = list[tuple[int, int]]()
    for match in _DAY.finditer(folded):
        taken.append(match.span())
        yield _fact("日期", re.sub(r"\s", "", match[0]), text, *match.span())
    for match in _PERIOD.finditer(folded):
        number = parse_number(match["number"])
        apart = all(match.end() <= start or end <= match.start() for start, end in taken)
        if number is not None and apart:
            unit = match["unit"].removeprefix("个")
            yield _fact("期限", f"{number.normalize():f}{unit}", text, *match.span())


def _units(clause: Clause) -> Iterator[Fact]:
    for name, units in (("牵头单位", clause.lead), ("参与单位", clause.participants)):
        for unit in units:
            for match in re.finditer(re.escape(unit), clause.text):
                yield _fact(name, unit, clause.text, *match.span())


def _fact(name: str, value: str, text: str, start: int, end: int) -> Fact:
    return Fact(name, value, text[start:end], start, end)
