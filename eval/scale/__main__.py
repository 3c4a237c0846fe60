"""``python -m eval.scale LAW_ARTICLES.jsonl.gz --out DIR``: what a knowledge base costs at several sizes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from pydantic import TypeAdapter

from corpus import PolicyKBError, UsageError
from eval.errors import EvalFileError
from eval.scale.homes import KINDS
from eval.scale.job import Report, Source
from eval.scale.laws import read_questions
from eval.scale.plot import figure, write_page, write_picture
from eval.scale.run import Plan, run
from eval.scale.table import show


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line; the exit code: 0, 1 on a failure, 2 on wrong usage."""
    given = _parser().parse_args(argv)
    try:
        natural = tuple(read_questions(given.questions)) if given.questions else ()
        source = Source(given.articles, natural, given.sizes, given.real, given.queries)
        plan = Plan(source, tuple(given.store), _model(given.model), 32, given.clients, not given.no_rivals)
        _folder(given.out)
        kept = nullcontext(str(_empty(given.work))) if given.work else tempfile.TemporaryDirectory()
        with kept as work:
            report = run(plan, Path(work).resolve(), _tell)
        write(report, given.out)
        if not write_picture(given.out / "scale.html", given.out / "scale.png"):
            _tell("没有 Chromium 或 playwright，未生成 scale.png。")
    except PolicyKBError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 1
    from rich.console import Console

    show(Console(), report)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.scale", description="评测规模：不同条数下的入库、磁盘、内存、查询与打开。"
    )
    parser.add_argument("articles", type=Path, help="法条文件（gzip 的 JSON Lines，每行 law、article、text）")
    parser.add_argument(
        "--out", type=Path, required=True, help="结果文件夹：scale.json、scale.html、scale.png"
    )
    parser.add_argument("--sizes", type=_sizes, default=(1000, 10_000, 100_000), help="条数，以逗号分隔")
    parser.add_argument("--store", nargs="+", choices=KINDS, default=["local"], help="存放处，可列多个")
    parser.add_argument(
        "--real", type=_positive, default=3000, help="由模型向量化的段数，其余向量是合成的（默认 3000）"
    )
    parser.add_argument("--questions", type=Path, help="自然问题（JSON Lines，每行带 question）")
    parser.add_argument("--queries", type=_positive, default=200, help="每种查询问多少次")
    parser.add_argument("--clients", type=_positive, default=8, help="并发数")
    parser.add_argument("--model", help="向量模型，默认用设置里的；none 为不用模型（只供试运行）")
    parser.add_argument("--no-rivals", action="store_true", help="不与 rank_bm25 对照（省内存）")
    parser.add_argument("--work", type=Path, help="把文本和知识库留在此文件夹（须为空）")
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    """Numbers of articles, ascending.

    >>> _sizes("1000,10")
    (10, 1000)
    >>> _sizes("0")
    Traceback (most recent call last):
    ...
    argparse.ArgumentTypeError: 条数须为正整数：0
    """
    return tuple(sorted({_positive(part) for part in text.split(",")}))


def _positive(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"条数须为正整数：{text}")
    return int(text)


def _model(given: str | None) -> str:
    if given == "none":
        return ""
    from kb import load_settings

    return given or load_settings().embedding_model


def _folder(path: Path) -> Path:
    """Make a folder.

    Raises:
        EvalFileError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvalFileError(f"{path} 无法创建（{error.strerror}），请换一个位置。") from error
    return path


def _empty(path: Path) -> Path:
    """Make a folder in which there is nothing yet.

    Raises:
        UsageError: there is something: it would not be built anew.
    """
    if any(_folder(path).iterdir()):
        raise UsageError(f"--work {path} 里已有东西，请给出空文件夹。")
    return path


def write(report: Report, out: Path) -> None:
    """Write ``scale.json`` and ``scale.html``.

    Raises:
        EvalFileError: they cannot be written.
    """
    try:
        (out / "scale.json").write_bytes(TypeAdapter(Report).dump_json(report, indent=1))
        write_page(figure(report), out / "scale.html")
    except OSError as error:
        raise EvalFileError(f"{out} 写不进去（{error.strerror}），请换一个位置。") from error


def _tell(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
