"""The policy lexicon: reading the file, everyday words to policy terms, and what must never be in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kb
from corpus import RegisterError
from kb.lexicon import RELATED, SAME, Lexicon, default_lexicon, load_lexicon
from kb.lexicon_file import Entries, read_entries
from kb.tokens import DECISIVE_WORDS, fold

SHIPPED: Entries = read_entries(Path(kb.__file__).parent / "lexicon.yaml")
COMPARATORS = "以上 以下 不超过 不低于 最高 最低 不得 至少 不少于 以内 除外 未 超过 高于 低于 封顶 上限 必须 应当 可以 禁止".split()


@pytest.mark.parametrize("comparator", COMPARATORS)
def test_comparators_decide_policy_questions_and_are_never_touched(comparator: str) -> None:
    assert comparator in DECISIVE_WORDS
    lexicon = default_lexicon()
    assert lexicon.terms_for(f"{comparator}三项") == []
    assert lexicon.words_in(comparator) == []
    assert lexicon.meanings(comparator) == []


def test_no_decisive_word_is_in_the_shipped_file() -> None:
    words = {*SHIPPED.synonyms, *SHIPPED.untouched, *(word for _, word in _pairs())}
    assert not {word for word in words if fold(word) in DECISIVE_WORDS}


def _pairs() -> Iterator[tuple[str, str]]:
    """Each term with each of its words."""
    for entries in (SHIPPED.synonyms, SHIPPED.related):
        yield from ((term, word) for term, words in entries.items() for word in words)
    for words in SHIPPED.interchangeable:
        yield from ((term, word) for term in words for word in words if term != word)


def test_every_word_of_the_shipped_file_leads_to_its_term() -> None:
    lexicon = default_lexicon()
    assert len(SHIPPED.synonyms) > 200
    for term, word in _pairs():
        assert term in lexicon.meanings(word), word
        assert fold(word) in lexicon.words_in(word), word


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("高企有多少家", ["高新技术企业"]),
        ("CAR-T药怎么支持", ["细胞与基因治疗"]),
        ("ｃａｒ-t药怎么支持", ["细胞与基因治疗"]),
        ("老年痴呆的药", ["阿尔兹海默症"]),
        ("高新技术企业也叫高企", []),
        ("由省科技厅组织实施", []),
        ("公租房谁能住", ["公共租赁住房"]),
        ("个体户能贴息吗", ["个体工商户", "贷款贴息", "财政贴息"]),
        ("Ⅱ期怎么支持", ["二期"]),
        ("2期", ["二期", "II期"]),
        ("二期", ["II期"]),
        ("做CT", ["影像设备"]),
        ("", []),
    ],
)
def test_terms_for(text: str, terms: list[str]) -> None:
    assert default_lexicon().terms_for(text) == terms


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"资金支持": ["钱"]}, "钱塘江边的公园"),
        ({"高新技术企业": ["高企"]}, "企业提高企业所得"),
        ({"医疗器械": ["器械"], "资金支持": ["钱"]}, "医疗器械"),
        ({"影像设备": ["CT"]}, "按ctrl键"),
        ({"第二期": ["2期"]}, "第12期培训"),
        ({"人工智能": ["AI"]}, "OPENAI公司"),
    ],
)
def test_a_word_counts_only_where_the_text_reads_so(words: dict[str, list[str]], text: str) -> None:
    assert Lexicon(words).expansions(text) == {}


def test_what_is_said_to_be_left_alone_is() -> None:
    assert Lexicon({"仪器设备": ["设备"]}).terms_for("设备更新") == ["仪器设备"]
    assert Lexicon({"仪器设备": ["设备"]}, untouched=["设备更新"]).terms_for("设备更新") == []


def test_the_longest_word_wins_and_order_is_kept() -> None:
    lexicon = Lexicon({"甲": ["临床"], "乙": ["临床研究"], "丙": ["经费"]})
    assert lexicon.terms_for("经费和临床研究，再加临床") == ["丙", "乙", "甲"]
    assert lexicon.words_in("临床研究临床研究") == ["临床研究"]


def test_a_word_of_two_terms_has_both_meanings() -> None:
    lexicon = Lexicon({"商业健康保险": ["商保"], "商业医疗保险": ["商保"]})
    assert lexicon.meanings("商保") == ["商业健康保险", "商业医疗保险"]
    assert lexicon.terms_for("商保，即商业健康保险") == ["商业医疗保险"]


def test_weights_tell_the_same_from_the_related() -> None:
    lexicon = Lexicon(
        {"高新技术企业": ["高企"]}, {"资金支持": ["补钱"], "高新技术企业": ["科技公司"]}, [["二期", "Ⅱ期"]]
    )
    assert lexicon.expansions("高企补钱") == {"高新技术企业": SAME, "资金支持": RELATED}
    assert lexicon.expansions("科技公司，高企") == {"高新技术企业": SAME}
    assert lexicon.expansions("ii期") == {"二期": SAME}
    assert lexicon.expansions("二期") == {"Ⅱ期": SAME}


def test_an_empty_lexicon_finds_nothing() -> None:
    lexicon = Lexicon({})
    assert (lexicon.terms_for("高企"), lexicon.words_in("高企"), lexicon.meanings("高企")) == ([], [], [])


def test_marks_of_regular_expressions_are_plain_text() -> None:
    lexicon = Lexicon({"首台（套）": ["首台(套)型", "a.b"]})
    assert lexicon.terms_for("首台（套）型") == []  # the term itself stands there
    assert lexicon.terms_for("a.b") == ["首台（套）"]
    assert lexicon.terms_for("axb") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- 高企\n- 国重\n", "第1行：应是"),
        ("高新技术企业: 高企\n", "第1行：“高新技术企业”后面"),
        ("只是一句话\n", "第1行：应是"),
        ("", "：应是"),
        ("甲: {乙: 丙}\n", "第1行：“乙”后面"),
        ("企业:\n  组:\n    甲: [乙]\n", "第3行：“组”后面"),
        ("甲: [[乙]]\n", "第1行：有空的"),
        ("甲: ['']\n", "第1行：有空的"),
        ("甲: [乙\n", "不是合规的 YAML"),
        ("甲: [乙]\n丙: [丁, 丁]\n", "第2行：“丁”与同一行的“丁”重复"),
        ("甲乙: [Ⅱ期, ii期]\n", "第1行：“ii期”与同一行的“Ⅱ期”重复"),
        ("甲: {同义: [乙], 相关: [乙]}\n", "“乙”与同一行的“乙”重复"),
        ("甲: [乙, 甲]\n", "“甲”与政策用语本身重复"),
        ("甲: [乙]\n企业:\n  甲: [丙]\n", "第3行：“甲”在第1行已经写过"),
        ("上限额度: [最高, 封顶]\n", "第1行：“最高”决定条款的意思"),
        ("不得: [不行]\n", "第1行：“不得”决定条款的意思"),
        ("可互换:\n  - [以上, 及以上]\n", "第2行：“以上”决定条款的意思"),
        ("可互换:\n  - [二期]\n", "第2行：“可互换”的一组至少要有两个词"),
        ("可互换: 二期\n", "第1行：“可互换”下面"),
        ("不扩展: 钱塘江\n", "第1行：这里应是方括号"),
    ],
)
def test_a_file_of_another_form_is_refused(content: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(content, "utf-8")
    with pytest.raises(RegisterError) as told:
        load_lexicon(file)
    assert str(told.value).startswith("words.yaml")
    assert says in str(told.value)
    assert str(told.value).endswith("请改正后重试。")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"没有\.yaml.*读不出来"):
        load_lexicon(tmp_path / "没有.yaml")


def test_a_file_of_ones_own_goes_over_the_shipped_one(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(
        "绿色工厂: [低碳车间]\n2025: [今年]\n个体工商户: []\n民生:\n  公共租赁住房: {相关: [安居房]}\n",
        "utf-8",
    )
    lexicon = load_lexicon(file)
    assert lexicon.terms_for("低碳车间今年") == ["绿色工厂", "2025"]
    assert lexicon.terms_for("低碳工厂") == []  # the line was replaced
    assert lexicon.meanings("个体户") == []
    assert lexicon.expansions("安居房") == {"公共租赁住房": RELATED}
    assert lexicon.terms_for("高企") == ["高新技术企业"]


def test_a_word_of_ones_own_is_no_longer_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("中国药典: [新药典]\n", "utf-8")
    assert load_lexicon(file).terms_for("新药典") == ["中国药典"]
