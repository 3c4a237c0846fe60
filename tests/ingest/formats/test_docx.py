"""Word documents: what a reader sees, in order, and nothing of what only decorates, is deleted or hidden."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx as python_docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import UnreadableFile
from ingest.formats import docx
from ingest.source import Layout

WordFile = Callable[..., bytes]


def r(text: str, more: str = "") -> str:
    return f'<w:r>{more}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def field(code: str, result: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def box(inside: str, tag: str = "wps:txbx") -> str:
    return f"<{tag}><w:txbxContent>{inside}</w:txbxContent></{tag}>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (r("支持") + r("研发"), "支持研发"),
        (r("支持") + "<w:r><w:br/></w:r>" + r("研发"), "支持\n研发"),
        (r("第一条") + "<w:r><w:tab/></w:r>" + r("总则"), "第一条 总则"),
        (r("不超过\n500\t万元"), "不超过 500 万元"),
        ("<w:hyperlink>" + r("实施细则") + "</w:hyperlink>" + r("另行制定"), "实施细则另行制定"),
        ("<w:ins>" + r("新增") + "</w:ins><w:del><w:r><w:delText>删除</w:delText></w:r></w:del>" + r("内容"), "新增内容"),
        ("<w:moveFrom>" + r("旧处") + "</w:moveFrom><w:moveTo>" + r("新处") + "</w:moveTo>", "新处"),
        (r("奖励") + field(" REF 金额 ", r("500")) + r("万元"), "奖励500万元"),
        (field(" IF a ", field(" REF b ", r("里")) + r("外")), "里外"),
        ('<w:fldSimple w:instr="DATE">' + r("2030年1月1日") + "</w:fldSimple>", "2030年1月1日"),
        (r("可见") + r("隐藏", "<w:rPr><w:vanish/></w:rPr>"), "可见"),
        (r("可见", '<w:rPr><w:vanish w:val="0"/></w:rPr>'), "可见"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>' + r("同意"), "☑同意"),
        ('<w:r><w:sym w:font="宋体" w:char="2460"/></w:r>', "①"),
        (r("2026") + "<w:r><w:noBreakHyphen/></w:r>" + r("2030"), "2026-2030"),
        ("<w:r><w:ruby><w:rt>" + r("xiáo") + "</w:rt><w:rubyBase>" + r("洨") + "</w:rubyBase></w:ruby></w:r>", "洨"),
        ("<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>" + r("控件内") + "</w:sdtContent></w:sdt>", "控件内"),
        ("<w:smartTag>" + r("济南") + "</w:smartTag>", "济南"),
        ("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>", "a+b"),
    ],
    ids=[
        "runs", "soft break", "tab", "breaks of the XML", "link", "revisions", "moved", "field", "nested fields",
        "simple field", "hidden", "not hidden", "symbol", "sign", "hyphen", "ruby", "content control", "smart tag", "formula",
    ],
)  # fmt: skip
def test_the_text_of_a_paragraph(inside: str, text: str, word_file: WordFile) -> None:
    assert docx.read(word_file(p(inside)), "办法.docx").text == text + "\n"


def test_a_text_box_is_read_once_after_its_paragraph(word_file: WordFile) -> None:
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{box(p(r("框内")))}</mc:Choice>'
        f"<mc:Fallback>{box(p(r('框内')), 'v:textbox')}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    old = f"<w:r><w:pict>{box(p(r('旧框')), 'v:textbox')}</w:pict></w:r>"
    assert (
        docx.read(word_file(p(r("前") + both + r("后")) + p(old)), "办法.docx").text == "前后\n框内\n旧框\n"
    )


def test_notes_follow_the_text(word_file: WordFile) -> None:
    body = p(r("企业") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + r("研发")) + p(
        r("平台") + '<w:r><w:endnoteReference w:id="2"/></w:r>'
    )
    notes = f'<w:footnote w:id="0">{p(r("分隔线"))}</w:footnote><w:footnote w:id="2">{p(r("注册地在本市的企业"))}</w:footnote>'
    ends = f'<w:endnote w:id="2">{p(r("指省级平台"))}</w:endnote>'
    source = docx.read(word_file(body, footnotes=notes, endnotes=ends), "办法.docx")
    assert source.text == "企业研发\n平台\n注册地在本市的企业\n指省级平台\n"


def test_headers_and_footers_are_not_read() -> None:
    document = python_docx.Document()
    document.add_paragraph("第一条 总则")
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    made = BytesIO()
    document.save(made)
    assert docx.read(made.getvalue(), "办法.docx").text == "第一条 总则\n"


def test_an_automatic_table_of_contents_is_left_out(word_file: WordFile) -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o </w:instrText></w:r>'
    contents = (
        p(begin + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + r("第一章 总则1"))
        + p(r("第二章 附则9"))
        + p('<w:r><w:fldChar w:fldCharType="end"/></w:r>')
    )
    source = docx.read(word_file(contents + p(r("第一章 总则"))), "办法.docx")
    assert source.text == "第一章 总则\n"
    assert source.warnings == ("自动生成的目录与正文标题重复，未入库。",)
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{p(r('目录'))}{contents}</w:sdtContent></w:sdt>"
    )
    assert docx.read(word_file(control + p(r("第一章 总则"))), "办法.docx").text == "第一章 总则\n"


@pytest.mark.parametrize("code", [" TOC \\o ", " REF a "])
def test_a_field_that_never_ends_swallows_nothing(code: str, word_file: WordFile) -> None:
    begun = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
    body = p(begun) + p(r("第一条 总则")) + p(r("第二条 附则"))
    assert docx.read(word_file(body), "办法.docx").text == "第一条 总则\n第二条 附则\n"


def test_a_deleted_paragraph_mark_joins_two_paragraphs(word_file: WordFile) -> None:
    body = (
        p(r("支持企业"), "<w:rPr><w:del/></w:rPr>") + p(r("研发。")) + p(r("末段"), "<w:rPr><w:del/></w:rPr>")
    )
    assert docx.read(word_file(body), "办法.docx").text == "支持企业研发。\n末段\n"


def test_places_are_the_blocks_of_the_body(word_file: WordFile) -> None:
    body = (
        p(r("标题"))
        + p("")
        + p(r("一行") + "<w:r><w:br/></w:r>" + r("二行"))
        + f"<w:sdt><w:sdtContent>{p(r('四'))}</w:sdtContent></w:sdt>"
    )
    source = docx.read(word_file(body), "办法.docx")
    assert source.layout is Layout.PARAGRAPHS
    starts = [(source.text[place.start :].partition("\n")[0], place.paragraph) for place in source.places]
    assert starts == [("标题", 1), ("一行", 3), ("二行", 3), ("四", 4)]


CELLS = st.lists(
    st.lists(st.sampled_from(["", "平台", "最高500万元", "甲/乙"]), min_size=2, max_size=4),
    min_size=1,
    max_size=6,
)


@settings(max_examples=20, deadline=None)
@given(
    paragraphs=st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=12), max_size=5),
    cells=CELLS,
)
def test_offsets_are_true(paragraphs: list[str], cells: list[list[str]]) -> None:
    document = python_docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    table = document.add_table(len(cells), max(map(len, cells)))
    for n, row in enumerate(cells):
        for m, text in enumerate(row):
            table.cell(n, m).text = text
    document.add_paragraph("末段")
    made = BytesIO()
    document.save(made)
    source = docx.read(made.getvalue(), "办法.docx")
    expected = [text for text in paragraphs if text.strip()]
    assert source.text.split("\n")[: len(expected)] == expected
    for row in source.rows:
        assert "\n" not in source.text[row.span.start : row.span.end]
        assert source.text[row.span.end] == "\n"
    lines = source.text.splitlines(keepends=True)
    assert [place.start for place in source.places] == [sum(map(len, lines[:n])) for n in range(len(lines))]


@pytest.mark.parametrize(
    ("property_", "title"),
    [
        ("关于支持产业发展的若干措施", "关于支持产业发展的若干措施"),
        ("Microsoft Word - 若干措施终稿", ""),
        ("", ""),
        ("文档1", ""),
    ],
)
def test_the_title_property(property_: str, title: str, word_file: WordFile) -> None:
    assert docx.read(word_file(p(r("正文")), title=property_), "办法.docx").title == title


def test_the_strict_variant_and_another_part_name(word_file: WordFile) -> None:
    data = BytesIO(word_file(p(r("第一条 总则"))))
    made = BytesIO()
    with ZipFile(data) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            text = text.replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            text = text.replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/rel",
                "http://purl.oclc.org/ooxml/officeDocument/rel",
            )
            new.writestr(
                name.replace("document.xml", "document2.xml"), text.replace("document.xml", "document2.xml")
            )
    assert docx.read(made.getvalue(), "办法.docx").text == "第一条 总则\n"


def test_a_reference_to_nothing_does_no_harm(word_file: WordFile) -> None:
    broken = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="x/image" Target="NULL"/><Relationship Id="b" Type="x/styles" Target="../none.xml"/></Relationships>'
    )
    data = word_file(p(r("第一条 总则")), extra={"word/_rels/document.xml.rels": broken})
    assert docx.read(data, "办法.docx").text == "第一条 总则\n"


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def spoilt(data: bytes) -> bytes:
    at = data.index(b"word/document.xml") + 40
    return data[:at] + bytes(20) + data[at + 20 :]


def locked(data: bytes) -> bytes:
    """Every entry marked as encrypted in the central directory."""
    out = bytearray(data)
    at = out.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<H", out, at + 8, 1)
        at = out.find(b"PK\x01\x02", at + 4)
    return bytes(out)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (cut, "坏.docx：文件已损坏或没有下载完整，无法解压；请重新下载，或打开后另存一份再试。"),
        (spoilt, "坏.docx：文件已损坏或没有下载完整，无法解压；请重新下载，或打开后另存一份再试。"),
        (locked, "坏.docx：文件有密码保护，无法读取；请去掉密码后另存一份再试。"),
        (
            lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "坏.docx：文件有密码保护，无法读取；请去掉密码后另存一份再试。",
        ),
        (
            lambda _: "第一条".encode(),
            "坏.docx：文件已损坏或没有下载完整，无法解压；请重新下载，或打开后另存一份再试。",
        ),
    ],
    ids=["cut off", "bytes changed", "encrypted zip", "encrypted by Word", "text"],
)
def test_spoilt_files(spoil: Callable[[bytes], bytes], message: str, word_file: WordFile) -> None:
    with pytest.raises(UnreadableFile) as refused:
        docx.read(spoil(word_file(p(r("第一条 总则" * 50)))), "坏.docx")
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>', "带有文档类型声明"),
        ('<!DOCTYPE x [<!ENTITY a "支持"><!ENTITY b "&a;&a;">]><x>&b;</x>', "带有文档类型声明"),
        ("<w:document>", "word/document.xml 已损坏"),
        ("", "word/document.xml 已损坏"),
        ("<a>" * 3000, "word/document.xml 已损坏"),
    ],
    ids=["external entity", "entities", "unknown prefix", "empty", "deep"],
)
def test_hostile_xml(part: str, message: str, word_file: WordFile) -> None:
    with pytest.raises(UnreadableFile, match=message) as refused:
        docx.read(word_file("", extra={"word/document.xml": part}), "坏.docx")
    assert "\n" not in str(refused.value)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(word_file: WordFile) -> None:
    data = word_file("", extra={"word/document.xml": " " * (30 * 2**20)})
    with pytest.raises(
        UnreadableFile, match=r"解压后有 30 MB，是文件大小的 .* 倍，不像一份政策文件，已拒绝打开"
    ):
        docx.read(data, "坏.docx")


def test_a_file_without_text_or_main_part(word_file: WordFile) -> None:
    with pytest.raises(UnreadableFile, match=r"图\.docx：文档里没有文字（可能全是图片）"):
        docx.read(word_file(p("")), "图.docx")
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("word/styles.xml", "<a/>")
    with pytest.raises(UnreadableFile, match=r"缺少正文 word/document\.xml"):
        docx.read(made.getvalue(), "缺.docx")


def test_nothing_is_unpacked_to_the_disk(
    word_file: WordFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    docx.read(word_file(p(r("正文")), extra={"../../走.txt": "x", "word/vbaProject.bin": "宏"}), "办法.docx")
    assert list(tmp_path.iterdir()) == []
