"""Measures of invented cities for tests: rules in the model over clauses in the wording of real documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kb.rules import Rule

_FILES = sorted((Path(__file__).parent / "measures").glob("*.yaml"))
_DATA: list[dict[str, Any]] = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in _FILES]
CLAUSES: dict[str, str] = {clause: text for data in _DATA for clause, text in data["clauses"].items()}
PLAIN: dict[str, dict[str, Any]] = {rule["id"]: rule for data in _DATA for rule in data["rules"]}
RULES: dict[str, Rule] = {name: Rule.model_validate(rule) for name, rule in PLAIN.items()}
