"""Which of many documents may answer: those of the place asked about, first those in force on the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from chat import Assistant
from chat.answer import Answer, Status
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder, SentenceTransformerEmbedder
from kb.settings import BUNDLED_MODEL

DAY = date(2026, 6, 1)
POLICIES = {
    "广州.txt": """广州市蜂农扶持办法
穗农规〔2023〕4号
第一条 对更换蜂箱的养蜂户，每箱补贴35元。
第二条 有下列情形之一的，不予批准蜂箱补贴:
（一）蜂箱不足十只的；
（二）提供虚假材料的。
前款所称蜂箱不含交尾箱和诱蜂用的木桶。
第三条 养蜂户应当登记。

登记由镇人民政府办理。
第四条 本办法自2023年3月1日起施行。
广州市农业农村局
2023年2月1日
""",
    "广安.txt": """广安市茶园改造办法
广安府规〔2022〕8号
第一条 对改造低产茶园的农户，每亩补贴600元。
第二条 茶园改造由县（市、区）农业农村局验收。
第三条 本办法自2022年5月1日起施行。
广安市人民政府
2022年4月1日
""",
    "国务院.txt": """中华人民共和国国务院令
第907号
种子保存条例
第一条 为了保存种子，制定本条例。
第二条 种子库应当每五年检测一次种子的发芽率。
第三条 本条例自2020年1月1日起施行。
中华人民共和国国务院
2019年11月1日
""",
    "旧.txt": """义乌市人才住房补贴办法
义政发〔2020〕5号
第一条 本科毕业生每人每月发放住房补贴500元。
第二条 博士研究生每人每月发放住房补贴2000元。
第三条 本办法自2020年7月1日起施行。
义乌市人民政府
2020年6月1日
""",
    "新.txt": """义乌市人才安居补贴办法
义政发〔2024〕12号
第一条 本科毕业生每人每月发放住房补贴800元。
第二条 硕士研究生每人每月发放住房补贴1500元。
第三条 本办法自2024年7月1日起施行。《义乌市人才住房补贴办法》（义政发〔2020〕5号）同时废止。
义乌市人民政府
2024年6月1日
""",
}
GUANGZHOU, GUANGAN, OLD, NEW = (
    "穗农规〔2023〕4号",
    "广安府规〔2022〕8号",
    "义政发〔2020〕5号",
    "义政发〔2024〕12号",
)
ORDER = "中华人民共和国国务院令第907号"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over policies of several places and days."""
    folder = tmp_path_factory.mktemp("places")
    policies = folder / "policies"
    policies.mkdir()
    for name, text in POLICIES.items():
        (policies / name).write_text(text, "utf-8")
    embedder: Embedder = SentenceTransformerEmbedder(str(BUNDLED_MODEL))
    settings = Settings(home=folder / "home", policies=policies, _env_file=None)
    with KnowledgeBase(settings, embedder) as opened:
        yield Assistant(opened)


def cited(answer: Answer) -> set[str]:
    return {citation.id for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("更换蜂箱每箱补贴多少", f"{GUANGZHOU} 第一条"),
        ("广州更换蜂箱每箱补贴多少", f"{GUANGZHOU} 第一条"),
        ("广州市天河区更换蜂箱每箱补贴多少", f"{GUANGZHOU} 第一条"),
        ("广东省更换蜂箱每箱补贴多少", f"{GUANGZHOU} 第一条"),
        ("广安改造低产茶园每亩补贴多少", f"{GUANGAN} 第一条"),
        ("广州种子库多久检测一次种子的发芽率", f"{ORDER} 第二条"),
        ("西安种子库多久检测一次种子的发芽率", f"{ORDER} 第二条"),
        ("深圳的养蜂户问：穗农规〔2023〕4号第一条", f"{GUANGZHOU} 第一条"),
    ],
)
def test_documents_of_the_place_answer(question: str, clause: str, assistant: Assistant) -> None:
    answer = assistant.ask(question, (), DAY)
    assert (answer.status, cited(answer)) == (Status.ANSWERED, {clause}), answer.answer


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("深圳市更换蜂箱每箱补贴多少", "没有您所问地区的政策"),
        ("成都养蜂户更换蜂箱有哪些条件", "没有您所问地区的政策"),
        ("广安更换蜂箱每箱补贴多少", "您所问地区的文件里没有找到"),
        ("上海市低产茶园改造目标", "没有您所问地区的政策"),
        ("北京改造低产茶园每亩补贴多少", "没有您所问地区的政策"),
    ],
)
def test_documents_of_another_place_do_not(question: str, why: str, assistant: Assistant) -> None:
    answer = assistant.ask(question, (), DAY)
    assert (answer.status, answer.citations) == (Status.NOT_FOUND, ())
    assert why in answer.answer and "现有五份文件" in answer.answer
    assert not any(char.isdecimal() for char in answer.answer)


