"""The covering rule: no printed character is lost, none is invented, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus import NotAPolicy, PolicyDocument, PolicyKBError
from ingest import chunk_document, parse_text
from ingest.parse import parse_source
from ingest.source import Layout, SourceText

INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
LeftOut = Callable[[PolicyDocument], list[int]]

MARKERS = (
    "一、",
    "二、",
    "三．",
    "（一）",
    "(二)",
    "（三）",
    "1.",
    "2、",
    "10．",
    "（1）",
    "2)",
    "①",
    "②",
    "⑴",
    "㈠",
)
STATUTE = (
    "第一编",
    "第一章",
    "第二章　",
    "第一节",
    "第一条",
    "第二条　",
    "第三条之一",
    "第一百零三条",
    "第十二条第二款",
)
FURNITURE = (
    "目录",
    "附件",
    "附件1",
    "附件2：",
    "附件：1.申报表",
    "— 3 —",
    "（此件公开发布）",
    "2025年9月19日",
    "文件",
)
NAMES = ("山东省财政厅", "鲁科字[2024] 137 号", "关于印发《行动计划》的通知", "若干措施", "《", "》")
TEXT = (
    "支持企业研发",
    "应用基",
    "基础研究",
    "，",
    "。",
    "；",
    "：",
    "、",
    "（省科技厅牵头）",
    "（牵头单位：省科技厅",
    "）",
)
LATIN = ("CDMO", "GMP ", "3D", "40%", "1,000万元", "3 家", "(", ")", "“", "”", "「", "[", "]")
LAYOUT = (
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\f",
    "\u2028",
    " ",
    "\u3000",
    "\t",
    "\xa0",
    "\u200b",
    "\ufeff",
    "\x00",
    "**",
    "## ",
    "- ",
    "> ",
)
MIXTURES = st.lists(
    st.one_of(
        *map(st.sampled_from, (MARKERS, STATUTE, FURNITURE, NAMES, TEXT, LATIN, LAYOUT)),
        st.just("\n"),
        st.text(max_size=4),
    ),
    max_size=60,
).map("".join)


def parse_or_refuse(source: str, name: str) -> PolicyDocument | None:
    """The document, None where it is refused with an error of ours; anything else fails the test."""
    try:
        return parse_text(source, name)
    except PolicyKBError:
        return None


def test_the_plan_shows_every_character_but_the_doubled_one(plan: PolicyDocument, left_out: LeftOut) -> None:
    (at,) = left_out(plan)
    assert plan.source[:at].rstrip().endswith("应用基")
    assert plan.source[at:].startswith("基础研究")


def test_the_measures_show_every_character(measures: PolicyDocument, left_out: LeftOut) -> None:
    assert left_out(measures) == []


@settings(max_examples=250, deadline=None)
@given(source=MIXTURES)
def test_any_mixture_is_covered(source: str, left_out: LeftOut) -> None:
    document = parse_or_refuse(source, "混合.txt")
    if document is None:
        return
    for at in left_out(document):
        assert _is_page_number(source, at) or _is_doubled(source, at), f"lost {source[at]!r} at {at}"
    joined = "".join(chunk.text for chunk in chunk_document(document, 40))
    assert joined == "".join(clause.text for clause in document.clauses)


@settings(max_examples=80, deadline=None)
@given(source=MIXTURES)
def test_markdown_loses_nothing_but_its_marks(source: str, left_out: LeftOut) -> None:
    document = parse_or_refuse(source, "混合.md")
    if document is None:
        return
    for at in left_out(document):
        is_mark = source[at] in "#*>_-+"
        assert is_mark or _is_page_number(source, at) or _is_doubled(source, at), (
            f"lost {source[at]!r} at {at}"
        )


@settings(max_examples=120, deadline=None)
@given(source=MIXTURES)
@example(source="（1）## 2)")  # a blank between ASCII characters stays, but not where a clause ends
def test_whole_paragraphs_are_covered(source: str, left_out: LeftOut) -> None:
    try:
        document = parse_source(SourceText(source, "混合.html", "html", Layout.PARAGRAPHS))
    except PolicyKBError:
        return
    for at in left_out(document):
        assert _is_page_number(source, at) or _is_doubled(source, at), f"lost {source[at]!r} at {at}"


@given(source=MIXTURES)
@settings(max_examples=60, deadline=None)
def test_parsing_is_a_function_of_the_text(source: str) -> None:
    assert parse_or_refuse(source, "混合.txt") == parse_or_refuse(source, "混合.txt")


@pytest.mark.parametrize("blank", ["", " ", "\n\r\n", "\u3000\t", "\u200b\ufeff", "— 3 —\n"])
def test_nothing_printed_is_no_policy(blank: str) -> None:
    with pytest.raises(NotAPolicy, match=r"空白\.txt：没有可入库的文字"):
        parse_text(blank, "空白.txt")


def _is_page_number(source: str, at: int) -> bool:
    lines = (
        found
        for found in re.finditer(r"[^\n\r\f\v\x85\u2028\u2029]+", source)
        if found.start() <= at < found.end()
    )
    text = next(lines).group()
    return (
        re.fullmatch(
            r"[—–－\-一\s]+\d+[—–－\-一\s]+", "".join(c for c in text if c not in INVISIBLE).strip("#*>_ ")
        )
        is not None
    )


def _is_doubled(source: str, at: int) -> bool:
    """Whether the same character stands one or two printed characters before."""
    printed = [char for char in source[:at] if not char.isspace() and char not in INVISIBLE]
    return source[at] in printed[-2:]
