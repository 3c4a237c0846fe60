"""What the page's events give, without a browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chat.answer import Answer
from chat.backend import Backend
from chat.llm.types import Sentence
from chat.page import calculator_tab, events, talk
from corpus import KnowledgeBaseError, PolicyKBError
from kb.rule_files import SHIPPED, load_rules
from kb.settings import Settings
from kb.shared_answers import SharedAnswers

CLAUSE = "鲁科字〔2024〕137号 三/（一）"
QUESTION = "II期临床研发投入6000万能拿多少"


def last(backend: Backend, question: str, turns: talk.Turns) -> tuple[str, talk.Turns]:
    return list(talk.converse(backend, question, turns))[-1]


def key_of(html: str) -> str:
    """The key of the last answer of a conversation."""
    return str(re.findall(r'class="pk-rate"[^>]*data-key="([0-9a-f]{32})"', html)[-1])


def test_an_answer_follows_the_word_that_it_is_looked_for_and_is_remembered(backend: Backend) -> None:
    steps = list(talk.converse(backend, QUESTION, []))
    assert talk.SEARCHING in steps[0][0] and 'aria-busy="true"' in steps[0][0]
    html, turns = steps[-1]
    assert "2000万" in html and "引用依据" in html and "条件对照" in html and "aria-busy" not in html
    assert [question for question, _ in turns] == [QUESTION] and talk.so_far(turns) == html
    follow = last(backend, "那III期呢", turns)
    assert follow[0].startswith(html) and [question for question, _ in follow[1]] == [QUESTION, "那III期呢"]


def test_a_models_sentences_are_shown_as_they_come_and_give_way_to_the_answer(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Answer]
) -> None:
    made = answer(engine="llm:fake")

    def stream(*_: object) -> Iterator[Sentence | Answer]:
        yield Sentence("先说一句[1]。", made.citations)
        yield Sentence("再说一句[1]。", made.citations)
        yield made

    monkeypatch.setattr(backend, "stream", stream)
    steps = [html for html, _ in talk.converse(backend, "甲", [])]
    assert [("先说一句" in html, "再说一句" in html, talk.CHECKING in html) for html in steps] == [
        (False, False, False),
        (True, False, True),
        (True, True, True),
        (False, False, False),
    ]
    assert "data-clause" in steps[1] and "语言模型表述" in steps[-1]


def test_whoever_stops_an_answer_keeps_what_was_said_and_ends_the_work(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Answer]
) -> None:
    go, ended = threading.Event(), threading.Event()

    def stream(*_: object) -> Iterator[Sentence | Answer]:
        try:
            yield Sentence("先说一句[1]。", answer().citations)
            go.wait()
            yield Sentence("再说一句[1]。", answer().citations)
            raise AssertionError("nobody waits for this")
        finally:
            ended.set()

    with monkeypatch.context() as slow:
        slow.setattr(backend, "stream", stream)
        steps = talk.converse(backend, "甲", [])
        turns = next(turns for html, turns in steps if "先说一句" in html)
        assert "先说一句" in next(steps)[0], "a step comes although nothing is new"
        steps.close()  # type: ignore[attr-defined]
        go.set()
        assert ended.wait(5)
    assert "已停止" in talk.so_far(turns) and "先说一句" in talk.so_far(turns)
    assert "2000万" in last(backend, QUESTION, turns)[0]


def test_a_stopped_answer_ends_by_itself_before_whoever_stops_it_goes_on(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Answer]
) -> None:
    go, shown = threading.Event(), threading.Event()
    stops, steps = talk.Stops(), list[tuple[str, talk.Turns]]()

    def stream(*_: object) -> Iterator[Sentence | Answer]:
        yield Sentence("先说一句[1]。", answer().citations)
        go.wait()
        yield answer()

    def read() -> None:
        with stops.answering("page") as stopped:
            for step in talk.converse(backend, "甲", [], stopped):
                steps.append(step)
                if "先说一句" in step[0]:
                    shown.set()

    with monkeypatch.context() as slow:
        slow.setattr(backend, "stream", stream)
        reader = threading.Thread(target=read)
        reader.start()
        assert shown.wait(5)
        stops.stop("another page")
        assert "aria-busy" in steps[-1][0]
        stops.stop("page")
        html, turns = steps[-1]
        assert (
            "已停止" in html and "先说一句" in html and "aria-busy" not in html and html == talk.so_far(turns)
        )
        go.set()
        reader.join(5)
    stops.stop("page")  # nothing is being written any more


def test_a_failing_question_is_one_line_and_the_chat_goes_on(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Iterator[Answer]:
        raise RuntimeError("secret detail")
        yield

    with monkeypatch.context() as broken:
        broken.setattr(backend, "stream", fail)
        html, turns = last(backend, "甲", [])
    assert "程序遇到意外问题" in html and "secret" not in html and "Traceback" not in html
    assert "引用依据" in last(backend, QUESTION, turns)[0]


def test_a_page_loaded_anew_shows_the_answers_that_are_remembered(backend: Backend) -> None:
    first = last(backend, QUESTION, [])
    html, turns = last(backend, "由谁牵头", first[1])
    keys = re.findall(r'class="pk-rate"[^>]* data-key="([0-9a-f]+)"', html)
    assert len(keys) == 2
    again = talk.restored(backend, [keys[0], "gone", keys[1]])
    assert talk.so_far(again) == html and [asked for asked, _ in again] == [QUESTION, "由谁牵头"]
    assert again == turns and talk.restored(backend, "no list") == [] == talk.restored(backend, [{}, None])


def test_an_answer_is_shared_by_a_key_that_does_not_tell_the_readers_own(backend: Backend) -> None:
    key = key_of(last(backend, QUESTION, [])[0])
    shared = talk.share_answer(backend, key)
    assert shared == talk.share_answer(backend, key) and key not in shared["path"]
    stored = SharedAnswers(backend.settings.home).get(shared["path"].removeprefix("answer/"))
    assert stored is not None and stored.receipt["question"] == QUESTION
    assert "已经失效" in talk.share_answer(backend, "nobody")["message"]


def test_questions_are_suggested_to_whoever_was_shown_the_answer(backend: Backend) -> None:
    key = key_of(last(backend, QUESTION, [])[0])
    assert len(talk.suggest_questions(backend, key)) >= 2 and talk.suggest_questions(backend, "nobody") == []


def test_a_click_opens_the_clause_with_the_quote(backend: Backend) -> None:
    clause = backend.get()[0].clause(CLAUSE)
    quote = "不超过研发投入40%"
    span = clause.locate(quote)
    by_offsets = events.open_source(
        backend, {"clause": CLAUSE, "start": str(span.start), "end": str(span.end)}
    )
    assert f"<mark>{quote}</mark>" in by_offsets
    assert events.open_source(backend, {"clause": CLAUSE, "quote": quote}) == by_offsets
    assert "pk-cited" not in events.open_source(backend, {"document": "鲁科字〔2024〕137号"})
    assert "pk-shelf" in events.open_source(backend, {})


def test_a_clause_that_is_gone_says_so_in_a_panel_that_can_be_closed(backend: Backend) -> None:
    html = events.open_source(backend, {"clause": "没有这份文件 一"})
    assert "重新提问" in html and "data-close" in html
    assert "程序遇到意外问题" in events.open_source(backend, {"clause": CLAUSE, "start": "x", "end": "y"})


def test_documents_and_units_can_be_chosen_from(backend: Backend) -> None:
    assert len(backend.titles()) == 2 and "省科技厅" in backend.units()


def test_the_calculator_reads_its_fields() -> None:
    rule = {rule.id: rule for rule in load_rules(SHIPPED)}["clinical_trial"]
    values = {"phase": "II", "rd_spending": " 6000万 "}
    html = calculator_tab.compute(rule, [values.get(each.name, "") for each in rule.inputs])
    assert "2000万元" in html and "条款依据" in html
    assert "还需补充信息" in calculator_tab.compute(rule, ["" for _ in rule.inputs])
    with pytest.raises(PolicyKBError):
        calculator_tab.compute(rule, ["很多" if each.name == "rd_spending" else "" for each in rule.inputs])


def test_a_knowledge_base_that_cannot_be_opened_is_shown(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder", "utf-8")
    backend = Backend(Settings(home=tmp_path / "home", _env_file=None))
    backend.start()
    with pytest.raises(KnowledgeBaseError):
        backend.get()
    assert "无法" in backend.state and (backend.titles(), backend.units()) == ([], [])
    html, _ = list(talk.converse(backend, "甲", []))[-1]
    assert "pk-failure" in html and "无法" in html
