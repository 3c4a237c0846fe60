"""Answers from verbatim quotes: what is quoted, how it is numbered, how units are named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpus
from chat import compose
from chat.answer import Status
from chat.compose import Draft, choose_quotes, coverage, merge, summary_quotes
from chat.evidence import Evidence, Sentence, question_words, sentences_of
from chat.facts import state_fact
from corpus import Clause, NodeKind, PolicyDocument, Span
from ingest import parse_file, parse_text
from kb.hits import Hit
from kb.lexicon import Lexicon

SEEDS = [parse_file(file) for file in sorted((Path(corpus.__file__).parent / "policies").glob("*.txt"))]
PLAN = next(d for d in SEEDS if "137号" in d.id)
MEASURES = next(d for d in SEEDS if "687号" in d.id)
NUMBERED = [
    (d, c) for d in SEEDS for c in d.clauses if c.kind is NodeKind.CLAUSE and len(c.text) > len(c.heading) + 8
]
UNITS = "（牵头单位：省科技厅，参与单位：省财政厅）"


def at(document: PolicyDocument, path: str) -> Clause:
    found = document.clause(f"{document.id} {path}")
    assert found is not None
    return found


def evidence(document: PolicyDocument, clause: Clause, question: str) -> Evidence:
    words = question_words(question, Lexicon({}))
    found = Hit(clause, document.id, document.name, 1.0, clause.span)
    return Evidence(found, 1.0, sentences_of(clause, words))


def made(*sentences: str, units: str = UNITS) -> tuple[PolicyDocument, Clause]:
    document = parse_text(
        f"云岭市试点办法\n一、{''.join(sentences)}{units}\n二、其他事项另行通知。\n", "a.txt"
    )
    return document, at(document, "一")


def test_quotes_are_numbered_as_they_come_and_kept() -> None:
    draft, clause = Draft(), at(MEASURES, "二/8")
    assert draft.cite(MEASURES, clause, "不超过研发投入40%") == 1
    assert draft.cite(MEASURES, clause, "每个企业每年累计支持额度不超过1亿元") == 2
    assert draft.cite(MEASURES, clause, "不超过研发投入40%") == 1
    assert draft.cite(MEASURES, at(MEASURES, "四/18"), "扩大试点范围") == 3
    assert [c.n for c in draft.citations] == [1, 2, 3]
    assert {c.document for c in draft.citations} == {MEASURES.name}
    assert draft.citations[0].label == clause.label


@pytest.mark.parametrize("quote", ["", "不超过研发投入41%", "不超过 研发投入40%", "没有的话"])
def test_a_quote_that_is_not_verbatim_is_refused(quote: str) -> None:
    draft = Draft()
    with pytest.raises(ValueError, match="not verbatim"):
        draft.cite(MEASURES, at(MEASURES, "二/8"), quote)
    assert draft.citations == []


def test_offsets_of_a_citation_are_where_the_words_are_printed() -> None:
    draft = Draft()
    draft.cite(MEASURES, at(MEASURES, "二/8"), "最高分别为1000万元")
    (citation,) = draft.citations
    printed = MEASURES.source[citation.start : citation.end]
    assert "".join(printed.split()) == "最高分别为1000万元"


@pytest.mark.parametrize(("document", "clause"), NUMBERED, ids=lambda value: getattr(value, "label", ""))
@pytest.mark.parametrize("question", ["最高给多少资金支持", "新药临床试验", "由谁牵头"])
def test_lookup_quotes_are_verbatim(document: PolicyDocument, clause: Clause, question: str) -> None:
    draft = Draft()
    compose.lookup(draft, document, evidence(document, clause, question))
    assert draft.citations
    for citation in draft.citations:
        assert citation.quote in clause.text
        assert f"[{citation.n}]" in "".join(draft.lines)
    if len(clause.text) <= 200:
        assert draft.citations[0].quote == clause.text


def test_a_short_clause_is_quoted_whole() -> None:
    document, clause = made("支持企业参展。" * 5)
    assert len(clause.text) <= 200
    assert choose_quotes(evidence(document, clause, "绿色工厂")) == [clause.text]


LONG = (
    "支持企业参展。" * 20,
    "对绿色工厂一次性奖励20万元。",
    "对绿色园区一次性奖励50万元。",
    "鼓励技术改造。" * 10,
)


def test_of_a_long_clause_the_sentences_that_answer() -> None:
    document, clause = made(*LONG)
    assert choose_quotes(evidence(document, clause, "绿色园区")) == ["对绿色园区一次性奖励50万元。"]


def test_adjoining_sentences_are_one_quote() -> None:
    document, clause = made(*LONG)
    found = evidence(document, clause, "绿色工厂和绿色园区")
    assert choose_quotes(found) == ["对绿色工厂一次性奖励20万元。对绿色园区一次性奖励50万元。"]


def test_needed_sentences_are_among_the_quotes() -> None:
    document, clause = made(*LONG)
    found = evidence(document, clause, "绿色园区")
    last = found.sentences[-1]
    assert choose_quotes(found, [last]) == ["对绿色园区一次性奖励50万元。", "鼓励技术改造。"]


def test_merge() -> None:
    text = "甲。乙。丙。丁。"
    sentences = [Sentence(text[n : n + 2], n, n + 2, 0.5) for n in (0, 2, 4, 6)]
    assert merge(text, []) == []
    assert merge(text, sentences) == [text]
    assert merge(text, [sentences[0], sentences[2], sentences[3]]) == ["甲。", "丙。丁。"]


@given(st.sets(st.integers(0, 6)))
@settings(max_examples=60, deadline=None)
def test_merged_quotes_hold_each_chosen_sentence_once(chosen: set[int]) -> None:
    text = "".join(f"第{name}句。" for name in "甲乙丙丁戊己庚")
    sentences = [Sentence(text[n * 4 : n * 4 + 4], n * 4, n * 4 + 4, 1.0) for n in sorted(chosen)]
    quotes = merge(text, sentences)
    assert "".join(quotes) == "".join(sentence.text for sentence in sentences)
    assert all(quote in text for quote in quotes)
    gaps = sum(b - a > 1 for a, b in zip(sorted(chosen), sorted(chosen)[1:], strict=False))
    assert len(quotes) == (gaps + 1 if chosen else 0)


@pytest.mark.parametrize(
    ("document", "path", "line"),
    [
        (MEASURES, "二/8", "牵头单位：省科技厅；参与单位：省财政厅。[1]"),
        (MEASURES, "二/7", "牵头单位：省卫生健康委。[1]"),
        (MEASURES, "一/2", "责任单位：省发展改革委、省科技厅、省工业和信息化厅。[1]"),
        (MEASURES, "三/12", "牵头单位：省教育厅、省人力资源社会保障厅。[1]"),
        (PLAN, "三/（三）", "牵头单位：省药监局。[1]"),
        (PLAN, "四/（三）", "牵头单位：省科技厅；参与单位：省人力资源社会保障厅、省卫生健康委。[1]"),
    ],
)
def test_units_line(document: PolicyDocument, path: str, line: str) -> None:
    draft = Draft()
    draft.units_line(document, at(document, path))
    assert draft.lines == [line]
    assert draft.citations[0].quote.startswith("（")
    assert draft.citations[0].quote in at(document, path).text


def test_units_rest_on_the_quote_that_has_them() -> None:
    draft, clause = Draft(), at(MEASURES, "二/8")
    draft.quote_line(MEASURES, clause, [clause.text])
    draft.units_line(MEASURES, clause)
    assert len(draft.citations) == 1
    assert draft.lines[1].endswith("。[1]")


def test_no_units_no_line() -> None:
    document, clause = made("支持企业参展。", units="")
    draft = Draft()
    draft.units_line(document, clause)
    assert (draft.lines, draft.citations) == ([], [])


def test_a_clause_asked_for_by_its_address_is_quoted_whole() -> None:
    for document, clause in NUMBERED:
        draft = Draft()
        compose.whole_clause(draft, document, clause)
        assert draft.citations[0].quote == clause.text
        assert clause.text.replace("\n", " ") in draft.lines[0]


def test_a_heading_is_shown_with_what_stands_below_it() -> None:
    draft, part = Draft(), at(PLAN, "三")
    compose.whole_clause(draft, PLAN, part)
    below = [child.id for child in PLAN.children(part)]
    assert [citation.id for citation in draft.citations] == [part.id, *below]
    assert "持续加大科技创新政策支持力度" in "\n".join(draft.lines)


def test_a_clause_in_a_list_shows_its_first_sentence_and_its_units() -> None:
    clause = at(MEASURES, "四/18")
    first, units = summary_quotes(clause)
    assert first == "18.完善生物医药研发用物品进口“白名单”制度，扩大试点范围，提升通关便利水平。"
    assert units == "（牵头单位：省商务厅，参与单位：省科技厅、省药监局、青岛海关、济南海关）"
    for _, each in NUMBERED:
        assert all(quote in each.text for quote in summary_quotes(each))


def test_a_document_fact_is_cited() -> None:
    fact = state_fact(PLAN, "issued_on")
    assert fact is not None
    draft = Draft()
    compose.document_fact(draft, PLAN, fact)
    assert draft.lines == [f"{fact.sentence}[1]"]
    assert draft.citations[0].quote == "2024年12月6日"


def test_what_the_knowledge_base_has_is_said_without_figures() -> None:
    said = coverage(SEEDS)
    assert "山东省生物医药产业科技创新行动计划" in said and "若干措施" in said
    assert not any(char.isdecimal() for char in said)
    assert "还没有政策文件" in coverage([])
    assert coverage(SEEDS * 2) == "现有四份文件，可以查看文件清单。"
    assert "较接近的有《关于支持细胞与基因治疗" in coverage(SEEDS * 2, [MEASURES])
    assert coverage(SEEDS * 2, [MEASURES], by_region=True).startswith("现有四份文件，有山东省的")


def test_finish() -> None:
    draft = Draft()
    draft.quote_line(MEASURES, at(MEASURES, "四/18"), ["扩大试点范围"])
    answer = draft.finish(
        "白名单", date(2026, 6, 1), Status.ANSWERED, warnings=["注意"], missing=["x"], retrieved=["y"]
    )
    assert answer.answer == "鲁发改高技〔2025〕687号 四、18规定：“扩大试点范围”[1]"
    assert (answer.warnings, answer.missing, answer.retrieved) == (("注意",), ("x",), ("y",))
    assert answer.citations == tuple(draft.citations)
    assert answer.to_dict()["status"] == "answered"


def test_line_breaks_of_a_quote_are_not_shown_but_kept_in_the_citation() -> None:
    fact = state_fact(MEASURES, "issuers")
    assert fact is not None and "\n" in fact.quote
    draft = Draft()
    draft.quote_line(MEASURES, fact.clause, [fact.quote])
    assert len(draft.lines) == 1 and "\n" not in draft.lines[0]
    assert draft.citations[0].quote == fact.quote


def test_span_of_evidence_is_the_clause() -> None:
    found = evidence(MEASURES, at(MEASURES, "二/8"), "临床试验")
    assert isinstance(found.hit.passage, Span)
    assert found.clause is found.hit.clause
