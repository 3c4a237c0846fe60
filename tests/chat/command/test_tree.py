"""The tree of a document in the terminal: unnumbered parts have the names people use."""

from __future__ import annotations

from chat.command.tree import document_text
from ingest import parse_text

TEXT = (
    "甲市登记办法\n第一章 总则\n第一条 登记下列事项：\n（一）名称；\n（二）住所。\n还应当登记：\n（一）股东；\n（二）其他。\n"
    "第二条 施行。\n甲市人民政府\n2025年3月4日\n扫一扫在手机打开当前页"
)


def test_parts_have_their_own_names() -> None:
    shown = document_text(parse_text(TEXT, "例.txt"))
    assert "〔落款〕甲市人民政府" in shown
    assert "〔网页信息〕扫一扫在手机打开当前页" in shown


def test_text_after_a_list_stands_beside_its_items_and_above_its_own() -> None:
    lines = document_text(parse_text(TEXT, "例.txt")).splitlines()
    indent = {line.lstrip("│├└─ "): len(line) - len(line.lstrip("│├└─ ")) for line in lines}
    after = next(text for text in indent if text.startswith("〔后段〕"))
    assert indent[after] == indent["（二）住所。"] == indent["（一）股东；"] - 3
