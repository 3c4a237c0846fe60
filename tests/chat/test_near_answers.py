"""Where the text has no answer but something near: said with its words, and never with another's figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from chat import Assistant
from chat.answer import Status
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder

DAY = date(2026, 6, 1)
POLICY = """岭规〔2025〕4号
云岭市支持医疗器械和新药发展若干措施
第一条 对首次取得第三类医疗器械注册证并在本市生产的企业，纳入市级股权投资支持范围。（牵头单位：市科技局）
第二条 将第二类医疗器械经营备案时限由20个工作日缩减至7个工作日。（牵头单位：市市场监管局）
第三条 对新建成的药品检测实验室，给予建设单位300万元经费支持。（牵头单位：市财政局）
第四条 推动伦理审查结果在医院之间互认，建立伦理审查协作机制。
"""
OTHER = """岭规〔2025〕9号
云岭市医学研究管理办法
第一条 医学研究应当通过伦理审查，伦理审查结果在协作医院之间互认。（责任单位：市卫生健康委）
第二条 支持医院开设研究型床位。
"""


@pytest.fixture(scope="module")
def assistant(bundled: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("near")
    (folder / "a.txt").write_text(POLICY, "utf-8")
    (folder / "b.txt").write_text(OTHER, "utf-8")
    settings = Settings(home=folder / "home", policies=folder, _env_file=None)
    with KnowledgeBase(settings, bundled) as kb:
        yield Assistant(kb)


def test_another_class_is_told_as_another(assistant: Assistant) -> None:
    answer = assistant.ask("首次取得第二类医疗器械注册证奖励多少", (), DAY)
    assert answer.status is Status.ANSWERED
    assert answer.answer.startswith("没有找到针对“第二类”的这项规定")
    assert [citation.id for citation in answer.citations] == ["岭规〔2025〕4号 第一条"]
    assert "第三类医疗器械注册证" in answer.citations[0].quote


def test_a_figure_of_another_class_is_not_told(assistant: Assistant) -> None:
    answer = assistant.ask("第三类医疗器械经营备案要多少个工作日", (), DAY)
    assert answer.status is Status.NOT_FOUND
    assert "7" not in answer.answer


def test_no_amount_is_said_where_the_text_gives_something_else(assistant: Assistant) -> None:
    answer = assistant.ask("首次取得第三类医疗器械注册证奖励多少钱", (), DAY)
    assert answer.status is Status.ANSWERED
    assert answer.answer.startswith("这一条没有写明金额")
    assert answer.calculation is None and "300" not in answer.answer


def test_the_part_that_has_an_answer_is_answered(assistant: Assistant) -> None:
    answer = assistant.ask("新建成的药品检测实验室给多少钱，什么时候到账", (), DAY)
    assert answer.status is Status.ANSWERED
    assert "300万元" in answer.answer
    assert "关于“什么时候到账”，没有找到能回答的条款。" in answer.answer


def test_two_clauses_that_say_the_same_are_both_told(assistant: Assistant) -> None:
    answer = assistant.ask("伦理审查结果互认怎么规定", (), DAY)
    assert answer.status is Status.ANSWERED
    assert {citation.id for citation in answer.citations} == {
        "岭规〔2025〕4号 第四条",
        "岭规〔2025〕9号 第一条",
    }


@pytest.mark.parametrize("question", ["你好", "您好！在吗", "谢谢", "你是谁？", "hello"])
def test_small_talk_is_met_with_what_there_is(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question, (), DAY)
    assert answer.status is Status.NOT_FOUND and not answer.citations
    assert answer.answer.startswith("您好") and "《云岭市医学研究管理办法》" in answer.answer


def test_the_unit_comes_first_where_it_is_asked_for(assistant: Assistant) -> None:
    answer = assistant.ask("药品检测实验室的支持由谁牵头", (), DAY)
    assert answer.answer.startswith("牵头单位：市财政局。[1]")


def test_a_follow_up_says_how_it_was_understood(assistant: Assistant) -> None:
    answer = assistant.ask("它由谁牵头", ["药品检测实验室给多少钱"], DAY)
    assert answer.condensed == "药品检测实验室给多少钱；它由谁牵头"
    assert answer.to_dict()["condensed"] == answer.condensed
    assert "condensed" not in assistant.ask("药品检测实验室给多少钱", (), DAY).to_dict()


def test_conversations_do_not_leak_into_each_other(assistant: Assistant) -> None:
    before = assistant.ask("它由谁牵头", (), DAY)
    assistant.ask("它由谁牵头", ["药品检测实验室给多少钱"], DAY)
    assert assistant.ask("它由谁牵头", (), DAY) == before


def test_what_is_said_of_the_class_asked_for_goes_before_another_class(assistant: Assistant) -> None:
    answer = assistant.ask("第三类医疗器械注册证首次取得，给多少钱？", (), DAY)
    assert "没有找到针对" not in answer.answer
    assert {citation.id for citation in answer.citations} == {"岭规〔2025〕4号 第一条"}


@pytest.mark.parametrize(
    "question", ["药品检测实验室给500万对吗", "新建成药品检测实验室给500万元经费，对不对？"]
)
def test_an_amount_that_is_not_in_the_clause_is_said_not_to_be(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question, (), DAY)
    assert answer.status is Status.ANSWERED and answer.calculation is None
    assert answer.answer.startswith("所引条款里没有“500万")
    assert "300万元" in answer.answer


def test_an_amount_that_is_in_the_clause_is_not_denied(assistant: Assistant) -> None:
    assert "没有" not in assistant.ask("新建成的药品检测实验室给300万元对吗", (), DAY).answer


@pytest.mark.parametrize(
    "question",
    ["市财政局牵头哪些", "市财政局牵头的条款", "哪些条款市财政局牵头", "由市财政局牵头的条款有哪些"],
)
def test_the_clauses_of_a_unit_are_listed_however_they_are_asked_for(
    question: str, assistant: Assistant
) -> None:
    answer = assistant.ask(question, (), DAY)
    assert [citation.id for citation in answer.citations][:1] == ["岭规〔2025〕4号 第三条"]


@pytest.mark.parametrize(
    "question", ["医疗器械支持的申报截止日期是哪天", "什么时候开始申报", "和国家补贴可以叠加吗"]
)
def test_what_is_not_said_is_not_answered_by_a_clause_with_the_same_words(
    question: str, assistant: Assistant
) -> None:
    assert assistant.ask(question, (), DAY).status is Status.NOT_FOUND


def test_all_that_stands_under_a_heading_is_listed(elsewhere_plan: Assistant) -> None:
    answer = elsewhere_plan.ask("云岭市数据条例有哪些保障措施", (), DAY)
    assert [citation.id.rpartition(" ")[2] for citation in answer.citations] == [
        "二",
        "二/（一）",
        "二/（二）",
    ]


@pytest.fixture(scope="module")
def elsewhere_plan(bundled: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("plan")
    text = "云岭市数据条例\n一、重点任务\n（一）建设平台。建设公共数据平台。\n（二）开放数据。有序开放公共数据。\n"
    text += "二、保障措施\n（一）加强领导。建立联席会议。\n（二）落实资金。各级财政予以保障。\n"
    (folder / "a.txt").write_text(text, "utf-8")
    settings = Settings(home=folder / "home", policies=folder, _env_file=None)
    with KnowledgeBase(settings, bundled) as kb:
        yield Assistant(kb)
