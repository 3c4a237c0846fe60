"""The widgets and wires of 政策匹配: a form for what is known of an asker, and the measures before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from chat.page.wiring import QUIET

if TYPE_CHECKING:
    from chat.backend import Backend

FIELDS = (
    ("region", "所在地（省、市）"),
    ("sector", "行业领域"),
    ("applicant", "主体类型"),
    ("product", "产品类别"),
    ("product_class", "注册分类"),
    ("stage", "临床阶段"),
    ("rd_spending", "研发投入"),
    ("certificates", "证照资质"),
)
_NOTE = "其他情况（用自己的话写）"


def match_tab(backend: Backend) -> None:
    """Build it."""
    import gradio as gr

    from chat.matching.profile import KINDS
    from chat.page.events import safely
    from chat.page.notices import notice_html
    from chat.page.style import asset

    kinds = {kind.name: kind for kind in KINDS}
    boxes: list[Any] = []
    for first in range(0, len(FIELDS), 2):
        with gr.Row():
            for name, label in FIELDS[first : first + 2]:
                kind = kinds[name]
                boxes.append(
                    gr.Textbox(
                        label=label,
                        info=kind.meaning,
                        placeholder=f"例如：{kind.example}",
                        min_width=200,
                        max_length=200,
                    )
                )
    boxes.append(
        gr.Textbox(
            label=_NOTE,
            placeholder="例如：产品在省内转化，首台（套）保险已交保费300万，今年没有拿过同类支持",
            lines=2,
            max_length=500,
        )
    )
    button = gr.Button("匹配", variant="primary")
    start = "填写已知的情况，不知道的不填；每项措施的条件逐条对照，没有说到的一律算待补充。"
    result = gr.HTML(notice_html(start), js_on_load=asset("result.js"), elem_id="pk-matches")
    run = safely(lambda *values: find_measures(backend, values))
    gr.on([button.click, *(box.submit for box in boxes[:-1])], run, boxes, result, **QUIET)


def find_measures(backend: Backend, values: Sequence[str | None]) -> str:
    """The measures for what the fields hold."""
    from chat.matching.profile import read_profile
    from chat.page.matches import matched_html
    from chat.page.notices import notice_html

    names = [*(name for name, _ in FIELDS), "note"]
    pairs = [
        f"{name}={value.strip()}"
        for name, value in zip(names, values, strict=True)
        if value and value.strip()
    ]
    if not pairs:
        return notice_html("请至少填写一项，例如所在地：烟台。")
    _, assistant = backend.get()
    return matched_html(assistant.match(read_profile(pairs, assistant.measures), date.today()))
