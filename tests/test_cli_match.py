"""``policykb match``: what it prints, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import app
from kb import KnowledgeBase

Run = Callable[..., tuple[int, str, str]]
CELL = [
    "region=烟台",
    "sector=细胞治疗",
    "product_class=一类新药",
    "stage=III",
    "rd_spending=1亿",
    "note=产品在烟台转化",
]
DAY = ["--as-of", "2026-06-01"]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    embedder: object,
    knowledge_base: KnowledgeBase,
) -> Run:
    monkeypatch.setattr("kb.knowledge_base.SentenceTransformerEmbedder", lambda *_: embedder)
    monkeypatch.setenv("POLICYKB_HOME", str(knowledge_base.settings.home))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = app.main(["match", *arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def test_json_has_the_agreed_form(run: Run) -> None:
    code, out, _ = run(*CELL, *DAY, "--json")
    found = json.loads(out)
    assert code == 0
    assert set(found) == {"as_of", "profile", "measures", "question", "left_out"}
    assert found["as_of"] == "2026-06-01"
    assert found["profile"] == {**dict(pair.split("=") for pair in CELL[:-1]), "words": ["产品在烟台转化"]}
    trial = found["measures"][0]
    assert set(trial) == {
        "rule", "title", "state", "conditions", "calculation", "missing", "lead", "participants", "clauses",
        "quote", "document", "note",
    }  # fmt: skip
    assert (trial["rule"], trial["state"]) == ("clinical_trial", "满足")
    assert trial["calculation"]["amount_yuan"] == "30000000"
    assert trial["lead"] == ["省科技厅"] and trial["clauses"][0] == "鲁发改高技〔2025〕687号 二/8"
    for measure in found["measures"]:
        for condition in measure["conditions"]:
            assert set(condition) == {"id", "requires", "state", "said", "clause", "quote"}
            assert condition["state"] in ("满足", "不满足", "待补充")
    assert set(found["question"]) == {"text", "about", "settles"}


def test_text_is_for_people(run: Run) -> None:
    code, out, _ = run(*CELL, *DAY)
    assert code == 0
    assert out.index("【最该补充的一点】") < out.index("【满足】") < out.index("【待补充】")
    assert "最高 3000万元" in out and "✓ 满足：在山东省内转化，依据您说的“烟台”" in out
    assert "鲁发改高技〔2025〕687号 二、8：“" in out


def test_nothing_known_is_all_open(run: Run) -> None:
    code, out, _ = run(*DAY, "--json")
    found = json.loads(out)
    assert code == 0 and {measure["state"] for measure in found["measures"]} == {"待补充"}
    assert found["question"]["about"] == ["region"]


def test_words_are_facts(run: Run) -> None:
    _, out, _ = run(
        "note=我们是烟台的细胞治疗企业，一类新药刚做完III期，研发投入1亿，在烟台转化", *DAY, "--json"
    )
    assert json.loads(out)["measures"][0]["calculation"]["amount_yuan"] == "30000000"


def test_measures_not_in_force_are_counted(run: Run) -> None:
    _, out, _ = run(*CELL, "--as-of", "2030-01-01", "--json")
    found = json.loads(out)
    assert found["left_out"] > 0
    assert not any("137号" in measure["clauses"][0] for measure in found["measures"])
    _, text, _ = run(*CELL, "--as-of", "2030-01-01")
    assert f"另有 {found['left_out']} 项" in text


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["colour=red"], 2, "region（所在地"),
        (["烟台"], 2, "名称=值"),
        (["region=烟台", "region=济南"], 2, "只能给一次"),
        (["rd_spending=很多"], 2, "读不出"),
        (["rd_spending=-5万"], 1, "负数"),
        (["rd_spending=6000美元"], 1, "人民币"),
        (["rd_spending=6000"], 1, "万元"),
        (["beds=八百五"], 2, "beds"),
        (["region=烟台", "--as-of", "明天"], 2, "2025-10-01"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run: Run, arguments: list[str], code: int, words: str) -> None:
    got, out, err = run(*arguments)
    assert (got, out) == (code, "")
    assert words in err and err.count("\n") == 1


def test_a_place_we_do_not_know_is_said(run: Run) -> None:
    notice = "没有认出地名“火星”，请写省、市名称"
    code, out, err = run("region=火星", *DAY)
    assert code == 0 and err == notice + "\n" and notice not in out and "region=火星" not in out
    code, out, err = run("region=火星", *DAY, "--json")
    found = json.loads(out)
    assert code == 0 and found["notice"] == notice and found["question"]["about"] == ["region"]
    assert {measure["state"] for measure in found["measures"]} == {"待补充"}


def test_help_is_chinese(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0 and "用法：policykb match" in out and "K=V" in out


def test_a_home_without_policies_has_nothing_to_match(
    run: Run, no_policies: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POLICYKB_POLICIES", str(no_policies))
    code, out, _ = run(*CELL, "--home", str(tmp_path / "empty"))
    assert code == 0 and "没有可以匹配的措施" in out
