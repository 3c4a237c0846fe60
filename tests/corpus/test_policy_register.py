"""The register beside the policies: what it may say, and who wins where it contradicts the text."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

import corpus
from corpus import PolicyDocument, RegisterError
from corpus.metadata import Metadata
from corpus.register import Register, RegisterEntry, load_register
from ingest import parse_file, parse_text

POLICIES = Path(corpus.__file__).parent / "policies"
TEXT = """甲省财政厅
甲财字〔2024〕5号
关于印发《研发补贴办法》的通知
各市财政局：
现将《研发补贴办法》印发给你们，请遵照执行。
甲省财政厅
2024年3月1日
研发补贴办法
第一条 本办法自2024年4月1日起施行，有效期3年。
"""


def test_every_policy_we_ship_is_registered_and_every_entry_has_its_file() -> None:
    registered = {entry.file for entry in load_register(POLICIES).policies}
    assert registered == {path.name for path in POLICIES.glob("*.txt")}


def test_a_folder_without_a_register_has_an_empty_one(tmp_path: Path) -> None:
    assert load_register(tmp_path) == Register()


def test_an_empty_register(tmp_path: Path) -> None:
    (tmp_path / "register.yaml").write_text("", "utf-8")
    assert load_register(tmp_path) == Register()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("policies: [", "不是合法的 YAML（"),
        ("policies:\n  - file: a.txt\n    issued_on: 2024-13-01\n", "不是合法的 YAML（month must be in 1..12），请改正后重试。"),
        ("policies:\n  - file: a.txt\n    titel: 办法\n", "policies.0.titel 的值 '办法' 不可用：没有这个键；请改正后重试。"),
        ("policies:\n  - title: 办法\n", "policies.0.file 的值 {'title': '办法'} 不可用：缺少这个键；请改正后重试。"),
        ("policies:\n  - file: a.txt\n    issued_on: 去年\n",
         "policies.0.issued_on 的值 '去年' 不可用：应为日期，如 2024-12-06；请改正后重试。"),
        ("policies:\n  - file: a.txt\n    issuers: 甲厅\n",
         "policies.0.issuers 的值 '甲厅' 不可用：应为列表，每项一行，以“- ”开头；请改正后重试。"),
        ("policies:\n  - file: 7\n", "policies.0.file 的值 7 不可用：应为文字；请改正后重试。"),
        ("policies:\n  - file: a.txt\n    level: 镇\n",
         "policies.0.level 的值 '镇' 不可用：应为 国家、省、市 或 县；请改正后重试。"),
        ("documents: []\n", "documents 的值 [] 不可用：没有这个键；请改正后重试。"),
        ("- a.txt\n", "整个文件 的值 ['a.txt'] 不可用：应为“键: 值”的形式；请改正后重试。"),
    ],
    ids=[
        "broken", "no such day", "unknown key", "no file", "no date", "not a list", "no text", "no level",
        "unknown list",
        "not a mapping",
    ],
)  # fmt: skip
def test_a_malformed_register_is_refused(written: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "register.yaml").write_text(written, "utf-8")
    with pytest.raises(RegisterError) as refused:
        load_register(tmp_path)
    assert str(refused.value).startswith(f"register.yaml：{message}")
    assert "\n" not in str(refused.value)


def test_a_register_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "register.yaml").write_bytes("policies:\n  - file: 办法.txt\n".encode("gbk"))
    with pytest.raises(RegisterError, match=r"register\.yaml：不是合法的 YAML"):
        load_register(tmp_path)


def test_the_register_wins_and_each_contradiction_is_reported() -> None:
    entry = RegisterEntry(
        file="办法.txt",
        title="甲省研发补贴办法",
        doc_number="甲财字〔2024〕6号",
        effective_to=date(2026, 12, 31),
    )
    document = parse_text(TEXT, "办法.txt", entry)
    assert (document.title, document.id) == ("甲省研发补贴办法", "甲财字〔2024〕6号")
    assert document.effective_to == date(2026, 12, 31)
    assert document.warnings == (
        "登记表的 title 是“甲省研发补贴办法”，原文读出的是“研发补贴办法”，以登记表为准。",
        "登记表的 doc_number 是“甲财字〔2024〕6号”，原文读出的是“甲财字〔2024〕5号”，以登记表为准。",
        "登记表的 effective_to 是“2026-12-31”，原文读出的是“2027-03-31”，以登记表为准。",
    )


def test_the_register_has_every_field_that_is_read() -> None:
    entry = RegisterEntry(
        file="办法.txt", level="省", supersedes=("甲财字〔2019〕1号",), contacts=("甲省财政厅",)
    )
    document = parse_text(TEXT, "办法.txt", entry)
    assert (document.level, document.supersedes, document.contacts) == (
        "省",
        ("甲财字〔2019〕1号",),
        ("甲省财政厅",),
    )
    assert {field.name for field in fields(Metadata)} < {field.name for field in fields(PolicyDocument)}


def test_what_the_register_leaves_out_is_read_from_the_text() -> None:
    document = parse_text(TEXT, "办法.txt", RegisterEntry(file="办法.txt", region="甲省"))
    assert document.warnings == ()
    assert document.region == "甲省"
    assert (document.title, document.notice_title) == ("研发补贴办法", "关于印发《研发补贴办法》的通知")
    assert document.issuers == ("甲省财政厅",)
    assert (document.issued_on, document.effective_from) == (date(2024, 3, 1), date(2024, 4, 1))


def test_the_register_of_the_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "办法.txt").write_text(TEXT, "utf-8")
    (tmp_path / "register.yaml").write_text("policies:\n  - file: 办法.txt\n    region: 乙省\n", "utf-8")
    assert parse_file(tmp_path / "办法.txt").region == "乙省"
    assert parse_file(tmp_path / "办法.txt", Register()).region == "甲省"
