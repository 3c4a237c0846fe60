"""The whole command on a folder made here; what our own parser finds in it is not what is tested."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from corpus import Span
from eval.parse_speed import main as parse_speed
from eval.segmentation.__main__ import main
from eval.segmentation.made_text import Shape, made_text
from eval.segmentation.mistakes import mistakes
from eval.segmentation.ours import parse, uncovered
from eval.segmentation.run import OURS, evaluate, evaluate_file
from eval.segmentation.truth import DEV, EXAM, LabelLine, from_labels

ARTICLES = "示例市补贴管理办法\n\n第一章 总则\n\n第一条 为规范补贴，制定本办法。\n\n第二条 依照第一条执行。\n"
HEADED = "示例市通知\n一、支持范围\n（一）工业企业。\n（二）农业企业。\n二、附则\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("policies", "files", "truth"):
        (tmp_path / folder).mkdir()
    (tmp_path / "policies" / "articles.txt").write_text(ARTICLES, "utf-8")
    (tmp_path / "policies" / "headed.txt").write_text(HEADED, "utf-8")
    (tmp_path / "policies" / "index.csv").write_text("file\n", "utf-8")
    (tmp_path / "files" / "blank.txt").write_text("  \n", "utf-8")
    starts = [ARTICLES.index("第一条 为"), ARTICLES.index("第二条")]
    line = {"file": "articles.txt", "starts": starts, "numbers": [1, 2], "tier": "more than is used"}
    (tmp_path / "truth" / "articles.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    return tmp_path


def labelled(kind: str, *wrong: tuple[int, str]) -> tuple[LabelLine, str]:
    right = [(HEADED.index(mark), path) for mark, path in (("一、", "一"), ("（二）", "一/（二）"))]
    content = HEADED.encode()
    return LabelLine(file="甲.txt", sha256=sha256(content).hexdigest(), clauses=(*right, *wrong)), kind


def test_tables_and_json(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = data / "out" / "result.json"
    assert main(["--data", str(data), "--json", str(out), "--mistakes"]) == 0
    shown = capsys.readouterr().out
    assert "policies/headed.txt" in shown
    assert "A 单一编号族" in shown
    result = json.loads(out.read_text("utf-8"))
    by_file = {file["file"]: file for file in result["files"]}
    assert list(by_file) == ["policies/articles.txt", "policies/headed.txt", "files/blank.txt"]
    assert by_file["policies/headed.txt"]["truth"] == {}
    assert by_file["policies/headed.txt"]["uncovered"] == 0
    assert by_file["files/blank.txt"]["refused"].startswith("blank.txt：")
    assert not any(file["crash"] for file in by_file.values())
    ours = result["totals"]["条文"][OURS]
    assert (ours["wanted"], ours["hits"], ours["placed"]) == (2, 2, 2)
    assert result["totals"]["条文"]["A 单一编号族"]["f1"] == 1.0


def test_an_empty_folder_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_progress_is_told(data: Path) -> None:
    heard: list[tuple[int, int]] = []
    assert len(list(evaluate(data, lambda done, total: heard.append((done, total))))) == 3
    assert heard == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(("kind", "listed"), [(DEV, 1), (EXAM, 0)])
def test_mistakes_of_the_exam_are_never_listed(data: Path, kind: str, listed: int) -> None:
    line, kind = labelled(kind, (HEADED.index("企业"), "一/（九）"))
    path = data / "policies" / "headed.txt"
    result = evaluate_file(path, "甲.txt", [lambda text, content: from_labels(line, kind, text, content)])
    missed = [one for one in mistakes([result], (DEV, EXAM)) if one.what == "漏认"]
    assert [one.wanted for one in missed] == [("一", "（九）")] * listed
    assert result.compared[0].judged[OURS].tally().recall == pytest.approx(2 / 3)


def test_a_crash_is_part_of_the_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(*_: object) -> None:
        raise RuntimeError("坏了")

    monkeypatch.setattr("ingest.parse_file", boom)
    assert parse(tmp_path / "甲.txt").crash == "RuntimeError: 坏了"


@pytest.mark.parametrize(
    ("spans", "count"),
    [
        ([Span(0, 3)], 0),
        ([Span(0, 1), Span(2, 3)], 0),
        ([], 2),
        ([Span(0, 3), Span(0, 1)], 1),
        ([Span(0, 1)], 1),
    ],
)
def test_every_character_is_in_one_node(spans: list[Span], count: int) -> None:
    assert uncovered("甲 乙", spans) == count


def test_made_texts_are_what_they_say() -> None:
    lines, flat = (made_text(5_000, shape, seed=3) for shape in Shape)
    assert flat.startswith(lines.replace("\n", ""))
    assert "\n" not in flat
    assert all(
        mark in made_text(50_000, Shape.LINES)
        for mark in ("\n第一条　", "\n（二）", "\n一、", "\n1.", "\n附件2\n")
    )
    assert made_text(5_000, Shape.FLAT, seed=4) != flat


def test_speeds_are_shown_with_their_growth(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_speed(["--sizes", "2000", "6000"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("次方增长") == 2
    assert "jieba" in shown


def test_lengths_that_would_take_too_long_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_speed(["--sizes", "2000", "90000000", "--limit", "0.000001"]) == 0
    assert capsys.readouterr().err.count("跳过") == 2
