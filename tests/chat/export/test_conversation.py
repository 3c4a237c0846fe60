"""A conversation taken away: nothing left out, quotes verbatim, hostile text shown as it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from docx import Document

from chat.answer import Answer, Citation
from chat.export.conversation import DISCLAIMER, GONE, markdown, word
from chat.export.docx import Paper
from chat.judged import Table
from chat.matching.types import Judged, State
from chat.rating import Shown

DAY = date(2026, 1, 5)
BASE = "http://127.0.0.1:7860/"
EVIL = "<script>alert(1)</script>|*甲*\n# 乙\x00\x1b"
MakeAnswer = Callable[..., Answer]


def all_text(made: bytes) -> str:
    document = Document(io.BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    linked = [link.text for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *linked, *cells])


def test_both_say_all_of_each_turn(answer: MakeAnswer) -> None:
    judged = (
        Judged("a", "在本省", State.MET, ("济南",), "甲 一", "本省"),
        Judged("b", "不在名单", State.NOT_MET, (), "甲 一", "名单", reason="名单内的不补"),
    )
    turns: list[Shown | None] = [
        Shown(answer(question="甲问", warnings=("文件将到期",))),
        None,
        Shown(answer(question="乙问", condensed="乙问全文"), ("甲问",), (Table("丙补贴", None, judged),)),
    ]
    text = markdown(turns, BASE, DAY)
    for whole in (text, all_text(word(turns, BASE, DAY)).replace("．", "．")):
        for said in (
            "甲问",
            "乙问全文",
            "文件将到期",
            "最高 2000万元",
            "6000万元 × 40%",
            "2400万元",
            "按已完成计",
            "条件对照",
            "您说的是“济南”",
            "名单内的不补",
            "不满足",
        ):
            assert said in whole, said
        for said in (
            "甲 一、",
            "《甲》",
            "原文",
            GONE,
            DISCLAIMER,
            "导出日期：2026-01-05",
            "按 2025-01-01 有效",
        ):
            assert said in whole, said
        assert whole.index("甲问") < whole.index(GONE) < whole.index("乙问")
    assert f"({BASE}clause/{quote('甲 一')})" in text and "| 6000万元 × 40% | 2400万元 |" in text


def test_links_of_the_word_document_lead_to_the_clauses(answer: MakeAnswer) -> None:
    document = Document(io.BytesIO(word([Shown(answer())], BASE, DAY)))
    links = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert [(link.address, link.text) for link in links] == [
        (f"{BASE}clause/{quote('甲 一')}", "[1] 甲 一、　《甲》")
    ]


def test_the_word_document_names_a_chinese_font_for_chinese_text(answer: MakeAnswer) -> None:
    document = Document(io.BytesIO(word([Shown(answer())], BASE, DAY)))
    key = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(key) for name in ("Normal", "Title", "Heading 1")
    }
    assert fonts == {"Normal": "SimSun", "Title": "SimHei", "Heading 1": "SimHei"}


def test_hostile_text_is_text(answer: MakeAnswer) -> None:
    cited = Citation(1, EVIL, EVIL, EVIL, EVIL, 0, 1)
    row = Judged("a", EVIL, State.OPEN, (EVIL,), "甲 一", EVIL)
    made = answer(question=EVIL, answer=f"{EVIL}[1]", citations=(cited,), warnings=(EVIL,))
    turns: list[Shown | None] = [Shown(made, (), (Table(EVIL, State.OPEN, (row,)),) * 2)]
    text = markdown(turns, BASE, DAY)
    assert "<script>" not in text and "\n# 乙" not in text and "\\<script\\>" in text
    assert "<script>alert(1)</script>" in all_text(word(turns, BASE, DAY))


def test_a_table_and_a_picture_fit_the_page() -> None:
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
        "0def46b80000000049454e44ae426082"
    )
    paper = Paper("表")
    paper.table(("甲", "乙"), [("一", "二"), ("三", "四")], (12, 4))
    paper.picture(png, 5, "一张图")
    paper.bullets(["一点"])
    document = Document(io.BytesIO(paper.to_bytes()))
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["甲", "乙"],
        ["一", "二"],
        ["三", "四"],
    ]
    assert [round(cell.width.cm) for cell in document.tables[0].rows[1].cells] == [12, 4]
    assert round(document.inline_shapes[0].width.cm) == 5
