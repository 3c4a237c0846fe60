"""Automatic numbers of Word: what a reader sees before each paragraph, though it is not in the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.formats import docx
from ingest.formats.number_text import number_text
from ingest.numbering import chinese_number

WordFile = Callable[..., bytes]


def level(n: int, style: str, text: str, more: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(*levels: str, name: int = 0, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{more}{"".join(levels)}</w:abstractNum>'


def num(name: int, of: int = 0, more: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{of}"/>{more}</w:num>'


def p(text: str, at: str = "", style: str = "") -> str:
    """A paragraph; ``at`` is "level" or "list/level", list 1 if not said."""
    list_id, _, number = ("1/" + at if "/" not in at else at).partition("/")
    own = f'<w:numPr><w:ilvl w:val="{number}"/><w:numId w:val="{list_id}"/></w:numPr>' if at else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{own}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


NOTHING = '<w:suff w:val="nothing"/>'
NOTICE = (level(0, "chineseCounting", "%1、", NOTHING), level(1, "chineseCounting", "（%2）", NOTHING))
STATUTE = (
    level(0, "chineseCountingThousand", "第%1章"),
    level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCounting", "（%3）", NOTHING),
)
MANUAL = (level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "%3)"))


@pytest.mark.parametrize(
    ("lists", "paragraphs", "numbers"),
    [
        (abstract(*NOTICE) + num(1), "0 1 1 0 1", "一、 （一） （二） 二、 （一）"),
        (abstract(*STATUTE) + num(1), "0 1 1 2 2 0 1 2", "第一章 第一条 第二条 （一） （二） 第二章 第三条 （一）"),
        (abstract(*MANUAL) + num(1), "0 1 1 2 2 0 1", "1. 1.1 1.2 a) b) 2. 2.1"),
        (abstract(level(0, "decimal", "%1.", start=5)) + num(1), "0 0", "5. 6."),
        (abstract(level(0, "decimalEnclosedCircle", "%1", NOTHING)) + num(1), "0 0", "① ②"),
        (abstract(level(0, "ideographTraditional", "%1、", NOTHING)) + num(1), "0 0", "甲、 乙、"),
        (abstract(level(0, "japaneseCounting", "%1、", NOTHING)) + num(1), "0 0", "一、 二、"),
        (abstract(level(0, "decimalFullWidth", "%1．", NOTHING)) + num(1), "0 0", "１． ２．"),
        (abstract(level(0, "upperRoman", "%1.")) + num(1), "0 0 0 0", "I. II. III. IV."),
        (abstract(level(0, "none", "")) + num(1), "0 0", "- -"),
        (abstract(level(0, "none", "注：")) + num(1), "0 0", "注： 注："),
        (abstract(level(0, "decimal", "%1、", NOTHING)) + num(1), "9/0 0/0 0", "- - 1、"),
        # two lists of one definition share their count, until one of them is told to start anew
        (abstract(*NOTICE) + num(1) + num(2), "0 2/0 0", "一、 二、 三、"),
        (
            abstract(*NOTICE)
            + num(1)
            + num(2, more='<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'),
            "0 0 2/0 2/0 0",
            "一、 二、 一、 二、 三、",
        ),
        (abstract(*NOTICE) + abstract(*NOTICE, name=1) + num(1) + num(2, 1), "0 2/0 0", "一、 一、 二、"),
        (
            abstract(*NOTICE)
            + num(1)
            + num(2, more=f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "%1.")}</w:lvlOverride>'),
            "0 2/0",
            "一、 2.",
        ),
        # the article count goes on through the chapters, or restarts after a chapter but not after a section
        (
            abstract(
                level(0, "decimal", "%1"), level(1, "decimal", "%2"), level(2, "decimal", "（%3）", '<w:lvlRestart w:val="1"/>')
            )
            + num(1),
            "0 1 2 2 1 2 0 1 2",
            "1 1 （1） （2） 2 （3） 2 1 （1）",
        ),
        # legal style: all in Arabic digits
        (
            abstract(level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>")) + num(1),
            "0 1 0 1",
            "第一章 1.1 第二章 2.1",
        ),
    ],
    ids=[
        "公文", "articles through chapters", "decimal", "start", "circles", "stems", "old Word", "full width", "Roman",
        "none", "none with text", "no such list, switched off", "shared count", "start override", "two definitions",
        "level override", "restart after level 1", "legal",
    ],
)  # fmt: skip
def test_numbers_are_printed(lists: str, paragraphs: str, numbers: str, word_file: WordFile) -> None:
    body = "".join(p(f"正文{n}", at) for n, at in enumerate(paragraphs.split()))
    source = docx.read(word_file(body, numbering=lists), "办法.docx")
    seen = [line.partition("正文")[0].strip() or "-" for line in source.text.splitlines()]
    assert seen == numbers.split()
    assert source.warnings == ()


def test_the_gap_after_a_number_is_as_printed(word_file: WordFile) -> None:
    lists = abstract(
        level(0, "chineseCounting", "%1、", NOTHING),
        level(1, "decimal", "%2."),
        level(2, "decimal", "%3.", '<w:suff w:val="space"/>'),
    )
    body = p("总则", "0") + p("目标", "1") + p("任务", "2")
    assert (
        docx.read(word_file(body, numbering=lists + num(1)), "办法.docx").text
        == "一、总则\n1. 目标\n1. 任务\n"
    )


@pytest.mark.parametrize(
    ("text", "font", "seen"),
    [
        ("●", "", "● 正文"),
        ("\uf06c", "Wingdings", "● 正文"),
        ("\uf0ff", "Webdings", "· 正文"),
        ("", "", "正文"),
    ],
)
def test_bullets_are_plain_signs(text: str, font: str, seen: str, word_file: WordFile) -> None:
    fonts = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>'
    one = level(0, "bullet", text).replace("</w:lvl>", fonts + "</w:lvl>")
    assert (
        docx.read(word_file(p("正文", "0"), numbering=abstract(one) + num(1)), "办法.docx").text
        == seen + "\n"
    )


STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"/>
<w:style w:type="paragraph" w:styleId="h1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="h2"><w:basedOn w:val="h1"/></w:style>
<w:style w:type="paragraph" w:styleId="h3"><w:basedOn w:val="h1"/><w:pPr><w:numPr><w:ilvl w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="off"><w:basedOn w:val="h1"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="loop"><w:basedOn w:val="loop"/></w:style>
"""


