"""Changes are taken from our own page only, whatever cookies a browser may send along."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import HTTPException, Request

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def same_origin(request: Request) -> None:
    """A dependency: 403 for a change that another site sent; programs, which name no site, are let by."""
    if request.method in _SAFE:
        return
    told = request.headers.get("sec-fetch-site")
    if told is not None:
        ours = told in ("same-origin", "none")
    else:  # browsers say where from only over HTTPS and on this machine
        hosts = {request.headers.get(name) for name in ("host", "x-forwarded-host")}
        origin = request.headers.get("origin")
        ours = origin is None or urlsplit(origin).netloc in hosts
    if not ours:
        raise HTTPException(403, "这个操作只能在本系统的网页上进行。")
