"""Web pages: what of a page is the policy, and what a browser prints of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import UnreadableFile
from ingest.formats import read as read_file
from ingest.formats.html import read
from ingest.source import Layout

PROSE = "支持企业开展研发，给予最高100万元补助。"
MORE = "对新建的实验室，按照投入的一定比例给予补贴，每年不超过50万元。"
TITLE = "某市科技局关于印发《某市研发补助办法》的通知"
NAVIGATION = """
<div class="header"><a href="/">首页</a> <a href="/zw">政务公开</a> <a href="/fw">政务服务</a></div>
<div class="crumbs">您现在的位置：<a href="/">首页</a> &gt; <a href="/zw">政务公开</a> &gt; 通知公告</div>
"""
FOOTER = """
<div class="footer"><p>版权所有：某市人民政府　主办单位：某市人民政府办公室</p><p>某ICP备00000000号</p></div>
<script>document.write("<p>访问统计，共计一百万次。</p>")</script>
"""


def lines(body: str, head: str = "") -> list[str]:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "页.html").text.splitlines()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<h2>一、目标</h2><p>{PROSE}</p><div>二、任务</div>", ["一、目标", PROSE, "二、任务"]),
        (f"<p>一、目标<br>{PROSE}<br/>二、任务</p>", ["一、目标", PROSE, "二、任务"]),
        ("<p>支<span>持</span><b>企<i>业</i></b>\n<font>研发，最高补助1</font>00万元。</p>", ["支持企业 研发，最高补助100万元。"]),
        (f"<p>\n  &nbsp;&emsp;一、目标\n\t和任务 </p><p>{PROSE}</p>", ["\xa0\u2003一、目标 和任务", PROSE]),
        (f"<p>{PROSE}</p><p style='color:red;DISPLAY : none'>无</p><p hidden>无</p><p>完</p>", [PROSE, "完"]),
        (f"<p>{PROSE}<span style='display:none'>无</span>完。</p>", [f"{PROSE}完。"]),
        (f"<p>{PROSE}</p><!-- 无 --><style>p:after{{content:'无'}}</style><noscript>无</noscript>", [PROSE]),
        (f"<p>{PROSE}</p><p>一<input type=hidden value=无><button>无</button></p>", [PROSE, "一"]),
        (f"<p>{PROSE}</p><pre>一、目标\n二、任务</pre>", [PROSE, "一、目标", "二、任务"]),
        (f"<p>{PROSE}</p><p>二<span style='display:block'>三</span></p>", [PROSE, "二", "三"]),
        (f"<p>{PROSE}</p><p>面积5m<sup>2</sup></p><p>&#8203;</p><p>&nbsp;</p>", [PROSE, "面积5m2"]),
        (f"<p>{PROSE}</p><p>A&lt;B &amp; C</p>", [PROSE, "A<B & C"]),
        (f"<p>{PROSE}<p>二<li>三<div>四", [PROSE, "二", "三", "四"]),
        (f"<p>{PROSE}</p><ucap><p>二</p>三</ucap>", [PROSE, "二", "三"]),
    ],
    ids=[
        "blocks", "br", "inline", "blanks", "hidden", "hidden inline", "comment and style", "controls", "pre",
        "displayed as block", "superscript", "entities", "unclosed", "unknown tag",
    ],
)  # fmt: skip
def test_what_is_printed(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("<ol><li>甲<li>乙</ol>", ["1. 甲", "2. 乙"]),
        ("<ol start=3><li>甲</li><li value='7'><p>乙</p><p>丙</p></li><li>丁</li></ol>", ["3. 甲", "7. 乙", "丙", "8. 丁"]),
        ("<ol type=a><li>甲</ol><ol type=I><li>甲<li>乙</ol>", ["a. 甲", "I. 甲", "II. 乙"]),
        ("<ol style='list-style-type:cjk-ideographic'><li>甲<li>乙</ol>", ["一、甲", "二、乙"]),
        ("<ol><li>甲<ol><li>子<li>丑</ol></li><li>乙</li></ol>", ["1. 甲", "1. 子", "2. 丑", "2. 乙"]),
        ("<ul><li>甲<li>乙</ul>", ["甲", "乙"]),
        ("<ol style='list-style:none'><li>甲<li>乙</ol>", ["甲", "乙"]),
        ("<ol><li>1.甲</li><li>（二）乙</li><li>一、丙</li><li>丁</li></ol>", ["1.甲", "（二）乙", "一、丙", "4. 丁"]),
        ("<ol><li></li><li>乙</li></ol>", ["2. 乙"]),
        ("<li>甲", ["甲"]),
    ],
    ids=["plain", "start and value", "type", "Chinese", "nested", "unordered", "none", "numbered already", "empty", "alone"],
)  # fmt: skip
def test_numbers_of_lists(items: str, expected: list[str]) -> None:
    assert lines(f"<p>{PROSE}</p>{items}") == [PROSE, *expected]


def rows(table: str) -> list[tuple[str, str]]:
    source = read(f"<p>{PROSE}</p>{table}<p>{MORE}</p>".encode(), "页.html")
    assert source.text.startswith(PROSE + "\n") and source.text.endswith(f"\n{MORE}\n")
    return [(source.text[row.span.start : row.span.end], row.context) for row in source.rows]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "<tr><th>对象<th>标准<tr><td>企业<td>100万元<tr><td>高校<td>50万元",
            [("对象\t标准", ""), ("企业\t100万元", "对象 标准"), ("高校\t50万元", "对象 标准")],
        ),
        (
            "<tr><td>对象<td>标准<tr><td>企业<td>100万元",
            [("对象\t标准", ""), ("企业\t100万元", "对象 标准")],
        ),
        ("<tr><td>企业<td>100万元<tr><td>高校<td>50万元", [("企业\t100万元", ""), ("高校\t50万元", "")]),
        (
            "<tr><td>类别<td>项目<td>分值<tr><td rowspan=2>加分<td>学历<td>30分<tr><td>专利<td>20分<tr><td>减分<td>失信<td>10分",
            [
                ("类别\t项目\t分值", ""),
                ("加分\t学历\t30分", "类别 项目 分值"),
                ("专利\t20分", "类别 项目 分值 加分"),
                ("减分\t失信\t10分", "类别 项目 分值"),
            ],
        ),
        (
            "<tr><th rowspan=2>类别<th colspan=2>标准<tr><th>市级<th>区级<tr><td>企业<td>3万元<td>1万元",
            [("类别\t标准", ""), ("市级\t区级", "类别"), ("企业\t3万元\t1万元", "类别 标准 市级 区级")],
        ),
        (
            "<tr><td colspan=2>补助标准表<tr><td>对象<td>标准<tr><td>企业<td>3万元",
            [("补助标准表", ""), ("对象\t标准", ""), ("企业\t3万元", "对象 标准")],
        ),
        (
            "<tr><td>对象<td>条件<tr><td><p>企业</p><td><p>1.在本市注册；</p><p>2.上年盈利\n良好。</p>",
            [("对象\t条件", ""), ("企业\t1.在本市注册； 2.上年盈利 良好。", "对象 条件")],
        ),
        ("<tr><td>对象<td>标准<tr><td>企业<td><tr><td><td>", [("对象\t标准", ""), ("企业\t", "对象 标准")]),
        (
            "<thead><tr><td>对象<td>标准<tbody><tr><td>企业<td style='display:none'>无<td>3万元",
            [("对象\t标准", ""), ("企业\t3万元", "对象 标准")],
        ),
    ],
    ids=["th", "header by its looks", "no header", "rowspan", "two header rows", "title row", "paragraphs", "empty cells", "hidden cell"],
)  # fmt: skip
def test_tables_of_data(table: str, expected: list[tuple[str, str]]) -> None:
    assert rows(f"<table>{table}</table>") == expected


def test_a_caption_and_stray_text_of_a_table_are_kept() -> None:
    table = "<table><caption>表1 标准</caption><tr><td>对象<td>标准</tr><tr><td>企业<td>3万元</tr></table>"
    assert lines(f"<p>{PROSE}</p>{table}") == [PROSE, "表1 标准", "对象\t标准", "企业\t3万元"]


def test_a_layout_table_is_no_table_of_data() -> None:
    page = f"<table><tr><td>{NAVIGATION}</td></tr><tr><td id=zw><p>一、目标</p><p>{PROSE}</p><p>{MORE}</p></td></tr></table>"
    source = read(page.encode(), "页.html")
    assert source.text.splitlines() == ["一、目标", PROSE, MORE]
    assert source.rows == ()


def test_a_table_of_data_in_a_layout_table() -> None:
    inner = "<table><tr><td>对象<td>标准<tr><td>企业<td>3万元</table>"
    source = read(f"<table><tr><td><p>{PROSE}</p>{inner}<p>{MORE}</p></td></tr></table>".encode(), "页.html")
    assert source.text.splitlines() == [PROSE, "对象\t标准", "企业\t3万元", MORE]
    assert [row.context for row in source.rows] == ["", "对象 标准"]


def test_a_cell_that_holds_a_text_makes_a_layout_table() -> None:
    text = "".join(f"<p>第{n}项，{PROSE}</p>" for n in range(20))
    source = read(f"<table><tr><td>栏目<td>{text}</table>".encode(), "页.html")
    assert source.rows == () and len(source.text.splitlines()) == 21


CONTENT = f"""<p>各区人民政府，市政府各部门：</p><p>现将办法印发给你们，请认真贯彻执行。</p><p>{PROSE}</p>
<p>某市科技局</p><p>2025年9月19日</p><p>（此件公开发布）</p><p>附件：<a href="1.doc">1.申报表</a></p>"""
PRINTED = [
    "各区人民政府，市政府各部门：", "现将办法印发给你们，请认真贯彻执行。", PROSE,
    "某市科技局", "2025年9月19日", "（此件公开发布）", "附件：1.申报表",
]  # fmt: skip
SHARE = '<div class="share">分享到：<a href=#>微信</a><a href=#>微博</a></div><p>【打印】【关闭窗口】</p>'
RELATED = """<div><h4>相关新闻</h4><ul><li><a href=1>某市召开科技大会，部署明年工作。</a> 2025-01-01</li>
<li><a href=2>某市解读研发补助办法，企业最高可得百万元。</a> 2025-01-02</li></ul></div>"""


@pytest.mark.parametrize(
    "page",
    [
        f"{NAVIGATION}<div class=main><h1>{TITLE}</h1><div class=info>发布时间：2025-09-20 来源：某市科技局</div>"
        f"<div id=zoom>{CONTENT}</div>{SHARE}{RELATED}</div>{FOOTER}",
        f"{NAVIGATION}<div class=a><div class=b><div class=title>{TITLE}</div><div class=c>{CONTENT}</div>"
        f"<div class=d>扫一扫在手机打开当前页</div></div></div>{FOOTER}",
        f"<table><tr><td>{NAVIGATION}</td></tr><tr><td><table><tr><td>{RELATED}</td>"
        f"<td><h2>{TITLE}</h2><p>来源：某市科技局　　浏览次数：12</p><div>{CONTENT}</div>{SHARE}</td></tr></table>"
        f"</td></tr><tr><td>{FOOTER}</td></tr></table>",
        f"{NAVIGATION}<h1>{TITLE}</h1>{CONTENT}{RELATED}{FOOTER}",
        f"<nav>首页 政务</nav><main><article><header><h1>{TITLE}</h1></header>{CONTENT}</article>{SHARE}</main>"
        f"<aside>{RELATED}</aside><footer>主办：某市</footer>",
        f"{NAVIGATION}<div class=pc><h1>{TITLE}</h1>{CONTENT}{MORE * 3}</div><div class=wap><h1>{TITLE}</h1>{CONTENT}{MORE * 3}"
        f"</div>{FOOTER}",
        f"<h1>{TITLE}</h1>{CONTENT}",
    ],
    ids=["hinted", "plain boxes", "tables", "flat", "semantic", "twice", "nothing else"],
)  # fmt: skip
def test_the_policy_without_the_page_around_it(page: str) -> None:
    printed = lines(page, f"<title>{TITLE}_某市人民政府</title>")
    if MORE in page:
        printed.remove(MORE * 3)
    assert printed == [TITLE, *PRINTED]


def test_text_in_two_boxes_is_kept_whole() -> None:
    plan = f"<h2>某市研发补助办法</h2><p>第一条　{PROSE}</p><p>第二条　{MORE}</p>" * 3
    page = f"{NAVIGATION}<div><div class=notice>{CONTENT}</div><div class=plan>{plan}</div></div>{FOOTER}"
    printed = lines(page)
    assert printed[: len(PRINTED)] == PRINTED
    assert len(printed) == len(PRINTED) + 9


def test_a_table_in_a_box_of_its_own_is_kept() -> None:
    table = "<table><tr><td>对象<td>标准<tr><td>企业<td>3万元<tr><td>高校<td>1万元</table>"
    printed = lines(f"{NAVIGATION}<div><div>{CONTENT}</div><div>{table}</div></div>{FOOTER}")
    assert printed == [*PRINTED, "对象\t标准", "企业\t3万元", "高校\t1万元"]


def test_what_belongs_to_the_policy_beside_its_box() -> None:
    page = f"""{NAVIGATION}<div><h1>{TITLE}</h1><div class=wh>某科规〔2025〕3号</div><div class=bar>分享到 打印</div>
    <div id=text><p>{PROSE}</p><p>{MORE}</p></div><div>某市科技局</div><div>2025年9月19日</div>
    <div class=fj>附件下载：</div><div><a href="/x/1.docx">1.申报表.docx</a></div>{SHARE}</div>{FOOTER}"""
    assert lines(page) == [
        TITLE, "某科规〔2025〕3号", PROSE, MORE, "某市科技局", "2025年9月19日", "附件下载：", "1.申报表.docx"
    ]  # fmt: skip


def test_links_in_the_article_are_its_text() -> None:
    links = "".join(f"<p><a href={n}>某市第{n}号办法</a></p>" for n in range(5))
    printed = lines(f"{NAVIGATION}<div><p>{PROSE}</p>{links}<p>{MORE}</p></div>{FOOTER}")
    assert printed == [PROSE, *(f"某市第{n}号办法" for n in range(5)), MORE]


def test_a_headline_that_the_article_repeats_is_printed_once() -> None:
    title = "<p>某市科技局关于印发</p><p>《某市研发补助办法》的通知</p>"
    article = f"<div><p>某科〔2025〕1号</p>{title}{CONTENT}</div>"
    page = f"{NAVIGATION}<h1>{TITLE}</h1><div>分享到</div>{article}{FOOTER}"
    printed = lines(page, f"<title>{TITLE}</title>")
    assert printed[:3] == ["某科〔2025〕1号", "某市科技局关于印发", "《某市研发补助办法》的通知"]
    assert printed[3:] == PRINTED


PAIRS = [
    "索 引 号：X0001/2025-00001",
    "发文机关：某市科技局",
    "成文日期：2025年9月19日",
    f"标　　题：{TITLE}",
    "发文字号：某科规〔2025〕3号",
]


@pytest.mark.parametrize(
    "box",
    [
        "<ul>" + "".join(f"<li><b>{p.split('：')[0]}：</b><span>{p.split('：')[1]}</span></li>" for p in PAIRS) + "</ul>",
        "<dl>" + "".join(f"<dt>{p.split('：')[0]}：</dt><dd>{p.split('：')[1]}</dd>" for p in PAIRS) + "</dl>",
        "<table>" + "".join(f"<tr><td>{p.split('：')[0]}：</td><td>{p.split('：')[1]}</td></tr>" for p in PAIRS) + "</table>",
        "<div>" + "".join(f"<p>{p}</p>" for p in PAIRS) + "<p>有效性：</p></div>",
        "<p>" + "　".join(f"<span>{p}</span>" for p in PAIRS) + "</p>",
    ],
    ids=["list", "definitions", "table", "paragraphs", "one line"],
)  # fmt: skip
def test_the_box_of_metadata_comes_first(box: str) -> None:
    page = f"{NAVIGATION}<div class=xx>{box}</div><h1>{TITLE}</h1><div>打印 关闭窗口</div><div id=c>{CONTENT}</div>{FOOTER}"
    assert lines(page, f"<title>{TITLE}</title>") == [*PAIRS, TITLE, *PRINTED]


def test_the_box_of_metadata_in_the_box_of_the_article() -> None:
    pairs = "".join(f"<tr><td>{p.split('：')[0]}：</td><td>{p.split('：')[1]}</td></tr>" for p in PAIRS)
    source = read(f"<div><table>{pairs}</table><h1>{TITLE}</h1>{CONTENT}</div>".encode(), "页.html")
    assert source.text.splitlines() == [*PAIRS, TITLE, *PRINTED]
    assert source.rows == ()


def test_labels_in_the_text_are_no_box_of_metadata() -> None:
    body = f"<p>{PROSE}</p><p>名称：某市企业</p><p>状态：有效</p><p>分类：一级</p>"
    assert lines(body) == [PROSE, "名称：某市企业", "状态：有效", "分类：一级"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (f"<title>{TITLE}_中国政府网</title>", TITLE),
        (f"<title>\n {TITLE} - 通知公告 - 某市人民政府门户网站\n</title>", TITLE),
        (f"<title>某市人民政府</title><meta name=ArticleTitle content='{TITLE}'>", TITLE),
        ("<title>通知公告-某市科技局网站</title>", ""),
        ("", ""),
    ],
    ids=["suffix", "two suffixes", "meta", "column", "none"],
)
def test_the_title_of_the_page(head: str, title: str) -> None:
    assert read(f"<head>{head}</head><body><p>{PROSE}</p>".encode(), "页.html").title == title


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ('<meta charset="gb2312">', "gbk"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=GB2312">', "gb18030"),
        ('<?xml version="1.0" encoding="gbk"?>', "gbk"),
        ('<meta charset="utf-8">', "gbk"),
        ('<meta charset="iso-8859-1">', "gbk"),
        ("", "gbk"),
        ("", "utf-8"),
        ('<meta charset="gbk">', "utf-8"),
        ('<meta charset="utf-8">', "utf-8-sig"),
        ("", "utf-16"),
        ("", "utf-16-le"),
        ('<meta charset="big5">', "big5"),
    ],
)
def test_encodings(declared: str, encoding: str) -> None:
    text = (
        "對企業給予補助，最高一百萬元。"
        if encoding == "big5"
        else "镕基企业最高补助100万元，由市科技局负责。"
    )
    script = "<script>" + "var a = 1; if (a < 2) { b('x'); }\n" * 200 + "</script>"
    page = f"<html><head>{declared}{script}</head><body><p>{text}</p></body></html>"
    assert read(page.encode(encoding), "页.html").text == text + "\n"


def test_a_page_cut_off_in_a_character_is_read() -> None:
    data = f"<meta charset=utf-8><p>{PROSE * 50}".encode()[:-1]
    assert read(data, "页.html").text.startswith(PROSE)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html><body></body></html>", "网页里没有文字，正文可能由脚本载入"),
        (b"<html><body><script>load()</script><p>&nbsp;</p></body></html>", "网页里没有文字"),
        (b"", "文件是空的"),
        (b" \n", "文件是空的"),
        ("<p>Förderung für Gründer</p>".encode("cp1252") * 9, "不是 UTF-8 编码"),
    ],
    ids=["no text", "only a script", "empty", "blank", "latin"],
)
def test_what_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(data, "页.html")
    assert str(refused.value).startswith(f"页.html：{message}")
    assert "\n" not in str(refused.value)


def test_a_list_of_pages_is_read_with_a_warning() -> None:
    page = (
        NAVIGATION
        + "<ul>"
        + "".join(f"<li><a href={n}>关于某事的第{n}号通知</a>" for n in range(4))
        + "</ul>"
        + FOOTER
    )
    source = read(page.encode(), "页.html")
    assert source.text.splitlines() == [f"关于某事的第{n}号通知" for n in range(4)]
    assert "栏目列表页" in source.warnings[0]


def test_pictures_beside_a_short_text_are_told() -> None:
    assert "图片" in read(f"<p>{PROSE}</p><img src=1.jpg>".encode(), "页.html").warnings[0]
    assert read(f"<p>{PROSE}</p>".encode(), "页.html").warnings == ()


def test_a_page_shown_by_a_script_is_read() -> None:
    assert (
        read(f"<body style='visibility:hidden;display:none'><p>{PROSE}".encode(), "页.html").text
        == PROSE + "\n"
    )


def test_places_and_layout() -> None:
    source = read(f"<h1>标题</h1><p>{PROSE}</p><table><tr><td>甲<td>乙</table>".encode(), "页.html")
    assert (source.format, source.layout, source.name) == ("html", Layout.PARAGRAPHS, "页.html")
    starts = [0, 3, 4 + len(PROSE)]
    assert [(place.start, place.paragraph) for place in source.places] == list(
        zip(starts, (1, 2, 3), strict=True)
    )


def test_a_page_named_doc_comes_here() -> None:
    assert read_file(f"<html><body><p>{PROSE}</p></body></html>".encode(), "办法.doc").format == "html"


HOSTILE = {
    "nested boxes": "<div>" * 100_000 + PROSE,
    "nested spans": "<span>" * 100_000 + PROSE,
    "nested tables": "<table><tr><td>" * 20_000 + PROSE,
    "nested lists": "<ol><li>" * 20_000 + PROSE,
    "unclosed": f"<div><font>{PROSE}" * 20_000,
    "rowspans": "<table>" + "<tr><td rowspan=99999>甲<td colspan=999999999>乙，" * 10_000 + "</table>" + PROSE,
    "brackets": "<" * 500_000 + f"<p>{PROSE}",
    "quotes": '<a href="' * 100_000 + f'"><p>{PROSE}',
    "titles": "<title>" + "通知 - " * 100_000 + f"</title><p>{PROSE}",
    "buttons": "<p>" + "大小中" * 50_000 + f"打印</p><p>{PROSE}",
    "names": ('<div class="' + "share-" * 1000 + '"></div>') * 200 + f"<p>{PROSE}",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + f">{PROSE}",
    "NUL": "\x00" * 100_000 + f"<p>{PROSE}",
    "entities": "<!DOCTYPE html [<!ENTITY a 'x'>" + "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};'>" for n in range(1, 60))
    + f"]><p>&a59;{PROSE}",
    "outside": "<!DOCTYPE html SYSTEM 'file:///etc/passwd'><!ENTITY x SYSTEM 'file:///etc/passwd'>"
    f"<link href='http://127.0.0.1:1/x'><p>{PROSE}",
}  # fmt: skip


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_are_read_in_time(page: str) -> None:
    start = time.perf_counter()
    source = read(page.encode(), "页.html")
    assert time.perf_counter() - start < 10
    assert source.text.rstrip("\n").endswith(PROSE) and "root:" not in source.text


TAGS = st.sampled_from("div p span table tr td th ol ul li br a b h1 font script style section pre".split())
PIECES = st.one_of(
    TAGS.map(lambda tag: f"<{tag}>"),
    TAGS.map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        [
            "一、目标",
            PROSE,
            "索引号：",
            "文号：1",
            "成文日期：2",
            "打印",
            "&nbsp;",
            "<!--",
            "-->",
            "<",
            '<a href="1">',
            "\t",
        ]
    ),
)


@given(st.lists(PIECES, max_size=30))
def test_any_markup_gives_lines_or_our_error(pieces: list[str]) -> None:
    try:
        source = read("".join(pieces).encode(), "页.html")
    except UnreadableFile:
        return
    ends = [at for at, char in enumerate(source.text) if char == "\n"]
    assert source.text.endswith("\n") and len(ends) == len(source.places)
    assert [place.start for place in source.places] == [0, *(end + 1 for end in ends[:-1])]
    assert [place.paragraph for place in source.places] == list(range(1, len(ends) + 1))
    for row in source.rows:
        assert row.span.end in ends and (row.span.start == 0 or row.span.start - 1 in ends)


@given(
    st.lists(st.text("支持企业研发高校一二三，。；（）1", min_size=1, max_size=30), min_size=1, max_size=12)
)
def test_no_text_of_an_article_is_lost(paragraphs: list[str]) -> None:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    assert lines(f"<div><p>{PROSE}</p>{body}<p>{MORE}</p></div>") == [PROSE, *paragraphs, MORE]


def test_rows_of_a_markdown_table() -> None:
    text = "# 标准\n\n| 对象 | 金额 |\n| :--- | ---: |\n| 企业 | 3万元 |\n高校 | 1万元\n\n- 甲|乙\n"
    source = read_file(text.encode(), "办法.md")
    assert source.text == text
    assert [(text[row.span.start : row.span.end], row.context) for row in source.rows] == [
        ("| 对象 | 金额 |", ""),
        ("| 企业 | 3万元 |", "对象 金额"),
        ("高校 | 1万元", "对象 金额"),
    ]
