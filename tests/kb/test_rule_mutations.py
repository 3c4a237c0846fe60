"""A clause that changes is noticed, and a rule that says something else than its clause.

Every figure of the texts that rules rest on is changed to other plausible ones, and every figure of the rules too; each
change must be reported, with a rule and a field that rest on that clause. A check that lets one pass would let a wrong
amount pass.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from ingest import parse_file
from kb.rule_check import check_rules, sources
from kb.rule_files import load_rules
from kb.rules import Kind, Rule
from tests.cases import city_measures

CORPUS = Path(__file__).parents[2] / "corpus"
SHIPPED = load_rules(CORPUS / "rules")
TEXTS = {
    clause.id: clause.text
    for path in sorted((CORPUS / "policies").glob("*.txt"))
    for clause in parse_file(path).clauses
}
RESTED_ON = {clause: TEXTS[clause] for rule in SHIPPED for clause in rule.clauses}

_YUAN = re.compile(r"(?P<number>[0-9][0-9.]*)(?P<rest>\s*(?:万|亿)?元)")
_LISTED_YUAN = re.compile(r"(?P<number>[0-9][0-9.]*)(?P<rest>(?:万|亿)元、)")
_PERCENT = re.compile(r"(?P<number>[0-9][0-9.]*)(?P<rest>\s*%)")
_COUNTED = re.compile(r"(?P<number>[0-9]+)(?P<rest>\s*(?:个|名|人|张|年|项|天))")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "不超过": ("不低于", "超过"),
    "最高不超过": ("最低不少于",),
    "最高": ("最低", "至少"),
    "不低于": ("不超过", "不高于"),
    "不少于": ("不超过",),
    "以上": ("以下", "以内"),
    "不足": ("超过",),
    "达到": ("不足",),
    "第一类": ("第二类", "第三类"),
    "第二类": ("第一类", "第三类"),
    "第三类": ("第一类", "第二类"),
    "1类": ("2类", "3类"),
    "一类": ("二类", "三类"),
    "工作日": ("自然日", "日"),
    "个月": ("个季度", "年"),
    "每月": ("每年", "每季"),
    "每年": ("每月", "每季"),
    "万元": ("元", "亿元", "千元"),
    "亿元": ("万元",),
    "国家级": ("省级",),
    "省级": ("市级",),
}
_PHASES = re.compile(r"I、(?:II|Ⅱ)、(?:III|Ⅲ)期")
_OTHER_PHASES = ("I、II期", "II、III期", "I、II、III、IV期", "II、III、IV期", "I期", "III期", "IV期")


@dataclass(frozen=True)
class Mutation:
    """A changed text of one clause."""

    clause: str
    text: str
    what: str


def mutations(rules: Sequence[Rule], texts: Mapping[str, str]) -> Iterator[Mutation]:
    """Every figure and every word that turns its meaning, changed to several others; each text once.

    A clause that only says who is favoured may name goals besides (新获批5个): there the words that rules quote are changed,
    in a clause that gives figures all.
    """
    giving = {c for rule in rules if rule.kind is not Kind.QUALIFICATION for c in rule.clauses}
    for clause, text in texts.items():
        seen = {text}
        quoted = [(0, len(text))] if clause in giving else list(quotes(rules, clause, text))
        for start, end, new in changes(text):
            if not any(first <= start and end <= last for first, last in quoted):
                continue
            changed = text[:start] + new + text[end:]
            if changed not in seen:
                seen.add(changed)
                yield Mutation(clause, changed, f"{clause}：{text[max(0, start - 6) : end + 4]} → {new}")


def quotes(rules: Sequence[Rule], clause: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words that rules quote stand in a clause."""
    for rule in rules:
        for _, source in sources(rule):
            if source.clause == clause and (at := text.find(source.quote)) >= 0:
                yield at, at + len(source.quote)


