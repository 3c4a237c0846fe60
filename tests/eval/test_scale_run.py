"""The whole scale benchmark on a few made-up laws, without a model."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from rich.console import Console

from corpus import PolicyKBError
from eval.scale import worker
from eval.scale.__main__ import main, write
from eval.scale.job import Built, Job, Opened, Report, Source
from eval.scale.run import Plan, in_fresh_process, run
from eval.scale.table import show
from eval.scale.worker import Task

SUBJECTS = "药品 食品 道路 水利 档案 统计 消防 广告 种子 图书".split()


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten laws of twelve articles."""
    path = tmp_path_factory.mktemp("laws") / "articles.jsonl.gz"
    numbers = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for subject in SUBJECTS:
            for n, number in enumerate(numbers):
                text = f"从事{subject}活动的单位应当在{n + 1}日内向主管部门备案。\n（一）名称；\n（二）{subject}清单。"
                if n == 11:
                    text = f"本条例自20{n}年1月1日起施行。"
                row = {"law": f"{subject}管理条例", "article": f"第{number}条", "text": text}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def in_process(stage: str, job: Job, result: type[Any], source: Source | None = None) -> Any:
    """A stage without a process of its own, which would take seconds to import everything."""
    measured = worker.run(stage, Task(replace(job, sent=time.time()), source))
    return TypeAdapter(result).validate_json(TypeAdapter(result).dump_json(measured))


@pytest.fixture(scope="module")
def report(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    source = Source(articles, ("多少日内备案",), sizes=(60,), real=40, questions=8)
    plan = Plan(source, ("local",), model="", batch=32, clients=2, rivals=True)
    return run(plan, tmp_path_factory.mktemp("work"), lambda what: None, in_process)


@pytest.fixture(scope="module")
def out(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write(report, folder)
    return folder


@pytest.fixture(scope="module")
def size(out: Path) -> dict[str, Any]:
    (one,) = json.loads((out / "scale.json").read_text("utf-8"))["sizes"]
    return dict(one)


def test_how_much_was_built(out: Path, size: dict[str, Any]) -> None:
    assert (size["store"], size["extent"]["documents"], size["extent"]["articles"]) == ("local", 5, 60)
    assert size["extent"]["clauses"] == 5 * (12 + 2 * 11)
    assert size["built"]["failed"] == 0
    assert size["built"]["synthetic"] > 0
    assert set(size["built"]["disk"]) == {"catalog", "words", "vectors"}


def test_every_query_was_measured(size: dict[str, Any]) -> None:
    operations = {"embed", "hybrid", "typed", "keyword", "document", "unit", "in_force"}
    assert set(size["asked"]["one"]) == operations
    assert all(row["count"] == 8 and 0 < row["p50"] <= row["p95"] for row in size["asked"]["one"].values())
    assert size["asked"]["several"]["hybrid"]["clients"] == 2
    assert {"embed", "vector ranking", "keyword ranking", "catalog", "rest", "whole"} <= set(
        size["asked"]["parts"]
    )


def test_opening_changing_and_rivals_were_measured(size: dict[str, Any]) -> None:
    assert size["by_keyword"]["first_seconds"] > 0
    assert size["by_keyword"]["model_seconds"] == 0
    assert size["changed"]["clauses"] == 12 + 2 * 11
    assert all(size["changed"][key] > 0 for key in ("add_seconds", "remove_seconds", "add_again_seconds"))
    assert size["rivals"]["okapi"]["p50"] > 0


def test_the_plot_is_a_page_of_its_own(out: Path) -> None:
    page = (out / "scale.html").read_text("utf-8")
    assert "plotly" in page
    assert 'src="http' not in page


def test_tables_say_where_vectors_are_synthetic(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    show(Console(width=120), report)
    shown = capsys.readouterr().out
    for words in ("合成", "入库与占用", "60 条", "混合检索 ÷ 仅向量化", "每条款", "rank_bm25"):
        assert words in shown


def test_a_stage_runs_in_a_fresh_process(report: Report, tmp_path: Path) -> None:
    questions = report.prepared.questions
    job = Job(tmp_path, tmp_path / "pool.npz", "", 32, tmp_path, "local", 0, questions)
    found = in_fresh_process("keyword", job, Opened)  # an empty knowledge base opens too
    assert found.import_seconds > 0
    assert found.memory.peak >= found.memory_before.now > 0


def test_a_stage_that_fails_is_one_line(tmp_path: Path) -> None:
    job = Job(tmp_path, tmp_path / "pool.npz", "", 32, tmp_path, "redis://x", 0)
    with pytest.raises(PolicyKBError, match="测量步骤 build 失败"):
        in_fresh_process("build", job, Built)


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--sizes", "120"], "资料只够 108 条"), (["--questions", "没有.jsonl"], "无法读取")],
)
def test_what_cannot_be_run_is_one_line(
    articles: Path, tmp_path: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(articles), "--out", str(tmp_path), "--model", "none", *options]) == 1
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_folder_in_use_is_refused(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a").write_text("x", "utf-8")
    options = ["--out", str(tmp_path), "--work", str(tmp_path / "work"), "--model", "none"]
    assert main([str(articles), *options]) == 2
    assert "空文件夹" in capsys.readouterr().err
