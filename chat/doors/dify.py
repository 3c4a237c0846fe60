"""Dify's external knowledge API: clauses for a query, from all documents or one, narrowed by conditions on their metadata.

https://docs.dify.ai/en/use-dify/knowledge/external-knowledge-api; Dify appends ``/retrieval`` to the address it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from chat.doors.dify_filter import Filter, MetadataCondition, metadata_of
from chat.doors.rest_routes import opened
from chat.relevance import lacks_what_is_named
from chat.wording import short_label

if TYPE_CHECKING:
    from chat.backend import Backend
    from kb.hits import Hit
    from kb.knowledge_base import KnowledgeBase

EVERYTHING = "policykb"
"""The knowledge id that stands for all documents; any other is the 文号 or title of one."""

_WIDER = 10  # times as many clauses are looked at where a condition is about clauses
_MOST = 100


class RetrievalSetting(BaseModel):
    """How many, and how good."""

    top_k: int = Field(ge=1, le=_MOST)
    score_threshold: float | None = Field(0.0, ge=0, le=1)


class Retrieval(BaseModel):
    """What Dify sends."""

    knowledge_id: str = Field(min_length=1, max_length=300)
    query: str = Field(min_length=1, max_length=2000)
    retrieval_setting: RetrievalSetting
    metadata_condition: MetadataCondition | None = None


def router(backend: Backend) -> APIRouter:
    """``POST /dify/retrieval``; the same at ``/retrieval``, for Dify set up with the bare address."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(opened(backend))])

    @routes.post("/dify/retrieval")
    @routes.post("/retrieval")
    def retrieve(asked: Retrieval) -> dict[str, Any]:
        kb, _ = backend.get()
        return {"records": _records(kb, asked)}

    return routes


def _records(kb: KnowledgeBase, asked: Retrieval) -> list[dict[str, Any]]:
    """The clauses that answer, best first.

    Raises:
        NotFound: there is no such knowledge.
        UsageError: a condition names a field there is not, or compares what cannot be compared.
    """
    doc = None if asked.knowledge_id == EVERYTHING else kb.document(asked.knowledge_id).id
    query = asked.query.strip()
    if not query:
        return []
    records = {key: record for key, record in kb.records_by_id().items() if doc in (None, key)}
    top, least = asked.retrieval_setting.top_k, asked.retrieval_setting.score_threshold or 0.0
    wanted = Filter.of(asked.metadata_condition)
    among = frozenset(key for key, record in records.items() if wanted.may_hold(record))
    if not among:
        return []
    wide = min(top * _WIDER, 10 * _MOST) if wanted.is_of_clauses else top
    found = kb.find(query, wide, among=among)
    if lacks_what_is_named(found):
        return []  # a document or clause that is not here is not answered by another one
    fitting = [
        hit
        for hit in found.hits
        if _score(hit) >= least and wanted.holds(records[hit.document_id], hit.clause)
    ]
    return [_record(hit, metadata_of(records[hit.document_id], hit.clause)) for hit in fitting[:top]]


def _score(hit: Hit) -> float:
    """As it is sent, so that a threshold taken from an answer holds."""
    return round(hit.score, 6)


def _record(hit: Hit, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "content": hit.clause.text,
        "score": _score(hit),
        "title": f"{hit.document_name}{short_label(hit.clause, hit.document_id)}",
        "metadata": metadata,
    }
