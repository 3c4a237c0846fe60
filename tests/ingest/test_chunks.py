"""Chunks: verbatim pieces of a clause, cut where a reader would pause."""

from __future__ import annotations

import re
from itertools import accumulate

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import PolicyDocument, Span, TableRow
from ingest import chunk_document, parse_text
from ingest.chunk import MAX_CHARS, split_text
from ingest.parse import parse_source
from ingest.source import Layout, SourceText

WORDS = (
    "支持",
    "细胞",
    "基因治疗",
    "产业",
    "高质量",
    "发展",
    "企业",
    "研发投入",
    "省科技厅",
    "给予",
    "不超过",
    "人工智能",
    "的",
)
NUMBERS = ("40%", "1,000万元", "3.5亿元", "2025年9月19日", "100项", "1—2个", "30", "CDMO", "3D/4D")
BRACKETS = (
    "（省科技厅牵头）",
    "《行动计划（2025—2027年）》",
    "“先投后股”",
    "（一类新药、改良型新药，下同）",
    "〔2024〕",
)
STOPS = ("，", "。", "；", "、", "：", "\n", "，", "。")
POLICY_TEXT = st.lists(
    st.one_of(*map(st.sampled_from, (WORDS, WORDS, NUMBERS, BRACKETS, STOPS))), min_size=1, max_size=120
).map("".join)
NUMBER = re.compile(r"\d(?:[\d.,—]*\d)?%?(?:万元|亿元)?|\d+年\d+月\d+日|[A-Z]+")


def cuts(pieces: list[str]) -> set[int]:
    return set(accumulate(map(len, pieces[:-1])))


def word_ends(text: str) -> set[int]:
    return set(accumulate(map(len, jieba.cut(text, HMM=False))))


def inside_brackets(text: str) -> set[int]:
    inside: set[int] = set()
    for bracket in BRACKETS:
        for found in re.finditer(re.escape(bracket), text):
            inside.update(range(found.start() + 1, found.end()))
    return inside


@settings(max_examples=200, deadline=None)
@given(text=POLICY_TEXT, max_chars=st.integers(20, 320))
def test_pieces_join_to_the_text_and_cut_nothing_in_two(text: str, max_chars: int) -> None:
    pieces = split_text(text, max_chars)
    assert "".join(pieces) == text
    at = cuts(pieces)
    assert at <= word_ends(text), "inside a word"
    assert not at & inside_brackets(text), "inside a bracket"
    for number in NUMBER.finditer(text):
        assert not at & set(range(number.start() + 1, number.end())), f"inside {number.group()}"
    assert not any(piece.startswith(STOPS) for piece in pieces[1:])


@settings(max_examples=100, deadline=None)
@given(text=POLICY_TEXT, max_chars=st.integers(60, 320))
def test_pieces_are_of_the_asked_size(text: str, max_chars: int) -> None:
    """The last piece may take in a crumb; the longest bracket here has 17 characters, a run of stops is glued on."""
    text = re.sub(f"[{''.join(STOPS)}]{{2,}}", "。", text)
    pieces = split_text(text, max_chars)
    assert all(len(piece) <= max_chars + 1 for piece in pieces[:-1])
    assert len(pieces[-1]) <= max_chars + max_chars // 5


@given(text=st.text(max_size=300), max_chars=st.integers(1, 50))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_split(text: str, max_chars: int) -> None:
    assert "".join(split_text(text, max_chars)) == text


@pytest.mark.parametrize(
    ("text", "max_chars", "pieces"),
    [
        ("支持研发。鼓励上市。", 5, ["支持研发。", "鼓励上市。"]),
        ("给予1,000万元、2,000万元补贴。", 10, ["给予1,000万元、", "2,000万元补贴。"]),
        ("推动细胞与基因治疗产业发展", 6, ["推动细胞与", "基因治疗产业", "发展"]),
        ("支持（试点。首批）企业。", 4, ["支持", "（试点。首批）", "企业。"]),
        ("“投早、投小。”鼓励。", 7, ["“投早、投小。”", "鼓励。"]),
        ("支持（未闭合的企业。鼓励上市。", 10, ["支持（未闭合的企业。", "鼓励上市。"]),
        ("", 10, []),
    ],
)
def test_where_a_text_is_cut(text: str, max_chars: int, pieces: list[str]) -> None:
    assert split_text(text, max_chars) == pieces


