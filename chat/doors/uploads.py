"""Files into the knowledge base by the page: uploaded, looked at, accepted or discarded, all by the admin alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, Field

from chat.admin import WHO
from chat.backend import Backend, friendly
from chat.doors.admin import require_admin
from chat.doors.library import opened
from chat.doors.origin import same_origin
from chat.page.library_form import read_form
from chat.page.preview import preview_html
from corpus import UsageError
from kb.staging.accept import Accepting
from kb.staging.foresee import foresee
from kb.staging.pages import PageImages
from kb.staging.shelf import Arriving, Staged, Staging, too_large

_HIDDEN = {"file_hash", "parser"}
_NAME = 4000  # characters of a name as it is sent


class Accepted(BaseModel):
    """What an admin states beside the file; fields as in the form of a document.

    With ``only_new`` a file that is not new or has warnings is left staged, its message says why.
    """

    fields: dict[str, str] = Field(default_factory=dict, max_length=20)
    only_new: bool = False


def router(backend: Backend) -> APIRouter:
    """``/library/files``: the staged files; the body of a ``POST`` is the file itself, its name is in the address."""
    staging = Staging(backend.settings.home, backend.settings.max_file_mb * 2**20)
    accepting = Accepting(staging, lambda: backend.get()[0], friendly)
    images = PageImages(backend.settings.home)
    drawing = CapacityLimiter(4)  # a thread each; the others wait without one
    routes = APIRouter(
        prefix="/library/files",
        include_in_schema=False,
        dependencies=[Depends(require_admin(backend)), Depends(same_origin)],
    )

    @routes.post("", status_code=201)
    async def upload(request: Request, name: str = Query(max_length=_NAME)) -> dict[str, Any]:
        told = request.headers.get("content-length", "")
        if told.isascii() and told.isdecimal() and int(told[:18]) > staging.max_bytes:
            raise HTTPException(413, too_large(staging.max_bytes))
        arriving = await run_sync(staging.begin, name)
        return shown(await _taken(request, arriving))

    @routes.get("")
    def files() -> dict[str, Any]:
        return {"files": [shown(staged) for staged in staging.files()]}

    @routes.get("/{token}")
    def preview(token: str) -> dict[str, Any]:
        staged, foreseen = staging.file(token), foresee(opened(backend), staging, token)
        return shown(staged) | {"html": preview_html(staged, foreseen)}

    @routes.get("/{token}/pages/{number}.png")
    async def page(token: str, number: int = Path(ge=1, le=99_999)) -> Response:
        staged, path = staging.file(token), staging.path(token)
        png = await run_sync(images.png, path, staged.file_hash, number, limiter=drawing)
        return Response(png, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})

    @routes.post("/{token}/accept", status_code=202)
    def accept(token: str, sent: Accepted) -> dict[str, Any]:
        kb = opened(backend)
        stated = read_form(sent.fields, foresee(kb, staging, token).document) if sent.fields else None
        changes = stated if stated is not None and any(asdict(stated).values()) else None
        return shown(accepting.submit(token, changes, WHO, only_new=sent.only_new))

    @routes.delete("/{token}")
    def discard(token: str) -> dict[str, Any]:
        staged = staging.file(token)
        staging.discard(token)
        if not any(mark.file_hash == staged.file_hash for mark in _marks(backend)):
            images.forget(staged.file_hash)
        return {"discarded": True}

    return routes


def shown(staged: Staged) -> dict[str, Any]:
    """A staged file as the page is told of it."""
    return {key: value for key, value in asdict(staged).items() if key not in _HIDDEN}


async def _taken(request: Request, arriving: Arriving) -> Staged:
    """Take the body as it comes; nothing stays of one that is too large or broken off."""
    try:
        async for data in request.stream():
            arriving.write(data)
        return await run_sync(arriving.finish)
    except UsageError as error:
        arriving.stop()
        raise HTTPException(413, str(error)) from error
    except BaseException:
        arriving.stop()
        raise


def _marks(backend: Backend) -> list[Any]:
    return list(backend.get()[0].files()) if backend.is_open else []
