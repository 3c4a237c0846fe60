import pytest

from kb.tokens import tokenize


@pytest.mark.parametrize("word", ["以上", "以下", "不超过", "最高", "不得", "不低于", "至少", "超过", "以内"])
def test_comparators_survive(word: str) -> None:
    said = tokenize(f"给予研发投入的补贴{word}标准")
    assert set(tokenize(word)) <= set(said)
    assert said != tokenize("给予研发投入的补贴标准")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ⅲ期临床", "III期临床"),
        ("Ⅱ期", "ii期"),
        ("ＣＡＲ－Ｔ细胞", "car-t细胞"),
        ("2,000万元", "２０００万元"),
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
