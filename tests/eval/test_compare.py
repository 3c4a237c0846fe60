"""Two runs beside each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chat.answer import Answer, Status
from corpus import UsageError
from eval.compare import compare, comparison_json, read_run
from eval.console import comparison_line
from eval.errors import EvalFileError
from eval.metrics.samples import sample_answer
from eval.qa_set import QAItem
from eval.report import record_json
from eval.run import EvalResult, evaluate

COUNT = 12


def items(question: str = "？") -> list[QAItem]:
    return [QAItem(id=str(n), question=question, status=Status.ANSWERED) for n in range(COUNT)]


def answers(right: Callable[[int], bool]) -> Callable[[QAItem], Answer]:
    return lambda item: sample_answer(status=Status.ANSWERED if right(int(item.id)) else Status.NOT_FOUND)


def written(result: EvalResult, folder: Path) -> Path:
    folder.mkdir()
    lines = [json.dumps(record_json(record)) + "\n" for record in result.records]
    (folder / "answers.jsonl").write_text("".join(lines))
    return folder


def test_what_turned_right_and_wrong_is_told_and_tested(tmp_path: Path) -> None:
    before = written(evaluate(items(), answers(lambda n: n < 4)), tmp_path / "before")
    now = evaluate(items(), answers(lambda n: n > 0))
    found = compare(now, read_run(before), "以前")
    assert (found.common, found.only_here, found.only_there) == (COUNT, 0, 0)
    assert [one.id for one in found.turned_right] == [str(n) for n in range(4, COUNT)]
    assert [one.id for one in found.turned_wrong] == ["0"]
    assert found.turned_wrong[0].faults == ("状态是“未找到”，应为“已回答”",)
    passed = next(one for one in found.differences if one.metric == "passed")
    assert (passed.ours, passed.theirs) == (11 / COUNT, 4 / COUNT)
    assert passed.difference.low < passed.difference.mean < passed.difference.high
    assert passed.difference.mean == pytest.approx(7 / COUNT)
    assert (passed.paired.better, passed.paired.worse) == (8, 1)
    assert passed.paired.p_value == pytest.approx(2 * (1 + 9) / 2**9)
    assert passed.adjusted >= passed.paired.p_value
    assert comparison_json(found)["metrics"]["passed"]["test"] == passed.paired.test


def test_only_the_same_questions_with_the_same_expectations_count(tmp_path: Path) -> None:
    other = [*items("另一问")[:3], *items()[3:6], QAItem(id="old", question="？", status="answered")]
    changed = other[3].model_copy(update={"status": Status.NOT_FOUND})
    other[3] = changed
    before = written(evaluate(other, lambda _: sample_answer()), tmp_path / "before")
    found = compare(evaluate(items(), lambda _: sample_answer()), read_run(before), "以前")
    assert (found.common, found.only_here, found.only_there) == (2, COUNT - 2, 5)
    assert not found.turned_right and not found.turned_wrong
    assert all(one.paired.p_value == 1 for one in found.differences)


def test_nothing_in_common_is_said(tmp_path: Path) -> None:
    before = written(evaluate(items("别的"), lambda _: sample_answer()), tmp_path / "before")
    found = compare(evaluate(items(), lambda _: sample_answer()), read_run(before), "以前")
    assert found.common == 0 and found.differences == () and found.median_ms is None
    assert comparison_line(found).startswith("警告：与 以前 没有相同的题")


def test_what_expects_nothing_turns_neither_right_nor_wrong(tmp_path: Path) -> None:
    bare = [QAItem(id=str(n), question="？") for n in range(2)]
    mixed = [*bare, *items()[2:]]
    before = written(evaluate(mixed, answers(lambda n: n > 2)), tmp_path / "before")
    assert '"passed": null' in (before / "answers.jsonl").read_text()
    found = compare(evaluate(mixed, answers(lambda n: n != 3)), read_run(before), "以前")
    passed = found.differences[0]
    assert (found.common, passed.metric, passed.count) == (COUNT, "passed", COUNT - 2)
    assert [[one.id for one in turned] for turned in (found.turned_right, found.turned_wrong)] == [
        ["2"],
        ["3"],
    ]
    assert comparison_line(found) == (
        "与 以前 比较：相同的题 12，全对率 90% → 90%，没有显著差别；由错变对 1 题，由对变错 1 题"
    )
    folder = written(evaluate(bare, answers(bool)), tmp_path / "bare")
    assert "都没有写预期" in comparison_line(compare(evaluate(bare, answers(bool)), read_run(folder), "以前"))


def test_a_folder_without_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"answers\.jsonl"):
        read_run(tmp_path)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": 1}', "[" * 100_000])
def test_a_file_of_something_else_is_refused_in_one_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "answers.jsonl").write_text("\n" + line + "\n")
    with pytest.raises(EvalFileError, match="第 2 行") as caught:
        read_run(tmp_path)
    assert "\n" not in str(caught.value)
