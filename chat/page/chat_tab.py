"""The widgets and wires of 问答: the conversation and the box for the next question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chat.page.wiring import QUIET, clicked

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.talk import Turns


def chat_tab(backend: Backend) -> None:
    """Build it."""
    import gradio as gr

    from chat.page.notices import welcome_html
    from chat.page.style import asset
    from chat.page.talk import converse, rate_answer
    from chat.wording import EXAMPLES

    def rate(sent: Any) -> dict[str, Any]:
        return rate_answer(backend, sent)

    welcome = welcome_html(EXAMPLES)
    turns = gr.State([])
    chat = gr.HTML(
        welcome,
        js_on_load=asset("conversation.js") + asset("rating.js"),
        elem_id="pk-log",
        server_functions=[rate],
    )
    with gr.Group(elem_id="pk-ask"):
        box = gr.Textbox(
            label="问题",
            show_label=False,
            placeholder="输入问题，可以接着上一问追问",
            lines=1,
            max_lines=5,
            submit_btn="发送",
            max_length=2000,
        )
    with gr.Row():
        gr.HTML("<p>只依据已入库的政策原文回答，最终以主管部门解释和评审结果为准。</p>", elem_id="pk-hint")
        again = gr.Button("新对话", size="sm", scale=0, min_width=90)

    def ask(question: str, before: Turns) -> Iterator[tuple[Any, ...]]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        for html, after in converse(backend, question.strip(), before):
            yield html, after, ""

    def ask_example(before: Turns, event: Any) -> Iterator[tuple[Any, ...]]:
        yield from ask(event._data["question"], before)

    box.submit(ask, [box, turns], [chat, turns, box], **QUIET)
    chat.submit(clicked(ask_example), [turns], [chat, turns, box], **QUIET)
    again.click(lambda: (welcome, [], ""), None, [chat, turns, box], **QUIET)
