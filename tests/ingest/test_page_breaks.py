"""Characters printed twice by a page break, against characters that rightly stand twice."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ingest.clean import clean

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "page_breaks.yaml").read_text("utf-8"))
PROSE = "为贯彻落实决策部署，"  # what makes the break fall inside a sentence


def joined(before: str, after: str) -> str:
    (paragraph,) = clean(f"{PROSE}{before}\n\n{after}。")
    return paragraph.text.removeprefix(PROSE).removesuffix("。")


def name(case: dict[str, str]) -> str:
    return f"{case['before']}|{case['after']}"


def test_there_are_enough_cases() -> None:
    assert min(len(CASES["doubled"]), len(CASES["kept"])) >= 15


@pytest.mark.parametrize("case", CASES["doubled"], ids=name)
def test_a_doubled_character_is_kept_once(case: dict[str, str]) -> None:
    assert joined(case["before"], case["after"]) == case["once"]


@pytest.mark.parametrize("case", CASES["kept"] + CASES["unsure"], ids=name)
def test_a_character_that_may_stand_twice_stays(case: dict[str, str]) -> None:
    assert joined(case["before"], case["after"]) == case["before"] + case["after"]
