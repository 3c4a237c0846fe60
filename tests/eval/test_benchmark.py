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

ASKED: list[tuple[str, tuple[str, ...], date | None]] = []


class FakeKnowledgeBase:
    def __init__(self, settings: Any) -> None:
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
    def __init__(self, kb: FakeKnowledgeBase) -> None:
        self.kb = kb

    def ask(self, question: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        ASKED.append((question, tuple(history), as_of))
        clause = "甲 一" if question == "有" else "丙"
        return sample_answer("最高[1]", Status.ANSWERED, cited=(clause,), quote="最高2000万元")


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for what run_eval imports when it is called."""
    monkeypatch.setitem(sys.modules, "chat.assistant", SimpleNamespace(Assistant=FakeAssistant))
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
    code = (
        "import sys, eval.__main__, eval.report; "
        "print([m for m in ('torch', 'chromadb', 'plotly', 'numpy', 'gradio') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
