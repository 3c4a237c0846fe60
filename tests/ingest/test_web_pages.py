"""What web pages and captured files print around a document, and rows of tables in texts of whole paragraphs."""

from __future__ import annotations

import pytest

from corpus import NodeKind, PolicyDocument
from ingest.clean import clean
from ingest.parse import parse_source
from ingest.source import Layout, SourceText

PAGE = """首页 > 政府信息公开 > 政策文件
字体：【大 中 小】
索 引 号：\t014500810/2025-00821
组配分类：\t意见
发文机关：\t甲省人民政府办公厅
文　　号：\t甲府厅发〔2025〕6号
甲省人民政府办公厅关于发展氢能的意见
各市人民政府：
为了发展氢能，提出如下意见。
一、总体要求
坚持创新。
二、重点任务
甲省人民政府办公厅
2025年4月3日
（此件公开发布）
【打印】【关闭窗口】
版权所有：甲省人民政府办公厅
甲ICP备12345678号
"""
CAPTURED = """# 原件
- title: 甲省人民政府关于发展氢能的意见
- publisher: 甲省人民政府
- publish_date: 2025-04-03

---

甲省人民政府关于发展氢能的意见
一、总体要求
二、重点任务
"""


def parse(text: str, layout: Layout = Layout.PARAGRAPHS) -> PolicyDocument:
    return parse_source(SourceText(text, "网页.html", "html", layout))


def shown(document: PolicyDocument, kind: NodeKind) -> list[tuple[str, str]]:
    return [(clause.path[0], clause.text) for clause in document.clauses if clause.kind is kind]


@pytest.mark.parametrize("layout", list(Layout))
def test_furniture_is_neither_title_nor_clause(layout: Layout) -> None:
    document = parse(PAGE, layout)
    assert [clause.path for clause in document.clauses if clause.kind is NodeKind.CLAUSE] == [
        ("一",),
        ("二",),
    ]
    assert shown(document, NodeKind.TITLE) == [("标题", "甲省人民政府办公厅关于发展氢能的意见")]
    header = dict(shown(document, NodeKind.HEADER))
    assert header["网页信息"].startswith("首页 > 政府信息公开") or header["网页信息"].startswith("首页>")
    assert "014500810/2025-00821" in header["版头"]
    assert "组配分类" in header["版头"]
    assert "甲府厅发〔2025〕6号" in header["版头"]
    signature, footer = shown(document, NodeKind.SIGNATURE)
    assert signature == ("落款", "甲省人民政府办公厅\n2025年4月3日\n（此件公开发布）")
    assert footer[0] == "网页信息2"
    assert footer[1].startswith("【打印】") and footer[1].endswith("号")


def test_front_matter_of_a_captured_file_is_header() -> None:
    document = parse(CAPTURED, Layout.LINES)
    assert [clause.path for clause in document.clauses if clause.kind is NodeKind.CLAUSE] == [
        ("一",),
        ("二",),
    ]
    assert shown(document, NodeKind.TITLE) == [("标题", "甲省人民政府关于发展氢能的意见")]


def test_rows_of_a_table_are_text_of_their_clause() -> None:
    document = parse(
        "甲市补贴办法\n一、标准\n序号\t对象\t金额\n1\t支持企业\t500万元\n2、\t一、高校\t300万元\n二、附则"
    )
    clauses = [clause for clause in document.clauses if clause.kind is NodeKind.CLAUSE]
    assert [clause.path for clause in clauses] == [("一",), ("二",)]
    assert clauses[0].text == "一、标准\n序号\t对象\t金额\n1\t支持企业\t500万元\n2、\t一、高校\t300万元"
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        (
            ["国务院关于印发国家职业教育改革", "实施方案的通知"],
            ["国务院关于印发国家职业教育改革实施方案的通知"],
        ),
        (["总体目标", "到2027年，建成平台"], ["总体目标", "到2027年，建成平台"]),
        (
            [
                "支持企业牵头组建联合体，围绕关键环节开展攻关，" * 4 + "对取得新药证书的给予奖",
                "励，最高100万元。",
            ],
            [
                "支持企业牵头组建联合体，围绕关键环节开展攻关，" * 4
                + "对取得新药证书的给予奖励，最高100万元。"
            ],
        ),
    ],
)
def test_whole_paragraphs_are_joined_only_where_they_are_torn(
    lines: list[str], paragraphs: list[str]
) -> None:
    assert [p.text for p in clean("\n".join(lines), layout=Layout.PARAGRAPHS)] == paragraphs


def test_a_box_of_metadata_below_the_text_is_no_clause() -> None:
    document = parse(
        "关于发展氢能的意见\n一、目标。做大产业。\n二、保障。加强领导。\n"
        "索引号：000014349/2026-00056\t主题分类：能源\n发文机关：甲省人民政府\t成文日期：2026年7月19日\n"
        "标题：甲省人民政府关于发展氢能的意见"
    )
    assert shown(document, NodeKind.CLAUSE)[-1] == ("二", "二、保障。加强领导。")
    assert [path for path, _ in shown(document, NodeKind.SIGNATURE)] == ["网页信息"]


def test_labelled_lines_of_the_text_itself_are_no_box() -> None:
    document = parse("关于开会的通知\n一、议题。氢能。\n二、安排。\n时间：5月6日\n名称：氢能座谈会")
    assert shown(document, NodeKind.CLAUSE)[-1] == ("二", "二、安排。\n时间：5月6日\n名称：氢能座谈会")


@pytest.mark.parametrize(
    "line", ["公开方式：主动公开", "公开方式:主动公开", "（此件主动公开）", "信息公开选项：依申请公开"]
)
def test_notes_on_publication_are_part_of_the_signature(line: str) -> None:
    document = parse(f"甲市补贴办法\n第一条 给予补贴。\n第二条 自印发之日起施行。\n{line}")
    assert shown(document, NodeKind.CLAUSE)[-1] == ("第二条", "第二条自印发之日起施行。")
    assert shown(document, NodeKind.SIGNATURE) == [("落款", line)]
