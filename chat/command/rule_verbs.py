"""What ``policykb rules`` and ``policykb calc`` do: rules to list, read, edit and confirm, and one to compute with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from chat import forms
from chat.command import plain
from chat.command.terminal import opened
from chat.command.usage import read_day
from chat.command.verbs import show
from chat.subsidy.calculator import calculate, parse_cli_inputs
from chat.wording import written
from corpus import NotFound
from kb.knowledge_base import KnowledgeBase
from kb.rule_drafts import summary
from kb.rule_files import rule_yaml, shipped_rules
from kb.rule_shelf import (
    Shelf,
    confirm,
    drafts,
    drop,
    find_rule,
    in_short,
    read_shelf,
    reject,
    rule_path,
    save,
    usable_rule,
)
from kb.rules import Basis, Kind, Rule
from kb.settings import load_settings

_KINDS = {
    Kind.RATE: "按比例",
    Kind.FIXED: "定额",
    Kind.PER_UNIT: "按数量",
    Kind.TIERS: "分档",
    Kind.SHARE_OF_COUNT: "占数量的比例",
    Kind.INTEREST: "贴息",
    Kind.CAP_ONLY: "只有上限",
    Kind.DEADLINE: "时限",
    Kind.QUALIFICATION: "只有条件",
}


@contextmanager
def _shelf(home: Path | None) -> Iterator[tuple[KnowledgeBase, Shelf]]:
    with opened(home) as kb:
        yield kb, read_shelf(kb)


def list_rules(draft: bool, doc: str | None, home: Path | None, as_json: bool) -> None:
    """``policykb rules``."""
    with _shelf(home) as (kb, shelf):
        listed = drafts(kb, shelf, doc) if draft else _of_document(kb, shelf.rules, doc)
    text = drafts_text if draft else partial(rules_text, problems=shelf.problems)
    show(listed, as_json, partial(rules_dict, problems=shelf.problems), text)


def _of_document(kb: KnowledgeBase, rules: Sequence[Rule], doc: str | None) -> tuple[Rule, ...]:
    if doc is None:
        return tuple(rules)
    wanted = kb.document(doc).id
    return tuple(rule for rule in rules if any(c.rpartition(" ")[0] == wanted for c in rule.clauses))


def show_rule(name: str, home: Path | None, as_json: bool) -> None:
    """``policykb rules show``."""
    with _shelf(home) as (kb, shelf):
        rule = find_rule(kb, shelf, name)
    show(rule, as_json, lambda each: each.model_dump(mode="json"), rule_yaml)


def edit_rule(name: str, home: Path | None, as_json: bool) -> None:
    """``policykb rules edit``: a draft as a file that a person can change."""
    with _shelf(home) as (kb, shelf):
        rule = find_rule(kb, shelf, name)
        path = rule_path(kb, rule.id)
        if not path.exists():
            save(kb, rule)
    show(
        path,
        as_json,
        lambda file: {"rule": rule.id, "file": str(file)},
        lambda file: f"规则文件：{file}\n修改后运行 policykb rules confirm {rule.id} 核对并确认。",
    )


def confirm_rule(name: str, home: Path | None, as_json: bool) -> None:
    """``policykb rules confirm``."""
    with _shelf(home) as (kb, shelf):
        rule = confirm(kb, shelf, name)
        path = rule_path(kb, rule.id)
    show(
        rule,
        as_json,
        lambda each: {"rule": each.id, "status": each.status.value, "file": str(path)},
        lambda each: confirmed_text(each, path),
    )


def reject_rule(name: str, home: Path | None, as_json: bool) -> None:
    """``policykb rules reject``."""
    with _shelf(home) as (kb, shelf):
        rule = reject(kb, shelf, name)
    show(
        rule,
        as_json,
        lambda each: {"rejected": each.id},
        lambda each: f"不采用草稿 {each.id}（{each.title}）。恢复用 policykb rules drop {each.id}。",
    )


def drop_rule(name: str, home: Path | None, as_json: bool) -> None:
    """``policykb rules drop``."""
    with opened(home) as kb:
        dropped = drop(kb, name)
    show(dropped, as_json, lambda each: {"dropped": each}, "已删除规则 {}。".format)


def check_rules_verb(home: Path | None, as_json: bool) -> bool:
    """``policykb rules check``; whether all rules say what their clauses say."""
    with _shelf(home) as (_, shelf):
        pass
    said = "\n".join(shelf.problems) or f"{len(shelf.rules)} 条规则的引文和数字都与条款原文一致。"
    form = {"rules": len(shelf.rules), "problems": list(shelf.problems)}
    show(shelf, as_json, lambda _: form, lambda _: said)
    return not shelf.problems


def calc(name: str, pairs: Sequence[str], as_of: str | None, home: Path | None, as_json: bool) -> None:
    """``policykb calc``."""
    rule = _shipped(name, home)
    if rule is None:
        with _shelf(home) as (kb, shelf):
            rule = usable_rule(kb, shelf, name)
    outcome = calculate(rule, parse_cli_inputs(rule, pairs), read_day(as_of) or date.today())
    show(outcome, as_json, partial(forms.outcome_dict, rule), partial(plain.outcome_text, rule))


def _shipped(name: str, home: Path | None) -> Rule | None:
    """A rule that ships, where there is no knowledge base yet: nothing has to be ingested to compute with it."""
    if (load_settings(home=home).home / "catalog.sqlite").exists():
        return None
    rules = shipped_rules()
    found = next((rule for rule in rules if name in (rule.id, rule.title)), None)
    if found is None:
        raise NotFound(f"没有规则“{name}”，可用的有：{'、'.join(rule.id for rule in rules)}。")
    return found


def confirmed_text(rule: Rule, path: Path) -> str:
    """What a person has just confirmed, and when it will be used."""
    use = "现在可以测算" if rule.kind is not Kind.QUALIFICATION else "它只有条件，用于政策匹配，不计算金额"
    words = f"提问时出现这些词会用到它：{'、'.join(rule.keywords)}。" if rule.keywords else ""
    return f"已确认规则 {rule.id}（{rule.title}）：{summary(rule)}。{use}。{words}文件：{path}"


# -- how they are shown ------------------------------------------------------------------------------------------


def rules_dict(rules: Sequence[Rule], problems: Sequence[str] = ()) -> dict[str, Any]:
    """The rules and their inputs, as ``policykb rules --json`` prints them."""
    keys = {"name", "label", "type", "required", "question", "example"}
    return {
        "rules": [
            {
                "id": rule.id,
                "title": rule.title,
                "kind": rule.kind.value,
                "status": rule.status.value,
                "figures": summary(rule),
                "inputs": [each.model_dump(mode="json", include=keys) for each in rule.inputs],
                "clauses": list(rule.clauses),
                "quote": rule.bases[0].quote,
            }
            for rule in rules
        ],
        "problems": list(problems),
    }


def rules_text(rules: Sequence[Rule], problems: Sequence[str] = ()) -> str:
    """The rules that compute, each with an example and the meaning of its inputs; then those that only state conditions."""
    computing = [rule for rule in rules if rule.kind is not Kind.QUALIFICATION]
    lines = []
    for rule in computing:
        lines.append(
            f"{rule.id}  {rule.title}（{_KINDS[rule.kind]}：{summary(rule)}）{_expired(*rule.bases)}"
        )
        for each in rule.inputs:
            must = "必填" if each.required else "可不填"
            lines.append(f"    {each.name}={each.example}  {each.label}（{must}）")
    others = [rule for rule in rules if rule.kind is Kind.QUALIFICATION]
    if others:
        lines += ["", f"另有 {len(others)} 项只有条件、没有数额的措施（用于 policykb match）："]
        lines += [f"{rule.id}  {rule.title}" for rule in others]
    if problems:
        lines += ["", "与条款原文不符、已停用：", *(f"  · {problem}" for problem in in_short(problems))]
    return "\n".join(lines)


def drafts_text(rules: Sequence[Rule]) -> str:
    """The drafts, each with its figures and the words they come from."""
    if not rules:
        return "没有待确认的草稿：知识库的条款里没有尚无规则的金额、比例或时限。"
    lines = [f"{len(rules)} 条草稿，由程序从条款中提取，确认之前不计算："]
    for rule in rules:
        basis = rule.bases[0]
        lines += [
            "",
            f"{rule.id}  {rule.title}",
            f"    {_figures(rule)}{_expired(basis)}",
            f"    {written(basis.clause)}：“{basis.quote}”",
        ]
    lines += [
        "",
        "查看 policykb rules show 代号；修改 policykb rules edit 代号；确认 policykb rules confirm 代号。",
    ]
    return "\n".join(lines)


def _figures(rule: Rule) -> str:
    said = summary(rule)
    return said if rule.kind is Kind.QUALIFICATION else f"{_KINDS[rule.kind]}：{said}"


def _expired(*bases: Basis) -> str:
    """A note where none of the clauses is in force any more."""
    ends = [basis.valid_to for basis in bases]
    last = max((end for end in ends if end), default=None)
    if last is None or None in ends or last >= date.today():
        return ""
    return f"（实施期已于{last.isoformat()}届满）"
