"""政策匹配: a form for what is known of an asker, and the measures before it.

The page keeps what was typed (``match.js``); each change is matched anew here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from corpus import InputError, UsageError

if TYPE_CHECKING:
    from chat.backend import Backend
    from chat.matching.types import Matched
    from kb.rules import Rule


@dataclass(frozen=True, slots=True)
class Found:
    """A matching, or what is wrong with the profile.

    Attributes:
        matched: the result; None where something is wrong.
        wrong: what is wrong with a field, by its name; "" for the whole.
        rules: the rules by id.
    """

    matched: Matched | None
    wrong: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)


def match_tab(backend: Backend) -> None:
    """Build it."""
    import gradio as gr

    from chat.backend import friendly
    from chat.page.style import asset

    def find(asked: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return measures_of(backend, asked)
        except Exception as error:
            return {"failure": friendly(error)}

    gr.HTML(shell(), js_on_load=asset("match.js"), server_functions=[find], elem_id="pk-match")


def shell() -> str:
    """The form, and room for the measures."""
    from chat.page.profile_form import form_html

    return (
        f'<div class="pk-match">{form_html(_regions())}<div class="pk-filter" hidden><label>筛选结果'
        '<input type="search" data-part="words" maxlength="60" placeholder="措施、文件、单位或条件里的词" autocomplete="off"></label></div>'
        '<div id="pk-matches" data-part="found" aria-live="polite"></div></div>'
    )


@lru_cache(maxsize=1)
def _regions() -> tuple[str, ...]:
    """Provinces, then the prefectures in them."""
    from ingest.regions import divisions

    found = {place for places in divisions().values() for place in places if not place.county}
    ordered = sorted(found, key=lambda place: (bool(place.city), place.province, place.city))
    return tuple(dict.fromkeys(place.city or place.province for place in ordered))


def measures_of(backend: Backend, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The measures for what the form holds, as HTML; or what is wrong with a field."""
    from chat.page.matches import matched_html
    from chat.page.notices import notice_html
    from chat.page.profile_form import field_of

    facts = {str(name): str(value).strip() for name, value in dict(asked.get("facts") or {}).items()}
    facts = {name: value for name, value in facts.items() if value}
    if not facts:
        return {"html": notice_html("请至少填写一项，例如所在地：烟台。"), "done": False}
    found = find_measures(backend, facts)
    if found.matched is None:
        return {"wrong": dict(found.wrong)}
    shown = {str(name): int(number) for name, number in dict(asked.get("shown") or {}).items()}
    question = found.matched.question
    asks = question.about[0] if question and question.about else ""
    own = any(rule.input(asks) for rule in found.rules.values()) and field_of(question) == "note"
    html = matched_html(
        found.matched,
        str(asked.get("words") or "")[:60],
        shown=shown,
        carried=carried_of(found),
        field="" if own else field_of(question),
        told=list(facts.items()),
    )
    return {"html": html, "done": True}


def find_measures(backend: Backend, facts: Mapping[str, str]) -> Found:
    """Match what is known; a value that cannot be read is told for its field."""
    from chat.matching.profile import read_profile

    _, assistant = backend.get()
    rules = assistant.measures
    wrong: dict[str, str] = {}
    for name, value in facts.items():
        try:
            read_profile([f"{name}={value}"], rules)
        except (InputError, UsageError) as error:
            wrong[name] = str(error).removeprefix(name).replace(f"{name}=", "").strip()
    if wrong:
        return Found(None, wrong)
    profile = read_profile([f"{name}={value}" for name, value in facts.items()], rules)
    return Found(assistant.match(profile, date.today()), {}, {rule.id: rule for rule in rules})


def carried_of(found: Found) -> dict[str, dict[str, str]]:
    """For each measure that the calculator takes and that is not refused, what its form may begin with."""
    from chat.matching.figures import inputs_of
    from chat.matching.types import State
    from chat.subsidy.form import values_of
    from kb.rules import Kind

    carried: dict[str, dict[str, str]] = {}
    if found.matched is None:
        return carried
    for measure in found.matched.measures:
        rule = found.rules[measure.rule]
        if measure.state is State.NOT_MET or measure.is_draft or rule.kind is Kind.QUALIFICATION:
            continue
        carried[rule.id] = values_of(rule, inputs_of(rule, found.matched.profile))
    return carried
