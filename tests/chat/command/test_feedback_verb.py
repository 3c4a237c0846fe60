"""``policykb feedback`` as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chat.answer import Answer
from chat.command import feedback_verb as verb
from corpus import NotFound
from kb.feedback import Feedback, FeedbackLog, Rating

MakeAnswer = Callable[..., Answer]


def rated(answer: Answer) -> Feedback:
    return Feedback("k", datetime(2026, 1, 2, tzinfo=UTC), Rating.UP, "", (), answer.to_dict())


def test_none_at_all_is_told_from_none_of_those_asked_for() -> None:
    assert verb.feedback_text(()) == "还没有评价。读者可在网页上每个回答的下方评价。"
    assert verb.feedback_text((), narrowed=True) == "没有符合条件的评价。"
    for narrowed in (False, True):
        with pytest.raises(NotFound, match=verb.feedback_text((), narrowed)):
            verb.some((), narrowed)


def test_only_the_ratings_asked_for_are_listed(tmp_path: Path, answer: MakeAnswer) -> None:
    FeedbackLog(tmp_path).add("k", Rating.UP, answer().to_dict(), (), "")
    assert len(verb.read_feedback(tmp_path, False, False, None)) == 1
    assert not verb.read_feedback(tmp_path, False, True, None)


def test_who_phrased_an_answer_is_shown(answer: MakeAnswer) -> None:
    assert "依据政策原文回答" in verb.feedback_text([rated(answer())])
    assert "语言模型表述" in verb.feedback_text([rated(answer(engine="llm:qwen"))])
