"""The widgets of 条款检索: one part with scripts of its own, which ask the server as one types, and the lists to choose from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.wiring import Refresh


def search_tab(backend: Backend, refresh: Refresh) -> None:
    """Build it."""
    import gradio as gr

    from chat.page import compare_page, search_form, searching
    from chat.page.style import asset

    def find(sent: Any) -> str:
        return _said(lambda: searching.found_html(backend, searching.Sought.read(sent)))

    def matter(sent: Any) -> str:
        return _said(lambda: compare_page.matter_html(backend, _texts(sent)))

    def versions(sent: Any) -> str:
        return _said(lambda: compare_page.versions_html(backend, _texts(sent)))

    gr.HTML(
        search_form.tab_html(searching.HINT),
        js_on_load="".join(asset(name) for name in ("conditions.js", "search.js", "compare.js")),
        elem_id="pk-clauses",
        server_functions=[find, matter, versions],
    )
    lists = gr.HTML("", elem_id="pk-lists")
    refresh.add(lists, lambda: _lists(backend))


def _lists(backend: Backend) -> str:
    from chat.page.search_form import lists_html

    if not backend.is_open:
        return ""
    records = backend.get()[0].records_by_id().values()
    return lists_html(backend.titles(), backend.units(), {r.region for r in records} - {""})


def _said(make: Callable[[], str]) -> str:
    """HTML, or one line that says what went wrong."""
    from chat.page.events import safely

    return safely(make)()


def _texts(sent: Any) -> Mapping[str, str]:
    return {key: str(value).strip() for key, value in sent.items()} if isinstance(sent, dict) else {}