def changes(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern in (_YUAN, _LISTED_YUAN, _PERCENT, _COUNTED):
        for match in pattern.finditer(text):
            for number in others(match["number"]):
                yield match.start("number"), match.end("number"), number
    for word, replacements in _WORDS.items():
        for match in re.finditer(re.escape(word), text):
            for replacement in replacements:
                yield match.start(), match.end(), replacement
    for match in _PHASES.finditer(text):
        for phases in _OTHER_PHASES:
            yield match.start(), match.end(), phases
        for roman in re.finditer(r"III|Ⅲ|II|Ⅱ|I", match[0]):
            for phase in ("I", "Ⅱ", "Ⅲ", "IV"):
                yield match.start() + roman.start(), match.start() + roman.end(), phase
    for match in _PERCENT.finditer(text):
        yield match.start("rest"), match.end(), "‰"


def others(number: str) -> tuple[str, ...]:
    """Other figures a clerk could have meant or mistyped."""
    value = float(number)
    guesses = (value / 2, value * 2, value * 1.5, value * 10, value / 10, value + 1, value + 10)
    return tuple(dict.fromkeys(f"{guess:g}" for guess in guesses if 0 < guess != value and guess < 1e6))


def named(line: str) -> tuple[str, str]:
    match = re.match(r"规则 (?P<rule>\S+) 的 (?P<field>[^：]+)：", line)
    assert match, line
    return match["rule"], match["field"]


def reported(rules: tuple[Rule, ...], texts: Mapping[str, str], mutation: Mutation) -> bool:
    """Whether the change is reported with a rule and a field that rest on the changed clause."""
    changed = {**texts, mutation.clause: mutation.text}
    resting = {
        (rule.id, field)
        for rule in rules
        for field, source in sources(rule)
        if source.clause == mutation.clause
    }
    fields = {(rule, field.partition(".")[0]) for rule, field in resting}
    own = {rule.id for rule in rules if any(source.clause == mutation.clause for _, source in sources(rule))}
    beside = {source.clause for rule in rules if rule.id in own for _, source in sources(rule)}
    near = [rule for rule in rules if any(source.clause in beside for _, source in sources(rule))]
    lines = check_rules(near, changed.get)  # the others have nothing to do with it
    return bool(lines) and all((named(line)[0], named(line)[1].partition(".")[0]) in fields for line in lines)


CITIES = tuple(city_measures.RULES.values())
GROUPS = {"shipped": (SHIPPED, RESTED_ON), "cities": (CITIES, city_measures.CLAUSES)}


@pytest.mark.parametrize("group", GROUPS)
def test_the_texts_as_they_are_give_no_problem(group: str) -> None:
    rules, texts = GROUPS[group]
    assert check_rules(rules, texts.get) == []


@pytest.mark.parametrize(("group", "least"), [("shipped", 200), ("cities", 300)])
def test_every_change_of_a_clause_is_reported(group: str, least: int) -> None:
    rules, texts = GROUPS[group]
    made = list(mutations(rules, texts))
    assert len(made) >= least and len({(m.clause, m.text) for m in made}) == len(made)
    missed = [mutation.what for mutation in made if not reported(rules, texts, mutation)]
    assert missed == []


def test_every_clause_with_a_figure_is_changed() -> None:
    for rules, texts in GROUPS.values():
        giving = {c for r in rules if r.kind is not Kind.QUALIFICATION for c in r.clauses}
        changed = {mutation.clause for mutation in mutations(rules, texts)}
        assert giving <= changed


# -- rules that say something else than their clause ----------------------------------------------------------------

PLAIN: dict[str, dict[str, Any]] = {
    rule.id: yaml.safe_load((CORPUS / "rules" / f"{rule.id}.yaml").read_text("utf-8")) for rule in SHIPPED
} | copy.deepcopy(city_measures.PLAIN)
ALL_TEXTS = {**RESTED_ON, **city_measures.CLAUSES}
Path_ = tuple[str | int, ...]


def figures(data: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every figure of a rule, with its place."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from figures(value, (*path, name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from figures(value, (*path, number))
    elif path[-1] in _FIGURE_NAMES and path[0] not in ("inputs", "conditions"):
        yield path, data


_FIGURE_NAMES = {
    "value", "rate", "amount", "cap", "above", "at_least", "below", "at_most", "before", "after", "bound"
}  # fmt: skip
_TURNED = (
    ("above", "at_least"),
    ("at_least", "above"),
    ("below", "at_most"),
    ("at_most", "below"),
    ("below", "above"),
    ("at_least", "below"),
)
_BOUNDS = {"max": "exact", "min": "max", "exact": "max"}


def at(data: Any, path: Path_) -> Any:
    for part in path:
        data = data[part]
    return data


def with_value(rule: dict[str, Any], path: Path_, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(rule)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def wrong_rules(rule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rule with one figure changed, one bound turned, or two classes or steps exchanged."""
    yield from wrong_figures(rule)
    yield from exchanged(rule)
    yield from wrong_readings(rule)


def wrong_figures(rule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, value in figures(rule):
        where = ".".join(map(str, path))
        if path[-1] == "bound":
            yield f"{where} → {_BOUNDS[value]}", with_value(rule, path, _BOUNDS[value])
            continue
        match = re.fullmatch(r"([0-9.]+)(\D*)", str(value))
        assert match, value
        for number in others(match[1]):
            changed = f"{number}{match[2]}" if match[2] else float(number)
            yield f"{where} {value} → {changed}", with_value(rule, path, changed)


def exchanged(rule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, fields in (("stages", ("rate", "amount", "cap")), ("tiers", ("rate", "amount"))):
        for one in range(len(rule.get(name, ())) - 1):
            for field in fields:
                if field in rule[name][one]:
                    swapped = with_value(rule, (name, one, field), rule[name][one + 1][field])
                    swapped[name][one + 1][field] = rule[name][one][field]
                    yield f"{name}.{one} ↔ {one + 1} {field}", swapped
    if isinstance(rule.get("days"), dict) and "before" in rule["days"]:
        days = rule["days"]
        yield "days ↔", {**rule, "days": {**days, "before": days["after"], "after": days["before"]}}


def wrong_readings(rule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("rate", "amount"):
        if isinstance(rule.get(name), dict) and "bound" not in rule[name]:
            for bound in ("max", "min"):
                yield f"{name}.bound → {bound}", with_value(rule, (name, "bound"), bound)
    for number, tier in enumerate(rule.get("tiers", ())):
        for edge, turned in _TURNED:
            if edge in tier and turned not in tier:
                changed = copy.deepcopy(rule)
                changed["tiers"][number][turned] = changed["tiers"][number].pop(edge)
                yield f"tiers.{number} {edge} → {turned}", changed
    if "tiers" in rule and all("rate" in tier for tier in rule["tiers"]):
        method = "whole" if rule.get("method") == "marginal" else "marginal"
        yield f"method → {method}", {**rule, "method": method}
    if isinstance(rule.get("days"), dict):
        yield "days.unit → 天", {**rule, "days": {**rule["days"], "unit": "天"}}
    if "yearly_cap" in rule:
        taken = {key: value for key, value in rule.items() if key != "yearly_cap"}
        inputs = [each for each in rule["inputs"] if each["name"] != "prior_support"]
        yield "yearly_cap → entity_cap", {**taken, "entity_cap": rule["yearly_cap"], "inputs": inputs}
    if "entity_cap" in rule and "yearly_cap" not in rule:
        taken = {key: value for key, value in rule.items() if key != "entity_cap"}
        yield "entity_cap → yearly_cap", {**taken, "yearly_cap": rule["entity_cap"]}
    if rule["kind"] == "per_unit":
        months = [each for each in rule["inputs"] if each["type"] == "months"]
        kept = [each for each in rule["inputs"] if each["type"] != "months"]
        taken = {key: value for key, value in rule.items() if key != "longest"}
        made = {**rule["inputs"][0], "name": "months", "type": "months"}
        yield "months", {**taken, "inputs": kept if months else [*kept, made]}


def refused(data: dict[str, Any]) -> bool:
    """Whether the wrong rule is reported beside all others, as it is meant; they give no problem themselves."""
    try:
        rule = Rule.model_validate(data)
    except ValidationError:
        return True
    rules, texts = GROUPS["cities" if rule.id in city_measures.RULES else "shipped"]
    clauses = set(rule.clauses)
    others = [each for each in rules if each.id != rule.id and clauses & set(each.clauses)]
    return any(named(line)[0] == rule.id for line in check_rules([rule, *others], texts.get))


def test_every_wrong_figure_of_a_rule_is_reported() -> None:
    made = [(name, what, wrong) for name, rule in PLAIN.items() for what, wrong in wrong_rules(rule)]
    assert len(made) >= 400
    assert [f"{name} {what}" for name, what, wrong in made if not refused(wrong)] == []
