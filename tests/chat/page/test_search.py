"""What a search shows: conditions, notices and how relevant it is, as HTML, text and JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat import forms
from chat.backend import Backend
from chat.command import plain
from chat.page import results, search_tab
from chat.page.chips import conditions_html
from chat.page.search_tab import Asked
from chat.relevance import Relevance, level, relevance_of, remark
from corpus import Clause, PolicyDocument, Span, UsageError
from kb.finding import Found
from kb.hits import Hit
from kb.query.conditions import Condition, Documents, Kind, Phrase, Understood, Unknown
from kb.ranking import Ranking, Weights

EVIL = "<script>alert('恶')</script>&\"'"
RANKING = Ranking(
    titles=0,
    expansion=0,
    weights=Weights(cosine=1, keyword=1, found=1, around=0, bias=0),
    weak=0.3,
    nothing=0.1,
)
DOCUMENT = Condition(Kind.DOCUMENT, "doc:甲", "文件：《甲》", Span(0, 2), Documents(("甲",)))
QUOTED = Condition(Kind.PHRASE, "phrase:乙", "含“乙”", Span(2, 5), Phrase("乙"))
NO_DOCUMENT = Unknown(Kind.DOCUMENT, "丙", "知识库里没有“丙”这份文件。", Span(0, 1))
NO_CLAUSE = Unknown(Kind.CLAUSE, "第9条", "该文件里没有“第9条”这一条。", Span(0, 3))


@pytest.fixture
def hit(document: PolicyDocument, clause: Clause) -> Hit:
    """Of a hybrid search."""
    return Hit(clause, document.id, document.name, 0.8, clause.span, 1, 0.9, 1, 7.5)


def found(*hits: Hit, conditions: tuple[Condition, ...] = (), unknown: tuple[Unknown, ...] = ()) -> Found:
    return Found(hits, Understood("甲乙", "乙", conditions, unknown))


@pytest.mark.parametrize(
    ("score", "relevance", "word"),
    [
        (0.5, Relevance.GOOD, "高"),
        (0.49, Relevance.GOOD, "中"),
        (0.3, Relevance.GOOD, "中"),
        (0.29, Relevance.WEAK, "低"),
        (0.1, Relevance.WEAK, "低"),
        (0.09, Relevance.NONE, "低"),
    ],
)
def test_a_calibrated_score_says_how_relevant(
    hit: Hit, score: float, relevance: Relevance, word: str
) -> None:
    scored = replace(hit, score=score)
    assert relevance_of(found(scored), RANKING) is relevance
    assert level(scored, RANKING) == word
    assert bool(remark(found(scored), RANKING)) == (relevance is not Relevance.GOOD)


@pytest.mark.parametrize(
    "other",
    [
        {"dense_score": None, "keyword_score": None, "score": 1.0},
        {"dense_score": None, "score": 0.01},
        {"keyword_score": None, "score": 0.01},
    ],
)
def test_other_scores_say_nothing_of_it(hit: Hit, other: dict[str, float | None]) -> None:
    """Exact matches, BM25 and cosines."""
    unscored = replace(hit, **other)  # type: ignore[arg-type]
    assert relevance_of(found(unscored)) is Relevance.GOOD
    assert "相关度" not in plain.found_text(found(unscored), {})
    assert "相关度" not in results.search_results_html(found(unscored), [])


def test_what_is_named_and_not_there_is_never_a_good_result(hit: Hit) -> None:
    for unknown in (NO_DOCUMENT, NO_CLAUSE):
        other = found(hit, unknown=(unknown,))
        assert relevance_of(other, RANKING) is Relevance.WEAK and "仅供参考" in remark(other, RANKING)
        assert unknown.notice in plain.found_text(other, {}) and "相关度" not in plain.found_text(other, {})
        assert unknown.notice in results.search_results_html(other, [])
        assert forms.found_dict(other)["notices"] == [unknown.notice]
    assert relevance_of(found(hit, conditions=(DOCUMENT,), unknown=(NO_DOCUMENT,)), RANKING) is Relevance.GOOD
    assert relevance_of(found(hit, conditions=(DOCUMENT,), unknown=(NO_CLAUSE,)), RANKING) is Relevance.WEAK


def test_an_empty_result_names_the_conditions_as_the_cause() -> None:
    assert "没有找到相符的条款" in remark(found())
    assert "没有符合这个条件的条款" in remark(found(conditions=(DOCUMENT,)))
    assert "没有同时符合这些条件的条款" in remark(found(conditions=(DOCUMENT, QUOTED)))
    assert relevance_of(found(conditions=(DOCUMENT,))) is Relevance.NONE


def test_the_terminal_tells_the_conditions_and_how_to_drop_them(hit: Hit) -> None:
    lines = plain.found_text(found(hit, conditions=(DOCUMENT, QUOTED)), {}).split("\n")
    assert lines[0] == "识别出的条件：文件：《甲》｜含“乙”"
    assert lines[1] == "（可去掉：--without doc:甲，--without phrase:乙；全部去掉：--without all）"
    assert lines[3] == f"{hit.clause.label}　相关度 0.80"
    taken = plain.found_text(Found((hit,), Understood("甲乙", "甲乙"), (DOCUMENT,)), {})
    assert taken.startswith("已去掉的条件：文件：《甲》\n")


def test_json_has_keys_and_places(hit: Hit) -> None:
    form = forms.found_dict(found(hit, conditions=(QUOTED,)))
    assert form["conditions"] == [{"key": "phrase:乙", "label": "含“乙”", "start": 2, "end": 5}]
    assert list(form) == ["hits", "conditions", "notices", "relevance"] and form["relevance"] == "good"


def test_chips_keep_their_order_and_tell_what_they_do() -> None:
    html = conditions_html(Found((), Understood("甲乙", "甲", (QUOTED,)), (DOCUMENT,)))
    assert html.index("恢复条件 文件：《甲》") < html.index("去掉条件 含“乙”")
    assert html.count("pk-taken") == 1 and 'data-condition="phrase:乙"' in html
    assert conditions_html(found()) == ""


def test_nothing_in_a_condition_becomes_markup(hit: Hit) -> None:
    evil = replace(QUOTED, key=EVIL, label=EVIL)
    shown = Found((hit,), Understood("甲", "甲", (evil,), (replace(NO_CLAUSE, notice=EVIL),)), (evil,))
    html = results.search_results_html(shown, [EVIL])
    assert "<script" not in html and html.count("&lt;script&gt;") >= 5
    assert f'data-condition="{"&lt;script&gt;"}' in html and "&quot;" in html


def test_a_search_on_the_page_can_be_widened_again(backend: Backend) -> None:
    query = "省科技厅牵头的“临床试验”"
    narrow = search_tab.find(backend, query, "hybrid", "", "")
    key = "lead:省科技厅"
    wide = search_tab.find(backend, query, "hybrid", "", "", without=[key])
    assert f'data-condition="{key}" aria-label="去掉条件' in narrow
    assert f'data-condition="{key}" aria-label="恢复条件' in wide
    assert wide.count("<li><div") > narrow.count("<li><div") > 0
    assert "<mark>临床试验</mark>" in narrow
    assert "pk-condition" not in search_tab.find(backend, query, "exact", "", "")


def test_a_condition_is_toggled_and_a_new_query_starts_afresh() -> None:
    asked = Asked("甲").toggled("doc:甲")
    assert asked.without == ("doc:甲",) and asked.toggled("doc:甲") == Asked("甲")
    assert asked.renewed(" 甲 ") is asked and asked.renewed("乙") == Asked("乙")


def test_only_blanks_are_no_query(backend: Backend) -> None:
    with pytest.raises(UsageError, match="为空"):
        backend.get()[0].find("  ")
    with pytest.raises(UsageError, match="不小于 1"):
        backend.get()[0].find("省科技厅牵头的条款", 0)
