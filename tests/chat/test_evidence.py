"""Sentences of a clause, words of a question, and the order of candidates."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from chat.evidence import question_words, sentences_of, weigh
from corpus import Clause, NodeKind, Span
from ingest import parse_file
from kb.hits import Hit
from kb.lexicon import Lexicon, default_lexicon

PLAIN = Lexicon({})
BRACKET = "（牵头单位：省科技厅，参与单位：省财政厅）"
SEEDS = [parse_file(file) for file in sorted((Path(corpus.__file__).parent / "policies").glob("*.txt"))]


def clause(text: str, path: str = "一", heading: str = "") -> Clause:
    return Clause(
        id=f"甲字〔2024〕1号 {path}",
        path=(path,),
        label=f"甲字〔2024〕1号 {path}",
        level=1,
        kind=NodeKind.CLAUSE,
        heading=heading,
        text=text,
        span=Span(0, len(text)),
        origin=tuple(range(len(text))),
    )


def hit(text: str, keyword: float, dense: float, path: str = "一", heading: str = "") -> Hit:
    found = clause(text, path, heading)
    return Hit(
        clause=found,
        document_id="甲字〔2024〕1号",
        document_name="《甲》",
        score=keyword + dense,
        passage=found.span,
        keyword_score=keyword,
        dense_score=dense,
    )


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("第一句。第二句。", ["第一句。", "第二句。"]),
        ("甲；乙！丙？丁", ["甲；", "乙！", "丙？", "丁"]),
        ("没有标点", ["没有标点"]),
        ("括号（里面、不断）接着。完。", ["括号（里面、不断）接着。", "完。"]),
        ("第一段。\n第二段。", ["第一段。\n", "第二段。"]),
        (f"给予支持。{BRACKET}", ["给予支持。"]),
        ("给予支持。（省科技厅牵头）", ["给予支持。"]),
        ("给予支持。（试行）", ["给予支持。", "（试行）"]),
        (BRACKET, [BRACKET]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in sentences_of(clause(text), ())] == sentences


SENTENCE = st.text(alphabet="临床试验补助2000万元%，、“”《》 ", min_size=1, max_size=12).flatmap(
    lambda body: st.sampled_from("。；！？\n").map(lambda end: body + end)
)
BRACKETED = st.sampled_from(["（一）", "对创新药（1类化学药。含改良）给予支持。", "（试行）", "3．"])


@given(st.lists(st.one_of(SENTENCE, BRACKETED), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_sentences_are_verbatim_and_cover_the_clause(pieces: list[str]) -> None:
    text = "".join(pieces)
    end = 0
    for sentence in sentences_of(clause(text), ()):
        assert text[sentence.start : sentence.end] == sentence.text
        assert not text[end : sentence.start].strip(), "words between two sentences"
        end = sentence.end
    assert not text[end:].strip(), "words after the last sentence"


@given(st.text(alphabet="（）。；临床\n 元", max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_has_sentences_that_are_verbatim(text: str) -> None:
    found = sentences_of(clause(text or "空"), ())
    assert found
    assert all((text or "空")[s.start : s.end] == s.text for s in found)


def test_sentences_of_the_seeds_cover_all_but_the_units() -> None:
    for document in SEEDS:
        for each in document.clauses:
            shown = "".join(sentence.text for sentence in sentences_of(each, ()))
            rest = each.text.removeprefix(shown) if each.text.startswith(shown) else None
            assert rest is not None, each.id
            assert not rest.strip() or rest.strip().startswith("（"), each.id


def test_share_is_the_part_of_the_question_a_sentence_has() -> None:
    words = question_words("博士后工作站建几家", PLAIN)
    first, second = sentences_of(clause("建设博士后工作站10家左右。支持临床试验。"), words)
    assert second.share == 0 < first.share <= 1
    all_words = question_words("博士后工作站", PLAIN)
    assert sentences_of(clause("设立博士后工作站。"), all_words)[0].share == pytest.approx(1)


def test_a_quoted_word_and_a_latin_one_are_words_of_the_question() -> None:
    assert "新药贷" in [word.text for word in question_words("“新药贷”是啥", PLAIN)]
    assert "cro" in [word.text for word in question_words("CRO平台有什么支持", PLAIN)]


def test_talk_says_nothing_about_the_matter() -> None:
    assert question_words("请问我们公司可以拿多少", PLAIN) == ()
    assert [word.text for word in question_words("请问伦理怎么规定", PLAIN)] == ["伦理"]


def test_each_word_counts_once_and_rare_words_weigh_more() -> None:
    words = {word.text: word.weight for word in question_words("发展发展细胞治疗", PLAIN)}
    assert list(words) == list(dict.fromkeys(words))
    assert all(1 <= weight <= 8 for weight in words.values())
    common, rare = question_words("发展", PLAIN)[0].weight, question_words("胶束", PLAIN)[0].weight
    assert common < rare


def test_an_everyday_word_is_in_a_text_that_has_its_term() -> None:
    (word,) = [w for w in question_words("高企有多少家", default_lexicon()) if w.text == "高企"]
    assert word.in_text("培育高新技术企业总数达到4000家")
    assert not word.in_text("培育小微企业")


def test_candidates_come_best_first() -> None:
    good = hit("设立博士后工作站10家左右，由牵头单位负责。", 5.0, 0.9, "一")
    poor = hit("完善进口白名单制度，提升通关便利水平。", 1.0, 0.7, "二")
    for hits in ([good, poor], [poor, good]):
        ranked = weigh("博士后工作站", hits, lexicon=PLAIN)
        assert [evidence.clause.path for evidence in ranked] == [("一",), ("二",)]
        assert ranked[0].score > ranked[1].score


def test_a_favoured_clause_wins_a_tie() -> None:
    first, second = (hit("设立博士后工作站10家左右，由牵头单位负责。", 3.0, 0.8, path) for path in "一二")
    assert weigh("工作站", [first, second], lexicon=PLAIN)[0].clause is first.clause
    favoured = frozenset({second.clause.id})
    assert weigh("工作站", [first, second], favoured, PLAIN)[0].clause is second.clause


def test_a_bare_heading_is_no_candidate() -> None:
    heading = hit("三、支持政策", 9.0, 0.9, heading="支持政策")
    assert weigh("支持政策", [heading], lexicon=PLAIN) == []
    assert weigh("支持政策", [], lexicon=PLAIN) == []


def test_the_best_sentence_shares_most_with_the_question() -> None:
    found = hit("支持临床试验。设立博士后工作站10家左右。完善白名单制度。", 3.0, 0.8)
    assert weigh("博士后工作站", [found], lexicon=PLAIN)[0].best.text == "设立博士后工作站10家左右。"
