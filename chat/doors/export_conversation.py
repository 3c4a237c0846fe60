"""``GET /export/conversation.md`` and ``.docx``: the answers of a conversation, named by the keys its reader was given."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from chat.backend import Backend
from chat.export import conversation
from chat.export.docx import CONTENT_TYPE

_MOST = 100  # answers
_TYPES = {"md": "text/markdown; charset=utf-8", "docx": CONTENT_TYPE}


def router(backend: Backend) -> APIRouter:
    """Both downloads. A key that is remembered no more is said so in the document."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/export/conversation.{form}")
    def export(
        form: Literal["md", "docx"],
        request: Request,
        keys: Annotated[str, Query(min_length=1, max_length=40 * _MOST)],
    ) -> Response:
        named = [key for key in keys.split(",") if key]
        if not 0 < len(named) <= _MOST:
            raise HTTPException(422, f"一次最多导出 {_MOST} 轮问答，请分开导出。")
        turns = [backend.ratings.shown(key) for key in named]
        base, day = str(request.base_url), date.today()
        made = (
            conversation.markdown(turns, base, day).encode()
            if form == "md"
            else conversation.word(turns, base, day)
        )
        name = f"政策问答记录-{day.isoformat()}.{form}"
        headers = {
            "Content-Disposition": f"attachment; filename=\"conversation.{form}\"; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(made, media_type=_TYPES[form], headers=headers)

    return routes
