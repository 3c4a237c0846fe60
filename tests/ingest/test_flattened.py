"""Texts that lost their line breaks: clauses, parts of the page, and what is only named in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import NodeKind, PolicyDocument
from ingest import parse_text

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "flattened.yaml").read_text("utf-8")
)
SENTENCES = (
    "支持企业研发。",
    "按实际投入的3.5%给予补贴，最高1.5万元。",
    "符合本意见第（三）项和第十条规定的，按1：1配套。",
    "对一、二级医院和“第三条”所列单位给予奖励；对其他单位给予补助。",
    "2025年起，依照第二条、第五条执行（责任单位：市科技局）。",
    "统一、规范办理，详见附件2、附件3。",
)
HEADINGS = ("总体要求", "重点任务", "保障措施", "组织实施", "支持政策", "其他事项")
LeftOut = Callable[[PolicyDocument], list[int]]


def paths(document: PolicyDocument) -> list[str]:
    return ["/".join(clause.path) for clause in document.clauses if clause.kind is NodeKind.CLAUSE]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_flattened_text(case: dict[str, Any], left_out: LeftOut) -> None:
    document = parse_text(case["text"], "例.txt")
    assert paths(document) == case["clauses"]
    doubts = [warning for warning in document.warnings if not warning.startswith("未能读出标题")]
    assert doubts == case.get("warnings", [])
    texts = {"/".join(clause.path): re.sub(r"\s", "", clause.text) for clause in document.clauses}
    for path, text in case.get("parts", {}).items():
        assert texts[path] == text
    assert left_out(document) == []


def test_every_case_is_known_by_one_name() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 15


Lines = list[tuple[str, str]]  # path and text of each clause


@st.composite
def plans(draw: st.DrawFn) -> Lines:
    """A well-formed plan: 一、 with headings, （一） below some, 1. below some of those; numbers may run on."""
    sentence = st.sampled_from(SENTENCES)
    runs_on = draw(st.booleans())
    lines: Lines = []
    second = 0
    for first in range(draw(st.integers(2, 5))):
        outer = "一二三四五"[first]
        lines.append((outer, f"{outer}、{draw(st.sampled_from(HEADINGS))}"))
        second = second if runs_on else 0
        for _ in range(draw(st.integers(2, 3))):
            label = f"（{'一二三四五六七八九十'[second % 10] if second < 10 else '十' + '一二三四五'[second - 10]}）"
            second += 1
            lines.append((f"{outer}/{label}", f"{label}{draw(st.sampled_from(HEADINGS))}。{draw(sentence)}"))
            items = draw(st.sampled_from((0, 0, 2, 3)))
            for third in range(1, items + 1):
                lines.append((f"{outer}/{label}/{third}", f"{third}.{draw(sentence)}"))
    return lines


@st.composite
def statutes(draw: st.DrawFn) -> Lines:
    """A well-formed statute: articles, items below some of them."""
    lines: Lines = []
    for number in range(1, draw(st.integers(3, 10))):
        article = f"第{'一二三四五六七八九'[number - 1]}条"
        lines.append((article, f"{article}{draw(st.sampled_from(SENTENCES[:1] + SENTENCES[3:5]))}"))
        for item in range(draw(st.sampled_from((0, 0, 2, 3)))):
            label = f"（{'一二三'[item]}）"
            lines.append((f"{article}/{label}", f"{label}{draw(st.sampled_from(SENTENCES))}"))
    return lines


@settings(max_examples=120, deadline=None)
@given(lines=st.one_of(plans(), statutes()), between=st.sampled_from(("", "　　", "\n")))
def test_a_well_formed_document_gives_its_clauses_back(lines: Lines, between: str) -> None:
    source = "甲市产业发展若干规定" + between + between.join(text for _, text in lines)
    document = parse_text(source, "例.txt")
    assert paths(document) == [path for path, _ in lines]
    texts = [clause.text for clause in document.clauses if clause.kind is NodeKind.CLAUSE]
    assert texts == [text for _, text in lines]
    assert document.warnings == ()


LIST = (
    "甲市登记办法",
    "第一条为了规范登记，制定本办法。",
    "第二条登记事项包括：",
    "（一）名称；",
    "（二）住所。",
    "除前款规定外，还应当登记下列事项：",
    "（一）股东姓名；",
    "（二）其他事项。",
    "前款所列事项由登记机关公布。",
    "第三条本办法自公布之日起施行。",
)


def test_text_after_a_list_is_the_same_with_and_without_line_breaks() -> None:
    flat, lines = (parse_text(between.join(LIST), "例.txt") for between in ("", "\n"))
    assert [(c.id, c.label, c.level, c.text) for c in flat.clauses] == [
        (c.id, c.label, c.level, c.text) for c in lines.clauses
    ]
    after = [c for c in lines.clauses if c.kind is NodeKind.BODY]
    assert [(c.path, c.label, c.level) for c in after] == [
        (("第二条", "后段"), "甲市登记办法 第二条后段", 0),
        (("第二条", "后段2"), "甲市登记办法 第二条后段2", 0),
    ]
    spans = [c.span for c in flat.clauses]
    assert spans == sorted(spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
