"""A writer killed anywhere, or two at a time, leave what one undisturbed run leaves."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kb import KnowledgeBase, Settings
from kb.embedding import Embedder

DOCUMENTS = 4
ROOT = Path(__file__).parents[2]
CHILD = """
import sys, time
sys.path[:0] = [sys.argv[1], f"{sys.argv[1]}/tests"]
from pathlib import Path
from conftest import HashEmbedder
from kb import KnowledgeBase, Settings, catalog, ingestion
from kb.stores import chroma, tantivy_words

ingestion._GROUP = 1  # each document is a group of its own
home, policies, point, wait_for = Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], int(sys.argv[5])


def stop(owner, name, before):
    original, calls = getattr(owner, name), []

    def stopping(*args, **kwargs):
        calls.append(1)
        result = None if before else original(*args, **kwargs)
        if len(calls) == wait_for:
            print("reached", flush=True)
            time.sleep(60)
        return original(*args, **kwargs) if before else result

    setattr(owner, name, stopping)


if point == "embedding":
    stop(HashEmbedder, "embed_passages", before=True)
elif point == "vectors written":
    stop(chroma.ChromaVectors, "upsert", before=False)
elif point == "in the transaction":
    stop(catalog, "node_row", before=False)
elif point == "committed":
    stop(catalog.Catalog, "put", before=False)
elif point == "noting a file":
    stop(catalog.Catalog, "remember", before=True)
elif point == "words written":
    stop(tantivy_words.TantivyWords, "upsert", before=False)
elif point == "slowly":
    embed = HashEmbedder.embed_passages
    HashEmbedder.embed_passages = lambda self, texts: time.sleep(0.15) or embed(self, texts)
with KnowledgeBase(Settings(home=home, policies=policies, _env_file=None), HashEmbedder()) as base:
    base.ingest([policies])
