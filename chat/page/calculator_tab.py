"""补贴测算: the rules that give a figure, a form for each, what the calculator says, and several projects side by side.

The page keeps what was typed (``calculator.js``); every figure is computed here, anew each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

from corpus import NotFound, PolicyKBError

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.page.wiring import Refresh
    from chat.subsidy.caps import Cap
    from chat.subsidy.form import Filled
    from kb.rules import Rule

MOST_PROJECTS = 20


def calculator_tab(backend: Backend, refresh: Refresh) -> None:
    """Build it."""
    import gradio as gr

    from chat.page.style import asset

    def open_rule(asked: Mapping[str, Any]) -> dict[str, Any]:
        return _told(lambda: {"html": opened(backend, str(asked.get("rule", "")))})

    def read(asked: Mapping[str, Any]) -> dict[str, Any]:
        return _told(lambda: {"fields": _fields(_filled(backend, asked))})

    def compute(asked: Mapping[str, Any]) -> dict[str, Any]:
        return _told(lambda: computed(_filled(backend, asked)))

    def compare(asked: Mapping[str, Any]) -> dict[str, Any]:
        return _told(lambda: {"html": compared(backend, asked.get("projects", []))})

    calculator = gr.HTML(
        shell(backend),
        js_on_load=asset("calculator.js"),
        server_functions=[open_rule, read, compute, compare],
        elem_id="pk-calculator",
    )
    refresh.add(calculator, lambda: shell(backend))


def _told(make: Any) -> dict[str, Any]:
    """What a function gives, or a failure as one line."""
    from chat.backend import friendly

    try:
        return dict(make())
    except Exception as error:
        return {"failure": friendly(error)}


def shell(backend: Backend) -> str:
    """The rules to choose from, and room for the rest."""
    from chat.page.rule_form import picker_html

    picker = picker_html(list(computing_rules(backend).values()), _titles(backend))
    return (
        f'<div class="pk-calculator">{picker}<div data-part="form"></div>'
        '<div data-part="projects" aria-live="polite"></div></div>'
    )


def _titles(backend: Backend) -> dict[str, str]:
    return {document: title for title, document in backend.titles()}


def opened(backend: Backend, rule_id: str) -> str:
    """The form of a rule."""
    from chat.page.rule_form import form_html

    return form_html(find_rule(backend, rule_id), _titles(backend))


def computing_rules(backend: Backend) -> dict[str, Rule]:
    """The rules that give a figure, by id: those of the knowledge base, those we ship before it is open."""
    from kb.rule_files import shipped_rules
    from kb.rules import Kind

    rules = backend.get()[1].rules if backend.is_open else shipped_rules()
    return {rule.id: rule for rule in rules if rule.kind is not Kind.QUALIFICATION}


def find_rule(backend: Backend, rule_id: str) -> Rule:
    """A rule that computes.

    Raises:
        NotFound: there is none of this id (any more).
    """
    rule = computing_rules(backend).get(rule_id)
    if rule is None:
        raise NotFound(f"没有可以计算的规则“{rule_id[:60]}”，它所依据的条款可能改过；请重新选择补贴项目。")
    return rule


def _filled(backend: Backend, asked: Mapping[str, Any]) -> Filled:
    from chat.subsidy.form import fill_in

    values = asked.get("values") or {}
    rule = find_rule(backend, str(asked.get("rule", "")))
    return fill_in(rule, {str(name): str(value) for name, value in dict(values).items()}, date.today())


def _fields(filled: Filled) -> dict[str, dict[str, str]]:
    return {name: {"said": each.said, "wrong": each.error} for name, each in filled.fields.items()}


def computed(filled: Filled) -> dict[str, Any]:
    """The result of a form: its fields as understood, what is wrong, or the calculator's result."""
    from chat.page.outcomes import outcome_html
    from chat.page.projects import query_of
    from chat.subsidy.caps import caps_of, reached
    from chat.subsidy.curve import curve_of

    answer: dict[str, Any] = {"fields": _fields(filled), "wrong": filled.error}
    if filled.outcome is None or filled.inputs is None:
        return answer
    found = filled.calculation
    curve, actions = None, ""
    full: tuple[Cap, ...] = ()
    if found is not None:
        curve = curve_of(filled.rule, filled.inputs, date.today())
        full = reached(caps_of(filled.rule, filled.inputs), found.amount_yuan)
        address = f"export/estimate.docx?{query_of([filled])}"
        actions = (
            '<div class="pk-do"><button type="button" class="pk-second" data-add>加入对比</button>'
            f'<a class="pk-second" href="{escape(address)}" download>下载测算单（Word）</a></div>'
        )
    html = outcome_html(filled.rule, filled.outcome, curve, full, actions)
    return {**answer, "html": html, "done": found is not None}


def compared(backend: Backend, projects: Sequence[Mapping[str, Any]]) -> str:
    """The table of several projects."""
    from chat.page.projects import numbered, projects_html
    from chat.subsidy.together import together

    if len(projects) > MOST_PROJECTS:
        raise PolicyKBError(f"最多对比 {MOST_PROJECTS} 个项目，请先移除几个。")
    filled = [_filled(backend, each) for each in projects]
    whole = together(filled, date.today(), clauses_of(backend, filled))
    return projects_html(numbered([str(each.get("name", ""))[:40] for each in projects]), filled, whole)


def clauses_of(backend: Backend, filled: Sequence[Filled]) -> Any:
    """The clauses of the documents that rules are of."""
    from chat.page.rule_form import document_of

    kb, _ = backend.get()
    documents = dict.fromkeys(document_of(each.rule) for each in filled)
    for document in documents:
        yield from kb.document(document).clauses


def compute(rule: Rule, values: Sequence[str]) -> str:
    """The calculator's result for what the fields of a rule hold, in their order.

    Raises:
        PolicyKBError: a value is wrong.
    """
    from chat.subsidy.form import fill_in

    pairs = zip((each.name for each in rule.inputs), values, strict=True)
    filled = fill_in(rule, {name: value or "" for name, value in pairs}, date.today())
    if filled.outcome is None:
        raise PolicyKBError(filled.problem)
    return str(computed(filled)["html"])
