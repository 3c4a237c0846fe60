"""Fields of rules written well and badly: each mistake gives one Chinese line that says where and what to do."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus import RegisterError
from kb.rule_check import check_rules
from kb.rule_files import load_rules
from tests.cases.city_measures import CLAUSES, PLAIN, RULES

_FILE = Path(__file__).parents[1] / "cases" / "rule_fields.yaml"
CASES: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
KNOWN = {"case", "rule", "set", "error", "also", "problem"}


def changed(case: dict[str, Any]) -> dict[str, Any]:
    """The rule with some fields set; null takes a field away."""
    rule = copy.deepcopy(PLAIN[case["rule"]])
    for path, value in case["set"].items():
        *parts, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
        place: Any = rule
        for part in parts:
            place = place[part]
        if value is None:
            del place[last]
        elif isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value
    return rule


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_field(tmp_path: Path, case: dict[str, Any]) -> None:
    assert set(case) <= KNOWN and not {"error", "problem"} <= set(case)
    (tmp_path / "rule.yaml").write_text(yaml.safe_dump(changed(case), allow_unicode=True), encoding="utf-8")
    if "error" in case:
        with pytest.raises(RegisterError) as error:
            load_rules(tmp_path)
        said = str(error.value)
        assert said.startswith("规则文件 rule.yaml ") and "\n" not in said and said.endswith("。")
        assert case["error"] in said.replace(": ", "：") and case.get("also", "") in said
        return
    (rule,) = load_rules(tmp_path)
    others = [each for each in RULES.values() if each.id != rule.id]
    problems = check_rules([rule, *others], CLAUSES.get)
    if "problem" not in case:
        assert problems == []
        return
    assert any(case["problem"] in line.replace(": ", "：") for line in problems), problems
    assert all(line.startswith("规则 ") and line.endswith("。") and "\n" not in line for line in problems)


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60 and len({case["case"] for case in CASES}) == len(CASES)
    assert {"error", "problem"} <= {key for case in CASES for key in case}
