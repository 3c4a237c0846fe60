"""Lines with boxes to paragraphs, on pages set in a fixed grid of characters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.formats.page_layout import compose
from ingest.formats.page_pieces import Page, Piece, Rule, ems

EM, PITCH, LEFT, WIDTH = 10, 20, 50, 20  # a page of 20 characters a line
PROSE = "支持企业建设重点实验室和技术创新中心完善运行机制强化财政投入保障各部门要协同推进按年度组织评估"


def line(text: str, row: float, indent: float = 0, size: float = EM, confidence: float = 1.0) -> Piece:
    left = LEFT + indent * EM
    top = 200 + row * PITCH
    return Piece(text, left, top, left + ems(text) * size, top + size, size, confidence)


def page(*pieces: Piece, number: int = 1, rules: tuple[Rule, ...] = (), recognised: bool = False) -> Page:
    return Page(number, LEFT * 2 + WIDTH * EM, 1000, pieces, rules, recognised)


def typeset(paragraphs: list[str], per_page: int = 12) -> list[Page]:
    """Paragraphs as an office program sets them: first lines indented by two, full lines, broken anywhere."""
    lines = []
    for text in paragraphs:
        lines.append((text[: WIDTH - 2], 2))
        lines += [(text[at : at + WIDTH], 0) for at in range(WIDTH - 2, len(text), WIDTH)]
    return [
        page(
            *(line(text, row, indent) for row, (text, indent) in enumerate(lines[at : at + per_page])),
            number=at // per_page + 1,
        )
        for at in range(0, len(lines), per_page)
    ]


def paragraph(start: int, length: int) -> str:
    return (PROSE * 4)[start : start + length - 1] + "。"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            paragraph,
            st.integers(0, 40),
            # not just filled, for then no line shows that it is the last of its paragraph but the indent
            st.integers(25, 110).filter(lambda length: (length + 2) % WIDTH not in (0, 19, 1)),
        ),
        min_size=3,
        max_size=12,
    )
)
def test_what_is_set_in_lines_comes_back_as_paragraphs(paragraphs: list[str]) -> None:
    composed = compose(typeset(paragraphs))
    assert composed.text.split("\n") == paragraphs


def test_a_place_begins_at_each_page_also_inside_a_paragraph() -> None:
    text = paragraph(0, 60)
    composed = compose(typeset(["一、总体要求", text], per_page=3))
    assert composed.text == f"一、总体要求\n{text}"
    assert [(place.page, composed.text[place.start : place.start + 2]) for place in composed.places] == [
        (1, "一、"),
        (2, text[38:40]),
    ]


def test_a_doubled_character_at_the_page_end_is_left_to_the_cleaner() -> None:
    first = page(
        line(PROSE[:18], 0, 2), line(PROSE[:20], 1), line("强化基础研究和应用技术研究支持应用应用基", 2)
    )
    second = page(line("基础研究。", 0), number=2)
    assert "应用基基础研究" in compose([first, second]).text


@pytest.mark.parametrize(
    "pieces, expected",
    [
        pytest.param(
            [line(PROSE[:18], 0, 2), line("（一）支持建设中试基地。", 1, 2), line(PROSE[:18], 2, 2)],
            [PROSE[:18], "（一）支持建设中试基地。", PROSE[:18]],
            id="an indented marker starts a paragraph after a full line",
        ),
        pytest.param(
            [line(PROSE[:18], 0, 2), line("第三条规定的情形，" + PROSE[:11], 1), line(PROSE[:9] + "。", 2)],
            [PROSE[:18] + "第三条规定的情形，" + PROSE[:11] + PROSE[:9] + "。"],
            id="a reference at the edge goes on",
        ),
        pytest.param(
            [line(PROSE[:20], 0), line("办理。", 1), line(PROSE[:20], 2), line(PROSE[:5] + "。", 3)],
            [PROSE[:20] + "办理。", PROSE[:20] + PROSE[:5] + "。"],
            id="without indents a short line ends a paragraph",
        ),
        pytest.param(
            [line(PROSE[:20], 0), line(PROSE[:20], 1), line(PROSE[:20], 2.6), line(PROSE[:20], 3.6)],
            [PROSE[:20] * 2, PROSE[:20] * 2],
            id="a wide gap ends a paragraph",
        ),
        pytest.param(
            [line(PROSE[:18], 0, 2), line("到2025-2030阶段", 1), line("2026-2030/2031-2035年。", 2)],
            [PROSE[:18] + "到2025-2030阶段", "2026-2030/2031-2035年。"],
            id="a line that ends early ends a paragraph",
        ),
        pytest.param(
            [
                line(PROSE[:18], 0, 2),
                line("按照国家标准化组织文件号GB/T", 1),
                line("9704-2012-REVISED印发。", 2),
                line(PROSE[:20], 3),
            ],
            [PROSE[:18] + "按照国家标准化组织文件号GB/T 9704-2012-REVISED印发。", PROSE[:20]],
            id="a long number that did not fit explains a ragged edge",
        ),
        pytest.param(
            [
                line("海湾市人民政府关于", 0, 3.7, size=16),
                line("支持产业发展的意见", 1.2, 3.7, size=16),
                line("海政发〔2025〕3号", 3, 5.75),
                line(PROSE[:20], 5),
                line(PROSE[:20], 6),
            ],
            ["海湾市人民政府关于支持产业发展的意见", "海政发〔2025〕3号", PROSE[:20] * 2],
            id="a title of two lines is one, the number below it is not",
        ),
        pytest.param(
            [
                line(PROSE[:18], 0, 2),
                line("办理。", 1),
                line("海湾市财政局", 3, 14),
                line("2025年4月3日", 4, 13.5),
            ],
            [PROSE[:18] + "办理。", "海湾市财政局", "2025年4月3日"],
            id="a signature",
        ),
        pytest.param(
            [line("一、总则…………………………………1", 0), line("二、附则…………………………………9", 1)],
            ["一、总则…………………………………1", "二、附则…………………………………9"],
            id="lines of a table of contents",
        ),
        pytest.param(
            [line("面积每100m", 0), Piece("2", 100, 198, 103, 204, 6), line("补助5万元。", 1)],
            ["面积每100m2", "补助5万元。"],
            id="a raised figure stands in its line",
        ),
        pytest.param(
            [line("项目", 0), line("标准", 0, 10), line("面积", 1), line("10亩", 1, 10), line(PROSE[:20], 3)],
            ["项目\t标准", "面积\t10亩", PROSE[:20]],
            id="aligned wide gaps are cells",
        ),
    ],
)
def test_paragraphs(pieces: list[Piece], expected: list[str]) -> None:
    filler = [line(PROSE[:20], 30 + n) for n in range(4)]  # shows where the edges are
    assert compose([page(*pieces, *filler)]).text.split("\n")[: len(expected)] == expected


def printed(number: int, *, header: str = "海湾市人民政府公报", footer: str = "") -> Page:
    """A page of three rows, header and footer at the edges of the paper."""
    extra = [Piece(header, 100, 20, 190, 30, 10)] if header else []
    extra += [Piece(footer, 140, 970, 160, 980, 10)] if footer else []
    rows = [line(f"{PROSE[number : number + 14]}{number}1亿元", n) for n in range(3)]
    return page(*extra, *rows, number=number)


@pytest.mark.parametrize("footer", ["— {} —", "{}/5", "第{}页 共5页", "- {} -", "{}", "Page {} of 5"])
def test_headers_and_page_numbers_are_left_out(footer: str) -> None:
    text = compose([printed(n, footer=footer.format(n)) for n in range(1, 6)]).text
    assert "公报" not in text and "共5页" not in text and "/" not in text
    assert text.count("亿元") == 15


def test_what_a_browser_prints_is_left_out() -> None:
    edges = [
        Piece("2026/7/24 15:30", 20, 20, 90, 28, 8),
        Piece("扶持办法_海湾市政府", 150, 20, 240, 28, 8),
        Piece("https://www.example.gov.cn/a/1.htm", 20, 970, 150, 978, 8),
        Piece("1/1", 280, 970, 292, 978, 8),
    ]
    assert compose([page(*edges, line("一、总则", 0))]).text == "一、总则"


@pytest.mark.parametrize(
    "text",
    ["最高补助200万元", "2025", "（三）", "海政发〔2025〕3号", "3", "第五条 本办法自2025年1月1日起施行。"],
)
def test_text_in_the_margin_of_one_page_stays(text: str) -> None:
    edge = Piece(text, 60, 960, 60 + ems(text) * 10, 970, 10)
    assert text in compose([page(line("一、总则", 0), edge), page(line("二、附则", 0), number=2)]).text


def test_what_is_drawn_over_the_text_does_not_cut_a_sentence() -> None:
    lines = [line(PROSE[:18], 0, 2), line(PROSE[:20], 1), line("到期后评估。", 2)]
    bar = [line("首页", 1.2, 1), line("政策", 1.2, 8), line("服务", 1.2, 15)]
    filler = [line(PROSE[:20], 30 + n) for n in range(4)]
    texts = compose([page(*lines, *filler, *bar)]).text.split("\n")
    assert PROSE[:18] + PROSE[:20] + "到期后评估。" in texts
    assert {"首页", "政策", "服务"} <= set("\t".join(texts).split("\t"))


@pytest.mark.parametrize("first", [True, False])
def test_a_watermark_over_or_under_the_text_stands_aside(first: bool) -> None:
    lines = [line(PROSE[:18], 0, 2), *(line(PROSE[:20], n) for n in range(1, 6)), line("到期后评估。", 6)]
    mark = [Piece("内部", 100, 220, 180, 260, 40)]
    texts = compose([page(*(mark + lines if first else lines + mark))]).text.split("\n")
    assert sorted(texts) == sorted([PROSE[:18] + PROSE[:20] * 5 + "到期后评估。", "内部"])


def grid(xs: list[float], ys: list[float]) -> tuple[Rule, ...]:
    return tuple(Rule(x, ys[0], x, ys[-1]) for x in xs) + tuple(Rule(xs[0], y, xs[-1], y) for y in ys)


def test_a_ruled_table_gives_a_line_a_row_with_its_header_as_context() -> None:
    cells = [
        *(Piece(text, x, 305, x + 20, 315, 10) for text, x in (("序号", 55), ("项目", 105), ("标准", 205))),
        *(
            Piece(text, x, 325, x + 20, 335, 10)
            for text, x in (("1", 55), ("中试基地", 105), ("10万元", 205))
        ),
        Piece("建设", 105, 337, 125, 347, 10),
        *(Piece(text, x, 357, x + 20, 367, 10) for text, x in (("2", 55), ("人才引进", 105), ("5万元", 205))),
    ]
    rules = grid([50, 100, 200, 250], [300, 320, 352, 370])
    composed = compose([page(line(PROSE[:20], 0), *cells, rules=rules)])
    assert composed.text.split("\n") == [
        PROSE[:20],
        "序号\t项目\t标准",
        "1\t中试基地建设\t10万元",
        "2\t人才引进\t5万元",
    ]
    assert [(composed.text[r.span.start : r.span.end], r.context) for r in composed.rows] == [
        ("1\t中试基地建设\t10万元", "序号 项目 标准"),
        ("2\t人才引进\t5万元", "序号 项目 标准"),
    ]


def test_a_cell_over_two_rows_is_context_of_the_second() -> None:
    outer = (*grid([50, 250], [300, 340]), Rule(150, 300, 150, 340), Rule(150, 320, 250, 320))
    names = (("人才类", 55, 315), ("领军", 155, 305), ("青年", 155, 325))
    cells = [Piece(text, x, y, x + 20, y + 10, 10) for text, x, y in names]
    composed = compose([page(*cells, rules=outer)])
    assert composed.text == "人才类\t领军\n青年"
    assert [row.context for row in composed.rows] == ["人才类"]


def test_a_frame_around_text_is_no_table() -> None:
    frame = grid([40, 260], [190, 300])
    assert compose([page(line("索引号：1", 0), line("文号：2", 1), rules=frame)]).text == "索引号：1\n文号：2"


def test_two_columns_are_read_one_after_the_other() -> None:
    def column(texts: list[str], left: float) -> list[Piece]:
        return [
            Piece(t, left, 200 + 20 * n, left + 10 * len(t), 210 + 20 * n, 10) for n, t in enumerate(texts)
        ]

    left, right = [PROSE[n : n + 20] for n in range(7)], [PROSE[n : n + 20] for n in range(10, 17)]
    pieces = [piece for pair in zip(column(left, 50), column(right, 270), strict=True) for piece in pair]
    assert compose([Page(1, 520, 1000, tuple(pieces))]).text == "".join(left) + "".join(right)


def test_recognised_paragraphs_carry_the_lowest_confidence_of_their_lines() -> None:
    sure = [
        line(PROSE[:18], 0, 2, confidence=0.99),
        line(PROSE[:20], 1, confidence=0.7),
        line("完。", 2, confidence=0.9),
    ]
    composed = compose([page(*sure, line("二、其他", 3, 2, confidence=0.95), recognised=True)])
    assert [(place.start, place.confidence) for place in composed.places] == [(0, 0.7), (41, 0.95)]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(
            Piece,
            st.text("支持（一）1.9aB—", min_size=1, max_size=12),
            st.floats(0, 500),
            st.floats(0, 800),
            st.floats(500, 600),
            st.floats(800, 820),
            st.floats(1, 40),
        ),
        max_size=25,
    ),
    st.booleans(),
)
def test_any_boxes_give_some_text_and_lose_none(pieces: list[Piece], recognised: bool) -> None:
    composed = compose([Page(1, 600, 840, tuple(pieces), recognised=recognised)])
    kept = "".join(composed.text.split())
    assert len(kept) <= sum(len(piece.text) for piece in pieces)
    assert [place.start for place in composed.places] == sorted(place.start for place in composed.places)
