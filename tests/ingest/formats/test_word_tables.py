"""Tables of a Word file: a row a line, each cell once, with what a reader sees above and beside it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ingest.formats import docx

WordFile = Callable[..., bytes]
MERGES = {"↓": '<w:vMerge w:val="restart"/>', "↑": "<w:vMerge/>", "←": '<w:hMerge w:val="continue"/>'}


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(drawn: str) -> str:
    """ "平台↓" goes on below in "↑"; "附表×2" is two columns wide, "←" covered in the older way; / parts paragraphs."""
    text, mark, width = re.fullmatch(r"([^↓↑←×]*)([↓↑←]?)(?:×(\d))?", drawn.strip()).groups()  # type: ignore[union-attr]
    span = f'<w:gridSpan w:val="{width}"/>' if width else ""
    return f"<w:tc><w:tcPr>{span}{MERGES.get(mark, '')}</w:tcPr>{''.join(map(p, text.split('/')))}</w:tc>"


def row(drawn: str) -> str:
    """Cells between bars; a row Word repeats begins with #, a deleted one with -."""
    setting = {"#": "<w:tblHeader/>", "-": "<w:del/>"}.get(drawn[0], "")
    cells = "".join(map(cell, drawn.lstrip("#-").split("|")))
    return f"<w:tr><w:trPr>{setting}</w:trPr>{cells}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(map(row, rows))}</w:tbl>"


@pytest.mark.parametrize(
    ("drawn", "printed"),
    [
        (["项目 | 标准", "平台 | 最高/500万元"], {"项目\t标准": "", "平台\t最高 500万元": "项目 标准"}),
        (["只有 | 一行"], {"只有\t一行": ""}),
        (
            ["类别 | 级别 | 标准", "平台↓ | 国家级 | 500", "↑ | 省级 | 300", "企业 | 省级 | 100"],
            {
                "类别\t级别\t标准": "",
                "平台\t国家级\t500": "类别 级别 标准",
                "\t省级\t300": "类别 级别 标准 平台",
                "企业\t省级\t100": "类别 级别 标准",
            },
        ),
        (["附表×2", "项目 | 标准", "平台 | 500"], {"附表": "", "项目\t标准": "", "平台\t500": "附表 项目 标准"}),
        (["#甲 | 乙", "#丙 | 丁", "1 | 2"], {"甲\t乙": "", "丙\t丁": "", "1\t2": "甲 乙 丙 丁"}),
        (
            ["项目↓ | 标准×2", "↑ | 首年 | 次年", "平台 | 5 | 3"],
            {"项目\t标准": "", "\t首年\t次年": "", "平台\t5\t3": "项目 标准 首年 次年"},
        ),
        (["项目 | 标准", "合计×2", " | "], {"项目\t标准": "", "合计": "项目 标准"}),
        (["项目 | 标准", "-删 | 除", "平台 | 5"], {"项目\t标准": "", "平台\t5": "项目 标准"}),
        (["左 | ← | 右", "1 | 2 | 3"], {"左\t右": "", "1\t2\t3": "左 右"}),
        (["项目 | 标准", "#平台 | 5"], {"项目\t标准": "", "平台\t5": "项目 标准"}),
    ],
    ids=[
        "plain", "one row", "merged down", "title above", "repeated headers", "header of two storeys", "spanning, empty row",
        "deleted row", "older merge", "a header mark further down",
    ],
)  # fmt: skip
def test_rows(drawn: list[str], printed: dict[str, str], word_file: WordFile) -> None:
    source = docx.read(word_file(p("前") + table(*drawn) + p("后")), "标准.docx")
    assert {source.text[row.span.start : row.span.end]: row.context for row in source.rows} == printed
    assert source.text == "\n".join(["前", *printed, "后", ""])


def test_a_frame_around_text_is_not_a_table(word_file: WordFile) -> None:
    inside = p("一、总则") + p("二、标准") + table("项目 | 标准", "平台 | 5") + p("")
    source = docx.read(word_file(f"<w:tbl><w:tr><w:tc>{inside}</w:tc></w:tr></w:tbl>"), "办法.docx")
    assert source.text == "一、总则\n二、标准\n项目\t标准\n平台\t5\n"
    assert [row.context for row in source.rows] == ["", "项目 标准"]


def test_a_table_in_a_cell_is_part_of_the_cell(word_file: WordFile) -> None:
    outer = table("项目 | 明细", "平台 | 含").replace(
        "含</w:t></w:r></w:p>", f"含</w:t></w:r></w:p>{table('甲 | 乙')}"
    )
    assert docx.read(word_file(outer), "标准.docx").text == "项目\t明细\n平台\t含 甲 乙\n"


def test_rows_and_cells_in_content_controls(word_file: WordFile) -> None:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{row('平台 | 5')}</w:sdtContent></w:sdt>"
    one = (
        row("企业 | 3")
        .replace("<w:tc>", "<w:sdt><w:sdtContent><w:tc>")
        .replace("</w:tc>", "</w:tc></w:sdtContent></w:sdt>")
    )
    data = word_file(f"<w:tbl>{row('项目 | 标准')}{control}{one}</w:tbl>")
    assert docx.read(data, "标准.docx").text == "项目\t标准\n平台\t5\n企业\t3\n"
