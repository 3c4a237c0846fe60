"""Intervals and tests, beside figures computed by hand."""

from __future__ import annotations

from math import comb

import pytest

from eval.statistics import MCNEMAR, WILCOXON, corrected, interval, paired_test, share_interval


def test_an_interval_is_the_same_every_time_and_narrows() -> None:
    few, many = [1.0, 0.0] * 10, [1.0, 0.0] * 500
    assert interval(few) == interval(few)
    assert interval(many).high - interval(many).low < interval(few).high - interval(few).low
    # the normal approximation: 1.96 * 0.5 / sqrt(1000)
    assert interval(many).high - 0.5 == pytest.approx(0.031, abs=0.004)


@pytest.mark.parametrize("count", [1, 20, 156])
def test_all_right_is_not_certainty(count: int) -> None:
    found = share_interval((1.0,) * count)
    assert found.high == 1.0 and found.low == pytest.approx(0.025 ** (1 / count))
    assert share_interval((0.0,) * count).high == pytest.approx(1 - 0.025 ** (1 / count))


def test_equal_fractions_have_no_exact_interval() -> None:
    assert share_interval((0.5, 0.5)).low == 0.5


def test_mcnemar_is_the_sign_test_of_those_that_differ() -> None:
    ours = [1.0] * 9 + [0.0] * 1 + [1.0] * 50
    theirs = [0.0] * 9 + [1.0] * 1 + [1.0] * 50
    found = paired_test(ours, theirs)
    by_hand = 2 * sum(comb(10, k) for k in (0, 1)) / 2**10
    assert (found.test, found.better, found.worse) == (MCNEMAR, 9, 1)
    assert found.p_value == pytest.approx(by_hand)


def test_fractions_are_ranked() -> None:
    ours, theirs = [0.5, 0.9, 0.8, 1.0, 0.7], [0.4, 0.7, 0.5, 0.6, 0.2]
    found = paired_test(ours, theirs)
    assert (found.test, found.better) == (WILCOXON, 5)
    assert found.p_value == pytest.approx(2 / 2**5)  # all five signs alike


def test_runs_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError):
        paired_test([1.0], [])


def test_many_tests_are_corrected() -> None:
    assert corrected([0.01, 0.02, 0.9]) == pytest.approx([0.03, 0.03, 0.9])
