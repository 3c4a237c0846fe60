"""Search results and compared versions as files: what a reader and Excel get, and that nothing in them runs."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from chat.backend import Backend
from chat.comparing.versions import compare_versions
from chat.doors import export_search
from chat.export.hits import hits_table, versions_table
from chat.export.sheets import Table, csv_bytes, harmless, xlsx_bytes
from corpus import Clause, PolicyDocument
from ingest import parse_text
from kb.finding import Found
from kb.hits import Hit
from kb.query.conditions import Understood

DAY = date(2025, 6, 1)
COLUMNS = ["文件", "文号", "条款", "原文", "牵头单位", "参与单位", "印发日期", "效力状态", "相关度", "链接"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " =1+1", "\t=1", "\r=cmd|' /C calc'!A0"]


def sheet_of(content: bytes) -> Any:
    return load_workbook(BytesIO(content), rich_text=True).worksheets[0]


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def table(document: PolicyDocument, clause: Clause) -> Table:
    hit = Hit(clause, document.id, document.name, 0.83, clause.span, 1, 0.9, 1, 7.5)
    found = Found((hit, replace(hit, score=0.05)), Understood("=试验", "=试验"))
    return hits_table(found, "=试验", {}, DAY, lambda key: f"http://here/clause/{key}")


def test_a_sheet_reads_well(table: Table) -> None:
    sheet = sheet_of(xlsx_bytes(table))
    assert sheet["A1"].value == "检索内容：=试验" and "2025-06-01" in sheet["A3"].value
    assert [cell.value for cell in sheet[4]] == COLUMNS and sheet.freeze_panes == "A5"
    row = [cell.value or "" for cell in sheet[5]]
    assert row[2] == "一、（一）" and "给予不超过40%" in row[3] and row[4] == "省科技厅"
    assert row[8] == "高 0.83" and row[9].startswith("http://here/clause/")
    assert sheet["J5"].hyperlink.target == row[9]
    assert sheet["D5"].alignment.wrap_text and sheet.column_dimensions["D"].width == 80


def test_a_csv_is_what_excel_and_programs_read(table: Table) -> None:
    rows = rows_of(csv_bytes(table))
    assert rows[0] == COLUMNS and len(rows) == 3
    assert "\n" in table.rows[0][3] or "<img" in rows[1][3]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    bad = Table("甲", (text,), (("列", 10),), ((text,),))
    sheet = sheet_of(xlsx_bytes(bad))
    for cell in (sheet["A1"], sheet["A3"]):
        assert cell.data_type == "s" and cell.quotePrefix
        assert str(cell.value).strip() == text.strip()
    assert rows_of(csv_bytes(bad))[1][0].startswith("'")
    assert harmless("一、=") == "一、="


def test_what_no_cell_can_hold_is_left_out_and_told() -> None:
    long = "长" * 40_000
    sheet = sheet_of(
        xlsx_bytes(Table("甲", (), (("列", 10), ("列", 10)), (("甲\x00\x0b\ud800乙\n丙", long),)))
    )
    assert sheet["A2"].value == "甲乙\n丙"
    assert len(sheet["B2"].value) == 32_767 and sheet["B2"].value.endswith("（过长，已截断）")


def test_changed_words_are_struck_out_and_underlined() -> None:
    old, new = (
        parse_text(f"甲政发〔2024〕1号\n办法\n一、给予{n}万元。\n二、=另行规定，给予补助。\n", "甲.txt")
        for n in (40, 50)
    )
    sheet = sheet_of(xlsx_bytes(versions_table(compare_versions(old, new), DAY)))
    assert "修改 1" in sheet["A3"].value and [cell.value for cell in sheet[4]][:3] == [
        "变化",
        "原条款",
        "现条款",
    ]
    row = next(row for row in sheet.iter_rows(min_row=5) if row[0].value == "修改")
    blocks = {block.text: block.font for block in row[6].value if hasattr(block, "font")}
    assert blocks["40万元"].strike and blocks["50万元"].u == "single"


@pytest.fixture
def client(backend: Backend) -> TestClient:
    app = FastAPI()
    app.include_router(export_search.router(backend))
    return TestClient(app)


def test_a_search_is_taken_away_by_its_address(client: TestClient) -> None:
    got = client.get("/export/search.csv", params={"q": "临床试验", "unit": "省科技厅", "role": "lead"})
    assert got.status_code == 200 and "filename*=UTF-8''" in got.headers["content-disposition"]
    rows = rows_of(got.content)
    assert len(rows) > 2 and all("省科技厅" in row[4] for row in rows[1:])
    assert rows[1][9].startswith("http://testserver/clause/%E9%B2%81")
    sheet = sheet_of(client.get("/export/search.xlsx", params={"q": "临床试验"}).content)
    assert (
        sheet.max_row
        == 4 + len(rows_of(client.get("/export/search.csv", params={"q": "临床试验"}).content)) - 1
    )


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/export/search.csv", 400, "为空"),
        ("/export/search.csv?q=补贴&doc=没有的", 400, "没有文号或标题含"),
        ("/export/search.csv?q=补贴&mode=x", 400, "检索条件不可用"),
        ("/export/search.pdf?q=补贴", 404, "只能导出"),
        ("/export/versions.xlsx?old=137号", 400, "请选择两份文件"),
        ("/export/versions.xlsx?old=137号&new=137号", 400, "同一份文件"),
        ("/export/versions.xlsx?old=137号&new=没有的", 400, "没有文号或标题含"),
        ("/export/versions.xlsx?old=鲁&new=137号", 400, "相符的文件有 2 份"),
    ],
)
def test_a_file_that_cannot_be_made_is_one_line(
    client: TestClient, address: str, status: int, said: str
) -> None:
    got = client.get(address)
    assert got.status_code == status and said in got.text and "\n" not in got.text


def test_two_versions_are_taken_away(client: TestClient) -> None:
    got = client.get("/export/versions.xlsx", params={"old": "137号", "new": "687号"})
    assert got.status_code == 200 and sheet_of(got.content).max_row > 20
