import re
from hashlib import sha256
from pathlib import Path

import pytest

from eval.errors import EvalFileError
from eval.segmentation.truth import (
    LABELS,
    HeadingLine,
    HeadingMark,
    LabelLine,
    ParagraphLine,
    from_headings,
    from_labels,
    from_paragraphs,
    load_truth,
)

PART_OF_A_PATH = re.compile(
    r"第[一二三四五六七八九十百]+[编章节条]|（[一二三四五六七八九十]+）|（\d+）|[一二三四五六七八九十]+|\d+(\.\d+)?|[①-⑳]|附件\d*"
)


def shipped(name: str) -> list[LabelLine]:
    lines = (LABELS / name).read_text(encoding="utf-8").splitlines()
    return [LabelLine.model_validate_json(line) for line in lines]


@pytest.mark.parametrize("name", ["dev.jsonl", "exam.jsonl"])
def test_shipped_labels_are_in_order_and_hold_no_text(name: str) -> None:
    for line in shipped(name):
        starts = [at for at, _ in line.clauses]
        assert starts == sorted(set(starts)), line.file
        parts = [part for _, path in (*line.clauses, *line.doubtful) if path for part in path.split("/")]
        assert [part for part in parts if not PART_OF_A_PATH.fullmatch(part)] == []


def test_shipped_labels_are_many_and_no_file_is_in_both_sets() -> None:
    dev, exam = shipped("dev.jsonl"), shipped("exam.jsonl")
    assert not {line.file for line in dev} & {line.file for line in exam}
    assert min(len(dev), len(exam)) >= 20
    assert sum(len(line.clauses) for line in (*dev, *exam)) >= 1_200


def test_labels_belong_to_one_version_of_a_file() -> None:
    content = "一、甲".encode()
    line = LabelLine(file="policies/甲.txt", sha256=sha256(content).hexdigest(), clauses=((0, "一"),))
    assert from_labels(line, "示例", "一、甲", content).wanted[0].path == ("一",)
    with pytest.raises(EvalFileError, match=r"policies/甲\.txt：内容与标注时不同"):
        from_labels(line, "示例", "一、乙", "一、乙".encode())


def test_labels_outside_the_text_are_refused() -> None:
    content = "一、甲".encode()
    line = LabelLine(file="甲.txt", sha256=sha256(content).hexdigest(), clauses=((9, "一"),))
    with pytest.raises(EvalFileError, match="超出正文"):
        from_labels(line, "示例", "一、甲", content)


def test_headings_are_found_by_their_text() -> None:
    line = HeadingLine(
        file="甲.html",
        paragraphs=("标题", "一、总则", "（一）甲。内容", "1.乙"),
        headings=(
            HeadingMark(p=1, level=1, marker="一、"),
            HeadingMark(p=2, level=2, marker="（一）"),
        ),
    )
    text = "首页 > 正文\n标 题\n一、总 则\n（一）甲。 内容\n1.乙\n版权所有"
    truth = from_headings(line, text)
    assert [(one.at, one.label, one.level) for one in truth.wanted] == [
        (text.index("一、"), "一", 1),
        (text.index("（一）"), "（一）", 2),
    ]
    assert truth.neutral == (text.index("标 题"), text.index("1.乙"))


def test_only_numbered_paragraphs_are_clauses() -> None:
    text = "某某 通知：一、甲（一）乙。某某办公室"
    packed = "".join(text.split())
    starts = tuple(packed.index(words) for words in ("某某通知", "一、甲", "（一）乙", "某某办公室"))
    truth = from_paragraphs(ParagraphLine(flat="甲.txt", starts_in_whitespace_stripped_flat=starts), text)
    assert [(one.at, one.label) for one in truth.wanted] == [(6, "一"), (9, "（一）")]


def test_a_malformed_truth_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "articles.jsonl").write_text('{"file": "甲.txt", "starts": ["？"]}\n', "utf-8")
    with pytest.raises(EvalFileError, match=r"articles\.jsonl 第 1 行：starts\.0 有误"):
        load_truth(tmp_path, labels=tmp_path)
