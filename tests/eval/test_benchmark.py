import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from chat.answer import Answer, Status
from corpus import NotFound
from eval.__main__ import main
from eval.metrics.samples import sample_answer
from tests.conftest import HashEmbedder

ASKED: list[tuple[str, tuple[str, ...], date | None]] = []


class FakeKnowledgeBase:
    def __init__(self, settings: Any, embedder: Any) -> None:
        self.settings = settings

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def search(self, query: str, top: int) -> list[object]:
        return []

    def clause(self, clause_id: str) -> Any:
        if clause_id != "甲 一":
            raise NotFound(clause_id)
        return SimpleNamespace(text="最高2000万元。")


class FakeAssistant:
    def __init__(self, kb: FakeKnowledgeBase, llm: object = None) -> None:
        self.kb = kb

    def ask(self, question: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        ASKED.append((question, tuple(history), as_of))
        clause = "甲 一" if question == "有" else "丙"
        return sample_answer("最高[1]", Status.ANSWERED, cited=(clause,), quote="最高2000万元")


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for what run_eval imports when it is called."""
    monkeypatch.setitem(sys.modules, "chat.assistant", SimpleNamespace(Assistant=FakeAssistant))
    monkeypatch.setattr("kb.embedding.SentenceTransformerEmbedder", lambda *_: HashEmbedder())
    monkeypatch.setitem(sys.modules, "kb.knowledge_base", SimpleNamespace(KnowledgeBase=FakeKnowledgeBase))
    ASKED.clear()


def qa(tmp_path: Path, *questions: dict[str, Any]) -> str:
    file = tmp_path / "set.jsonl"
    file.write_text("\n".join(json.dumps({"id": str(n), **q}) for n, q in enumerate(questions)))
    return str(file)


def test_runs_and_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = {"question": "有", "history": ["前一问"], "as_of": "2026-01-31", "status": "answered"}
    out = tmp_path / "out"
    assert main(["--qa", qa(tmp_path, line), "--out", str(out), "--home", str(tmp_path), "--gates"]) == 0
    assert [*ASKED] == [("有", ("前一问",), date(2026, 1, 31))]
    assert sorted(file.name for file in out.iterdir()) == ["answers.jsonl", "metrics.json", "report.html"]
    assert json.loads((out / "metrics.json").read_text())["gates"]["passed"] is True
    printed = capsys.readouterr()
    assert printed.out == "" and "1 题，全对 1 题（100%）" in printed.err


def test_more_is_asked_for_by_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--qa", qa(tmp_path, {"question": "有，钱吗"}, {"question": "没有"}), "--home", str(tmp_path)]
    first, out = tmp_path / "first", tmp_path / "out"
    assert main([*given, "--out", str(first)]) == 0
    ASKED.clear()
    more = ["--compare", str(first), "--robustness", "--sample", "1", "--latency"]
    assert main([*given, "--out", str(out), *more]) == 0
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["comparison"]["common"] == 2
    assert metrics["robustness"]["unpunctuated"]["questions"] == 1
    assert metrics["speed"]["questions"] == 2
    asked = {question for question, _, _ in ASKED}
    assert {"有钱吗", "有,钱吗"} & asked and "有，錢嗎" in asked
    text = (out / "report.html").read_text(encoding="utf-8")
    printed = capsys.readouterr().err
    assert (
        f"与 {first} 比较：" in printed
        and "没有标点：1 题，状态和金额不变" in printed
        and "样本太小" in printed
    )
    assert "与另一次评测比较" in text and "换一种写法再问" in text


def test_questions_without_expectation_are_told_and_not_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare, out = {"question": "有"}, tmp_path / "out"
    set_ = qa(tmp_path, bare, bare, bare | {"status": "answered"}, bare | {"status": "not_found"})
    assert main(["--qa", set_, "--out", str(out)]) == 0
    assert "4 题，其中 2 题没有写预期，不计分；计分的 2 题中全对 1 题（50%）" in capsys.readouterr().err
    overall = json.loads((out / "metrics.json").read_text())["overall"]
    assert (overall["questions"], overall["without_expectation"], overall["passed"]) == (4, 2, 1)
    assert "2 题没有写预期，不计分" in (out / "report.html").read_text(encoding="utf-8")
    assert main(["--qa", qa(tmp_path, bare), "--out", str(out)]) == 0
    assert "没有可计分的题" in capsys.readouterr().err


def test_an_earlier_run_is_not_overwritten_by_the_one_compared_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--qa", qa(tmp_path, {"question": "有"}), "--out", str(tmp_path / "out")]
    assert main(given) == 0
    before = (tmp_path / "out" / "answers.jsonl").read_bytes()
    assert main([*given, "--compare", str(tmp_path / "x" / ".." / "out")]) == 2
    assert "同一个文件夹" in capsys.readouterr().err
    assert (tmp_path / "out" / "answers.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    "more", [["--compare", "none"], ["--judge"], ["--robustness", "--sample", "0"], ["--sample", "9"]]
)
def test_what_cannot_be_done_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    assert main(["--qa", qa(tmp_path, {"question": "有"}), "--out", str(tmp_path / "out"), *more]) == 2
    assert not ASKED and not (tmp_path / "out").exists()
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_missed_gate_fails_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--qa", qa(tmp_path, {"question": "引错"}), "--out", str(tmp_path / "out")]
    assert main([*given, "--gates"]) == 1
    assert "未达门槛：引文逐字一致 0%" in capsys.readouterr().err
    assert main(given) == main([*given, "--no-gates"]) == 0


@pytest.mark.parametrize(("path", "code"), [("none.jsonl", 2), ("set.jsonl", 1)])
def test_a_bad_set_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str, code: int
) -> None:
    qa(tmp_path, {})
    assert main(["--qa", str(tmp_path / path), "--out", str(tmp_path / "out")]) == code
    assert not ASKED and not (tmp_path / "out").exists()
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_importing_loads_nothing_heavy() -> None:
    heavy = "torch chromadb plotly numpy scipy ir_measures pypinyin opencc gradio"
    code = (
        f"import sys, eval.__main__, eval.report; print([m for m in '{heavy}'.split() if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
