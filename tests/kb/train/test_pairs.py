"""Texts, pairs made of them, and what is held apart: pure functions."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Span, UsageError
from ingest import parse_text
from kb.train.asked import questions
from kb.train.batches import plan_batches
from kb.train.material import Wishes, prepare
from kb.train.pairs import Pair, PairKind, make_pairs
from kb.train.questions import (
    Asked,
    Piece,
    Question,
    locate,
    pieces,
    question_pairs,
    question_set,
    read_questions,
)
from kb.train.split import held_apart, part, sample
from kb.train.texts import of_documents, read_texts, units

TEXT = (
    "试科字〔2024〕1号\n创新药支持办法\n"
    "一、支持临床试验开展。对进入三期临床的创新药，给予最高3000万元支持。市科技局负责临床试验项目的审核。\n"
    "二、附则。\n"
    "三、对首次获批上市的药品，由市财政给予一次性奖励，奖励不超过研发费用的10%。"
)


def pairs_of(kind: PairKind) -> list[Pair]:
    return make_pairs(units(parse_text(TEXT, "1.txt")), kinds=[kind])


def test_a_heading_is_paired_with_what_stands_below_it() -> None:
    (pair,) = pairs_of(PairKind.HEADING)
    assert pair.query == "支持临床试验开展"
    assert pair.passage.startswith("对进入三期临床的创新药") and pair.query not in pair.passage


def test_a_title_is_paired_with_the_rest_of_the_clause() -> None:
    headed, plain = pairs_of(PairKind.TITLE)
    assert headed.query == "创新药支持办法 支持临床试验开展"
    assert plain.query == "创新药支持办法 对首次获批上市的药品"
    assert plain.passage.startswith("由市财政给予") and "对首次获批上市的药品" not in plain.passage


def test_a_sentence_is_taken_out_of_its_clause() -> None:
    (pair,) = pairs_of(PairKind.SENTENCE)
    assert pair.clause == "试科字〔2024〕1号 一"
    assert pair.query not in pair.passage
    assert {pair.query, pair.passage} == {
        "对进入三期临床的创新药，给予最高3000万元支持。",
        "市科技局负责临床试验项目的审核。",
    }


def test_a_question_is_paired_with_the_chunk_as_it_is_indexed() -> None:
    first, second = pairs_of(PairKind.ASKED)
    assert first.query.endswith("？") and first.passage.startswith("一、支持临床试验开展")
    assert second.query == "由市财政给予一次性奖励，奖励不超过研发费用的百分之多少？"


def test_the_same_seed_gives_the_same_pairs() -> None:
    cut = units(parse_text(TEXT, "1.txt"))
    whole = make_pairs(cut, seed=3)
    assert whole == make_pairs(cut, seed=3)
    assert [pair for pair in whole if pair.clause == cut[-1].clause] == make_pairs(cut[-1:], seed=3)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("申请人应当在15个工作日内提交材料。", "申请人应当在多少个工作日内提交材料？"),
        ("本办法所称建筑垃圾，是指施工中产生的弃土。", "什么是建筑垃圾？"),
        ("申请补助应当提交下列材料：（一）申请表。", "申请补助应当提交哪些材料？"),
        ("县级人民政府应当建立隐患排查治理制度。", "谁应当建立隐患排查治理制度？"),
        ("违反本条例规定，擅自占用道路的，责令改正。", "擅自占用道路会受到什么处罚？"),
        ("参保人员办理备案的，到经办机构申请。", "参保人员办理备案怎么办？"),
    ],
)
def test_questions_from_statements(sentence: str, expected: str) -> None:
    assert expected in questions(sentence)


@pytest.mark.parametrize("sentence", ["", "2024年3月1日起施行。", "依照第十二条执行。", "加强组织领导。"])
def test_no_question_from_what_says_nothing(sentence: str) -> None:
    assert questions(sentence) == []


SHORT_TEXTS = st.text("甲乙丙 ", min_size=1, max_size=3)
PAIRS = st.lists(
    st.builds(
        Pair, SHORT_TEXTS, SHORT_TEXTS, st.sampled_from(PairKind), st.sampled_from("一二三四五"), st.sampled_from("123456")
    ),
    max_size=30,
)  # fmt: skip


@settings(deadline=None)  # a busy machine is no failure
@given(PAIRS, st.floats(0, 0.9), st.integers(0, 5))
def test_no_pair_crosses_the_border(pairs: list[Pair], share: float, seed: int) -> None:
    apart = held_apart((pair.document for pair in pairs), share, seed)
    learnt, judged = part(pairs, apart)
    assert {pair.document for pair in judged} <= apart
    assert not {pair.document for pair in learnt} & apart
    texts = [
        {"".join(text.split()) for p in side for text in (p.query, p.passage)} for side in (learnt, judged)
    ]
    assert not texts[0] & texts[1]


@settings(deadline=None)
@given(st.sets(SHORT_TEXTS, min_size=2), st.integers(0, 5))
def test_some_document_is_held_apart_and_some_is_not_all(names: set[str], seed: int) -> None:
    assert held_apart(names, 0.0, seed) == frozenset()
    assert held_apart(names, 0.01, seed)
    assert held_apart(names, 0.2, seed) <= held_apart(names, 0.6, seed) | held_apart(names, 0.2, seed)


@settings(deadline=None)
@given(PAIRS, st.integers(2, 6), st.integers(0, 3))
def test_the_pairs_of_a_batch_tell_each_other_apart(pairs: list[Pair], size: int, seed: int) -> None:
    batches = plan_batches(pairs, size, seed)
    used = [n for batch in batches for n in batch]
    assert len(used) == len(set(used)) and all(len(batch) <= size for batch in batches)
    for batch in batches:
        assert len({pairs[n].clause for n in batch}) == len(batch)
        assert len({pairs[n].query for n in batch}) == len(batch)
        assert len({pairs[n].passage for n in batch}) == len(batch)


def test_all_pairs_of_many_clauses_are_used() -> None:
    pairs = [Pair(f"问{n}", f"答{n}", PairKind.ASKED, f"{n % 7}", f"{n}") for n in range(100)]
    batches = plan_batches(pairs, 10)
    assert sorted(n for batch in batches for n in batch) == list(range(100))
    with pytest.raises(ValueError, match="two pairs"):
        plan_batches(pairs, 1)


def test_a_sample_is_the_same_whatever_the_order() -> None:
    pairs = [Pair(f"问{n}", f"答{n}", PairKind.ASKED, "甲", f"{n}") for n in range(50)]
    chosen = sample(pairs, 10)
    assert len(chosen) == 10 and set(chosen) == set(sample(pairs[::-1], 10))
    assert sample(pairs, 0) == pairs == sample(pairs, 99)


def test_questions_find_the_pieces_that_answer_them(tmp_path: Path) -> None:
    document = parse_text(TEXT, "1.txt")
    context = "由市财政给予一次性奖励，奖励不超过研发费用的10%。"
    lines = [
        {"id": "a", "question": "临床试验谁审核？", "clauses": ["试科字〔2024〕1号 一"]},
        {"question": "奖励多少？", "file": "1.txt", "context": context, "context_start": 0},
        {"question": "无关？", "file": "1.txt", "context": "别处的话"},
        {"question": "还有呢？", "clauses": ["试科字〔2024〕1号 一"], "history": ["问"]},
        {"question": "查无此事？", "clauses": []},
    ]
    file = tmp_path / "qa.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    found = pieces([document])
    asked = locate(read_questions(file), found, [document])
    assert [item.question for item in asked] == ["临床试验谁审核？", "奖励多少？"]
    assert {found[n].clause for n in asked[1].right} == {"试科字〔2024〕1号 三"}
    assert [pair.kind for pair in question_pairs(asked, found)] == [PairKind.QUESTION] * 2


@settings(deadline=None)
@given(st.integers(1, 40), st.sets(st.integers(0, 39), min_size=1), st.integers(0, 50))
def test_a_set_of_questions_keeps_what_is_right(size: int, right: set[int], most: int) -> None:
    found = [Piece("甲", f"甲 {n}", f"文{n}", "1.txt", Span(n, n + 1)) for n in range(size)]
    within = frozenset(n for n in right if n < size) or frozenset({0})
    judged = question_set([Asked("问", "甲", within)], found, "题目", most)
    assert {judged.passages[n] for n in judged.right[0]} == {f"文{n}" for n in within}
    assert len(judged.passages) <= max(most, len(within) + 1)
    assert len(judged.passages) == size or most < size


@pytest.mark.parametrize("line", ["{", "[]", '{"question": "问什么"}', '{"question": "问", "clauses": []}'])
def test_a_malformed_question_is_told_in_one_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "qa.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"qa\.jsonl 第 2 行") as told:
        read_questions(file)
    assert "\n" not in str(told.value)


def test_documents_of_test_questions_are_not_learnt_from(texts: Path) -> None:
    read = read_texts([texts])
    test = Question(question="第3类研发投入补助多少？", clauses=("试科字〔2024〕3号 一",))
    material = prepare(read, Wishes(share=0.0), tests=[test])
    assert material.apart == {"试科字〔2024〕3号"}
    assert "试科字〔2024〕3号" not in {pair.document for pair in material.pairs}
    assert [judged.name for judged in material.judged] == ["留出文件的样本", "留出文件的题目"]
    with pytest.raises(UsageError, match="找不到依据"):
        prepare(read, Wishes(), tests=[Question(question="什么？", clauses=("别的 一",))])


def test_cut_clauses_and_files_are_read(
    tmp_path: Path, texts: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cut = tmp_path / "laws.jsonl"
    cut.write_text(
        '{"document": "某法", "text": "企业应当建立制度。", "article": "第一条"}\n', encoding="utf-8"
    )
    (texts / "empty.txt").write_text("", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        read = read_texts([texts, cut])
    assert len(read.documents) == 8 and read.units[-1].document == "某法"
    assert "已跳过" in caplog.text
    cut.write_text('{"text": "无名"}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=r"laws\.jsonl 第 1 行"):
        read_texts([cut])
    with pytest.raises(UsageError, match="没有这个文件"):
        read_texts([tmp_path / "none"])


def test_nothing_to_read_is_told() -> None:
    with pytest.raises(UsageError, match="没有读到任何条款"):
        prepare(of_documents([]), Wishes())
