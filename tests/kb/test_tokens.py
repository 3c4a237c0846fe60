"""Tokens: what survives, which spellings are one, and jieba's words found our way."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.words import segment
from kb.cutting import Cutter
from kb.tokens import DECISIVE_WORDS, STOP_WORDS, fold, tokenize

COMPARATORS = (
    "以上 以下 不超过 不低于 不高于 最高 最低 不得 不得超过 至少 至多 不少于 以内 以外 除外 超过 高于 低于 未 不予 应当 必须 可以 禁止"
).split()
TERMS = ("新药贷", "研究型床位", "接诉即办", "失能护理", "药贷贴")
PHRASES = st.sampled_from(
    [
        "新药",
        "新药贷",
        "贷款",
        "研究型",
        "床位",
        "接诉",
        "即办",
        "失能",
        "护理",
        "的",
        "不超过",
        "，",
        "2,000",
        "Ⅱ期",
        "药",
        "贷",
    ]
)
TEXTS = st.lists(PHRASES, max_size=12).map("".join)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=30)


@pytest.mark.parametrize("word", COMPARATORS)
def test_comparators_survive(word: str) -> None:
    said = tokenize(f"给予研发投入的补贴{word}标准")
    assert set(tokenize(word)) <= set(said)
    assert said != tokenize("给予研发投入的补贴标准")
    assert word not in STOP_WORDS
    assert word in DECISIVE_WORDS


def test_no_word_is_both_empty_and_decisive() -> None:
    assert STOP_WORDS.isdisjoint(DECISIVE_WORDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ⅲ期临床", "III期临床"),
        ("Ⅱ期", "ii期"),
        ("ＣＡＲ－Ｔ细胞", "car-t细胞"),
        ("2,000万元", "２０００万元"),
        ("2，000万元", "2000万元"),
        ("40％", "40%"),
        ("补贴的标准", "补贴 标准"),
    ],
)
def test_spellings_that_mean_the_same(one: str, other: str) -> None:
    assert sorted(tokenize(one)) == sorted(tokenize(other))


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "的了吗", "？！。", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")],
)
def test_nothing_to_index(text: str) -> None:
    assert tokenize(text) == []


def test_numbers_stay_whole() -> None:
    assert {"2000", "40%", "0.5", "137"} <= set(tokenize("2000万元、40%、0.5亿元、137号"))


def test_no_pair_spans_an_empty_word() -> None:
    assert "入补" not in tokenize("研发投入的补贴")
    assert "标的" in tokenize("标的企业")


@given(st.text(st.sampled_from("政策、。（）％…，；：？！　ＡＢ12,3ⅡⅣ①㎡ﬁé\u0301\n“”〔〕~～Çç"), max_size=20))
def test_the_short_way_of_folding_gives_what_unicode_says(text: str) -> None:
    long_way = unicodedata.normalize("NFKC", text).lower()
    assert fold(text) == "".join(
        char
        for at, char in enumerate(long_way)
        if not (
            char == ","
            and long_way[at - 1 : at].isdecimal()
            and long_way[at + 1 : at + 4].isdecimal()
            and len(long_way[at + 1 : at + 4]) == 3
            and not long_way[at + 4 : at + 5].isdecimal()
        )
    )


@settings(deadline=None)
@given(CHINESE | TEXTS.map(lambda text: "".join(c for c in text if "一" <= c <= "龥")))
def test_words_are_those_of_jieba(text: str) -> None:
    words = Cutter().cut(text)
    assert words == segment(text)
    assert "".join(words) == text
