"""What the page's events give, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat.backend import Backend
from chat.page import calculator_tab, events, search_tab, talk
from corpus import KnowledgeBaseError, NotFound, PolicyKBError
from kb.rule_files import SHIPPED, load_rules
from kb.settings import Settings

CLAUSE = "鲁科字〔2024〕137号 三/（一）"
QUESTION = "II期临床研发投入6000万能拿多少"


def test_an_answer_appears_step_by_step_and_is_remembered(backend: Backend) -> None:
    steps = list(talk.converse(backend, QUESTION, []))
    assert len(steps) > 3 and "正在查找条款" in steps[0][0]
    html, turns = steps[-1]
    assert "2000万" in html and "引用依据" in html
    assert [question for question, _ in turns] == [QUESTION]
    follow = list(talk.converse(backend, "那III期呢", turns))[-1]
    assert follow[0].startswith(html) and [question for question, _ in follow[1]] == [QUESTION, "那III期呢"]


def test_a_failing_question_is_one_line_and_the_chat_goes_on(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    with monkeypatch.context() as broken:
        broken.setattr("chat.assistant.Assistant.ask", fail)
        html, turns = list(talk.converse(backend, "甲", []))[-1]
    assert "程序遇到意外问题" in html and "secret" not in html and "Traceback" not in html
    assert "引用依据" in list(talk.converse(backend, QUESTION, turns))[-1][0]


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


def test_a_clause_that_is_gone_says_so(backend: Backend) -> None:
    with pytest.raises(NotFound, match="重新提问"):
        events.open_source(backend, {"clause": "没有这份文件 一"})


def test_search_shows_cards(backend: Backend) -> None:
    assert "<mark>保费" in search_tab.find(backend, "保费补贴", "keyword", "", "")
    assert "没有找到" in search_tab.find(backend, "绝无此事", "exact", "", "")
    assert "输入问题" in search_tab.find(backend, "  ", "hybrid", "", "")
    documents, units = backend.titles(), backend.units()
    assert len(documents) == 2 and "省科技厅" in units


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
