"""Votes on answers: with the receipt into the log, and out of it in the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import app
from chat.answer import Answer, Status
from chat.backend import Backend
from chat.page import answers, talk
from chat.rating import MAX_COMMENT, Ratings
from corpus import InputError, NotFound
from kb.feedback import FeedbackLog, Rating

MakeAnswer = Callable[..., Answer]


def vote(key: str, rating: str, comment: str = "") -> dict[str, str]:
    return {"key": key, "rating": rating, "comment": comment}


def test_a_vote_is_stored_with_its_receipt(tmp_path: Path, answer: MakeAnswer) -> None:
    ratings = Ratings(tmp_path)
    key = ratings.keep(answer(), ["先前的问题"])
    assert ratings.keep(answer(), []) != key
    assert "谢谢" in ratings.rate(vote(key, "up", "不算数"))
    assert "哪里不对" in ratings.rate(vote(key, "down"))
    assert "意见已记下" in ratings.rate(vote(key, "down", " 金额不对\n"))
    (only,) = FeedbackLog(tmp_path).latest()
    assert (only.key, only.rating, only.comment, only.history) == (
        key,
        Rating.DOWN,
        "金额不对",
        ("先前的问题",),
    )
    assert only.receipt == answer().to_dict()
    ratings.rate(vote(key, "up"))
    assert [each.comment for each in FeedbackLog(tmp_path).latest()] == [""]
    ratings.rate(vote(key, "none"))
    assert FeedbackLog(tmp_path).latest() == []


@pytest.mark.parametrize(
    "sent", [None, "up", {"key": "甲"}, vote("甲", "good"), vote("甲", "down", "长" * (MAX_COMMENT + 1))]
)
def test_what_is_no_vote_is_refused(tmp_path: Path, sent: Any) -> None:
    with pytest.raises(InputError, match="没有存上"):
        Ratings(tmp_path).rate(sent)
    assert not FeedbackLog(tmp_path).path.exists()


def test_only_answers_that_were_shown_can_be_rated(tmp_path: Path, answer: MakeAnswer) -> None:
    ratings = Ratings(tmp_path, limit=2)
    keys = [ratings.keep(answer(), []) for _ in range(3)]
    for key in ("made-up", keys[0]):
        with pytest.raises(NotFound, match="失效"):
            ratings.rate(vote(key, "up"))
    ratings.rate(vote(keys[1], "up"))
    assert [each.key for each in FeedbackLog(tmp_path).latest()] == [keys[1]]


def test_the_page_offers_a_vote_on_what_was_answered_only(
    backend: Backend, tmp_path: Path, answer: MakeAnswer, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.ratings = Ratings(tmp_path)
    steps = [html for html, _ in talk.converse(backend, "II期临床研发投入6000万能拿多少", [])]
    assert "data-rating" in steps[-1] and not any("data-rating" in html for html in steps[:-1])
    key = steps[-1].partition('data-key="')[2].partition('"')[0]
    told = talk.rate_answer(backend, vote(key, "down", "不对"))
    assert told == {"stored": True, "message": "意见已记下，谢谢。"}
    assert FeedbackLog(tmp_path).latest()[0].receipt["calculation"]["amount_yuan"] == "20000000"
    assert talk.rate_answer(backend, vote("made-up", "up"))["stored"] is False
    monkeypatch.setattr(backend, "stream", lambda *_: 1 / 0)
    assert "data-rating" not in list(talk.converse(backend, "甲", []))[-1][0]


def test_a_follow_up_shows_how_it_was_understood(answer: MakeAnswer) -> None:
    html = answers.answer_html(answer(condensed="III期<临床>呢"))
    assert "理解为：III期&lt;临床&gt;呢" in html and "理解为" not in answers.answer_html(answer())


# The verb --------------------------------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, answer: MakeAnswer) -> Run:
    """The command on a home with feedback and nothing else."""
    log = FeedbackLog(tmp_path)
    log.add("甲", Rating.UP, answer(question="第一问").to_dict())
    log.add("乙", Rating.DOWN, answer(question="第二\x1b[31m问").to_dict(), ["第一问"], "引错了\x1b[2J条款")
    log.add("丙", Rating.DOWN, answer(question="第三问", status=Status.NOT_FOUND).to_dict())

    def run(*arguments: str) -> tuple[int, str, str]:
        code = app.main(["feedback", "--home", str(tmp_path), *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_list_shows_what_was_said(run: Run) -> None:
    code, out, err = run()
    assert (code, err) == (0, "") and "\x1b" not in out
    assert "有帮助 1，没帮助 2" in out and "2. 引错了 [2J条款" in out and "知识库中没有依据" in out
    assert [line.split()[0] for line in out.splitlines()[:4]] == ["序号", "1", "2", "3"]


def test_filters_and_json(run: Run) -> None:
    def keys(*arguments: str) -> list[str]:
        return [each["id"] for each in json.loads(run(*arguments, "--json")[1])["feedback"]]

    assert keys() == keys("--up", "--down") == ["甲", "乙", "丙"]
    assert (keys("--up"), keys("--down")) == (["甲"], ["乙", "丙"])
    today = date.today()
    assert len(keys("--since", (today - timedelta(days=1)).isoformat())) == 3
    assert keys("--since", (today + timedelta(days=2)).isoformat()) == []
    code, _, err = run("--since", "昨天")
    assert code == 2 and err.count("\n") == 1
    second = json.loads(run("--down", "--json")[1])["feedback"][0]
    assert (second["rating"], second["history"]) == ("down", ["第一问"])
    assert second["receipt"]["citations"][0]["quote"] == "原文"


def test_an_export_is_a_qa_set(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "题集.jsonl"
    code, out, _ = run("--export", str(file))
    assert code == 0 and "新增 3 题" in out
    assert json.loads(run("--down", "--export", str(file), "--json")[1])["added"] == 0
    code, _, err = run("--since", "2099-01-01", "--export", str(tmp_path / "空.jsonl"))
    assert code == 1 and err.count("\n") == 1 and not (tmp_path / "空.jsonl").exists()
    code, _, err = run("--export", str(tmp_path / "没有这个文件夹" / "题集.jsonl"))
    assert code == 2 and err.count("\n") == 1 and "无法写入" in err


def test_what_is_no_feedback_is_one_line(run: Run, tmp_path: Path) -> None:
    FeedbackLog(tmp_path).path.write_text("坏" * 1000, "utf-8")
    code, out, err = run()
    assert (code, out) == (1, "") and err.count("\n") == 1 and "评价记录" in err