def test_numbers_come_by_style(word_file: WordFile) -> None:
    lists = abstract(
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="h1"/>' + NOTHING),
        level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="h2"/>' + NOTHING),
        level(2, "decimal", "%3."),
    )
    body = (
        p("甲", style="h1") + p("乙", style="h2") + p("丙", style="h3") + p("丁", style="off") + p("戊", style="loop")
        + p("己", style="unknown") + p("庚", at="0/0", style="h1") + p("辛", at="1", style="h1") + p("壬", style="h1")
    )  # fmt: skip
    source = docx.read(word_file(body, numbering=lists + num(1), styles=STYLES), "办法.docx")
    assert source.text.split("\n") == [
        "一、甲",
        "（一）乙",
        "1. 丙",
        "丁",
        "戊",
        "己",
        "庚",
        "（二）辛",
        "二、壬",
        "",
    ]


def test_a_default_style_may_number_everything(word_file: WordFile) -> None:
    styles = '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    data = word_file(p("甲") + p("乙"), numbering=abstract(*NOTICE) + num(1), styles=styles)
    assert docx.read(data, "办法.docx").text == "一、甲\n二、乙\n"


def test_a_numbering_style_stands_for_its_list(word_file: WordFile) -> None:
    lists = (
        abstract(more='<w:numStyleLink w:val="条"/>')
        + abstract(level(0, "chineseCounting", "第%1条"), name=1, more='<w:styleLink w:val="条"/>')
        + num(1)
        + num(2, 1)
    )
    styles = '<w:style w:type="numbering" w:styleId="条"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    data = word_file(p("甲", "0") + p("乙", "0"), numbering=lists, styles=styles)
    assert docx.read(data, "办法.docx").text == "第一条 甲\n第二条 乙\n"


