"""Tables and trees in the terminal stay whole in 80 columns, whatever the names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from chat.command import tables, tree
from chat.wording import standing_text
from corpus import Place, PolicyDocument
from kb import FileOutcome, FileStatus, IngestReport
from kb.lifecycle import DocumentRecord

LONG = "关于支持生物医药产业高质量发展的若干政策措施实施细则（2024年修订）"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def record(**more: object) -> DocumentRecord:
    day = date(2020, 1, 1)
    made = datetime(2026, 1, 1, tzinfo=UTC)
    names = ("甲", "h", LONG, "", "试科字〔2024〕1号", (), "", "")
    return replace(DocumentRecord(*names, day, None, None, (), "x.txt", made, 12), **more)  # type: ignore[arg-type]


def report(n: int = 1, **more: object) -> IngestReport:
    good = FileOutcome(Path(f"{LONG}.txt"), FileStatus.ADDED, LONG, "", LONG, 30, ("一处存疑",))
    bad = FileOutcome(Path("坏.pdf"), FileStatus.FAILED, message="坏.pdf：文件已损坏。")
    return IngestReport((*(replace(good, **more) for _ in range(n)), bad), (Path("表.xlsx"),))  # type: ignore[arg-type]


def test_an_ingest_is_a_table_with_totals_and_warnings() -> None:
    text = tables.ingest_text(report(), 10.0)
    head, good, bad, _, totals, skipped, *rest = text.split("\n")
    assert head.split() == ["结果", "文件", "文号或标题", "条款", "提示"]
    assert good.startswith("新增") and good.count("…") == 2 and good.split()[-2:] == ["30", "1"]
    assert bad.split() == ["失败", "坏.pdf"]
    assert "共 2 个文件：新增 1，失败 1；入库条款 30 条（每秒 3 条），提示 1 条，失败 1 个" in totals
    assert skipped == "跳过 1 个不支持的文件：表.xlsx"
    assert rest == ["", "提示", f"  · {LONG}.txt：一处存疑"]
    assert all(cell_len(line) <= 80 for line in (head, good, bad))


def test_long_lists_are_cut_and_say_so() -> None:
    text = tables.ingest_text(report(30), 1.0)
    assert text.count("一处存疑") == 20 and "另有 10 条，见 policykb docs show" in text
    unchanged = tables.ingest_text(report(100, status=FileStatus.UNCHANGED, warnings=()), 1.0)
    assert "另有 100 个文件未变" in unchanged and "失败  坏.pdf" in unchanged


def test_the_list_of_documents_keeps_numbers_dates_and_standing_whole() -> None:
    repealed = record(repealed_by="新字〔2025〕2号", repealed_on=date(2025, 3, 1))
    text = tables.records_text([record(), repealed, record(doc_number="", effective_to=date(2021, 1, 1))])
    lines = text.split("\n")
    assert all(cell_len(line) <= 80 for line in lines[:4])
    assert [line.split()[-2] for line in lines[1:4]] == ["现行", "已废止", "已失效"]
    assert "试科字〔2024〕1号" in lines[1] and "2020-01-01" in lines[1] and "…" in lines[1]
    assert "试科字〔2024〕1号 于2025年3月1日废止（由新字〔2025〕2号废止）" in lines[-1]


def test_standing_before_and_after_a_repeal() -> None:
    repealed = record(repealed_by="新字〔2025〕2号", repealed_on=date(2025, 3, 1))
    assert standing_text(repealed, date(2025, 3, 1)) == "已于2025年3月1日废止（由新字〔2025〕2号废止）"
    assert standing_text(repealed, date(2025, 2, 28)) == "现行，将于2025年3月1日废止（由新字〔2025〕2号废止）"
    assert standing_text(record(), date(2019, 1, 1)) == "尚未施行"


def test_a_document_is_a_tree_with_units_and_pages(document: PolicyDocument) -> None:
    at = document.source.index("（二）")
    document = replace(
        document,
        places=(Place(0, page=1), Place(at, page=2)),
        supersedes=("试科字〔2020〕9号",),
        warnings=("一处存疑",),
    )
    text = tree.document_text(document)
    lines = text.split("\n")
    assert "  废止文件  试科字〔2020〕9号" in lines and "  页数　　  2" in lines
    first = next(n for n, line in enumerate(lines) if "（一）" in line)
    assert lines[first - 1] == "└─ 一、支持研发  第1页"
    assert lines[first].startswith("   ├─ （一）临床试验") and lines[first].endswith("第1页")
    assert lines[first + 1 : first + 3] == ["   │    牵头：省科技厅", "   │    参与：省财政厅"]
    assert lines[first + 3].startswith("   └─ （二）其他") and lines[first + 3].endswith("第2页")
    assert lines[-2:] == ["提示", "  · 一处存疑"]
    assert all(cell_len(line) <= 80 for line in lines)
    assert "试验的，给予不超过40%" in tree.document_text(document, full=True)
