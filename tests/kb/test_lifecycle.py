"""What becomes of documents: copies, corrected numbers, other formats, repeals, and what is in force on a day."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corpus import KnowledgeBaseError, PolicyDocument
from ingest import chunk_document
from kb import FileOutcome, FileStatus, KnowledgeBase, plan
from kb.catalog import Catalog
from kb.files import find_files
from kb.lifecycle import DocumentRecord, Standing, with_repeals
from kb.rows import FileMark, store_chunks, unpack_origin

PolicyText = Callable[..., str]
FIRST = "试科字〔2024〕1号"


def one(base: KnowledgeBase, *paths: Path) -> FileOutcome:
    (outcome,) = base.ingest(paths).outcomes
    return outcome


def ids(base: KnowledgeBase) -> list[str]:
    return [record.id for record in base.records()]


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are parsed from now on."""
    read: list[str] = []
    parse = plan.parse_file

    def counting(path: Path, *rest: object) -> PolicyDocument:
        read.append(path.name)
        return parse(path, *rest)

    monkeypatch.setattr(plan, "parse_file", counting)
    return read


# -- copies -----------------------------------------------------------------------------------------------------------


def test_a_copy_in_the_same_batch_is_noticed(base: KnowledgeBase, policies: Path) -> None:
    (policies / "9.txt").write_bytes((policies / "1.txt").read_bytes())
    for first in ("added", "unchanged"):
        report = base.ingest([policies])
        assert [o.status.value for o in report.outcomes] == [first] * 3 + ["duplicate"]
        said = report.outcomes[-1].message
        assert said == f"9.txt：内容与已入库的 {FIRST}（1.txt）相同，未重复入库。"
    assert len(base.records()) == 3


def test_a_copy_of_what_is_stored_is_noticed_without_reading_it(
    base: KnowledgeBase, policies: Path, tmp_path: Path, unread: list[str]
) -> None:
    base.ingest([policies])
    unread.clear()
    copy = tmp_path / "副本.md"
    copy.write_bytes((policies / "1.txt").read_bytes())
    assert one(base, copy).status is FileStatus.DUPLICATE
    assert one(base, policies / "1.txt").status is FileStatus.UNCHANGED
    assert unread == []


def test_the_same_file_in_another_place_is_unchanged(base: KnowledgeBase, policies: Path) -> None:
    base.ingest([policies])
    moved = policies.rename(policies.with_name("moved"))
    assert {o.status for o in base.ingest([moved]).outcomes} == {FileStatus.UNCHANGED}


def test_the_same_text_in_another_format_is_noticed(base: KnowledgeBase, policies: Path) -> None:
    text = (policies / "1.txt").read_text("utf-8")
    (policies / "1b.txt").write_text(text.replace("。对企业", "。 对企业") + "\n\n", "utf-8")
    statuses = [o.status.value for o in base.ingest([policies]).outcomes]
    assert statuses == ["added", "duplicate", "added", "added"]
    assert one(base, policies / "1b.txt").status is FileStatus.DUPLICATE
    assert base.records()[0].source_name == "1.txt"


def test_a_better_parser_replaces(
    base: KnowledgeBase, policies: Path, monkeypatch: pytest.MonkeyPatch, unread: list[str]
) -> None:
    base.ingest([policies])
    unread.clear()
    monkeypatch.setattr(plan, "parser_version", lambda: "newer")
    assert {o.status for o in base.ingest([policies]).outcomes} == {FileStatus.UNCHANGED}  # it reads the same
    assert len(unread) == 3
    parse = plan.parse_file
    monkeypatch.setattr(plan, "parser_version", lambda: "newest")
    monkeypatch.setattr(plan, "parse_file", lambda path, *rest: replace(parse(path, *rest), region="试省"))
    assert {o.status for o in base.ingest([policies]).outcomes} == {FileStatus.REPLACED}
    assert {o.status for o in base.ingest([policies]).outcomes} == {FileStatus.UNCHANGED}
    assert {record.region for record in base.records()} == {"试省"}


def test_a_changed_register_is_read(base: KnowledgeBase, policies: Path) -> None:
    base.ingest([policies])
    (policies / "register.yaml").write_text("policies: [{file: 1.txt, region: 试省}]", "utf-8")
    assert [o.status.value for o in base.ingest([policies]).outcomes] == [
        "replaced",
        "unchanged",
        "unchanged",
    ]
    assert base.document(FIRST).region == "试省"


# -- changed files ----------------------------------------------------------------------------------------------------


