"""The widgets and wires of the search: a query, what narrows it, and the results with their conditions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chat.page.wiring import QUIET, clicked

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.wiring import Refresh
    from kb.finding import Found

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


def search_tab(backend: Backend, refresh: Refresh) -> None:
    """Build it."""
    import gradio as gr

    from chat.page.events import safely
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
    refresh.add(doc, lambda: gr.Dropdown(choices=[("全部文件", ""), *backend.titles()]))
    refresh.add(
        unit, lambda: gr.Dropdown(choices=[("全部单位", ""), *((name, name) for name in backend.units())])
    )


def find(
    backend: Backend, query: str, mode: str, doc: str, unit: str, *, without: Collection[str] = ()
) -> str:
    """Search results with the conditions that were understood; ``without`` names those not to be applied."""
    from chat.page.notices import notice_html
    from chat.page.results import search_results_html

    if not query.strip():
        return notice_html(
            "输入问题、关键词或条款编号，可以带上文件、单位、日期和金额条件，例如：保费补贴、二、8、省科技厅牵头的上限不低于500万元的条款。"
        )
    kb, _ = backend.get()
    found = kb.find(query, top=20, mode=mode, doc=doc or None, unit=unit or None, without=without)
    return search_results_html(found, _words(found, mode))


def _words(found: Found, mode: str) -> list[str]:
    """What to mark in the hits: the words ranked by, and phrases that must be there."""
    from kb.query.conditions import Phrase
    from kb.tokens import fold, tokenize

    phrases = [c.value.words for c in found.understood.conditions if isinstance(c.value, Phrase)]
    rest = [found.understood.rest] if mode == "exact" else tokenize(found.understood.rest)
    return [fold(words) for words in (*phrases, *rest)]
