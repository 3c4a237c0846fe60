import json
import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.compare import compare, read_run
from eval.errors import EvalFileError
from eval.gates import load_gates
from eval.judge import Opinion, Verdict, Verdicts
from eval.latency import Speed
from eval.metrics import latency
from eval.metrics.samples import sample_answer
from eval.outcome import Benchmark
from eval.report import record_json, write_report
from eval.robustness.run import run_suites
from eval.robustness.suites import Suite
from eval.run import EvalResult, evaluate
from tests.eval.conftest import ATTACK, CLAUSES

WHEN = datetime(2026, 1, 2, 3, 4)


class Page(HTMLParser):
    """What a browser would make of the page: its tags, and its text outside scripts and styles."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if not self.tags or self.tags[-1][0] not in ("script", "style"):
            self.text += data


def write(result: EvalResult, out: Path, **beside: Any) -> None:
    write_report(
        Benchmark(result, **beside),
        out,
        gates=load_gates(),
        qa_name="<i>题集",
        settings={"embedding_model": "<u>e5"},
        at=WHEN,
    )


@pytest.fixture
def out(result: EvalResult, tmp_path: Path) -> Path:
    write(result, tmp_path / "a" / "b")
    return tmp_path / "a" / "b"


@pytest.fixture
def source(out: Path) -> str:
    return (out / "report.html").read_text(encoding="utf-8")


def test_metrics_json(out: Path) -> None:
    metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["date"] == "2026-01-02T03:04:00"
    assert metrics["settings"] == {"embedding_model": "<u>e5"}
    assert metrics["errors"] == 1
    assert metrics["overall"]["questions"] == 5 and metrics["overall"]["passed"] == 3
    assert metrics["overall"]["metrics"]["status_accuracy"] == {
        "mean": 0.5,
        "count": 4,
        "ci95": [0.0, 1.0],
    }
    assert metrics["overall"]["metrics"]["exact_amount"] == {
        "mean": None,
        "count": 0,
        "ci95": None,
    }
    assert metrics["by_type"]["refusal"]["metrics"]["status_accuracy"]["mean"] == 1
    assert metrics["status_confusion"]["answered"] == {"answered": 1, "needs_input": 1, "error": 1}
    assert metrics["failures"] == {"other_status": 1, "error": 1}
    assert metrics["by_difficulty"] == {}
    assert not {"comparison", "robustness", "judge", "speed"} & set(metrics)
    assert metrics["gates"]["passed"] is False and metrics["gates"]["failed"]
    assert metrics["gates"]["thresholds"]["exact_amount"] == 1
    assert set(metrics["latency_ms"]) == {"p50", "p95"}


def test_answers_jsonl(out: Path) -> None:
    lines = [
        json.loads(line) for line in (out / "answers.jsonl").read_text(encoding="utf-8").split("\n") if line
    ]
    assert [line["id"] for line in lines] == ["right", "wrong", "late", "boom", "refused"]
    assert lines[0]["expected"] == {"clauses": ["甲 一"], "status": "answered"}
    assert lines[0]["answer"]["citations"][0]["quote"] == "最高2000万元"
    assert lines[0]["scores"]["quote_verbatim"] == 1
    assert lines[0]["reason"] is None and lines[1]["reason"] == "other_status"
    assert lines[1]["faults"] and not lines[1]["passed"]
    assert lines[2]["retrieved"] == ["甲 二", "甲 一"] and lines[2]["misses"]
    assert lines[3]["answer"] is None and lines[3]["error"].startswith("RuntimeError")


def test_texts_stay_texts(source: str) -> None:
    page = Page(source)
    assert "<script>alert(1)" not in source
    assert not {"i", "u", "img"} & {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text
    assert "<i>题集" in page.text and "</script><b>" in page.text


def test_nothing_is_loaded(source: str) -> None:
    page = Page(source)
    assert all(
        not value or not re.match(r"(?:https?:)?//", value)
        for tag, attributes in page.tags
        for name, value in attributes.items()
        if name in ("src", "href", "data", "action")
    )
    assert not any(tag in ("link", "iframe", "img") or "src" in attributes for tag, attributes in page.tags)
    styles = "".join(re.findall(r"<style>(.*?)</style>", source, re.DOTALL))
    assert "url(" not in styles and "@import" not in styles
    policy = next(attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes)
    assert policy is not None and policy.startswith("default-src 'none'") and "http" not in policy


def test_plotly_is_there_once(source: str) -> None:
    assert len(re.findall(r"plotly\.js v\d", source)) == 1
    assert source.count("Plotly.newPlot(") == 4


def test_failures_are_explained(source: str) -> None:
    text = Page(source).text
    assert "未通过的题目（2）" in text
    assert "状态是“需补充”，应为“已回答”" in text
    assert "运行出错：RuntimeError" in text
    assert "回答正确但检索排名靠后的题目（1）" in text
    assert "题运行出错，应为 0" in text
    assert "错在哪一步" in text and "状态判断不同" in text
    assert re.search(r'"tick0":0,"dtick":1\b', source), "counts have whole ticks"
    assert "各难度得分" not in text, "no question says how hard it is"


def test_what_was_found_beside_it_is_told_and_escaped(result: EvalResult, tmp_path: Path) -> None:
    theirs = {
        line.item.id: record_json(line) | {"passed": not line.passed, "faults": [ATTACK]}
        for line in result.records
    }
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "answers.jsonl").write_text("\n".join(map(json.dumps, theirs.values())))
    suite = Suite("shout", "<b>喊", "<b>加叹号", lambda text, _: text + ATTACK)
    outcomes = run_suites(result.records, lambda _: sample_answer(ATTACK), CLAUSES.get, suites=[suite])
    verdicts = Verdicts("<u>model", (Verdict("<u>a", True, Opinion.WRONG, ATTACK),))
    speed = Speed(latency([100.0, 120.0]), latency([20.0, 30.0]), 2)
    write(
        result,
        tmp_path / "out",
        comparison=compare(result, read_run(folder), "<i>other"),
        robustness=outcomes,
        verdicts=verdicts,
        speed=speed,
    )
    source = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    page = Page(source)
    assert "<script>alert(1)" not in source
    assert "u" not in {tag for tag, _ in page.tags}
    for words in (
        "由错变对（3）",
        "由对变错（2）",
        "换一种写法再问",
        "<b>喊",
        "<u>model",
        "4.4 倍",
        "<i>other",
    ):
        assert words in page.text, words
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["comparison"]["turned_wrong"] == ["wrong", "boom"]
    assert metrics["comparison"]["turned_right"] == ["right", "late", "refused"]
    assert metrics["robustness"]["shout"]["questions"] == 5
    assert metrics["judge"]["agreement"] == 0.0
    assert metrics["speed"]["ratio"] == pytest.approx(4.4)


def test_no_questions_still_make_a_page(tmp_path: Path) -> None:
    def nobody(_item: object) -> object:
        raise AssertionError

    write(evaluate([], nobody), tmp_path)  # type: ignore[arg-type]
    assert "没有未通过的题目" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_an_unwritable_folder_is_refused_in_one_line(result: EvalResult, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvalFileError, match="--out") as caught:
        write(result, tmp_path / "file" / "out")
    assert "\n" not in str(caught.value)
