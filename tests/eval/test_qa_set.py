from decimal import Decimal
from pathlib import Path

import pytest

from chat.answer import Status
from corpus import PolicyKBError, UsageError
from eval.errors import EvalFileError
from eval.qa_set import DEFAULT_QA, Difficulty, QAItem, load_qa

GOOD = (
    '{"id": "a", "type": "amount", "question": "能补多少？", "amount_yuan": "20000000", "status": "answered"}'
)


def write(folder: Path, text: str | bytes, name: str = "set.jsonl") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_reads_a_line(tmp_path: Path) -> None:
    (item,) = load_qa(write(tmp_path, "\ufeff" + GOOD + "\r\n\n"))
    assert item.amount_yuan == Decimal(20000000)
    assert item.status is Status.ANSWERED
    assert item.history == () and item.as_of is None
    assert item.expectation() == {"amount_yuan": "20000000", "status": "answered"}


def test_reads_the_line_of_the_contract(tmp_path: Path) -> None:
    line = (
        '{"id": "x", "type": "lookup", "question": "？", "history": [], "as_of": null, '
        '"clauses": ["鲁科字〔2024〕137号 三/（一）"], "facts": ["2000万"], "forbid": [], "amount_yuan": null, '
        '"status": "answered"}'
    )
    (item,) = load_qa(write(tmp_path, line))
    assert item.expects_no_amount


@pytest.mark.parametrize(
    ("more", "no_amount"), [({}, False), ({"amount_yuan": None}, True), ({"amount_yuan": 5}, False)]
)
def test_tells_absent_from_null(more: dict[str, object], no_amount: bool) -> None:
    item = QAItem.model_validate({"id": "a", "question": "？", **more})
    assert item.expects_no_amount is no_amount
    assert ("amount_yuan" in item.expectation()) is bool(more)


def test_difficulty_is_told_and_may_be_absent(tmp_path: Path) -> None:
    (item,) = load_qa(write(tmp_path, '{"id": "a", "question": "？", "difficulty": "hard"}'))
    assert item.difficulty is Difficulty.HARD and item.expectation() == {}
    assert QAItem(id="a", question="？").difficulty is None
    with pytest.raises(EvalFileError, match='difficulty 的值 "难" 不可用。可用值：easy、medium、hard'):
        load_qa(write(tmp_path, '{"id": "a", "question": "？", "difficulty": "难"}'))


def test_null_lists_are_no_expectation() -> None:
    item = QAItem.model_validate(
        {"id": "a", "question": "？", "clauses": None, "facts": None, "history": None}
    )
    assert item.clauses == item.facts == item.history == ()


def test_amounts_stay_exact(tmp_path: Path) -> None:
    (item,) = load_qa(write(tmp_path, '{"id": "a", "question": "？", "amount_yuan": 0.1}'))
    assert item.amount_yuan == Decimal("0.1")


def test_a_folder_is_read_in_order_of_names(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace('"a"', '"second"'), "b.jsonl")
    write(tmp_path, GOOD.replace('"a"', '"first"'), "a.jsonl")
    write(tmp_path, "not a set", "README.md")
    assert [item.id for item in load_qa(tmp_path)] == ["first", "second"]


def test_line_separators_inside_a_string_do_not_split_it(tmp_path: Path) -> None:
    (item,) = load_qa(write(tmp_path, '{"id": "a", "question": "上\u2028下"}'))
    assert item.question == "上\u2028下"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "第 1 行：不是合法的 JSON"),
        (GOOD + "\n[1]", "第 2 行：应是 JSON 对象，收到 list"),
        ("[" * 200_000, "第 1 行"),
        ('{"id": "a"}', "缺少字段 question"),
        ('{"question": "？"}', "缺少字段 id"),
        ('{"id": "a", "question": "？", "fact": []}', "不认识字段 fact。可用字段：id、type"),
        ('{"id": "a", "question": "？", "status": "done"}', 'status 的值 "done" 不可用。可用值：answered'),
        ('{"id": "a", "question": "？", "amount_yuan": "两千万"}', "amount_yuan"),
        ('{"id": "a", "question": "？", "amount_yuan": NaN}', "amount_yuan"),
        ('{"id": "a", "question": "？", "amount_yuan": -1}', "不小于零"),
        ('{"id": "a", "question": "？", "amount_yuan": 1e999999}', "amount_yuan"),
        ('{"id": "a", "question": "？", "as_of": "昨天"}', "日期"),
        ('{"id": "a", "question": "？", "facts": "2000万"}', "列表"),
        ('{"id": "a", "question": "？", "facts": [""]}', "facts.0"),
        ('{"id": 7, "question": "？"}', "id 的值 7"),
        (GOOD + "\n" + GOOD, "第 2 行：编号 'a' 已在 set.jsonl 第 1 行 用过"),
        ("\n \n", "没有题目"),
        (GOOD.encode("gb18030"), "不是 UTF-8"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(EvalFileError) as caught:
        load_qa(write(tmp_path, text))
    message = str(caught.value)
    assert said in message
    assert "set.jsonl" in message and "\n" not in message


def test_an_id_is_used_once_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.jsonl")
    write(tmp_path, GOOD, "b.jsonl")
    with pytest.raises(PolicyKBError, match=r"b\.jsonl 第 1 行：编号 'a' 已在 a\.jsonl 第 1 行"):
        load_qa(tmp_path)


def test_a_missing_path_is_wrong_usage(tmp_path: Path) -> None:
    for path in (tmp_path / "no.jsonl", tmp_path):
        with pytest.raises(UsageError, match="请"):
            load_qa(path)


def test_the_sets_we_ship_can_be_read() -> None:
    assert load_qa(DEFAULT_QA)
