"""Calculations and matchings as files: computed again from the address, with steps, words and links; what is wrong is one line."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote

import pytest
from docx import Document
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from chat.backend import Backend
from chat.doors.export_estimate import router
from chat.links import clause_path

CLAUSE = "鲁科字〔2024〕137号 三/（一）"
TRIAL = "rule=clinical_trial&phase=II&rd_spending=6000万"


@pytest.fixture
def client(backend: Backend) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(router(backend))
    with TestClient(app) as made:
        yield made


def words(content: bytes) -> str:
    paper = Document(BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def test_one_project_with_steps_quotes_and_links(client: TestClient, backend: Backend) -> None:
    got = client.get(f"/export/estimate.docx?{TRIAL}")
    assert got.status_code == 200 and quote("补贴测算单") in got.headers["content-disposition"]
    text = words(got.content)
    for expected in (
        "最高可得：2000万元",
        "Ⅱ期：研发投入6000万元 × 40%",
        "2400万元",
        "已达到：Ⅱ期上限",
        "测算前提",
        "仅供参考",
    ):
        assert expected in text
    quoted = [line[1:-1] for line in text.split("\n") if line.startswith("“")]
    assert quoted and all(each in backend.get()[0].clause(CLAUSE).text for each in quoted)
    links = {relation.target_ref for relation in Document(BytesIO(got.content)).part.rels.values()}
    assert f"http://testserver/{clause_path(CLAUSE)}" in links


def test_several_projects_are_added_only_within_one_rule(client: TestClient) -> None:
    query = f"{TRIAL}&_name=甲药&rule=clinical_trial&phase=III&rd_spending=2亿&rule=first_set_insurance&premium=300万"
    text = words(client.get(f"/export/estimate.docx?{query}").content)
    assert "（甲药、项目2）合计最高5000万元" in text and "合计 2000万元 + 3000万元" in text
    assert "5300万元" not in text and "能否叠加以政策原文为准" in text


def test_who_is_not_eligible_is_told_why(client: TestClient) -> None:
    text = words(client.get(f"/export/estimate.docx?{TRIAL}&region=省外").content)
    assert "不符合支持条件" in text and "可得：" not in text


def test_names_and_values_are_only_text(client: TestClient) -> None:
    got = client.get(f"/export/estimate.docx?{TRIAL}&_name=<b>%00甲&{TRIAL}&_name=" + "长" * 300)
    assert got.status_code == 200 and "<b>甲" in words(got.content)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("estimate.docx", 400, "补贴项目"),
        ("estimate.docx?rule=nope", 404, "没有可以计算的规则"),
        ("estimate.docx?rule=clinical_trial&rd_spending=很多", 400, "研发投入：收到“很多”"),
        ("estimate.docx?rule=clinical_trial&colour=red", 400, "没有输入“colour”"),
        (f"estimate.docx?{TRIAL}&phase=III", 400, "只能给一次"),
        ("estimate.docx?phase=II", 400, "前面要先有 rule"),
        ("estimate.docx?" + "&".join([TRIAL] * 21), 400, "最多 20 个"),
        ("match.docx", 400, "至少给一项"),
        ("match.xlsx?rd_spending=-5", 400, "不能是负数"),
        ("match.csv?region=烟台", 404, "docx 或 xlsx"),
    ],
)
def test_what_is_wrong_is_one_line(client: TestClient, path: str, status: int, said: str) -> None:
    got = client.get(f"/export/{path}")
    assert got.status_code == status and said in got.text and "\n" not in got.text


def test_a_matching_in_word_and_excel(client: TestClient) -> None:
    query = "region=烟台&stage=III&rd_spending=1亿&note=1类化学药，在省内转化，=1%2B1"
    text = words(client.get(f"/export/match.docx?{query}").content)
    for expected in ("政策匹配结果", "条件都已满足", "最高可得3000万元", "创新药临床试验研发投入支持"):
        assert expected in text
    sheet = load_workbook(BytesIO(client.get(f"/export/match.xlsx?{query}").content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    trial = next(row for row in rows if row[1] == "创新药临床试验研发投入支持")
    assert trial[0] == "满足" and trial[3] == "最高可得3000万元" and len(rows) > 30
