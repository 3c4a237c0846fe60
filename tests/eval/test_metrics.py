import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from chat.answer import Status
from eval.metrics import Mean, Score, all_metrics, latency, measure
from eval.metrics.samples import sample_answer
from eval.qa_set import QAItem

CLAUSES = {"甲 一": "给予不超过40%，最高2000万元。", "甲 二": "给予保险补贴。"}
METRICS = {metric.name: metric for metric in all_metrics(CLAUSES.get)}


def item(**expected: Any) -> QAItem:
    return QAItem(id="a", question="？", **expected)


def score(name: str, expected: QAItem, answer: Any) -> float | None:
    judged = METRICS[name].judge(expected, answer)
    return None if judged is None else judged.value


def test_without_expectation_nothing_is_scored_but_quotes() -> None:
    answer = sample_answer("好", cited=("甲 一",), quote="最高2000万元", retrieved=("甲 一",), amount="5")
    judged = {name for name in METRICS if score(name, item(), answer) is not None}
    assert judged == {"quote_verbatim"}


def test_an_error_is_zero_wherever_something_was_expected() -> None:
    expected = item(
        clauses=("甲 一",), facts=("40%",), forbid=("50%",), amount_yuan=Decimal(5), status="answered"
    )
    scores = {name: score(name, expected, None) for name in METRICS}
    assert scores.pop("no_amount") is None
    assert scores.pop("refusal_precision") is None, "an error is no refusal"
    assert scores.pop("refusal_recall") is None
    assert score("refusal_recall", item(status="not_found"), None) == 0
    assert set(scores.values()) == {0.0}


@pytest.mark.parametrize(
    ("expected", "retrieved", "first", "five"),
    [
        (("甲 一",), ("甲 一", "甲 二"), 1, 1),
        (("甲 一",), ("甲 二", "甲 一"), 0, 1),
        (("甲 一",), (), 0, 0),
        (("甲 一",), ("b", "c", "d", "e", "f", "甲 一"), 0, 0),
        (("甲 一", "甲 二"), ("甲 二", "b", "c", "d", "甲 一"), 1, 1),
        (("甲 一", "甲 二"), ("甲 二", "b", "c", "d", "e", "甲 一"), 1, 0.5),
        (("鲁科字[2024]137号 三/(一)",), ("鲁科字〔2024〕137号 三/（一）",), 1, 1),
        (("鲁科字〔2024〕137号 三",), ("鲁科字〔2024〕137号 三/（一）",), 0, 0),
    ],
)
def test_hits(expected: tuple[str, ...], retrieved: tuple[str, ...], first: float, five: float) -> None:
    answer = sample_answer(retrieved=retrieved)
    assert score("hit_at_1", item(clauses=expected), answer) == first
    assert score("hit_at_5", item(clauses=expected), answer) == five


@pytest.mark.parametrize(
    ("expected", "cited", "recall", "precision"),
    [
        (("甲 一",), ("甲 一",), 1, 1),
        (("甲 一",), ("甲 一", "甲 一"), 1, 1),
        (("甲 一",), ("甲 二",), 0, 0),
        (("甲 一",), ("甲 二", "甲 一"), 1, 0.5),
        (("甲 一", "甲 二"), ("甲 一",), 0.5, 1),
        (("甲 一",), (), 0, None),
        ((), ("甲 二",), None, None),
    ],
)
def test_citations(
    expected: tuple[str, ...], cited: tuple[str, ...], recall: float | None, precision: float | None
) -> None:
    answer = sample_answer(cited=cited)
    assert score("citation_recall", item(clauses=expected), answer) == recall
    assert score("citation_precision", item(clauses=expected), answer) == precision


@pytest.mark.parametrize(
    ("expected", "computed", "exact", "none"),
    [
        ({"amount_yuan": "20000000"}, "20000000", 1, None),
        ({"amount_yuan": "20000000"}, "2E+7", 1, None),
        ({"amount_yuan": "20000000"}, "20000000.01", 0, None),
        ({"amount_yuan": "20000000"}, "2000", 0, None),
        ({"amount_yuan": "20000000"}, None, 0, None),
        ({"amount_yuan": "0"}, None, 0, None),
        ({"amount_yuan": "0"}, "0", 1, None),
        ({"amount_yuan": None}, None, None, 1),
        ({"amount_yuan": None}, "0", None, 0),
        ({}, "5", None, None),
    ],
)
def test_amounts(
    expected: dict[str, Any], computed: str | None, exact: float | None, none: float | None
) -> None:
    answer = sample_answer(amount=computed)
    assert score("exact_amount", item(**expected), answer) == exact
    assert score("no_amount", item(**expected), answer) == none


def test_facts_and_forbidden_words() -> None:
    expected = item(facts=("2000万", "40%", "省科技厅", "1亿"), forbid=("3000万",))
    answer = sample_answer("省科技厅牵头，不超过40%，最高1,000万元、0.2亿元；累计13000万元")
    assert score("fact_recall", expected, answer) == 0.75
    assert score("forbid_clean", expected, answer) == 1
    assert score("forbid_clean", expected, sample_answer("最高30,000,000元")) == 0


