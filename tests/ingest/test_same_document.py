"""One document as text, flattened text, web page, Word file and PDF gives the same clauses."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest

from corpus import NodeKind
from corpus.register import Register
from ingest import parse_file

TITLE = "甲市支持冷链物流发展实施办法"
BODY = (
    "甲政办发〔2025〕31号",
    "各区人民政府，市政府各部门：",
    "为加快冷链物流发展，依照《甲省冷链物流条例》第十二条第二款规定，结合本市实际，制定本办法。",
    "一、总体要求",
    "（一）建设目标。到2027年，建成骨干冷链物流基地3个、产地冷藏保鲜设施200个，肉类、果蔬、水产品冷链流通率分别达到85%、45%、90%，"
    "形成覆盖城乡、衔接产销、温度可控的冷链物流网络，主要环节损耗率下降5个百分点以上。",
    "（二）基本原则。坚持企业主体、政府引导；坚持统筹布局、分步实施；坚持安全第一、绿色低碳。",
    "二、支持措施",
    "（一）支持设施建设。符合下列条件之一的，按设备投资额的20%给予补助，单个项目最高300万元：",
    "1.新建库容5000吨以上的公共冷库；",
    "2.改造提升使用十年以上的老旧冷库，改造后能耗下降15%以上；",
    "3.购置新能源冷藏车20辆以上。",
    "（二）支持标准应用。对主持制定国家标准、行业标准的企业，分别给予50万元、20万元奖励；按本办法第一条第（二）项申报的不重复享受。"
    "（牵头单位：市商务局；责任单位：市财政局、市市场监管局）",
    "三、附则",
    "本办法自2025年10月1日起施行，有效期3年。",
    "甲市人民政府办公室",
    "2025年9月8日",
)
PATHS = [
    ("一",),
    ("一", "（一）"),
    ("一", "（二）"),
    ("二",),
    ("二", "（一）"),
    ("二", "（一）", "1"),
    ("二", "（一）", "2"),
    ("二", "（一）", "3"),
    ("二", "（二）"),
    ("三",),
]


def page(paragraphs: Sequence[str]) -> str:
    body = "".join(f"<p style='text-indent:2em;margin:0'>{text}</p>" for text in paragraphs)
    style = "body{font:16pt/1.8 serif;margin:0} @page{size:A4;margin:28mm 26mm}"
    return (
        f"<html><head><meta charset='utf-8'><title>{TITLE}_甲市政府网</title><style>{style}</style></head>"
        f"<body><h1 style='text-align:center'>{TITLE}</h1>{body}</body></html>"
    )


def word(paragraphs: Sequence[str]) -> bytes:
    import docx

    document = docx.Document()
    for text in (TITLE, *paragraphs):
        document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def clauses(path: Path) -> list[tuple[str, tuple[str, ...], str]]:
    return [
        (clause.id, clause.path, "".join(clause.text.split()))
        for clause in parse_file(path, Register()).clauses
        if clause.kind is NodeKind.CLAUSE
    ]


@pytest.fixture
def lines(tmp_path: Path) -> list[tuple[str, tuple[str, ...], str]]:
    path = tmp_path / "办法.txt"
    path.write_text("\n".join((TITLE, *BODY)), "utf-8")
    found = clauses(path)
    assert [where for _, where, _ in found] == PATHS
    assert found[0][0] == "甲政办发〔2025〕31号 一"
    return found


@pytest.mark.parametrize("join", ["", "　　", " \u3000\u3000"], ids=["nothing", "indents", "blanks"])
def test_without_line_breaks(
    join: str, lines: list[tuple[str, tuple[str, ...], str]], tmp_path: Path
) -> None:
    (tmp_path / "flat.txt").write_text(join.join((TITLE, *BODY)), "utf-8")
    assert clauses(tmp_path / "flat.txt") == lines


def test_web_page(lines: list[tuple[str, tuple[str, ...], str]], tmp_path: Path) -> None:
    (tmp_path / "办法.html").write_text(page(BODY), "utf-8")
    assert clauses(tmp_path / "办法.html") == lines


def test_word(lines: list[tuple[str, tuple[str, ...], str]], tmp_path: Path) -> None:
    (tmp_path / "办法.docx").write_bytes(word(BODY))
    assert clauses(tmp_path / "办法.docx") == lines


@pytest.mark.browser
@pytest.mark.parametrize("decorated", [True, False], ids=["with page headers", "without"])
def test_pdf_printed_by_a_browser(
    decorated: bool, lines: list[tuple[str, tuple[str, ...], str]], tmp_path: Path
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium")
    (tmp_path / "print.html").write_text(page(BODY), "utf-8")
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
    bare = () if decorated else ("--no-pdf-header-footer",)
    subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            *quiet,
            *bare,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={tmp_path / '办法.pdf'}",
            (tmp_path / "print.html").as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=90,
    )
    assert clauses(tmp_path / "办法.pdf") == lines
