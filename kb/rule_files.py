"""Rule files: read into the model, with an error a policy officer understands; written back as an officer would."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from corpus import RegisterError
from kb.money import format_yuan
from kb.rules import Rule

SHIPPED = Path(__file__).parent.parent / "corpus" / "rules"
_MONEY = frozenset({"amount", "cap", "yearly_cap", "entity_cap"})


def load_rules(folder: Path) -> tuple[Rule, ...]:
    """All rules of a folder, in order of file name.

    Raises:
        RegisterError: a file is malformed, two rules share an id, or there is no rule at all.
    """
    rules = tuple(load_rule(path) for path in sorted(folder.glob("*.yaml")))
    if not rules:
        raise RegisterError(f"{folder} 里没有规则文件（*.yaml）。请检查文件夹。")
    ids = [rule.id for rule in rules]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise RegisterError(f"{folder} 里有重复的规则 id：{'、'.join(twice)}。每条规则的 id 必须不同。")
    return rules


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """The rules that ship with the project; read once, which takes half a second."""
    return load_rules(SHIPPED)


def load_rule(path: Path) -> Rule:
    """The rule of one file.

    Raises:
        RegisterError: it cannot be read or is malformed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterError(
            f"规则文件 {path.name} 读不出来：{error}。请检查文件及其编码（UTF-8）。"
        ) from error
    return read_rule(text, f"规则文件 {path.name}")


def read_rule(text: str, name: str) -> Rule:
    """The rule that a text holds, as a rule file would.

    >>> read_rule("id: [", "这条规则")
    Traceback (most recent call last):
    ...
    corpus.errors.RegisterError: 这条规则 第1行不是正确的 YAML。请检查缩进、冒号和引号。

    Args:
        text: YAML.
        name: what errors call it.

    Raises:
        RegisterError: it is malformed.
    """
    import yaml

    try:
        data: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date like 2024-13-01
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else "某处"
        raise RegisterError(f"{name} {where}不是正确的 YAML。请检查缩进、冒号和引号。") from error
    if not isinstance(data, dict):
        raise RegisterError(f"{name} 应是“字段: 值”的形式，收到的是 {type(data).__name__}。")
    try:
        return Rule.model_validate(data)
    except ValidationError as error:
        raise RegisterError(f"{name} {_explain(error)}") from error


def rule_yaml(rule: Rule) -> str:
    """A rule as its file would hold it: amounts as 1000万元, shares as 5%; what is left at its default is not written."""
    import yaml

    data = rule.model_dump(exclude_defaults=True)
    ordered: dict[str, object] = {
        "id": rule.id,
        "title": rule.title,
        "status": rule.status.value,
        "kind": rule.kind.value,
    }
    ordered |= {key: _written(value, key, "") for key, value in data.items() if key not in ordered}
    text: str = yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=120)
    return text


def _written(value: object, key: str, parent: str) -> object:
    """A value as an officer writes it."""
    if isinstance(value, Mapping):
        return {name: _written(each, name, key) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_written(each, key, parent) for each in value]
    if isinstance(value, Enum):
        return value.value
    if not isinstance(value, Decimal):
        return value
    of = parent if key == "value" else key
    if of == "rate":
        return f"{(value * 100).normalize():f}%"
    if of in _MONEY:
        return format_yuan(value)
    return int(value) if value == value.to_integral_value() else f"{value:f}"


def _explain(error: ValidationError) -> str:
    """The first problem in one Chinese line: field, what was received, what is accepted."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "整体"
    kind, context = first["type"], first.get("ctx", {})
    received = f"收到 {str(first['input'])[:40]!r}"
    accepted = {
        "extra_forbidden": "没有这个字段，请删去或改正拼写",
        "missing": "缺少这个字段",
        "enum": f"可用的是 {context.get('expected', '')}",
        "literal_error": f"可用的是 {context.get('expected', '')}",
        "string_pattern_mismatch": "只能用小写字母、数字和下划线，字母开头",
        "string_too_short": "不能为空",
        "too_short": "至少要有一项",
        "string_type": "应是文字（数字请加引号）",
        "tuple_type": "应是一个列表",
        "bool_parsing": "应是 true 或 false",
        "date_from_datetime_parsing": "应是日期，例如 2025-01-01，或 null",
        "value_error": str(context.get("error", "")),
    }.get(kind, first["msg"])
    if kind == "missing":
        return f"字段 {field}：{accepted}。"
    if kind == "value_error" and not first["loc"]:
        return f"：{accepted}。"
    return f"字段 {field}：{received}，{accepted}。"
