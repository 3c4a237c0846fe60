"""The routes that look something up: clauses, documents, rules."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from chat import forms
from chat.backend import Backend
from chat.command.rule_verbs import rules_dict
from chat.command.usage import ALL, check_keys
from chat.doors import schemas
from chat.doors.asked import Day
from chat.doors.rest_routes import NOT_THERE, gated_routes
from corpus import NotFound, PolicyDocument
from kb.finding import EVERY_CONDITION
from kb.hits import Mode

MOST_HITS = 100


def router(backend: Backend) -> APIRouter:
    """``GET`` search, clauses, docs and rules."""
    routes = gated_routes(backend)

    @routes.get(
        "/search",
        response_model=schemas.SearchResult,
        responses=NOT_THERE,
        summary="检索条款",
        tags=["条款"],
    )
    def search(  # noqa: PLR0917 - named by FastAPI
        q: Annotated[
            str, Query(description="检索内容", min_length=1, max_length=2000, examples=["设备更新补贴"])
        ],
        top: Annotated[int, Query(description="最多几条", ge=1, le=MOST_HITS)] = 10,
        mode: Annotated[Mode, Query(description="混合、关键词、语义、原文逐字")] = Mode.HYBRID,
        doc: Annotated[
            str | None, Query(description="只在这份文件里找：文号或标题的一部分", max_length=200)
        ] = None,
        unit: Annotated[str | None, Query(description="只要这个单位牵头或参与的", max_length=200)] = None,
        as_of: Annotated[Day | None, Query(description="只要这一天有效的文件")] = None,
        without: Annotated[
            list[str] | None,
            Query(description="去掉检索内容里读出的条件：结果中 conditions 的 key，或 all", max_length=50),
        ] = None,
    ) -> dict[str, Any]:
        """检索内容里的文号、单位、日期、金额限制、引号内的话会读成条件，列在 conditions 里。"""
        kb, _ = backend.get()
        keys = without or []
        taken = [EVERY_CONDITION if key == ALL else key for key in keys]
        found = kb.find(q, top, mode=mode, doc=doc, unit=unit, as_of=as_of, without=taken)
        check_keys(keys, found)
        return forms.found_dict(found)

    @routes.get(
        "/clauses",
        response_model=schemas.Clauses,
        responses=NOT_THERE,
        summary="一份文件的全部条款",
        tags=["条款"],
    )
    def clauses(
        doc: Annotated[
            str,
            Query(
                description="文号，或标题（的一部分）",
                min_length=1,
                max_length=200,
                examples=["鲁科字〔2024〕137号"],
            ),
        ],
    ) -> dict[str, Any]:
        """按原文顺序。"""
        kb, _ = backend.get()
        return forms.document_dict(kb.document(doc))

    @routes.get(
        "/clauses/{id:path}",
        response_model=schemas.ClauseInDocument,
        responses=NOT_THERE,
        summary="一条条款",
        tags=["条款"],
    )
    def clause(
        id: Annotated[str, Path(description="条款编号", examples=["鲁科字〔2024〕137号 三/（一）"])],
    ) -> dict[str, Any]:
        """编号如 `鲁科字〔2024〕137号 三/（一）`，放进地址时要编码；连同所在文件和上级条款。"""
        kb, _ = backend.get()
        try:
            document = kb.document_of(id)
        except NotFound as error:
            raise NotFound(f"知识库中没有条款“{id[:80]}”，请用检索接口给出的 id。") from error
        return _clause_dict(document, id)

    @routes.get("/docs", response_model=schemas.Documents, summary="文件清单", tags=["文件"])
    def docs() -> dict[str, Any]:
        """知识库里的全部文件，带今天的效力状态。"""
        kb, _ = backend.get()
        return forms.records_dict(kb.records())

    @routes.get(
        "/docs/{id:path}",
        response_model=schemas.DocumentWhole,
        responses=NOT_THERE,
        summary="一份文件",
        tags=["文件"],
    )
    def doc(
        id: Annotated[str, Path(description="文号，或标题（的一部分）", examples=["鲁科字〔2024〕137号"])],
    ) -> dict[str, Any]:
        """基本信息、提取出的原文、全部条款；用文号，或标题（的一部分）。"""
        kb, _ = backend.get()
        return forms.document_dict(kb.document(id))

    @routes.get("/rules", response_model=schemas.Rules, summary="补贴规则", tags=["测算"])
    def rules() -> dict[str, Any]:
        """可以测算的规则和它们的输入。"""
        _, assistant = backend.get()
        return rules_dict(assistant.rules, assistant.shelf.problems)

    return routes


def _clause_dict(document: PolicyDocument, clause_id: str) -> dict[str, Any]:
    clause = document.clause(clause_id)
    assert clause is not None  # the catalog found the document by it
    above = [forms.near_dict(each) for each in document.ancestors(clause)]
    return {**forms.clause_dict(clause), "document": forms.facts_dict(document), "ancestors": above}