def test_a_corrected_number_replaces_the_document(
    base: KnowledgeBase, policies: Path, policy_text: PolicyText
) -> None:
    base.ingest([policies])
    (policies / "1.txt").write_text(policy_text(1).replace("〔2024〕1号", "〔2024〕11号"), "utf-8")
    outcome = one(base, policies / "1.txt")
    assert outcome.status is FileStatus.REPLACED
    assert FIRST in outcome.message and "试科字〔2024〕11号" in outcome.message
    assert ids(base) == ["试科字〔2024〕11号", "试科字〔2024〕2号", "试科字〔2024〕3号"]
    assert FIRST not in {hit.document_id for hit in base.search("第1类", 50, mode="semantic")}


def test_another_document_under_the_same_name_leaves_the_first_and_says_so(
    base: KnowledgeBase, policies: Path, policy_text: PolicyText
) -> None:
    base.ingest([policies])
    (policies / "1.txt").write_text(policy_text(7), "utf-8")
    outcome = one(base, policies / "1.txt")
    assert outcome.status is FileStatus.ADDED and "仍在库中" in outcome.message
    assert FIRST in ids(base)
    assert one(base, policies / "1.txt").message == ""


def test_a_version_from_another_file_replaces_and_says_so(
    base: KnowledgeBase, policies: Path, tmp_path: Path, policy_text: PolicyText
) -> None:
    base.ingest([policies])
    (tmp_path / "新.txt").write_text(policy_text(1, measures=6), "utf-8")
    outcome = one(base, tmp_path / "新.txt")
    assert outcome.status is FileStatus.REPLACED
    assert "1.txt" in outcome.message and "4 变为 6" in outcome.message


# -- which files ------------------------------------------------------------------------------------------------------