def test_facts_only_in_a_quote_are_not_in_the_answer() -> None:
    answer = sample_answer("见引文[1]", cited=("甲 一",), quote="最高2000万元")
    assert score("fact_recall", item(facts=("2000万",)), answer) == 0


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (sample_answer("最高[1]", cited=("甲 一",), quote="最高2000万元"), 1),
        (sample_answer("最高[1]", cited=("甲 一",), quote="最高 2000万元"), 0),
        (sample_answer("最高[1]", cited=("甲 一",), quote="最高20000万元"), 0),
        (sample_answer("最高[1]", cited=("甲 一",), quote=""), 0),
        (sample_answer("最高[1]", cited=("甲 二",), quote="最高2000万元"), 0),
        (sample_answer("最高[1]", cited=("丙 九",), quote="最高2000万元"), 0),
        (sample_answer("最高[1][2]", cited=("甲 一",), quote="最高2000万元"), 0),
        (sample_answer("最高[1]"), 0),
        (sample_answer("鲁科字[2024]137号[1]", cited=("甲 一",), quote="最高2000万元"), 1),
        (sample_answer("没有引用"), None),
        (sample_answer("没有规定", Status.NOT_FOUND), 1),
        (sample_answer("没有规定", Status.NOT_FOUND, cited=("甲 一",), quote="最高2000万元"), 0),
        (sample_answer("没有规定，别处是1000万元", Status.NOT_FOUND), 0),
        (sample_answer("没有规定", Status.NOT_FOUND, amount="0"), 0),
        (sample_answer("鲁科字〔2024〕137号没有规定", Status.NOT_FOUND), 1),
    ],
)
def test_quotes(answer: Any, value: float | None) -> None:
    assert score("quote_verbatim", item(), answer) == value


def test_two_citations_of_one_number_are_no_reference() -> None:
    answer = sample_answer("最高[1]", cited=("甲 一", "甲 一"), quote="最高2000万元")
    twice = replace(answer, citations=(answer.citations[0], answer.citations[0]))
    judged = METRICS["quote_verbatim"].judge(item(), twice)
    assert judged == Score(0.0, "[1] 对应多条引用")


def test_every_score_below_one_says_why() -> None:
    expected = item(
        clauses=("甲 一",), facts=("40%",), forbid=("50%",), amount_yuan=Decimal(5), status="answered"
    )
    answer = sample_answer("50%[3]", Status.NOT_ELIGIBLE, cited=("甲 二",), retrieved=("甲 二",))
    silent = {"mrr_at_10", "ndcg_at_10", "refusal_precision", "refusal_recall"}  # another metric says it
    judged = [metric.judge(expected, answer) for name, metric in METRICS.items() if name not in silent]
    wrong = [score for score in judged if score is not None]
    assert len(wrong) == 9
    assert all(score.value == 0 and score.reason for score in wrong)


@pytest.mark.parametrize(
    ("expected", "given", "precision", "recall"),
    [
        ("not_found", Status.NOT_FOUND, 1, 1),
        ("not_found", Status.ANSWERED, None, 0),
        ("answered", Status.NOT_FOUND, 0, None),
        ("answered", Status.ANSWERED, None, None),
        (None, Status.NOT_FOUND, None, None),
    ],
)
def test_refusal_as_a_class(
    expected: str | None, given: Status, precision: float | None, recall: float | None
) -> None:
    answer = sample_answer(status=given)
    assert score("refusal_precision", item(status=expected), answer) == precision
    assert score("refusal_recall", item(status=expected), answer) == recall


@pytest.mark.parametrize(
    "retrieved",
    [(), ("甲 二",), ("x", "甲 一", "y", "甲 二"), ("甲 一", "甲 一", "b", "c", "d", "e", "甲 二")],
)
def test_ranks_by_the_library_are_those_counted_by_hand(retrieved: tuple[str, ...]) -> None:
    expected = ("甲 一", "甲 二")
    found = list(dict.fromkeys(retrieved))
    ranks = [found.index(clause) + 1 for clause in expected if clause in found]
    gain = sum(1 / math.log2(rank + 1) for rank in ranks) / (1 + 1 / math.log2(3))
    answer = sample_answer(retrieved=retrieved)
    judged = {name: score(name, item(clauses=expected), answer) for name in METRICS}
    assert judged["hit_at_1"] == float(1 in ranks)
    assert judged["hit_at_5"] == sum(rank <= 5 for rank in ranks) / 2
    assert judged["mrr_at_10"] == (1 / min(ranks) if ranks else 0)
    assert judged["ndcg_at_10"] == pytest.approx(gain)


def test_measure_skips_and_averages() -> None:
    items = [item(status="answered"), item(), item(status="not_found")]
    measured = measure(METRICS["status_accuracy"], items, [sample_answer()] * 3)
    assert [score and score.value for score in measured.scores] == [1.0, None, 0.0]
    assert measured.mean == Mean(0.5, 2)


def test_measure_wants_an_answer_for_each_question() -> None:
    with pytest.raises(ValueError):
        measure(METRICS["status_accuracy"], [item()], [])


def test_latency_interpolates() -> None:
    assert latency([float(n) for n in range(1, 101)]).p95 == pytest.approx(95.05)
    assert latency([7.0]).p50 == latency([7.0]).p95 == 7.0
