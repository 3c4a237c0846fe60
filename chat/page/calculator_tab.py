"""The widgets and wires of 补贴测算: the rules that give a figure, a form for each, and what the calculator says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from chat.page.wiring import QUIET

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.wiring import Refresh
    from kb.rules import Input, Rule


def calculator_tab(backend: Backend, refresh: Refresh) -> None:
    """Build it."""
    import gradio as gr

    from chat.page.events import safely
    from chat.page.outcomes import rule_html
    from chat.page.style import asset

    def titles() -> list[tuple[str, str]]:
        return [(rule.title, rule.id) for rule in computing_rules(backend).values()]

    choice = gr.Dropdown(titles(), label="补贴项目", filterable=False)
    refresh.add(choice, lambda: gr.Dropdown(choices=titles()))

    def fields(rule_id: str) -> None:
        rule = computing_rules(backend).get(rule_id)
        if rule is None:  # its clause changed meanwhile
            return
        boxes: list[Any] = []
        for first in range(0, len(rule.inputs), 2):
            with gr.Row():
                boxes += [_field(rule, each) for each in rule.inputs[first : first + 2]]
        button = gr.Button("测算", variant="primary")
        result = gr.HTML(rule_html(rule), js_on_load=asset("result.js"))
        run = safely(lambda *values: compute(rule, values))
        for event in (button.click, *(box.submit for box in boxes if isinstance(box, gr.Textbox))):
            event(run, boxes, result, **QUIET)

    gr.render(inputs=[choice])(fields)


def _field(rule: Rule, each: Input) -> Any:
    """The widget for one input of a rule."""
    import gradio as gr

    from chat.subsidy.calc_types import show_phase

    asked: dict[str, Any] = {"info": each.question, "min_width": 260}
    asked["label"] = each.label if each.required else f"{each.label}（可不填）"
    if each.type == "phase":
        return gr.Radio([(show_phase(stage.stage), stage.stage) for stage in rule.stages], **asked)
    if each.name == rule.stage_by:
        return gr.Radio([stage.stage for stage in rule.stages], **asked)
    if each.type == "choice":
        values = [("不填", ""), *((choice.value, choice.value) for choice in each.choices)]
        return gr.Dropdown(values, value="", filterable=False, **asked)
    return gr.Textbox(placeholder=f"例如：{each.example}", **asked)


def computing_rules(backend: Backend) -> dict[str, Rule]:
    """The rules that give a figure, by id: those of the knowledge base, those we ship before it is open."""
    from kb.rule_files import shipped_rules
    from kb.rules import Kind

    rules = backend.get()[1].rules if backend.is_open else shipped_rules()
    return {rule.id: rule for rule in rules if rule.kind is not Kind.QUALIFICATION}


def compute(rule: Rule, values: Sequence[str]) -> str:
    """The calculator's result for what the fields hold."""
    from chat.page.outcomes import outcome_html
    from chat.subsidy.calculator import calculate, parse_cli_inputs

    pairs = [
        f"{each.name}={value.strip()}"
        for each, value in zip(rule.inputs, values, strict=True)
        if (value or "").strip()
    ]
    return outcome_html(rule, calculate(rule, parse_cli_inputs(rule, pairs), date.today()))
