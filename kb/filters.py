"""Filters that a person sets beside a query, as conditions like those a query is understood to have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from corpus import InputError, NotFound, Span, UsageError
from kb.lifecycle import DocumentRecord
from kb.money import format_yuan, read_amounts
from kb.names import matching_documents, matching_units
from kb.numerals import fold, parse_number
from kb.query.conditions import Condition, Days, Documents, Kind, Limit, UnitRole, Units, Value
from kb.query.figures import AMOUNT, PERCENT, Role
from kb.query.places import find_places

_NOWHERE = Span(0, 0)  # a filter stands in no text
_ROLE_NAMES = {UnitRole.LEAD: "牵头单位", UnitRole.PARTICIPANT: "参与单位", UnitRole.ANY: "单位"}
_SHOWN = {">=": "≥", "<=": "≤"}
_FIGURES = {
    "amount": ("金额", AMOUNT, frozenset({Role.CAP, Role.PLAIN})),
    "cap": ("上限", AMOUNT, frozenset({Role.CAP})),
    "floor": ("下限", AMOUNT, frozenset({Role.FLOOR})),
    "rate": ("比例", PERCENT, frozenset(Role)),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person set; "" and None are no filter.

    Attributes:
        doc: 文号 or part of the title of documents.
        unit: full or short name of a unit.
        role: what that unit is to a clause.
        region: a place whose documents are meant.
        day: a day on which documents must be in force.
        figure: ``amount``, ``cap``, ``floor`` or ``rate``.
        comparator: ``>=`` or ``<=``.
        value: what that figure is compared with, as typed: 500万元, 30%.
    """

    doc: str = ""
    unit: str = ""
    role: UnitRole = UnitRole.ANY
    region: str = ""
    day: date | None = None
    figure: str = "amount"
    comparator: str = ">="
    value: str = ""


def conditions_of(
    filters: Filters, records: Mapping[str, DocumentRecord], units: Collection[str]
) -> tuple[Condition, ...]:
    """The conditions that filters are; each has the key ``set:`` and its kind.

    Args:
        filters: as set.
        records: documents by id.
        units: names of all units, as printed.

    Raises:
        NotFound: no document, unit or region fits.
        UsageError: the figure cannot be read.
    """
    return tuple(_conditions(filters, records, units))


def _conditions(
    filters: Filters, records: Mapping[str, DocumentRecord], units: Collection[str]
) -> Iterator[Condition]:
    if doc := filters.doc.strip():
        yield _document(doc, records)
    if unit := filters.unit.strip():
        names = matching_units(units, unit)
        if not names:
            raise NotFound(f"没有由“{unit}”牵头或参与的条款，请从列表中选择单位。")
        label = f"{_ROLE_NAMES[filters.role]}：{unit}"
        yield _set(Kind.UNIT, label, Units(tuple(sorted(names)), filters.role))
    if region := filters.region.strip():
        yield _set(Kind.REGION, f"地区：{region}", Documents(_of_region(region, records)))
    if filters.day is not None:
        label = f"{filters.day.isoformat()} 有效"
        yield _set(Kind.IN_FORCE, label, Days(filters.day, filters.day))
    if filters.value.strip():
        yield _figure(filters)


def _set(kind: Kind, label: str, value: Value) -> Condition:
    return Condition(kind, f"set:{kind.value}", label, _NOWHERE, value)


def _document(doc: str, records: Mapping[str, DocumentRecord]) -> Condition:
    try:
        ids = sorted(matching_documents(records.values(), doc))
    except NotFound as error:
        raise NotFound(f"没有文号或标题含“{doc}”的文件，请从列表中选择文件。") from error
    label = f"文件：{records[ids[0]].name}" if len(ids) == 1 else f"文件：含“{doc}”的 {len(ids)} 份"
    return _set(Kind.DOCUMENT, label, Documents(tuple(ids)))


def _of_region(region: str, records: Mapping[str, DocumentRecord]) -> tuple[str, ...]:
    """Documents that hold at a place or at a part of it, and those that hold everywhere."""
    regions = {record.region for record in records.values()} - {""}
    places = find_places(region, regions)
    holding = {each for each in regions if any(place.holds(each) for place in places) or each == region}
    if not holding:
        raise NotFound(f"没有“{region}”的文件，请从列表中选择地区。")
    return tuple(
        key
        for key, record in records.items()
        if record.region in holding or (not record.region and record.level == "国家")
    )


def _figure(filters: Filters) -> Condition:
    if filters.figure not in _FIGURES or filters.comparator not in _SHOWN:
        raise UsageError("金额条件不可用，请重新选择。")
    called, kind, roles = _FIGURES[filters.figure]
    value, written = (_percent if kind == PERCENT else _yuan)(filters.value.strip())
    label = f"{called} {_SHOWN[filters.comparator]} {written}"
    return _set(Kind.FIGURE, label, Limit(kind, filters.comparator, value, roles))


def _percent(typed: str) -> tuple[Decimal, str]:
    """A percentage as typed, and as it is shown.

    >>> _percent("30%"), _percent("百分之三十")[1], _percent("12.5")[1]
    ((Decimal('30'), '30%'), '30%', '12.5%')
    """
    value = parse_number(fold(typed).removeprefix("百分之").rstrip("% "))
    if value is None:
        raise UsageError(f"看不懂比例“{typed}”，请写成 30% 这样的数。")
    return value, f"{value.normalize():f}%"


def _yuan(typed: str) -> tuple[Decimal, str]:
    """An amount as typed, and as it is shown.

    >>> _yuan("500万")
    (Decimal('5000000'), '500万元')
    >>> _yuan("500")
    Traceback (most recent call last):
    ...
    corpus.errors.UsageError: 看不懂金额“500”，请连单位写，如 500万元。
    """
    try:
        (amount,) = read_amounts(typed)
    except (InputError, ValueError) as error:
        raise UsageError(f"看不懂金额“{typed}”，请连单位写，如 500万元。") from error
    return amount.value, format_yuan(amount.value)
