"""Small documents of every layout: numbering, attachments, broken titles, wrapped lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus import NodeKind, PolicyDocument
from ingest import parse_text

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "layouts.yaml").read_text("utf-8")
)
Tree = Callable[[PolicyDocument], dict[str, str]]
LeftOut = Callable[[PolicyDocument], list[int]]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_layout(case: dict[str, Any], tree: Tree, left_out: LeftOut) -> None:
    document = parse_text(case["text"], "例.txt")
    assert list(tree(document).items()) == list(case["clauses"].items())
    doubts = [warning for warning in document.warnings if not warning.startswith("未能读出标题")]
    assert doubts == case.get("warnings", [])
    texts = {"/".join(clause.path): clause.text for clause in document.clauses}
    for path, words in case.get("shows", {}).items():
        assert texts[path].count(words) == 1, texts[path]
    assert "".join(case["text"][at] for at in left_out(document)) in ("", "—3—")


def test_every_case_is_known_by_one_name() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 15


def test_levels_count_numbers_and_not_the_attachment(tree: Tree) -> None:
    text = next(case["text"] for case in CASES if case["name"] == "附件重新编号")
    document = parse_text(text, "例.txt")
    levels = {"/".join(c.path): c.level for c in document.clauses if c.kind is NodeKind.CLAUSE}
    assert (levels["一/（一）"], levels["附件1/一"], levels["附件1/一/（一）"]) == (2, 1, 2)
    labels = {c.label.split(" ", 1)[1] for c in document.clauses}
    assert "附件1 一、（一）" in labels
    assert "附件说明" in labels


def test_a_list_of_attachments_is_kept_together() -> None:
    text = next(case["text"] for case in CASES if case["name"] == "附件重新编号")
    listed = next(c for c in parse_text(text, "例.txt").clauses if c.path == ("附件说明",))
    assert listed.text == "附件：1.申报指南\n2.评审规则"


def test_many_warnings_are_summed_up() -> None:
    document = parse_text("办法清单\n" + "（一）支持。\n" * 40, "例.txt")
    assert len(document.warnings) == 7
    assert document.warnings[0] == "编号大量重复或不连续（39 处），条款结构可能不可靠，请对照原文核对。"
    assert document.warnings[-1] == "另有 34 处编号重复或不连续，未逐一列出。"
    assert len({clause.id for clause in document.clauses}) == 41


def test_markdown_marks_are_layout() -> None:
    document = parse_text(
        "# 甲市补贴办法\n\n## **一、对象**\n\n- 企业\n- 高校\n\n## 二、标准\n> 最高100万元。\n", "办法.md"
    )
    assert document.title == "甲市补贴办法"
    assert [clause.text for clause in document.clauses] == [
        "甲市补贴办法",
        "一、对象\n企业\n高校",
        "二、标准\n最高100万元。",
    ]
    as_text = parse_text("# 甲市补贴办法", "办法.txt")
    assert as_text.clauses[0].text == "#甲市补贴办法"


@pytest.mark.parametrize(
    ("sentence", "first", "last"),
    [
        ("自2024年4月1日起施行，有效期3年。", date(2024, 4, 1), date(2027, 3, 31)),
        ("自2024年4月1日起施行，有效期至2026年12月31日。", date(2024, 4, 1), date(2026, 12, 31)),
        ("自2024年2月29日起施行，有效期五年。", date(2024, 2, 29), date(2029, 2, 28)),
        ("自印发之日起施行，有效期为2年。", date(2024, 3, 1), date(2026, 2, 28)),
        ("自发布之日起30日后施行。", date(2024, 3, 31), None),
        ("自2024年4月1日起施行。", date(2024, 4, 1), None),
        ("由市科技局负责解释。", None, None),
    ],
)
def test_days_in_force(sentence: str, first: date | None, last: date | None) -> None:
    document = parse_text(
        f"甲财字〔2024〕5号\n（2024年3月1日）\n补贴办法\n第一条 本办法{sentence}", "办法.txt"
    )
    assert document.issued_on == date(2024, 3, 1)
    assert (document.effective_from, document.effective_to) == (first, last)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("各区：\n《甲市工作总结》已经市政府同意，现印发给你们。\n一、要求", "甲市工作总结"),
        ("各区：\n现将《甲市工作总结》印发给你们。\n一、要求", "甲市工作总结"),
        ("甲字〔2024〕2号\n甲市2024年政务公开工作要点\n一、要求", "甲市2024年政务公开工作要点"),
        ("《甲市补贴办法》\n一、要求", "甲市补贴办法"),
        ("关于印发《甲办法》《乙办法》的通知\n一、要求", "甲办法、乙办法"),
        ("关于印发甲市补贴办法的通知\n甲市补贴办法\n一、要求", "甲市补贴办法"),
        ("补贴热点问答\n1.谁能申报？", "补贴热点问答"),
        ("各有关单位：\n一、要求", "文件名"),
        ("甲字〔2024〕2号\n一、要求", "文件名"),
        ("（2024年3月1日）\n一、要求", "文件名"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert parse_text(text, "文件名.txt").title == title


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("甲科字〔2024〕137号", "甲科字〔2024〕137号"),
        ("甲科字[2024] 137 号", "甲科字〔2024〕137号"),
        ("（甲科字〔2024〕137号）", "甲科字〔2024〕137号"),
        ("文号：甲科字（2024）第137号", "甲科字〔2024〕137号"),
        ("（依据甲科字〔2020〕30号、乙科字〔2021〕5号）", ""),
        ("甲科字〔2024〕137号同时废止。", ""),
    ],
)
def test_document_numbers(line: str, number: str) -> None:
    assert parse_text(f"{line}\n甲市补贴办法\n一、要求", "文件名.txt").doc_number == number
