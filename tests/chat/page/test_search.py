"""What a search shows: conditions, notices and how relevant it is, as HTML, text and JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qs

import pytest

from chat import forms
from chat.backend import Backend
from chat.command import plain
from chat.page import results, searching
from chat.page.chips import conditions_html
from chat.page.results import Shown
from chat.page.searching import Sought
from chat.relevance import Relevance, level, relevance_of, remark
from corpus import Clause, PolicyDocument, PolicyKBError, Span, UsageError
from kb.finding import Found
from kb.hits import Hit
from kb.lifecycle import DocumentRecord
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
    assert "相关度" not in results.search_results_html(found(unscored), Shown())


def test_what_is_named_and_not_there_is_never_a_good_result(hit: Hit) -> None:
    for unknown in (NO_DOCUMENT, NO_CLAUSE):
        other = found(hit, unknown=(unknown,))
        assert relevance_of(other, RANKING) is Relevance.WEAK and "仅供参考" in remark(other, RANKING)
        assert unknown.notice in plain.found_text(other, {}) and "相关度" not in plain.found_text(other, {})
        assert unknown.notice in results.search_results_html(other, Shown())
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
    html = results.search_results_html(shown, Shown(words=(EVIL,)))
    assert "<script" not in html and html.count("&lt;script&gt;") >= 5
    assert f'data-condition="{"&lt;script&gt;"}' in html and "&quot;" in html


def shown(backend: Backend, query: str = "", **sent: object) -> str:
    return searching.found_html(backend, Sought.read({"q": query, **sent}))


def hits_in(html: str) -> int:
    return html.count("<li tabindex")


def test_a_search_on_the_page_can_be_widened_again(backend: Backend) -> None:
    query, key = "省科技厅牵头的“临床试验”", "lead:省科技厅"
    narrow, wide = shown(backend, query), shown(backend, query, without=[key])
    assert f'data-condition="{key}" aria-label="去掉条件' in narrow
    assert f'data-condition="{key}" aria-label="恢复条件' in wide
    assert hits_in(wide) > hits_in(narrow) > 0
    assert "<mark>临床试验</mark>" in narrow
    assert "pk-condition" not in shown(backend, query, mode="exact")


def test_filters_are_chips_and_narrow_beside_what_the_query_says(backend: Backend) -> None:
    led = shown(backend, unit="省科技厅", role="lead", top=100)
    both = shown(backend, "上限不低于500万元的条款", unit="省科技厅", role="lead", top=100)
    assert 'data-filter="set:unit" aria-label="去掉条件 牵头单位：省科技厅"' in led
    assert 'data-filter="set:unit"' in both and 'data-condition="amount' in both and "data-clear" in both
    assert hits_in(led) > hits_in(both) > 0
    assert "data-clear" not in led
    assert hits_in(shown(backend, unit="省科技厅", role="participant", top=100)) != hits_in(led)


@pytest.mark.parametrize(
    ("sent", "label", "some"),
    [
        ({"doc": "137号"}, "文件：《", True),
        ({"doc": "鲁"}, "文件：含“鲁”的 2 份", True),
        ({"region": "济南"}, "地区：济南", True),
        ({"force": "now"}, " 有效", True),
        ({"force": "day", "day": "2001-01-01"}, "2001-01-01 有效", False),
        ({"figure": "cap", "value": "3000万"}, "上限 ≥ 3000万元", True),
        ({"figure": "cap", "comparator": ">=", "value": "900亿元"}, "上限 ≥ 900亿元", False),
        ({"figure": "rate", "comparator": "<=", "value": "40"}, "比例 ≤ 40%", True),
    ],
)
def test_each_filter_alone(backend: Backend, sent: dict[str, str], label: str, some: bool) -> None:
    html = shown(backend, **sent)
    assert label in html and html.count("data-filter") == 1
    assert bool(hits_in(html)) is some and ("没有符合这个条件的条款" in html) is not some


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"doc": "不存在的办法"}, "没有文号或标题含“不存在的办法”的文件"),
        ({"unit": "火星办公室"}, "没有由“火星办公室”牵头或参与的条款"),
        ({"region": "广州"}, "没有“广州”的文件"),
        ({"value": "很多"}, "看不懂金额“很多”"),
        ({"figure": "rate", "value": "三成半多"}, "看不懂比例"),
    ],
)
def test_a_filter_that_fits_nothing_is_named(backend: Backend, sent: dict[str, str], said: str) -> None:
    with pytest.raises(PolicyKBError, match=said):
        shown(backend, "补贴", **sent)


@pytest.mark.parametrize(
    "sent",
    [
        {"mode": "magic"},
        {"top": 0},
        {"top": 501},
        {"x": 1},
        {"q": "甲" * 501},
        {"day": "昨天"},
        {"force": "bad"},
    ],
)
def test_what_no_form_sends_is_refused_in_words(sent: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="检索条件不可用"):
        Sought.read(sent)


def test_a_query_string_makes_the_same_search_again() -> None:
    sought = Sought.read(
        {"q": "a&b=补贴", "without": ["x", "y"], "value": "5%", "quick": True, "top": 40, "day": ""}
    )
    parsed = {
        key: value if key == "without" else value[0] for key, value in parse_qs(sought.parameters).items()
    }
    assert Sought.read(parsed) == sought.model_copy(update={"quick": False, "top": searching.PAGE})


def test_while_typing_half_a_word_is_found_and_nothing_is_remarked(backend: Backend) -> None:
    half = shown(backend, "首台套医疗器械保费补", quick=True)
    assert hits_in(half) and "停顿后" in half
    assert hits_in(shown(backend, "型床", quick=True)) and "<mark>型床</mark>" in shown(
        backend, "型床", quick=True
    )
    assert "pk-warning" in shown(backend, "甲政发〔2020〕9号的补贴") and "pk-warning" not in shown(
        backend, "甲政发〔2020〕9号的补贴", quick=True
    )


def test_what_is_not_in_force_is_marked_and_hits_are_grouped(hit: Hit, document: PolicyDocument) -> None:
    record = DocumentRecord(
        document.id,
        "",
        EVIL,
        "",
        "",
        (),
        "",
        "",
        date(2020, 1, 1),
        None,
        date(2021, 1, 1),
        (),
        "",
        datetime.now(UTC),
        2,
    )
    shown_ = Shown(
        records={document.id: record}, day=date(2022, 1, 1), grouped=True, more=True, download="q=a&b=1"
    )
    html = results.search_results_html(found(hit, hit), shown_)
    assert html.count("已失效") == 2 and html.count("pk-hits-group") == 1 and "2 条" in html
    assert "data-more" in html and "search.xlsx?q=a&amp;b=1" in html and "<script" not in html
    valid = replace(shown_, day=date(2020, 6, 1), grouped=False)
    assert "已失效" not in results.search_results_html(found(hit), valid)


def test_only_blanks_are_no_query(backend: Backend) -> None:
    with pytest.raises(UsageError, match="为空"):
        backend.get()[0].find("  ")
    with pytest.raises(UsageError, match="不小于 1"):
        backend.get()[0].find("省科技厅牵头的条款", 0)
