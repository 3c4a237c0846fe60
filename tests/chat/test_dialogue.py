"""Which turns a question leans on: readable cases, and what holds of any conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.dialogue import condense, leans_on_history, thread

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "dialogue.yaml").read_text("utf-8")
)
TURNS = [case["say"] for case in CASES["leans"]] + ["好的", "谢谢", " ", ""]


@pytest.mark.parametrize("case", CASES["leans"], ids=lambda case: case["say"])
def test_leans_on_history(case: dict[str, Any]) -> None:
    assert leans_on_history(case["say"]) is case["leans"]


@pytest.mark.parametrize("case", CASES["thread"], ids=lambda case: f"{case['history']} {case['ask']}")
def test_thread(case: dict[str, Any]) -> None:
    assert thread(case["ask"], case["history"]) == [*case["keeps"], case["ask"]]


@pytest.mark.parametrize("case", CASES["condense"], ids=lambda case: case["gives"])
def test_condense(case: dict[str, Any]) -> None:
    assert condense(case["turns"]) == case["gives"]


@given(st.lists(st.sampled_from(TURNS), max_size=6), st.sampled_from(TURNS))
@settings(max_examples=80, deadline=None)
def test_a_thread_is_part_of_the_conversation_in_order(history: list[str], question: str) -> None:
    found = thread(question, history)
    assert found[-1] == question
    rest = iter(history)
    assert all(turn in rest for turn in found[:-1])
    if not leans_on_history(question):
        assert found == [question]
    assert all(leans_on_history(turn) for turn in found[1:])


@given(st.lists(st.sampled_from([turn for turn in TURNS if turn.strip()]), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_condensed_words_are_the_users(turns: list[str]) -> None:
    assert set(condense(turns)) <= set("".join(turns)) | {" "}
