"""Dify's conditions on metadata, put to documents and clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from chat.doors.dify_operators import Operator, Values, Wanted, holds
from corpus import Clause, UsageError
from kb.lifecycle import DocumentRecord

_OF_DOCUMENTS: Mapping[str, Callable[[DocumentRecord], Values]] = {
    "document_id": lambda record: (record.id,),
    "document": lambda record: (record.name,),
    "title": lambda record: tuple(filter(None, (record.title, record.notice_title))),
    "doc_number": lambda record: tuple(filter(None, (record.doc_number,))),
    "issuers": lambda record: record.issuers,
    "region": lambda record: tuple(filter(None, (record.region,))),
    "level": lambda record: tuple(filter(None, (record.level,))),
    "status": lambda record: (record.standing(date.today()).value,),
    "issued_on": lambda record: _there(record.issued_on),
    "effective_from": lambda record: _there(record.effective_from),
    "effective_to": lambda record: _there(record.effective_to),
}
_OF_CLAUSES: Mapping[str, Callable[[Clause], Values]] = {
    "id": lambda clause: (clause.id,),
    "label": lambda clause: (clause.label,),
    "heading": lambda clause: tuple(filter(None, (clause.heading,))),
    "lead": lambda clause: clause.lead,
    "participants": lambda clause: clause.participants,
    "start": lambda clause: (clause.span.start,),
    "end": lambda clause: (clause.span.end,),
}
_CHINESE = {
    "文件": "document",
    "标题": "title",
    "文号": "doc_number",
    "发文机关": "issuers",
    "地区": "region",
    "层级": "level",
    "状态": "status",
    "印发日期": "issued_on",
    "施行日期": "effective_from",
    "失效日期": "effective_to",
    "条款": "label",
    "牵头单位": "lead",
    "责任单位": "participants",
}


class Condition(BaseModel):
    """One condition; where it names several fields, one of them has to meet it."""

    name: str | Annotated[list[str], Field(min_length=1, max_length=20)]
    comparison_operator: Operator
    value: Wanted = None

    @property
    def fields(self) -> list[str]:
        """Our names of what it is about.

        Raises:
            UsageError: there is no such field.
        """
        named = [self.name] if isinstance(self.name, str) else self.name
        fields = [_CHINESE.get(name, name) for name in named]
        for name in fields:
            if name not in _OF_DOCUMENTS and name not in _OF_CLAUSES:
                known = "、".join([*_OF_DOCUMENTS, *_OF_CLAUSES])
                raise UsageError(f"没有元数据字段“{name[:80]}”，可用的有：{known}。")
        return fields

    def holds(self, values: Values) -> bool:
        """Whether the values of one field meet it; see `holds`."""
        return holds(self.comparison_operator, values, self.value)


class MetadataCondition(BaseModel):
    """All conditions, or any of them."""

    logical_operator: Literal["and", "or"] | None = "and"
    conditions: list[Condition] = Field(default_factory=list, max_length=50)


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions, each with the fields it is about, and whether all must hold."""

    conditions: tuple[tuple[Condition, tuple[str, ...]], ...]
    is_all: bool

    @classmethod
    def of(cls, given: MetadataCondition | None) -> Filter:
        """The filter Dify sends, none where it sends none.

        Raises:
            UsageError: there is no such field.
        """
        if given is None:
            return cls((), True)
        pairs = tuple((each, tuple(each.fields)) for each in given.conditions)
        return cls(pairs, given.logical_operator != "or")

    @property
    def is_of_clauses(self) -> bool:
        """Whether a condition is about clauses."""
        return any(name in _OF_CLAUSES for _, names in self.conditions for name in names)

    def may_hold(self, record: DocumentRecord) -> bool:
        """Whether clauses of a document can pass; what is asked of clauses is left open."""
        open_, told = False, list[bool]()
        for condition, names in self.conditions:
            if any(name in _OF_CLAUSES for name in names):
                open_ = True
            else:
                told.append(_any_field(condition, names, record, None))
        if self.is_all:
            return all(told)
        return open_ or not told or any(told)

    def holds(self, record: DocumentRecord, clause: Clause) -> bool:
        """Whether a clause passes."""
        told = [_any_field(condition, names, record, clause) for condition, names in self.conditions]
        return all(told) if self.is_all or not told else any(told)


def metadata_of(record: DocumentRecord, clause: Clause) -> dict[str, Any]:
    """What is known of a clause and its document, by the names conditions use; several values in a list, days as text."""
    several = ("issuers", "lead", "participants")
    found = {name: values(record) for name, values in _OF_DOCUMENTS.items()}
    found |= {name: values(clause) for name, values in _OF_CLAUSES.items()}
    shown = {name: [str(v) if isinstance(v, date) else v for v in values] for name, values in found.items()}
    return {name: v if name in several else (v[0] if v else "") for name, v in shown.items()}


def _any_field(
    condition: Condition, names: Iterable[str], record: DocumentRecord, clause: Clause | None
) -> bool:
    return any(condition.holds(_values_of(name, record, clause)) for name in names)


def _values_of(name: str, record: DocumentRecord, clause: Clause | None) -> Values:
    if name in _OF_DOCUMENTS:
        return _OF_DOCUMENTS[name](record)
    assert clause is not None
    return _OF_CLAUSES[name](clause)


def _there(day: date | None) -> Values:
    return (day,) if day else ()
