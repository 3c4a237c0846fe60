"""The widgets and wires of the search: a query, what narrows it, and the results with their conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chat.page.wiring import QUIET, clicked

if TYPE_CHECKING:
    import gradio as gr

    from chat.page.backend import Backend

_MODES = [("混合", "hybrid"), ("关键词", "keyword"), ("语义", "semantic"), ("原文", "exact")]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the keys of the conditions taken away from it.

    >>> Asked("甲", ("doc:甲",)).toggled("unit:乙").toggled("doc:甲")
    Asked(query='甲', without=('unit:乙',))
    >>> Asked("甲", ("doc:甲",)).renewed("甲 "), Asked("甲", ("doc:甲",)).renewed("乙")
    (Asked(query='甲', without=('doc:甲',)), Asked(query='乙', without=()))
    """

    query: str = ""
    without: tuple[str, ...] = ()

    def renewed(self, query: str) -> Asked:
        """The same where the query is the same, else the new query with all its conditions."""
        return self if query.strip() == self.query else Asked(query.strip())

    def toggled(self, key: str) -> Asked:
        """With a condition taken away, or brought back."""
        kept = tuple(each for each in self.without if each != key)
        return Asked(self.query, kept if len(kept) < len(self.without) else (*kept, key))


def search_tab(backend: Backend) -> tuple[gr.Dropdown, gr.Dropdown]:
    """Build it; gives the lists of documents and units, for the names to be filled in."""
    import gradio as gr

    from chat.page.events import find, safely
    from chat.page.style import asset

    query = gr.Textbox(
        elem_id="pk-query",
        label="检索内容",
        show_label=False,
        placeholder="关键词、问题或条款编号",
        submit_btn="检索",
        max_length=500,
    )
    mode = gr.Radio(_MODES, value="hybrid", label="方式")
    with gr.Row():
        doc = gr.Dropdown([("全部文件", "")], value="", label="文件", filterable=False)
        unit = gr.Dropdown([("全部单位", "")], value="", label="牵头或参与单位", filterable=True)
    asked = gr.State(Asked())
    results = gr.HTML(js_on_load=asset("conditions.js"), elem_id="pk-found")
    show = safely(lambda asked, *values: find(backend, asked.query, *values, without=asked.without))

    def search(text: str, *narrowed: str) -> tuple[str, Asked]:
        return show(Asked(text.strip()), *narrowed), Asked(text.strip())

    def narrow(text: str, before: Asked, *narrowed: str) -> tuple[str, Asked]:
        after = before.renewed(text)
        return show(after, *narrowed), after

    def toggle(before: Asked, mode: str, doc: str, unit: str, event: Any) -> tuple[str, Asked]:
        after = before.toggled(event._data["condition"])
        return show(after, mode, doc, unit), after

    narrowed, outputs = [mode, doc, unit], [results, asked]
    query.submit(search, [query, *narrowed], outputs, **QUIET)
    gr.on([each.change for each in narrowed], narrow, [query, asked, *narrowed], outputs, **QUIET)
    results.select(clicked(toggle), [asked, *narrowed], outputs, trigger_mode="always_last", **QUIET)
    return doc, unit
