"""The 评测 tab: a frame that its script fills from the routes of `eval.doors`, and fills again however often the page is opened."""

from __future__ import annotations


def evaluation_tab() -> None:
    """Build it."""
    import gradio as gr

    from chat.page.style import asset
    from eval.tab_page import frame_html

    gr.HTML(frame_html(), js_on_load=asset("evaluation.js"), elem_id="pk-evaluation")
