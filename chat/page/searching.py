"""A search as a person sets it on the page, and what is shown of it: the same for the page's script and for a download."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus import UsageError
from kb.filters import Filters
from kb.finding import Found
from kb.hits import Mode
from kb.query.conditions import Phrase, UnitRole

if TYPE_CHECKING:
    from chat.backend import Backend
    from kb.knowledge_base import KnowledgeBase

MOST = 500
"""Hits of one search, at most."""
PAGE = 20
"""Hits shown at first, and more at a time."""
NOW = "now"
HINT = (
    "输入关键词、问题或条款编号即可，也可以写明文件、单位、日期和金额条件，"
    "例如：保费补贴、二、8、省科技厅牵头的上限不低于500万元的条款。"
)


class Sought(BaseModel):
    """What is searched for; "" is no filter.

    Attributes:
        q: the query as typed.
        quick: whether it is still being typed: words only, and no remarks.
        top: so many hits.
        mode: how to rank.
        without: keys of understood conditions taken away, or ``EVERY_CONDITION``.
        doc: 文号 or title of a document.
        unit: name of a unit.
        role: what it is to a clause.
        region: a place.
        force: "" any, ``now``, or ``day`` for the day below.
        day: the day.
        figure: ``amount``, ``cap``, ``floor`` or ``rate``.
        comparator: ``>=`` or ``<=``.
        value: what the figure is compared with.
        grouped: whether hits of one document stand together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: str = Field("", max_length=500)
    quick: bool = False
    top: int = Field(PAGE, ge=1, le=MOST)
    mode: Mode = Mode.HYBRID
    without: tuple[str, ...] = ()
    doc: str = Field("", max_length=300)
    unit: str = Field("", max_length=100)
    role: UnitRole = UnitRole.ANY
    region: str = Field("", max_length=100)
    force: str = Field("", pattern="^(|now|day)$")
    day: date | None = None
    figure: str = Field("amount", max_length=10)
    comparator: str = Field(">=", max_length=2)
    value: str = Field("", max_length=50)
    grouped: bool = False

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> Self:
        """What a script or a query string says; an empty day is none.

        Raises:
            UsageError: a value that cannot be.
        """
        try:
            return cls.model_validate(
                {key: value for key, value in sent.items() if (key, value) != ("day", "")}
            )
        except ValidationError as error:
            where = "、".join(str(each["loc"][0]) for each in error.errors() if each["loc"])
            raise UsageError(f"检索条件不可用（{where}），请改正后再试。") from error

    @property
    def filters(self) -> Filters:
        """The conditions set beside the query."""
        chosen = date.today() if self.force == NOW else self.day if self.force else None
        return Filters(
            doc=self.doc,
            unit=self.unit,
            role=self.role,
            region=self.region,
            day=chosen,
            figure=self.figure,
            comparator=self.comparator,
            value=self.value,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.q.strip() and self.filters == Filters(
            role=self.role, figure=self.figure, comparator=self.comparator
        )

    @property
    def parameters(self) -> str:
        """As a query string, of which ``read`` makes the same again; how many and how shown is left out."""
        kept = self.model_dump(mode="json", exclude_defaults=True, exclude={"quick", "top", "grouped"})
        return urlencode(kept, doseq=True)


def search(kb: KnowledgeBase, sought: Sought) -> Found:
    """Search; while a query is being typed by its words, and where no word is whole yet by its characters.

    Raises:
        UsageError: nothing is asked for, or a filter cannot be read.
        NotFound: nothing fits a filter.
        KnowledgeBaseError: the knowledge base cannot be used.
    """

    def find(mode: Mode) -> Found:
        return kb.find(
            sought.q.strip(), sought.top, mode=mode, without=sought.without, filters=sought.filters
        )

    if not sought.quick or sought.mode is Mode.EXACT:
        return find(sought.mode)
    found = find(Mode.KEYWORD)
    return found if found.hits else find(Mode.EXACT)


def found_html(backend: Backend, sought: Sought) -> str:
    """The result as it is shown."""
    from chat.page.notices import notice_html
    from chat.page.results import Shown, search_results_html

    if sought.is_empty:
        return notice_html(HINT)
    if not backend.ready:
        return notice_html("知识库正在打开，请稍候再检索。")
    kb, _ = backend.get()
    found = search(kb, sought)
    shown = Shown(
        words=tuple(words_of(found, sought.mode)),
        records=kb.records_by_id(),
        day=date.today(),
        quick=sought.quick,
        grouped=sought.grouped,
        more=len(found.hits) == sought.top < MOST,
        download=sought.parameters,
    )
    return search_results_html(found, shown)


def words_of(found: Found, mode: Mode) -> list[str]:
    """What to mark in the hits: the words ranked by, and phrases that must be there."""
    from kb.tokens import fold, tokenize

    phrases = [c.value.words for c in found.understood.conditions if isinstance(c.value, Phrase)]
    rest = (
        [found.understood.rest]
        if mode is Mode.EXACT
        else [*tokenize(found.understood.rest), found.understood.rest]
    )
    return [fold(words) for words in (*phrases, *rest)]
