"""A question as typed is read as it is meant, and one that is written right is left alone."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.qa_set import DEFAULT_QA, load_qa
from kb import KnowledgeBase
from kb.query.sounds import rough_sound, sound
from kb.query.spelling import Speller, joined, read_typed, simplified


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("臨床試驗保險怎麼補？", "临床试验保险怎么补？"),
        ("鲁发改高技〔２０２５〕６８７号第５条", "鲁发改高技〔2025〕687号第5条"),
        ("ＣＡＲ－Ｔ投入３０００万", "CAR－T投入3000万"),
        ("干细 胞 备案 机构", "干细胞 备案 机构"),
        ("投入6000 万，II 期做完", "投入6000万，II期做完"),
        ("干系胞一类新药", "干细胞一类新药"),
        ("细胞制疗怎么支持", "细胞治疗怎么支持"),
        ("搞企有多少家", "高企有多少家"),
        ("药新贷是什么", "新药贷是什么"),
        ("牵头单味是谁", "牵头单位是谁"),
        ("高薪技术企业奖多少", "高新技术企业奖多少"),
        ("企业业能拿多少", "企业能拿多少"),
        ("投入港币币3000万", "投入港币3000万"),
    ],
)
def test_what_is_meant(typed: str, meant: str) -> None:
    assert read_typed(typed).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "搞企业的能拿多少",  # 企业 is a word
        "苏州的房租补贴怎么算",  # sounds and looks like 租房补贴
        "天天向上，人人有责",
        "各是怎么写的，我们是做芯片的",
        "第一类和第二类，一期和二期，不超过40%",
        "水务局和税务局",
        "药品集采中选的企业",
        "化学药 新药国际注册上市 目标个数",
        "2024 2025",
        "",
    ],
)
def test_what_is_right_stays(text: str) -> None:
    assert read_typed(text).text == text


def test_questions_that_are_written_right_are_left_alone() -> None:
    questions = [text for item in load_qa(DEFAULT_QA) for text in (item.question, *item.history)]
    changed = [text for text in questions if read_typed(text).corrections]
    assert len(changed) <= len(questions) // 200, changed


def test_corrections_are_told() -> None:
    assert read_typed("搞企和干系胞").corrections == (("搞企", "高企"), ("干系胞", "干细胞"))


@given(st.text(alphabet="一二三两不超过以上下高企搞新药贷0123456789%万元 ，。", max_size=30))
def test_figures_and_turning_words_are_never_changed(text: str) -> None:
    fixed = "一二三两不0123456789%万元"
    assert [c for c in read_typed(text).text if c in fixed] == [c for c in text if c in fixed]


@given(st.text(max_size=40))
def test_anything_can_be_typed(text: str) -> None:
    assert isinstance(read_typed(text).text, str)


def test_a_word_that_two_words_sound_like_is_left_alone() -> None:
    speller = Speller(["公示期", "公式期"])
    assert speller.read("工事期").corrections == ()


def test_sounds() -> None:
    assert sound("实验") == sound("试验") != sound("实业")
    assert sound("升") != sound("森") and rough_sound("升") == rough_sound("森")
    assert sound("A1") == ("A", "1")


def test_spaces_between_words_stay() -> None:
    assert joined("新药贷 白名单") == "新药贷 白名单"


def test_simplified_text_loads_no_converter() -> None:
    code = "import sys; from kb.query.spelling import simplified as s; s('研发投入'); print('opencc' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
    assert simplified("研發投入") == "研发投入"


def test_a_search_in_traditional_characters_finds_the_same(knowledge_base: KnowledgeBase) -> None:
    plain = [hit.clause.id for hit in knowledge_base.search("临床试验保险", 5)]
    assert [hit.clause.id for hit in knowledge_base.search("臨床試驗保險", 5)] == plain
    assert [hit.clause.id for hit in knowledge_base.find("臨床試驗保險", 5).hits] == plain
