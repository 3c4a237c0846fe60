"""The widgets and wires of 问答: the conversation and the box for the next question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chat.page.wiring import QUIET, told

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.talk import Turns


def chat_tab(backend: Backend) -> None:
    """Build it."""
    import gradio as gr

    from chat.page import talk
    from chat.page.notices import welcome_html
    from chat.page.style import asset
    from chat.wording import EXAMPLES

    def rate(sent: Any) -> dict[str, Any]:
        return talk.rate_answer(backend, sent)

    def share(key: Any) -> dict[str, str]:
        return talk.share_answer(backend, key)

    def suggest(key: Any) -> list[str]:
        return talk.suggest_questions(backend, key)

    welcome = welcome_html(EXAMPLES)
    turns = gr.State([])
    chat = gr.HTML(
        welcome,
        js_on_load=asset("conversation.js") + asset("rating.js"),
        elem_id="pk-log",
        server_functions=[rate, share, suggest],
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
    with gr.Row(elem_id="pk-foot"):
        gr.HTML("<p>只依据已入库的政策原文回答，最终以主管部门解释和评审结果为准。</p>", elem_id="pk-hint")
        gr.HTML(_TAKE_AWAY, elem_id="pk-take")
        stop = gr.Button("停止", size="sm", scale=0, min_width=80, elem_id="pk-stop")
        again = gr.Button("新对话", size="sm", scale=0, min_width=80, elem_id="pk-again")

    stops = talk.Stops()

    def ask(question: str, before: Turns, event: Any, request: Any) -> Iterator[tuple[Any, ...]]:
        chosen = event._data if isinstance(event._data, dict) else {}
        if "shown" in chosen:  # the page was loaded anew
            turns = [] if before else talk.restored(backend, chosen["shown"])
            yield (talk.so_far(turns), turns, gr.skip()) if turns else (gr.skip(),) * 3
            return
        asked = chosen.get("question") or question
        if not asked.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        typed: Any = "" if asked == question else gr.skip()
        with stops.answering(request.session_hash) as stopped:
            for html, after in talk.converse(backend, asked.strip(), before, stopped):
                yield html, after, typed
                typed = gr.skip()  # what is being written meanwhile stays

    def end(request: Any) -> None:
        stops.stop(request.session_hash)

    def start_over(request: Any) -> tuple[Any, ...]:
        end(request)
        return welcome, [], ""

    # a question asked while another is being answered waits for it
    gr.on(
        [box.submit, chat.submit],
        told(ask),
        [box, turns],
        [chat, turns, box],
        trigger_mode="always_last",
        concurrency_limit=None,
        **QUIET,
    )
    stop.click(told(end), concurrency_limit=None, **QUIET)
    again.click(told(start_over), None, [chat, turns, box], concurrency_limit=None, **QUIET)


_TAKE_AWAY = (
    '<nav class="pk-take" aria-label="导出对话" hidden><a class="pk-small" data-export="docx" download>导出 Word</a>'
    '<a class="pk-small" data-export="md" download>导出 Markdown</a></nav>'
)
