"""The policy lexicon: reading the file, everyday words to policy terms, and what must never be in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import kb
from corpus import RegisterError
from kb.lexicon import Lexicon, default_lexicon, load_lexicon

SHIPPED: dict[str, list[str]] = yaml.safe_load((Path(kb.__file__).parent / "lexicon.yaml").read_text("utf-8"))
COMPARATORS = ("以上", "以下", "不超过", "不低于", "最高", "最低", "不得", "至少", "不少于")


@pytest.mark.parametrize("comparator", COMPARATORS)
def test_comparators_decide_policy_questions_and_are_never_touched(comparator: str) -> None:
    assert comparator not in SHIPPED
    assert not [term for term, words in SHIPPED.items() if comparator in words]
    lexicon = default_lexicon()
    assert lexicon.terms_for(f"{comparator}三项") == []
    assert lexicon.words_in(comparator) == []
    assert lexicon.meanings(comparator) == []


def test_the_shipped_file_is_whole() -> None:
    assert len(SHIPPED) > 50
    for term, words in SHIPPED.items():
        assert isinstance(term, str) and term.strip() == term
        assert words and all(isinstance(word, str) and word.strip() == word and word for word in words), term
        assert len(set(words)) == len(words), term
        assert term not in words


@pytest.mark.parametrize(("term", "words"), SHIPPED.items(), ids=str)
def test_every_word_of_the_shipped_file_leads_to_its_term(term: str, words: list[str]) -> None:
    lexicon = default_lexicon()
    for word in words:
        assert term in lexicon.meanings(word)
        assert word.lower() in lexicon.words_in(word)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("高企有多少家", ["高新技术企业"]),
        ("CAR-T药怎么支持", ["细胞与基因治疗"]),
        ("car-t药怎么支持", ["细胞与基因治疗"]),
        ("老年痴呆的药", ["阿尔兹海默症"]),
        ("高新技术企业也叫高企", []),
        ("由省科技厅组织实施", []),
        ("", []),
    ],
)
def test_terms_for(text: str, terms: list[str]) -> None:
    assert default_lexicon().terms_for(text) == terms


def test_the_longest_word_wins_and_order_is_kept() -> None:
    lexicon = Lexicon({"甲": ["临床"], "乙": ["临床研究"], "丙": ["经费"]})
    assert lexicon.terms_for("经费和临床研究，再加临床") == ["丙", "乙", "甲"]
    assert lexicon.words_in("临床研究临床研究") == ["临床研究"]


def test_a_word_of_two_terms_has_both_meanings() -> None:
    lexicon = Lexicon({"商业健康保险": ["商保"], "商业医疗保险": ["商保"]})
    assert lexicon.meanings("商保") == ["商业健康保险", "商业医疗保险"]
    assert lexicon.terms_for("商保，即商业健康保险") == ["商业医疗保险"]


def test_an_empty_lexicon_finds_nothing() -> None:
    lexicon = Lexicon({})
    assert (lexicon.terms_for("高企"), lexicon.words_in("高企"), lexicon.meanings("高企")) == ([], [], [])


def test_marks_of_regular_expressions_are_plain_text() -> None:
    lexicon = Lexicon({"首台（套）": ["首台(套)", "a.b"]})
    assert lexicon.terms_for("首台(套)") == ["首台（套）"]
    assert lexicon.terms_for("axb") == []


@pytest.mark.parametrize(
    "content", ["- 高企\n- 国重\n", "高新技术企业: 高企\n", "只是一句话\n", "", "甲: {乙: 丙}\n"]
)
def test_a_file_of_another_form_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(content, "utf-8")
    with pytest.raises(RegisterError, match=r"words\.yaml.*请改正后重试"):
        load_lexicon(file)


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("绿色工厂: [低碳工厂]\n2025: [今年]\n", "utf-8")
    lexicon = load_lexicon(file)
    assert lexicon.terms_for("低碳工厂今年奖多少") == ["绿色工厂", "2025"]