"""


def start(home: Path, policies: Path, point: str, wait_for: int = 1) -> subprocess.Popen[str]:
    arguments = [str(ROOT), str(home), str(policies), point, str(wait_for)]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def kill_at(home: Path, policies: Path, point: str, wait_for: int) -> None:
    child = start(home, policies, point, wait_for)
    assert child.stdout is not None
    reached = child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    _, errors = child.communicate()
    assert reached == "reached\n", errors


@pytest.fixture
def corpus(tmp_path: Path, policy_text: Callable[..., str]) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for n in range(1, DOCUMENTS + 1):
        (folder / f"{n}.txt").write_text(policy_text(n), "utf-8")
    return folder


def state(home: Path, policies: Path, embedder: Embedder) -> dict[str, Any]:
    """Everything a user or a later ingest can see, after one more ingest."""
    with KnowledgeBase(Settings(home=home, policies=policies, _env_file=None), embedder) as base:
        base.ingest([policies])
        questions = ("支持第2类临床", "不超过301万元", "产业发展")
        return {
            "documents": base.documents(),
            "clauses": base._catalog.clause_ids(),
            "chunks": base._catalog.chunks(),
            "vectors": base._vectors().ids(),
            "words": base._words().ids(),
            "nearest": [base.search(q, 10, mode="semantic") for q in questions],
            # rarity is counted with what was deleted until the index merges its parts, so scores may differ
            "found": [{hit.clause.id for hit in base.search(q, 50, mode="keyword")} for q in questions],
        }


@pytest.mark.parametrize(
    ("point", "wait_for"),
    [
        ("embedding", 3),
        ("vectors written", 2),
        ("in the transaction", 10),
        ("committed", 2),
        ("words written", 2),
    ],
)
def test_killed_on_first_use(
    corpus: Path, tmp_path: Path, embedder: Embedder, point: str, wait_for: int
) -> None:
    kill_at(tmp_path / "home", corpus, point, wait_for)
    after = state(tmp_path / "home", corpus, embedder)
    assert after == state(tmp_path / "undisturbed", corpus, embedder)
    assert len(after["documents"]) == DOCUMENTS


@pytest.mark.parametrize("point", ["vectors written", "committed"])
def test_killed_while_replacing(
    corpus: Path, tmp_path: Path, embedder: Embedder, policy_text: Callable[..., str], point: str
) -> None:
    home = tmp_path / "home"
    before = state(home, corpus, embedder)
    (corpus / "3.txt").write_text(policy_text(3, measures=6), "utf-8")
    kill_at(home, corpus, point, 1)
    with KnowledgeBase(Settings(home=home, _env_file=None), embedder) as reader:  # a reader comes first
        hits = reader.search("支持第3类", 20, mode="semantic", doc="试科字〔2024〕3号")
        assert len(hits) == (9 if point == "committed" else 7)  # with header, title and signature
    after = state(home, corpus, embedder)
    assert after == state(tmp_path / "undisturbed", corpus, embedder)
    assert after["documents"] != before["documents"]


@pytest.mark.parametrize("point", ["in the transaction", "committed"])
def test_killed_while_a_number_is_corrected(
    corpus: Path, tmp_path: Path, embedder: Embedder, policy_text: Callable[..., str], point: str
) -> None:
    """The old document goes in the same moment as the new one comes."""
    home = tmp_path / "home"
    state(home, corpus, embedder)
    (corpus / "3.txt").write_text(policy_text(3).replace("〔2024〕3号", "〔2024〕33号"), "utf-8")
    kill_at(home, corpus, point, 1)
    with KnowledgeBase(Settings(home=home, _env_file=None), embedder) as reader:
        ids = {record.id for record in reader.records()}
        hits = {hit.document_id for hit in reader.search("支持第3类", 20, mode="semantic")}
    number = "试科字〔2024〕33号" if point == "committed" else "试科字〔2024〕3号"
    assert ids == hits == {"试科字〔2024〕1号", "试科字〔2024〕2号", "试科字〔2024〕4号", number}
    after = state(home, corpus, embedder)
    assert after == state(tmp_path / "undisturbed", corpus, embedder)


@pytest.mark.parametrize("point", ["vectors written", "committed"])
def test_killed_while_a_repealing_document_comes(
    corpus: Path, tmp_path: Path, embedder: Embedder, policy_text: Callable[..., str], point: str
) -> None:
    """A document is repealed from the moment the other one is there, and not before."""
    home, day = tmp_path / "home", date(2026, 6, 1)
    state(home, corpus, embedder)
    newer = policy_text(5).replace("〔2024〕", "〔2025〕").replace("2024年6月", "2025年6月")
    (corpus / "5.txt").write_text(newer, "utf-8")
    register = "policies: [{file: 5.txt, supersedes: [试科字〔2024〕2号]}]"
    (corpus / "register.yaml").write_text(register, "utf-8")
    kill_at(home, corpus, point, 1)
    with KnowledgeBase(Settings(home=home, _env_file=None), embedder) as reader:
        repealed = {record.id for record in reader.records() if not record.in_force(day)}
        hidden = reader.search("支持第2类", 20, mode="semantic", doc="试科字〔2024〕2号", as_of=day) == []
    assert repealed == ({"试科字〔2024〕2号"} if point == "committed" else set())
    assert hidden == (point == "committed")
    assert state(home, corpus, embedder) == state(tmp_path / "undisturbed", corpus, embedder)


def test_killed_while_noting_a_copy(corpus: Path, tmp_path: Path, embedder: Embedder) -> None:
    home = tmp_path / "home"
    before = state(home, corpus, embedder)
    (corpus / "9.txt").write_bytes((corpus / "3.txt").read_bytes())
    kill_at(home, corpus, "noting a file", 1)
    after = state(home, corpus, embedder)
    assert after == before == state(tmp_path / "undisturbed", corpus, embedder)


def test_two_writers_at_once(corpus: Path, tmp_path: Path, embedder: Embedder) -> None:
    children = [start(tmp_path / "home", corpus, "slowly") for _ in range(2)]
    for child in children:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors
    assert state(tmp_path / "home", corpus, embedder) == state(tmp_path / "undisturbed", corpus, embedder)


def test_two_writers_of_different_files_at_once(corpus: Path, tmp_path: Path, embedder: Embedder) -> None:
    parts = []
    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        parts.append(tmp_path / name)
    for n, path in enumerate(sorted(corpus.iterdir())):
        (parts[n % 2] / path.name).write_bytes(path.read_bytes())
    children = [start(tmp_path / "home", part, "slowly") for part in parts]
    for child in children:
        _, errors = child.communicate(timeout=60)
        assert child.returncode == 0, errors
    assert state(tmp_path / "home", corpus, embedder) == state(tmp_path / "undisturbed", corpus, embedder)
