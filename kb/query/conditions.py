"""What a query was understood to ask: conditions that can be taken away one by one, and what is left to rank by."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from corpus import Span
from kb.lifecycle import DocumentRecord
from kb.query.figures import Figure, Role


class Kind(StrEnum):
    """What a condition is about."""

    DOCUMENT = "doc"
    CLAUSE = "clause"
    UNIT = "unit"
    ISSUER = "issuer"
    REGION = "region"
    IN_FORCE = "in_force"
    ISSUED = "issued"
    FIGURE = "figure"
    PHRASE = "phrase"


class UnitRole(StrEnum):
    """What a unit is to a clause."""

    LEAD = "lead"
    PARTICIPANT = "participant"
    ANY = "unit"


@dataclass(frozen=True, slots=True)
class Documents:
    """Ids of documents, in the order of the knowledge base; those of several such conditions are all meant."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clauses:
    """Ids of clauses that are asked for themselves; those of several such conditions are all meant."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Units:
    """Names of units as the clauses print them, one of which must have the role."""

    names: tuple[str, ...]
    role: UnitRole


@dataclass(frozen=True, slots=True)
class Days:
    """A stretch of days, both ends included, None where it is open.

    >>> Days(date(2024, 1, 1), None).includes(date(2025, 1, 1)), Days(None, date(2024, 1, 1)).includes(None)
    (True, False)
    """

    first: date | None
    last: date | None

    def includes(self, day: date | None) -> bool:
        """Whether a day is one of them; an unknown day is not."""
        return (
            day is not None
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )

    def holds(self, record: DocumentRecord) -> bool:
        """Whether a document is in force on one of the days."""
        first = max(filter(None, (self.first, record.first_day)), default=None)
        last = min(filter(None, (self.last, record.effective_to)), default=None)
        if first is not None and last is not None and last < first:
            return False
        repealed = record.repealed_by and (
            record.repealed_on is None or (first is not None and record.repealed_on <= first)
        )
        return not repealed


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on a figure of a clause; one of its figures must meet it.

    Attributes:
        kind: ``amount`` (yuan), ``percent``, or ``count:`` and what is counted (``count:家``).
        comparator: ``>=``, ``>``, ``<=``, ``<`` or ``=``.
        value: in yuan, percent or pieces, exact.
        roles: what the figure may be to the clause.
    """

    kind: str
    comparator: str
    value: Decimal
    roles: frozenset[Role]

    def is_met_by(self, figure: Figure) -> bool:
        """Whether a figure meets it."""
        if figure.kind != self.kind or figure.role not in self.roles:
            return False
        compared = {
            ">=": figure.value >= self.value,
            ">": figure.value > self.value,
            "<=": figure.value <= self.value,
            "<": figure.value < self.value,
            "=": figure.value == self.value,
        }
        return compared[self.comparator]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that a clause must contain, up to blanks, case and width."""

    words: str


Value = Documents | Clauses | Units | Days | Limit | Phrase


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a query restricts the search to.

    Attributes:
        kind: what it is about.
        key: short stable name, for the command line and the web.
        label: what its chip says.
        span: where it stands in the text as typed.
        value: what must hold.
    """

    kind: Kind
    key: str
    label: str
    span: Span
    value: Value


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a query names and the knowledge base does not have.

    Attributes:
        kind: what it would be.
        words: as typed.
        notice: one Chinese line for the user.
        span: where it stands in the text as typed.
    """

    kind: Kind
    words: str
    notice: str
    span: Span


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as understood.

    Attributes:
        text: as typed.
        rest: what is left to rank by; empty where the conditions are all there is.
        conditions: in the order typed; all must hold, except that documents (and clauses) are alternatives.
        unknown: what it names and the knowledge base does not have.
    """

    text: str
    rest: str
    conditions: tuple[Condition, ...] = ()
    unknown: tuple[Unknown, ...] = ()

    def without(self, keys: Collection[str]) -> Understood:
        """The query without some conditions, whose words are ranked by again; unknown keys are passed over."""
        kept = tuple(each for each in self.conditions if each.key not in keys)
        return replace(self, conditions=kept, rest=remainder(self.text, (each.span for each in kept)))

    def of(self, kind: Kind) -> tuple[Condition, ...]:
        """Its conditions of one kind."""
        return tuple(each for each in self.conditions if each.kind is kind)

    @property
    def documents(self) -> frozenset[str] | None:
        """Documents that what it names, their issuers and their places leave; None where it says nothing of them.

        Days are left to ``admits``, which takes a document's dates. Where clauses are asked for by address, they say
        themselves which documents they are of.
        """
        chosen: frozenset[str] | None = None
        for kind in (Kind.DOCUMENT, Kind.ISSUER, Kind.REGION):
            ids = frozenset(
                each for c in self.of(kind) if isinstance(c.value, Documents) for each in c.value.ids
            )
            if self.of(kind) and not (kind is Kind.DOCUMENT and self.of(Kind.CLAUSE)):
                chosen = ids if chosen is None else chosen & ids
        return chosen

    def admits(self, record: DocumentRecord) -> bool:
        """Whether a document meets the conditions on days."""
        in_force = (each.value for each in self.of(Kind.IN_FORCE))
        issued = (each.value for each in self.of(Kind.ISSUED))
        return all(days.holds(record) for days in in_force if isinstance(days, Days)) and all(
            days.includes(record.issued_on) for days in issued if isinstance(days, Days)
        )

    @property
    def clauses(self) -> frozenset[str] | None:
        """Clauses asked for by their addresses, None where none is."""
        found = self.of(Kind.CLAUSE)
        ids = (each for c in found if isinstance(c.value, Clauses) for each in c.value.ids)
        return frozenset(ids) if found else None


def remainder(text: str, spans: Iterable[Span]) -> str:
    """A text without some stretches, and without the little words and marks that joined them to the rest.

    >>> remainder("省科技厅牵头的床位补助", [Span(0, 6)])
    '床位补助'
    >>> remainder("《办法》第三条，“床位”", [Span(0, 7), Span(8, 12)])
    ''
    """
    left, at = list[str](), 0
    for span in sorted(spans):
        left.append(text[at : span.start])
        at = max(at, span.end)
    left.append(text[at:])
    if len(left) == 1:
        return text.strip(_MARKS)
    return " ".join(filter(None, (_trimmed(piece, n > 0) for n, piece in enumerate(left))))


_MARKS = " \t\n\r\u3000，,。.；;、：:！!？?·…—-"
_SAYS_NOTHING = re.compile(  # 查一下, 有哪些条款, 讲了什么
    r"^(?:请问|请|帮我|查一?下?|找一?下?|搜一?下?|列出|看看|一下|有?哪些|有什么|哪几[条项个]|所有|全部|条款|条文|任务|措施|工作|事项|政策"
    r"|文件|规定|内容|和|与|及|或|以及|且|并且?|是|有|都|由|的|吗|呢|里|中|讲了?什么|说了?什么|[讲说]的?是?啥|怎么规定|是什么|（|）|\(|\)|\s)*$"
)
_JOINS = ("里面的", "当中的", "里的", "中的", "里面", "当中", "之中", "里", "中", "的")


def _trimmed(piece: str, follows: bool) -> str:
    piece = piece.strip(_MARKS)
    if follows:
        join = next((each for each in _JOINS if piece.startswith(each)), "")
        piece = piece.removeprefix(join).strip(_MARKS)
    return "" if _SAYS_NOTHING.match(piece) else piece
