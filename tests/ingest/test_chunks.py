"""Chunks: verbatim pieces of a clause, cut where a reader would pause."""

from __future__ import annotations

import re
from itertools import accumulate

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import PolicyDocument
from ingest import chunk_document, parse_text
from ingest.chunk import MAX_CHARS, split_text

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