def test_folders_are_searched_for_formats_that_are_read(tmp_path: Path) -> None:
    for name in ("甲.TXT", "表.xlsx", "~$甲.docx", ".git/x.txt", "Thumbs.db", "register.yaml", "乙/丙.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = find_files([tmp_path])
    assert [path.name for path in found.files] == ["丙.pdf", "甲.TXT"]
    assert [path.name for path in found.skipped] == ["表.xlsx"]
    named = find_files([tmp_path, tmp_path / "表.xlsx"])
    assert [path.name for path in named.files] == ["丙.pdf", "甲.TXT", "表.xlsx"]
    assert named.skipped == ()


# -- repeals ----------------------------------------------------------------------------------------------------------


def record(number: str = "甲字〔2020〕1号", title: str = "办法", **more: object) -> DocumentRecord:
    given: dict[str, object] = {
        "id": number or title,
        "content_hash": "h",
        "title": title,
        "notice_title": "",
        "doc_number": number,
        "issuers": (),
        "region": "甲省",
        "level": "",
        "issued_on": date(2020, 1, 1),
        "effective_from": None,
        "effective_to": None,
        "supersedes": (),
        "source_name": "x.txt",
        "added_at": datetime(2026, 1, 1, tzinfo=UTC),
        "clause_count": 1,
    }
    return DocumentRecord(**{**given, **more})  # type: ignore[arg-type]


def newer(*supersedes: str, **more: object) -> DocumentRecord:
    given: dict[str, object] = {"issued_on": date(2023, 12, 1), "effective_from": date(2024, 1, 1), **more}
    return record("甲字〔2023〕9号", "新办法", supersedes=supersedes, **given)


@pytest.mark.parametrize(
    ("old", "by"),
    [
        (record(), newer("甲字[2020] 1号")),
        (record(""), newer("《办法》")),
        (record(notice_title="关于印发《办法》的通知"), newer("关于印发<办法>的通知")),
        (record(region=""), newer("办法")),
    ],
)
def test_repealed_from_the_first_day_of_the_new_one(old: DocumentRecord, by: DocumentRecord) -> None:
    repealed = with_repeals([old, by])[0]
    assert (repealed.repealed_by, repealed.repealed_on) == (by.id, date(2024, 1, 1))
    days = [date(2019, 12, 31), date(2023, 12, 31), date(2024, 1, 1)]
    assert [repealed.standing(day) for day in days] == [
        Standing.PENDING,
        Standing.IN_FORCE,
        Standing.REPEALED,
    ]
    assert repealed.repeal == "于2024年1月1日废止（由甲字〔2023〕9号废止）"


@pytest.mark.parametrize(
    ("old", "by"),
    [
        (record(), newer("甲字〔2020〕11号")),
        (record(title="办法（试行）"), newer("办法")),  # part of a title is not the title
        (record(region="乙省"), newer("办法")),  # another region's document of the same name
        (record(issued_on=date(2025, 1, 1)), newer("办法")),  # issued later: cannot be meant
        (newer("新办法"), record()),  # not itself
    ],
)
def test_not_repealed(old: DocumentRecord, by: DocumentRecord) -> None:
    assert with_repeals([old, by])[0] == old


def test_the_first_of_several_counts_and_a_day_may_be_unknown() -> None:
    later = replace(newer("甲字〔2020〕1号"), id="丙", effective_from=date(2025, 1, 1))
    assert with_repeals([record(), later, newer("甲字〔2020〕1号")])[0].repealed_on == date(2024, 1, 1)
    (undated, _) = with_repeals([record(), newer("办法", issued_on=None, effective_from=None)])
    assert undated.repealed_on is None and not undated.in_force(date(2021, 1, 1))
    assert undated.repeal == "废止（由甲字〔2023〕9号废止）"


def test_a_repealed_document_comes_back_when_the_other_goes(
    base: KnowledgeBase, policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = plan.parse_file

    def repealing(path: Path, *rest: object) -> PolicyDocument:
        document = parse(path, *rest)
        more = {"supersedes": (FIRST,), "issued_on": date(2025, 5, 1)} if path.name == "3.txt" else {}
        return replace(document, **more)

    monkeypatch.setattr(plan, "parse_file", repealing)

    def found(mode: str, day: date) -> set[str]:
        return {hit.document_id for hit in base.search("第1类", 50, mode=mode, as_of=day)}

    base.ingest([policies / "1.txt", policies / "2.txt"])
    base.search("第1类", mode="semantic")
    base.ingest([policies / "3.txt"])
    for mode in ("hybrid", "keyword", "semantic"):
        assert FIRST in found(mode, date(2025, 4, 30))
        assert FIRST not in found(mode, date(2025, 5, 1))
    base.remove("试科字〔2024〕3号")
    for mode in ("hybrid", "semantic"):
        assert FIRST in found(mode, date(2025, 5, 1))


# -- homes of the first schema ----------------------------------------------------------------------------------------


def _one_by_one(blob: bytes) -> bytes:
    """Offsets as the first schemas held them."""
    offsets = unpack_origin(blob)
    return struct.pack(f"<{len(offsets)}I", *offsets)


FIRST_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, content_hash TEXT NOT NULL, metadata TEXT NOT NULL,
    source TEXT NOT NULL, source_name TEXT NOT NULL, added_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE nodes (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, position INTEGER NOT NULL,
    path TEXT NOT NULL, label TEXT NOT NULL, level INTEGER NOT NULL, kind TEXT NOT NULL, heading TEXT NOT NULL,
    text TEXT NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, origin BLOB NOT NULL,
    lead TEXT NOT NULL, participants TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX node_order ON nodes(document_id, position);
CREATE TABLE chunks (
    id TEXT PRIMARY KEY, clause_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL, text TEXT NOT NULL, context TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX chunk_clause ON chunks(clause_id, ordinal);
CREATE TABLE state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('revision', 7), ('seeded', 1);
PRAGMA application_id = 0x504B4231;
"""


def test_an_older_home_is_taken_over(tmp_path: Path, make_document: Callable[..., PolicyDocument]) -> None:
    document = make_document()
    content_hash, chunks = store_chunks(document, chunk_document(document))
    made = Catalog(tmp_path / "new")
    made.put(document, chunks, content_hash)
    made.close()
    (tmp_path / "old").mkdir()
    with sqlite3.connect(tmp_path / "old" / "catalog.sqlite") as db:
        db.executescript(FIRST_SCHEMA)
        db.execute("ATTACH ? AS new", (str(tmp_path / "new" / "catalog.sqlite"),))
        columns = "id, content_hash, json_remove(metadata, '$.level', '$.supersedes', '$.contacts')"
        db.execute(
            f"INSERT INTO documents SELECT {columns}, source, source_name, added_at FROM new.documents"
        )
        db.execute("INSERT INTO nodes SELECT * FROM new.nodes")
        db.execute("INSERT INTO chunks SELECT id, clause_id, ordinal, text, context FROM new.chunks")
        db.create_function("one_by_one", 1, _one_by_one)
        db.execute("UPDATE nodes SET origin = one_by_one(origin)")
    for _ in range(2):  # and opened again
        catalog = Catalog(tmp_path / "old")
        assert catalog.document(document.id) == document
        assert (catalog.revision(), catalog.seeded, len(catalog.chunks())) == (8, True, len(chunks))
        assert catalog.records()[0].supersedes == ()
        catalog.close()
    catalog = Catalog(tmp_path / "old")
    mark = FileMark("/x/1.txt", document.id, "bytes", "parser", "")
    catalog.put(document, chunks, content_hash, mark)
    assert catalog.files() == [mark]
    catalog.remove(document.id)
    assert catalog.files() == []


def test_a_home_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "catalog.sqlite") as db:
        db.execute("PRAGMA application_id = 0x504B4239")
    with pytest.raises(KnowledgeBaseError, match="其他版本"):
        Catalog(tmp_path)
