"""What is offered to be asked next has an answer, whatever the documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from chat.answer import Status
from chat.assistant import Assistant
from chat.suggestions import MOST, suggest
from kb import KnowledgeBase, Settings
from tests.conftest import HashEmbedder

DAY = date(2026, 1, 5)
OTHER = """临政发〔2025〕3号
关于促进冷链物流发展的若干意见
一、总体要求
（一）指导思想。坚持绿色低碳。
二、支持措施
（一）支持冷库建设。对新建冷库给予最高50万元补助。（市商务局牵头，市财政局配合）
（二）支持冷藏车购置。对购置冷藏车的企业按车价的10%给予补助。（市交通局牵头）
本意见自2025年3月1日起施行，有效期至2027年2月28日。
"""


@pytest.fixture(scope="module")
def assistant(knowledge_base: KnowledgeBase) -> Assistant:
    return Assistant(knowledge_base)


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant of a document that no rule is about."""
    folder: Path = tmp_path_factory.mktemp("other")
    (folder / "冷链.txt").write_text(OTHER, "utf-8")
    settings = Settings(home=folder / "home", policies=folder, _env_file=None)
    with KnowledgeBase(settings, HashEmbedder()) as kb:
        yield Assistant(kb)


@pytest.mark.parametrize(
    "turns",
    [
        ["II期临床研发投入6000万能拿多少"],
        ["1类化学药II期临床研发投入6000万能拿多少", "那III期呢"],
        ["首台套医疗器械的保费补贴怎么给？"],
        ["687号文第8条是怎么规定的？"],
        ["仿制药II期投入6000万能拿多少"],
    ],
)
def test_each_suggestion_is_answered_and_was_not_asked(assistant: Assistant, turns: list[str]) -> None:
    *history, question = turns
    answer = assistant.ask(question, history, DAY)
    offered = suggest(assistant, answer, history)
    assert 2 <= len(offered) <= MOST and len(set(offered)) == len(offered) and not set(offered) & set(turns)
    for each in offered:
        given = assistant.ask(each, turns, DAY)
        assert given.status in (Status.ANSWERED, Status.NEEDS_INPUT), each
        assert given.answer != answer.answer


def test_the_values_of_what_is_missing_are_offered_and_take_it_further(assistant: Assistant) -> None:
    question = "临床花了3000万能拿多少"
    answer = assistant.ask(question, (), DAY)
    assert answer.missing == ("phase",)
    offered = suggest(assistant, answer, ())
    assert offered == ["Ⅰ期", "Ⅱ期", "Ⅲ期"]
    assert all(assistant.ask(each, [question], DAY).calculation for each in offered)


def test_a_document_without_rules_has_questions_of_its_own(another: Assistant) -> None:
    answer = another.ask("3号文第二部分第一条是怎么规定的", (), DAY)
    offered = suggest(another, answer, ())
    assert any("支持冷藏车购置" in each for each in offered) and any("有效期" in each for each in offered)
    assert all(another.ask(each, [answer.question], DAY).status is Status.ANSWERED for each in offered)


def test_nothing_is_offered_where_nothing_was_understood(assistant: Assistant) -> None:
    for question in ("", "II期研发投入-5万能拿多少"):
        assert suggest(assistant, assistant.ask(question, (), DAY), ()) == []
