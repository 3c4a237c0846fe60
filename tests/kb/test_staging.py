"""Uploaded files: nothing escapes its folder, takes more than its share, or half-lands."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from corpus import DocumentError, KnowledgeBaseError, NotFound, UnreadableFile, UsageError
from corpus.register import RegisterEntry
from kb import KnowledgeBase, Settings
from kb.corrections import Corrections
from kb.embedding import Embedder
from kb.staging.accept import Accepting, accept
from kb.staging.foresee import Comes, foresee
from kb.staging.names import safe_name
from kb.staging.pages import PageImages, source_of
from kb.staging.reading import run_child
from kb.staging.shelf import Staged, Staging, State

ROOT = Path(__file__).parents[2]
LIMIT = 2**20


@pytest.fixture
def staging(base: KnowledgeBase) -> Staging:
    return Staging(base.settings.home, LIMIT)


def put(staging: Staging, name: str, data: bytes) -> Staged:
    arriving = staging.begin(name)
    arriving.write(data)
    return arriving.finish()


def settled(staging: Staging, token: str, states: tuple[State, ...] = (State.READY, State.FAILED)) -> Staged:
    until = time.monotonic() + 60
    while (found := staging.file(token)).state not in states:
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name",
    [
        "../../x.txt",
        "..\\..\\x.txt",
        "/etc/passwd",
        "长" * 300 + ".txt",
        "<script>alert(1)</script>.txt",
        'a"onmouseover="alert(1).txt',
        "a\0b.txt",
        "\u202etxt.exe",
        ".bashrc",
        "-rf.txt",
        "CON.txt",
        "lpt1",
        "register.yaml",
        "",
        "....",
        "a/",
        "\ud800.txt",
    ],
)
def test_a_hostile_name_stays_in_its_folder(staging: Staging, name: str, tmp_path: Path) -> None:
    before = below(tmp_path)
    staged = put(staging, name, b"x")
    new = below(tmp_path) - before - {f"home/staging/{staged.token}/about.json"}
    assert f"home/staging/{staged.token}/file/{staged.name}" in new
    assert all(path.startswith(f"home/staging/{staged.token}/") for path in new)
    assert safe_name(staged.name) == staged.name and len(staged.name.encode()) <= 200
    assert not set('<>"\\/\0\u202e') & set(staged.name) and staged.name[0] not in ".-~"
    staging.discard(staged.token)
    assert below(tmp_path) == before


def test_a_file_over_the_limit_is_refused_as_it_comes(staging: Staging) -> None:
    arriving = staging.begin("大.txt")
    arriving.write(b"x" * LIMIT)
    with pytest.raises(UsageError, match="超过上限 1 MB"):
        arriving.write(b"x")
    arriving.stop()
    assert staging.files() == [] and below(staging.home / "staging") == set()


def test_all_together_are_bounded(staging: Staging) -> None:
    for n in range(20):
        put(staging, f"{n}.bin", b"x" * LIMIT)
    arriving = staging.begin("多.bin")
    with pytest.raises(UsageError, match="合计超过 20 MB"):
        arriving.write(b"x")
    arriving.stop()
    assert len(staging.files()) == 20


def test_old_files_are_thrown_away(base: KnowledgeBase, policy_text: Callable[..., str]) -> None:
    now = [1e9]
    staging = Staging(base.settings.home, LIMIT, clock=lambda: now[0])
    old = put(staging, "1.txt", policy_text(1).encode())
    settled(staging, old.token)
    now[0] += 24 * 3600 + 1
    assert staging.files() == [] and below(base.settings.home / "staging") == set()


def test_staged_files_outlive_a_restart(staging: Staging, policy_text: Callable[..., str]) -> None:
    read = put(staging, "1.txt", policy_text(1).encode())
    ready = settled(staging, read.token)
    assert ready.state is State.READY and ready.document_id == "试科字〔2024〕1号"
    (staging.home / "staging" / ".broken").mkdir()  # an upload that was cut off
    again = Staging(staging.home, LIMIT)
    assert again.files() == [ready] and again.document(read.token).clauses
    assert [path.name for path in (staging.home / "staging").iterdir()] == [read.token]


def test_a_zip_bomb_is_refused(staging: Staging, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as out:
            for _ in range(220):
                out.write(b" " * 2**20)
    assert bomb.stat().st_size < LIMIT
    failed = settled(staging, put(staging, "bomb.docx", bomb.read_bytes()).token)
    assert failed.state is State.FAILED and failed.message.startswith("bomb.docx：")


def test_reading_is_bounded_in_time_and_memory(tmp_path: Path, policy_text: Callable[..., str]) -> None:
    picture = tmp_path / "大.png"
    Image.new("RGB", (7000, 7000)).save(picture)
    job = {"do": "page", "file": str(picture), "number": 1, "out": str(tmp_path / "out.png")}
    with pytest.raises(UnreadableFile, match=r"大\.png：读取时需要的内存超过上限"):
        run_child(job, seconds=60, memory=350 * 2**20)
    started: list[subprocess.Popen[bytes]] = []
    with pytest.raises(UnreadableFile, match=r"大\.png：读了 0\.01 秒还没有读完"):
        run_child(job, seconds=0.01, memory=2**31, started=started.append)
    assert started[0].returncode == -signal.SIGKILL
    assert not (tmp_path / "out.png").exists()


def test_a_reader_ends_with_the_server(tmp_path: Path) -> None:
    """Its input closes when the server is gone, however it went."""
    code = (
        "import json, subprocess, sys; child = subprocess.Popen([sys.executable, '-c', "
        "'import sys, time; from kb.staging import child; child.read = lambda job: time.sleep(60);"
        "child._JOBS = {\"read\": child.read}; child.main(sys.argv[1])', json.dumps({'do': 'read', 'file': 'x', "
        "'memory': 2**31, 'seconds': 60})], stdin=subprocess.PIPE); print(child.pid, flush=True); sys.stdin.read()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert server.stdout is not None
    reader = int(server.stdout.readline())
    time.sleep(0.5)
    assert Path(f"/proc/{reader}").exists() or sys.platform != "linux"
    server.kill()
    server.communicate()
    until = time.monotonic() + 10
    while _runs(reader):
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def test_discarding_ends_the_reader(staging: Staging, tmp_path: Path) -> None:
    staging._limits["memory"] = 2**31
    token = put(staging, "x.txt", b"\xff\xfe" + b"x" * 1000).token
    staging.discard(token)
    with pytest.raises(NotFound, match="已不在"):
        staging.file(token)
    assert below(staging.home / "staging") == set()


def test_accepting_keeps_the_file_and_what_is_stated(
    base: KnowledgeBase, staging: Staging, policy_text: Callable[..., str]
) -> None:
    text = policy_text(1).encode()
    token = put(staging, "../一号.txt", text).token
    settled(staging, token)
    assert foresee(base, staging, token).comes is Comes.NEW
    staging.take(token)
    outcome = accept(base, staging, token, RegisterEntry(file="", title="另名", doc_number="改字〔2024〕9号"))
    record = base.records()[0]
    assert (record.id, record.title, record.source_name) == ("改字〔2024〕9号", "另名", "一号.txt")
    assert outcome.document_id == record.id and base.search("研发", mode="keyword")
    mark = base.files()[0]
    kept = Path(mark.path)
    assert kept.read_bytes() == text and kept.parents[1] == base.settings.home.resolve() / "files"
    assert (
        base.ingest([kept]).outcomes[0].status == "unchanged"
    )  # it can be read again, and comes out the same


def test_a_clash_changes_nothing(
    base: KnowledgeBase, staging: Staging, policy_text: Callable[..., str]
) -> None:
    first = put(staging, "1.txt", policy_text(1).encode()).token
    settled(staging, first)
    staging.take(first)
    accept(base, staging, first, None)
    before, files = base.documents(), below(base.settings.home / "files")
    other = put(staging, "2.txt", policy_text(2).encode()).token
    settled(staging, other)
    staging.take(other)
    stated = RegisterEntry(file="", doc_number="试科字〔2024〕1号")
    with pytest.raises(DocumentError, match="内容却大不相同"):
        accept(base, staging, other, stated)
    assert base.documents() == before and below(base.settings.home / "files") == files
    assert Corrections(base.settings.home).read() == {}


def test_two_admins_accept_the_same_file_at_once(
    base: KnowledgeBase, staging: Staging, policy_text: Callable[..., str]
) -> None:
    tokens = [put(staging, name, policy_text(1).encode()).token for name in ("甲.txt", "乙.txt")]
    for token in tokens:
        settled(staging, token)
    others = [Accepting(Staging(staging.home, LIMIT), lambda: base, str) for _ in tokens]
    for each, token in zip(others, tokens, strict=True):
        threading.Thread(target=each.submit, args=(token, None, "管理员")).start()
    said = [
        settled(each._staging, token, (State.ACCEPTED,)).message
        for each, token in zip(others, tokens, strict=True)
    ]
    assert sorted(text[:5] for text in said) == ["已收入知识", "知识库中已"]
    assert len(base.documents()) == 1 and len(below(base.settings.home / "files")) == 1
    assert len(base._catalog.chunks()) == len(base._vectors().ids())


def test_a_failure_is_told_and_the_file_stays(
    base: KnowledgeBase, staging: Staging, policy_text: Callable[..., str]
) -> None:
    token = put(staging, "1.txt", policy_text(1).encode()).token
    settled(staging, token)

    def broken() -> KnowledgeBase:
        raise KnowledgeBaseError("知识库打不开。")

    Accepting(staging, broken, str).submit(token, None, "管理员")
    assert settled(staging, token).message == "知识库打不开。"
    with pytest.raises(UsageError, match="还没有读好"):
        staging.take(put(staging, "2.txt", b"x").token)


CHILD = """
import sys, time
sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/tests"]
from pathlib import Path
from conftest import HashEmbedder
from corpus.register import RegisterEntry
from kb import KnowledgeBase, Settings
from kb.catalog import Catalog
from kb.staging import accept, shelf

