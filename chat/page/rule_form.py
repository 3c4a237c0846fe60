"""The rules to choose from and the form of one, as HTML; ``calculator.js`` fills in what was typed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from chat.page.outcomes import rule_html
from chat.subsidy.calc_types import show_stage
from chat.subsidy.form import MAX_VALUE, unit_of
from chat.wording import written
from kb.rules import Input, Rule

_MOST_RADIOS = 6
_BETWEEN = "\n"  # of the ids of documents
_MONEY_UNITS = ("万元", "元", "亿元")


def document_of(rule: Rule) -> str:
    """Id of the document that a rule is of."""
    return rule.clauses[0].rpartition(" ")[0]


def _documents_of(rule: Rule, titles: Mapping[str, str]) -> tuple[str, ...]:
    """All documents that a rule rests on, as far as they are there."""
    every = dict.fromkeys(clause.rpartition(" ")[0] for clause in rule.clauses)
    return tuple(each for each in every if each in titles or each == document_of(rule))


def picker_html(rules: Sequence[Rule], titles: Mapping[str, str]) -> str:
    """The rules, to be narrowed by document and by words.

    Args:
        rules: those that compute.
        titles: of documents by id; a document without one is shown by its id.
    """
    if not rules:
        return (
            '<div class="pk-picker"><p class="pk-meta">知识库里还没有可以计算的规则。'
            "入库文件后，在“知识库”页核对、确认程序提取的规则草稿，这里就能测算。</p></div>"
        )
    documents = list(dict.fromkeys(each for rule in rules for each in _documents_of(rule, titles)))
    options = "".join(
        f'<option value="{escape(each)}">{escape(_titled(each, titles))}</option>' for each in documents
    )
    items = "".join(_item(rule, titles) for rule in rules)
    return (
        '<details class="pk-picker" open><summary><span>补贴项目</span><b data-part="chosen">请选择</b></summary>'
        f'<div class="pk-narrow"><label>文件<select data-part="document"><option value="">全部文件（{len(documents)} 份）</option>'
        f'{options}</select></label><label>查找<input type="search" data-part="words" maxlength="60"'
        ' placeholder="项目名称、文号或条款里的词" autocomplete="off"></label></div>'
        f'<p class="pk-meta" role="status" data-part="count">共 {len(rules)} 项</p>'
        f'<ul class="pk-rules" data-part="rules">{items}</ul></details>'
    )


def _titled(document: str, titles: Mapping[str, str]) -> str:
    title = titles.get(document, "")
    return f"{document} {title}" if title and title != document else document


def _item(rule: Rule, titles: Mapping[str, str]) -> str:
    documents = _documents_of(rule, titles)
    of = " ".join(_titled(each, titles) for each in documents)
    said = f"{rule.title} {of} {' '.join(rule.keywords)} {rule.bases[0].quote}".lower()
    return (
        f'<li data-of="{escape(_BETWEEN.join(documents))}" data-words="{escape(said)}"><button type="button" data-rule="{escape(rule.id)}">'
        f"<b>{escape(rule.title)}</b><span>{escape(written(rule.clauses[0]))}</span></button></li>"
    )


def form_html(rule: Rule, titles: Mapping[str, str]) -> str:
    """The form of a rule, with the words it rests on below."""
    asked = [each for each in rule.inputs if _is_first(rule, each)]
    rest = [each for each in rule.inputs if each not in asked]
    groups = _group(rule, asked, "按什么计算") + _group(rule, rest, "其他情况（可不填）")
    of = _titled(document_of(rule), titles)
    none = '<p class="pk-meta">这一项不需要填写。</p>' if not rule.inputs else ""
    return (
        f'<form class="pk-form" data-rule="{escape(rule.id)}" novalidate><h3>{escape(rule.title)}</h3>'
        f'<p class="pk-meta">依据：<button type="button" class="pk-of-document" data-clause="{escape(rule.clauses[0])}"'
        f' data-quote="{escape(rule.bases[0].quote)}">{escape(of)}</button></p>{groups}{none}'
        '<p class="pk-amiss" role="alert" data-part="wrong"></p>'
        '<div class="pk-do"><button type="submit" class="pk-first-act">测算</button>'
        '<button type="reset" class="pk-second">清空</button></div></form>'
        f'<div class="pk-answer" data-part="answer">{rule_html(rule)}</div>'
    )


def _is_first(rule: Rule, declared: Input) -> bool:
    return (
        declared.required or declared.name in (rule.stage_by, rule.measured_by) or declared.type == "months"
    )


def _group(rule: Rule, inputs: Iterable[Input], legend: str) -> str:
    fields = "".join(_field(rule, each) for each in inputs)
    return (
        f'<fieldset><legend>{legend}</legend><div class="pk-entries">{fields}</div></fieldset>'
        if fields
        else ""
    )


def _field(rule: Rule, declared: Input) -> str:
    """One input: its label with the unit, what is asked, and below it what was understood or is wrong."""
    name = declared.name
    key = f"pk-in-{name}"
    told = "" if _is_first(rule, declared) and declared.required else "（可不填）"
    head = f"{escape(declared.label)}{told}"
    described = f'aria-describedby="{key}-help {key}-said {key}-wrong"'
    foot = (
        f'<p class="pk-help" id="{key}-help">{escape(declared.question)}</p>'
        f'<p class="pk-understood-as" id="{key}-said" data-said="{escape(name)}" aria-live="polite"></p>'
        f'<p class="pk-amiss" id="{key}-wrong" data-wrong="{escape(name)}" aria-live="polite"></p>'
    )
    options = _options(rule, declared)
    if options and len(options) <= _MOST_RADIOS and declared.name == rule.stage_by:
        radios = "".join(
            f'<label><input type="radio" name="{escape(name)}" value="{escape(value)}">{escape(shown)}</label>'
            for value, shown in options
        )
        return (
            f'<div class="pk-entry" role="radiogroup" aria-labelledby="{key}-label" {described}>'
            f'<span class="pk-label" id="{key}-label">{head}</span><div class="pk-radios">{radios}</div>{foot}</div>'
        )
    if options:
        listed = "".join(f'<option value="{escape(v)}">{escape(shown)}</option>' for v, shown in options)
        control = f'<select id="{key}" name="{escape(name)}" {described}><option value="">不填</option>{listed}</select>'
    else:
        control = (
            f'<input id="{key}" name="{escape(name)}" type="text" maxlength="{MAX_VALUE}" autocomplete="off"'
            f' placeholder="例如：{escape(declared.example)}" {described}>{_unit(declared)}'
        )
    return (
        f'<div class="pk-entry"><label class="pk-label" for="{key}">{head}</label>'
        f'<div class="pk-control">{control}</div>{foot}</div>'
    )


def _options(rule: Rule, declared: Input) -> list[tuple[str, str]]:
    if declared.name == rule.stage_by and rule.stages:
        return [(stage.stage, show_stage(rule, stage.stage)) for stage in rule.stages]
    return [(choice.value, choice.value) for choice in declared.choices]


def _unit(declared: Input) -> str:
    """The unit beside a field: of money to choose, used where only a number is typed."""
    if declared.type != "money":
        unit = unit_of(declared)
        return f'<span class="pk-unit" aria-hidden="true">{escape(unit)}</span>' if unit else ""
    listed = "".join(f"<option>{unit}</option>" for unit in _MONEY_UNITS)
    return f'<select class="pk-unit" data-unit aria-label="{escape(declared.label)}的单位">{listed}</select>'
