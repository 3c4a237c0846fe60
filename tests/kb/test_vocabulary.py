"""Terms mined from documents: which are found, which never, and where they stand in what people type."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import jieba
import pytest

from corpus import PolicyDocument
from ingest import parse_text
from ingest.words import dictionary
from kb.tokens import DECISIVE_WORDS
from kb.vocabulary import MIN_PLACES, Phrases, Vocabulary, mine_terms, to_userdict

TEXT = """甲市人民政府办公室关于支持云帆产业发展的若干措施
甲政办发〔2025〕3号

各区人民政府：
现将有关事项通知如下。

一、推广云药贷产品
鼓励银行推出“云药贷”等产品，单户最高不超过500万元。（牵头单位：市云帆发展局，配合单位：市数据局）

二、建设智算工坊
对智算工坊给予补助。本办法所称智算工坊是指提供算力的场所。智算工坊应当公示，智算工坊按年考核。
本办法所称“以上”“以下”“不超过”均含本数。

三、附则
甲市云帆产业促进中心（以下简称云促中心）负责解释。CAR-T疗法目录见《云帆目录》，"不得转让"的除外。
"""


@pytest.fixture(scope="module")
def document() -> PolicyDocument:
    return parse_text(TEXT, "cloud.txt")


@pytest.mark.parametrize("term", ["云药贷", "智算工坊", "云促中心", "云帆目录", "市数据局"])
def test_marked_terms_count_at_once(document: PolicyDocument, term: str) -> None:
    assert mine_terms(document)[term] >= MIN_PLACES


@pytest.mark.parametrize(
    "word", ["企业", "银行", "以上", "以下", "不超过", "不得转让", "对智算工坊", "推广云药贷产品"]
)
def test_known_words_comparators_and_fragments_are_no_terms(document: PolicyDocument, word: str) -> None:
    assert word not in mine_terms(document)


@pytest.mark.parametrize("word", sorted(DECISIVE_WORDS))
def test_no_comparator_becomes_a_term_or_a_part_of_one(word: str) -> None:
    text = f"甲市关于云帆的通知\n\n一、云帆{word}工坊\n推出“{word}”“云帆{word}”和“{word}工坊”，本办法所称{word}是指其他。\n"
    mined = mine_terms(parse_text(text, "cloud.txt"))
    assert word not in mined
    assert f"云帆{word}" not in mined


def test_headings_count_as_often_as_the_text_says_them() -> None:
    text = "甲市关于云帆的通知\n\n一、公共租赁住房\n好。\n\n二、其他\n公共租赁住房与公共租赁住房。\n"
    assert mine_terms(parse_text(text, "cloud.txt"))["公共租赁住房"] == 3


def test_what_counts_enough_is_a_term() -> None:
    assert Vocabulary({"云药贷": MIN_PLACES, "智算工坊": MIN_PLACES - 1}).terms == {"云药贷"}


def test_the_dictionary_is_one_jieba_keeps_terms_whole_by(document: PolicyDocument) -> None:
    vocabulary = Vocabulary(mine_terms(document))
    written = to_userdict(vocabulary)
    tokenizer = jieba.Tokenizer()
    tokenizer.load_userdict(io.StringIO(written))
    assert list(tokenizer.cut("推出云药贷", HMM=False)) == ["推出", "云药贷"]
    assert {line.split()[0] for line in written.splitlines()} == vocabulary.terms
    assert to_userdict(Vocabulary()) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("推出云药贷。", ["云药贷"]),
        ("云药，贷款", []),
        ("智算工坊和云药贷、云药贷", ["智算工坊", "云药贷"]),
        ("ＣＡＲ－Ｔ疗法", ["car-t疗法"]),
        ("15G基站与5G基站", ["5g基站"]),
        ("15G基站", []),
        ("云药贷款贴息", []),  # 贷款 is the likelier word
        ("", []),
    ],
)
def test_terms_in_what_people_type(text: str, found: list[str]) -> None:
    assert Phrases(["云药贷", "智算工坊", "car-t疗法", "5g基站"]).found(text) == found
    assert Phrases([]).found(text) == []


def test_jieba_itself_is_never_changed() -> None:
    counts, total = dictionary()
    size = len(counts)
    Phrases(["云药贷"]).found("推出云药贷")
    after, total_after = dictionary()
    assert (len(after), total_after) == (size, total)
    assert "云药贷" not in counts


def test_many_threads_find_the_same() -> None:
    phrases, texts = Phrases(["云药贷"]), [f"第{n}条 推出云药贷，不超过{n}张" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(phrases.found, texts)) == [["云药贷"]] * 200