home, point = Path(sys.argv[2]), sys.argv[3]


def stop(*args, **kwargs):
    print("reached", flush=True)
    time.sleep(60)


if point == "embedding":
    HashEmbedder.embed_passages = stop
elif point == "committed":
    put = Catalog.put
    Catalog.put = lambda *args, **kwargs: (put(*args, **kwargs), stop())
staging = shelf.Staging(home, 2**20)
token = staging.files()[0].token
with KnowledgeBase(Settings(home=home, policies=home / "none", _env_file=None), HashEmbedder()) as base:
    staging.take(token)
    accept.accept(base, staging, token, RegisterEntry(file="", title="另名"))
"""


@pytest.mark.parametrize("point", ["embedding", "committed"])
def test_killed_while_accepting(
    base: KnowledgeBase, staging: Staging, embedder: Embedder, policy_text: Callable[..., str], point: str
) -> None:
    token = put(staging, "1.txt", policy_text(1).encode()).token
    settled(staging, token)
    home = base.settings.home
    base.close()
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(ROOT), str(home), point],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    reached = child.stdout.readline()
    child.kill()
    assert reached == "reached\n", child.communicate()[1]
    child.communicate()
    with KnowledgeBase(Settings(home=home, _env_file=None), embedder) as after:
        assert len(after.documents()) == (point == "committed")
        again = Staging(home, LIMIT)
        assert again.file(token).state is State.READY
        again.take(token)
        accept(after, again, token, None)
        assert [document.title for document in after.documents()] == ["另名"]  # as was stated
        assert len(after._catalog.chunks()) == len(after._vectors().ids())


def test_pages_are_shown_as_long_as_the_file_is_there(base: KnowledgeBase, tmp_path: Path) -> None:
    file = tmp_path / "扫描.png"
    Image.new("RGB", (400, 300), "white").save(file)
    images = PageImages(base.settings.home)
    assert images.png(file, "a" * 64, 1).startswith(b"\x89PNG")
    for number in (0, 2):
        with pytest.raises(NotFound, match="没有第"):
            images.png(file, "a" * 64, number)
    with pytest.raises(NotFound):
        images.png(_text(tmp_path), "b" * 64, 1)
    assert below(base.settings.home / "pages") == {f"{'a' * 32}-1.png"}


def test_only_a_file_that_is_there_unchanged_has_pages(base: KnowledgeBase, policies: Path) -> None:
    base.ingest([policies])
    assert source_of(base, "试科字〔2024〕1号") is None and source_of(base, "没有的") is None  # text
    (policies / "1.txt").write_bytes(b"%PDF-1.7 another file by now")
    assert source_of(base, "试科字〔2024〕1号") is None


def _text(folder: Path) -> Path:
    path = folder / "1.txt"
    path.write_text("一、支持。", "utf-8")
    return path
