from collections.abc import Callable

import pytest

from chat.answer import Answer
from eval.metrics import Mean
from eval.metrics.samples import sample_answer
from eval.qa_set import Difficulty, QAItem
from eval.reasons import Reason
from eval.run import EvalResult, evaluate
from eval.statistics import Interval

LEVELS = (Difficulty.HARD, None, Difficulty.EASY, Difficulty.HARD, Difficulty.HARD)


def test_every_question_is_recorded_in_order(result: EvalResult) -> None:
    assert [record.item.id for record in result.records] == ["right", "wrong", "late", "boom", "refused"]
    assert [record.passed for record in result.records] == [True, False, True, False, True]
    assert [record.status for record in result.records][2:] == ["answered", "error", "not_found"]
    assert all(record.ms >= 0 for record in result.records)


def test_an_exception_is_a_failed_question(result: EvalResult) -> None:
    failed = result.records[3]
    assert result.errors == 1
    assert failed.answer is None
    assert failed.error == "RuntimeError: <script>alert(1)</script> 第二行"
    assert failed.faults == (f"运行出错：{failed.error}",)
    assert failed.scores["status_accuracy"].value == 0


def test_interrupting_stops(items: list[QAItem]) -> None:
    def ask(_item: QAItem) -> Answer:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(items, ask)


def test_a_rank_alone_makes_no_answer_wrong(result: EvalResult) -> None:
    late = result.records[2]
    assert late.passed and late.scores["hit_at_1"].value == 0
    assert late.misses == ("检索首条是 甲 二，应为 甲 一",)


def test_means_overall_and_by_type(result: EvalResult) -> None:
    assert (result.overall.count, result.overall.passed) == (5, 3)
    assert result.overall.means["status_accuracy"] == Mean(0.5, 4)
    assert result.overall.means["hit_at_1"] == Mean(0.5, 2)
    assert result.overall.means["exact_amount"] == Mean(None, 0)
    assert list(result.by_type) == ["lookup", "</script><b>", "refusal"]
    assert result.by_type["lookup"].means["status_accuracy"] == Mean(0.5, 2)
    assert result.by_type["lookup"].passed_share == Mean(2 / 3, 3)


def test_intervals_lie_around_the_means(result: EvalResult) -> None:
    found = result.overall.interval("hit_at_1")
    assert found is not None and found.low == 0.0 and found.mean == 0.5 and found.high == 1.0
    assert result.overall.interval("exact_amount") is None
    assert result.by_type["refusal"].interval("status_accuracy") == Interval(1.0, pytest.approx(0.025), 1.0)


def test_questions_are_grouped_by_difficulty_where_they_say_it(
    items: list[QAItem], ask: Callable[[QAItem], Answer], result: EvalResult
) -> None:
    assert result.by_difficulty == {}
    rated = [item.model_copy(update={"difficulty": level}) for item, level in zip(items, LEVELS, strict=True)]
    found = evaluate(rated, ask).by_difficulty
    assert {name: summary.count for name, summary in found.items()} == {"easy": 1, "hard": 3}
    assert list(found) == ["easy", "hard"]


def test_wrong_answers_have_a_reason(result: EvalResult) -> None:
    assert [record.reason for record in result.records] == [None, Reason.STATUS, None, Reason.ERROR, None]
    assert result.reasons == {Reason.STATUS: 1, Reason.ERROR: 1}


def test_confusion_counts_expected_and_actual(result: EvalResult) -> None:
    assert result.confusion == {
        ("answered", "answered"): 1,
        ("answered", "needs_input"): 1,
        ("answered", "error"): 1,
        ("not_found", "not_found"): 1,
    }


def test_progress_is_told_after_each(items: list[QAItem], ask: Callable[[QAItem], Answer]) -> None:
    told: list[tuple[int, int]] = []
    evaluate(items, ask, lambda done, total: told.append((done, total)))
    assert told == [(n, 5) for n in range(1, 6)]


def test_no_questions_make_an_empty_result(ask: Callable[[QAItem], Answer]) -> None:
    result = evaluate([], ask)
    assert result.overall.passed_share == Mean(None, 0)
    assert result.latency.p50 is None


def test_what_expects_nothing_is_not_scored() -> None:
    items = [
        QAItem(id="bare", question="？"),
        QAItem.model_validate({"id": "empty", "question": "？", "clauses": [], "status": None}),
        QAItem(id="right", question="？", status="answered"),
        QAItem(id="wrong", question="？", status="not_found"),
    ]
    result = evaluate(items, lambda _: sample_answer())
    assert [record.passed for record in result.records] == [False, False, True, False]
    assert [record.failed for record in result.records] == [False, False, False, True]
    whole = result.overall
    assert (whole.count, whole.unscored, whole.passed_share) == (4, 2, Mean(0.5, 2))
    assert evaluate(items[:2], lambda _: sample_answer()).overall.passed_share == Mean(None, 0)


def test_an_error_is_one_whether_or_not_something_was_expected(ask: Callable[[QAItem], Answer]) -> None:
    (record,) = evaluate([QAItem(id="boom", question="？")], ask).records
    assert record.failed and not record.passed and record.reason is Reason.ERROR
