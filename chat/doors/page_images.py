"""Pages of the documents in the knowledge base as pictures, for whoever may read them."""

from __future__ import annotations

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, HTTPException, Path, Request, Response

from chat.backend import Backend
from chat.doors.library import opened
from kb.staging.pages import PageImages, source_of

_WAITING = 100  # requests


def router(backend: Backend) -> APIRouter:
    """``/pages/{document}/{number}.png``, from the file the document was read from, as long as that is there unchanged."""
    routes = APIRouter(include_in_schema=False)
    images = PageImages(backend.settings.home)
    drawing = CapacityLimiter(4)  # a thread each; the others wait without one

    @routes.get("/pages/{document_id:path}/{number}.png")
    async def page(request: Request, document_id: str, number: int = Path(ge=1, le=99_999)) -> Response:
        if drawing.statistics().tasks_waiting >= _WAITING:
            raise HTTPException(503, "查看页面图像的人太多，请稍后再试。")
        found = await run_sync(lambda: source_of(opened(backend), document_id), limiter=drawing)
        if found is None:
            raise HTTPException(404, "这份文件没有页面图像，或原文件已移动、改动。")
        path, digest = found
        tag = f'"{digest[:32]}-{number}"'
        headers = {"ETag": tag, "Cache-Control": "private, max-age=600"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        png = await run_sync(images.png, path, digest, number, limiter=drawing)
        return Response(png, media_type="image/png", headers=headers)

    return routes
