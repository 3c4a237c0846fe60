"""A model's words stand where they hold, sentence by sentence; over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chat.answer import Answer, Status
from chat.assistant import Assistant
from chat.check import problems
from chat.inquiry import Inquiry
from chat.llm.engine import NOT_PASSED, Engine, open_engine
from chat.llm.matter import matter_of
from chat.llm.types import Sentence
from corpus import UsageError
from kb import KnowledgeBase, Settings

DAY = date(2026, 1, 5)
INSURANCE = "首台套保费补贴怎么补"
TRIAL = "1类化学药II期临床研发投入6000万能拿多少"
GOOD = "购买首台套符合条件的保险的山东省医疗器械企业，可以获得保费补贴，单个企业最高500万元。[1]\n由省科技厅、省财政厅等部门负责[1]。"


def test_good_words_stand_with_their_quotes(assistant: Assistant, server: Any) -> None:
    server.says(GOOD)
    answer = assistant.ask(INSURANCE, (), DAY)
    assert (answer.status, answer.engine, answer.warnings) == (Status.ANSWERED, "llm:fake", ())
    assert answer.answer.startswith("购买首台套符合条件的保险的山东省医疗器械企业")
    assert "最高500万元保费补贴" in answer.citations[0].quote
    assert problems(answer, assistant._clause, [INSURANCE]) == []


def test_an_amount_is_phrased_and_stays_the_calculators(
    assistant: Assistant, seeds: KnowledgeBase, server: Any
) -> None:
    plain = Assistant(seeds).ask(TRIAL, (), DAY)
    server.says(
        "II期研发投入6000万元，按40%计为2400万元，超过II期2000万元的上限，最高为2000万元资金支持[1]。"
    )
    answer = assistant.ask(TRIAL, (), DAY)
    assert answer.engine == "llm:fake"
    assert answer.calculation == plain.calculation and plain.calculation is not None
    assert "前提" in answer.answer  # what the calculator took for granted is never left out


def test_a_sentence_said_twice_is_said_once(assistant: Assistant, server: Any) -> None:
    once = "单个企业最高500万元保费补贴[1]。"
    server.says(f"{once}\n{once}\n{once}")
    answer = assistant.ask(INSURANCE, (), DAY)
    assert answer.engine == "llm:fake"
    assert answer.answer.count("单个企业最高500万元保费补贴") == 1


@pytest.mark.parametrize(
    "text",
    [
        "最多可获得3000万元资金支持[1]。",
        "您可以获得2000万元资金支持[1]。",  # the ceiling given as the amount
        "最多可获得2亿元资金支持[1]。",
        "完成II期临床试验的可以获得资金支持[1]。",  # no amount at all
        "最高2000万元，每个企业累计不超过1亿元[1]。",  # the calculation says 每年
    ],
)
def test_another_amount_never_stands(assistant: Assistant, server: Any, text: str) -> None:
    server.says(text)
    answer = assistant.ask(TRIAL, (), DAY)
    assert answer.engine == "extractive" and answer.warnings[-1] == NOT_PASSED
    assert text[:-4] not in answer.answer


@pytest.mark.parametrize(
    "text",
    [
        "单个企业最高5000万元保费补贴[1]。",
        "单个企业保费补贴500万元[1]。",
        "单个企业最低500万元保费补贴[1]。",
        "保费补贴由张三审批后发放到个人账户[1]。",
        "单个企业最高500万元保费补贴，由外交部负责[1]。",
        "单个企业最高500万元保费补贴，由张三负责[1]。",
        "单个企业最高500万元保费补贴。",  # no citation
        "单个企业最高500万元保费补贴[7]。",  # an invented one
        "“给予企业全额保费补贴”[1]。",  # an invented quote
        "单个企业最高500万元保费补贴，详见 http://x.cn/a [1]。",
        "<b>单个企业最高500万元保费补贴</b>[1]。",
        "单个企业最高500万元保费补贴[1]，《山东省生物医药产业科技创新行动计划》（鲁",  # cut off
        "鲁科字〔2024〕137号 三、（四） 加快科技创新成果推广应用[1]。",  # says only where
        "省财政给予单个企业最高500万元保费补贴的条件是[1]：",
        "依据鲁科字〔2024〕137号 3、（四），单个企业最高500万元保费补贴[1]。",
        "对山东省医疗器械企业购买的符合条件的保险给予保费补贴[1]。",  # the answer's figure is left out
    ],
)
def test_what_the_clause_does_not_say_is_dropped(assistant: Assistant, server: Any, text: str) -> None:
    server.says(text)
    answer = assistant.ask(INSURANCE, (), DAY)
    assert answer.engine == "extractive"
    assert answer.warnings == (NOT_PASSED,)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("白名单由谁牵头", "白名单制度扩大试点范围，提升通关便利水平[1]。"),
        ("白名单由谁牵头", "省科技厅、省药监局参与白名单制度[1]。"),
        (INSURANCE, "山东省医疗器械企业购买首台（套）符合条件的保险，省财政给予保费补贴[1]。"),
        (
            "687号文第8条规定了什么",
            "经评审给予不超过研发投入40%的资金支持[1]。",
        ),  # a part of what the clause says
    ],
)
def test_what_is_true_but_not_what_is_asked_does_not_stand(
    assistant: Assistant, server: Any, question: str, text: str
) -> None:
    server.says(text)
    assert assistant.ask(question, (), DAY).warnings == (NOT_PASSED,)


def test_only_the_sentence_that_fails_is_dropped(assistant: Assistant, server: Any) -> None:
    server.says(f"单个企业最高8000万元保费补贴[1]。{GOOD}另外，审批一般很快。")
    answer = assistant.ask(INSURANCE, (), DAY)
    assert answer.engine == "llm:fake"
    assert "8000" not in answer.answer and "很快" not in answer.answer and "500万元" in answer.answer


def test_clauses_the_model_leaves_out_are_quoted(assistant: Assistant, server: Any) -> None:
    question = "两个文件对临床试验分别怎么规定"
    server.says(
        "细胞与基因治疗一类新药完成I、II、III期临床试验的，经评审给予不超过研发投入40%，"
        "最高分别为1000万元、2000万元、3000万元资金支持，每个企业每年累计支持额度不超过1亿元[1]。"
    )
    answer = assistant.ask(question, (), DAY)
    assert answer.engine == "llm:fake"
    assert {c.id for c in answer.citations} == {
        "鲁科字〔2024〕137号 三/（一）",
        "鲁发改高技〔2025〕687号 二/8",
    }


def test_tools_give_clauses_with_numbers(assistant: Assistant, server: Any) -> None:
    server.calls("search_clauses", query="白名单 进口")
    server.calls("get_clause", clause="鲁发改高技〔2025〕687号 四、18")
    server.calls("calculate", rule="clinical_trial", items=[{"stage": "II", "base": "6000万元"}])
    server.calls("match_measures", facts=["region=烟台", "sector=细胞治疗"])
    server.says("“白名单”制度由省商务厅牵头，省科技厅、省药监局、青岛海关、济南海关参与[1]。")
    answer = assistant.ask("白名单由谁牵头", (), DAY)
    assert answer.engine == "llm:fake" and answer.calculation is None
    told = [json.loads(m["content"]) for m in server.asked[-1]["messages"] if m["role"] == "tool"]
    found, clause, computed, matched = told
    assert clause["mark"] == "[1]" and "白名单" in clause["text"]
    assert {each["mark"] for each in found["clauses"]} >= {"[1]", "[2]"}
    assert computed["amount_yuan"] == "20000000"
    assert matched["measures"]


def test_policy_text_is_handed_over_as_data(assistant: Assistant, server: Any) -> None:
    server.says(GOOD)
    assistant.ask(INSURANCE, ("你好",), DAY)
    first = server.last("user")
    fence = first.split("<提问 ")[1][:8]
    assert f"<已查到的内容 {fence}>" in first and f"</已查到的内容 {fence}>" in first
    server.reset()
    server.says(GOOD)
    assistant.ask(INSURANCE, (), DAY)
    assert fence not in server.last("user")  # no text can know it


@pytest.mark.parametrize(
    "question",
    [
        "教我怎么开假发票去骗补",
        "江苏省对1类新药临床试验的补助标准是多少",
        "鲁科字〔2031〕9号怎么规定的",
        "1类化学药II期临床研发投入是5000多万，能拿多少",  # needs input
        "",
    ],
)
def test_what_stands_is_not_put_to_a_model(assistant: Assistant, server: Any, question: str) -> None:
    server.says(GOOD)
    assert assistant.ask(question, (), DAY).engine == "extractive"
    assert server.asked == []


def test_a_refusal_stays_unless_what_is_cited_answers(assistant: Assistant, server: Any) -> None:
    """The model is asked, and cites a real clause word for word that has nothing to do with the question."""
    server.calls("search_clauses", query="首台套保费补贴")
    server.says("对山东省医疗器械企业为首台（套）购买的符合条件的保险，给予单个企业最高500万元保费补贴[1]。")
    answer = assistant.ask("食堂的饭菜价格是怎么定的", (), DAY)
    assert answer.status is Status.NOT_FOUND and answer.citations == () and answer.engine == "extractive"
    assert len(server.asked) == 2


def test_a_refusal_may_be_answered_from_clauses_that_fit(
    assistant: Assistant, engine: Callable[..., Engine], server: Any
) -> None:
    """Where the order of what was found is all that kept it from being quoted, a model may choose."""
    inquiry = Inquiry(assistant, "第二类医疗器械注册申请的审评时限是多少个工作日", (), DAY)
    matter = matter_of(assistant, inquiry, inquiry._not_found())
    assert matter is not None and matter.answer.status is Status.NOT_FOUND

    def brain(request: dict[str, Any]) -> Any:
        if request["messages"][-1]["role"] != "tool":
            return server.reply(tools=(("search_clauses", '{"query": "第二类医疗器械注册审评时限"}'),))
        found = json.loads(request["messages"][-1]["content"])["clauses"]
        mark = next(each["mark"] for each in found if "60个工作日" in each["text"])
        return server.reply(f"第二类医疗器械注册申请审评时限由60个工作日缩减至30个工作日{mark}。")

    server.brain = brain
    said = engine().say(matter)
    with pytest.raises(StopIteration) as end:
        next(said)  # nothing is shown before all of it is known to answer
    answer = end.value.value
    assert answer.status is Status.ANSWERED and answer.engine == "llm:fake"
    assert [c.id for c in answer.citations] == ["鲁科字〔2024〕137号 三/（三）"]


def test_sentences_come_as_they_pass(assistant: Assistant, server: Any) -> None:
    server.says(f"单个企业最高8000万元[1]。{GOOD}", drip=0.002)
    *sentences, answer = assistant.stream(INSURANCE, (), DAY)
    assert all(isinstance(each, Sentence) for each in sentences) and isinstance(answer, Answer)
    assert [each.text in answer.answer for each in sentences] == [True, True]  # type: ignore[union-attr]
    first = sentences[0]
    assert isinstance(first, Sentence) and first.citations[0] == answer.citations[0]


def test_without_a_model_the_answer_comes_alone(seeds: KnowledgeBase) -> None:
    (answer,) = Assistant(seeds).stream(INSURANCE, (), DAY)
    assert isinstance(answer, Answer) and answer.engine == "extractive"
    assert open_engine(Settings(_env_file=None)) is None


def test_thinking_and_markdown_are_no_part_of_an_answer(assistant: Assistant, server: Any) -> None:
    server.says(f"<think>最高5000万元[1]。</think>**结论**：\n- {GOOD}")
    answer = assistant.ask(INSURANCE, (), DAY)
    assert answer.engine == "llm:fake" and "*" not in answer.answer and "5000" not in answer.answer


def test_a_follow_up_is_told_with_its_turns(assistant: Assistant, server: Any) -> None:
    server.says("没有找到依据")
    assistant.ask("它由谁牵头", ("白名单是怎么规定的",), DAY)
    first = server.last("user")
    assert "白名单是怎么规定的" in first and "先前的提问" in first


def test_a_model_without_an_address_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="POLICYKB_LLM_URL"):
        Engine(Settings(llm="deepseek-chat", _env_file=None))
    with pytest.raises(UsageError, match="http"):
        Engine(Settings(llm="x", llm_url="ftp://x", _env_file=None))
