"""Titles and numbers beside a list: what is not in the text does not count, what is read otherwise does."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.errors import EvalFileError
from eval.segmentation.index import read_index

TEXT = "关于支持产业发展的若干措施\n甲政发〔2025〕3号\n一、给予补贴。\n"


def _index(data: Path, rows: str) -> None:
    (data / "policies").mkdir()
    (data / "policies" / "甲.txt").write_text(TEXT, "utf-8")
    (data / "policies" / "index.csv").write_text(rows, "utf-8")


def test_each_listed_value_is_judged(tmp_path: Path) -> None:
    _index(
        tmp_path,
        "file,title,doc_number\n甲.txt,《关于支持产业发展的若干措施》,甲政发[2025] 3号\n"
        "甲.txt,支持产业发展,乙政发〔2025〕9号\n甲.txt,目录,\n",
    )
    judged = [(reading.field, reading.stands, reading.right) for reading in read_index(tmp_path)]
    assert judged == [
        ("title", True, True),
        ("doc_number", True, True),
        ("title", True, False),
        ("doc_number", False, False),
    ]


def test_no_list_and_a_wrong_one(tmp_path: Path) -> None:
    assert read_index(tmp_path) == []
    _index(tmp_path, "文件,标题\n甲.txt,措施\n")
    with pytest.raises(EvalFileError, match="doc_number"):
        read_index(tmp_path)
