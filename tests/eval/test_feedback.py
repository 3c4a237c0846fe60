"""Feedback becomes a QA set that the loader takes, the same each time, and never loses what a person put into it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chat.answer import Answer, Calculation, Citation, Status
from corpus import UsageError
from eval.errors import EvalFileError
from eval.feedback import export, qa_items
from eval.qa_set import QAItem, load_qa
from kb.feedback import Feedback, Rating

DAY = date(2025, 10, 1)


def said(
    rating: Rating, question: str = "问", comment: str = "", history: tuple[str, ...] = (), **changes: Any
) -> Feedback:
    cited = tuple(Citation(n, f"甲字〔2024〕1号 {n % 2}", "甲", "《甲》", "原文", 0, 2) for n in (1, 2, 3))
    made: dict[str, Any] = {"status": Status.ANSWERED, "answer": "最高2000万元。[1]", "citations": cited}
    answer = Answer(question, DAY, **made | changes)
    return Feedback("k", datetime.now(UTC), rating, comment, history, answer.to_dict())


CALCULATION = Calculation("r", Decimal("20000000"), True, {}, (), ())


def test_what_was_found_right_is_expected_again() -> None:
    (item,) = qa_items([said(Rating.UP, "那III期呢", history=("先前",), calculation=CALCULATION)])
    assert (item.type, item.question, item.history, item.as_of) == (
        "feedback-up",
        "那III期呢",
        ("先前",),
        DAY,
    )
    assert item.expectation() == {
        "clauses": ["甲字〔2024〕1号 1", "甲字〔2024〕1号 0"],
        "amount_yuan": "20000000",
        "status": "answered",
    }


def test_no_amount_is_expected_only_where_there_can_be_none() -> None:
    answered, refused = qa_items(
        [said(Rating.UP), said(Rating.UP, status=Status.NOT_FOUND, answer="没有。", citations=())]
    )
    assert "amount_yuan" not in answered.expectation()
    assert refused.expectation() == {"clauses": [], "amount_yuan": None, "status": "not_found"}


def test_what_was_not_is_a_question_with_what_was_said() -> None:
    (item,) = qa_items([said(Rating.DOWN, comment="金额不对", calculation=CALCULATION)])
    assert (item.type, item.note, item.expectation()) == ("feedback-down", "金额不对", {})


def test_an_answer_is_one_question_however_often_it_was_rated() -> None:
    votes = [said(Rating.UP), said(Rating.DOWN, comment="不全"), said(Rating.DOWN, comment="不全")]
    (item,) = qa_items([*votes, said(Rating.DOWN)])
    assert (item.type, item.expectation()) == ("feedback-down", {})
    assert item.note == "不全；也有 1 位读者认为有帮助"
    others = qa_items([said(Rating.UP), said(Rating.UP, "另一问"), said(Rating.UP, history=("先前",))])
    assert len({each.id for each in others}) == 3


def test_an_export_is_loaded_and_changes_nothing_the_second_time(tmp_path: Path) -> None:
    file = tmp_path / "题集.jsonl"
    votes = [said(Rating.UP, calculation=CALCULATION), said(Rating.DOWN, "另一问\u2028", "差\n评")]
    done = export(votes, file)
    assert (done.added, done.kept) == (2, 0) and load_qa(file) == qa_items(votes)
    before = file.read_bytes()
    done = export(votes, file)
    assert (done.added, done.kept) == (0, 2) and file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_person_put_in_stays_and_the_rest_follows_the_readers(tmp_path: Path) -> None:
    file = tmp_path / "题集.jsonl"
    export(
        [said(Rating.UP, "一"), said(Rating.UP, "二"), said(Rating.DOWN, "三"), said(Rating.DOWN, "四")], file
    )
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    lines[1]["facts"], lines[2]["facts"] = ["2000万"], ["40%"]
    lines.append({"id": "own-1", "question": "自己的题"})
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    late = [said(Rating.DOWN, question, "晚来的意见") for question in "一二三四"]
    assert export([*late, said(Rating.UP, "五")], file).added == 1
    items: dict[str, QAItem] = {item.question: item for item in load_qa(file)}
    assert list(items) == ["一", "二", "三", "四", "自己的题", "五"]
    assert items["一"].type == "feedback-down" and items["一"].note == "晚来的意见"
    assert items["二"].facts == ("2000万",) and items["三"].facts == ("40%",)
    assert items["四"].note == "晚来的意见"


def test_another_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "笔记.txt"
    file.write_text("不是题集", "utf-8")
    with pytest.raises(EvalFileError):
        export([said(Rating.UP)], file)
    assert file.read_text("utf-8") == "不是题集"
    with pytest.raises(UsageError, match="无法写入"):
        export([said(Rating.UP)], tmp_path / "没有" / "题集.jsonl")
