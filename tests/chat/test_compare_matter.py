"""Two documents on one matter: clauses paired, figures, days and units that both have marked; and both comparisons as HTML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat.comparing.facts import facts_of
from chat.comparing.matter import Matter, compare_matter, pair, relevant
from chat.comparing.versions import compare_versions
from chat.page import compare_matter as matter_page
from chat.page import compare_versions as versions_page
from corpus import Clause, PolicyDocument
from ingest import parse_text
from kb import KnowledgeBase
from kb.hits import Hit
from kb.ranking import ranking_model

HEAD = "甲政发〔2024〕{n}号\n办法\n"
FIRST = "一、{}对2025年12月31日前认定的平台，给予最高500万元、不低于40%的补助，三年内不超过两次。（市科技局牵头，市财政局配合）\n"
EVIL = "<script>alert(1)</script>"


def parsed(text: str, n: int = 1) -> PolicyDocument:
    return parse_text(HEAD.format(n=n) + text, "甲.txt")


def clause_of(text: str) -> Clause:
    return next(clause for clause in parsed(text).clauses if clause.path == ("一",))


def hit(clause: Clause, score: float = 0.8) -> Hit:
    return Hit(clause, "甲", "《甲》", score, clause.span, 1, 0.9, 1, 7.5)


def test_figures_days_periods_and_units_are_facts() -> None:
    assert [(fact.name, fact.text) for fact in facts_of(clause_of(FIRST.format("")))] == [
        ("日期", "2025年12月31日"),
        ("金额上限", "500万元"),
        ("比例下限", "40%"),
        ("期限", "三年"),
        ("数量上限", "两次"),
        ("牵头单位", "市科技局"),
        ("参与单位", "市财政局"),
    ]


def test_the_same_fact_in_other_writing_is_shared_one_with_another_bound_is_not() -> None:
    one = clause_of("一、给予最高5000000元补助，比例不低于40%，有效期3年。\n")
    other = clause_of("一、给予最高500万元补助，比例不超过40%，有效期三年。\n")
    (row,) = pair([hit(one)], [hit(other)])
    assert row.one is not None and row.other is not None
    assert {fact.text for fact in row.one.shared} == {"5000000元", "3年"}
    assert {fact.text for fact in row.other.facts} - {f.text for f in row.other.shared} == {"40%"}


def test_clauses_that_read_alike_stand_beside_each_other_and_the_rest_alone() -> None:
    loan = clause_of("一、对中小企业的新增贷款按实际利率的一半给予贴息。\n")
    fair = clause_of("一、鼓励参加境外展会，展位费由财政承担一半。\n")
    like = clause_of("一、鼓励参加重点展会，展位费由财政承担三成。\n")
    rows = pair([hit(loan, 0.9), hit(fair, 0.5)], [hit(like, 0.6)])
    assert [(row.one and row.one.clause.text[2:5], row.other is None) for row in rows] == [
        ("鼓励参", False),
        ("对中小", True),
    ]


def test_the_pair_that_reads_most_alike_comes_first() -> None:
    beds = clause_of("一、推动医院建设研究型床位，支持临床试验。\n")
    trial = clause_of("一、对完成临床试验的创新药，给予研发投入40%的支持。\n")
    same = clause_of("一、对完成临床试验的细胞药物，给予研发投入40%的支持。\n")
    park = clause_of("一、规划建设产业园区。\n")
    rows = pair([hit(beds, 0.7), hit(trial, 0.6)], [hit(park, 0.7), hit(same, 0.6)])
    assert rows[0].one is not None and rows[0].one.clause is trial
    assert rows[0].other is not None and rows[0].other.clause is same


def test_what_hardly_answers_is_left_out_beside_what_does_and_doubted_alone() -> None:
    clause = clause_of("一、甲乙丙。\n")
    assert [each.score for each in relevant([hit(clause, 0.9), hit(clause, 0.01)])] == [0.9]
    assert relevant([hit(clause, 0.0)]) == ()


def test_two_documents_of_a_knowledge_base(
    knowledge_base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = ranking_model().model_copy(
        update={"weak": 0.0, "nothing": 0.0}
    )  # scores are calibrated for the model we ship
    monkeypatch.setattr("chat.comparing.matter.ranking_model", lambda: every)
    one, other = (knowledge_base.document(number) for number in ("137号", "687号"))
    matter = compare_matter(knowledge_base, "临床试验研发投入40%资金支持", one, other)
    first = matter.rows[0]
    assert first.one is not None and first.other is not None
    assert {"40%", "1亿元"} <= {fact.text for fact in first.one.shared}
    html = matter_page.compared_html(matter)
    assert "<u>40%</u>" in html and "比例上限 40%" in html
    alone = matter_page.compared_html(replace(matter, rows=(replace(first, other=None),)))
    assert "另一份文件未找到相应条款" in alone and "<u>40%</u>" in alone
    assert "都没有找到" in matter_page.compared_html(replace(matter, rows=()))


def test_nothing_in_a_document_becomes_markup() -> None:
    one, other = (parsed(FIRST.format(EVIL + str(n)), n) for n in (1, 2))
    sides = [next(c for c in document.clauses if c.path == ("一",)) for document in (one, other)]
    matter = Matter(EVIL, replace(one, title=EVIL), other, pair([hit(sides[0])], [hit(sides[1])]))
    versions = compare_versions(replace(one, title=EVIL), other)
    for html in (matter_page.compared_html(matter), versions_page.compared_html(versions)):
        assert "<script" not in html and "&lt;" in html
