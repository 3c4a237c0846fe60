"""Every number a clause can carry, in every style; and references in a sentence, which are no clauses."""

from __future__ import annotations

import pytest

from ingest.numbering import Style, chinese_number, match_marker

DIGITS = "零一二三四五六七八九"
CHINESE_STYLES = {
    "第{}编": Style.BOOK,
    "第{}章": Style.CHAPTER,
    "第{}节": Style.SECTION,
    "第{}条": Style.ARTICLE,
    "{}、": Style.CHINESE,
    "（{}）": Style.CHINESE_PAREN,
}
ARABIC_STYLES = {
    "{}.": Style.ARABIC,
    "{}．": Style.ARABIC,
    "{}、": Style.ARABIC,
    "（{}）": Style.ARABIC_PAREN,
    "{}）": Style.ARABIC_PAREN,
    "第{}条": Style.ARTICLE,
}


def spell(number: int) -> str:
    """The Chinese numeral of 1 to 999, by the rules and not by the library under test: 十一, 二十, 一百零三, 一百一十."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def test_the_speller() -> None:
    assert [spell(n) for n in (1, 10, 11, 20, 103, 110, 115, 999)] == [
        "一", "十", "十一", "二十", "一百零三", "一百一十", "一百一十五", "九百九十九",
    ]  # fmt: skip


@pytest.mark.parametrize(("pattern", "style"), CHINESE_STYLES.items())
def test_every_chinese_numeral(pattern: str, style: Style) -> None:
    for number in range(1, 1000):
        printed = pattern.format(spell(number))
        marker = match_marker(f"{printed}加强领导。")
        assert marker is not None, printed
        assert (marker.style, marker.number, marker.length) == (style, number, len(printed))
        assert marker.label == printed.rstrip("、")


@pytest.mark.parametrize(("pattern", "style"), ARABIC_STYLES.items())
def test_every_arabic_numeral(pattern: str, style: Style) -> None:
    for number in range(1, 1000):
        printed = pattern.format(number)
        marker = match_marker(f"{printed}加强领导。")
        assert marker is not None, printed
        assert (marker.style, marker.number, marker.length) == (style, number, len(printed))
        assert marker.label == printed.rstrip("、.．")


@pytest.mark.parametrize(
    ("first", "last", "style"),
    [
        ("①", "⑳", Style.CIRCLED),
        ("㉑", "㉟", Style.CIRCLED),
        ("㊱", "㊿", Style.CIRCLED),
        ("⑴", "⒇", Style.ARABIC_PAREN),
        ("⒈", "⒛", Style.ARABIC),
        ("㈠", "㈩", Style.CHINESE_PAREN),
    ],
)
def test_every_enclosed_numeral(first: str, last: str, style: Style) -> None:
    start = {"㉑": 21, "㊱": 36}.get(first, 1)
    for number, code in enumerate(range(ord(first), ord(last) + 1), start):
        marker = match_marker(f"{chr(code)}加强领导。")
        assert marker is not None
        assert (marker.style, marker.number) == (style, number)


@pytest.mark.parametrize("text", ["零", "百", "十百", "一一", "二三", "百十", "一千", "", "壹", "两"])
def test_what_is_no_numeral(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "依照第十二条第二款",
        "按本意见第（三）项",
        "第三条规定的情形",
        "第十二条第二款规定",
        "第十二条、第十三条",
        "第十二条和第十三条",
        "第五条至第八条",
        "第五条及第八条",
        "第五条或者第八条",
        "第三条所称企业",
        "第三条之规定",
        "第三条的规定",
        "第三条，应当",
        "第二款规定的",
        "（三）项规定的材料",
        "（一）（二）项材料",
        "（一）、（二）项材料",
        "（一）至（三）项材料",
        "（2）项所列",
        "一、二级医院",
        "二、三产业融合",
        "三、四级手术",
        "3.5万元",
        "3.5.1版本",
        "2025年9月",
        "2025.9.19",
        "十四五规划",
        "一是加强",
        "第一，加强",
        "第一批",
        "第三方机构",
        "（一次性）补助",
        "（2025—2027年）",
        "1亿元",
        "100%补贴",
        "0.5",
        "0、1",
        "（0）",
    ],
)
def test_what_starts_no_clause(text: str) -> None:
    assert match_marker(text) is None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("第十条项目申报应当", "第十条"),
        ("第十条第三方机构应当", "第十条"),
        ("第六条规范性文件", "第六条"),
        ("第六条及时公开", "第六条"),
        ("第六条定点医疗机构", "第六条"),
        ("第六条款项拨付", "第六条"),
        ("第六条所有企业", "第六条"),
        ("第六条到期的项目", "第六条"),
        ("第六条之一企业", "第六条之一"),
        ("第六条【适用】企业", "第六条"),
        ("第六条", "第六条"),
        ("（一）项目建设", "（一）"),
        ("（一）（略）", "（一）"),
        ("一、一流企业", "一"),
        ("一、二次创业", "一"),
        ("一．总则", "一"),
        ("1.3D打印", None),
        ("1. 3D打印", "1"),
        ("8.对在省内", "8"),
    ],
)
def test_what_starts_a_clause(text: str, label: str | None) -> None:
    marker = match_marker(text)
    assert (marker.label if marker else None) == label
