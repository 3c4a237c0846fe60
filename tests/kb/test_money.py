"""Amounts as people write them, and what looks like an amount and is none."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import InputError
from kb.money import UnreadableAmount, format_yuan, read_amount, read_amounts, read_vague_amounts
from kb.numerals import fold, parse_number, read_counts, read_percents

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "cases" / "money.yaml").read_text(encoding="utf-8")
)
# the whole text is one amount; its value in yuan
ONE_AMOUNT = """
6000万 60000000 | 6000万元 60000000 | 6000 万元 60000000 | 6000 万 元 60000000 | 6000万元整 60000000 | 6000万人民币 60000000
6000万元人民币 60000000 | 人民币500万 5000000 | 人民币6000万元整 60000000 | ￥6000万 60000000 | ¥6000万元 60000000
RMB6000万 60000000 | 6000万RMB 60000000 | 6000万rmb 60000000 | CNY500万 5000000 | 1.2亿 120000000 | 1.2亿元 120000000
1亿 100000000 | 1亿元 100000000 | 1亿2000万 120000000 | 1亿2000万元 120000000 | 1亿2千万 120000000 | 1亿零500万 105000000
0.3亿 30000000 | 0.3亿元 30000000 | 0.5万 5000 | 1.5个亿 150000000 | 2个亿 200000000 | 200个亿 20000000000
三千万 30000000 | 三千万元 30000000 | 一千五百万 15000000 | 一千五百万元 15000000 | 两千万 20000000 | 二千万元 20000000
两千五百万 25000000 | 三千五百六十万 35600000 | 五百万 5000000 | 五十万 500000 | 十万 100000 | 十五万元 150000
一百二十万 1200000 | 一亿 100000000 | 一亿元 100000000 | 两亿 200000000 | 一亿两千万 120000000 | 一亿二千万元 120000000
一亿零五十万 100500000 | 一点五亿 150000000 | 一点二五亿元 125000000 | 十二亿 1200000000 | 三百亿 30000000000
3千万 30000000 | 3千万元 30000000 | 6千5百万 65000000 | 5百万 5000000 | 1.5千万 15000000 | 15百万 15000000
1,500万 15000000 | 1,500万元 15000000 | 12,345元 12345 | 60,000,000元 60000000 | 1,234,567.89元 1234567.89
１５００万 15000000 | ６０００万元 60000000 | １．２亿 120000000 | 800w 8000000 | 800W 8000000 | 1.5w 15000 | 800ｗ 8000000
50万块 500000 | 50万块钱 500000 | 500块钱 500 | 500块 500 | 10000000元 10000000 | 999元 999 | 0.5元 0.5 | 0元 0 | 0万 0
伍佰万元整 5000000 | 壹亿元整 100000000 | 贰仟万圆 20000000 | 叁佰万 3000000 | 6000萬 60000000 | 2億元 200000000
一百元 100 | 三千元 3000 | 3千元 3000 | 3万5千 35000 | 3万5千元 35000 | 6000.5万 60005000 | 1.25亿 125000000
100000000元 100000000 | 1亿3千块 100003000
"""
# sentences: the amounts read from them, in order
IN_SENTENCES: list[tuple[str, list[int]]] = [
    ("最高分别为1000万元、2000万元、3000万元资金支持", [10_000_000, 20_000_000, 30_000_000]),
    ("每个企业每年累计支持额度不超过1亿元", [100_000_000]),
    ("II期投入6000万，III期投入1亿", [60_000_000, 100_000_000]),
    ("二期花了6000万、三期花了1.2亿", [60_000_000, 120_000_000]),
    ("分别投入1000、2000、3000万元", [10_000_000, 20_000_000, 30_000_000]),
    ("分别投入1.2和1.5亿", [120_000_000, 150_000_000]),
    ("1、6000万元", [60_000_000]),
    ("投入6000万多少钱能补", [60_000_000]),
    ("6000万支持多少", [60_000_000]),
    ("6000万人民币够吗", [60_000_000]),
    ("6000万一共能补多少", [60_000_000]),
    ("6000万3个项目", [60_000_000]),
    ("6000万2025年花完", [60_000_000]),
    ("6000万年底到账", [60_000_000]),
    ("1亿2期2亿", [100_000_000, 200_000_000]),
    ("6000万二期1亿三期", [60_000_000, 100_000_000]),
    ("6000万，300人参加", [60_000_000]),
    ("6000万项目经费", [60_000_000]),
    ("6000万只能补多少", [60_000_000]),
    ("6000万个人自筹", []),
    ("约6000万元左右", [60_000_000]),
    ("近6000万", [60_000_000]),
    ("——6000万", [60_000_000]),
    ("研发投入：6000万", [60_000_000]),
    ("负担500万", [5_000_000]),
    ("投入1e8元", []),
]
NOT_MONEY = """
第2000号 | 2025年 | 3家 | 1类 | II期 | 137号 | 40% | 500张 | 30个工作日 | 6000万方 | 6000万人 | 6000万吨 | 6000万家
100万平方米 | 2万张 | 3万件
6000万支疫苗 | 6000万例患者 | 10万级洁净车间 | 百万级 | 三百万级 | 千万级 | 千万别 | 万一 | 一万名 | 5万亩 | 3万台
2亿剂 | 6000万次 | 6000万个
3块地 | 三元素 | 多元 | 二〇二五年 | 五百 | 2000 | 60000000 | 鲁科字〔2024〕137号 | 第三类医疗器械 | 万方数据 | 100项 | 1类新药6个
3万平方米 | 6000万用户 | 10万步 | 5万立方 | 3D4K | 8000万册 | 第5000万 | 百分之四十 | 12万单位 | 4000家
"""
VAGUE = """
6000多万 | 6000万多 | 6000余万元 | 1个多亿 | 几千万 | 上千万 | 数千万 | 好几亿 | 十几亿 | 上亿 | 五六千万 | 两三千万 | 三四个亿 | 2、3千万
5000-6000万 | 5000万-6000万 | 5000万到6000万 | 5000～6000万元 | 1亿2 | 一亿二 | 1亿2千 | 一亿两千 | 3万5 | 1，500万 | 1000,2000万
6,0000万 | 1万亿 | 半亿 | 1.2亿3000万 | 1亿20000万 | 1亿 6000万 | 6000万出头 | 6 000万 | 60 000 000元
"""
FOREIGN = """
500万美元 | 500万美金 | $500万 | US$500万 | 100 USD | 500万USD | 3000万欧元 | €300万 | 500万欧 | 1亿港币 | 1亿港元
HK$500万 | 2亿日元 | 500万英镑
£300万 | 800万韩元 | 500万新台币 | 美元500万 | 投入了200万刀 | 300万澳元 | 100万加元 | 2000usd
"""
NEGATIVE = "-500万 | 负500万 | −500万 | －500万元 | 投入-6000万 | -1.2亿 | 负三千万元"


def rows(table: str) -> list[str]:
    return [cell.strip() for line in table.strip().splitlines() for cell in line.split("|") if cell.strip()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_writings_a_policy_officer_decided(case: dict[str, Any]) -> None:
    text = case["text"]
    if case.get("refused"):
        with pytest.raises(InputError, match=r"^收到“.+”：.+。请"):
            read_amounts(text)
        return
    assert [amount.value for amount in read_amounts(text)] == [Decimal(str(n)) for n in case["amounts"]]
    assert [vague.text for vague in read_vague_amounts(text)] == case.get("vague", [])


def test_the_table_of_writings_is_sound() -> None:
    texts = [case["text"] for case in CASES]
    assert len(set(texts)) == len(texts) >= 300
    assert all(
        set(case) in ({"text", "amounts"}, {"text", "amounts", "vague"}, {"text", "refused"})
        for case in CASES
    )


@pytest.mark.parametrize("row", rows(ONE_AMOUNT))
def test_one_amount(row: str) -> None:
    text, value = row.rsplit(" ", 1)
    assert read_amount(text) == Decimal(value)


@pytest.mark.parametrize(("text", "values"), IN_SENTENCES)
def test_amounts_in_sentences(text: str, values: list[int]) -> None:
    assert [amount.value for amount in read_amounts(text)] == values


@pytest.mark.parametrize("text", rows(NOT_MONEY))
def test_not_money(text: str) -> None:
    assert read_amounts(text) == []
    assert read_amounts(f"我们有{text}。") == []


@pytest.mark.parametrize("text", rows(VAGUE))
def test_vague_amounts_are_never_read(text: str) -> None:
    said = f"投了{text}，"
    assert read_amounts(said) == []
    assert len(read_vague_amounts(said)) == 1
    with pytest.raises(UnreadableAmount, match="读不出确切金额"):
        read_amount(text)


@pytest.mark.parametrize("text", rows(FOREIGN))
def test_foreign_currency_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^收到“.*”：只能按人民币计算，不换算外币。请折算成人民币后再填"):
        read_amounts(text)


@pytest.mark.parametrize("text", rows(NEGATIVE))
def test_negative_amounts_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^收到“.*”：金额不能是负数。请填写大于零的金额"):
        read_amounts(text)


def test_there_are_enough_writings() -> None:
    tables = (ONE_AMOUNT, NOT_MONEY, VAGUE, FOREIGN, NEGATIVE)
    assert sum(len(rows(table)) for table in tables) + len(IN_SENTENCES) >= 150


@pytest.mark.parametrize(
    ("text", "value"), [("60000000", 60_000_000), ("1,500", 1500), (" 6000万 ", 60_000_000), ("0.5", "0.5")]
)
def test_a_field_may_hold_a_bare_number(text: str, value: object) -> None:
    assert read_amount(text, bare=True) == Decimal(str(value))


@pytest.mark.parametrize(
    "text", ["", "很多", "6000万和1亿", "6000万左右", "II期", "1e9", "nan", "6000", "1,50", "约6000万"]
)
def test_a_field_holds_exactly_one_amount(text: str) -> None:
    with pytest.raises(UnreadableAmount):
        read_amount(text)


def test_a_bare_negative_number_is_refused() -> None:
    with pytest.raises(InputError, match="负数"):
        read_amount("-500", bare=True)


def test_offsets_point_at_the_words() -> None:
    text = "ＩＩ期投入６０００万元，三期一亿两千万"
    assert [text[a.start : a.end] for a in read_amounts(text)] == ["６０００万元", "一亿两千万"]
    assert [a.text for a in read_amounts(text)] == ["６０００万元", "一亿两千万"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("20000000", "2000万元"),
        ("100000000", "1亿元"),
        ("125000000", "1.25亿元"),
        ("12345", "1.2345万元"),
        ("999", "999元"),
        ("10000", "1万元"),
        ("9999.99", "9999.99元"),
        ("99999999", "9999.9999万元"),
        ("100000001", "1.00000001亿元"),
        ("0", "0元"),
        ("2E+7", "2000万元"),
        ("0.10", "0.1元"),
        ("1000", "1000元"),
        ("50000000000", "500亿元"),
    ],
)
def test_writing_is_exact(value: str, text: str) -> None:
    assert format_yuan(Decimal(value)) == text


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_what_is_written_is_read_back(value: Decimal) -> None:
    assert read_amount(format_yuan(value)) == value


@settings(deadline=None)  # the first numeral imports cn2an
@given(st.text(alphabet="0123456789.,，、-负第一二三五十百千万亿元个多半几wW美$ 期", max_size=14))
def test_any_words_give_amounts_or_our_error(text: str) -> None:
    try:
        found = read_amounts(text)
    except InputError:
        return
    assert all(text[a.start : a.end] == a.text and a.value >= 0 for a in found)
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))


@given(st.integers(min_value=1, max_value=9999))
def test_every_chinese_numeral_is_read(number: int) -> None:
    import cn2an

    numeral = cn2an.an2cn(number)
    assert parse_number(numeral) == number
    assert read_amount(f"{numeral}万元") == number * 10_000


@given(st.text(max_size=30))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("40%", ["0.4"]),
        ("４０％", ["0.4"]),
        ("百分之四十", ["0.4"]),
        ("2.5%和10%", ["0.025", "0.1"]),
        ("40", []),
    ],
)
def test_percentages(text: str, shares: list[str]) -> None:
    assert read_percents(text) == tuple(map(Decimal, shares))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("核定床位800张", ["800"]),
        ("一千二百张床", ["1200"]),
        ("1，200张", ["200"]),
        ("12.5张", ["12.5"]),
        ("-5张", ["-5"]),
        ("核定床位数为1500", ["1500"]),
        ("床位的10%", []),
        ("第3张", []),
        ("1.2万张", ["12000"]),
    ],
)
def test_counts(text: str, counts: list[str]) -> None:
    assert [count.value for count in read_counts(text, ["张"], ["核定床位", "床位"])] == list(
        map(Decimal, counts)
    )
