"""Feedback is only ever added, by several processes at once, and nothing of it is lost."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus import KnowledgeBaseError
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder
from kb.feedback import FILE_NAME, FeedbackLog, Rating

ROOT = Path(__file__).parents[2]
RECEIPT = {"question": "问", "status": "answered", "answer": "答[1]"}
WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from kb.feedback import FeedbackLog, Rating
for n in range(int(sys.argv[4])):
    FeedbackLog(Path(sys.argv[2])).add(f"{sys.argv[3]}-{n}", Rating.UP, {"question": "问" * 500})
"""


def write_apart(home: Path, name: str, rows: int, **how: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(ROOT), str(home), name, str(rows)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **how)  # type: ignore[call-overload, no-any-return]


def said(home: Path) -> Sequence[tuple[str, str, str]]:
    return [(each.key, each.rating.value, each.comment) for each in FeedbackLog(home).latest()]


def test_what_was_said_last_of_an_answer_holds_and_nothing_is_overwritten(tmp_path: Path) -> None:
    log = FeedbackLog(tmp_path)
    assert log.latest() == [] and not log.path.exists()
    log.add("甲", Rating.UP, RECEIPT)
    log.add("乙", Rating.DOWN, RECEIPT, ["先前的问题"], "金额'不对'\n第二行")
    log.add("甲", Rating.DOWN, RECEIPT, comment="再看不对")
    log.add("丙", Rating.UP, RECEIPT)
    log.add("丙", Rating.NONE, RECEIPT)
    assert said(tmp_path) == [("乙", "down", "金额'不对'\n第二行"), ("甲", "down", "再看不对")]
    first = log.latest()[0]
    assert (first.history, first.receipt) == (("先前的问题",), RECEIPT) and first.at.utcoffset() is not None
    with sqlite3.connect(log.path) as db:
        assert db.execute("SELECT count(*) FROM feedback").fetchone() == (5,)
    db.close()


def test_processes_write_side_by_side(tmp_path: Path) -> None:
    writers = [write_apart(tmp_path, str(n), 15) for n in range(3)]
    assert [writer.communicate(timeout=60)[1] for writer in writers] == ["", "", ""]
    assert {key for key, _, _ in said(tmp_path)} == {f"{w}-{n}" for w in range(3) for n in range(15)}


def test_a_full_disk_costs_nothing_that_was_there(tmp_path: Path) -> None:
    log = FeedbackLog(tmp_path)
    log.add("甲", Rating.UP, RECEIPT)
    least = log.path.stat().st_size + 2 * 4096
    writer = write_apart(
        tmp_path, "满", 100, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (least, least))
    )
    complaint = writer.communicate(timeout=60)[1].strip().splitlines()[-1]
    assert writer.returncode == 1 and "无法读写" in complaint and "磁盘空间" in complaint
    kept = said(tmp_path)
    assert kept[0] == ("甲", "up", "") and 1 <= len(kept) < 100
    log.add("乙", Rating.DOWN, RECEIPT)
    assert said(tmp_path) == [*kept, ("乙", "down", "")]


@pytest.mark.parametrize("content", [b"no database" * 500, None], ids=["text", "another database"])
def test_another_file_of_that_name_is_left_alone(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / FILE_NAME
    if content is None:
        with sqlite3.connect(file) as db:
            db.execute("CREATE TABLE other (a)")
        db.close()
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    for use in (FeedbackLog(tmp_path).latest, lambda: FeedbackLog(tmp_path).add("甲", Rating.UP, RECEIPT)):
        with pytest.raises(KnowledgeBaseError) as caught:
            use()
        assert "\n" not in str(caught.value) and FILE_NAME in str(caught.value)
    assert file.read_bytes() == before


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(KnowledgeBaseError, match="请检查权限和磁盘空间"):
        FeedbackLog(tmp_path / "file").add("甲", Rating.UP, RECEIPT)


def test_a_rebuild_leaves_it(tmp_path: Path, no_policies: Path, embedder: Embedder) -> None:
    settings = Settings(home=tmp_path / "home", policies=no_policies, _env_file=None)
    with KnowledgeBase(settings, embedder) as kb:
        FeedbackLog(settings.home).add("甲", Rating.UP, RECEIPT)
        kb.rebuild()
    assert said(settings.home) == [("甲", "up", "")]
