"""Answers with a link: kept as they were, under a key that tells nothing, within bounds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from corpus import InputError, KnowledgeBaseError
from kb.shared_answers import SharedAnswers


def test_an_answer_keeps_what_was_said_first_under_one_key(tmp_path: Path) -> None:
    answers = SharedAnswers(tmp_path)
    assert answers.get("0" * 32) is None and not answers.path.exists()
    key = answers.add("secret", {"answer": "甲"})
    assert answers.add("secret", {"answer": "乙"}) == key != answers.add("other", {"answer": "丙"})
    stored = SharedAnswers(tmp_path).get(key)
    assert stored is not None and stored.receipt == {"answer": "甲"}
    assert len(key) == 32 and "secret" not in key


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "' OR 1=1 --", "A" * 32, "0" * 31])
def test_what_is_no_key_finds_nothing(tmp_path: Path, key: str) -> None:
    answers = SharedAnswers(tmp_path)
    answers.add("secret", {})
    assert answers.get(key) is None


def test_the_oldest_make_room_and_the_largest_is_refused(tmp_path: Path) -> None:
    answers = SharedAnswers(tmp_path, most=3)
    keys = [answers.add(str(n), {"n": n}) for n in range(5)]
    assert [answers.get(key) is not None for key in keys] == [False, False, True, True, True]
    with pytest.raises(InputError, match="导出"):
        answers.add("long", {"answer": "长" * 100_000})


def test_another_file_of_that_name_is_left_alone(tmp_path: Path) -> None:
    answers = SharedAnswers(tmp_path)
    answers.path.write_text("not a database, and long enough to be looked at" * 50, "utf-8")
    with pytest.raises(KnowledgeBaseError, match="无法读写"):
        answers.add("secret", {})
    answers.path.unlink()
    with sqlite3.connect(answers.path) as db:
        db.execute("CREATE TABLE mine (n)")
    with pytest.raises(KnowledgeBaseError, match="移走"):
        answers.add("secret", {})