def test_an_empty_paragraph_counts_but_is_not_printed(word_file: WordFile) -> None:
    body = p("甲", "0") + p("", "0") + p("丙", "0")
    assert (
        docx.read(word_file(body, numbering=abstract(*NOTICE) + num(1)), "办法.docx").text
        == "一、甲\n三、丙\n"
    )


def test_a_deleted_paragraph_does_not_count(word_file: WordFile) -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>乙</w:delText></w:r></w:del></w:p>"
    )
    data = word_file(p("甲", "0") + gone + p("丙", "0"), numbering=abstract(*NOTICE) + num(1))
    assert docx.read(data, "办法.docx").text == "一、甲\n二、丙\n"


def test_the_former_numbering_of_a_changed_paragraph_is_ignored(word_file: WordFile) -> None:
    changed = (
        '<w:p><w:pPr><w:pPrChange><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:pPrChange>'
        "</w:pPr><w:r><w:t>甲</w:t></w:r></w:p>"
    )
    assert docx.read(word_file(changed, numbering=abstract(*NOTICE) + num(1)), "办法.docx").text == "甲\n"


def test_a_column_of_numbers_is_printed_in_its_cells(word_file: WordFile) -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

    table = f"<w:tbl>{row(p('序号'), p('任务'))}{row(p('', '0'), p('甲'))}{row(p('', '0'), p('乙'))}</w:tbl>"
    data = word_file(table, numbering=abstract(level(0, "decimal", "%1", NOTHING)) + num(1))
    assert docx.read(data, "清单.docx").text == "序号\t任务\n1\t甲\n2\t乙\n"


@pytest.mark.parametrize(
    ("levels", "paragraphs", "text", "doubt"),
    [
        (MANUAL, "1", "1.1 正文\n", "自动编号跳过了上一级"),
        ((level(0, "thaiCounting", "%1."),), "0", "1. 正文\n", "格式 thaiCounting 无法还原"),
    ],
)
def test_a_doubtful_number_is_reported(
    levels: tuple[str, ...], paragraphs: str, text: str, doubt: str, word_file: WordFile
) -> None:
    source = docx.read(word_file(p("正文", paragraphs), numbering=abstract(*levels) + num(1)), "办法.docx")
    assert source.text == text
    assert len(source.warnings) == 1
    assert doubt in source.warnings[0]


@pytest.mark.parametrize("field", ["AUTONUM \\* Arabic", " LISTNUM "])
def test_a_number_the_file_does_not_hold_is_reported(field: str, word_file: WordFile) -> None:
    body = (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{field}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>支持研发</w:t></w:r></w:p>'
    )
    source = docx.read(word_file(body), "办法.docx")
    assert source.text == "支持研发\n"
    assert "无法还原" in source.warnings[0]


@pytest.mark.parametrize(
    ("custom", "seen"), [("001, 002, 003, ...", "001 002"), ("0001, 0002, ...", "0001 0002")]
)
def test_custom_formats_of_later_versions(custom: str, seen: str, word_file: WordFile) -> None:
    either = (
        f'<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="{custom}"/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    one = f'<w:lvl w:ilvl="0"><w:start w:val="1"/>{either}<w:lvlText w:val="%1"/></w:lvl>'
    data = word_file(p("正文", "0") * 2, numbering=abstract(one) + num(1))
    assert docx.read(data, "办法.docx").text.replace(" 正文\n", " ").split() == seen.split()


@given(value=st.integers(1, 999))
def test_chinese_numbers_are_read_back(value: int) -> None:
    for style in ("chineseCounting", "chineseCountingThousand"):
        assert chinese_number(number_text(value, style) or "") == value


STYLE_NAMES = (
    "chineseCounting",
    "upperRoman",
    "lowerLetter",
    "decimalEnclosedCircle",
    "ideographZodiacTraditional",
)


@given(value=st.integers(-(10**9), 10**9), style=st.sampled_from(STYLE_NAMES))
def test_any_value_can_be_printed_briefly(value: int, style: str) -> None:
    assert len(number_text(value, style) or "") < 400
