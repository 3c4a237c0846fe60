"""The tools of the MCP server. Each runs in a thread, returns typed data beside a readable text, and raises our own errors."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal

from mcp.types import CallToolResult, TextContent
from pydantic import Field

from chat import forms
from chat.assistant import MAX_QUESTION, Assistant
from chat.backend import Backend
from chat.command.match_text import matched_text
from chat.command.plain import outcome_text
from chat.command.rule_verbs import rules_dict
from chat.doors import mcp_text, schemas
from chat.doors.asked import Day, pairs
from chat.doors.mcp_clause import clause_dict, named_clause
from chat.doors.mcp_forms import ClauseAround, DocumentsPage
from chat.doors.reply import reply_text
from chat.doors.rest_stream import ask_aside
from chat.matching.profile import accepted, read_profile
from chat.subsidy.calculator import calculate, parse_cli_inputs
from corpus import Clause, KnowledgeBaseError, PolicyDocument
from kb.knowledge_base import KnowledgeBase
from kb.names import squash
from kb.rule_shelf import usable_rule

Scalar = str | int | float
Doc = Annotated[str, Field(description="只看这份文件：文号、标题或其一部分；留空为全部", max_length=300)]
AsOf = Annotated[Day | None, Field(description="按这一天有效的政策，如 2025-10-01")]
CITE = "返回的 quote 和 text 是条款原文，逐字；引用时照抄原文，并写上条款的 label（如 鲁科字〔2024〕137号 三、（一））。"
_WAIT = 50.0  # seconds for the knowledge base to open; clients give up after a minute


class Tools:
    """What can be asked of one knowledge base."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._aside = ask_aside()

    def search_clauses(
        self,
        *,
        query: Annotated[
            str,
            Field(
                description="问题、关键词或条款编号；其中的文件、单位、日期、金额会当作条件",
                min_length=1,
                max_length=MAX_QUESTION,
            ),
        ],
        top: Annotated[int, Field(description="最多返回几条", ge=1, le=50)] = 8,
        doc: Doc = "",
        unit: Annotated[str, Field(description="只看由这个单位牵头或参与的条款", max_length=100)] = "",
        as_of: AsOf = None,
        mode: Annotated[
            Literal["hybrid", "keyword", "semantic", "exact"], Field(description="exact 为逐字查找")
        ] = "hybrid",
    ) -> Annotated[CallToolResult, schemas.SearchResult]:
        """Clauses for a query."""
        kb, _ = self._opened()
        found = kb.find(query, top, mode=mode, doc=doc or None, unit=unit or None, as_of=as_of)
        return _result(forms.found_dict(found), mcp_text.found_text(found, kb.records_by_id()))

    def get_clause(
        self,
        clause: Annotated[
            str,
            Field(
                description="条款的 id 或 label，如 鲁科字〔2024〕137号 三/（一）；也可写 687号文第8条",
                min_length=1,
                max_length=300,
            ),
        ],
    ) -> Annotated[CallToolResult, ClauseAround]:
        """One clause, whole."""
        document, found = self.clause(clause)
        record = self._opened()[0].records_by_id()[document.id]
        return _result(clause_dict(document, found, record), mcp_text.clause_text(document, found, record))

    async def ask(
        self,
        question: Annotated[
            str, Field(description="用中文问的政策问题", min_length=1, max_length=MAX_QUESTION)
        ],
        history: Annotated[
            list[str], Field(description="此前用户问过的话，最早的在前；追问时给出", max_length=20)
        ] = [],  # noqa: B006  # read only; a schema needs the empty list
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, schemas.Answer]:
        """An answer with its citations."""
        answer = await self._aside(partial(self._answer, question, history, as_of))
        return _result(answer.to_dict(), reply_text(answer))

    def calculate(
        self,
        rule: Annotated[
            str, Field(description="规则的代号或名称，见 list_rules", min_length=1, max_length=100)
        ],
        inputs: Annotated[
            dict[str, Scalar | list[Scalar]],
            Field(
                description='规则的输入，名称见 list_rules，如 {"phase": "II", "rd_spending": "6000万元"}；金额要写单位'
            ),
        ] = {},  # noqa: B006  # read only; a schema needs the empty object
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, schemas.CalculationResult]:
        """What one rule comes to."""
        kb, assistant = self._opened()
        chosen = usable_rule(kb, assistant.shelf, rule)
        read = parse_cli_inputs(chosen, pairs({name: _written(value) for name, value in inputs.items()}))
        outcome = calculate(chosen, read, as_of or date.today())
        return _result(forms.outcome_dict(chosen, outcome), outcome_text(chosen, outcome))

    def list_rules(
        self,
        doc: Doc = "",
        words: Annotated[str, Field(description="只列名称里有这些字的", max_length=100)] = "",
    ) -> Annotated[CallToolResult, schemas.Rules]:
        """The rules that compute."""
        kb, assistant = self._opened()
        shelf = assistant.shelf
        chosen = [rule for rule in shelf.rules if squash(words) in squash(rule.title)]
        if doc:
            wanted = kb.document(doc).id
            chosen = [rule for rule in chosen if wanted in {each.rpartition(" ")[0] for each in rule.clauses}]
        form = rules_dict(chosen, shelf.problems)
        return _result(form, mcp_text.rules_text(form))

    def match_measures(
        self,
        profile: Annotated[
            dict[str, Scalar],
            Field(description=f"已知的情况，可用的名称：{accepted()}；不知道的不要填，金额要写单位"),
        ] = {},  # noqa: B006  # read only; a schema needs the empty object
        note: Annotated[str, Field(description="其余情况，用原话写", max_length=500)] = "",
        as_of: AsOf = None,
    ) -> Annotated[CallToolResult, schemas.Match]:
        """All measures before a profile."""
        _, assistant = self._opened()
        given = {**profile, **({"note": note} if note.strip() else {})}
        told = read_profile(
            pairs({name: _written(value) for name, value in given.items()}), assistant.measures
        )
        matched = assistant.match(told, as_of or date.today())
        return _result(matched.to_dict(), matched_text(matched))

    def list_documents(
        self,
        words: Annotated[str, Field(description="只列文号或标题里有这些字的", max_length=100)] = "",
        limit: Annotated[int, Field(description="最多列出几份", ge=1, le=200)] = 50,
        offset: Annotated[int, Field(description="从第几份起，首份为 0", ge=0)] = 0,
    ) -> Annotated[CallToolResult, DocumentsPage]:
        """What is in the knowledge base."""
        kb, _ = self._opened()
        wanted = squash(words)
        fitting = [each for each in kb.records_by_id().values() if wanted in squash(each.id + each.title)]
        page = fitting[offset : offset + limit]
        form = {**forms.records_dict(page), "total": len(fitting)}
        return _result(form, mcp_text.documents_text(page, len(fitting)))

    def clause(self, name: str) -> tuple[PolicyDocument, Clause]:
        """The clause of an id, a label or an address, and the document it is in."""
        return named_clause(self._opened()[0], name)

    def document(self, name: str) -> str:
        """A whole document as text."""
        kb, _ = self._opened()
        found = kb.document(name)
        return mcp_text.document_text(found, kb.records_by_id()[found.id])

    def clause_text(self, name: str) -> str:
        """A clause as text."""
        document, found = self.clause(name)
        return mcp_text.clause_text(document, found, self._opened()[0].records_by_id()[document.id])

    def _answer(self, question: str, history: list[str], day: date | None) -> Any:
        self._opened()
        return self._backend.ask(question, history, day)

    def _opened(self) -> tuple[KnowledgeBase, Assistant]:
        """The open knowledge base; waits a little for it.

        Raises:
            KnowledgeBaseError: it is not open yet, or could not be opened.
        """
        until = time.monotonic() + _WAIT
        while not self._backend.ready:
            if time.monotonic() > until:
                raise KnowledgeBaseError(f"知识库还没有打开（{self._backend.state}），请稍后再试。")
            time.sleep(0.1)
        return self._backend.get()


def _result(form: dict[str, Any], text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=form)


def _written(value: Scalar | list[Scalar]) -> Any:
    """A value as a person would type it: numbers in plain digits.

    >>> _written(60000000.0), _written(["6000万", 2])
    ('60000000', ['6000万', '2'])
    """
    if isinstance(value, list):
        return [_written(each) for each in value]
    return value if isinstance(value, str) else f"{Decimal(str(value)).normalize():f}"
