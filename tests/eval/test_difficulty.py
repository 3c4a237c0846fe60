"""Our questions are rated by the rule, and the rule tells easy from hard."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from eval.difficulty import clause_texts, rate, rewrite
from eval.qa_set import DEFAULT_QA, Difficulty, QAItem, load_qa
from kb.settings import BUNDLED_POLICIES

CLAUSES = {"甲一": "对研究型床位给予支持，最高2000万元。", "乙一": "设立新药贷。"}


@pytest.fixture(scope="module")
def clauses() -> dict[str, str]:
    return clause_texts(BUNDLED_POLICIES)


def test_every_shipped_question_has_the_rating_of_the_rule(clauses: dict[str, str]) -> None:
    other = [item.id for item in load_qa(DEFAULT_QA) if item.difficulty is not rate(item, clauses)]
    assert other == [], "run python -m eval.difficulty"


def test_all_three_are_there() -> None:
    counts = Counter(item.difficulty for item in load_qa(DEFAULT_QA))
    assert all(counts[level] >= 50 for level in Difficulty), counts


@pytest.mark.parametrize(
    ("item", "level"),
    [
        ({"question": "研究型床位给予支持吗", "clauses": ("甲 一",)}, "easy"),
        ({"question": "医院里专门做试验的病床", "clauses": ("甲 一",)}, "medium"),  # other words
        ({"question": "研究型床位给予支持吗", "clauses": ("甲 一", "乙 一")}, "hard"),  # of two documents
        ({"question": "那呢", "history": ("一", "二")}, "hard"),
        ({"question": "那呢", "history": ("一",)}, "medium"),
        ({"question": "研究型床位给予支持多少年", "status": "not_found"}, "medium"),  # looks answerable
        ({"question": "写一首诗", "status": "not_found"}, "easy"),
        ({"question": "一期1万、二期2万、三期3万", "amount_yuan": "1", "as_of": "2025-01-01"}, "hard"),
    ],
)
def test_the_rule(item: dict[str, Any], level: str) -> None:
    assert rate(QAItem(id="a", **item), CLAUSES).value == level


def test_writing_changes_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    line = {"id": "a", "question": "写一首诗", "amount_yuan": None, "status": "not_found"}
    file.write_text(json.dumps(line) + "\n\n")
    assert rewrite(file, CLAUSES) == {"easy": 1}
    assert json.loads(file.read_text()) == line | {"difficulty": "easy"}
    first = file.read_text()
    rewrite(file, CLAUSES)
    assert file.read_text() == first