@pytest.mark.parametrize("max_chars", [0, -1])
def test_a_size_must_be_positive(max_chars: int) -> None:
    with pytest.raises(ValueError, match=f"max_chars must be positive: {max_chars}"):
        split_text("支持", max_chars)


def test_one_huge_unbroken_text() -> None:
    text = "支持企业创新平台" * 20_000
    pieces = split_text(text)
    assert "".join(pieces) == text
    assert max(map(len, pieces)) <= MAX_CHARS
    assert all(cut % 2 == 0 for cut in cuts(pieces))  # all words have two characters


def test_a_long_run_of_digits_is_cut_rather_than_kept_whole() -> None:
    pieces = split_text("1" * 5000)
    assert "".join(pieces) == "1" * 5000
    assert max(map(len, pieces)) <= MAX_CHARS + MAX_CHARS // 5


@pytest.mark.parametrize("which", ["plan", "measures"])
def test_each_chunk_keeps_its_clause(which: str, request: pytest.FixtureRequest) -> None:
    document: PolicyDocument = request.getfixturevalue(which)
    chunks = chunk_document(document, 60)
    for clause in document.clauses:
        own = [chunk for chunk in chunks if chunk.clause_id == clause.id]
        assert "".join(chunk.text for chunk in own) == clause.text
        assert [chunk.ordinal for chunk in own] == list(range(len(own)))
    assert len(chunks) > len(document.clauses)


def test_context_names_what_stands_above() -> None:
    document = parse_text(
        "申报指南\n一、支持政策\n（一）研发补贴。对企业给予补贴。\n1.按年兑现。", "指南.txt"
    )
    contexts = [chunk.context for chunk in chunk_document(document)]
    assert contexts == [
        "申报指南",
        "申报指南 支持政策",
        "申报指南 支持政策 研发补贴",
        "申报指南 支持政策 研发补贴",
    ]


def with_rows(lines: list[str], contexts: dict[int, str]) -> PolicyDocument:
    """A document whose lines with a context are rows of a table."""
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    rows = [TableRow(Span(starts[n], starts[n] + len(lines[n])), context) for n, context in contexts.items()]
    return parse_source(
        SourceText("\n".join(lines), "标准.docx", "docx", Layout.PARAGRAPHS, rows=tuple(rows))
    )


def test_a_row_is_found_by_its_header() -> None:
    lines = [
        "申报指南",
        "一、支持标准",
        "按下表执行。",
        "类别\t标准",
        "国家级平台\t一次性奖励500万元",
        "二、申报时间",
        "每年三月。",
    ]
    document = with_rows(lines, {3: "", 4: "类别 标准"})
    contexts = {chunk.text: chunk.context for chunk in chunk_document(document, 20)}
    row = next(text for text in contexts if "500万元" in text)
    assert contexts[row].endswith(" 类别 标准")
    assert not any("类别" in context for text, context in contexts.items() if "500万元" not in text)


@settings(max_examples=50, deadline=None)
@given(
    cells=st.lists(
        st.sampled_from(["平台\t奖励500万元。", "企业\t给予30%补贴，上不封顶。", "项目\t立项。"]),
        min_size=1,
        max_size=20,
    ),
    max_chars=st.integers(8, 60),
)
def test_a_chunk_has_the_contexts_of_the_rows_it_touches_and_no_others(
    cells: list[str], max_chars: int
) -> None:
    lines = ["申报指南", "一、支持标准", *cells]
    document = with_rows(lines, {n + 2: f"表头{n:02}" for n in range(len(cells))})
    for clause in document.clauses:
        start = 0
        for chunk in (chunk for chunk in chunk_document(document, max_chars) if chunk.clause_id == clause.id):
            origin = clause.origin[start : start + len(chunk.text)]
            start += len(chunk.text)
            touched = [
                row.context
                for row in document.rows
                if any(row.span.start <= at < row.span.end for at in origin)
            ]
            assert re.findall(r"表头\d\d", chunk.context) == touched
