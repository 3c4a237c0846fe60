"""All that the model can do: look for clauses, read one, compute, match. Each is a look at one question's knowledge."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from chat.directives import plain
from chat.llm.material import name_of, shown_text
from chat.llm.types import Matter
from chat.matching.profile import accepted, read_profile
from chat.subsidy.tool import as_langchain_tool
from corpus import Clause, PolicyKBError
from kb.query.textform import fold

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

_MOST_FOUND = 5
_WHOLE = 6000  # characters of a clause that is read on its own
_MOST_MATCHED = 5


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SearchArguments(_Arguments):
    """What to look for."""

    query: str = Field(description="要查的内容，一句话或几个词", min_length=1, max_length=500)


class ClauseArguments(_Arguments):
    """Which clause to read."""

    clause: str = Field(
        description="条款 id 或名称，如 鲁科字〔2024〕137号 三、（一）", min_length=1, max_length=200
    )


class MatchArguments(_Arguments):
    """A profile."""

    facts: list[str] = Field(
        description=f"企业或机构的情况，每项写成 名称=值。可用的名称：{accepted()}", max_length=30
    )


class Toolbox:
    """The tools of one question, and the numbers of the clauses they gave out.

    Attributes:
        numbers: clause id to the number it is cited by, in the order the clauses were given out.
    """

    def __init__(self, matter: Matter) -> None:
        self._matter = matter
        self.numbers: dict[str, int] = {}
        self._numbering = Lock()  # several tools called at once run side by side

    def clause(self, number: int) -> Clause | None:
        """The clause that was given out under a number."""
        found = next((each for each, known in self.numbers.items() if known == number), None)
        return self._matter.clause(found) if found else None

    def tools(self) -> list[BaseTool]:
        """The tools in LangChain's form."""
        from langchain_core.tools import StructuredTool

        def tool(
            run: Callable[..., dict[str, Any]], name: str, description: str, schema: type[BaseModel]
        ) -> StructuredTool:
            return StructuredTool.from_function(
                _told(run), name=name, description=description, args_schema=schema
            )

        calculator = as_langchain_tool(self._matter.rules)
        calculator.name = "calculate"
        return [
            tool(
                self.search_clauses, "search_clauses", "按内容查条款，返回编号、名称和原文。", SearchArguments
            ),
            tool(self.get_clause, "get_clause", "读一条条款的全文。", ClauseArguments),
            calculator,
            tool(
                self.match_measures, "match_measures", "看一家企业或机构能享受哪些政策措施。", MatchArguments
            ),
        ]

    def search_clauses(self, query: str) -> dict[str, Any]:
        """Clauses for a text, best first."""
        hits = self._matter.search(query)[:_MOST_FOUND]
        return {"clauses": [self._give(hit.clause) for hit in hits]}

    def get_clause(self, clause: str) -> dict[str, Any]:
        """One clause, by id or label."""
        wanted = fold(clause)
        for document in self._matter.documents.values():
            for each in document.clauses:
                if wanted in (fold(each.id), fold(each.label)):
                    return self._give(each, _WHOLE)
        return {"error": "没有这一条，请用 search_clauses 查。"}

    def match_measures(self, facts: list[str]) -> dict[str, Any]:
        """Measures before a profile, with the clauses of their conditions."""
        matched = self._matter.match(read_profile(facts, self._matter.rules))
        measures = []
        for measure in matched.measures[:_MOST_MATCHED]:
            conditions = [
                {"requires": plain(each.requires), "state": each.state.value, "mark": self._mark(clause)}
                for each in measure.conditions
                if (clause := self._matter.clause(each.clause))
            ]
            measures.append(
                {"title": plain(measure.title), "state": measure.state.value, "conditions": conditions}
            )
        return {"measures": measures, "more": max(0, len(matched.measures) - _MOST_MATCHED)}

    def _give(self, clause: Clause, most: int | None = None) -> dict[str, Any]:
        text = shown_text(clause, most) if most else shown_text(clause)
        return {"mark": self._mark(clause), "name": name_of(self._matter, clause), "text": text}

    def _mark(self, clause: Clause) -> str:
        with self._numbering:
            return f"[{self.numbers.setdefault(clause.id, len(self.numbers) + 1)}]"


def _told(run: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A tool that tells the model what it can put right, and raises the rest."""

    def told(**arguments: Any) -> dict[str, Any]:
        try:
            return run(**arguments)
        except PolicyKBError as error:
            return {"error": str(error)}

    return told
