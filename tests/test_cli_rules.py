"""``policykb rules`` and ``policykb calc``: drafts are listed, edited, confirmed, computed with, and dropped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import app
from kb import KnowledgeBase

Run = Callable[..., tuple[int, str, str]]
TEXT = """示范市人民政府办公室关于印发示范市技术改造奖补办法的通知

示府办〔2024〕8号

一、支持技术改造。对企业实施的技术改造项目，按设备投资的8%给予补助，最高不超过500万元。

示范市人民政府办公室
2024年3月1日
"""


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, embedder: object, tmp_path: Path
) -> Run:
    """Run the command in this process on an own home with one policy, with the hash embedder."""
    monkeypatch.setenv("POLICYKB_HOME", str(tmp_path / "home"))
    policies = tmp_path / "policies"
    policies.mkdir()
    monkeypatch.setenv("POLICYKB_POLICIES", str(policies))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "chat.command.terminal.KnowledgeBase", lambda settings: KnowledgeBase(settings, embedder)
    )  # type: ignore[arg-type]

    def run(*arguments: str) -> tuple[int, str, str]:
        code = app.main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    file = tmp_path / "办法.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert run("ingest", str(file))[0] == 0
    return run


def draft(run: Run) -> str:
    (only,) = json.loads(run("rules", "--draft", "--json")[1])["rules"]
    assert (only["status"], only["kind"], only["figures"]) == ("draft", "rate", "比例8%，上限500万元")
    return str(only["id"])


def test_a_draft_on_its_way_to_a_result(run: Run) -> None:
    name = draft(run)
    assert name in run("rules", "--draft")[1] and name not in run("rules")[1]
    code, out, err = run("calc", name, "investment=3000万")
    assert (code, out) == (1, "") and name in err and "核对并确认" in err
    code, out, _ = run("rules", "confirm", name)
    assert code == 0 and "已确认规则" in out
    parsed = json.loads(run("calc", name, "investment=3000万", "--json")[1])
    assert (parsed["status"], parsed["amount_yuan"], parsed["is_ceiling"]) == ("answered", "2400000", True)
    assert json.loads(run("rules", "--json")[1])["rules"][0]["id"] == name
    assert json.loads(run("rules", "--draft", "--json")[1])["rules"] == []
    assert run("rules", "drop", name)[0] == 0 and draft(run) == name


def test_a_draft_is_edited(run: Run, tmp_path: Path) -> None:
    name = draft(run)
    file = Path(json.loads(run("rules", "edit", name, "--json")[1])["file"])
    assert file == tmp_path / "home" / "rules" / f"{name}.yaml"
    file.write_text(file.read_text("utf-8").replace("500万元\n  bound", "600万元\n  bound"), encoding="utf-8")
    code, _, err = run("rules", "confirm", name)
    assert (
        code == 1
        and "的 cap：引文“最高不超过500万元”里没有 600万元" in err
        and len(err.strip().splitlines()) == 1
    )
    assert "value: 8%" in run("rules", "show", name)[1]


def test_a_changed_text_stops_its_rule(run: Run, tmp_path: Path) -> None:
    name = draft(run)
    assert run("rules", "confirm", name)[0] == 0 and run("rules", "check")[0] == 0
    (tmp_path / "办法.txt").write_text(TEXT.replace("8%", "4%"), encoding="utf-8")
    code, _, err = run("ingest", str(tmp_path / "办法.txt"))
    assert code == 0 and f"规则已停用：规则 {name} 的 rate" in err
    code, out, _ = run("rules", "check")
    assert code == 1 and f"规则 {name} 的 rate" in out
    code, _, err = run("calc", name, "investment=3000万")
    assert code == 1 and "已停用" in err and f"撤销规则 {name}" in err
    file = tmp_path / "home" / "rules" / f"{name}.yaml"
    before = file.read_text("utf-8")
    assert (
        run("rules", "confirm", name)[0] == 1 and file.read_text("utf-8") == before
    )  # nothing is overwritten
    assert run("rules", "drop", name)[0] == 0 and run("rules", "confirm", name)[0] == 0
    assert json.loads(run("calc", name, "investment=3000万", "--json")[1])["amount_yuan"] == "1200000"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["rules", "show", "无"], 1, "没有规则“无”"),
        (["rules", "confirm", "无"], 1, "没有规则“无”"),
        (["rules", "drop", "无"], 1, "没有规则“无”"),
        (["rules", "--doc", "没有这份文件", "--draft"], 1, "没有"),
        (["rules", "--draft", "list"], 2, "选项请写在 list 之后"),
        (["rules", "confirm"], 2, "RULE"),
    ],
)
def test_mistakes_get_one_line(run: Run, arguments: list[str], code: int, words: str) -> None:
    got, out, err = run(*arguments)
    assert (got, out) == (code, "") and words in err and len(err.strip().splitlines()) == 1
