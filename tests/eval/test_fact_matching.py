from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.figures import contains, figures, fold, states_figure


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("最高2,000万元", "2000万"),
        ("最高2000 万元", "2000万"),
        ("最高２０００万元", "2000万"),
        ("最高２，０００万元", "2000万"),
        ("最高0.2亿", "2000万"),
        ("共20000000元", "2000万"),
        ("共20,000,000.00元", "2000万"),
        ("共2千万元", "2000万"),
        ("最高2000万", "2000万元"),
        ("最高2000万元[1]", "2000万"),
        ("最高**2000万元**", "2000万"),
        ("分别为1000万元、2000万元、3000万元", "2000万"),
        ("分别为1000、2000、3000万元", "1000万"),
        ("1000-2000万元", "1000万"),
        ("3. 2000万元", "2000万"),
        ("①2000万元", "2000万"),
        ("2000万支持", "2000万"),
        ("分别为500，2000万元", "2000万"),
        ("1.2亿元", "1亿2000万元"),
        ("1亿2000万元", "12000万"),
        ("100000000元", "1亿"),
        ("共4,000家", "4000家"),
        ("共1万家", "10000家"),
        ("产业规模4000亿元", "4000亿元"),
        ("不超过 40 ％", "40%"),
        ("不超过40.0%", "40%"),
        ("由10个部门印发", "10"),
        ("II期临床", "Ⅱ期"),
        ("（Ⅱ、Ⅲ期）", "Ⅲ期"),
        ("GMP 符合性 检查", "gmp符合性检查"),
        ("2024 年12月 6日", "2024年12月6日"),
        ("“人工智能+生物医药”", '"人工智能+生物医药"'),
        ("国(境)外知名高校", "国（境）外知名高校"),
        ("2件、十家", "十家"),
        ("得-200万元", "-200万"),
        ("鲁发改高技〔2025〕687 号", "鲁发改高技〔2025〕687号"),
    ],
)
def test_found(text: str, fact: str) -> None:
    assert contains(text, fact)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("最高12000万", "2000万"),
        ("最高1,2000万", "1.2亿"),
        ("12.2000万", "2000万"),
        ("1亿2000万元", "2000万"),
        ("1亿2000万元", "1亿"),
        ("2000", "2000万"),
        ("2000万人", "2000万"),
        ("2000万美元", "2000万"),
        ("-2000万元", "2000万"),
        ("2000万元", "200万"),
        ("20000万元", "2000万"),
        ("2000亿元", "2000万"),
        ("140%", "40%"),
        ("0.40%", "40%"),
        ("40", "40%"),
        ("10%", "10"),
        ("10万", "10"),
        ("100", "10"),
        ("110个", "10个"),
        ("2.10个", "10个"),
        ("二十家", "十家"),
        ("Ⅲ期", "Ⅱ期"),
        ("CFDA", "FDA"),
        ("AIs", "AI"),
        ("12024年", "2024年"),
        ("共[10]项", "10"),
        ("", "2000万"),
    ],
)
def test_not_found(text: str, fact: str) -> None:
    assert not contains(text, fact)


@pytest.mark.parametrize(
    "text",
    [
        "1000万",
        "40%",
        "４０％",
        "3家",
        "百分之四十",
        "三千万",
        "五千元",
        "0.5亿",
        "50 项",
        "2,000元",
        "1.5倍",
    ],
)
def test_a_figure_is_stated(text: str) -> None:
    assert states_figure(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有找到依据。",
        "现有鲁科字〔2024〕137号和鲁发改高技〔2025〕687号",
        "2024年12月6日印发",
        "第8条、三、（一）",
        "I期、1类新药、2025—2027年",
        "知识库有2份文件",
        "万一没有",
    ],
)
def test_no_figure_is_stated(text: str) -> None:
    assert not states_figure(text)


@given(st.text(alphabet="0123456789.,，、-万亿千元个%[] 零一二①ⅡaＡ０", max_size=30))
def test_any_text_is_read(text: str) -> None:
    folded = fold(text)
    found = figures(folded)
    assert all(one.end <= two.start for one, two in pairwise(found))
    contains(text, "2000万")
    states_figure(text)


@given(st.integers(min_value=1, max_value=10**9))
def test_an_amount_is_found_however_it_is_written(wan: int) -> None:
    for written in (f"{wan}万元", f"{wan:,}万元", f"{wan * 10_000}元", f"{wan * 10_000:,}元"):
        assert contains(f"最高{written}。", f"{wan}万")
        assert not contains(f"最高1{written}。", f"{wan}万")
