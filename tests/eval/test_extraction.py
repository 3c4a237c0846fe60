"""Scores of found grants, by hand on a made clause, and the command on a made folder."""

import json
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from eval.extraction import __main__ as command
from eval.extraction.labels import LABELS, GrantLabel, read_labels
from eval.extraction.scores import Scores, Tally, pair, same_place, score_clause
from ingest import parse_file
from kb.grants import Kind

NO_GRANT = "（二）到2027年，产值突破5000亿元。"
POLICY = f"关于支持企业的若干措施\n（一）对首次认定的企业，一次性奖励20万元。\n{NO_GRANT}\n"


def label(start: int, end: int, **given: Any) -> GrantLabel:
    shape: dict[str, Any] = {
        "who": None,
        "kind": Kind.FIXED,
        "amounts": (),
        "caps": (),
        "rates": (),
        "basis": None,
        "stages": (),
        "bound": "exact",
        "period": None,
    }
    return GrantLabel(start=start, end=end, **(shape | given))


def money(*yuan: int) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in yuan)


def test_by_hand() -> None:
    wanted = [
        label(10, 20, amounts=money(50, 30), stages=((0, 3), (4, 6)), who=(0, 10), period="once"),
        label(30, 40, kind=Kind.RATE, rates=(Decimal("0.05"),), basis=(30, 34), bound="max"),
        label(50, 60, amounts=money(7), doubt=True),
    ]
    found = [
        label(12, 24, amounts=money(50, 20), stages=((0, 3),), who=(4, 10)),  # pairs with the first
        label(50, 54, amounts=money(7)),  # pairs with the doubtful one
        label(56, 60, amounts=money(9)),  # stands within the doubtful one
        label(80, 90, amounts=money(1), caps=money(1), bound="max"),  # pairs with nothing
    ]
    tallies = score_clause(found, wanted).tallies
    assert tallies["grants"] == Tally(hits=1, found=2, wanted=2)
    assert tallies["figures"] == Tally(0, 2, 2)
    assert tallies["kind"] == Tally(1, 2, 2)
    assert tallies["amounts"] == Tally(1, 3, 2)
    assert tallies["caps"] == Tally(0, 1, 0)
    assert tallies["rates"] == Tally(0, 0, 1)
    assert tallies["basis"] == Tally(0, 0, 1)
    assert tallies["stages"] == Tally(1, 1, 2)
    assert tallies["bound"] == Tally(1, 2, 2)
    assert tallies["period"] == Tally(0, 0, 1)
    assert tallies["who"] == Tally(1, 1, 1)
    assert tallies["amounts"].precision == pytest.approx(1 / 3)
    assert tallies["amounts"].recall == 0.5
    assert tallies["amounts"].f1 == pytest.approx(0.4)


def test_the_greatest_share_pairs_first() -> None:
    found = [label(0, 10), label(2, 12)]
    assert pair(found, [label(2, 12)]) == [(1, 0)]
    assert pair(found, [label(9, 30)]) == []


def test_places_share_half_of_the_longer() -> None:
    assert same_place((0, 10), (0, 5))
    assert not same_place((0, 10), (0, 4))
    assert not same_place((0, 10), (10, 20))


def test_clauses_without_a_grant() -> None:
    right, wrong = score_clause([], []), score_clause([label(0, 5)], [])
    only_doubt = score_clause([], [label(0, 5, doubt=True)])
    assert [(s.empty, s.kept_empty) for s in (right, wrong, only_doubt)] == [(1, 1), (1, 0), (0, 0)]
    assert sum((right, wrong, only_doubt), Scores()).empty == 2


@pytest.mark.parametrize("name", ["dev", "test"])
def test_labels_hold_figures_and_offsets_but_no_text(name: str) -> None:
    path = LABELS / f"{name}.jsonl"
    assert list(read_labels(path))
    values = path.read_text("utf-8").replace("\\u", "")
    assert not any("一" <= char <= "鿿" for line in values.splitlines() for char in _without_file(line))


def _without_file(line: str) -> str:
    return json.dumps({name: value for name, value in json.loads(line).items() if name != "file"})


def test_no_file_is_in_both_sets() -> None:
    dev, test = ({label.file for label in read_labels(LABELS / f"{name}.jsonl")} for name in ("dev", "test"))
    assert not dev & test


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one policy, and labels for its two clauses."""
    policies, labels = tmp_path / "data" / "policies", tmp_path / "labels"
    policies.mkdir(parents=True)
    labels.mkdir()
    path = policies / "made.txt"
    path.write_text(POLICY, "utf-8")
    lines = []
    for clause in parse_file(path).clauses:
        grants = []
        if "奖励" in clause.text:
            start = POLICY.index("一次性奖励")
            whole = label(start, POLICY.index("20万元") + 4, amounts=money(200_000), period="once")
            who = (POLICY.index("对首次"), POLICY.index("，一次性"))
            grants = [whole.model_copy(update={"who": who}).model_dump(mode="json", exclude={"doubt"})]
        line = {
            "file": "made.txt",
            "sha256": sha256(POLICY.encode()).hexdigest(),
            "start": clause.span.start,
            "end": clause.span.end,
            "grants": grants,
        }
        lines.append(json.dumps(line, ensure_ascii=False))
    for name in ("dev", "test"):
        (labels / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    monkeypatch.setattr(command, "LABELS", labels)
    return tmp_path


@pytest.mark.parametrize("below", ["data", "data/policies"])
def test_the_command_prints_and_writes(made: Path, below: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = made / "out" / "scores.json"
    assert command.main(["--data", str(made / below), "--json", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "held-out" in shown
    assert "对象与条件" in shown
    scores = json.loads(out.read_text("utf-8"))
    assert set(scores) == {"dev", "held-out"}
    assert all(field["f1"] in (1.0, None) for field in scores["dev"]["fields"].values())
    assert scores["dev"]["empty"] == scores["dev"]["kept_empty"] > 0


def test_a_missing_folder_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--data", str(tmp_path / "absent")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert command.main(["--data", str(tmp_path)]) == 2
    assert "标注所在的文件要齐全" in capsys.readouterr().err


def test_another_version_of_a_file_is_told(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made / "data" / "policies" / "made.txt").write_text(POLICY + "附则\n", "utf-8")
    assert command.main(["--data", str(made / "data")]) == 1
    assert "与标注时的文件不同" in capsys.readouterr().err


def test_a_malformed_label_is_told(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made / "labels" / "dev.jsonl").write_text('{"file": "made.txt"}\n', "utf-8")
    assert command.main(["--data", str(made / "data")]) == 1
    assert "第 1 行" in capsys.readouterr().err
