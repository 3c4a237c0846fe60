"""HTML: everything is escaped, marks are links, the quote is marked where it stands."""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote, unquote

import pytest

from chat import forms, wording
from chat.answer import Answer, Calculation, Citation, Status, Step
from chat.command import plain
from chat.judged import Table
from chat.llm.types import Sentence
from chat.matching.types import Judged, State
from chat.page import answers, notices, outcomes, results, source
from chat.page.conditions import conditions_html
from chat.page.results import Shown
from chat.subsidy.calc_types import Ineligible, Missing
from corpus import Clause, Place, PolicyDocument, Span
from ingest import parse_text
from kb.finding import Found
from kb.hits import Hit
from kb.query.conditions import Understood
from kb.rules import Rule

MakeAnswer = Callable[..., Answer]
EVIL = "<script>alert('恶')</script>&\"'"


def found(*hits: Hit) -> Found:
    return Found(hits, Understood("甲", "甲"))


class Tags(HTMLParser):
    """Collects tags; refuses what a browser would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open, f"unclosed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "img", "iframe", "style")
        assert not any(name.startswith("on") for name, _ in attrs)
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_a_user_or_a_document_says_becomes_markup(answer: MakeAnswer) -> None:
    citation = Citation(1, EVIL, EVIL, EVIL, EVIL, 0, 1)
    calculation = Calculation("r", None, True, {}, (Step(EVIL, EVIL),), (), (EVIL,))
    html = answers.answer_html(
        answer(answer=EVIL + "[1]", citations=(citation,), calculation=calculation, warnings=(EVIL,))
    )
    for made in (
        html,
        answers.question_html(EVIL),
        notices.pending_html(EVIL),
        notices.failure_html(EVIL),
        notices.notice_html(EVIL),
        notices.top_html(EVIL, EVIL, True),
        notices.welcome_html([EVIL]),
    ):
        Tags(made)
        assert "&lt;script&gt;" in made


def test_marks_with_a_citation_are_links_and_others_stay_text(answer: MakeAnswer) -> None:
    html = answers.answer_html(answer(answer="甲[1]乙[2]丙[1]"))
    links = [attrs for tag, attrs in Tags(html).tags if tag == "a"]
    assert [link["data-clause"] for link in links] == ["甲 一", "甲 一"]
    assert (links[0]["data-start"], links[0]["data-end"]) == ("3", "5")
    assert "乙[2]丙" in html


def test_an_answer_shows_its_steps_citations_and_warnings(answer: MakeAnswer) -> None:
    html = answers.answer_html(answer(warnings=("文件将于年底到期",)))
    for text in (
        "最高 2000万元",
        "<td>6000万元 × 40%</td><td>2400万元</td>",
        "原文</q>",
        "按已完成计",
        "文件将于年底到期",
    ):
        assert text in html


def test_warnings_come_before_the_text_of_the_answer(answer: MakeAnswer) -> None:
    said = answer(answer="给予支持。[1]", warnings=("《甲》已废止",))
    for shown in (answers.answer_html(said), plain.answer_text(said)):
        assert -1 < shown.index("《甲》已废止") < shown.index("给予支持")


def test_an_answer_that_a_model_phrased_says_so(answer: MakeAnswer) -> None:
    phrased = answer(engine="llm:qwen", calculation=None)
    for shown in (answers.answer_html(phrased), plain.answer_text(phrased)):
        assert "语言模型表述，已逐句核对原文" in shown and "依据政策原文回答" not in shown
    assert wording.conclusion(answer(engine="llm:qwen")) == "最高 2000万元（语言模型表述，已逐句核对原文）"
    refused = answer(engine="llm:qwen", status=Status.NOT_FOUND, calculation=None)
    assert wording.conclusion(refused) == "知识库中没有依据"


def test_the_computation_is_said_once(answer: MakeAnswer) -> None:
    said = answer(answer="最高2000万元。[1]\n计算：6000万元 × 40%，得2400万元。[1]\n牵头单位：省科技厅。[1]")
    html = answers.answer_html(said)
    assert "计算：" not in html and html.count("2400万元") == 1 and "省科技厅" in html
    assert "计算：" in answers.answer_html(replace(said, calculation=None)) and "计算：" in plain.answer_text(
        said
    )


def test_an_answer_being_made_shows_its_sentences_with_links_and_says_so() -> None:
    citation = Citation(1, "甲 一", "甲 一、", "《甲》", "原文", 3, 5)
    html = answers.growing_html(
        [Sentence("最高2000万元[1]。", (citation,)), Sentence("由甲牵头[1]。", (citation,))], EVIL
    )
    assert 'aria-busy="true"' in html and html.count("data-clause") == 2 and "引用依据" not in html
    assert "&lt;script&gt;" in html and Tags(html).tags
    stopped = answers.stopped_html([Sentence("最高2000万元[1]。", (citation,))])
    assert "已停止" in stopped and "data-clause" in stopped and "aria-busy" not in stopped


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.ANSWERED, "依据政策原文回答"),
        (Status.NEEDS_INPUT, "还需补充信息"),
        (Status.NOT_ELIGIBLE, "不符合支持条件"),
        (Status.NOT_FOUND, "知识库中没有依据"),
        (Status.INVALID_INPUT, "输入的信息有误"),
    ],
)
def test_each_status_has_a_plain_conclusion(answer: MakeAnswer, status: Status, expected: str) -> None:
    assert wording.conclusion(answer(status=status, calculation=None)) == expected


def test_a_fixed_amount_is_not_called_a_ceiling(answer: MakeAnswer) -> None:
    calculation = answer().calculation
    assert calculation is not None
    assert wording.conclusion(answer(calculation=replace(calculation, is_ceiling=False))) == "可得 2000万元"


def test_steps_of_showing_a_text_end_with_all_of_it() -> None:
    text = "对完成临床试验的，给予不超过研发投入40%的支持。[1]每个企业每年累计不超过1亿元。[2]"
    ends = wording.reveal_ends(text)
    assert ends == sorted(set(ends)) and ends[-1] == len(text)
    assert all(text[:end].count("[") == text[:end].count("]") for end in ends)


def test_conditions_are_a_table_with_what_decided_them() -> None:
    rows = (
        Judged("a", "在省内转化", State.MET, ("济南",), "甲 一", "对在省内转化"),
        Judged("b", "1类新药", State.NOT_MET, (EVIL,), "甲 一", "1类", reason="只给1类"),
        Judged("c", "已经完成", State.OPEN, (), "甲 一", "完成"),
    )
    html = conditions_html([Table("支持", None, rows)])
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", html)]
    assert (
        cells[0] == "在省内转化您说的是“济南”" and cells[1].endswith("满足") and cells[3].endswith("不满足")
    )
    assert (
        "只给1类" in cells[2]
        and "<script" not in html
        and cells[4:] == ["已经完成问题里没有说到", "？待补充"]
    )
    assert 'data-clause="甲 一" data-quote="对在省内转化"' in html and Tags(html).tags
    several = conditions_html([Table("甲项", State.OPEN, rows), Table("乙项", State.NOT_MET, rows[:1])])
    assert several.count("<details") == 2 and "满足 1 项，待补充 1 项，不满足 1 项" in several
    assert conditions_html([]) == ""


def test_the_source_marks_the_quote_in_the_cited_clause_across_a_line_break(
    document: PolicyDocument, clause: Clause
) -> None:
    quote = "完成II期临床试验的，给予不超过40%的"
    html = source.source_html(document, clause.id, clause.locate(quote))
    marked = "".join(re.findall(r"<mark>(.*?)</mark>", html))
    assert marked == quote
    cited = [attrs for _, attrs in Tags(html).tags if attrs.get("id") == "pk-cited"]
    assert len(cited) == 1
    assert html.index("pk-cited") < html.index("<mark>") < html.rindex("（二）")


def test_the_source_shows_parents_units_and_a_citation_to_copy(
    document: PolicyDocument, clause: Clause
) -> None:
    html = source.source_html(
        document, clause.id, clause.locate("另行规定") if "另行规定" in clause.text else None
    )
    parent = next(c for c in document.clauses if c.path == ("一",))
    assert f'<button type="button" data-clause="{parent.id}">一、支持研发</button>' in html
    assert (
        re.search(r'data-clause="[^"]*（二）" data-move="after"', html)
        and f'data-clause="{parent.id}" data-move="before"' in html
    )
    assert 'aria-current="location">（一）临床试验' in html
    assert "牵头单位：省科技厅" in html
    linked = next(attrs["data-copy-link"] for _, attrs in Tags(html).tags if "data-copy-link" in attrs)
    assert linked is not None and unquote(linked) == f"clause/{clause.id}" and linked.isascii()
    copied = next(attrs["data-copy"] for _, attrs in Tags(html).tags if "data-copy" in attrs)
    assert (
        copied is not None and "试科字〔2024〕1号" in copied and "一、（一）" in copied and "\n" not in copied
    )


def test_the_source_shows_every_character_of_every_node(document: PolicyDocument) -> None:
    html = source.source_html(document)
    text = re.sub(r"<[^>]*>", "", html.split('class="pk-paper"')[1].split(">", 1)[1])
    shown = re.sub(r"\s", "", escaping.unescape(text))
    assert shown == re.sub(r"\s", "", "".join(c.text for c in document.clauses))
    assert "pk-cited" not in html and "<mark>" not in html


def test_a_long_document_is_shown_around_the_clause_and_whole_on_demand() -> None:
    lines = "\n".join(f"{n}. 第{n}项支持。" for n in range(1, 1001))
    document = parse_text(f"试科字〔2024〕3号\n长文件\n{lines}\n", "长.txt")
    clause = next(c for c in document.clauses if c.path == ("600",))
    html = source.source_html(document, clause.id, clause.span)
    shown = html.count("<section")
    assert shown == 300 and "pk-cited" in html and "第600项" in html and "第1项" not in html
    assert (
        html.count("显示全文") == 2 and f'data-clause="{clause.id}" data-start="{clause.span.start}"' in html
    )
    assert (
        source.source_html(document, clause.id, whole=True).count("<section") == len(document.clauses) > 1000
    )
    last = document.clauses[-1]
    ends = source.source_html(document, last.id)
    assert ends.count("<section") == 300 and ends.count("显示全文") == 1 and "pk-cited" in ends


def test_the_page_of_the_original_is_offered_only_where_there_is_an_image(
    document: PolicyDocument, clause: Clause
) -> None:
    paged = replace(document, places=(Place(0, page=1), Place(clause.span.start, page=2)))
    offered = source.source_html(paged, clause.id, has_pages=lambda: True)
    button = next(attrs for _, attrs in Tags(offered).tags if "data-page" in attrs)
    assert button["data-page"] == f"pages/{quote(document.id, safe='')}/2.png" and "原件第 2 页" in offered
    assert "data-page" not in source.source_html(paged, clause.id)
    assert "data-page" not in source.source_html(document, clause.id, has_pages=lambda: True)


def test_an_unknown_clause_or_a_span_elsewhere_marks_nothing(
    document: PolicyDocument, clause: Clause
) -> None:
    assert "<mark>" not in source.source_html(document, "没有 一", Span(0, 5))
    assert "<mark>" not in source.source_html(document, clause.id, Span(0, 2))


def test_hits_show_the_words_that_matched(document: PolicyDocument, clause: Clause) -> None:
    hit = Hit(clause, document.id, document.name, 1.0, clause.span)
    html = results.search_results_html(found(hit), Shown(("临床", "ii", "的")))
    Tags(html)
    assert "<mark>II</mark>" in html and "<mark>临床</mark>" in html
    assert "<mark>的</mark>" not in html
    assert f'data-clause="{clause.id}"' in html


def test_a_long_clause_is_shown_around_the_passage(document: PolicyDocument, clause: Clause) -> None:
    text = "甲" * 900 + "要点" + "乙" * 900
    long = replace(clause, text=text, origin=tuple(range(len(text))), span=Span(0, len(text)))
    hit = Hit(long, document.id, document.name, 1.0, Span(900, 902))
    html = results.search_results_html(found(hit), Shown(("要点",)))
    assert "<mark>要点</mark>" in html and html.count("…") == 2 and len(html) < 2000


def test_the_empty_panel_tells_loading_from_empty() -> None:
    assert "正在读取" in source.shelf_html(None)
    assert "上传文件" in source.shelf_html([])


def test_no_hits_says_what_to_do() -> None:
    assert "没有找到" in results.search_results_html(found(), Shown(("甲",)))


def test_outcomes_without_a_result_say_why(rule: Rule) -> None:
    missing = Missing(("phase",), "请问是几期？")
    refused = Ineligible("2类不支持。", rule.clauses[0], rule.bases[0].quote)
    assert forms.outcome_dict(rule, missing)["missing"] == ["phase"]
    assert forms.outcome_dict(rule, refused) | {"clauses": []} == forms.outcome_dict(rule, missing) | {
        "status": "not_eligible",
        "missing": [],
        "reason": "2类不支持。",
        "clauses": [],
    }
    for outcome, words in ((missing, "请问是几期？"), (refused, "2类不支持。")):
        Tags(outcomes.outcome_html(rule, outcome))
        assert words in outcomes.outcome_html(rule, outcome)
        assert words in plain.outcome_text(rule, outcome)