@pytest.mark.parametrize(
    ("question", "day", "clause", "warning"),
    [
        ("义乌市本科毕业生住房补贴多少", date(2022, 1, 1), f"{OLD} 第一条", ""),
        ("义乌市本科毕业生住房补贴多少", DAY, f"{NEW} 第一条", ""),
        ("义乌市博士研究生住房补贴多少", date(2022, 1, 1), f"{OLD} 第二条", ""),
        ("义乌市博士研究生住房补贴多少", DAY, f"{OLD} 第二条", "废止"),
        (
            "义乌市硕士研究生住房补贴多少",
            date(2022, 1, 1),
            f"{NEW} 第二条",
            "自2024年7月1日起施行，2022年1月1日尚未施行。",
        ),
        ("义政发〔2024〕12号第一条", date(2022, 1, 1), f"{NEW} 第一条", "2022年1月1日尚未施行。"),
        ("义政发〔2020〕5号第一条", date(2024, 6, 30), f"{OLD} 第一条", ""),
        ("义政发〔2020〕5号第一条", date(2024, 7, 1), f"{OLD} 第一条", "废止"),
    ],
)
def test_documents_in_force_answer_first(
    question: str, day: date, clause: str, warning: str, assistant: Assistant
) -> None:
    answer = assistant.ask(question, (), day)
    assert (answer.status, cited(answer)) == (Status.ANSWERED, {clause}), answer.answer
    told = [
        each for each in answer.warnings if "尚未经人工确认" not in each
    ]  # no rule of these documents is confirmed
    assert len(told) == bool(warning) and warning in "".join(told)


@pytest.mark.parametrize(
    "question",
    [
        "中华人民共和国国务院令第907号第二条",
        "国务院令第907号第二条",
        "请问国务院第907号令第二条",
        "国务院907号令第二条",
        "国务院令 第907号 第二条",
    ],
)
def test_orders_are_named_by_their_number(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question, (), DAY)
    assert (answer.status, cited(answer)) == (Status.ANSWERED, {f"{ORDER} 第二条"}), answer.answer


@pytest.mark.parametrize("question", ["国务院令第908号第二条", "农业农村部令第907号第二条"])
def test_another_order_is_not_there(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question, (), DAY)
    assert answer.status is Status.NOT_FOUND and "没有您提到的这份文件" in answer.answer


def test_a_lead_in_is_quoted_with_its_items(assistant: Assistant) -> None:
    answer = assistant.ask("广州哪些情形不予批准蜂箱补贴", (), DAY)
    assert cited(answer) == {f"{GUANGZHOU} 第二条{item}" for item in ("", "/（一）", "/（二）", "/后段")}


def test_a_paragraph_of_an_article_is_answered_with_the_article(assistant: Assistant) -> None:
    answer = assistant.ask("穗农规〔2023〕4号第三条第二款", (), DAY)
    assert cited(answer) == {f"{GUANGZHOU} 第三条"}
    assert "没有印出编号" in answer.answer
    items = assistant.ask("穗农规〔2023〕4号第二条第二款", (), DAY)  # never the second item
    assert f"{GUANGZHOU} 第二条" in cited(items) and "没有印出编号" in items.answer
    assert "没有印出编号" not in assistant.ask("穗农规〔2023〕4号第三条", (), DAY).answer


def test_a_paragraph_after_a_list_is_citable(assistant: Assistant) -> None:
    answer = assistant.ask("交尾箱和诱蜂用的木桶算不算蜂箱", (), DAY)
    assert cited(answer) == {f"{GUANGZHOU} 第二条/后段"}, answer.answer
